/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitClient, left in each phase by a free and by a leave. */
#include "livekit/livekitclient.h"

#include "clientrun.h"
#include "hangresolver.h"
#include "life/lifeloop.h"
#include "roomscript.h"

#include <check.h>

#define OFFER "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=sendonly\r\n"

/* How often each phase is left in the descriptor tests, and what the libraries
 * may open once and keep: one descriptor lost each round is beyond it. */
#define ROUNDS 12
#define SLACK 8

static const LivekitTrackRequest camera = {.cid = "c1",.name = "cam",
  .video = TRUE,.source = LIVEKIT_SOURCE_CAMERA,.width = 640,.height = 480
};

/* A phase to be left, and the way into it. */
typedef struct
{
  const gchar *name;
  RoomScriptConfig config;
  gboolean secure;
  gint seen;                    /* the server has seen this */
  gint heard;                   /* the client has heard this event; -1: none */
  gboolean leave;
  gboolean offer;
} Phase;

static const Phase phases[] = {
  {.name = "connecting",.config = {.hang = ROOM_SCRIPT_ACCEPT},
      .heard = -1},
  {.name = "TLS handshake",.config = {.hang = ROOM_SCRIPT_UPGRADE},
      .secure = TRUE,.seen = ROOM_SCRIPT_SEEN_UPGRADE,.heard = -1},
  {.name = "upgrading",.config = {.hang = ROOM_SCRIPT_UPGRADE},
      .seen = ROOM_SCRIPT_SEEN_UPGRADE,.heard = -1},
  {.name = "validating",.config = {.hang = ROOM_SCRIPT_VALIDATE,.status = 401},
      .seen = ROOM_SCRIPT_SEEN_VALIDATE,.heard = -1},
  {.name = "joining",.config = {.hang = ROOM_SCRIPT_JOIN},
      .seen = ROOM_SCRIPT_SEEN_OPEN,.heard = -1},
  {.name = "adding a track",.config = {.hang = ROOM_SCRIPT_ADD_TRACK},
      .seen = LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK,
      .heard = LIVEKIT_EVENT_JOINED},
  {.name = "offering",.config = {.hang = ROOM_SCRIPT_OFFER},
      .seen = LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER,.offer = TRUE,
      .heard = LIVEKIT_EVENT_TRACK_PUBLISHED},
  {.name = "published",.config = {0},
      .seen = LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK,
      .heard = LIVEKIT_EVENT_TRACK_PUBLISHED},
  {.name = "leaving",.config = {.hang = ROOM_SCRIPT_LEAVE},.leave = TRUE,
      .seen = LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE,
      .heard = LIVEKIT_EVENT_TRACK_PUBLISHED},
};

static gboolean
descriptors_are_at_most (gpointer user_data)
{
  return client_run_count_descriptors () <= *(guint *) user_data;
}

/* Starts the client and goes into the phase for the time number @round. */
static void
go_into_phase (const Phase * phase, ClientRun * run, RoomScript * room,
    guint round)
{
  LivekitClient *client = client_run_get_client (run);

  livekit_client_add_track (client, &camera);
  livekit_client_start (client);
  if (phase->heard >= 0)
    ck_assert_ptr_nonnull (client_run_until (run, phase->heard, 1));
  if (phase->offer)
    livekit_client_offer (client, OFFER);
  if (phase->leave)
    livekit_client_leave (client);
  if (phase->seen != 0)
    client_run_assert_seen (run, room, phase->seen, round);
}

static gchar *
get_phase_url (const Phase * phase, RoomScript * room)
{
  return g_strdup_printf ("%s://127.0.0.1:%u", phase->secure ? "wss" : "ws",
      room_script_get_port (room));
}

START_TEST (test_it_may_be_freed_in_any_phase_and_leaves_nothing)
{
  const Phase *phase = &phases[_i];
  g_autoptr (RoomScript) room = room_script_new (&phase->config);
  g_autofree gchar *url = get_phase_url (phase, room);
  g_autoptr (ClientRun) run = client_run_new (url);
  guint limit = client_run_count_descriptors () + SLACK;

  for (guint round = 1; round <= ROUNDS; round++) {
    go_into_phase (phase, run, room, round);
    client_run_free_client (run);
    ck_assert_msg (client_run_iterate_until (run, descriptors_are_at_most,
            &limit), "%s, round %u: %u descriptors, limit %u", phase->name,
        round, client_run_count_descriptors (), limit);
    client_run_renew (run);
  }
}

