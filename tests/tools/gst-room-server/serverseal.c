/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverseal.h"

#include "packets.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#define RTP "application/x-rtp, media=video, clock-rate=90000, payload=98"

/* srtpenc between two pads. With allow-repeat-tx off, as webrtcbin has it, it
 * ends over a number that comes twice, which is how it is told from us. */
typedef struct
{
  GstElement *bin;
  GstElement *encoder;
  GstHarness *harness;
} Way;

static void
set_key (Way * way, guint8 first)
{
  guint8 key[30] = { first, 1, 2, 3 };
  g_autoptr (GstBuffer) buffer = gst_buffer_new_memdup (key, sizeof key);

  g_object_set (way->encoder, "key", buffer, NULL);
}

static void
way_init (Way * way, gboolean watched, const gchar * cipher)
{
  way->bin = gst_object_ref_sink (gst_bin_new (NULL));
  way->encoder = gst_element_factory_make ("srtpenc", NULL);
  if (watched)
    server_seal_watch (GST_BIN (way->bin));
  /* As in webrtcbin: its pads are there before it comes into our bin. */
  g_autoptr (GstPad) sink =
      gst_element_request_pad_simple (way->encoder, "rtp_sink_0");
  gst_bin_add (GST_BIN (way->bin), way->encoder);
  g_autoptr (GstPad) src =
      gst_element_get_static_pad (way->encoder, "rtp_src_0");
  gst_element_add_pad (way->bin, gst_ghost_pad_new ("sink", sink));
  gst_element_add_pad (way->bin, gst_ghost_pad_new ("src", src));
  gst_util_set_object_arg (G_OBJECT (way->encoder), "rtp-cipher", cipher);
  g_object_set (way->encoder, "random-key", TRUE, NULL);
  way->harness = gst_harness_new_with_element (way->bin, "sink", "src");
  gst_harness_set_src_caps_str (way->harness, RTP);
}

static void
way_clear (Way * way)
{
  gst_harness_teardown (way->harness);
  gst_object_unref (way->bin);
}

/* What comes out of it for one packet. */
static GstBuffer *
pass (Way * way, guint16 seq)
{
  if (gst_harness_push (way->harness, packets_make (seq, 0, FALSE, 100))
      != GST_FLOW_OK)
    return NULL;
  return gst_harness_try_pull (way->harness);
}

/* A number that it has had. */
static gboolean
takes_again (Way * way, guint16 seq)
{
  return gst_harness_push (way->harness, packets_make (seq, 0, FALSE, 100))
      == GST_FLOW_OK;
}

static void
assert_same (GstBuffer * one, GstBuffer * other)
{
  GstMapInfo a, b;

  ck_assert (one != NULL && other != NULL);
  ck_assert (gst_buffer_map (one, &a, GST_MAP_READ));
  ck_assert (gst_buffer_map (other, &b, GST_MAP_READ));
  ck_assert_uint_eq (a.size, b.size);
  ck_assert (memcmp (a.data, b.data, a.size) == 0);
  gst_buffer_unmap (one, &a);
  gst_buffer_unmap (other, &b);
  gst_buffer_unref (one);
  gst_buffer_unref (other);
}

START_TEST (test_packets_are_those_of_srtpenc)
{
  static const guint16 numbers[] = { 65000, 65534, 65535, 0, 65533, 1, 30000 };
  Way ours, theirs;

  way_init (&ours, TRUE, "aes-128-icm");
  way_init (&theirs, FALSE, "aes-128-icm");
  set_key (&ours, 1);
  set_key (&theirs, 1);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    assert_same (pass (&ours, numbers[i]), pass (&theirs, numbers[i]));
  ck_assert (takes_again (&ours, 1));
  ck_assert (!takes_again (&theirs, 1));
  way_clear (&ours);
  way_clear (&theirs);
}

END_TEST;

/* As the room makes them: a header, and what all watchers share. */
START_TEST (test_a_packet_in_pieces_is_sealed_and_stays_as_it_was)
{
  g_autoptr (GstBuffer) whole = packets_make (5, 0, FALSE, 100);
  g_autoptr (GstBuffer) pieces =
      gst_buffer_copy_region (whole, GST_BUFFER_COPY_ALL, 0, 12);
  Way ours, theirs;

  gst_buffer_copy_into (pieces, whole, GST_BUFFER_COPY_MEMORY, 12, -1);
  ck_assert_uint_eq (gst_buffer_n_memory (pieces), 2);
  way_init (&ours, TRUE, "aes-128-icm");
  way_init (&theirs, FALSE, "aes-128-icm");
  set_key (&ours, 1);
  set_key (&theirs, 1);
  ck_assert_int_eq (gst_harness_push (ours.harness, gst_buffer_ref (pieces)),
      GST_FLOW_OK);
  assert_same (gst_harness_pull (ours.harness), pass (&theirs, 5));
  ck_assert_uint_eq (gst_buffer_n_memory (pieces), 2);
  assert_same (gst_buffer_ref (pieces), packets_make (5, 0, FALSE, 100));
  way_clear (&ours);
  way_clear (&theirs);
}

END_TEST;

