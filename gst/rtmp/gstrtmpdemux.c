/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rtmpdemux
 * @title: rtmpdemux
 *
 * Takes FLV apart: what #GstRtmpMux, FFmpeg, OBS and the writers of the Flash
 * years put into it, from a file or as it comes over RTMP. Beside the codecs of
 * Enhanced RTMP v2 (H.264, H.265, AV1, VP9, VP8, AAC, MP3, Opus, FLAC, AC-3,
 * E-AC-3) it knows the old ones that GStreamer has caps for: Sorenson H.263,
 * VP6, Screen Video, Speex, Nellymoser, G.711, ADPCM and PCM.
 *
 * Each track has a pad, named after its number. Pads are added as soon as their
 * caps are known, and "no-more-pads" is said when all have come that the
 * metadata name, three seconds of the stream later, or at its end. A track
 * that cannot be used is skipped with a warning message.
 *
 * A file can be sought in by its index; where it has none and can be read
 * anywhere, it is looked through. A live stream (one whose source gives it
 * times) begins when its first frame arrives, and again after a break.
 * Where rank chooses, as in playbin, it stands before flvdemux.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 filesrc location=test.flv ! rtmpdemux name=d \
 *     d.video_0 ! queue ! decodebin ! videoconvert ! autovideosink \
 *     d.audio_0 ! queue ! decodebin ! audioconvert ! autoaudiosink
 * ]| Plays a file.
 * |[
 * gst-launch-1.0 filesrc location=test.flv ! rtmpdemux name=d \
 *     d.audio_1 ! queue ! decodebin ! audioconvert ! wavenc ! \
 *     filesink location=second.wav
 * ]| Makes a file of the sound of the second track.
 *
 * Since: 0.1
 */

#include "gstrtmpdemux.h"

#include "rtmp/rtmpflvreader.h"
#include "rtmpdemuxcaps.h"
#include "rtmpdemuxdebug.h"
#include "rtmpdemuxintake.h"
#include "rtmpdemuxscan.h"
#include "rtmpdemuxseek.h"
#include "rtmplend.h"
#include "rtmppeer.h"

/* Read from a file at a time. */
#define BLOCK (64 * 1024)

struct _GstRtmpDemux
{
  GstElement parent;

  GstPad *sink;
  RtmpFlvReader *reader;        /* all below: the sink pad's stream lock */
  RtmpDemuxPads pads;
  RtmpDemuxIntake intake;
  GstSegment upstream;          /* of the sink pad */
  GstClockTime arrival;         /* of the buffer that is looked at, running time,
                                 * or NONE */
  gboolean pulling;
  guint64 offset;               /* of what is pulled next */
  guint64 start;                /* of the first tag */
  gboolean sought;              /* .segment is what was asked for */
  gboolean segment_due;         /* and is to be sent before the next frame */
  GstSegment segment;
  guint32 seqnum;

  RtmpDemuxIndex index;         /* all below: object lock */
  GstClockTime duration;
  GstClockTime position;
  guint32 last_seek;
  gboolean seek_pending;        /* upstream was asked to go to .entry */
  GstSegment seek_segment;
  guint32 seek_seqnum;
  RtmpDemuxEntry entry;
};

G_DEFINE_FINAL_TYPE (GstRtmpDemux, gst_rtmp_demux, GST_TYPE_ELEMENT);
GST_ELEMENT_REGISTER_DEFINE (rtmpdemux, "rtmpdemux", GST_RANK_PRIMARY + 1,
    GST_TYPE_RTMP_DEMUX);

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-flv"));

/* -- What the tags bring. -- */

static void
begin (GstElement * owner, gint64 time)
{
  GstRtmpDemux *self = GST_RTMP_DEMUX (owner);
  gboolean live = GST_CLOCK_TIME_IS_VALID (self->arrival);

  /* A file that begins anew in the middle: its times go on. */
  if (!live && self->pads.has_segment && !self->segment_due)
    return;
  self->segment_due = FALSE;
  if (!self->sought) {
    gst_segment_init (&self->segment, GST_FORMAT_TIME);
    self->segment.start = self->segment.time = time * GST_MSECOND;
    self->segment.position = self->segment.start;
    /* Whatever its times, what is live is played from now on. */
    if (live)
      self->segment.base = self->arrival;
  }
  rtmp_demux_pads_set_segment (&self->pads, &self->segment, self->seqnum);
}

