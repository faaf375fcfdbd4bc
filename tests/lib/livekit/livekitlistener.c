/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitlistener.h"

#include "livekit/livekiterror.h"

#include <check.h>
#include <gst/gst.h>
#include <sys/resource.h>

/* Only a broken test waits so long, in seconds. */
#define WAIT_TIMEOUT 30
#define MANY 200

static LivekitListener *listener;
static GPtrArray *taken;        /* of GSocketConnection */
static guint warnings;

static void
on_taken (GSocketConnection * stream, GSocketAddress * remote,
    gpointer user_data)
{
  g_autoptr (GSocketAddress) address =
      g_socket_connection_get_remote_address (stream, NULL);

  ck_assert_int_eq (g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS
          (address)), g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS
          (remote)));
  g_ptr_array_add (taken, g_object_ref (stream));
}

static void
setup (void)
{
  taken = g_ptr_array_new_with_free_func (g_object_unref);
  listener = livekit_listener_new (on_taken, NULL);
  ck_assert (livekit_listener_open (listener, "127.0.0.1", 0, NULL));
}

static void
teardown (void)
{
  g_clear_pointer (&listener, livekit_listener_free);
  g_clear_pointer (&taken, g_ptr_array_unref);
}

/* It is complete before anybody takes it. */
static GSocketConnection *
dial (guint timeout, GError ** error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_socket_client_set_timeout (client, timeout);
  return g_socket_client_connect_to_host (client, "127.0.0.1",
      livekit_listener_get_port (listener), NULL, error);
}

static gboolean
on_later (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* FALSE: in time there were not so many. */
static gboolean
wait_taken (guint count)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (WAIT_TIMEOUT, on_later, &late);

  while (taken->len < count && !late)
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (timer);
  return taken->len == count;
}

START_TEST (test_many_at_once_wait_for_nobody)
{
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < MANY; i++) {
    g_autoptr (GError) error = NULL;
    GSocketConnection *stream = dial (5, &error);
    ck_assert_msg (stream != NULL, "%u: %s", i, error ? error->message : "");
    g_ptr_array_add (many, stream);
  }
  ck_assert (wait_taken (MANY));
}

END_TEST;

START_TEST (test_only_an_address_can_be_listened_at)
{
  g_autoptr (LivekitListener) other = livekit_listener_new (on_taken, NULL);
  g_autoptr (GError) error = NULL;

  ck_assert (!livekit_listener_open (other, "localhost", 0, &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_URL));
  g_clear_error (&error);
  ck_assert (!livekit_listener_open (other, "127.0.0.1",
          livekit_listener_get_port (listener), &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE));
}

END_TEST;

START_TEST (test_nobody_connects_to_a_closed_one)
{
  g_autoptr (GError) error = NULL;

  livekit_listener_close (listener);
  ck_assert_ptr_null (dial (WAIT_TIMEOUT, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR,
          G_IO_ERROR_CONNECTION_REFUSED));
}

END_TEST;

static void
on_log (GstDebugCategory * category, GstDebugLevel level, const gchar * file,
    const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer user_data)
{
  warnings += level == GST_LEVEL_WARNING;
}

static void
set_descriptors (rlim_t count)
{
  struct rlimit limit;

  ck_assert_int_eq (getrlimit (RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = count;
  ck_assert_int_eq (setrlimit (RLIMIT_NOFILE, &limit), 0);
}

START_TEST (test_without_descriptors_it_rests_and_goes_on)
{
  g_autoptr (GSocketConnection) far = dial (WAIT_TIMEOUT, NULL);
  gboolean later = FALSE;
  guint turns = 0;

  gst_debug_add_log_function (on_log, NULL, NULL);
  gst_debug_set_default_threshold (GST_LEVEL_WARNING);
  g_timeout_add (700, on_later, &later);
  /* No number is left that is small enough. */
  set_descriptors (3);
  for (; !later; turns++)
    g_main_context_iteration (NULL, TRUE);
  ck_assert_uint_eq (taken->len, 0);
  ck_assert_uint_lt (turns, 20);
  ck_assert_uint_eq (warnings, 1);
  set_descriptors (256);
  ck_assert (wait_taken (1));
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("livekitlistener");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_set_timeout (tcase, 2 * WAIT_TIMEOUT);
  tcase_add_test (tcase, test_many_at_once_wait_for_nobody);
  tcase_add_test (tcase, test_only_an_address_can_be_listened_at);
  tcase_add_test (tcase, test_nobody_connects_to_a_closed_one);
  tcase_add_test (tcase, test_without_descriptors_it_rests_and_goes_on);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
