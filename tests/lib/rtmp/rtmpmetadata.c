/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden bytes are laid together by hand from Adobe FLV 10.1, E.5, and AMF0;
 * those of FFmpeg are what its 8.1 writes. */
#include "rtmp/rtmpmetadata.h"

#include "hexbytes.h"
#include "rtmp/rtmpamf0.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmpvaluebuilder.h"

#include <check.h>
#include <math.h>
#include <string.h>

/* "onMetaData" */
#define NAME "02 000a 6f6e4d65746144617461"

static RtmpMetadata *
read_bytes (GBytes * bytes)
{
  g_autoptr (RtmpValues) values =
      rtmp_amf0_parse (g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), NULL);

  ck_assert (values != NULL);
  return rtmp_metadata_read (values);
}

static RtmpMetadata *
read_hex (const gchar * hex)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);

  return read_bytes (bytes);
}

START_TEST (test_that_of_ffmpeg_is_read)
{
  g_autoptr (RtmpMetadata) self = read_hex (NAME "08 00000010"
      "0008 6475726174696f6e 00 4000a3d70a3d70a4"
      "0005 7769647468 00 4074000000000000"
      "0006 686569676874 00 406e000000000000"
      "000d 766964656f6461746172617465 00 406b206000000000"
      "0009 6672616d6572617465 00 4039000000000000"
      "000c 766964656f636f6465636964 00 41da1d98cc400000"
      "000d 617564696f6461746172617465 00 4051027000000000"
      "000f 617564696f73616d706c6572617465 00 40e5888000000000"
      "000f 617564696f73616d706c6573697a65 00 4030000000000000"
      "0006 73746572656f 01 00"
      "000c 617564696f636f6465636964 00 4024000000000000"
      "0007 656e636f646572 02 000d 4c61766636322e31392e313031"
      "0008 66696c6573697a65 00 40f3364000000000" "000009");

  ck_assert (self != NULL);
  ck_assert_double_eq_tol (self->duration, 2.08, 0.001);
  ck_assert_double_eq (self->file_size, 78692);
  const RtmpMetadataTrack *video = rtmp_metadata_get_track (self, TRUE, 0);
  ck_assert (video != NULL);
  ck_assert_uint_eq (video->codec, RTMP_CODEC_H265);
  ck_assert (video->enhanced);
  ck_assert_double_eq (video->width, 320);
  ck_assert_double_eq (video->height, 240);
  ck_assert_double_eq (video->frame_rate, 25);
  ck_assert_double_eq_tol (video->bitrate, 217.01, 0.01);
  const RtmpMetadataTrack *audio = rtmp_metadata_get_track (self, FALSE, 0);
  ck_assert (audio != NULL);
  ck_assert_uint_eq (audio->codec, RTMP_CODEC_AAC);
  ck_assert (!audio->enhanced);
  ck_assert_double_eq (audio->sample_rate, 44100);
  ck_assert_double_eq (audio->sample_size, 16);
  ck_assert_double_eq (audio->channels, 1);
  ck_assert_uint_eq (self->texts->len, 1);
  const RtmpMetadataText *text =
      &g_array_index (self->texts, RtmpMetadataText, 0);
  ck_assert_str_eq (text->name, "encoder");
  ck_assert_str_eq (text->text, "Lavf62.19.101");
  ck_assert (rtmp_metadata_get_track (self, TRUE, 1) == NULL);
}

END_TEST;

START_TEST (test_that_of_a_publisher_is_read)
{
  /* "@setDataFrame" first, and an object. */
  g_autoptr (RtmpMetadata) self =
      read_hex ("02 000d 40736574446174614672616d65" NAME
      "03 0005 7769647468 00 4074000000000000 000009");

  ck_assert (self != NULL);
  ck_assert_double_eq (rtmp_metadata_get_track (self, TRUE, 0)->width, 320);
}

END_TEST;

START_TEST (test_other_messages_are_none)
{
  ck_assert (read_hex ("02 000a 6f6e5465787444617461 03 000009") == NULL);
  ck_assert (read_hex (NAME) == NULL);
  ck_assert (read_hex ("00 3ff0000000000000") == NULL);
}

END_TEST;

START_TEST (test_metadata_may_say_nothing)
{
  g_autoptr (RtmpMetadata) self = read_hex (NAME "05");

  ck_assert (self != NULL);
  ck_assert_uint_eq (self->video->len, 0);
  ck_assert_uint_eq (self->audio->len, 0);
  ck_assert_double_eq (self->duration, 0);
}

END_TEST;

