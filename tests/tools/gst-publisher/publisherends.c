/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherends.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>

#include "fakeroompublish.h"
#include "publisherdescription.h"
#include "publisherroom.h"

/* A pipeline with its ends, and what was said about them. */
static GstElement *pipeline;
static GstElement *room;
static PublisherEnds *ends;
static GMutex lock;             /* guards the texts */
static GCond cond;
static GString *links;          /* "x.src>video_0 " ... */
static GString *unused;
static GString *failures;
static guint endings;
static gchar *folder;

static void
note (GString * text, const gchar * format, const gchar * a, const gchar * b)
{
  g_mutex_lock (&lock);
  g_string_append (text, a);
  g_string_append (text, format);
  g_string_append (text, b);
  g_cond_broadcast (&cond);
  g_mutex_unlock (&lock);
}

static void
on_ended (gint value, gpointer user_data)
{
  g_mutex_lock (&lock);
  endings++;
  g_cond_broadcast (&cond);
  g_mutex_unlock (&lock);
}

static void
on_linked (const gchar * end, const gchar * pad, LifeEvent * ended,
    gpointer user_data)
{
  note (links, ">", end, pad);
  note (links, " ", "", "");
  life_listener_unref (life_event_listen (ended, on_ended, NULL, NULL));
}

static void
on_unused (const gchar * text, gpointer user_data)
{
  note (unused, "\n", text, "");
}

static void
on_failed (const gchar * text, gpointer user_data)
{
  note (failures, "\n", text, "");
}

static const PublisherEndsFuncs funcs = { on_linked, on_unused, on_failed };

/* Waits until @text holds @part. */
static void
wait_for (GString * text, const gchar * part)
{
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  g_mutex_lock (&lock);
  while (!strstr (text->str, part)) {
    if (!g_cond_wait_until (&cond, &lock, end))
      ck_abort_msg ("no '%s' in '%s'", part, text->str);
  }
  g_mutex_unlock (&lock);
}

static gboolean
find_named (const gchar * description, const gchar * const *names,
    GError ** error)
{
  pipeline = publisher_description_parse (description, error);
  ck_assert_ptr_nonnull (pipeline);
  room = publisher_room_add (GST_BIN (pipeline),
      gst_element_factory_make ("roompublish", NULL), error);
  ck_assert_ptr_nonnull (room);
  ends = publisher_ends_new (GST_BIN (pipeline), room, names, "screen-share",
      &funcs, NULL);
  return publisher_ends_find (ends, error);
}

static void
assert_linked (const gchar * description, const gchar * expected)
{
  g_autoptr (GError) error = NULL;
  ck_assert_msg (find_named (description, NULL, &error), "%s",
      error ? error->message : "");
  ck_assert_str_eq (links->str, expected);
}

static void
assert_refused (const gchar * description, const gchar * part)
{
  g_autoptr (GError) error = NULL;
  ck_assert (!find_named (description, NULL, &error));
  ck_assert_msg (strstr (error->message, part) != NULL, "%s", error->message);
}

static void
play (void)
{
  ck_assert_int_ne (gst_element_set_state (pipeline, GST_STATE_PLAYING),
      GST_STATE_CHANGE_FAILURE);
}

static void
on_pipeline_gone (gpointer user_data, GObject * object)
{
  note (user_data, "gone", "", "");
}

/* Nobody may keep it; threads of GStreamer's own may for a moment. */
static void
unref_pipeline (void)
{
  g_object_weak_ref (G_OBJECT (pipeline), on_pipeline_gone, links);
  g_clear_object (&pipeline);
  wait_for (links, "gone");
}

static void
setup (void)
{
  folder = g_dir_make_tmp ("ends-XXXXXX", NULL);
  links = g_string_new (NULL);
  unused = g_string_new (NULL);
  failures = g_string_new (NULL);
  endings = 0;
}

static void
teardown (void)
{
  if (pipeline)
    gst_element_set_state (pipeline, GST_STATE_NULL);
  g_clear_pointer (&ends, publisher_ends_free);
  g_clear_object (&room);
  if (pipeline)
    unref_pipeline ();
  g_string_free (links, TRUE);
  g_string_free (unused, TRUE);
  g_string_free (failures, TRUE);
  g_autofree gchar *file = g_build_filename (folder, "file", NULL);
  g_unlink (file);
  g_rmdir (folder);
  g_free (folder);
}

