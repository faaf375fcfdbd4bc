/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long a LivekitServer waits for its answers to be taken, and what comes of
 * the connection then. */
#include "livekit/livekitserver.h"

#include <check.h>
#include <string.h>

/* Only a broken test waits so long. */
#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)

/* More than the sockets hold. */
#define BODY_SIZE (48 * 1024 * 1024)
#define PIECE_SIZE (512 * 1024)

#define REQUEST(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

#define UPGRADE(path) "GET " path " HTTP/1.1\r\nHost: a\r\n" \
    "Connection: Upgrade\r\nUpgrade: websocket\r\n" \
    "Sec-WebSocket-Version: 13\r\n" \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

static LivekitKeys *keys;
static LivekitRooms *rooms;
static LivekitServer *server;
static SoupServerMessage *held;

static void
on_large (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_TAKE,
      g_malloc0 (BODY_SIZE), BODY_SIZE);
}

static void
on_small (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}

/* It has no answer yet. */
static void
on_slow (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  held = g_object_ref (message);
  livekit_server_relax (server, message);
  soup_server_message_pause (message);
}

static void
make_server (guint request_timeout)
{
  LivekitServerConfig config = {.rooms = rooms,.keys = keys,
    .request_timeout = request_timeout
  };

  server = livekit_server_new (&config);
  ck_assert (livekit_server_listen (server, "127.0.0.1", 0, NULL));
  livekit_server_add_route (server, "/large", on_large, NULL);
  livekit_server_add_route (server, "/small", on_small, NULL);
  livekit_server_add_route (server, "/slow", on_slow, NULL);
}

static void
setup (void)
{
  LivekitRoomConfig config = { 0 };

  keys = livekit_keys_new ();
  rooms = livekit_rooms_new (&config);
}

static void
teardown (void)
{
  g_clear_object (&held);
  g_clear_pointer (&server, livekit_server_free);
  g_clear_pointer (&rooms, livekit_rooms_free);
  g_clear_pointer (&keys, livekit_keys_free);
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

/* What there is of an answer, but only so much; -1: it has ended. */
static gssize
take (GSocketConnection * stream, gchar * part, gsize size)
{
  GSocket *socket = g_socket_connection_get_socket (stream);

  if (g_socket_condition_check (socket, G_IO_IN) == 0)
    return 0;
  gssize taken = g_socket_receive (socket, part, size, NULL, NULL);
  return taken > 0 ? taken : -1;
}

START_TEST (test_who_does_not_take_an_answer_is_cut)
{
  make_server (200);
  g_autoptr (GSocketConnection) deaf = connect_raw (REQUEST ("/large"));
  WAIT_FOR (livekit_server_count_sockets (server) == 1);
  WAIT_FOR (livekit_server_count_sockets (server) == 0);
}

END_TEST;

typedef struct
{
  GSocketConnection *stream;
  gchar *part;
  gsize total;
  gboolean ended;
} Reader;

static gboolean
on_piece (gpointer user_data)
{
  Reader *reader = user_data;
  gssize taken = take (reader->stream, reader->part, PIECE_SIZE);

  reader->total += MAX (taken, 0);
  reader->ended |= taken < 0;
  return G_SOURCE_CONTINUE;
}

START_TEST (test_who_takes_an_answer_slowly_is_not_cut)
{
  g_autofree gchar *part = g_malloc (PIECE_SIZE);
  gint64 begin = g_get_monotonic_time ();

  make_server (1000);
  g_autoptr (GSocketConnection) slow = connect_raw (REQUEST ("/large"));
  Reader reader = {.stream = slow,.part = part };
  guint pieces = g_timeout_add (25, on_piece, &reader);
  WAIT_FOR (reader.total >= BODY_SIZE || reader.ended);
  g_source_remove (pieces);
  ck_assert (!reader.ended);
  ck_assert_int_gt (g_get_monotonic_time () - begin, G_TIME_SPAN_SECOND);
}

END_TEST;

START_TEST (test_an_answer_may_take_longer_than_that)
{
  gchar part[1024];
  gssize taken = 0;

  make_server (200);
  g_autoptr (GSocketConnection) patient = connect_raw (REQUEST ("/slow"));
  WAIT_FOR (held != NULL);
  g_autoptr (GSocketConnection) silent = connect_raw ("");
  WAIT_FOR (livekit_server_count_sockets (server) == 2);
  WAIT_FOR (livekit_server_count_sockets (server) == 1);
  soup_server_message_set_status (held, SOUP_STATUS_NO_CONTENT, NULL);
  livekit_server_expect (server, held);
  soup_server_message_unpause (held);
  g_clear_object (&held);
  WAIT_FOR ((taken = take (patient, part, sizeof (part))) != 0);
  ck_assert_int_gt (taken, 0);
  ck_assert (g_str_has_prefix (part, "HTTP/1.1 204 "));
  WAIT_FOR (livekit_server_count_sockets (server) == 0);
}

END_TEST;

START_TEST (test_and_is_then_expected_to_be_taken)
{
  make_server (200);
  g_autoptr (GSocketConnection) deaf = connect_raw (REQUEST ("/slow"));
  WAIT_FOR (held != NULL);
  on_large (NULL, held, NULL, NULL, NULL);
  livekit_server_expect (server, held);
  soup_server_message_unpause (held);
  g_clear_object (&held);
  WAIT_FOR (livekit_server_count_sockets (server) == 0);
}

END_TEST;

static const struct
{
  const gchar *request;
  const gchar *answer;
} answers[] = {
  {REQUEST ("/none"), "HTTP/1.1 404 "},
  {UPGRADE ("/rtc"), "HTTP/1.1 401 "},
  {UPGRADE ("/none"), "HTTP/1.1 404 "},
  {UPGRADE ("/small"), "HTTP/1.1 200 "},
};

START_TEST (test_and_says_that_its_connection_ends)
{
  gchar part[1024] = "";
  gssize taken = 0, size = 0;

  make_server (0);
  g_autoptr (GSocketConnection) stream = connect_raw (answers[_i].request);
  while (taken >= 0) {
    WAIT_FOR ((taken = take (stream, part + size,
                sizeof (part) - 1 - size)) != 0);
    size += MAX (taken, 0);
  }
  ck_assert_msg (g_str_has_prefix (part, answers[_i].answer), "%s", part);
  ck_assert_msg (strstr (part, "\r\nConnection: close\r\n") != NULL, "%s",
      part);
  WAIT_FOR (livekit_server_count_sockets (server) == 0);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekitserveranswer");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_who_does_not_take_an_answer_is_cut);
  tcase_add_test (tcase, test_who_takes_an_answer_slowly_is_not_cut);
  tcase_add_test (tcase, test_an_answer_may_take_longer_than_that);
  tcase_add_test (tcase, test_and_is_then_expected_to_be_taken);
  tcase_add_loop_test (tcase, test_and_says_that_its_connection_ends, 0,
      G_N_ELEMENTS (answers));
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
