/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What rtmpmux writes into a file, which can be written over, and elsewhere. */
#include "flvrun.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "rtmp/rtmpamf0.h"
#include "rtmp/rtmpflvreader.h"
#include "rtmp/rtmpmetadata.h"

/* Key frames at 0, 0.4, 0.8, 1.2 and 1.6 s. */
#define VIDEO "videotestsrc num-buffers=50 ! video/x-raw,format=I420,width=64," \
  "height=48,framerate=25/1 ! x264enc bitrate=100 key-int-max=10 bframes=0 ! " \
  "h264parse ! "
#define AUDIO "audiotestsrc num-buffers=50 ! avenc_aac bitrate=64000 ! " \
  "aacparse ! "

static gchar *path;

static void
setup (void)
{
  gint fd = g_file_open_tmp ("rtmpmux-XXXXXX.flv", &path, NULL);

  ck_assert_int_ge (fd, 0);
  close (fd);
}

static void
teardown (void)
{
  g_unlink (path);
  g_clear_pointer (&path, g_free);
}

/* The whole file, and how long its last tag lasts. */
static GBytes *
write_file (const gchar * mux, const gchar * inputs)
{
  g_autofree gchar *launch = g_strdup_printf ("rtmpmux name=m %s ! "
      "filesink location=%s %s", mux, path, inputs);
  g_autoptr (FlvRun) run = flv_run_new (launch);
  gchar *data;
  gsize size;

  flv_run_play (run);
  gst_element_set_state (flv_run_get_pipeline (run), GST_STATE_NULL);
  ck_assert (g_file_get_contents (path, &data, &size, NULL));
  return g_bytes_new_take (data, size);
}

static RtmpMetadata *
read_metadata (GBytes * file)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_auto (RtmpFlvTag) tag = { 0 };

  rtmp_flv_reader_feed (reader, file);
  ck_assert (rtmp_flv_reader_take (reader, &tag, NULL));
  ck_assert_uint_eq (tag.type, RTMP_MESSAGE_DATA);
  g_autoptr (RtmpValues) values = rtmp_amf0_parse (g_bytes_get_data (tag.data,
          NULL), tag.size, NULL);
  ck_assert (values != NULL);
  RtmpMetadata *metadata = rtmp_metadata_read (values);
  ck_assert (metadata != NULL);
  return metadata;
}

/* Each tag is whole, times do not go back, and the file ends with a tag. */
static guint
check_tags (GBytes * file)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_auto (RtmpFlvTag) tag = { 0 };
  g_autoptr (GError) error = NULL;
  guint32 last = 0;
  guint count = 0;

  rtmp_flv_reader_feed (reader, file);
  while (rtmp_flv_reader_take (reader, &tag, &error)) {
    ck_assert_uint_ge (tag.timestamp, last);
    last = tag.timestamp;
    count++;
    rtmp_flv_tag_clear (&tag);
  }
  ck_assert (error == NULL);
  ck_assert_uint_eq (rtmp_flv_reader_get_pending (reader), 0);
  return count;
}

START_TEST (test_a_file_gets_its_duration_size_and_index)
{
  g_autoptr (GBytes) file =
      write_file ("", VIDEO "m.video_0 " AUDIO "m.audio_0");
  g_autoptr (RtmpMetadata) metadata = read_metadata (file);
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);

  check_tags (file);
  ck_assert (metadata->duration > 1.9 && metadata->duration < 2.2);
  ck_assert (metadata->file_size == size);
  ck_assert_uint_eq (metadata->keys->len, 5);
  for (guint i = 0; i < 5; i++) {
    const RtmpMetadataKey *key =
        &g_array_index (metadata->keys, RtmpMetadataKey, i);
    const guint8 *tag = data + (gsize) key->offset;
    ck_assert_msg (key->time > i * 0.4 - 0.1 && key->time < i * 0.4 + 0.1,
        "%g", key->time);
    /* A key frame of H.264 at that time. */
    ck_assert_uint_eq (tag[0], 9);
    ck_assert_uint_eq (tag[5] << 8 | tag[6], (guint) (key->time * 1000 + 0.5));
    ck_assert_uint_eq (tag[11], 0x17);
    ck_assert_uint_eq (tag[12], 1);
  }
}

END_TEST;