static void
set_duration (GstRtmpDemux * self, GstClockTime duration)
{
  GST_OBJECT_LOCK (self);
  gboolean changed = self->duration != duration;
  self->duration = duration;
  GST_OBJECT_UNLOCK (self);
  if (changed)
    gst_element_post_message (GST_ELEMENT (self),
        gst_message_new_duration_changed (GST_OBJECT (self)));
}

static void
describe (GstElement * owner, const RtmpMetadata * metadata)
{
  if (metadata->duration > 0 && metadata->duration < G_MAXUINT32)
    set_duration (GST_RTMP_DEMUX (owner), metadata->duration * GST_SECOND);
}

/* All tags that are whole in what was fed. */
static GstFlowReturn
take_tags (GstRtmpDemux * self)
{
  GstFlowReturn flow = GST_FLOW_OK;
  g_autoptr (GError) error = NULL;
  g_auto (RtmpFlvTag) tag = { 0 };

  while (rtmp_flv_reader_take (self->reader, &tag, &error)) {
    guint64 offset = rtmp_flv_reader_get_offset (self->reader);
    rtmp_flv_reader_get_header (self->reader, &self->intake.audio,
        &self->intake.video);
    self->start = MIN (self->start, offset);
    /* What is left of it must be out before more is fed. */
    if (flow == GST_FLOW_OK)
      flow = rtmp_demux_intake_take (&self->intake, &tag, offset);
    rtmp_flv_tag_clear (&tag);
  }
  GST_OBJECT_LOCK (self);
  self->position = self->pads.position * GST_MSECOND;
  GST_OBJECT_UNLOCK (self);
  if (flow != GST_FLOW_OK || error == NULL)
    return flow;
  GST_ELEMENT_ERROR (self, STREAM, DEMUX, ("%s.", error->message), (NULL));
  return GST_FLOW_ERROR;
}

/* Takes @buffer, which lends its bytes to the frames in it. */
static GstFlowReturn
feed (GstRtmpDemux * self, GstBuffer * buffer)
{
  g_autoptr (GBytes) bytes = rtmp_lend_bytes (buffer);

  if (bytes == NULL)
    return GST_FLOW_ERROR;
  rtmp_flv_reader_feed (self->reader, bytes);
  return take_tags (self);
}

/* FALSE when there was nothing in it, which was then said. */
static gboolean
end (GstRtmpDemux * self)
{
  gsize pending = rtmp_flv_reader_get_pending (self->reader);

  if (pending > 0)
    GST_WARNING_OBJECT (self, "the last %" G_GSIZE_FORMAT " bytes are cut off",
        pending);
  if (self->pads.n_pads == 0 && !rtmp_flv_reader_has_failed (self->reader)) {
    GST_ELEMENT_ERROR (self, STREAM, DEMUX,
        ("This file has no audio or video that can be played."), (NULL));
    return FALSE;
  }
  rtmp_demux_pads_complete (&self->pads);
  return TRUE;
}

/* The next byte is the first of a tag, or of a file, wherever it is. */
static void
restart (GstRtmpDemux * self, guint64 offset, gint64 time)
{
  rtmp_flv_reader_restart (self->reader, offset);
  rtmp_demux_intake_restart (&self->intake, time);
}

/* -- Pushed to us. -- */

static GstFlowReturn
gst_rtmp_demux_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  GstRtmpDemux *self = GST_RTMP_DEMUX (parent);
  GstClockTime time = GST_BUFFER_DTS_OR_PTS (buffer);

  self->arrival = GST_CLOCK_TIME_NONE;
  if (self->upstream.format == GST_FORMAT_TIME) {
    if (GST_CLOCK_TIME_IS_VALID (time))
      self->arrival = gst_segment_to_running_time (&self->upstream,
          GST_FORMAT_TIME, time);
    /* A break: the rest of a tag is lost with it, another one begins here. */
    if (GST_BUFFER_IS_DISCONT (buffer) && self->pads.has_segment)
      restart (self, 1, -1);
  }
  return feed (self, buffer);
}

