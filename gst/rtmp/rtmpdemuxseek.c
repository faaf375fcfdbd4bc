/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxSeek: see rtmpdemuxseek.h. */

#include "rtmpdemuxseek.h"

gboolean
rtmp_demux_seek_init (RtmpDemuxSeek * self, GstEvent * event)
{
  gst_event_parse_seek (event, &self->rate, &self->format, &self->flags,
      &self->start_type, &self->start, &self->stop_type, &self->stop);
  self->seqnum = gst_event_get_seqnum (event);
  return self->format == GST_FORMAT_TIME && self->rate > 0;
}

gboolean
rtmp_demux_seek_is_flushing (const RtmpDemuxSeek * self)
{
  return (self->flags & GST_SEEK_FLAG_FLUSH) != 0;
}

void
rtmp_demux_seek_apply (const RtmpDemuxSeek * self, GstSegment * segment)
{
  gst_segment_do_seek (segment, self->rate, self->format, self->flags,
      self->start_type, self->start, self->stop_type, self->stop, NULL);
}

gboolean
rtmp_demux_seek_find (const RtmpDemuxSeek * self, const RtmpDemuxIndex * index,
    GstSegment * segment, RtmpDemuxEntry * entry)
{
  gint64 time = segment->position / GST_MSECOND;
  gboolean after = (self->flags & GST_SEEK_FLAG_SNAP_AFTER) != 0
      && (self->flags & GST_SEEK_FLAG_SNAP_BEFORE) == 0;
  const RtmpDemuxEntry *found = after ?
      rtmp_demux_index_find_after (index, time - 1) : NULL;

  if (found == NULL)
    found = rtmp_demux_index_find (index, time);
  if (found == NULL)
    return FALSE;
  *entry = *found;
  if ((self->flags & GST_SEEK_FLAG_KEY_UNIT) != 0)
    segment->start = segment->time = segment->position =
        entry->time * GST_MSECOND;
  return TRUE;
}

GstEvent *
rtmp_demux_seek_new_flush (const RtmpDemuxSeek * self, gboolean stop)
{
  GstEvent *event = stop ? gst_event_new_flush_stop (TRUE)
      : gst_event_new_flush_start ();

  gst_event_set_seqnum (event, self->seqnum);
  return event;
}

GstEvent *
rtmp_demux_seek_new_event (const RtmpDemuxSeek * self, guint64 offset)
{
  GstEvent *event = gst_event_new_seek (1.0, GST_FORMAT_BYTES,
      GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, offset, GST_SEEK_TYPE_NONE, -1);

  gst_event_set_seqnum (event, self->seqnum);
  return event;
}
