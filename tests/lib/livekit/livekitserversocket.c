/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitserversocket.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitrequest.h"
#include "livekit/livekitresponse.h"
#include "livekit/livekitsignal.h"

#include <check.h>
#include <string.h>
#include <sys/socket.h>

/* Only a broken test waits so long. */
#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)

static LivekitServerSocket *server;
static SoupWebsocketConnection *client;
static GPtrArray *requests;     /* of GBytes, or NULL */
static GPtrArray *responses;    /* of GBytes */
static gint last_type;
static guint closed;

static SoupWebsocketConnection *
open_end (gint descriptor, SoupWebsocketConnectionType type)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (descriptor, NULL);
  g_autoptr (GSocketConnection) stream =
      g_socket_connection_factory_create_connection (socket);
  g_autoptr (GUri) uri = g_uri_parse ("ws://127.0.0.1/", G_URI_FLAGS_NONE,
      NULL);

  return soup_websocket_connection_new (G_IO_STREAM (stream), uri, type, NULL,
      NULL, NULL);
}

static void
on_said (GBytes * request, gpointer user_data)
{
  g_ptr_array_add (requests, request != NULL ? g_bytes_ref (request) : NULL);
}

static void
on_closed (gpointer user_data)
{
  closed++;
  g_clear_pointer (&server, livekit_server_socket_free);
}

static void
on_answer (SoupWebsocketConnection * connection, gint type, GBytes * message,
    gpointer user_data)
{
  last_type = type;
  g_ptr_array_add (responses, g_bytes_ref (message));
}

static void
bytes_free (gpointer data)
{
  if (data != NULL)
    g_bytes_unref (data);
}

static void
setup (void)
{
  static const LivekitServerSocketFuncs funcs = { on_said, on_closed };
  gint ends[2];

  ck_assert_int_eq (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), 0);
  closed = 0;
  requests = g_ptr_array_new_with_free_func (bytes_free);
  responses = g_ptr_array_new_with_free_func (bytes_free);
  client = open_end (ends[0], SOUP_WEBSOCKET_CONNECTION_CLIENT);
  soup_websocket_connection_set_max_incoming_payload_size (client,
      LIVEKIT_MAX_RESPONSE * 2);
  g_signal_connect (client, "message", G_CALLBACK (on_answer), NULL);
  g_autoptr (SoupWebsocketConnection) end =
      open_end (ends[1], SOUP_WEBSOCKET_CONNECTION_SERVER);
  server = livekit_server_socket_new (end, &funcs, NULL);
}

static void
teardown (void)
{
  g_clear_pointer (&server, livekit_server_socket_free);
  g_signal_handlers_disconnect_by_func (client, on_answer, NULL);
  g_clear_object (&client);
  g_clear_pointer (&requests, g_ptr_array_unref);
  g_clear_pointer (&responses, g_ptr_array_unref);
}

