/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitserver.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitrequest.h"
#include "livekit/livekitroomadmin.h"
#include "livekit/livekitsignal.h"

#include <check.h>
#include <string.h>

#define SECRET "a secret of thirty-two characters"

/* Only a broken test waits so long. */
#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)

static LivekitKeys *keys;
static LivekitRooms *rooms;
static LivekitServer *server;
static SoupSession *session;
static guint joined, over, drained;
static GString *refusals;

typedef struct
{
  SoupWebsocketConnection *connection;
  GPtrArray *messages;          /* of Livekit__SignalResponse */
  gboolean done;                /* the upgrade was answered */
  gboolean closed;
  guint status;
} Peer;

static void
on_event (const LivekitRoomEvent * event, gpointer user_data)
{
  ck_assert_int_ne (event->type, LIVEKIT_ROOM_EVENT_SEND);
  ck_assert_int_ne (event->type, LIVEKIT_ROOM_EVENT_HANG_UP);
  joined += event->type == LIVEKIT_ROOM_EVENT_JOINED;
  over += event->type == LIVEKIT_ROOM_EVENT_OVER;
  /* Media is connected at once here: what the room says of it follows. */
  if (event->type == LIVEKIT_ROOM_EVENT_JOINED)
    livekit_room_lost (livekit_rooms_find (rooms, event->room), "PA_none", 0);
}

static void
on_drained (gpointer user_data)
{
  drained++;
}

static void
on_refused (const LivekitRefused * refused, gpointer user_data)
{
  g_string_append_printf (refusals, "%u %s %s %s\n", refused->status,
      refused->room, refused->identity, refused->reason);
}

static void
make_server (guint request_timeout)
{
  LivekitServerConfig config = {.rooms = rooms,.keys = keys,
    .on_event = on_event,.on_drained = on_drained,.on_refused = on_refused,
    .request_timeout = request_timeout,.software = "test-room/1.0"
  };

  server = livekit_server_new (&config);
  ck_assert (livekit_server_listen (server, "127.0.0.1", 0, NULL));
  ck_assert_uint_ne (livekit_server_get_port (server), 0);
}

static void
setup (void)
{
  keys = livekit_keys_new ();
  ck_assert (livekit_keys_load_text (keys, "key: " SECRET, NULL));
  LivekitRoomConfig config = {.keys = keys,
    .clock = g_get_real_time () - g_get_monotonic_time ()
  };
  rooms = livekit_rooms_new (&config);
  session = soup_session_new ();
  joined = over = drained = 0;
  refusals = g_string_new (NULL);
  make_server (0);
}