START_TEST (test_a_number_that_comes_twice_is_left_out)
{
  GstBufferList *list = gst_buffer_list_new ();
  Way way;

  way_init (&way, TRUE, "aes-128-icm");
  set_key (&way, 1);
  gst_buffer_list_add (list, packets_make (5, 0, FALSE, 100));
  gst_buffer_list_add (list, packets_make (5, 0, FALSE, 200));
  gst_buffer_list_add (list, packets_make (6, 0, FALSE, 100));
  ck_assert_int_eq (gst_pad_push_list (way.harness->srcpad, list), GST_FLOW_OK);
  ck_assert_uint_eq (gst_harness_buffers_in_queue (way.harness), 2);
  way_clear (&way);
}

END_TEST;

static GstPadProbeReturn
on_list (GstPad * pad, GstPadProbeInfo * info, gpointer lists)
{
  g_atomic_int_inc ((gint *) lists);
  return GST_PAD_PROBE_OK;
}

START_TEST (test_a_list_stays_one_and_keeps_its_times)
{
  GstBufferList *list = gst_buffer_list_new ();
  gint lists = 0;
  Way way;

  way_init (&way, TRUE, "aes-128-icm");
  set_key (&way, 1);
  gst_pad_add_probe (GST_PAD_PEER (way.harness->sinkpad),
      GST_PAD_PROBE_TYPE_BUFFER_LIST, on_list, &lists, NULL);
  for (guint i = 0; i < 3; i++) {
    GstBuffer *packet = packets_make (i, 0, FALSE, 100);
    GST_BUFFER_PTS (packet) = i * GST_SECOND;
    gst_buffer_list_add (list, packet);
  }
  ck_assert_int_eq (gst_pad_push_list (way.harness->srcpad, list), GST_FLOW_OK);
  ck_assert_int_eq (lists, 1);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GstBuffer) packet = gst_harness_pull (way.harness);
    ck_assert_uint_eq (GST_BUFFER_PTS (packet), i * GST_SECOND);
  }
  way_clear (&way);
}

END_TEST;

START_TEST (test_the_same_key_once_more_goes_on_as_before)
{
  Way way;

  way_init (&way, TRUE, "aes-128-icm");
  set_key (&way, 1);
  g_autoptr (GstBuffer) first = pass (&way, 5);
  ck_assert (first != NULL);
  set_key (&way, 1);
  ck_assert (pass (&way, 5) == NULL);
  set_key (&way, 2);
  g_autoptr (GstBuffer) second = pass (&way, 5);
  ck_assert (second != NULL);
  way_clear (&way);
}

END_TEST;

START_TEST (test_another_cipher_goes_the_usual_way)
{
  Way way;

  way_init (&way, TRUE, "null");
  set_key (&way, 1);
  g_autoptr (GstBuffer) packet = pass (&way, 5);
  ck_assert (packet != NULL);
  ck_assert (!takes_again (&way, 5));
  way_clear (&way);
}

END_TEST;

static void
set_cipher (Way * way, const gchar * cipher, guint8 key)
{
  gst_util_set_object_arg (G_OBJECT (way->encoder), "rtp-cipher", cipher);
  set_key (way, key);
}

START_TEST (test_and_so_it_does_after_ours)
{
  Way way;

  way_init (&way, TRUE, "aes-128-icm");
  set_key (&way, 1);
  g_autoptr (GstBuffer) first = pass (&way, 5);
  ck_assert (first != NULL);
  set_cipher (&way, "null", 2);
  g_autoptr (GstBuffer) second = pass (&way, 6);
  ck_assert (second != NULL);
  ck_assert (!takes_again (&way, 6));
  way_clear (&way);
}

END_TEST;

START_TEST (test_our_key_goes_on_as_before_after_another_cipher)
{
  Way way;

  way_init (&way, TRUE, "aes-128-icm");
  set_key (&way, 1);
  g_autoptr (GstBuffer) first = pass (&way, 5);
  ck_assert (first != NULL);
  set_cipher (&way, "null", 2);
  set_cipher (&way, "aes-128-icm", 1);
  ck_assert (pass (&way, 5) == NULL);
  g_autoptr (GstBuffer) second = pass (&way, 6);
  ck_assert (second != NULL);
  ck_assert (takes_again (&way, 6));
  way_clear (&way);
}

END_TEST;

START_TEST (test_without_a_key_packets_go_the_usual_way)
{
  Way way;

  way_init (&way, TRUE, "aes-128-icm");
  g_autoptr (GstBuffer) packet = pass (&way, 5);
  ck_assert (packet != NULL);
  ck_assert (!takes_again (&way, 5));
  way_clear (&way);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverseal");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_packets_are_those_of_srtpenc);
  tcase_add_test (tcase, test_a_packet_in_pieces_is_sealed_and_stays_as_it_was);
  tcase_add_test (tcase, test_a_number_that_comes_twice_is_left_out);
  tcase_add_test (tcase, test_a_list_stays_one_and_keeps_its_times);
  tcase_add_test (tcase, test_the_same_key_once_more_goes_on_as_before);
  tcase_add_test (tcase, test_another_cipher_goes_the_usual_way);
  tcase_add_test (tcase, test_and_so_it_does_after_ours);
  tcase_add_test (tcase, test_our_key_goes_on_as_before_after_another_cipher);
  tcase_add_test (tcase, test_without_a_key_packets_go_the_usual_way);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
