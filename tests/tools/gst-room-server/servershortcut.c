/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servershortcut.h"

#include "packets.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

/* As webrtcbin has them in front of its RTP session. */
static GstElement *
make_redundancy (gboolean watched)
{
  GstElement *bin = gst_bin_new (NULL);
  GstElement *fec = gst_element_factory_make ("rtpulpfecenc", NULL);
  GstElement *red = gst_element_factory_make ("rtpredenc", NULL);

  if (watched)
    server_shortcut_watch (GST_BIN (bin));
  gst_bin_add_many (GST_BIN (bin), fec, red, NULL);
  ck_assert (gst_element_link (fec, red));
  g_autoptr (GstPad) sink = gst_element_get_static_pad (fec, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (red, "src");
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", sink));
  gst_element_add_pad (bin, gst_ghost_pad_new ("src", src));
  return bin;
}

static GstPadProbeReturn
on_list (GstPad * pad, GstPadProbeInfo * info, gpointer lists)
{
  g_atomic_int_inc ((gint *) lists);
  return GST_PAD_PROBE_OK;
}

/* How many lists come out of it, and how many packets. */
static guint
pass (gboolean watched, guint * packets)
{
  GstElement *bin = gst_object_ref_sink (make_redundancy (watched));
  GstHarness *harness = gst_harness_new_with_element (bin, "sink", "src");
  GstBufferList *list = gst_buffer_list_new ();
  gint lists = 0;

  gst_harness_set_src_caps_str (harness, "application/x-rtp, media=video, "
      "clock-rate=90000, encoding-name=VP8, payload=98");
  gst_pad_add_probe (GST_PAD_PEER (harness->sinkpad),
      GST_PAD_PROBE_TYPE_BUFFER_LIST, on_list, &lists, NULL);
  for (guint i = 0; i < 3; i++)
    gst_buffer_list_add (list, packets_make (i, 0, FALSE, 100));
  ck_assert_int_eq (gst_pad_push_list (harness->srcpad, list), GST_FLOW_OK);
  *packets = gst_harness_buffers_in_queue (harness);
  gst_harness_teardown (harness);
  gst_object_unref (bin);
  return lists;
}

START_TEST (test_a_list_stays_one)
{
  guint packets;

  ck_assert_int_eq (pass (TRUE, &packets), 1);
  ck_assert_int_eq (packets, 3);
  /* What it is for: when this is not so any more, nor is that. */
  ck_assert_int_eq (pass (FALSE, &packets), 0);
  ck_assert_int_eq (packets, 3);
}

END_TEST;

START_TEST (test_single_packets_go_the_usual_way)
{
  GstElement *bin = gst_object_ref_sink (make_redundancy (TRUE));
  GstHarness *harness = gst_harness_new_with_element (bin, "sink", "src");

  gst_harness_set_src_caps_str (harness, "application/x-rtp, media=video, "
      "clock-rate=90000, encoding-name=VP8, payload=98");
  gst_harness_push (harness, packets_make (1, 0, FALSE, 100));
  ck_assert_int_eq (gst_harness_buffers_in_queue (harness), 1);
  gst_harness_teardown (harness);
  gst_object_unref (bin);
}

END_TEST;

START_TEST (test_nothing_waits_for_its_time)
{
  GstElement *bin = gst_object_ref_sink (gst_bin_new (NULL));
  GstElement *sync = gst_element_factory_make ("clocksync", NULL);
  gboolean waits = TRUE;

  server_shortcut_watch (GST_BIN (bin));
  gst_bin_add (GST_BIN (bin), sync);
  g_object_get (sync, "sync", &waits, NULL);
  ck_assert (!waits);
  gst_object_unref (bin);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("servershortcut");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_list_stays_one);
  tcase_add_test (tcase, test_single_packets_go_the_usual_way);
  tcase_add_test (tcase, test_nothing_waits_for_its_time);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
