/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomCertificate: once, beside everything else, and not given up by a wait.
 * An element of our own stands for dtlsdec, which makes the certificate: it
 * takes until the test lets it. */
#include "roomcertificate.h"

#include <gst/check/gstcheck.h>

static GMutex lock;
static GCond changed;
static gboolean may_end;        /* under the lock */
static guint begun;
static guint made;

typedef GstElement FakeDtlsDec;
typedef GstElementClass FakeDtlsDecClass;
static GType fake_dtls_dec_get_type (void);
G_DEFINE_TYPE (FakeDtlsDec, fake_dtls_dec, GST_TYPE_ELEMENT);

static void
fake_dtls_dec_class_init (FakeDtlsDecClass * klass)
{
  gst_element_class_set_static_metadata (klass, "Stand-in", "Test",
      "Takes until the test lets it", "the gst-room-rtmp authors");
}

static void
fake_dtls_dec_init (FakeDtlsDec * self)
{
  g_mutex_lock (&lock);
  begun++;
  g_cond_broadcast (&changed);
  while (!may_end)
    g_cond_wait (&changed, &lock);
  made++;
  g_mutex_unlock (&lock);
}

static void
setup (void)
{
  fail_unless (gst_element_register (NULL, "dtlsdec", GST_RANK_NONE,
          fake_dtls_dec_get_type ()));
}

static void
let_it_end (void)
{
  g_mutex_lock (&lock);
  may_end = TRUE;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

static guint
get (guint * count)
{
  g_mutex_lock (&lock);
  guint value = *count;
  g_mutex_unlock (&lock);
  return value;
}

static void
wait_until_begun (void)
{
  g_mutex_lock (&lock);
  while (begun == 0)
    g_cond_wait (&changed, &lock);
  g_mutex_unlock (&lock);
}

/* Says how many were made when the wait was over. */
static gpointer
wait_and_look (gpointer unused)
{
  room_certificate_wait ();
  return GUINT_TO_POINTER (get (&made));
}

GST_START_TEST (prepare_does_not_wait)
{
  room_certificate_prepare ();
  wait_until_begun ();
  fail_unless_equals_int (get (&made), 0);
  let_it_end ();
  room_certificate_wait ();
}

GST_END_TEST;

GST_START_TEST (whoever_waits_waits_to_the_end)
{
  GThread *threads[4];

  room_certificate_prepare ();
  wait_until_begun ();
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("waiter", wait_and_look, NULL);
  let_it_end ();
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    fail_unless_equals_int (GPOINTER_TO_UINT (g_thread_join (threads[i])), 1);
}

GST_END_TEST;

GST_START_TEST (it_is_made_once_in_a_process)
{
  let_it_end ();
  for (guint i = 0; i < 3; i++) {
    room_certificate_prepare ();
    room_certificate_prepare ();
    room_certificate_wait ();
    room_certificate_wait ();
  }
  fail_unless_equals_int (get (&begun), 1);
  fail_unless_equals_int (get (&made), 1);
}

GST_END_TEST;

GST_START_TEST (what_was_not_begun_is_not_waited_for)
{
  room_certificate_wait ();
  fail_unless_equals_int (get (&begun), 0);
}

GST_END_TEST;

static Suite *
roomcertificate_suite (void)
{
  Suite *suite = suite_create ("roomcertificate");
  TCase *tcase = tcase_create ("certificate");

  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, prepare_does_not_wait);
  tcase_add_test (tcase, whoever_waits_waits_to_the_end);
  tcase_add_test (tcase, it_is_made_once_in_a_process);
  tcase_add_test (tcase, what_was_not_begun_is_not_waited_for);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (roomcertificate);