START_TEST (test_numbers_that_cannot_be_are_not_told)
{
  /* duration NaN, width -1, height infinite, videocodecid 99. */
  g_autoptr (RtmpMetadata) self = read_hex (NAME "03"
      "0008 6475726174696f6e 00 7ff8000000000000"
      "0005 7769647468 00 bff0000000000000"
      "0006 686569676874 00 7ff0000000000000"
      "000c 766964656f636f6465636964 00 4058c00000000000" "000009");

  ck_assert (self != NULL);
  ck_assert_double_eq (self->duration, 0);
  ck_assert (rtmp_metadata_get_track (self, TRUE, 0) == NULL);
}

END_TEST;

START_TEST (test_tracks_have_maps_of_their_own)
{
  g_auto (RtmpValueBuilder) builder;

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_add_string (&builder, NULL, "onMetaData");
  rtmp_value_builder_open_map (&builder, NULL);
  rtmp_value_builder_open_object (&builder, "videoTrackIdInfoMap", NULL);
  rtmp_value_builder_open_object (&builder, "1", NULL);
  rtmp_value_builder_add_number (&builder, "width", 640);
  rtmp_value_builder_add_number (&builder, "videodatarate", 2000);
  rtmp_value_builder_close (&builder);
  /* No numbers of tracks. */
  rtmp_value_builder_open_object (&builder, "x", NULL);
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_open_object (&builder, "256", NULL);
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_open_object (&builder, "audioTrackIdInfoMap", NULL);
  rtmp_value_builder_open_object (&builder, "2", NULL);
  rtmp_value_builder_add_number (&builder, "samplerate", 22050);
  rtmp_value_builder_add_number (&builder, "channels", 1);
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_open_object (&builder, "3", NULL);
  rtmp_value_builder_add_number (&builder, "audiosamplerate", 48000);
  rtmp_value_builder_add_number (&builder, "audiochannels", 6);
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_close (&builder);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  g_autoptr (RtmpMetadata) self = rtmp_metadata_read (values);

  ck_assert_uint_eq (self->video->len, 1);
  const RtmpMetadataTrack *video = rtmp_metadata_get_track (self, TRUE, 1);
  ck_assert_double_eq (video->width, 640);
  ck_assert_double_eq (video->bitrate, 2000);
  ck_assert_uint_eq (self->audio->len, 2);
  ck_assert_double_eq (rtmp_metadata_get_track (self, FALSE,
          2)->sample_rate, 22050);
  const RtmpMetadataTrack *audio = rtmp_metadata_get_track (self, FALSE, 3);
  ck_assert_double_eq (audio->sample_rate, 48000);
  ck_assert_double_eq (audio->channels, 6);
}

END_TEST;

START_TEST (test_an_index_is_read_as_far_as_both_lists_go)
{
  /* times 0, 2, NaN, 6; filepositions 100, 200, 300. */
  g_autoptr (RtmpMetadata) self = read_hex (NAME "03"
      "0009 6b65796672616d6573 03"
      "0005 74696d6573 0a 00000004 00 0000000000000000 00 4000000000000000"
      "00 7ff8000000000000 00 4018000000000000"
      "000d 66696c65706f736974696f6e73 0a 00000003 00 4059000000000000"
      "00 4069000000000000 00 4072c00000000000" "000009 000009");

  ck_assert_uint_eq (self->keys->len, 2);
  const RtmpMetadataKey *key = &g_array_index (self->keys, RtmpMetadataKey, 1);
  ck_assert_double_eq (key->time, 2);
  ck_assert_double_eq (key->offset, 200);
}

END_TEST;

static RtmpMetadata *
make_full (void)
{
  RtmpMetadata *self = rtmp_metadata_new ();
  RtmpMetadataTrack videos[] = {
    {0, RTMP_CODEC_H264, FALSE, 1000, 320, 240, 25},
    {1, RTMP_CODEC_AV1, TRUE, 500, 160, 120, 12.5},
  };
  RtmpMetadataTrack audios[] = {
    {0, RTMP_CODEC_AAC, TRUE, 128, 0, 0, 0, 48000, 16, 2},
    {3, RTMP_CODEC_OPUS, TRUE, 64, 0, 0, 0, 48000, 16, 1},
  };

  self->duration = 2.5;
  g_array_append_vals (self->video, videos, G_N_ELEMENTS (videos));
  g_array_append_vals (self->audio, audios, G_N_ELEMENTS (audios));
  rtmp_metadata_add_text (self, "title", "a \"title\" \xc3\xb6");
  return self;
}

