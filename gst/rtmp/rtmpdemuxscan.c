/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxScan: see rtmpdemuxscan.h. */

#include "rtmpdemuxscan.h"

#include <string.h>

#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmpflvtag.h"
#include "rtmp/rtmplimits.h"
#include "rtmp/rtmpvideo.h"

/* A tag's header, and as much of the media's as says whether it is a frame. */
#define PEEK (RTMP_FLV_TAG_HEADER + RTMP_VIDEO_MAX_HEADER)

/* How many of its first @size bytes there are at @offset. */
static gsize
peek (GstPad * sink, guint64 offset, guint8 * data, gsize size)
{
  g_autoptr (GstBuffer) buffer = NULL;

  if (gst_pad_pull_range (sink, offset, size, &buffer) != GST_FLOW_OK)
    return 0;
  return gst_buffer_extract (buffer, 0, data, size);
}

static gboolean
is_entry (const RtmpFlvTag * tag, const guint8 * data, gsize size,
    gboolean has_video)
{
  RtmpVideoReader reader;
  RtmpVideo video;

  if (!has_video)
    return tag->type == RTMP_MESSAGE_AUDIO;
  if (tag->type != RTMP_MESSAGE_VIDEO)
    return FALSE;
  rtmp_video_reader_init (&reader, data, MIN (size, tag->size));
  return rtmp_video_reader_take (&reader, &video, NULL)
      && video.kind == RTMP_VIDEO_FRAMES && video.track == 0
      && (video.frame == RTMP_FRAME_KEY
      || video.frame == RTMP_FRAME_GENERATED_KEY);
}

void
rtmp_demux_scan_ahead (GstPad * sink, RtmpDemuxIndex * index, guint64 start,
    gboolean video, gint64 time)
{
  const RtmpDemuxEntry *last = rtmp_demux_index_get_last (index);
  guint64 offset = last ? last->offset : start;
  guint8 data[PEEK];
  RtmpFlvTag tag;

  while (!index->complete && rtmp_demux_index_find_after (index, time) == NULL) {
    gsize size = peek (sink, offset, data, sizeof data);
    if (size < RTMP_FLV_TAG_HEADER) {
      index->complete = TRUE;
      return;
    }
    rtmp_flv_tag_read_header (&tag, data);
    if (is_entry (&tag, data + RTMP_FLV_TAG_HEADER, size - RTMP_FLV_TAG_HEADER,
            video))
      rtmp_demux_index_add (index, tag.timestamp, offset);
    offset += RTMP_FLV_TAG_HEADER + tag.size + RTMP_FLV_TAG_TRAILER;
  }
}

gboolean
rtmp_demux_scan_check (GstPad * sink, const RtmpDemuxEntry * entry)
{
  guint8 data[RTMP_FLV_TAG_HEADER];
  RtmpFlvTag tag;

  if (peek (sink, entry->offset, data, sizeof data) < sizeof data)
    return FALSE;
  rtmp_flv_tag_read_header (&tag, data);
  /* Seconds, as the metadata have them, may be rounded. */
  return (tag.type == RTMP_MESSAGE_VIDEO || tag.type == RTMP_MESSAGE_AUDIO)
      && tag.stream == 0 && ABS ((gint64) tag.timestamp - entry->time) < 1000;
}

gint64
rtmp_demux_scan_end (GstPad * sink)
{
  guint8 data[RTMP_FLV_TAG_HEADER];
  gint64 length;
  RtmpFlvTag tag;

  if (!gst_pad_peer_query_duration (sink, GST_FORMAT_BYTES, &length)
      || length < RTMP_FLV_TAG_HEADER + RTMP_FLV_TAG_TRAILER
      || peek (sink, length - RTMP_FLV_TAG_TRAILER, data,
          RTMP_FLV_TAG_TRAILER) < RTMP_FLV_TAG_TRAILER)
    return -1;
  gint64 back = (gint64) rtmp_get_u32 (data) + RTMP_FLV_TAG_TRAILER;
  if (back > length || back > RTMP_MAX_MESSAGE
      || peek (sink, length - back, data, sizeof data) < sizeof data)
    return -1;
  rtmp_flv_tag_read_header (&tag, data);
  /* Otherwise the number led nowhere. */
  return RTMP_FLV_TAG_HEADER + tag.size + RTMP_FLV_TAG_TRAILER ==
      (guint64) back ? (gint64) tag.timestamp : -1;
}
