/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpClient that has said all, with a server that reads late. */
#include "rtmp/rtmpclient.h"

#include "hostserver.h"
#include "looprun.h"

#include <check.h>

#define SIZE 10000
/* More than both systems take of what nobody reads. */
#define MANY 2000
#define CLOSE_TIMEOUT (50 * G_TIME_SPAN_MILLISECOND)

static GMainContext *context;
static HostServer *server;
static RtmpClient *client;
static guint ended;
static GError *why;

static void
on_events (RtmpClient * who, RtmpEvent * events, guint n, gpointer user_data)
{
  for (guint i = 0; i < n; i++) {
    if (events[i].kind != RTMP_EVENT_ENDED)
      continue;
    why = g_steal_pointer (&events[i].error);
    ended++;
  }
}

static gboolean
is_started (gpointer user_data)
{
  return rtmp_client_get_state (client) == RTMP_CALLER_STARTED;
}

static void
dial (void)
{
  static const RtmpClientFuncs funcs = {.events = on_events };
  RtmpClientConfig config = {.caller = {.close_timeout = CLOSE_TIMEOUT,
      .dialogue = {.publish = TRUE,.stop_commands =
                RTMP_STOP_FCUNPUBLISH | RTMP_STOP_DELETE_STREAM}}
  };

  g_autofree gchar *text = host_server_dup_url (server);
  g_autoptr (RtmpUrl) url = rtmp_url_parse (text, NULL);
  config.caller.dialogue.url = url;
  client = rtmp_client_new (&config, &funcs, NULL);
  rtmp_client_start (client);
  ck_assert (loop_run_until (context, is_started, NULL));
}

static void
begin (void)
{
  server = host_server_new (&(HostServerConfig) {
      .deaf = TRUE}
  );
  dial ();
}

static void
setup (void)
{
  context = loop_run_push ();
  begin ();
}

static void
teardown (void)
{
  g_clear_pointer (&client, rtmp_client_free);
  g_clear_pointer (&server, host_server_free);
  g_clear_error (&why);
  loop_run_pop (context);
}

static void
send (guint number)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_VIDEO,
    .stream = rtmp_client_get_stream (client)
  };
  g_autofree guint8 *data = g_malloc0 (SIZE);

  for (guint i = 0; i < number; i++) {
    g_autoptr (RtmpMessage) message = rtmp_message_new_copy (&head, data, SIZE);
    ck_assert_uint_eq (rtmp_client_send (client, &message, 1), 1);
  }
}

static gboolean
is_over_or_late (gpointer end_time)
{
  return ended > 0 || g_get_monotonic_time () > *(gint64 *) end_time;
}

/* It may be some time behind the client's own end. */
static gboolean
is_heard (gpointer user_data)
{
  return host_server_count (server, HOST_SERVER_ENDS) == 1;
}

static gboolean
is_handed_over (void)
{
  RtmpSessionStats stats;

  return rtmp_client_get_stats (client, &stats) && stats.queued_messages == 0;
}

/* How much goes into both systems, one of which is here. */
static guint
measure (void)
{
  guint number = 0;

  for (; number < MANY && is_handed_over (); number++)
    send (1);
  g_clear_pointer (&client, rtmp_client_free);
  g_clear_pointer (&server, host_server_free);
  begin ();
  return number;
}

/* The time of the goodbye begins when all that is before it has arrived. */
START_TEST (test_what_the_system_has_is_waited_for)
{
  guint number = measure ();

  ck_assert_uint_gt (number, 5);
  send (number - 3);
  ck_assert (is_handed_over ());
  rtmp_client_finish (client);
  gint64 end_time = g_get_monotonic_time () + 5 * CLOSE_TIMEOUT;
  ck_assert (loop_run_until (context, is_over_or_late, &end_time));
  ck_assert_uint_eq (ended, 0);
  host_server_listen (server);
  ck_assert (loop_run_until_count (context, &ended, 1));
  ck_assert_ptr_null (why);
  ck_assert (loop_run_until (context, is_heard, NULL));
  ck_assert_uint_eq (host_server_count (server, HOST_SERVER_MEDIA), number - 3);
}

END_TEST;

/* A close is for who cannot wait. */
START_TEST (test_a_close_waits_for_nothing)
{
  send (MANY);
  rtmp_client_close (client);
  ck_assert (loop_run_until_count (context, &ended, 1));
  ck_assert_uint_lt (host_server_count (server, HOST_SERVER_MEDIA), MANY);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpclientfinish");
  TCase *tcase = tcase_create ("rtmpclientfinish");
  tcase_set_timeout (tcase, 60);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_what_the_system_has_is_waited_for);
  tcase_add_test (tcase, test_a_close_waits_for_nothing);
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