END_TEST;

/* A client in a loop of its own, as an element has it. */
typedef struct
{
  const gchar *url;
  gchar *token;
  LivekitClient *client;
} Guest;

static void
ignore_event (LivekitClient * client, const LivekitEvent * event,
    gpointer user_data)
{
}

static void
enter (gpointer user_data)
{
  Guest *guest = user_data;
  LivekitSessionConfig config = {.url = guest->url,.token = guest->token };

  guest->client = livekit_client_new (&config, TRUE, ignore_event, NULL);
  livekit_client_add_track (guest->client, &camera);
  livekit_client_start (guest->client);
}

static void
go (gpointer user_data)
{
  Guest *guest = user_data;

  g_clear_pointer (&guest->client, livekit_client_free);
}

START_TEST (test_a_loop_that_stops_after_the_free_leaves_nothing)
{
  const Phase *phase = &phases[_i];
  /* Offering and leaving are no other states of the socket. */
  if (phase->offer || phase->leave)
    return;
  g_autoptr (RoomScript) room = room_script_new (&phase->config);
  g_autofree gchar *url = get_phase_url (phase, room);
  g_autofree gchar *token = client_run_new_token ();
  Guest guest = {.url = url,.token = token };
  g_autoptr (ClientRun) run = client_run_new (url);
  guint limit = client_run_count_descriptors () + SLACK;

  for (guint round = 1; round <= ROUNDS; round++) {
    g_autoptr (LifeLoop) loop = life_loop_new ("guest");
    ck_assert (life_loop_start (loop, NULL));
    ck_assert (life_loop_post (loop, enter, &guest, NULL));
    if (phase->seen != 0)
      ck_assert (room_script_wait (room, phase->seen, round));
    ck_assert (life_loop_post (loop, go, &guest, NULL));
    ck_assert (life_loop_stop (loop, 30 * G_TIME_SPAN_SECOND));
  }
  ck_assert_msg (client_run_iterate_until (run, descriptors_are_at_most,
          &limit), "%s: %u descriptors, limit %u", phase->name,
      client_run_count_descriptors (), limit);
}

END_TEST;

static gboolean
nothing_hangs (gpointer user_data)
{
  return hang_resolver_get_hanging (user_data) == 0;
}

static gboolean
something_hangs (gpointer user_data)
{
  return !nothing_hangs (user_data);
}

START_TEST (test_it_may_be_freed_while_resolving)
{
  g_autoptr (HangResolver) names = hang_resolver_new (FALSE);
  g_autoptr (ClientRun) run = client_run_new ("ws://room.test:7880");

  livekit_client_start (client_run_get_client (run));
  ck_assert (client_run_iterate_until (run, something_hangs, names));
  client_run_free_client (run);
  ck_assert (client_run_iterate_until (run, nothing_hangs, names));
}

END_TEST;

START_TEST (test_a_leave_in_any_phase_ends_without_an_error)
{
  const Phase *phase = &phases[_i];
  g_autoptr (RoomScript) room = room_script_new (&phase->config);
  g_autofree gchar *url = get_phase_url (phase, room);
  g_autoptr (ClientRun) run = client_run_new (url);

  go_into_phase (phase, run, room, 1);
  livekit_client_leave (client_run_get_client (run));
  client_run_assert_ended (run, 0);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitclientphases");
  TCase *tcase = tcase_create ("phases");
  tcase_add_loop_test (tcase,
      test_it_may_be_freed_in_any_phase_and_leaves_nothing, 0,
      G_N_ELEMENTS (phases));
  tcase_add_loop_test (tcase,
      test_a_loop_that_stops_after_the_free_leaves_nothing, 0,
      G_N_ELEMENTS (phases));
  tcase_add_test (tcase, test_it_may_be_freed_while_resolving);
  tcase_add_loop_test (tcase,
      test_a_leave_in_any_phase_ends_without_an_error, 0,
      G_N_ELEMENTS (phases));
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
