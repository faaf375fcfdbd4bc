/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmplink.h"

#include "looprun.h"
#include "rtmp/rtmpchunkwriter.h"
#include "rtmp/rtmpcontrol.h"
#include "rtmp/rtmperror.h"

#include <check.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* A link on one end of a pair of sockets, the test on the other. */
typedef struct
{
  GMainContext *context;
  RtmpLink *link;
  GSocket *peer;
  GByteArray *received;
  guint calls;                  /* of received */
  GPtrArray *owners;            /* of GBytes */
  GByteArray *to_send;
  gsize sent;
  GOutputVector vectors[3];
  guint closed;
  GError *error;
  gboolean free_at_received;
  gboolean free_at_closed;
} Run;

static Run run;

static void
on_received (GBytes * owner, const guint8 * data, gsize size,
    gpointer user_data)
{
  const guint8 *begin = g_bytes_get_data (owner, NULL);

  ck_assert (data >= begin && data + size <= begin + g_bytes_get_size (owner));
  g_byte_array_append (run.received, data, size);
  g_ptr_array_add (run.owners, g_bytes_ref (owner));
  run.calls++;
  if (run.free_at_received)
    g_clear_pointer (&run.link, rtmp_link_free);
}

/* In three places. */
static const GOutputVector *
on_peek (guint * n, gpointer user_data)
{
  gsize left = run.to_send->len - run.sent;
  gsize part = left / 3;

  *n = 0;
  for (gsize at = run.sent; at < run.to_send->len; at += part) {
    if (*n == 2 || part == 0)
      part = run.to_send->len - at;
    run.vectors[(*n)++] = (GOutputVector) {
    run.to_send->data + at, part};
  }
  return run.vectors;
}

static void
on_advance (gsize size, gpointer user_data)
{
  run.sent += size;
  ck_assert_uint_le (run.sent, run.to_send->len);
}

static void
on_closed (const GError * error, gpointer user_data)
{
  run.closed++;
  run.error = error != NULL ? g_error_copy (error) : NULL;
  if (run.free_at_closed)
    g_clear_pointer (&run.link, rtmp_link_free);
}

static const RtmpLinkFuncs funcs = { on_received, on_peek, on_advance,
  on_closed
};

static RtmpLink *
new_link (gint descriptor, const RtmpLinkFuncs * link_funcs, gpointer user_data)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (descriptor, NULL);
  g_autoptr (GSocketConnection) connection =
      g_socket_connection_factory_create_connection (socket);

  return rtmp_link_new (G_IO_STREAM (connection), link_funcs, user_data);
}

static void
setup (void)
{
  gint pair[2];

  run = (Run) {
    .context = loop_run_push (),.received = g_byte_array_new (),.to_send =
        g_byte_array_new (),.owners =
        g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref)
  };
  ck_assert_int_eq (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair),
      0);
  run.peer = g_socket_new_from_fd (pair[1], NULL);
  run.link = new_link (pair[0], &funcs, NULL);
}

static void
teardown (void)
{
  g_clear_pointer (&run.link, rtmp_link_free);
  g_clear_object (&run.peer);
  g_clear_error (&run.error);
  g_byte_array_unref (run.received);
  g_byte_array_unref (run.to_send);
  g_ptr_array_unref (run.owners);
  loop_run_pop (run.context);
}

static gboolean
has_received (gpointer user_data)
{
  return run.received->len >= GPOINTER_TO_SIZE (user_data);
}

static gboolean
wait_for (gsize size)
{
  return loop_run_until (run.context, has_received, GSIZE_TO_POINTER (size));
}

static void
say (const gchar * text)
{
  ck_assert_int_eq (g_socket_send (run.peer, text, strlen (text), NULL, NULL),
      strlen (text));
}

static void
fill (gsize size)
{
  for (gsize i = 0; i < size; i++) {
    guint8 byte = i * 7 + i / 251;
    g_byte_array_append (run.to_send, &byte, 1);
  }
}

/* All that the link wants to send has come at the peer, as it was. */
static gboolean
has_all_arrived (gpointer user_data)
{
  GByteArray *arrived = user_data;
  guint8 data[65536];
  gssize size = g_socket_receive_with_blocking (run.peer, (gchar *) data,
      sizeof data, FALSE, NULL, NULL);

  if (size > 0)
    g_byte_array_append (arrived, data, size);
  return arrived->len == run.to_send->len;
}

START_TEST (test_what_comes_is_given)
{
  say ("hello");
  ck_assert (wait_for (5));
  say ("again");
  ck_assert (wait_for (10));
  ck_assert_mem_eq (run.received->data, "helloagain", 10);
}

END_TEST;

/* Small reads are behind each other in one block; nothing is read over what
 * somebody has. */
START_TEST (test_what_came_stays_as_it_is)
{
  say ("one");
  ck_assert (wait_for (3));
  const guint8 *data =
      g_bytes_get_data (g_ptr_array_index (run.owners, 0), NULL);
  say ("two");
  ck_assert (wait_for (6));
  ck_assert_ptr_eq (g_ptr_array_index (run.owners, 0),
      g_ptr_array_index (run.owners, 1));
  ck_assert_mem_eq (data, "onetwo", 6);
}