/* Runs @description with FILE replaced by a path that is returned. */
static gchar *
make_file (const gchar * description)
{
  g_autoptr (GError) error = NULL;
  gchar *path = g_build_filename (folder, "file", NULL);
  g_autofree gchar *line =
      g_strdup_printf ("%s ! filesink location=%s", description, path);
  GstElement *maker = publisher_description_parse (line, &error);
  ck_assert_msg (maker != NULL, "%s", error ? error->message : "");
  gst_element_set_state (maker, GST_STATE_PLAYING);
  g_autoptr (GstBus) bus = gst_element_get_bus (maker);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      20 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  ck_assert_ptr_nonnull (message);
  ck_assert_int_eq (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  gst_element_set_state (maker, GST_STATE_NULL);
  gst_object_unref (maker);
  return path;
}

#define MKV "videotestsrc num-buffers=5 ! vp8enc ! mux. " \
    "audiotestsrc num-buffers=5 ! opusenc ! mux. matroskamux name=mux"

static void
wait_for_endings (guint count)
{
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  g_mutex_lock (&lock);
  while (endings < count)
    ck_assert (g_cond_wait_until (&cond, &lock, end));
  g_mutex_unlock (&lock);
}

static void
assert_track (const gchar * pad_name, const gchar * name, gint source)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (room, pad_name);
  g_autofree gchar *track_name = NULL;
  gint track_source;
  g_object_get (pad, "track-name", &track_name, "source", &track_source, NULL);
  ck_assert_str_eq (track_name, name);
  ck_assert_int_eq (track_source, source);
}

START_TEST (test_an_encoder_at_the_end_is_a_track)
{
  assert_linked ("videotestsrc ! vp8enc name=e", "e.src>video_0 ");
}

END_TEST;

START_TEST (test_tracks_come_in_the_order_of_the_description)
{
  assert_linked ("videotestsrc ! vp8enc name=a  audiotestsrc ! opusenc name=b "
      "videotestsrc ! vp9enc name=c  audiotestsrc ! mulawenc name=d",
      "a.src>video_0 b.src>audio_1 c.src>video_2 d.src>audio_3 ");
}

END_TEST;

START_TEST (test_an_end_behind_a_capsfilter_is_found)
{
  assert_linked ("videotestsrc ! vp8enc ! capsfilter name=e "
      "caps=video/x-vp8,width=320", "e.src>video_0 ");
}

END_TEST;

START_TEST (test_an_end_behind_queue_and_identity_is_found)
{
  assert_linked ("videotestsrc ! vp8enc ! queue ! identity name=e",
      "e.src>video_0 ");
}

END_TEST;

START_TEST (test_an_end_within_a_bin_is_found)
{
  assert_linked ("( name=outer videotestsrc ! ( vp8enc ! queue name=e ) )",
      "e.src>video_0 ");
  play ();
  g_autoptr (GstPad) ghost = gst_element_get_static_pad (room, "video_0");
  ck_assert (gst_pad_is_linked (ghost));
}

END_TEST;

START_TEST (test_a_capsfilter_alone_tells_what_comes)
{
  assert_linked ("fakesrc ! capsfilter "
      "caps=video/x-h264,stream-format=byte-stream",
      "capsfilter0.src>video_0 ");
}

END_TEST;

START_TEST (test_a_raw_end_is_refused_with_an_encoder_to_add)
{
  assert_refused ("videotestsrc name=v", "v.src gives raw video: add");
}

END_TEST;

START_TEST (test_every_wrong_end_is_listed)
{
  g_autoptr (GError) error = NULL;
  ck_assert (!find_named ("videotestsrc ! vp8enc  videotestsrc name=v "
          "audiotestsrc ! vorbisenc ! oggmux name=o", NULL, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "v.src"));
  ck_assert_ptr_nonnull (strstr (error->message, "o.src"));
  ck_assert_str_eq (links->str, "");
}

END_TEST;

START_TEST (test_a_pipeline_without_open_ends_is_refused)
{
  assert_refused ("videotestsrc ! vp8enc ! fakesink", "no open end");
}

END_TEST;

START_TEST (test_names_and_source_reach_the_tracks)
{
  const gchar *names[] = { "stage", "sound", NULL };
  g_autoptr (GError) error = NULL;
  ck_assert (find_named ("videotestsrc ! vp8enc  audiotestsrc ! opusenc",
          names, &error));
  assert_track ("video_0", "stage", 3);
  assert_track ("audio_1", "sound", 0);
  ck_assert_str_eq (unused->str, "");
}

END_TEST;

START_TEST (test_a_name_too_many_is_said)
{
  const gchar *names[] = { "stage", "sound", NULL };
  g_autoptr (GError) error = NULL;
  ck_assert (find_named ("videotestsrc ! vp8enc", names, &error));
  ck_assert_ptr_nonnull (strstr (unused->str, "--track-name sound"));
}

END_TEST;

START_TEST (test_the_end_of_each_stream_is_an_event)
{
  assert_linked ("videotestsrc num-buffers=3 ! vp8enc name=a "
      "audiotestsrc num-buffers=3 ! opusenc name=b",
      "a.src>video_0 b.src>audio_1 ");
  ck_assert (!publisher_ends_have_ended (ends));
  play ();
  wait_for_endings (2);
  ck_assert (publisher_ends_have_ended (ends));
}

END_TEST;

START_TEST (test_pads_of_a_demuxer_are_linked_when_they_appear)
{
  g_autofree gchar *path = make_file (MKV);
  g_autofree gchar *line =
      g_strdup_printf ("filesrc location=%s ! matroskademux name=d", path);
  assert_linked (line, "");
  play ();
  wait_for (links, ">video_0 ");
  wait_for (links, ">audio_1 ");
  wait_for_endings (2);
  ck_assert_str_eq (failures->str, "");
}

