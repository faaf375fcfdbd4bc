/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpclient.h"

#include "hangresolver.h"
#include "hostserver.h"
#include "looprun.h"
#include "rtmp/rtmperror.h"
#include "stucklistener.h"
#include "testcertificate.h"

#include <check.h>
#include <string.h>

#define STOP_COMMANDS (RTMP_STOP_FCUNPUBLISH | RTMP_STOP_DELETE_STREAM)

typedef struct
{
  GMainContext *context;
  RtmpClient *client;
  guint started;
  guint stopped;
  guint ended;
  guint drained;
  guint media;
  guint batches;
  guint64 bytes;
  gboolean wrong;               /* a message was not the next one */
  GError *error;
  guint *free_at;               /* free the client when this one counts */
  HostServer *server;
} Run;

static Run run;

static void
count (guint * counter)
{
  (*counter)++;
  if (run.free_at == counter)
    g_clear_pointer (&run.client, rtmp_client_free);
}

static void
on_media (const RtmpMessage * message)
{
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);

  run.wrong |= rtmp_message_get_head (message)->timestamp != run.media
      || data[0] != (guint8) run.media || data[size - 1] != data[0];
  run.bytes += size;
  count (&run.media);
}

static void
on_events (RtmpClient * client, RtmpEvent * events, guint n, gpointer user_data)
{
  run.batches++;
  for (guint i = 0; i < n && run.client != NULL; i++) {
    switch (events[i].kind) {
      case RTMP_EVENT_STARTED:
        count (&run.started);
        break;
      case RTMP_EVENT_STOPPED:
        count (&run.stopped);
        break;
      case RTMP_EVENT_MEDIA:
        on_media (events[i].message);
        break;
      case RTMP_EVENT_ENDED:
        run.error = g_steal_pointer (&events[i].error);
        count (&run.ended);
        break;
      default:
        break;
    }
  }
}

static void
on_drained (RtmpClient * client, gpointer user_data)
{
  count (&run.drained);
}

static void
setup (void)
{
  run = (Run) {
  .context = loop_run_push ()};
}

static void
teardown (void)
{
  g_clear_pointer (&run.client, rtmp_client_free);
  g_clear_error (&run.error);
  loop_run_pop (run.context);
  g_clear_pointer (&run.server, host_server_free);
}

static void
begin_at (const gchar * text, RtmpClientConfig config)
{
  static const RtmpClientFuncs funcs = { on_events, on_drained };
  g_autoptr (RtmpUrl) url = rtmp_url_parse (text, NULL);
  g_autoptr (GTlsDatabase) nobody = NULL;

  /* The system's takes a sanitizer many seconds. */
  if (url->secure && config.tls_database == NULL) {
    g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
    config.tls_database = nobody = host_database_new (certificate);
  }
  config.caller.dialogue.url = url;
  config.caller.dialogue.stop_commands = STOP_COMMANDS;
  run.client = rtmp_client_new (&config, &funcs, NULL);
  rtmp_client_start (run.client);
}

static void
begin (const HostServerConfig * server, RtmpClientConfig config)
{
  run.server = host_server_new (server);
  g_autofree gchar *url = host_server_dup_url (run.server);
  begin_at (url, config);
}

static RtmpClientConfig
new_config (gboolean publish)
{
  RtmpClientConfig config = { 0 };

  config.caller.dialogue.publish = publish;
  return config;
}

static gboolean
wait_for (const guint * counter)
{
  return loop_run_until_count (run.context, counter, 1);
}

typedef struct
{
  HostServerSeen seen;
  guint64 count;
} Wanted;

static gboolean
has_seen (gpointer user_data)
{
  Wanted *wanted = user_data;

  return host_server_count (run.server, wanted->seen) >= wanted->count;
}

static gboolean
wait_for_server (HostServerSeen seen, guint64 number)
{
  Wanted wanted = { seen, number };

  return loop_run_until (run.context, has_seen, &wanted);
}

static void
send (guint number, gsize size)
{
  g_autoptr (GPtrArray) messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rtmp_message_unref);
  g_autofree guint8 *data = g_malloc0 (size);

  for (guint i = 0; i < number; i++) {
    RtmpMessageHead head = {.type = RTMP_MESSAGE_VIDEO,.timestamp = i,
      .stream = rtmp_client_get_stream (run.client)
    };
    g_ptr_array_add (messages, rtmp_message_new_copy (&head, data, size));
  }
  ck_assert_uint_eq (rtmp_client_send (run.client,
          (RtmpMessage **) messages->pdata, number), number);
}