static void
teardown (void)
{
  g_clear_pointer (&server, livekit_server_free);
  g_clear_pointer (&rooms, livekit_rooms_free);
  g_clear_pointer (&keys, livekit_keys_free);
  soup_session_abort (session);
  g_clear_object (&session);
  g_string_free (refusals, TRUE);
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

static gchar *
mint (const gchar * identity)
{
  g_autoptr (LivekitToken) token = livekit_token_new ();

  token->key = g_strdup ("key");
  token->identity = g_strdup (identity);
  token->grants.room_join = 1;
  token->grants.can_update_own_metadata = 1;
  token->grants.room = g_strdup ("stage");
  return livekit_token_mint (token, SECRET,
      g_get_real_time () / G_TIME_SPAN_SECOND, NULL);
}

static gchar *
make_uri (const gchar * scheme, const gchar * rest)
{
  return g_strdup_printf ("%s://127.0.0.1:%u%s", scheme,
      livekit_server_get_port (server), rest);
}

/* -- A client --------------------------------------------------------------- */

static void
on_message (SoupWebsocketConnection * connection, gint type, GBytes * message,
    gpointer user_data)
{
  Peer *peer = user_data;
  g_autoptr (GError) error = NULL;

  /* To one that spoke JSON. */
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    return;
  Livekit__SignalResponse *response =
      livekit_signal_parse_response (message, &error);

  ck_assert_ptr_null (error);
  g_ptr_array_add (peer->messages, response);
}

static void
on_closed (SoupWebsocketConnection * connection, gpointer user_data)
{
  ((Peer *) user_data)->closed = TRUE;
}

static void
on_connected (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Peer *peer = user_data;

  peer->done = TRUE;
  peer->connection = soup_session_websocket_connect_finish (session, result,
      NULL);
  if (peer->connection == NULL)
    return;
  g_signal_connect (peer->connection, "message", G_CALLBACK (on_message), peer);
  g_signal_connect (peer->connection, "closed", G_CALLBACK (on_closed), peer);
}

/* @query begins with "?" or is empty. */
static Peer *
dial (const gchar * identity, const gchar * query)
{
  Peer *peer = g_new0 (Peer, 1);
  g_autofree gchar *token = mint (identity);
  g_autofree gchar *header = g_strconcat ("Bearer ", token, NULL);
  g_autofree gchar *rest = g_strconcat ("/rtc", query, NULL);
  g_autofree gchar *uri = make_uri ("ws", rest);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);

  peer->messages = g_ptr_array_new_with_free_func
      ((GDestroyNotify) livekit_signal_response_free);
  soup_message_headers_append (soup_message_get_request_headers (message),
      "Authorization", header);
  soup_session_websocket_connect_async (session, message, NULL, NULL, 0, NULL,
      on_connected, peer);
  WAIT_FOR (peer->done);
  peer->status = soup_message_get_status (message);
  /* Clients have been seen to read one word of it, and to give up. */
  if (peer->connection != NULL)
    ck_assert_str_eq (soup_message_headers_get_list
        (soup_message_get_response_headers (message), "Connection"), "Upgrade");
  return peer;
}

static void
peer_free (Peer * peer)
{
  if (peer->connection != NULL)
    g_signal_handlers_disconnect_by_data (peer->connection, peer);
  g_clear_object (&peer->connection);
  g_ptr_array_unref (peer->messages);
  g_free (peer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, peer_free);

static const Livekit__SignalResponse *
heard (const Peer * peer, Livekit__SignalResponse__MessageCase kind)
{
  for (guint i = 0; i < peer->messages->len; i++) {
    const Livekit__SignalResponse *response = peer->messages->pdata[i];
    if (response->message_case == kind)
      return response;
  }
  return NULL;
}

static void
say (const Peer * peer, GBytes * bytes)
{
  soup_websocket_connection_send_message (peer->connection,
      SOUP_WEBSOCKET_DATA_BINARY, bytes);
  g_bytes_unref (bytes);
}

/* -- A request -------------------------------------------------------------- */

static void
on_answered (GObject * source, GAsyncResult * result, gpointer user_data)
{
  GBytes **body = user_data;

  *body = soup_session_send_and_read_finish (session, result, NULL);
  if (*body == NULL)
    *body = g_bytes_new_static ("", 0);
}

/* Its status; @text: what the body has to begin with. Each answer says what the
 * server is. */
static guint
ask (const gchar * method, const gchar * rest, GBytes * contents,
    const gchar * text)
{
  g_autofree gchar *uri = make_uri ("http", rest);
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);
  GBytes *body = NULL;

  if (contents != NULL)
    soup_message_set_request_body_from_bytes (message, "text/plain", contents);
  soup_session_send_and_read_async (session, message, 0, NULL, on_answered,
      &body);
  WAIT_FOR (body != NULL);
  const gchar *data = g_bytes_get_data (body, NULL);
  g_autofree gchar *string = g_strndup (data != NULL ? data : "",
      g_bytes_get_size (body));
  g_bytes_unref (body);
  ck_assert_msg (g_str_has_prefix (string, text), "%s", string);
  ck_assert_pstr_eq (soup_message_headers_get_one
      (soup_message_get_response_headers (message), "Server"), "test-room/1.0");
  return soup_message_get_status (message);
}