END_TEST;

START_TEST (test_an_end_behind_a_demuxer_is_found_when_its_caps_come)
{
  g_autofree gchar *path = make_file (MKV);
  g_autofree gchar *line =
      g_strdup_printf ("filesrc location=%s ! matroskademux name=d "
      "d.video_0 ! queue name=e", path);
  assert_linked (line, "");
  play ();
  wait_for (links, "e.src>video_");
  wait_for (links, "d.audio_0>audio_");
  wait_for_endings (2);
  ck_assert_str_eq (failures->str, "");
}

END_TEST;

START_TEST (test_decoded_streams_without_an_encoder_are_a_failure)
{
  g_autofree gchar *path = make_file (MKV);
  g_autofree gchar *line =
      g_strdup_printf ("filesrc location=%s ! decodebin name=d", path);
  assert_linked (line, "");
  play ();
  wait_for (failures, "nothing to publish");
  wait_for (failures, "gives raw video: add");
}

END_TEST;

START_TEST (test_a_decoded_stream_beside_a_track_is_only_mentioned)
{
  g_autofree gchar *path = make_file (MKV);
  g_autofree gchar *line =
      g_strdup_printf ("filesrc location=%s ! decodebin name=d "
      "d. ! videoconvert ! vp8enc name=e", path);
  assert_linked (line, "e.src>video_0 ");
  play ();
  wait_for (unused, "gives raw audio");
  wait_for_endings (1);
  ck_assert_str_eq (failures->str, "");
}

END_TEST;

START_TEST (test_data_without_a_format_is_a_failure)
{
  assert_linked ("fakesrc name=f num-buffers=3 ! identity name=i", "");
  play ();
  wait_for (failures, "i.src gives data of an unknown format");
}

END_TEST;

START_TEST (test_a_room_in_the_pipeline_is_followed_as_it_is)
{
  g_autoptr (GError) error = NULL;
  const gchar *names[] = { "stage", NULL };
  pipeline = publisher_description_parse ("videotestsrc num-buffers=3 ! vp8enc "
      "! roompublish", &error);
  ck_assert (publisher_room_find (GST_BIN (pipeline), &room, &error));
  ends = publisher_ends_new (GST_BIN (pipeline), room, names, NULL, &funcs,
      NULL);
  ck_assert (publisher_ends_adopt (ends, &error));
  ck_assert_ptr_nonnull (strstr (links->str, ".video_0>video_0 "));
  assert_track ("video_0", "stage", 0);
  play ();
  wait_for_endings (1);
}

END_TEST;

START_TEST (test_a_room_that_is_linked_to_nothing_is_refused)
{
  g_autoptr (GError) error = NULL;
  pipeline = publisher_description_parse ("fakesrc ! fakesink  roompublish",
      &error);
  ck_assert (publisher_room_find (GST_BIN (pipeline), &room, &error));
  ends = publisher_ends_new (GST_BIN (pipeline), room, NULL, NULL, &funcs,
      NULL);
  ck_assert (!publisher_ends_adopt (ends, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "nothing is linked"));
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  if (!fake_room_publish_register (NULL))
    return 1;
  Suite *suite = suite_create ("publisherends");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_an_encoder_at_the_end_is_a_track);
  tcase_add_test (tcase, test_tracks_come_in_the_order_of_the_description);
  tcase_add_test (tcase, test_an_end_behind_a_capsfilter_is_found);
  tcase_add_test (tcase, test_an_end_behind_queue_and_identity_is_found);
  tcase_add_test (tcase, test_an_end_within_a_bin_is_found);
  tcase_add_test (tcase, test_a_capsfilter_alone_tells_what_comes);
  tcase_add_test (tcase, test_a_raw_end_is_refused_with_an_encoder_to_add);
  tcase_add_test (tcase, test_every_wrong_end_is_listed);
  tcase_add_test (tcase, test_a_pipeline_without_open_ends_is_refused);
  tcase_add_test (tcase, test_names_and_source_reach_the_tracks);
  tcase_add_test (tcase, test_a_name_too_many_is_said);
  tcase_add_test (tcase, test_the_end_of_each_stream_is_an_event);
  tcase_add_test (tcase, test_pads_of_a_demuxer_are_linked_when_they_appear);
  tcase_add_test (tcase,
      test_an_end_behind_a_demuxer_is_found_when_its_caps_come);
  tcase_add_test (tcase, test_decoded_streams_without_an_encoder_are_a_failure);
  tcase_add_test (tcase,
      test_a_decoded_stream_beside_a_track_is_only_mentioned);
  tcase_add_test (tcase, test_data_without_a_format_is_a_failure);
  tcase_add_test (tcase, test_a_room_in_the_pipeline_is_followed_as_it_is);
  tcase_add_test (tcase, test_a_room_that_is_linked_to_nothing_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