static void
assert_error (gint code, const gchar * why)
{
  ck_assert (wait_for (&run.ended));
  ck_assert_ptr_nonnull (run.error);
  ck_assert_msg (g_error_matches (run.error, RTMP_ERROR, code), "%s",
      run.error->message);
  ck_assert_msg (strstr (run.error->message, why) != NULL, "%s",
      run.error->message);
}

static void
publish (const HostServerConfig * server, RtmpClientConfig config)
{
  config.caller.dialogue.publish = TRUE;
  begin (server, config);
  ck_assert (wait_for (&run.started));
  send (50, 10000);
  ck_assert (wait_for_server (HOST_SERVER_MEDIA, 50));
  rtmp_client_close (run.client);
  ck_assert (wait_for (&run.ended));
  ck_assert_ptr_null (run.error);
  ck_assert_uint_eq (host_server_count (run.server, HOST_SERVER_BYTES), 500000);
  ck_assert (wait_for_server (HOST_SERVER_CLOSED, 1));
  ck_assert_uint_eq (host_server_count (run.server, HOST_SERVER_ENDS), 1);
}

static void
play (const HostServerConfig * server, GTlsDatabase * database)
{
  RtmpClientConfig config = new_config (FALSE);

  config.tls_database = database;
  begin (server, config);
  ck_assert (wait_for (&run.stopped));
  ck_assert_uint_eq (run.media, server->to_play);
  ck_assert_uint_eq (run.bytes, server->to_play * server->play_size);
  ck_assert (!run.wrong);
  rtmp_client_close (run.client);
  ck_assert (wait_for (&run.ended));
  ck_assert_ptr_null (run.error);
}

START_TEST (test_it_publishes)
{
  publish (&(HostServerConfig) {
      0}, new_config (TRUE));
}

END_TEST;

START_TEST (test_it_publishes_with_digests)
{
  RtmpClientConfig config = new_config (TRUE);

  config.caller.digest = TRUE;
  publish (&(HostServerConfig) {
      0}, config);
}

END_TEST;

START_TEST (test_it_plays)
{
  HostServerConfig server = {.to_play = 300,.play_size = 20000 };

  play (&server, NULL);
  /* What came at once was handed on at once. */
  ck_assert_uint_lt (run.batches, run.media);
}

END_TEST;

START_TEST (test_it_publishes_over_tls)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
  g_autoptr (GTlsDatabase) database = host_database_new (certificate);
  RtmpClientConfig config = new_config (TRUE);

  config.tls_database = database;
  publish (&(HostServerConfig) {
      .certificate = certificate}, config);
}

END_TEST;

START_TEST (test_it_plays_over_tls)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
  g_autoptr (GTlsDatabase) database = host_database_new (certificate);
  HostServerConfig server = {.certificate = certificate,.to_play = 100,
    .play_size = 20000
  };

  play (&server, database);
}

END_TEST;

static void
connect_untrusted (GTlsCertificateFlags flags)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
  g_autoptr (GTlsCertificate) other = test_certificate_new ();
  g_autoptr (GTlsDatabase) database = host_database_new (other);
  RtmpClientConfig config = new_config (TRUE);

  config.tls_database = database;
  config.tls_flags = flags;
  begin (&(HostServerConfig) {
      .certificate = certificate}, config);
}

START_TEST (test_a_certificate_is_looked_at)
{
  connect_untrusted (0);
  assert_error (RTMP_ERROR_TLS, "not trusted here");
}

END_TEST;

START_TEST (test_it_is_not_when_told_so)
{
  connect_untrusted (G_TLS_CERTIFICATE_UNKNOWN_CA);
  ck_assert (wait_for (&run.started));
}

END_TEST;

START_TEST (test_a_refusal_is_told_in_words)
{
  begin (&(HostServerConfig) {
      .refuse_connect = "NetConnection.Connect.InvalidApp"}, new_config (TRUE));
  assert_error (RTMP_ERROR_NO_SUCH_APPLICATION, "not you");
}

END_TEST;

START_TEST (test_a_refused_stream_is_told_in_words)
{
  begin (&(HostServerConfig) {
      .refuse_stream = "NetStream.Publish.BadName"}, new_config (TRUE));
  assert_error (RTMP_ERROR_BUSY, "not here");
}

END_TEST;

START_TEST (test_a_host_that_is_not_there_is_an_error)
{
  g_autoptr (HangResolver) resolver = hang_resolver_new (TRUE);

  begin_at ("rtmp://host.invalid/live/key", new_config (TRUE));
  assert_error (RTMP_ERROR_RESOLVE, "host.invalid");
}

END_TEST;

START_TEST (test_a_server_that_goes_is_an_error)
{
  begin (&(HostServerConfig) {
      0}, new_config (TRUE));
  ck_assert (wait_for (&run.started));
  host_server_cut (run.server);
  assert_error (RTMP_ERROR_LOST, "closed the connection without a word");
}

