/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherhost.h"

#include <check.h>
#include <gio/gio.h>
#include <gst/gst.h>

#include "freeport.h"

/* A busy machine must not look like a server that does not answer. */
#define WAIT_TIME (30 * G_TIME_SPAN_SECOND)

static PublisherHost *
begin (guint16 port)
{
  PublisherHostConfig config = {.port = port,.look_us = WAIT_TIME };
  g_autoptr (GError) error = NULL;
  PublisherHost *host = publisher_host_new (&config, &error);
  ck_assert_msg (host != NULL, "%s", error ? error->message : "");
  return host;
}

static PublisherHost *
start (guint16 port)
{
  PublisherHost *host = begin (port);
  g_autoptr (GError) error = NULL;
  ck_assert_msg (publisher_host_wait (host, &error), "%s",
      error ? error->message : "");
  return host;
}

static void
stop (PublisherHost * host)
{
  ck_assert (publisher_host_stop (host, WAIT_TIME));
  publisher_host_free (host);
}

static void
assert_url (PublisherHost * host, guint16 port)
{
  g_autofree gchar *url = g_strdup_printf ("http://127.0.0.1:%u", port);
  ck_assert_str_eq (publisher_host_get_url (host), url);
}

/* Takes connections, as far as the kernel does, and never answers. */
static GSocket *
new_silent_socket (guint16 * port)
{
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);

  ck_assert (g_socket_bind (socket, any, FALSE, NULL));
  ck_assert (g_socket_listen (socket, NULL));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (socket, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return socket;
}

/* Not in main(): a process with threads cannot be forked under
 * ThreadSanitizer. */
static void
setup (void)
{
  gst_init (NULL, NULL);
}

static void
teardown (void)
{
}

START_TEST (test_where_nobody_is_one_is_run_here)
{
  guint16 port = free_port_find ();
  PublisherHost *host = start (port);
  ck_assert (publisher_host_is_own (host));
  assert_url (host, port);
  stop (host);
}

END_TEST;

START_TEST (test_one_that_is_there_is_used_and_stays)
{
  guint16 port = free_port_find ();
  PublisherHost *first = start (port);
  for (gint i = 0; i < 2; i++) {
    PublisherHost *second = start (port);
    ck_assert (!publisher_host_is_own (second));
    assert_url (second, port);
    stop (second);
  }
  stop (first);
}

END_TEST;

START_TEST (test_what_else_listens_there_keeps_the_port)
{
  guint16 port;
  GSocket *socket = new_silent_socket (&port);
  PublisherHostConfig config = {.port = port };
  PublisherHost *host = publisher_host_new (&config, NULL);
  g_autofree gchar *taken = g_strdup_printf ("http://127.0.0.1:%u", port);
  ck_assert (publisher_host_wait (host, NULL));
  ck_assert (publisher_host_is_own (host));
  ck_assert_str_ne (publisher_host_get_url (host), taken);
  stop (host);
  g_object_unref (socket);
}

END_TEST;

START_TEST (test_those_who_look_at_the_same_moment_find_each_other)
{
  guint16 port = free_port_find ();
  PublisherHost *hosts[4];
  guint own = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    hosts[i] = begin (port);
  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++) {
    ck_assert (publisher_host_wait (hosts[i], NULL));
    assert_url (hosts[i], port);
    own += publisher_host_is_own (hosts[i]);
  }
  ck_assert_uint_eq (own, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    stop (hosts[i]);
}

END_TEST;

START_TEST (test_the_port_is_free_after_the_stop)
{
  guint16 port = free_port_find ();
  for (gint i = 0; i < 5; i++) {
    PublisherHost *host = start (port);
    ck_assert (publisher_host_is_own (host));
    stop (host);
  }
}

END_TEST;

START_TEST (test_a_named_one_is_neither_looked_for_nor_run)
{
  PublisherHostConfig config = {.url = "ws://127.0.0.1:1" };
  PublisherHost *host = publisher_host_new (&config, NULL);
  ck_assert (publisher_host_wait (host, NULL));
  ck_assert (!publisher_host_is_own (host));
  ck_assert_str_eq (publisher_host_get_url (host), "ws://127.0.0.1:1");
  stop (host);
}

END_TEST;

START_TEST (test_any_port_is_one_for_itself)
{
  PublisherHost *first = start (0);
  PublisherHost *second = start (0);
  ck_assert (publisher_host_is_own (first));
  ck_assert (publisher_host_is_own (second));
  ck_assert_str_ne (publisher_host_get_url (first),
      publisher_host_get_url (second));
  stop (first);
  stop (second);
}

END_TEST;

START_TEST (test_a_stop_may_come_before_it_is_there)
{
  stop (begin (0));
}

END_TEST;

START_TEST (test_a_stop_is_waited_for_again)
{
  PublisherHost *host = start (0);
  ck_assert (publisher_host_stop (host, WAIT_TIME));
  stop (host);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("publisherhost");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, 120);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_where_nobody_is_one_is_run_here);
  tcase_add_test (tcase, test_one_that_is_there_is_used_and_stays);
  tcase_add_test (tcase, test_what_else_listens_there_keeps_the_port);
  tcase_add_test (tcase,
      test_those_who_look_at_the_same_moment_find_each_other);
  tcase_add_test (tcase, test_the_port_is_free_after_the_stop);
  tcase_add_test (tcase, test_a_named_one_is_neither_looked_for_nor_run);
  tcase_add_test (tcase, test_any_port_is_one_for_itself);
  tcase_add_test (tcase, test_a_stop_may_come_before_it_is_there);
  tcase_add_test (tcase, test_a_stop_is_waited_for_again);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
