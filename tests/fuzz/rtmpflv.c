/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file, all at once and in slices; and what is in its tags. The first byte is
 * the seed of the slices. */
#include "fuzztarget.h"

#include "rtmp/rtmpaggregate.h"
#include "rtmp/rtmpamf0.h"
#include "rtmp/rtmpaudio.h"
#include "rtmp/rtmpcolorinfo.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmpflvreader.h"
#include "rtmp/rtmpmetadata.h"
#include "rtmp/rtmpvideo.h"

#include <string.h>

static void
look_at_values (const guint8 * data, gsize size)
{
  g_autoptr (RtmpValues) values = rtmp_amf0_parse (data, size, NULL);
  RtmpColorInfo color;

  if (values == NULL)
    return;
  rtmp_color_info_read (&color, values);
  g_autoptr (RtmpMetadata) metadata = rtmp_metadata_read (values);
  if (metadata == NULL)
    return;
  /* What was read can be written and read again. */
  g_autoptr (GBytes) bytes = rtmp_metadata_write (metadata, NULL);
  if (bytes == NULL)
    return;
  g_autoptr (RtmpValues) again = rtmp_amf0_parse (g_bytes_get_data (bytes,
          NULL), g_bytes_get_size (bytes), NULL);
  g_autoptr (RtmpMetadata) second = again ? rtmp_metadata_read (again) : NULL;
  FUZZ_REQUIRE (second != NULL && second->duration == metadata->duration);
}

static void
look_at_video (const guint8 * data, gsize size)
{
  g_autoptr (GError) error = NULL;
  RtmpVideoReader reader;
  RtmpVideo video;

  rtmp_video_reader_init (&reader, data, size);
  while (rtmp_video_reader_take (&reader, &video, &error)) {
    FUZZ_REQUIRE (error == NULL);
    FUZZ_REQUIRE (video.size == 0 || (video.data > data
            && video.data + video.size <= data + size));
    FUZZ_REQUIRE (video.nanoseconds < 1000000);
    if (video.kind == RTMP_VIDEO_METADATA)
      look_at_values (video.data, video.size);
    /* One that stands alone can be written, and says the same. */
    if (video.kind == RTMP_VIDEO_UNKNOWN || video.tracks == RTMP_TRACKS_MANY
        || video.tracks == RTMP_TRACKS_MANY_CODECS
        || (!video.enhanced && rtmp_codec_get_classic (video.codec) < 0))
      continue;
    guint8 header[RTMP_VIDEO_MAX_HEADER];
    guint length = rtmp_video_write_header (&video, header);
    FUZZ_REQUIRE (length <= sizeof header);
    if (length <= size && video.data == data + length)
      FUZZ_REQUIRE (memcmp (header, data, length) == 0
          || video.enhanced || video.kind == RTMP_VIDEO_END);
  }
}

static void
look_at_audio (const guint8 * data, gsize size)
{
  g_autoptr (GError) error = NULL;
  RtmpAudioReader reader;
  RtmpAudio audio;

  rtmp_audio_reader_init (&reader, data, size);
  while (rtmp_audio_reader_take (&reader, &audio, &error)) {
    FUZZ_REQUIRE (error == NULL);
    FUZZ_REQUIRE (audio.size == 0 || (audio.data > data
            && audio.data + audio.size <= data + size));
  }
}

static void
look_at_aggregate (GBytes * bytes)
{
  g_autoptr (GError) error = NULL;
  RtmpAggregateReader reader;
  g_auto (RtmpFlvTag) tag = { 0 };

  rtmp_aggregate_reader_init (&reader, bytes, 1);
  while (rtmp_aggregate_reader_take (&reader, &tag, &error))
    rtmp_flv_tag_clear (&tag);
}

/* The sum of all that was taken, so that two ways can be compared. */
static guint
take_all (RtmpFlvReader * reader, guint sum, gboolean look, gboolean * failed)
{
  g_auto (RtmpFlvTag) tag = { 0 };
  g_autoptr (GError) error = NULL;

  while (rtmp_flv_reader_take (reader, &tag, &error)) {
    gsize size;
    const guint8 *data = g_bytes_get_data (tag.data, &size);
    FUZZ_REQUIRE (size == tag.size);
    sum = sum * 33 + g_bytes_hash (tag.data) + tag.type + tag.timestamp
        + rtmp_flv_reader_get_offset (reader);
    if (look && tag.type == RTMP_MESSAGE_VIDEO)
      look_at_video (data, size);
    else if (look && tag.type == RTMP_MESSAGE_AUDIO)
      look_at_audio (data, size);
    else if (look && tag.type == RTMP_MESSAGE_DATA)
      look_at_values (data, size);
    else if (look && tag.type == RTMP_MESSAGE_AGGREGATE)
      look_at_aggregate (tag.data);
    rtmp_flv_tag_clear (&tag);
  }
  *failed |= error != NULL;
  FUZZ_REQUIRE (error == NULL
      || g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  return sum;
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  if (size == 0)
    return 0;
  g_autoptr (GRand) random = g_rand_new_with_seed (*data++);
  g_autoptr (GBytes) all = g_bytes_new (data, --size);
  g_autoptr (RtmpFlvReader) whole = rtmp_flv_reader_new ();
  g_autoptr (RtmpFlvReader) sliced = rtmp_flv_reader_new ();
  gboolean failed = FALSE, failed_sliced = FALSE;
  guint sum_sliced = 0;

  rtmp_flv_reader_feed (whole, all);
  guint sum = take_all (whole, 0, TRUE, &failed);
  for (gsize at = 0; at < size;) {
    gsize length = g_rand_int_range (random, 1, 64);
    length = MIN (length, size - at);
    g_autoptr (GBytes) slice = g_bytes_new_from_bytes (all, at, length);
    rtmp_flv_reader_feed (sliced, slice);
    sum_sliced = take_all (sliced, sum_sliced, FALSE, &failed_sliced);
    at += length;
  }
  FUZZ_REQUIRE (sum == sum_sliced);
  FUZZ_REQUIRE (failed == failed_sliced);
  return 0;
}