END_TEST;

START_TEST (test_much_comes_in_few_reads)
{
  g_autofree gchar *text = g_strnfill (100000, 'x');

  say (text);
  ck_assert (wait_for (100000));
  ck_assert_uint_le (run.calls, 4);
}

END_TEST;

START_TEST (test_what_is_to_be_sent_is_sent)
{
  g_autoptr (GByteArray) arrived = g_byte_array_new ();

  fill (10);
  rtmp_link_flush (run.link);
  ck_assert_uint_eq (run.sent, 10);
  ck_assert (loop_run_until (run.context, has_all_arrived, arrived));
  ck_assert_mem_eq (arrived->data, run.to_send->data, 10);
}

END_TEST;

START_TEST (test_more_than_the_system_takes_is_sent_in_time)
{
  g_autoptr (GByteArray) arrived = g_byte_array_new ();

  fill (3000000);
  rtmp_link_flush (run.link);
  ck_assert_uint_lt (run.sent, run.to_send->len);
  rtmp_link_flush (run.link);
  ck_assert (loop_run_until (run.context, has_all_arrived, arrived));
  ck_assert_uint_eq (run.sent, run.to_send->len);
  ck_assert_mem_eq (arrived->data, run.to_send->data, arrived->len);
}

END_TEST;

START_TEST (test_the_other_end_may_close)
{
  say ("bye");
  g_clear_object (&run.peer);
  ck_assert (loop_run_until_count (run.context, &run.closed, 1));
  ck_assert_ptr_null (run.error);
  ck_assert_mem_eq (run.received->data, "bye", 3);
  fill (10);
  rtmp_link_flush (run.link);
  loop_run_settle (run.context);
  ck_assert_uint_eq (run.closed, 1);
}

END_TEST;

/* The last words may be the reason. */
START_TEST (test_last_words_are_heard_when_nothing_can_be_sent)
{
  say ("go away");
  g_clear_object (&run.peer);
  fill (100000);
  rtmp_link_flush (run.link);
  ck_assert_uint_eq (run.closed, 0);
  ck_assert (loop_run_until_count (run.context, &run.closed, 1));
  ck_assert_mem_eq (run.received->data, "go away", 7);
}

END_TEST;

START_TEST (test_who_does_not_read_hears_of_the_end_too)
{
  rtmp_link_set_reading (run.link, FALSE);
  g_clear_object (&run.peer);
  fill (100000);
  rtmp_link_flush (run.link);
  ck_assert_uint_eq (run.closed, 0);
  ck_assert (loop_run_until_count (run.context, &run.closed, 1));
  ck_assert (g_error_matches (run.error, RTMP_ERROR, RTMP_ERROR_LOST));
}

END_TEST;

START_TEST (test_reading_can_be_stopped_and_go_on)
{
  rtmp_link_set_reading (run.link, FALSE);
  rtmp_link_set_reading (run.link, FALSE);
  say ("hello");
  loop_run_settle (run.context);
  ck_assert_uint_eq (run.received->len, 0);
  rtmp_link_set_reading (run.link, TRUE);
  ck_assert (wait_for (5));
}

END_TEST;

START_TEST (test_it_may_be_freed_when_something_comes)
{
  run.free_at_received = TRUE;
  say ("hello");
  ck_assert (wait_for (5));
  ck_assert_ptr_null (run.link);
  loop_run_settle (run.context);
  ck_assert_uint_eq (run.closed, 0);
}

END_TEST;

START_TEST (test_it_may_be_freed_when_it_is_closed)
{
  run.free_at_closed = TRUE;
  g_clear_object (&run.peer);
  ck_assert (loop_run_until_count (run.context, &run.closed, 1));
  ck_assert_ptr_null (run.link);
}

END_TEST;

START_TEST (test_the_other_end_sees_when_it_is_freed)
{
  gchar byte;

  g_clear_pointer (&run.link, rtmp_link_free);
  g_socket_set_timeout (run.peer, 10);
  ck_assert_int_eq (g_socket_receive (run.peer, &byte, 1, NULL, NULL), 0);
}

END_TEST;

START_TEST (test_a_system_that_knows_no_tuning_is_no_harm)
{
  RtmpLinkTuning tuning = {.stall_timeout = 30 * G_TIME_SPAN_SECOND,
    .unsent = 100000,.rate = 1000000
  };

  rtmp_link_tune (run.link, &tuning);
  say ("hello");
  ck_assert (wait_for (5));
}

END_TEST;

/* Over TCP, where each of it means something: the link's socket. */
static GSocket *
connect_by_tcp (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);

  ck_assert_uint_ne (port, 0);
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  ck_assert_ptr_nonnull (connection);
  g_clear_pointer (&run.link, rtmp_link_free);
  run.link = rtmp_link_new (G_IO_STREAM (connection), &funcs, NULL);
  return g_object_ref (g_socket_connection_get_socket (connection));
}

static gint
get_option (GSocket * socket, gint level, gint name)
{
  gint value = 0;

  ck_assert (g_socket_get_option (socket, level, name, &value, NULL));
  return value;
}