static void
take_segment (GstRtmpDemux * self, const GstSegment * segment)
{
  self->upstream = *segment;
  if (segment->format != GST_FORMAT_BYTES)
    return;
  GST_OBJECT_LOCK (self);
  gboolean pending = self->seek_pending;
  self->seek_pending = FALSE;
  if (pending) {
    self->segment = self->seek_segment;
    self->seqnum = self->seek_seqnum;
    self->sought = TRUE;
  }
  RtmpDemuxEntry entry = self->entry;
  GST_OBJECT_UNLOCK (self);
  restart (self, segment->start, pending ? entry.time : -1);
}

static gboolean
gst_rtmp_demux_sink_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstRtmpDemux *self = GST_RTMP_DEMUX (parent);
  const GstSegment *segment;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      gst_event_parse_group_id (event, &self->pads.group);
      break;
    case GST_EVENT_SEGMENT:
      gst_event_parse_segment (event, &segment);
      take_segment (self, segment);
      break;
    case GST_EVENT_EOS:
      if (end (self))
        rtmp_demux_pads_send (&self->pads, gst_event_ref (event));
      break;
    case GST_EVENT_FLUSH_STOP:
      restart (self, 1, -1);
      self->segment_due = TRUE;
      gst_flow_combiner_reset (self->pads.flows);
      return gst_pad_event_default (pad, parent, event);
    case GST_EVENT_CAPS:
      break;
    default:
      return gst_pad_event_default (pad, parent, event);
  }
  gst_event_unref (event);
  return TRUE;
}

/* -- Pulled by us. -- */

static void
look_for_duration (GstRtmpDemux * self)
{
  gint64 last = rtmp_demux_scan_end (self->sink);

  if (last > 0)
    set_duration (self, last * GST_MSECOND);
}

static void
end_pull (GstRtmpDemux * self, GstFlowReturn flow)
{
  gst_pad_pause_task (self->sink);
  if (flow == GST_FLOW_EOS && end (self)
      && (self->segment.flags & GST_SEGMENT_FLAG_SEGMENT) != 0) {
    rtmp_demux_pads_end_segment (&self->pads);
    return;
  }
  if (flow == GST_FLOW_NOT_LINKED || flow == GST_FLOW_NOT_NEGOTIATED) {
    /* Of an error whoever found it has posted it. */
    GST_ELEMENT_FLOW_ERROR (self, flow);
  }
  if (flow != GST_FLOW_FLUSHING)
    rtmp_demux_pads_send (&self->pads, gst_event_new_eos ());
}

static void
loop (gpointer data)
{
  GstRtmpDemux *self = GST_RTMP_DEMUX (data);
  GstBuffer *buffer = NULL;

  if (self->offset == 0)
    look_for_duration (self);
  GstFlowReturn flow =
      gst_pad_pull_range (self->sink, self->offset, BLOCK, &buffer);
  if (flow == GST_FLOW_OK) {
    self->offset += gst_buffer_get_size (buffer);
    flow = feed (self, buffer);
  }
  if (flow != GST_FLOW_OK)
    end_pull (self, flow);
}

static gboolean
gst_rtmp_demux_activate (GstPad * pad, GstObject * parent)
{
  return gst_pad_activate_mode (pad, rtmp_peer_can_be_pulled (pad) ?
      GST_PAD_MODE_PULL : GST_PAD_MODE_PUSH, TRUE);
}

static gboolean
gst_rtmp_demux_activate_mode (GstPad * pad, GstObject * parent,
    GstPadMode mode, gboolean active)
{
  GstRtmpDemux *self = GST_RTMP_DEMUX (parent);

  if (mode != GST_PAD_MODE_PULL)
    return TRUE;
  self->pulling = active;
  return active ? gst_pad_start_task (pad, loop, self, NULL)
      : gst_pad_stop_task (pad);
}

/* -- Seeking. -- */

/* With nothing else reading. */
static void
look_ahead (GstRtmpDemux * self, gint64 time)
{
  const RtmpDemuxEntry *entry = rtmp_demux_index_find (&self->index, time);

  if (entry != NULL && !rtmp_demux_scan_check (self->sink, entry)) {
    GST_WARNING_OBJECT (self, "the index is not one of this file");
    rtmp_demux_index_reset (&self->index);
  }
  rtmp_demux_scan_ahead (self->sink, &self->index, self->start,
      rtmp_demux_pads_have (&self->pads, TRUE, NULL), time);
}

static void
flush (GstRtmpDemux * self, const RtmpDemuxSeek * seek, gboolean stop)
{
  gst_pad_push_event (self->sink, rtmp_demux_seek_new_flush (seek, stop));
  rtmp_demux_pads_send (&self->pads, rtmp_demux_seek_new_flush (seek, stop));
}