static void
assert_same_tracks (GArray * a, GArray * b)
{
  ck_assert_uint_eq (a->len, b->len);
  for (guint i = 0; i < a->len; i++) {
    const RtmpMetadataTrack *x = &g_array_index (a, RtmpMetadataTrack, i);
    const RtmpMetadataTrack *y = &g_array_index (b, RtmpMetadataTrack, i);
    ck_assert_uint_eq (x->track, y->track);
    ck_assert_uint_eq (x->codec, y->codec);
    ck_assert_int_eq (x->enhanced, y->enhanced);
    ck_assert_double_eq (x->bitrate, y->bitrate);
    ck_assert_double_eq (x->width, y->width);
    ck_assert_double_eq (x->height, y->height);
    ck_assert_double_eq (x->frame_rate, y->frame_rate);
    ck_assert_double_eq (x->sample_rate, y->sample_rate);
    ck_assert_double_eq (x->sample_size, y->sample_size);
    ck_assert_double_eq (x->channels, y->channels);
  }
}

START_TEST (test_what_is_written_is_read)
{
  g_autoptr (RtmpMetadata) self = make_full ();
  g_autoptr (GBytes) bytes = rtmp_metadata_write (self, NULL);
  g_autoptr (RtmpMetadata) again = read_bytes (bytes);

  ck_assert_double_eq (again->duration, 2.5);
  assert_same_tracks (again->video, self->video);
  assert_same_tracks (again->audio, self->audio);
  ck_assert_uint_eq (again->texts->len, 1);
  ck_assert_str_eq (g_array_index (again->texts, RtmpMetadataText, 0).text,
      "a \"title\" \xc3\xb6");
  ck_assert_uint_eq (again->keys->len, 0);
}

END_TEST;

START_TEST (test_it_is_written_as_a_map)
{
  g_autoptr (RtmpMetadata) self = rtmp_metadata_new ();
  RtmpMetadataTrack video = { 0, RTMP_CODEC_H264 };

  g_array_append_val (self->video, video);
  g_autoptr (GBytes) bytes = rtmp_metadata_write (self, NULL);
  hex_bytes_assert (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
      NAME "08 00000001 000c 766964656f636f6465636964 00 401c000000000000"
      "000009");
}

END_TEST;

START_TEST (test_one_with_an_index_is_as_long_as_it_will_be)
{
  g_autoptr (RtmpMetadata) self = make_full ();
  g_autoptr (GBytes) before = rtmp_metadata_write_indexed (self, 5, NULL);
  gsize size = g_bytes_get_size (before);

  self->duration = 1234;
  self->file_size = 123456;
  for (guint i = 0; i < 5; i++) {
    RtmpMetadataKey key = { 2 * i, 1000 * i + 13 };
    g_array_append_val (self->keys, key);
    g_autoptr (GBytes) after = rtmp_metadata_write_indexed (self, 5, NULL);
    ck_assert_uint_eq (g_bytes_get_size (after), size);
    g_autoptr (RtmpMetadata) again = read_bytes (after);
    ck_assert_uint_eq (again->keys->len, i + 1);
    ck_assert_double_eq (g_array_index (again->keys, RtmpMetadataKey, i).offset,
        1000 * i + 13);
    ck_assert_double_eq (again->duration, 1234);
    ck_assert_double_eq (again->file_size, 123456);
    /* What fills it up is no text of the file. */
    ck_assert_uint_eq (again->texts->len, 1);
  }
}

END_TEST;

START_TEST (test_an_index_has_room_for_the_most)
{
  g_autoptr (RtmpMetadata) self = make_full ();
  g_autoptr (GBytes) bytes =
      rtmp_metadata_write_indexed (self, RTMP_METADATA_MAX_ROOM, NULL);
  g_autoptr (RtmpMetadata) again = read_bytes (bytes);

  assert_same_tracks (again->video, self->video);
}

END_TEST;

START_TEST (test_more_than_a_message_can_hold_is_refused)
{
  g_autoptr (RtmpMetadata) self = rtmp_metadata_new ();
  g_autofree gchar *name = g_strnfill (70000, 'n');
  g_autoptr (GError) error = NULL;

  rtmp_metadata_add_text (self, name, "too long a name");
  ck_assert (rtmp_metadata_write (self, &error) == NULL);
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_LIMIT));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpmetadata");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_that_of_ffmpeg_is_read);
  tcase_add_test (tcase, test_that_of_a_publisher_is_read);
  tcase_add_test (tcase, test_other_messages_are_none);
  tcase_add_test (tcase, test_metadata_may_say_nothing);
  tcase_add_test (tcase, test_numbers_that_cannot_be_are_not_told);
  tcase_add_test (tcase, test_tracks_have_maps_of_their_own);
  tcase_add_test (tcase, test_an_index_is_read_as_far_as_both_lists_go);
  tcase_add_test (tcase, test_what_is_written_is_read);
  tcase_add_test (tcase, test_it_is_written_as_a_map);
  tcase_add_test (tcase, test_one_with_an_index_is_as_long_as_it_will_be);
  tcase_add_test (tcase, test_an_index_has_room_for_the_most);
  tcase_add_test (tcase, test_more_than_a_message_can_hold_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
