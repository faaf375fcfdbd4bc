/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitSession, when everything happens in any order and some of it is
 * damaged. LIVEKIT_TEST_SEED repeats a run. */
#include "livekit/livekitsession.h"

#include "sessionrun.h"

#include <check.h>

#define SECONDS G_TIME_SPAN_SECOND
#define CANDIDATE_JSON "{\"candidate\":\"candidate:1 1 UDP 1 192.0.2.1 4 typ host\"}"

/* How many conversations are held. */
#define CONVERSATIONS 300

/* One of the things a server may say at any time, or bytes of it that were
 * cut or turned over. */
static GBytes *
new_random_message (GRand * random)
{
  g_autofree gchar *cid = g_strdup_printf ("c%d",
      g_rand_int_range (random, 1, 4));
  g_autofree gchar *sid = g_strdup_printf ("TR_%d",
      g_rand_int_range (random, 1, 4));

  Livekit__AddTrackRequest request = LIVEKIT__ADD_TRACK_REQUEST__INIT;
  request.cid = cid;
  switch (g_rand_int_range (random, 0, 14)) {
    case 0:
      return script_reply_join (NULL, NULL);
    case 1:
    case 2:
      return script_reply_published (&request, sid);
    case 3:
      return script_reply_refused (&request, (Livekit__RequestResponse__Reason)
          g_rand_int_range (random, 0, 14));
    case 4:
      return script_reply_unpublished (sid);
    case 5:
      return script_reply_subscribed (sid);
    case 6:
      return script_reply_mute (sid, g_rand_boolean (random));
    case 7:
    case 8:
      return script_reply_answer (g_rand_int_range (random, 0, 5), "v=0");
    case 9:
      return script_reply_offer (g_rand_int_range (random, 0, 5), "v=0");
    case 10:
      return script_reply_trickle ((Livekit__SignalTarget)
          g_rand_int_range (random, 0, 2), CANDIDATE_JSON,
          g_rand_boolean (random));
    case 11:
      return script_reply_pong (g_rand_int_range (random, 0, 1 << 30));
    case 12:
      return script_reply_token (sid);
    default:
      return script_reply_update (SCRIPT_PARTICIPANT,
          (Livekit__ParticipantInfo__State) g_rand_int_range (random, 0, 4),
          g_rand_boolean (random));
  }
}

static GBytes *
new_damaged (GRand * random, GBytes * message)
{
  gsize size;
  guint8 *data = g_bytes_unref_to_data (message, &size);

  if (g_rand_boolean (random))
    size = g_rand_int_range (random, 0, size + 1);
  else if (size > 0)
    data[g_rand_int_range (random, 0, size)] ^=
        1 << g_rand_int_range (random, 0, 8);
  return g_bytes_new_take (data, size);
}

static void
act_at_random (SessionRun * run, GRand * random)
{
  LivekitTrackRequest request = {.name = "cam",.video = TRUE };
  g_autofree gchar *cid = g_strdup_printf ("c%d",
      g_rand_int_range (random, 1, 4));

  request.cid = cid;
  switch (g_rand_int_range (random, 0, 8)) {
    case 0:
      livekit_session_add_track (run->session, &request, run->now);
      break;
    case 1:
      livekit_session_forget_track (run->session, cid);
      break;
    case 2:
      if (livekit_session_can_offer (run->session))
        livekit_session_offer (run->session, "v=0", run->now);
      break;
    case 3:
      livekit_session_trickle (run->session, LIVEKIT_TARGET_PUBLISHER, 0, "x");
      break;
    case 4:
      livekit_session_set_allowed (run->session, NULL);
      break;
    case 5:
      session_run_pass (run, g_rand_int_range (random, 0, 3 * SECONDS));
      break;
    case 6:
      if (g_rand_int_range (random, 0, 20) == 0)
        livekit_session_leave (run->session, run->now);
      break;
    default:
      break;
  }
  session_run_take (run);
}

/* Whatever comes in whatever order: at most one end, which is the last event
 * (session_run_take() asserts it), and an end after a closed socket. */
START_TEST (test_any_order_of_messages_has_one_end)
{
  const gchar *given = g_getenv ("LIVEKIT_TEST_SEED");
  guint32 seed = given != NULL ? (guint32) g_ascii_strtoull (given, NULL, 10)
      : g_random_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  gboolean damage = _i == 1;

  g_print ("LIVEKIT_TEST_SEED=%u\n", seed);
  for (guint i = 0; i < CONVERSATIONS; i++) {
    g_autoptr (SessionRun) run = session_run_new_open ();
    guint length = g_rand_int_range (random, 1, 60);
    for (guint j = 0; j < length; j++) {
      GBytes *message = new_random_message (random);
      if (damage && g_rand_int_range (random, 0, 4) == 0)
        message = new_damaged (random, message);
      session_run_feed (run, message);
      act_at_random (run, random);
    }
    livekit_session_closed (run->session, NULL, run->now);
    session_run_take (run);
    ck_assert_msg (session_run_count (run, LIVEKIT_EVENT_ENDED) == 1,
        "seed %u", seed);
  }
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitsessionorder");
  TCase *tcase = tcase_create ("order");
  tcase_add_loop_test (tcase, test_any_order_of_messages_has_one_end, 0, 2);
  suite_add_tcase (suite, tcase);
  return suite;
}

int
main (void)
{
  SRunner *runner = srunner_create (create_suite ());
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