START_TEST (test_two_join_and_see_each_other)
{
  g_autoptr (Peer) ann = dial ("ann", "?protocol=17");
  WAIT_FOR (heard (ann, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN));
  g_autoptr (Peer) bob = dial ("bob", "?protocol=17");
  WAIT_FOR (heard (bob, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN));
  WAIT_FOR (heard (ann, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE));
  const Livekit__SignalResponse *told = heard (ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);

  ck_assert_str_eq (told->update->participants[0]->identity, "bob");
  ck_assert_uint_eq (joined, 2);
  ck_assert_uint_eq (livekit_server_count_clients (server), 2);
  say (bob, livekit_request_leave (NULL));
  WAIT_FOR (bob->closed && over == 1);
  ck_assert_ptr_nonnull (heard (bob, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE));
  WAIT_FOR (livekit_server_count_clients (server) == 1);
}

END_TEST;

START_TEST (test_a_socket_that_goes_without_a_word_ends_it)
{
  g_autoptr (Peer) ann = dial ("ann", "");
  WAIT_FOR (heard (ann, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN));
  g_signal_handlers_disconnect_by_data (ann->connection, ann);
  g_clear_object (&ann->connection);
  WAIT_FOR (over == 1);
  WAIT_FOR (livekit_server_count_sockets (server) == 0);
}

END_TEST;

START_TEST (test_each_refusal_has_its_code_and_words)
{
  g_autofree gchar *token = mint ("ann");
  g_autofree gchar *good = g_strconcat ("/rtc/validate?access_token=", token,
      NULL);
  g_autofree gchar *slash = g_strconcat ("/", good, NULL);
  g_autofree gchar *newer = g_strconcat ("/rtc/v1/validate?access_token=",
      token, NULL);

  ck_assert_uint_eq (ask ("GET", good, NULL, "success"), 200);
  ck_assert_uint_eq (ask ("GET", slash, NULL, "success"), 200);
  ck_assert_uint_eq (ask ("GET", newer, NULL, "join_request is required"), 400);
  ck_assert_uint_eq (ask ("GET", "/rtc/validate", NULL, "no permissions"), 401);
  ck_assert_uint_eq (ask ("GET", "/rtc/validate?access_token=x", NULL,
          "invalid authorization token"), 401);
  ck_assert_uint_eq (ask ("GET", "/rtc", NULL, ""), 404);
  ck_assert_uint_eq (ask ("GET", "/rtc/v2", NULL, "404 page not found"), 404);
  ck_assert_uint_eq (ask ("GET", "/", NULL, "404 page not found"), 404);
  ck_assert_uint_eq (joined, 0);

  ck_assert (livekit_keys_load_text (keys, "other: x", NULL));
  g_autoptr (Peer) ann = dial ("ann", "");
  ck_assert_ptr_null (ann->connection);
  ck_assert_uint_eq (ann->status, 401);
  /* Who asked for nothing but the reason is not among them. */
  ck_assert (g_str_has_prefix (refusals->str, "401 (null) (null) "));
  ck_assert_ptr_eq (strchr (refusals->str, '\n'),
      refusals->str + refusals->len - 1);
}

END_TEST;

START_TEST (test_a_message_that_is_too_long_ends_it)
{
  g_autoptr (Peer) ann = dial ("ann", "");
  WAIT_FOR (heard (ann, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN));
  say (ann, g_bytes_new_take (g_malloc0 (LIVEKIT_MAX_REQUEST + 1),
          LIVEKIT_MAX_REQUEST + 1));
  WAIT_FOR (ann->closed && over == 1);
}

END_TEST;

START_TEST (test_text_that_is_no_message_ends_it)
{
  g_autoptr (Peer) ann = dial ("ann", "");
  soup_websocket_connection_send_text (ann->connection, "{\"ping\":true}");
  WAIT_FOR (ann->closed && over == 1);
  ck_assert_uint_eq (soup_websocket_connection_get_close_code
      (ann->connection), SOUP_WEBSOCKET_CLOSE_BAD_DATA);
}

END_TEST;

START_TEST (test_a_message_may_be_a_text)
{
  g_autoptr (Peer) ann = dial ("ann", "");
  WAIT_FOR (heard (ann, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN));
  soup_websocket_connection_send_text (ann->connection,
      "{\"leave\":{\"reason\":\"CLIENT_INITIATED\"}}");
  WAIT_FOR (ann->closed && over == 1);
  ck_assert_uint_eq (soup_websocket_connection_get_close_code
      (ann->connection), SOUP_WEBSOCKET_CLOSE_NORMAL);
}

