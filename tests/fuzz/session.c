/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A whole conversation: messages of the server, each behind its length in two
 * bytes, with time passing and requests of the user in between. */
#include "fuzztarget.h"

#include "livekit/livekitsession.h"

/* A token is signed for nobody here and read without its signature. */
#define TOKEN "eyJhbGciOiJIUzI1NiJ9." \
    "eyJzdWIiOiJwIiwidmlkZW8iOnsicm9vbUpvaW4iOnRydWUsInJvb20iOiJyIn19.c2ln"

static guint ended;

static void
take (LivekitSession * session)
{
  LivekitEvent *event;

  while ((event = livekit_session_take (session)) != NULL) {
    /* One end, and nothing after it. */
    FUZZ_REQUIRE (ended == 0);
    if (event->type == LIVEKIT_EVENT_ENDED)
      ended++;
    livekit_event_free (event);
  }
  FUZZ_REQUIRE ((ended == 1)
      == (livekit_session_get_state (session) == LIVEKIT_SESSION_ENDED));
}

/* What the user does depends on the length, so that the input decides. */
static void
act (LivekitSession * session, gsize length, gint64 now)
{
  LivekitTrackRequest request = {.cid = "c1",.name = "cam",.video = TRUE };

  switch (length % 5) {
    case 0:
      livekit_session_add_track (session, &request, now);
      break;
    case 1:
      if (livekit_session_can_offer (session))
        livekit_session_offer (session, "v=0", now);
      break;
    case 2:
      livekit_session_forget_track (session, "c1");
      break;
    case 3:
      livekit_session_trickle (session, LIVEKIT_TARGET_PUBLISHER, 0, "c");
      break;
    default:
      livekit_session_tick (session, now);
      break;
  }
  take (session);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  LivekitSessionConfig config = {.url = "ws://room.test",.token = TOKEN };
  g_autoptr (LivekitSession) session = livekit_session_new (&config);
  gint64 now = G_TIME_SPAN_SECOND;

  ended = 0;
  livekit_session_start (session, now);
  livekit_session_opened (session, now);
  take (session);
  FUZZ_REQUIRE (ended == 0);
  while (size >= 2) {
    gsize length = MIN ((gsize) (data[0] << 8 | data[1]), size - 2);
    g_autoptr (GBytes) message = g_bytes_new (data + 2, length);
    now += 300 * G_TIME_SPAN_MILLISECOND;
    livekit_session_feed (session, message, now);
    take (session);
    act (session, length, now);
    data += 2 + length;
    size -= 2 + length;
  }
  livekit_session_leave (session, now);
  take (session);
  livekit_session_closed (session, NULL, now);
  take (session);
  FUZZ_REQUIRE (ended == 1);
  return 0;
}
