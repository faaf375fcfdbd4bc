/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpdial.h"

#include "hangresolver.h"
#include "hostserver.h"
#include "looprun.h"
#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmperror.h"
#include "stucklistener.h"
#include "testcertificate.h"

#include <check.h>
#include <string.h>
#include <sys/socket.h>

typedef struct
{
  GMainContext *context;
  RtmpDial *dial;
  guint called;
  GIOStream *stream;
  GError *error;
} Run;

static Run run;

static void
setup (void)
{
  run = (Run) {
  .context = loop_run_push ()};
}

static void
teardown (void)
{
  g_clear_pointer (&run.dial, rtmp_dial_free);
  g_clear_object (&run.stream);
  g_clear_error (&run.error);
  loop_run_pop (run.context);
}

static void
on_dialled (GIOStream * stream, const GError * error, gpointer user_data)
{
  ck_assert ((stream == NULL) != (error == NULL));
  /* To its user the nest is not there. */
  ck_assert_ptr_eq (g_main_context_get_thread_default (), run.context);
  run.called++;
  if (stream != NULL)
    run.stream = g_object_ref (stream);
  else
    run.error = g_error_copy (error);
}

/* Trusts nobody: the system's database takes a sanitizer many seconds. */
static void
begin_with (RtmpDialConfig config)
{
  g_autoptr (GTlsDatabase) nobody = NULL;

  if (config.secure && config.tls_database == NULL) {
    g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
    config.tls_database = nobody = host_database_new (certificate);
  }
  if (config.host == NULL)
    config.host = "127.0.0.1";
  run.dial = rtmp_dial_new (&config, on_dialled, NULL);
}

static void
assert_error (gint code, const gchar * why)
{
  ck_assert (loop_run_until_count (run.context, &run.called, 1));
  ck_assert_ptr_nonnull (run.error);
  ck_assert_msg (g_error_matches (run.error, RTMP_ERROR, code), "%s",
      run.error->message);
  ck_assert_msg (strstr (run.error->message, why) != NULL, "%s",
      run.error->message);
}

static guint16
find_closed_port (void)
{
  g_autoptr (StuckListener) listener = stuck_listener_new_mute (NULL, NULL);

  return stuck_listener_get_port (listener);
}

START_TEST (test_it_connects)
{
  g_autoptr (StuckListener) listener = stuck_listener_new_mute (NULL, NULL);

  begin_with ((RtmpDialConfig) {
      .port = stuck_listener_get_port (listener)}
  );
  ck_assert_uint_eq (run.called, 0);
  ck_assert (loop_run_until_count (run.context, &run.called, 1));
  ck_assert_ptr_nonnull (run.stream);
  ck_assert (g_socket_is_connected (rtmp_dial_get_socket (run.stream)));
}

END_TEST;

START_TEST (test_a_closed_port_is_an_error)
{
  begin_with ((RtmpDialConfig) {
      .port = find_closed_port ()}
  );
  assert_error (RTMP_ERROR_UNREACHABLE, "no server listens on port");
}

END_TEST;

START_TEST (test_a_name_that_is_not_found_is_an_error)
{
  g_autoptr (HangResolver) resolver = hang_resolver_new (TRUE);

  begin_with ((RtmpDialConfig) {
      .host = "host.invalid",.port = 1935}
  );
  assert_error (RTMP_ERROR_RESOLVE, "host.invalid not found");
}

END_TEST;

START_TEST (test_it_is_given_up_while_a_name_is_looked_for)
{
  g_autoptr (HangResolver) resolver = hang_resolver_new (FALSE);

  begin_with ((RtmpDialConfig) {
      .host = "host.invalid",.port = 1935}
  );
  loop_run_settle (run.context);
  ck_assert (hang_resolver_wait (resolver, 1));
  g_clear_pointer (&run.dial, rtmp_dial_free);
  loop_run_settle (run.context);
  ck_assert_uint_eq (run.called, 0);
}

END_TEST;

START_TEST (test_it_is_given_up_while_it_connects)
{
  g_autoptr (StuckListener) listener = stuck_listener_new_full ();

  begin_with ((RtmpDialConfig) {
      .port = stuck_listener_get_port (listener)}
  );
  loop_run_settle (run.context);
  ck_assert_uint_eq (run.called, 0);
  g_clear_pointer (&run.dial, rtmp_dial_free);
  loop_run_settle (run.context);
  ck_assert_uint_eq (run.called, 0);
}

