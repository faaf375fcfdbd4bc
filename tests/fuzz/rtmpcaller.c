/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a server says behind the handshake. The first byte says what the caller
 * wants, and in which lengths it comes. */
#include "fuzztarget.h"

#include "rtmp/rtmpcaller.h"
#include "rtmp/rtmplimits.h"

#define BEGIN (1000 * G_TIME_SPAN_SECOND)

typedef struct
{
  RtmpCaller *caller;
  gint64 now;
  gboolean open;
  gboolean ended;
} Run;

/* The server's end of the handshake, which is not looked at. */
static void
open_connection (Run * run)
{
  static const guint8 answer[1 + 2 * RTMP_HANDSHAKE_BLOCK] = { RTMP_VERSION };

  rtmp_caller_opened (run->caller, run->now);
  rtmp_caller_feed (run->caller, NULL, answer, sizeof answer, run->now);
}

static void
take (Run * run)
{
  RtmpEvent event;

  while (rtmp_caller_take (run->caller, &event, run->now)) {
    FUZZ_REQUIRE (!run->ended);
    if (event.kind == RTMP_EVENT_DIAL)
      open_connection (run);
    if (event.kind == RTMP_EVENT_HANG_UP)
      run->open = FALSE;
    run->ended = event.kind == RTMP_EVENT_ENDED;
    FUZZ_REQUIRE ((event.kind == RTMP_EVENT_MEDIA)
        == (event.message != NULL));
    rtmp_event_clear (&event);
  }
}

static void
drain (Run * run)
{
  const GOutputVector *vectors;
  guint n;

  while ((vectors = rtmp_caller_peek (run->caller, &n)), n > 0) {
    gsize size = 0;
    for (guint i = 0; i < n; i++)
      size += vectors[i].size;
    rtmp_caller_advance (run->caller, size, run->now);
    take (run);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  if (size == 0)
    return 0;
  GRand *random = g_rand_new_with_seed (1);
  g_autoptr (RtmpUrl) url = rtmp_url_parse ("rtmp://h/live/secret-key", NULL);
  RtmpCallerConfig config = {.user = "user",.password = "password",
    .dialogue = {.url = url,.publish = data[0] & 1,
        .stop_commands = RTMP_STOP_FCUNPUBLISH | RTMP_STOP_DELETE_STREAM}
  };
  gsize step = data[0] & 2 ? 13 : G_MAXSIZE;
  Run run = {.caller = rtmp_caller_new (&config, random),.now = BEGIN,
    .open = TRUE
  };

  rtmp_caller_start (run.caller, run.now);
  take (&run);
  for (gsize at = 1; at < size && run.open;) {
    gsize part = MIN (step, size - at);
    g_autoptr (GBytes) bytes = g_bytes_new (data + at, part);
    rtmp_caller_feed (run.caller, bytes, g_bytes_get_data (bytes, NULL), part,
        run.now);
    take (&run);
    if ((data[0] & 4) == 0)
      drain (&run);
    run.now += 1000;
    at += part;
  }
  if (data[0] & 8)
    rtmp_caller_close (run.caller, run.now);
  take (&run);
  /* By its deadlines it ends, but for a publisher that goes on. */
  for (guint i = 0; i < 20 && !run.ended; i++) {
    gint64 deadline = rtmp_caller_get_deadline (run.caller);
    FUZZ_REQUIRE (deadline >= 0 || rtmp_caller_get_state (run.caller)
        == RTMP_CALLER_STARTED);
    run.now = MAX (run.now, deadline);
    rtmp_caller_tick (run.caller, run.now);
    take (&run);
    drain (&run);
  }
  FUZZ_REQUIRE (run.ended || rtmp_caller_get_state (run.caller)
      == RTMP_CALLER_STARTED);
  rtmp_caller_free (run.caller);
  g_rand_free (random);
  return 0;
}
