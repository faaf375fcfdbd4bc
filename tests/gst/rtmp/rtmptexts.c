/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmptexts.h"

#include <gst/check/gstcheck.h>

static const gchar *
get_text (const RtmpMetadata * metadata, const gchar * name)
{
  for (guint i = 0; i < metadata->texts->len; i++) {
    const RtmpMetadataText *text =
        &g_array_index (metadata->texts, RtmpMetadataText, i);
    if (g_str_equal (text->name, name))
      return text->text;
  }
  return NULL;
}

START_TEST (test_tags_that_have_a_name_are_written)
{
  g_autoptr (RtmpMetadata) metadata = rtmp_metadata_new ();
  g_autoptr (GstDateTime) date = gst_date_time_new_ymd (2024, 2, 29);
  g_autoptr (GstTagList) tags = gst_tag_list_new (GST_TAG_TITLE, "a title",
      GST_TAG_ARTIST, "one", GST_TAG_DATE_TIME, date,
      GST_TAG_BITRATE, 1000, GST_TAG_APPLICATION_NAME, "a program", NULL);

  rtmp_texts_from_tags (metadata, tags);
  ck_assert_uint_eq (metadata->texts->len, 4);
  ck_assert_str_eq (get_text (metadata, "title"), "a title");
  ck_assert_str_eq (get_text (metadata, "artist"), "one");
  ck_assert_str_eq (get_text (metadata, "creationdate"), "2024-02-29");
  ck_assert_str_eq (get_text (metadata, "encoder"), "a program");
}

END_TEST;

START_TEST (test_names_of_all_writers_are_read)
{
  g_autoptr (RtmpMetadata) metadata = rtmp_metadata_new ();
  g_autofree gchar *artist = NULL, *title = NULL;
  g_autoptr (GstDateTime) date = NULL;

  rtmp_metadata_add_text (metadata, "creator", "one");
  rtmp_metadata_add_text (metadata, "author", "another");
  rtmp_metadata_add_text (metadata, "title", "");
  rtmp_metadata_add_text (metadata, "title", "\xff");
  rtmp_metadata_add_text (metadata, "date", "2024-02-29T10:00:00Z");
  rtmp_metadata_add_text (metadata, "creation_time", "yesterday");
  rtmp_metadata_add_text (metadata, "major_brand", "isom");
  g_autoptr (GstTagList) tags = rtmp_texts_to_tags (metadata);
  ck_assert (tags != NULL);
  ck_assert_int_eq (gst_tag_list_get_scope (tags), GST_TAG_SCOPE_GLOBAL);
  ck_assert_int_eq (gst_tag_list_n_tags (tags), 2);
  ck_assert (gst_tag_list_get_string (tags, GST_TAG_ARTIST, &artist));
  ck_assert_str_eq (artist, "one");
  ck_assert (gst_tag_list_get_date_time (tags, GST_TAG_DATE_TIME, &date));
  ck_assert_int_eq (gst_date_time_get_year (date), 2024);
}

END_TEST;

/* FFmpeg and OBS write their own name there: a program's, if there is one. */
START_TEST (test_encoder_is_a_program_or_else_an_encoder)
{
  g_autoptr (RtmpMetadata) program = rtmp_metadata_new ();
  g_autoptr (RtmpMetadata) encoder = rtmp_metadata_new ();
  g_autoptr (GstTagList) tags = gst_tag_list_new (GST_TAG_ENCODER, "a codec",
      NULL);
  g_autofree gchar *name = NULL, *codec = NULL;

  rtmp_texts_from_tags (encoder, tags);
  ck_assert_str_eq (get_text (encoder, "encoder"), "a codec");
  gst_tag_list_add (tags, GST_TAG_MERGE_APPEND, GST_TAG_APPLICATION_NAME,
      "a program", NULL);
  rtmp_texts_from_tags (program, tags);
  ck_assert_uint_eq (program->texts->len, 1);
  ck_assert_str_eq (get_text (program, "encoder"), "a program");
  g_autoptr (GstTagList) read = rtmp_texts_to_tags (program);
  ck_assert (gst_tag_list_get_string (read, GST_TAG_APPLICATION_NAME, &name));
  ck_assert (gst_tag_list_get_string (read, GST_TAG_ENCODER, &codec));
  ck_assert_str_eq (name, "a program");
  ck_assert_str_eq (codec, "a program");
}

END_TEST;

START_TEST (test_no_texts_are_no_tags)
{
  g_autoptr (RtmpMetadata) metadata = rtmp_metadata_new ();

  ck_assert (rtmp_texts_to_tags (metadata) == NULL);
}

END_TEST;

START_TEST (test_only_what_makes_texts_is_compared)
{
  g_autoptr (GstTagList) a = gst_tag_list_new (GST_TAG_TITLE, "x",
      GST_TAG_BITRATE, 1, NULL);
  g_autoptr (GstTagList) b = gst_tag_list_new (GST_TAG_TITLE, "x",
      GST_TAG_BITRATE, 2, NULL);
  g_autoptr (GstTagList) c = gst_tag_list_new (GST_TAG_TITLE, "y", NULL);
  g_autoptr (GstTagList) none = gst_tag_list_new_empty ();

  ck_assert (rtmp_texts_are_same (a, b));
  ck_assert (!rtmp_texts_are_same (a, c));
  ck_assert (!rtmp_texts_are_same (a, none));
  ck_assert (!rtmp_texts_are_same (none, a));
}

END_TEST;

START_TEST (test_what_an_encoder_was_told_is_the_bitrate)
{
  g_autoptr (GstTagList) both = gst_tag_list_new (GST_TAG_BITRATE, 9000,
      GST_TAG_NOMINAL_BITRATE, 64000, NULL);
  g_autoptr (GstTagList) seen = gst_tag_list_new (GST_TAG_BITRATE, 9000, NULL);
  g_autoptr (GstTagList) none = gst_tag_list_new_empty ();

  fail_unless_equals_float (rtmp_texts_find_bitrate (both), 64);
  fail_unless_equals_float (rtmp_texts_find_bitrate (seen), 9);
  fail_unless_equals_float (rtmp_texts_find_bitrate (none), 0);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  Suite *suite = suite_create ("rtmptexts");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_tags_that_have_a_name_are_written);
  tcase_add_test (tcase, test_names_of_all_writers_are_read);
  tcase_add_test (tcase, test_encoder_is_a_program_or_else_an_encoder);
  tcase_add_test (tcase, test_no_texts_are_no_tags);
  tcase_add_test (tcase, test_only_what_makes_texts_is_compared);
  tcase_add_test (tcase, test_what_an_encoder_was_told_is_the_bitrate);
  suite_add_tcase (suite, tcase);
  return gst_check_run_suite (suite, "rtmptexts", __FILE__);
}