END_TEST;

START_TEST (test_it_is_given_up_while_tls_waits)
{
  g_autoptr (StuckListener) listener = stuck_listener_new_mute (NULL, NULL);

  begin_with ((RtmpDialConfig) {
      .port = stuck_listener_get_port (listener),.secure = TRUE,.tls_flags =
        G_TLS_CERTIFICATE_VALIDATE_ALL}
  );
  loop_run_settle (run.context);
  ck_assert_uint_eq (run.called, 0);
  g_clear_pointer (&run.dial, rtmp_dial_free);
  loop_run_settle (run.context);
  ck_assert_uint_eq (run.called, 0);
}

END_TEST;

static void
on_dialled_and_free (GIOStream * stream, const GError * error,
    gpointer user_data)
{
  on_dialled (stream, error, user_data);
  g_clear_pointer (&run.dial, rtmp_dial_free);
}

START_TEST (test_it_may_be_freed_when_it_calls)
{
  RtmpDialConfig config = {.host = "127.0.0.1",.port = find_closed_port () };

  run.dial = rtmp_dial_new (&config, on_dialled_and_free, NULL);
  ck_assert (loop_run_until_count (run.context, &run.called, 1));
  ck_assert_ptr_null (run.dial);
}

END_TEST;

/* By default: whom the system trusts. */
START_TEST (test_an_untrusted_certificate_is_refused)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
  HostServerConfig config = {.certificate = certificate };
  g_autoptr (HostServer) server = host_server_new (&config);

  RtmpDialConfig dial = {.host = "127.0.0.1",
    .port = host_server_get_port (server),.secure = TRUE,
    .tls_flags = G_TLS_CERTIFICATE_VALIDATE_ALL
  };
  run.dial = rtmp_dial_new (&dial, on_dialled, NULL);
  assert_error (RTMP_ERROR_TLS, "not trusted here");
}

END_TEST;

START_TEST (test_it_is_taken_when_told_so)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
  HostServerConfig config = {.certificate = certificate };
  g_autoptr (HostServer) server = host_server_new (&config);

  begin_with ((RtmpDialConfig) {
      .port = host_server_get_port (server),.secure = TRUE,.tls_flags =
        G_TLS_CERTIFICATE_VALIDATE_ALL & ~G_TLS_CERTIFICATE_UNKNOWN_CA});
  ck_assert (loop_run_until_count (run.context, &run.called, 1));
  ck_assert (G_IS_TLS_CONNECTION (run.stream));
  ck_assert_ptr_nonnull (rtmp_dial_get_socket (run.stream));
}

END_TEST;

START_TEST (test_who_is_trusted_can_be_said)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
  HostServerConfig config = {.certificate = certificate };
  g_autoptr (HostServer) server = host_server_new (&config);
  g_autoptr (GTlsDatabase) database = host_database_new (certificate);

  begin_with ((RtmpDialConfig) {
      .port = host_server_get_port (server),.secure = TRUE,.tls_flags =
        G_TLS_CERTIFICATE_VALIDATE_ALL,.tls_database = database}
  );
  ck_assert (loop_run_until_count (run.context, &run.called, 1));
  ck_assert_msg (run.stream != NULL, "%s", run.error->message);
}

END_TEST;

/* The certificate is for the number, not for the name. */
START_TEST (test_a_certificate_for_another_host_is_refused)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
  HostServerConfig config = {.certificate = certificate };
  g_autoptr (HostServer) server = host_server_new (&config);
  g_autoptr (GTlsDatabase) database = host_database_new (certificate);

  begin_with ((RtmpDialConfig) {
      .host = "localhost",.port = host_server_get_port (server),.secure =
        TRUE,.tls_flags = G_TLS_CERTIFICATE_VALIDATE_ALL,.tls_database =
        database}
  );
  assert_error (RTMP_ERROR_TLS, "made out for another host");
}

END_TEST;

static GSocket *
listen_at (const gchar * address, guint16 port)
{
  g_autoptr (GSocketAddress) where =
      g_inet_socket_address_new_from_string (address, port);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, &error);

  ck_assert_ptr_nonnull (socket);
  ck_assert_msg (g_socket_bind (socket, where, TRUE, &error)
      && g_socket_listen (socket, &error), "%s", error->message);
  return socket;
}