/* Where nothing was read yet the file is read from its beginning: it says there
 * what is in it. */
static guint64
go_to (GstRtmpDemux * self, const RtmpDemuxSeek * seek)
{
  RtmpDemuxEntry entry = { -1, 0 };

  if (!self->pads.has_segment)
    gst_segment_init (&self->segment, GST_FORMAT_TIME);
  self->segment.position = self->pads.position * GST_MSECOND;
  rtmp_demux_seek_apply (seek, &self->segment);
  if (self->pads.n_pads > 0) {
    look_ahead (self, self->segment.position / GST_MSECOND);
    if (!rtmp_demux_seek_find (seek, &self->index, &self->segment, &entry))
      entry.offset = self->start;
  }
  self->sought = self->segment_due = TRUE;
  self->seqnum = seek->seqnum;
  restart (self, entry.offset, entry.time);
  return entry.offset;
}

static gboolean
seek_pulling (GstRtmpDemux * self, const RtmpDemuxSeek * seek)
{
  gboolean flushing = rtmp_demux_seek_is_flushing (seek);

  if (flushing)
    flush (self, seek, FALSE);
  else
    gst_pad_pause_task (self->sink);
  GST_PAD_STREAM_LOCK (self->sink);
  if (flushing)
    flush (self, seek, TRUE);
  self->offset = go_to (self, seek);
  gst_pad_start_task (self->sink, loop, self, NULL);
  GST_PAD_STREAM_UNLOCK (self->sink);
  return TRUE;
}

/* Upstream goes to a byte, and flushes us and all behind us. */
static gboolean
seek_pushed (GstRtmpDemux * self, const RtmpDemuxSeek * seek)
{
  GstSegment segment;
  RtmpDemuxEntry entry;

  if (!rtmp_demux_seek_is_flushing (seek))
    return FALSE;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  rtmp_demux_seek_apply (seek, &segment);
  GST_OBJECT_LOCK (self);
  gboolean found = rtmp_demux_seek_find (seek, &self->index, &segment, &entry);
  if (found) {
    self->seek_pending = TRUE;
    self->seek_segment = segment;
    self->seek_seqnum = seek->seqnum;
    self->entry = entry;
  }
  GST_OBJECT_UNLOCK (self);
  if (!found)
    return FALSE;
  if (gst_pad_push_event (self->sink,
          rtmp_demux_seek_new_event (seek, entry.offset)))
    return TRUE;
  GST_OBJECT_LOCK (self);
  self->seek_pending = FALSE;
  GST_OBJECT_UNLOCK (self);
  return FALSE;
}

/* One that was sent to a pipeline comes from each of its sinks. */
static gboolean
take_seek (GstRtmpDemux * self, const RtmpDemuxSeek * seek)
{
  GST_OBJECT_LOCK (self);
  gboolean again = seek->seqnum == self->last_seek;
  GST_OBJECT_UNLOCK (self);
  if (again)
    return TRUE;
  if (self->pulling ? !seek_pulling (self, seek) : !seek_pushed (self, seek))
    return FALSE;
  GST_OBJECT_LOCK (self);
  self->last_seek = seek->seqnum;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static gboolean
gst_rtmp_demux_src_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstRtmpDemux *self = GST_RTMP_DEMUX (parent);
  RtmpDemuxSeek seek;
  gboolean taken = FALSE;

  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK)
    return gst_pad_event_default (pad, parent, event);
  if (rtmp_demux_seek_init (&seek, event))
    taken = take_seek (self, &seek);
  gst_event_unref (event);
  return taken;
}

/* -- Questions. -- */

static gboolean
is_seekable (GstRtmpDemux * self)
{
  GST_OBJECT_LOCK (self);
  gboolean indexed = self->index.entries->len > 0;
  GST_OBJECT_UNLOCK (self);
  return self->pulling || (indexed && rtmp_peer_is_seekable (self->sink));
}

static gboolean
answer_time (GstQuery * query, GstFormat format, GstClockTime time)
{
  if (format != GST_FORMAT_TIME || !GST_CLOCK_TIME_IS_VALID (time))
    return FALSE;
  if (GST_QUERY_TYPE (query) == GST_QUERY_DURATION)
    gst_query_set_duration (query, format, time);
  else
    gst_query_set_position (query, format, time);
  return TRUE;
}