END_TEST;

static void
on_route (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY,
      "route", 5);
}

START_TEST (test_others_add_routes_and_bodies_have_a_limit)
{
  g_autoptr (GBytes) some = g_bytes_new_static ("x", 1);
  g_autoptr (GBytes) more = g_bytes_new_take (g_malloc0 (LIVEKIT_MAX_BODY + 1),
      LIVEKIT_MAX_BODY + 1);

  livekit_server_add_route (server, "/twirp", on_route, NULL);
  ck_assert_uint_eq (ask ("POST", "/twirp/x", some, "route"), 200);
  ck_assert_uint_eq (ask ("POST", "/twirp/x", more, "too large"), 413);
  WAIT_FOR (livekit_server_count_sockets (server) <= 1);
}

END_TEST;

static GSocketConnection *
connect_raw (const gchar * text)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketConnection *stream = g_socket_client_connect_to_host (client,
      "127.0.0.1", livekit_server_get_port (server), NULL, NULL);

  ck_assert_ptr_nonnull (stream);
  g_socket_send (g_socket_connection_get_socket (stream), text, strlen (text),
      NULL, NULL);
  return stream;
}

static void
on_deaf_route (SoupServer * soup, SoupServerMessage * message,
    const gchar * path, GHashTable * query, gpointer user_data)
{
  soup_server_message_pause (message);
  livekit_server_cut (server, message);
}

START_TEST (test_a_route_cuts_its_client)
{
  livekit_server_add_route (server, "/deaf", on_deaf_route, NULL);
  g_autoptr (GSocketConnection) stream =
      connect_raw ("GET /deaf HTTP/1.1\r\nHost: a\r\n\r\n");
  GSocket *socket = g_socket_connection_get_socket (stream);
  gchar byte;

  WAIT_FOR (g_socket_condition_check (socket, G_IO_IN) != 0);
  ck_assert_int_eq (g_socket_receive (socket, &byte, 1, NULL, NULL), 0);
}

END_TEST;

START_TEST (test_a_resumed_one_supersedes_its_socket)
{
  g_autoptr (Peer) ann = dial ("ann", "");
  WAIT_FOR (heard (ann, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN));
  const gchar *sid = heard (ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN)->join->participant->sid;
  g_autofree gchar *query = g_strconcat ("?reconnect=1&sid=", sid, NULL);
  g_autoptr (Peer) again = dial ("ann", query);
  WAIT_FOR (heard (again, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_RECONNECT));
  WAIT_FOR (ann->closed);
  WAIT_FOR (livekit_server_count_clients (server) == 1);
  ck_assert_uint_eq (over, 0);
  say (again, livekit_request_ping (1, 1, NULL));
  WAIT_FOR (heard (again, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_PONG_RESP));
}

END_TEST;

START_TEST (test_closing_tells_all_and_waits_for_their_sockets)
{
  g_autoptr (Peer) ann = dial ("ann", "");
  g_autoptr (Peer) bob = dial ("bob", "");
  livekit_server_close (server);
  livekit_server_close (server);
  WAIT_FOR (ann->closed && bob->closed && drained == 1);
  ck_assert_int_eq (heard (ann,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE)->leave->reason,
      LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN);
  ck_assert_uint_eq (over, 2);
  g_autoptr (Peer) late = dial ("eve", "");
  ck_assert_ptr_null (late->connection);
}

END_TEST;

START_TEST (test_an_empty_server_is_drained_at_once)
{
  livekit_server_close (server);
  ck_assert_uint_eq (drained, 1);
}

END_TEST;

START_TEST (test_who_asks_nothing_or_half_is_cut)
{
  g_clear_pointer (&server, livekit_server_free);
  make_server (200);
  g_autoptr (GSocketConnection) silent = connect_raw ("");
  g_autoptr (GSocketConnection) half = connect_raw ("GET /rtc HTTP/1.1\r\nA:");

  WAIT_FOR (livekit_server_count_sockets (server) == 2);
  WAIT_FOR (livekit_server_count_sockets (server) == 0);
}