/* One of a host's addresses is closed, at one nothing answers, and one
 * lives. */
START_TEST (test_the_address_that_answers_first_is_taken)
{
  const gchar *addresses[] = { "127.0.0.3", "127.0.0.1", "127.0.0.2", NULL };
  g_autoptr (HangResolver) resolver = hang_resolver_new_at (addresses);
  g_autoptr (StuckListener) stuck = stuck_listener_new_full ();
  guint16 port = stuck_listener_get_port (stuck);
  g_autoptr (GSocket) living = listen_at ("127.0.0.2", port);

  begin_with ((RtmpDialConfig) {
      .host = "host.example",.port = port}
  );
  ck_assert (loop_run_until_count (run.context, &run.called, 1));
  ck_assert_msg (run.stream != NULL, "%s", run.error->message);
  g_autoptr (GSocketAddress) found =
      g_socket_get_remote_address (rtmp_dial_get_socket (run.stream), NULL);
  g_autofree gchar *text = g_inet_address_to_string
      (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (found)));
  ck_assert_str_eq (text, "127.0.0.2");
}

END_TEST;

/* The host name in a ClientHello: RFC 8446 4.1.2, RFC 6066 3. */
static gchar *
find_server_name (const guint8 * data, gsize size)
{
  RtmpCursor cursor;
  guint32 ciphers = 0, type = 1, length = 0;
  const guint8 *session, *compressions, *name = NULL;

  rtmp_cursor_init (&cursor, data, size);
  if (!rtmp_cursor_skip (&cursor, 5 + 4 + 2 + 32)
      || !rtmp_cursor_get_data (&cursor, 1, &session)
      || !rtmp_cursor_skip (&cursor, *session)
      || !rtmp_cursor_get_u16 (&cursor, &ciphers)
      || !rtmp_cursor_skip (&cursor, ciphers)
      || !rtmp_cursor_get_data (&cursor, 1, &compressions)
      || !rtmp_cursor_skip (&cursor, *compressions + 2))
    return NULL;
  while (rtmp_cursor_get_u16 (&cursor, &type)
      && rtmp_cursor_get_u16 (&cursor, &length) && type != 0)
    if (!rtmp_cursor_skip (&cursor, length))
      return NULL;
  /* Of a list, and of a kind. */
  if (type != 0 || !rtmp_cursor_skip (&cursor, 3)
      || !rtmp_cursor_get_u16 (&cursor, &length)
      || !rtmp_cursor_get_data (&cursor, length, &name))
    return NULL;
  return g_strndup ((const gchar *) name, length);
}

static gboolean
has_hello (gpointer user_data)
{
  return g_socket_condition_check (user_data, G_IO_IN) != 0;
}

START_TEST (test_the_server_is_told_whom_tls_is_for)
{
  const gchar *addresses[] = { "127.0.0.1", NULL };
  g_autoptr (HangResolver) resolver = hang_resolver_new_at (addresses);
  g_autoptr (GSocket) listener = listen_at ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) where =
      g_socket_get_local_address (listener, NULL);
  guint8 hello[4096];

  begin_with ((RtmpDialConfig) {
      .host = "media.example",.port = g_inet_socket_address_get_port
        (G_INET_SOCKET_ADDRESS (where)),.secure = TRUE,.tls_flags =
        G_TLS_CERTIFICATE_VALIDATE_ALL}
  );
  ck_assert (loop_run_until (run.context, has_hello, listener));
  g_autoptr (GSocket) peer = g_socket_accept (listener, NULL, NULL);
  ck_assert (loop_run_until (run.context, has_hello, peer));
  gssize size =
      g_socket_receive (peer, (gchar *) hello, sizeof hello, NULL, NULL);
  ck_assert_int_gt (size, 0);
  g_autofree gchar *name = find_server_name (hello, size);
  ck_assert_ptr_nonnull (name);
  ck_assert_str_eq (name, "media.example");
}

END_TEST;

static void
answer_in_text (GSocket * socket, const gchar * head, gpointer user_data)
{
  const gchar *text = "HTTP/1.1 400 Bad Request\r\n\r\n";

  g_socket_send (socket, text, strlen (text), NULL, NULL);
}