static gboolean
gst_rtmp_demux_src_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  GstRtmpDemux *self = GST_RTMP_DEMUX (parent);
  GstFormat format;

  GST_OBJECT_LOCK (self);
  GstClockTime duration = self->duration, position = self->position;
  GST_OBJECT_UNLOCK (self);
  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_DURATION:
      gst_query_parse_duration (query, &format, NULL);
      return answer_time (query, format, duration);
    case GST_QUERY_POSITION:
      gst_query_parse_position (query, &format, NULL);
      return answer_time (query, format, position);
    case GST_QUERY_SEEKING:
      gst_query_parse_seeking (query, &format, NULL, NULL, NULL);
      if (format != GST_FORMAT_TIME)
        return FALSE;
      gst_query_set_seeking (query, format, is_seekable (self), 0,
          GST_CLOCK_TIME_IS_VALID (duration) ? (gint64) duration : -1);
      return TRUE;
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}

/* -- Life. -- */

static void
forget (GstRtmpDemux * self)
{
  rtmp_demux_pads_reset (&self->pads);
  rtmp_demux_intake_reset (&self->intake);
  rtmp_flv_reader_restart (self->reader, 0);
  gst_segment_init (&self->upstream, GST_FORMAT_UNDEFINED);
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  self->arrival = GST_CLOCK_TIME_NONE;
  self->offset = 0;
  self->start = G_MAXUINT64;
  self->sought = self->segment_due = FALSE;
  self->seqnum = GST_SEQNUM_INVALID;
  GST_OBJECT_LOCK (self);
  rtmp_demux_index_reset (&self->index);
  self->duration = GST_CLOCK_TIME_NONE;
  self->position = 0;
  self->seek_pending = FALSE;
  self->last_seek = GST_SEQNUM_INVALID;
  GST_OBJECT_UNLOCK (self);
}

static GstStateChangeReturn
gst_rtmp_demux_change_state (GstElement * element, GstStateChange change)
{
  GstStateChangeReturn result =
      GST_ELEMENT_CLASS (gst_rtmp_demux_parent_class)->change_state (element,
      change);

  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    forget (GST_RTMP_DEMUX (element));
  return result;
}

static void
gst_rtmp_demux_finalize (GObject * object)
{
  GstRtmpDemux *self = GST_RTMP_DEMUX (object);

  rtmp_flv_reader_free (self->reader);
  rtmp_demux_intake_clear (&self->intake);
  rtmp_demux_pads_clear (&self->pads);
  rtmp_demux_index_clear (&self->index);
  G_OBJECT_CLASS (gst_rtmp_demux_parent_class)->finalize (object);
}

static void
add_src_template (GstElementClass * element_class, gboolean video)
{
  g_autoptr (GstCaps) caps = rtmp_demux_caps_template (video);

  gst_element_class_add_pad_template (element_class,
      gst_pad_template_new (video ? "video_%u" : "audio_%u", GST_PAD_SRC,
          GST_PAD_SOMETIMES, caps));
}

static void
gst_rtmp_demux_class_init (GstRtmpDemuxClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_rtmp_demux_finalize;
  element_class->change_state = gst_rtmp_demux_change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  add_src_template (element_class, TRUE);
  add_src_template (element_class, FALSE);
  gst_element_class_set_static_metadata (element_class, "Enhanced FLV demuxer",
      "Codec/Demuxer", "Takes FLV apart, as Enhanced RTMP has it",
      "gst-room-rtmp");
}

static void
gst_rtmp_demux_init (GstRtmpDemux * self)
{
  static const RtmpDemuxIntakeFuncs funcs = { begin, describe };

  self->reader = rtmp_flv_reader_new ();
  rtmp_demux_pads_init (&self->pads, GST_ELEMENT (self),
      gst_rtmp_demux_src_event, gst_rtmp_demux_src_query);
  rtmp_demux_intake_init (&self->intake, &self->pads, &self->index, &funcs);
  rtmp_demux_index_init (&self->index);
  forget (self);

  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, gst_rtmp_demux_chain);
  gst_pad_set_event_function (self->sink, gst_rtmp_demux_sink_event);
  gst_pad_set_activate_function (self->sink, gst_rtmp_demux_activate);
  gst_pad_set_activatemode_function (self->sink, gst_rtmp_demux_activate_mode);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
}
