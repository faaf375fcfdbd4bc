/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a hushed bin takes for its data channels. */
#include "roomchannels.h"

#include <gst/check/gstcheck.h>
#include <stdlib.h>

#define LOOK_EVERY_MS 2

static GstElement *outer;
static GstPad *sink;            /* of the decoder within */
static guint came;
static gint within;             /* somebody is in the pad */

static GstPadProbeReturn
on_packet (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  came++;
  return GST_PAD_PROBE_DROP;
}

static void
setup (void)
{
  GstElement *inner = gst_bin_new (NULL);
  GstElement *decoder = gst_element_factory_make ("sctpdec", NULL);
  GstSegment segment;

  outer = gst_object_ref_sink (gst_bin_new (NULL));
  gst_bin_add (GST_BIN (inner), decoder);
  gst_bin_add (GST_BIN (outer), inner);
  sink = gst_element_get_static_pad (decoder, "sink");
  ck_assert (gst_pad_set_active (sink, TRUE));
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  gst_pad_send_event (sink, gst_event_new_stream_start ("room"));
  gst_pad_send_event (sink, gst_event_new_segment (&segment));
  came = 0;
}

static void
teardown (void)
{
  gst_pad_set_active (sink, FALSE);
  gst_clear_object (&sink);
  gst_clear_object (&outer);
}

static void
send (void)
{
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, gst_buffer_new ());
  ck_assert_int_eq (gst_pad_chain (sink, gst_buffer_new ()), GST_FLOW_OK);
  ck_assert_int_eq (gst_pad_chain_list (sink, list), GST_FLOW_OK);
}

static void
count (void)
{
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packet, NULL, NULL);
}

START_TEST (test_packets_come_in_until_it_is_hushed)
{
  count ();
  send ();
  ck_assert_uint_eq (came, 2);
}

END_TEST;

START_TEST (test_nothing_comes_in_afterwards)
{
  room_channels_hush (GST_BIN (outer));
  count ();
  send ();
  ck_assert_uint_eq (came, 0);
}

END_TEST;

/* Stays within until the other thread has begun to hush. */
static GstPadProbeReturn
on_long_packet (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  gboolean begun = FALSE;

  g_atomic_int_set (&within, TRUE);
  while (!begun) {
    g_poll (NULL, 0, LOOK_EVERY_MS);
    GST_OBJECT_LOCK (pad);
    begun = pad->num_probes > 1;
    GST_OBJECT_UNLOCK (pad);
  }
  g_poll (NULL, 0, LOOK_EVERY_MS);
  g_atomic_int_set (&within, FALSE);
  return GST_PAD_PROBE_DROP;
}

static gpointer
send_one (gpointer unused)
{
  gst_pad_chain (sink, gst_buffer_new ());
  return NULL;
}

START_TEST (test_who_is_within_is_waited_for)
{
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_long_packet, NULL,
      NULL);
  GThread *thread = g_thread_new ("sender", send_one, NULL);

  while (!g_atomic_int_get (&within))
    g_poll (NULL, 0, LOOK_EVERY_MS);
  room_channels_hush (GST_BIN (outer));
  ck_assert (!g_atomic_int_get (&within));
  g_thread_join (thread);
}

END_TEST;

START_TEST (test_it_may_have_no_channels)
{
  g_autoptr (GstElement) empty = gst_object_ref_sink (gst_bin_new (NULL));

  room_channels_hush (GST_BIN (empty));
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  Suite *suite = suite_create ("roomchannels");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_packets_come_in_until_it_is_hushed);
  tcase_add_test (tcase, test_nothing_comes_in_afterwards);
  tcase_add_test (tcase, test_who_is_within_is_waited_for);
  tcase_add_test (tcase, test_it_may_have_no_channels);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