START_TEST (test_a_server_without_tls_is_an_error_of_tls)
{
  g_autoptr (StuckListener) listener =
      stuck_listener_new_mute (answer_in_text, NULL);

  begin_with ((RtmpDialConfig) {
      .port = stuck_listener_get_port (listener),.secure = TRUE,.tls_flags =
        G_TLS_CERTIFICATE_VALIDATE_ALL});
  assert_error (RTMP_ERROR_TLS, "no secure connection");
}

END_TEST;

static void
close_at_once (GSocket * socket, const gchar * head, gpointer user_data)
{
  g_socket_close (socket, NULL);
}

/* What lingers for no time is reset. */
static void
reset_at_once (GSocket * socket, const gchar * head, gpointer user_data)
{
  struct linger none = {.l_onoff = 1 };

  setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &none,
      sizeof none);
  g_socket_close (socket, NULL);
}

/* A server that starts or is short of something: it says nothing of TLS. */
START_TEST (test_a_handshake_that_is_cut_is_no_error_of_tls)
{
  const StuckListenerFunc funcs[] = { close_at_once, reset_at_once };

  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++) {
    g_autoptr (StuckListener) listener =
        stuck_listener_new_mute (funcs[i], NULL);
    run.called = 0;
    begin_with ((RtmpDialConfig) {
        .port = stuck_listener_get_port (listener),.secure = TRUE,.tls_flags =
          G_TLS_CERTIFICATE_VALIDATE_ALL}
    );
    assert_error (RTMP_ERROR_UNREACHABLE, "before it was secure");
    g_clear_pointer (&run.dial, rtmp_dial_free);
    g_clear_error (&run.error);
  }
}

END_TEST;

/* A fatal alert, RFC 8446, 6: @user_data is its description. */
static void
answer_with_alert (GSocket * socket, const gchar * head, gpointer user_data)
{
  const gchar record[] = { 21, 3, 3, 0, 2, 2, GPOINTER_TO_INT (user_data) };

  g_socket_send (socket, record, sizeof record, NULL, NULL);
}

/* The server has answered, and does not want this: unlike one that is cut. */
START_TEST (test_an_alert_is_a_refusal)
{
  /* internal_error, unrecognized_name */
  const gint alerts[] = { 80, 112 };

  for (guint i = 0; i < G_N_ELEMENTS (alerts); i++) {
    g_autoptr (StuckListener) listener =
        stuck_listener_new_mute (answer_with_alert,
        GINT_TO_POINTER (alerts[i]));
    run.called = 0;
    begin_with ((RtmpDialConfig) {
        .port = stuck_listener_get_port (listener),.secure = TRUE,.tls_flags =
          G_TLS_CERTIFICATE_VALIDATE_ALL}
    );
    assert_error (RTMP_ERROR_TLS, "alert");
    g_clear_pointer (&run.dial, rtmp_dial_free);
    g_clear_error (&run.error);
  }
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpdial");
  TCase *tcase = tcase_create ("rtmpdial");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_it_connects);
  tcase_add_test (tcase, test_a_closed_port_is_an_error);
  tcase_add_test (tcase, test_a_name_that_is_not_found_is_an_error);
  tcase_add_test (tcase, test_it_is_given_up_while_a_name_is_looked_for);
  tcase_add_test (tcase, test_it_is_given_up_while_it_connects);
  tcase_add_test (tcase, test_it_is_given_up_while_tls_waits);
  tcase_add_test (tcase, test_it_may_be_freed_when_it_calls);
  tcase_add_test (tcase, test_an_untrusted_certificate_is_refused);
  tcase_add_test (tcase, test_it_is_taken_when_told_so);
  tcase_add_test (tcase, test_who_is_trusted_can_be_said);
  tcase_add_test (tcase, test_a_certificate_for_another_host_is_refused);
  tcase_add_test (tcase, test_a_server_without_tls_is_an_error_of_tls);
  tcase_add_test (tcase, test_a_handshake_that_is_cut_is_no_error_of_tls);
  tcase_add_test (tcase, test_an_alert_is_a_refusal);
  tcase_add_test (tcase, test_the_address_that_answers_first_is_taken);
  tcase_add_test (tcase, test_the_server_is_told_whom_tls_is_for);
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
