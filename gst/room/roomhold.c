/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomHold: see roomhold.h. */

#include "roomhold.h"

void
room_hold_init (RoomHold * self)
{
  *self = (RoomHold) {
  .held = NULL};
  life_lock_init (&self->lock);
}

void
room_hold_clear (RoomHold * self)
{
  gst_clear_buffer (&self->held);
  life_lock_clear (&self->lock);
}

static gint64
get_running_time (GstPad * pad, GstBuffer * buffer)
{
  g_autoptr (GstEvent) event =
      gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment = NULL;
  guint64 time = 0;

  if (event)
    gst_event_parse_segment (event, &segment);
  if (!segment || segment->format != GST_FORMAT_TIME)
    return 0;
  if (gst_segment_to_running_time_full (segment, GST_FORMAT_TIME,
          GST_BUFFER_DTS_OR_PTS (buffer), &time) < 0)
    return -(gint64) time;
  return GST_CLOCK_TIME_IS_VALID (time) ? (gint64) time : 0;
}

gint64
room_hold_take (RoomHold * self, GstPad * pad, GstBuffer * buffer)
{
  LIFE_LOCK_HOLD (&self->lock);

  gst_buffer_replace (&self->held, buffer);
  return get_running_time (pad, buffer);
}

void
room_hold_drop (RoomHold * self)
{
  LIFE_LOCK_HOLD (&self->lock);

  gst_clear_buffer (&self->held);
}

gboolean
room_hold_is_primer (RoomHold * self, GstBuffer * buffer)
{
  LIFE_LOCK_HOLD (&self->lock);

  return buffer == self->primer;
}

/* A key frame carries the file's first picture; sound must not be heard. */
static GstBuffer *
make_primer (const RoomCodec * codec, GstBuffer * held)
{
  if (!codec->video)
    return room_codec_make_silence (codec);
  if (GST_BUFFER_FLAG_IS_SET (held, GST_BUFFER_FLAG_DELTA_UNIT))
    return NULL;
  return gst_buffer_copy (held);
}

static void
set_primer (RoomHold * self, GstBuffer * primer)
{
  LIFE_LOCK_HOLD (&self->lock);

  self->primer = primer;
}

void
room_hold_prime (RoomHold * self, GstPad * pad, GstPad * frame_pad,
    const RoomCodec * codec, gint64 running_time)
{
  g_autoptr (GstBuffer) held = NULL;

  life_lock_lock (&self->lock);
  gst_buffer_replace (&held, self->held);
  life_lock_unlock (&self->lock);
  if (!held)
    return;
  /* Not while a flush takes the segment away: nothing may go before it. */
  GST_PAD_STREAM_LOCK (frame_pad);
  g_autoptr (GstEvent) segment =
      gst_pad_get_sticky_event (frame_pad, GST_EVENT_SEGMENT, 0);
  GstBuffer *primer = segment ? make_primer (codec, held) : NULL;
  if (primer) {
    GST_BUFFER_PTS (primer) = GST_BUFFER_PTS (held)
        + MAX (0, running_time - get_running_time (pad, held));
    GST_BUFFER_DTS (primer) = GST_CLOCK_TIME_NONE;
    set_primer (self, primer);
    gst_pad_chain (frame_pad, primer);
    set_primer (self, NULL);
  }
  GST_PAD_STREAM_UNLOCK (frame_pad);
}