END_TEST;

START_TEST (test_each_wait_has_a_deadline)
{
  g_autoptr (StuckListener) full = stuck_listener_new_full ();
  g_autoptr (StuckListener) mute = stuck_listener_new_mute (NULL, NULL);
  RtmpClientConfig config = new_config (TRUE);
  g_autofree gchar *full_url = g_strdup_printf ("rtmp://127.0.0.1:%u/a/s",
      stuck_listener_get_port (full));
  g_autofree gchar *mute_url = g_strdup_printf ("rtmp://127.0.0.1:%u/a/s",
      stuck_listener_get_port (mute));
  g_autofree gchar *tls_url = g_strdup_printf ("rtmps://127.0.0.1:%u/a/s",
      stuck_listener_get_port (mute));

  config.caller.handshake_timeout = 100 * G_TIME_SPAN_MILLISECOND;
  begin_at (mute_url, config);
  assert_error (RTMP_ERROR_TIMEOUT, "handshake");
  teardown ();
  setup ();
  config.caller.dial_timeout = 100 * G_TIME_SPAN_MILLISECOND;
  begin_at (full_url, config);
  assert_error (RTMP_ERROR_UNREACHABLE, "did not answer");
  teardown ();
  setup ();
  begin_at (tls_url, config);
  assert_error (RTMP_ERROR_UNREACHABLE, "did not answer");
}

END_TEST;

START_TEST (test_it_is_closed_and_freed_in_every_phase)
{
  g_autoptr (StuckListener) full = stuck_listener_new_full ();
  g_autoptr (StuckListener) mute = stuck_listener_new_mute (NULL, NULL);

  for (guint i = 0; i < 8; i++) {
    g_autofree gchar *url = g_strdup_printf ("rtmp%s://127.0.0.1:%u/live/key",
        i / 2 == 2 ? "s" : "", stuck_listener_get_port (i / 2 == 0 ? full
            : mute));
    if (i / 2 == 3) {
      begin (&(HostServerConfig) {
          0}
          , new_config (TRUE));
      ck_assert (wait_for (&run.started));
    } else {
      begin_at (url, new_config (TRUE));
      loop_run_settle (run.context);
    }
    if (i % 2 == 0) {
      rtmp_client_close (run.client);
      ck_assert (wait_for (&run.ended));
      ck_assert_ptr_null (run.error);
    }
    teardown ();
    setup ();
  }
}

END_TEST;

START_TEST (test_it_may_be_freed_at_each_event)
{
  guint *at[] = { &run.started, &run.media, &run.stopped, &run.ended };

  for (guint i = 0; i < G_N_ELEMENTS (at); i++) {
    run.free_at = at[i];
    begin (&(HostServerConfig) {
        .to_play = 30,.play_size = 1000}
        , new_config (FALSE));
    if (at[i] == &run.ended) {
      ck_assert (wait_for (&run.stopped));
      rtmp_client_close (run.client);
    }
    ck_assert (wait_for (at[i]));
    ck_assert_ptr_null (run.client);
    ck_assert (wait_for_server (HOST_SERVER_CLOSED, 1));
    teardown ();
    setup ();
  }
}

END_TEST;

static const HostServerConfig deaf = {.deaf = TRUE };

/* By bytes, and by time. */
START_TEST (test_who_sends_too_much_is_told_so)
{
  RtmpClientConfig config = new_config (TRUE);

  config.budget_bytes = _i == 0 ? 1000000 : G_MAXSSIZE;
  config.budget_time = _i == 0 ? 0 : 20 * G_TIME_SPAN_MILLISECOND;
  begin (&deaf, config);
  ck_assert (wait_for (&run.started));
  ck_assert (!rtmp_client_is_full (run.client));
  /* More than the buffers of both systems hold. */
  for (guint i = 0; i < 100 && !rtmp_client_is_full (run.client); i++) {
    send (20, 50000);
    loop_run_settle (run.context);
  }
  ck_assert (rtmp_client_is_full (run.client));
  loop_run_settle (run.context);
  ck_assert_uint_eq (run.drained, 0);
  host_server_listen (run.server);
  ck_assert (wait_for (&run.drained));
  ck_assert (!rtmp_client_is_full (run.client));
}

END_TEST;