START_TEST (test_the_metadata_are_complete)
{
  g_autoptr (GBytes) file = write_file ("", VIDEO
      "taginject tags=\"title=\\\"a title\\\",nominal-bitrate=(uint)100000\" ! "
      "m.video_0 " VIDEO "m.video_2 "
      AUDIO "m.audio_0 audiotestsrc num-buffers=50 ! opusenc ! m.audio_1");
  g_autoptr (RtmpMetadata) metadata = read_metadata (file);

  ck_assert_uint_eq (metadata->video->len, 2);
  ck_assert_uint_eq (metadata->audio->len, 2);
  const RtmpMetadataTrack *video = rtmp_metadata_get_track (metadata, TRUE, 0);
  ck_assert_uint_eq (video->codec, RTMP_CODEC_H264);
  ck_assert (!video->enhanced);
  ck_assert (video->width == 64 && video->height == 48);
  ck_assert (video->frame_rate == 25);
  /* What it really was. */
  ck_assert (video->bitrate > 10 && video->bitrate < 1000);
  ck_assert (rtmp_metadata_get_track (metadata, TRUE, 2)->enhanced);
  const RtmpMetadataTrack *audio = rtmp_metadata_get_track (metadata, FALSE, 0);
  ck_assert_uint_eq (audio->codec, RTMP_CODEC_AAC);
  ck_assert (audio->sample_rate == 44100 && audio->channels == 1);
  ck_assert_uint_eq (rtmp_metadata_get_track (metadata, FALSE, 1)->codec,
      RTMP_CODEC_OPUS);
  gboolean title = FALSE;
  for (guint i = 0; i < metadata->texts->len; i++) {
    const RtmpMetadataText *text =
        &g_array_index (metadata->texts, RtmpMetadataText, i);
    title |= g_str_equal (text->name, "title")
        && g_str_equal (text->text, "a title");
  }
  ck_assert (title);
}

END_TEST;

START_TEST (test_a_small_index_has_key_frames_from_everywhere)
{
  g_autoptr (GBytes) file = write_file ("index-size=3", VIDEO "m.video_0");
  g_autoptr (RtmpMetadata) metadata = read_metadata (file);

  ck_assert_uint_eq (metadata->keys->len, 3);
  ck_assert (g_array_index (metadata->keys, RtmpMetadataKey, 2).time > 1.5);
  g_autoptr (GBytes) none = write_file ("index-size=0", VIDEO "m.video_0");
  g_autoptr (RtmpMetadata) bare = read_metadata (none);
  ck_assert_uint_eq (bare->keys->len, 0);
  ck_assert (bare->duration > 1.9);
}

END_TEST;

START_TEST (test_a_streamable_file_is_not_written_over)
{
  g_autoptr (GBytes) file = write_file ("streamable=true", VIDEO "m.video_0");
  g_autoptr (RtmpMetadata) metadata = read_metadata (file);

  check_tags (file);
  ck_assert (metadata->duration == 0);
  ck_assert_uint_eq (metadata->keys->len, 0);
}

END_TEST;

START_TEST (test_what_cannot_seek_is_not_asked_to)
{
  g_autoptr (FlvRun) run = flv_run_new (VIDEO "rtmpmux ! fakesink name=out");

  flv_run_play (run);
  g_autoptr (GBytes) file = flv_run_join (run, "out");
  g_autoptr (RtmpMetadata) metadata = read_metadata (file);
  /* 50 frames, metadata, record, end. */
  ck_assert_uint_eq (check_tags (file), 53);
  ck_assert (metadata->duration == 0);
}

END_TEST;

START_TEST (test_a_file_of_nothing_is_still_one)
{
  g_autoptr (GBytes) file = write_file ("", "audiotestsrc num-buffers=0 ! "
      "avenc_aac ! aacparse ! m.audio_0");

  ck_assert_uint_eq (check_tags (file), 1);
}

END_TEST;

static Suite *
rtmpmuxfile_suite (void)
{
  Suite *suite = suite_create ("rtmpmuxfile");
  TCase *tcase = tcase_create ("all");

  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_file_gets_its_duration_size_and_index);
  tcase_add_test (tcase, test_the_metadata_are_complete);
  tcase_add_test (tcase, test_a_small_index_has_key_frames_from_everywhere);
  tcase_add_test (tcase, test_a_streamable_file_is_not_written_over);
  tcase_add_test (tcase, test_what_cannot_seek_is_not_asked_to);
  tcase_add_test (tcase, test_a_file_of_nothing_is_still_one);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpmuxfile);
