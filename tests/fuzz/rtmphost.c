/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a client says behind the handshake. The first byte says how it is
 * decided about, and in which lengths it comes. */
#include "fuzztarget.h"

#include "rtmp/rtmphost.h"
#include "rtmp/rtmplimits.h"

typedef struct
{
  RtmpHost *host;
  gint64 now;
  guint decisions;              /* bits, used up from below */
  gboolean ended;
  gint uses;                    /* of streams */
} Run;

static void
decide (Run * run, const RtmpEvent * event)
{
  gboolean yes = run->decisions & 1;

  run->decisions = run->decisions >> 1 | (run->decisions & 1) << 7;
  if (event->kind == RTMP_EVENT_CONNECT) {
    rtmp_host_accept_connect (run->host, run->now);
    return;
  }
  run->uses++;
  if (yes)
    FUZZ_REQUIRE (rtmp_host_accept (run->host, event->stream, run->now));
  else if (rtmp_host_refuse (run->host, event->stream, "C", NULL, run->now))
    run->uses--;
}

static void
take (Run * run)
{
  RtmpEvent event;

  while (rtmp_host_take (run->host, &event, run->now)) {
    FUZZ_REQUIRE (!run->ended);
    if (event.kind == RTMP_EVENT_CONNECT || event.kind == RTMP_EVENT_PUBLISH
        || event.kind == RTMP_EVENT_PLAY)
      decide (run, &event);
    if (event.kind == RTMP_EVENT_UNPUBLISH || event.kind == RTMP_EVENT_UNPLAY)
      run->uses--;
    if (event.kind == RTMP_EVENT_MEDIA)
      FUZZ_REQUIRE (event.message != NULL && run->uses > 0);
    run->ended = event.kind == RTMP_EVENT_ENDED;
    FUZZ_REQUIRE (run->uses >= 0 && run->uses <= RTMP_MAX_STREAMS);
    rtmp_event_clear (&event);
  }
}

static void
drain (Run * run)
{
  const GOutputVector *vectors;
  guint n;

  while ((vectors = rtmp_host_peek (run->host, &n)), n > 0) {
    gsize size = 0;
    for (guint i = 0; i < n; i++)
      size += vectors[i].size;
    rtmp_host_advance (run->host, size, run->now);
    take (run);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  static const guint8 hello[1 + 2 * RTMP_HANDSHAKE_BLOCK] = { RTMP_VERSION };

  if (size == 0)
    return 0;
  GRand *random = g_rand_new_with_seed (1);
  RtmpHostConfig config = { 0 };
  gsize step = data[0] & 1 ? 13 : G_MAXSIZE;
  Run run = {.now = 1000 * G_TIME_SPAN_SECOND,.decisions = ~data[0] & 0xff };

  run.host = rtmp_host_new (&config, random, run.now);
  rtmp_host_feed (run.host, NULL, hello, sizeof hello, run.now);
  take (&run);
  for (gsize at = 1; at < size && !run.ended;) {
    gsize part = MIN (step, size - at);
    g_autoptr (GBytes) bytes = g_bytes_new (data + at, part);
    rtmp_host_feed (run.host, bytes, g_bytes_get_data (bytes, NULL), part,
        run.now);
    take (&run);
    if ((data[0] & 2) == 0)
      drain (&run);
    at += part;
  }
  if (!run.ended && data[0] & 4)
    rtmp_host_closed (run.host, NULL, run.now);
  take (&run);
  /* By its deadlines it ends: nobody answers its pings. */
  for (guint i = 0; i < 20 && !run.ended; i++) {
    gint64 deadline = rtmp_host_get_deadline (run.host);
    FUZZ_REQUIRE (deadline >= 0);
    run.now = MAX (run.now, deadline);
    rtmp_host_tick (run.host, run.now);
    take (&run);
    drain (&run);
  }
  FUZZ_REQUIRE (run.ended && run.uses == 0);
  rtmp_host_free (run.host);
  g_rand_free (random);
  return 0;
}