START_TEST (test_a_deaf_server_has_a_deadline)
{
  RtmpClientConfig config = new_config (TRUE);

  config.caller.stall_timeout = 300 * G_TIME_SPAN_MILLISECOND;
  begin (&deaf, config);
  ck_assert (wait_for (&run.started));
  while (run.ended == 0) {
    g_autofree guint8 *data = g_malloc0 (500000);
    RtmpMessageHead head = {.type = RTMP_MESSAGE_VIDEO,.stream = 1 };
    g_autoptr (RtmpMessage) message =
        rtmp_message_new_copy (&head, data, 500000);
    if (!rtmp_client_is_full (run.client))
      rtmp_client_send (run.client, &message, 1);
    loop_run_settle (run.context);
  }
  /* Either clock may be the first: ours, or that of TCP. */
  ck_assert (g_error_matches (run.error, RTMP_ERROR, RTMP_ERROR_STALLED)
      || g_error_matches (run.error, RTMP_ERROR, RTMP_ERROR_LOST));
}

END_TEST;

/* A goodbye does not wait for who reads nothing. */
START_TEST (test_a_close_is_not_stuck_behind_a_deaf_server)
{
  begin (&(HostServerConfig) {
      .deaf = TRUE}
      , new_config (TRUE));
  ck_assert (wait_for (&run.started));
  send (400, 50000);
  rtmp_client_close (run.client);
  ck_assert (wait_for (&run.ended));
  ck_assert_ptr_null (run.error);
}

END_TEST;

/* And a finish does. */
START_TEST (test_it_finishes_when_all_is_sent)
{
  begin (&(HostServerConfig) {
      .deaf = TRUE}
      , new_config (TRUE));
  ck_assert (wait_for (&run.started));
  send (400, 50000);
  rtmp_client_finish (run.client);
  loop_run_settle (run.context);
  ck_assert_uint_eq (run.ended, 0);
  host_server_listen (run.server);
  ck_assert (wait_for (&run.ended));
  ck_assert_ptr_null (run.error);
  ck_assert_uint_eq (host_server_count (run.server, HOST_SERVER_BYTES),
      20000000);
}

END_TEST;

START_TEST (test_reading_can_wait)
{
  RtmpSessionStats stats;

  begin (&(HostServerConfig) {
      .to_play = 400,.play_size = 50000}
      , new_config (FALSE));
  ck_assert (wait_for (&run.started));
  rtmp_client_set_reading (run.client, FALSE);
  guint before = run.media;
  loop_run_settle (run.context);
  ck_assert_uint_eq (run.media, before);
  rtmp_client_set_reading (run.client, TRUE);
  ck_assert (wait_for (&run.stopped));
  ck_assert_uint_eq (run.media, 400);
  ck_assert (rtmp_client_get_stats (run.client, &stats));
  ck_assert_uint_gt (stats.bytes_in, 20000000);
}

END_TEST;

static gboolean
has_no_more (gpointer before)
{
  return loop_run_count_descriptors () <= *(guint *) before;
}

START_TEST (test_no_descriptor_is_left)
{
  HostServerConfig config = {.to_play = 3,.play_size = 10 };
  guint before = 0;

  for (guint i = 0; i < 5; i++) {
    begin (&config, new_config (FALSE));
    ck_assert (wait_for (&run.stopped));
    teardown ();
    setup ();
    /* What is opened once is open now; GLib's threads close theirs later. */
    if (i == 0)
      before = loop_run_count_descriptors ();
    ck_assert (loop_run_until (run.context, has_no_more, &before));
  }
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpclient");
  TCase *tcase = tcase_create ("rtmpclient");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_it_publishes);
  tcase_add_test (tcase, test_it_publishes_with_digests);
  tcase_add_test (tcase, test_it_plays);
  tcase_add_test (tcase, test_it_publishes_over_tls);
  tcase_add_test (tcase, test_it_plays_over_tls);
  tcase_add_test (tcase, test_a_certificate_is_looked_at);
  tcase_add_test (tcase, test_it_is_not_when_told_so);
  tcase_add_test (tcase, test_a_refusal_is_told_in_words);
  tcase_add_test (tcase, test_a_refused_stream_is_told_in_words);
  tcase_add_test (tcase, test_a_host_that_is_not_there_is_an_error);
  tcase_add_test (tcase, test_a_server_that_goes_is_an_error);
  tcase_add_test (tcase, test_each_wait_has_a_deadline);
  tcase_add_test (tcase, test_it_is_closed_and_freed_in_every_phase);
  tcase_add_test (tcase, test_it_may_be_freed_at_each_event);
  tcase_add_loop_test (tcase, test_who_sends_too_much_is_told_so, 0, 2);
  tcase_add_test (tcase, test_a_deaf_server_has_a_deadline);
  tcase_add_test (tcase, test_a_close_is_not_stuck_behind_a_deaf_server);
  tcase_add_test (tcase, test_it_finishes_when_all_is_sent);
  tcase_add_test (tcase, test_reading_can_wait);
  tcase_add_test (tcase, test_no_descriptor_is_left);
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