END_TEST;

START_TEST (test_a_websocket_is_not_cut_with_those)
{
  g_clear_pointer (&server, livekit_server_free);
  make_server (200);
  g_autoptr (Peer) ann = dial ("ann", "");
  WAIT_FOR (heard (ann, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN));
  g_autoptr (GSocketConnection) later = connect_raw ("");
  WAIT_FOR (livekit_server_count_sockets (server) == 2);
  WAIT_FOR (livekit_server_count_sockets (server) == 1);
  say (ann, livekit_request_ping (1, 1, NULL));
  WAIT_FOR (heard (ann, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_PONG_RESP));
  ck_assert (!ann->closed);
}

END_TEST;

START_TEST (test_one_that_does_not_read_is_cut)
{
  g_autofree gchar *token = mint ("deaf");
  g_autofree gchar *request = g_strdup_printf ("GET /rtc HTTP/1.1\r\n"
      "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Version: 13\r\nAuthorization: Bearer %s\r\n\r\n", token);
  g_autoptr (GSocketConnection) deaf = connect_raw (request);
  WAIT_FOR (joined == 1);
  LivekitRoom *room = livekit_rooms_find (rooms, "stage");
  g_autofree gchar *metadata = g_strnfill (LIVEKIT_MAX_METADATA, 'm');

  gint64 begin = g_get_monotonic_time ();

  /* More than it may be behind, whatever the sockets take. */
  for (guint i = 0; i < 70; i++) {
    metadata[0] = 'a' + i % 26;
    ck_assert (livekit_room_admin_update (room, "deaf", metadata, NULL, NULL,
            0, NULL));
    livekit_server_pump (server);
  }
  WAIT_FOR (over == 1);
  /* Else it was its silence. */
  ck_assert_int_lt (g_get_monotonic_time () - begin, 15 * G_TIME_SPAN_SECOND);
  WAIT_FOR (livekit_server_count_sockets (server) == 0);
}

END_TEST;

static guint
count_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;

  while (g_dir_read_name (folder) != NULL)
    count++;
  return count;
}

START_TEST (test_a_hundred_who_come_and_are_killed_leave_nothing)
{
  guint before = 0;

  for (guint i = 0; i < 100; i++) {
    g_autoptr (Peer) ann = dial ("ann", "");
    WAIT_FOR (heard (ann, LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN));
    g_signal_handlers_disconnect_by_data (ann->connection, ann);
    g_clear_object (&ann->connection);
    WAIT_FOR (over == i + 1 && livekit_server_count_sockets (server) == 0);
    if (i == 0)
      before = count_descriptors ();
  }
  WAIT_FOR (count_descriptors () <= before);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitserver");
  TCase *tcase = tcase_create ("livekitserver");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_two_join_and_see_each_other);
  tcase_add_test (tcase, test_a_socket_that_goes_without_a_word_ends_it);
  tcase_add_test (tcase, test_each_refusal_has_its_code_and_words);
  tcase_add_test (tcase, test_a_message_that_is_too_long_ends_it);
  tcase_add_test (tcase, test_text_that_is_no_message_ends_it);
  tcase_add_test (tcase, test_a_message_may_be_a_text);
  tcase_add_test (tcase, test_others_add_routes_and_bodies_have_a_limit);
  tcase_add_test (tcase, test_a_route_cuts_its_client);
  tcase_add_test (tcase, test_a_resumed_one_supersedes_its_socket);
  tcase_add_test (tcase, test_closing_tells_all_and_waits_for_their_sockets);
  tcase_add_test (tcase, test_an_empty_server_is_drained_at_once);
  tcase_add_test (tcase, test_who_asks_nothing_or_half_is_cut);
  tcase_add_test (tcase, test_a_websocket_is_not_cut_with_those);
  tcase_add_test (tcase, test_one_that_does_not_read_is_cut);
  tcase_add_test (tcase, test_a_hundred_who_come_and_are_killed_leave_nothing);
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