START_TEST (test_a_message_does_not_wait_for_another)
{
  g_autoptr (GSocket) socket = connect_by_tcp ();

  ck_assert_int_ne (get_option (socket, IPPROTO_TCP, TCP_NODELAY), 0);
  ck_assert_int_ne (get_option (socket, SOL_SOCKET, SO_KEEPALIVE), 0);
}

END_TEST;

START_TEST (test_what_is_tuned_is_so_in_the_system)
{
  g_autoptr (GSocket) socket = connect_by_tcp ();
  RtmpLinkTuning tuning = {.stall_timeout = 30 * G_TIME_SPAN_SECOND,
    .unsent = 100000,.rate = 1000000
  };

  rtmp_link_tune (run.link, &tuning);
  ck_assert_int_eq (get_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT), 30000);
  ck_assert_int_eq (get_option (socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT),
      100000);
  ck_assert_int_eq (get_option (socket, SOL_SOCKET, SO_MAX_PACING_RATE),
      1000000);
}

END_TEST;

START_TEST (test_a_rate_can_be_changed_and_taken_back)
{
  g_autoptr (GSocket) socket = connect_by_tcp ();
  gint none = get_option (socket, SOL_SOCKET, SO_MAX_PACING_RATE);
  const gint rates[] = { 1000000, 50000, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    RtmpLinkTuning tuning = {.rate = rates[i] };
    rtmp_link_tune (run.link, &tuning);
    ck_assert_int_eq (get_option (socket, SOL_SOCKET, SO_MAX_PACING_RATE),
        rates[i] != 0 ? rates[i] : none);
  }
}

END_TEST;

static const GOutputVector *
on_peek_writer (guint * n, gpointer user_data)
{
  return rtmp_chunk_writer_peek (user_data, n);
}

static void
on_advance_writer (gsize size, gpointer user_data)
{
  rtmp_chunk_writer_advance (user_data, size);
}

/* On such a socket the other end reads one write at a time. */
START_TEST (test_many_messages_go_in_one_write)
{
  const RtmpLinkFuncs writer_funcs = { on_received, on_peek_writer,
    on_advance_writer, on_closed
  };
  RtmpMessageHead head = {.type = RTMP_MESSAGE_VIDEO,.stream = 1 };
  g_autoptr (RtmpChunkWriter) writer = rtmp_chunk_writer_new ();
  g_autofree gchar *data = g_malloc0 (200000);
  gint pair[2];

  ck_assert_int_eq (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
          pair), 0);
  g_autoptr (GSocket) peer = g_socket_new_from_fd (pair[1], NULL);
  g_autoptr (RtmpLink) link = new_link (pair[0], &writer_funcs, writer);
  g_autoptr (RtmpMessage) chunk_size =
      rtmp_control_new (RTMP_MESSAGE_SET_CHUNK_SIZE, 4096);
  rtmp_chunk_writer_put (writer, chunk_size, 0);
  for (guint i = 0; i < 10; i++) {
    g_autoptr (RtmpMessage) message =
        rtmp_message_new_copy (&head, data, 10000);
    rtmp_chunk_writer_put (writer, message, 0);
  }
  guint n = 0;
  rtmp_chunk_writer_peek (writer, &n);
  ck_assert_uint_gt (n, 10);
  rtmp_link_flush (link);
  ck_assert_uint_eq (rtmp_chunk_writer_get_n_messages (writer), 0);
  gssize size = g_socket_receive (peer, data, 200000, NULL, NULL);
  ck_assert_int_gt (size, 10 * 10000);
  ck_assert_int_lt (g_socket_receive_with_blocking (peer, data, 200000, FALSE,
          NULL, NULL), 0);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmplink");
  TCase *tcase = tcase_create ("rtmplink");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_what_comes_is_given);
  tcase_add_test (tcase, test_what_came_stays_as_it_is);
  tcase_add_test (tcase, test_much_comes_in_few_reads);
  tcase_add_test (tcase, test_what_is_to_be_sent_is_sent);
  tcase_add_test (tcase, test_more_than_the_system_takes_is_sent_in_time);
  tcase_add_test (tcase, test_the_other_end_may_close);
  tcase_add_test (tcase, test_last_words_are_heard_when_nothing_can_be_sent);
  tcase_add_test (tcase, test_who_does_not_read_hears_of_the_end_too);
  tcase_add_test (tcase, test_reading_can_be_stopped_and_go_on);
  tcase_add_test (tcase, test_it_may_be_freed_when_something_comes);
  tcase_add_test (tcase, test_it_may_be_freed_when_it_is_closed);
  tcase_add_test (tcase, test_the_other_end_sees_when_it_is_freed);
  tcase_add_test (tcase, test_a_system_that_knows_no_tuning_is_no_harm);
  tcase_add_test (tcase, test_a_message_does_not_wait_for_another);
  tcase_add_test (tcase, test_what_is_tuned_is_so_in_the_system);
  tcase_add_test (tcase, test_a_rate_can_be_changed_and_taken_back);
  tcase_add_test (tcase, test_many_messages_go_in_one_write);
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