static gboolean
on_wake (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Iterates until @condition. */
#define WAIT_FOR(condition) \
  G_STMT_START { \
    gint64 end_time = g_get_monotonic_time () + WAIT_TIMEOUT; \
    guint wake = g_timeout_add_seconds (1, on_wake, NULL); \
    while (!(condition)) { \
      ck_assert_msg (g_get_monotonic_time () < end_time, #condition); \
      g_main_context_iteration (NULL, TRUE); \
    } \
    g_source_remove (wake); \
  } G_STMT_END

static void
ask (void)
{
  g_autoptr (GBytes) request = livekit_request_ping (7, 1, NULL);

  soup_websocket_connection_send_message (client, SOUP_WEBSOCKET_DATA_BINARY,
      request);
}

static gboolean
answer (void)
{
  g_autoptr (GBytes) response = livekit_response_unpublished ("TR_x", NULL);

  return livekit_server_socket_say (server, response);
}

START_TEST (test_bytes_are_answered_with_bytes)
{
  ask ();
  WAIT_FOR (requests->len == 1);
  g_autoptr (Livekit__SignalRequest) request =
      livekit_signal_parse_request (requests->pdata[0], NULL);
  ck_assert_int_eq (request->ping_req->timestamp, 7);
  ck_assert (answer ());
  WAIT_FOR (responses->len == 1);
  ck_assert_int_eq (last_type, SOUP_WEBSOCKET_DATA_BINARY);
  g_autoptr (Livekit__SignalResponse) response =
      livekit_signal_parse_response (responses->pdata[0], NULL);
  ck_assert_str_eq (response->track_unpublished->track_sid, "TR_x");
}

END_TEST;

START_TEST (test_until_the_client_speaks_it_is_bytes)
{
  ck_assert (answer ());
  WAIT_FOR (responses->len == 1);
  ck_assert_int_eq (last_type, SOUP_WEBSOCKET_DATA_BINARY);
}

END_TEST;

START_TEST (test_a_text_is_answered_with_a_text_until_there_are_bytes)
{
  soup_websocket_connection_send_text (client,
      "{\"pingReq\":{\"timestamp\":\"7\"}}");
  WAIT_FOR (requests->len == 1);
  g_autoptr (Livekit__SignalRequest) request =
      livekit_signal_parse_request (requests->pdata[0], NULL);
  ck_assert_int_eq (request->ping_req->timestamp, 7);
  ck_assert (answer ());
  WAIT_FOR (responses->len == 1);
  ck_assert_int_eq (last_type, SOUP_WEBSOCKET_DATA_TEXT);
  gsize size;
  const gchar *text = g_bytes_get_data (responses->pdata[0], &size);
  g_autofree gchar *copy = g_strndup (text, size);
  ck_assert_str_eq (copy, "{\"trackUnpublished\":{\"trackSid\":\"TR_x\"}}");

  ask ();
  WAIT_FOR (requests->len == 2);
  ck_assert (answer ());
  WAIT_FOR (responses->len == 2);
  ck_assert_int_eq (last_type, SOUP_WEBSOCKET_DATA_BINARY);
}

END_TEST;

START_TEST (test_a_text_that_is_no_message_is_told_as_such)
{
  soup_websocket_connection_send_text (client, "{\"pingReq\":7}");
  soup_websocket_connection_send_text (client, "");
  WAIT_FOR (requests->len == 2);
  ck_assert_ptr_null (requests->pdata[0]);
  ck_assert_ptr_null (requests->pdata[1]);
}

END_TEST;

START_TEST (test_closing_is_told_once)
{
  livekit_server_socket_close (server, SOUP_WEBSOCKET_CLOSE_NORMAL);
  livekit_server_socket_close (server, SOUP_WEBSOCKET_CLOSE_GOING_AWAY);
  WAIT_FOR (closed == 1);
  ck_assert_ptr_null (server);
  WAIT_FOR (soup_websocket_connection_get_state (client)
      == SOUP_WEBSOCKET_STATE_CLOSED);
  ck_assert_uint_eq (soup_websocket_connection_get_close_code (client),
      SOUP_WEBSOCKET_CLOSE_NORMAL);
}

END_TEST;

START_TEST (test_one_that_does_not_read_is_told_of_once)
{
  Livekit__Room room = LIVEKIT__ROOM__INIT;
  g_autofree gchar *metadata = g_strnfill (LIVEKIT_MAX_METADATA, 'm');
  room.metadata = metadata;
  g_autoptr (GBytes) response = livekit_response_room (&room, NULL);
  guint said = 0, refused = 0;

  /* Nothing runs the client's end meanwhile. */
  for (; said < 100; said++)
    refused += !livekit_server_socket_say (server, response);
  ck_assert_uint_eq (refused, 1);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitserversocket");
  TCase *tcase = tcase_create ("livekitserversocket");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_bytes_are_answered_with_bytes);
  tcase_add_test (tcase, test_until_the_client_speaks_it_is_bytes);
  tcase_add_test (tcase,
      test_a_text_is_answered_with_a_text_until_there_are_bytes);
  tcase_add_test (tcase, test_a_text_that_is_no_message_is_told_as_such);
  tcase_add_test (tcase, test_closing_is_told_once);
  tcase_add_test (tcase, test_one_that_does_not_read_is_told_of_once);
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
