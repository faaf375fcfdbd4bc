/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpClient while it may not read, while it does nothing else, and when it
 * changes hands. */
#include "rtmp/rtmpclient.h"

#include "hostserver.h"
#include "looprun.h"
#include "rtmp/rtmperror.h"
#include "stucklistener.h"

#include <check.h>

static guint ended;
static guint stopped;
static GError *why;

static void
on_events (RtmpClient * client, RtmpEvent * events, guint n, gpointer user_data)
{
  for (guint i = 0; i < n; i++) {
    if (events[i].kind == RTMP_EVENT_STOPPED)
      stopped++;
    if (events[i].kind != RTMP_EVENT_ENDED)
      continue;
    why = g_steal_pointer (&events[i].error);
    ended++;
  }
}

static RtmpClient *
new_player (const gchar * text, gint64 idle_timeout, gint64 ping_interval)
{
  static const RtmpClientFuncs funcs = { on_events, NULL };
  g_autoptr (RtmpUrl) url = rtmp_url_parse (text, NULL);
  RtmpClientConfig config = { 0 };

  ended = stopped = 0;
  config.caller.dialogue.url = url;
  config.caller.idle_timeout = idle_timeout;
  config.caller.ping_interval = ping_interval;
  config.caller.handshake_timeout = 60 * G_TIME_SPAN_SECOND;
  return rtmp_client_new (&config, &funcs, NULL);
}

static gboolean
is_in_handshake (gpointer client)
{
  return rtmp_client_get_state (client) == RTMP_CALLER_HANDSHAKE;
}

static gboolean
is_over_or_late (gpointer end_time)
{
  return ended > 0 || g_get_monotonic_time () > *(gint64 *) end_time;
}

START_TEST (test_silence_is_no_loss_until_it_reads)
{
  const gint64 idle = 100 * G_TIME_SPAN_MILLISECOND;
  GMainContext *context = loop_run_push ();
  g_autoptr (StuckListener) mute = stuck_listener_new_mute (NULL, NULL);
  g_autofree gchar *url = g_strdup_printf ("rtmp://127.0.0.1:%u/a/s",
      stuck_listener_get_port (mute));
  RtmpClient *client = new_player (url, idle, 0);

  rtmp_client_set_reading (client, FALSE);
  rtmp_client_start (client);
  ck_assert (loop_run_until (context, is_in_handshake, client));
  gint64 end_time = g_get_monotonic_time () + 3 * idle;
  ck_assert (loop_run_until (context, is_over_or_late, &end_time));
  ck_assert_uint_eq (ended, 0);
  rtmp_client_set_reading (client, TRUE);
  ck_assert (loop_run_until_count (context, &ended, 1));
  ck_assert (g_error_matches (why, RTMP_ERROR, RTMP_ERROR_LOST));
  g_clear_error (&why);
  rtmp_client_free (client);
  loop_run_pop (context);
}

END_TEST;

static gboolean
on_busy (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* A loop that always has something before the clock, as a socket that is always
 * readable is. */
START_TEST (test_deadlines_are_kept_while_something_always_comes)
{
  GMainContext *context = loop_run_push ();
  g_autoptr (HostServer) server = host_server_new (&(HostServerConfig) {
      .to_play = 400,.play_size = 50000}
  );
  g_autofree gchar *url = host_server_dup_url (server);
  RtmpClient *client = new_player (url, 0, G_TIME_SPAN_MILLISECOND);
  GSource *busy = g_idle_source_new ();
  RtmpSessionStats stats;

  g_source_set_priority (busy, G_PRIORITY_DEFAULT + 1);
  g_source_set_callback (busy, on_busy, NULL, NULL);
  g_source_attach (busy, context);
  rtmp_client_start (client);
  ck_assert (loop_run_until_count (context, &stopped, 1));
  ck_assert (rtmp_client_get_stats (client, &stats));
  ck_assert_int_ge (stats.round_trip, 0);
  g_source_destroy (busy);
  g_source_unref (busy);
  rtmp_client_free (client);
  loop_run_pop (context);
}

END_TEST;

static void
on_other_events (RtmpClient * client, RtmpEvent * events, guint n,
    gpointer user_data)
{
  guint *count = user_data;

  for (guint i = 0; i < n; i++)
    *count += events[i].kind == RTMP_EVENT_ENDED;
}

static gboolean
is_started (gpointer client)
{
  return rtmp_client_get_state (client) == RTMP_CALLER_STARTED;
}

START_TEST (test_another_user_hears_what_follows)
{
  static const RtmpClientFuncs others = {.events = on_other_events };
  GMainContext *context = loop_run_push ();
  g_autoptr (HostServer) server = host_server_new (&(HostServerConfig) {
      0}
  );
  g_autofree gchar *url = host_server_dup_url (server);
  RtmpClient *client = new_player (url, 0, 0);
  guint count = 0;

  rtmp_client_start (client);
  ck_assert (loop_run_until (context, is_started, client));
  rtmp_client_set_funcs (client, &others, &count);
  rtmp_client_close (client);
  ck_assert (loop_run_until_count (context, &count, 1));
  ck_assert_uint_eq (ended, 0);
  rtmp_client_free (client);
  loop_run_pop (context);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpclientreading");
  TCase *tcase = tcase_create ("rtmpclientreading");
  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, test_silence_is_no_loss_until_it_reads);
  tcase_add_test (tcase, test_deadlines_are_kept_while_something_always_comes);
  tcase_add_test (tcase, test_another_user_hears_what_follows);
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
