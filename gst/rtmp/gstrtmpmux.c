/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rtmpmux
 * @title: rtmpmux
 *
 * Puts coded audio and video into FLV, in the form that Enhanced RTMP v2 gave
 * it: H.264, H.265, AV1, VP9 and VP8 with AAC, MP3, Opus, FLAC, AC-3 and
 * E-AC-3, any number of tracks of each kind. What goes into a file goes over
 * RTMP as well.
 *
 * A pad's number is that of its track. Track 0 is written as old players know
 * it where its codec allows that (H.264, AAC, MP3), so that a file of one video
 * and one audio track in them is a plain FLV file; #GstRtmpMux:enhanced changes
 * that. All other tracks and codecs need a player of this decade.
 *
 * What is written can be played while it is written. Where downstream can seek,
 * as a file can, the duration and an index of key frames are put in at the end,
 * unless #GstRtmpMux:streamable says otherwise.
 *
 * The caps have everything that stands before the frames as "streamheader", and
 * buffers that are no place to begin are marked as delta units, so that
 * tcpserversink and multifdsink can serve players that come later.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 -e videotestsrc num-buffers=250 ! x264enc ! h264parse ! \
 *     rtmpmux name=m ! filesink location=test.flv \
 *     audiotestsrc num-buffers=400 ! avenc_aac ! aacparse ! m.
 * ]| Makes a file that any FLV player can play.
 * |[
 * gst-launch-1.0 -e videotestsrc num-buffers=250 ! x265enc ! h265parse ! \
 *     m.video_0 audiotestsrc num-buffers=500 ! opusenc ! m.audio_0 \
 *     audiotestsrc num-buffers=500 freq=880 ! opusenc ! m.audio_1 \
 *     rtmpmux name=m ! filesink location=test.flv
 * ]| H.265 with two tracks of Opus, for FFmpeg 8 and players like it.
 *
 * Since: 0.1
 */

#include "gstrtmpmux.h"

#include <string.h>

#include "rtmp/rtmpflvtag.h"
#include "rtmpmuxdebug.h"
#include "rtmpmuxfile.h"
#include "rtmpmuxpads.h"
#include "rtmppeer.h"
#include "rtmptexts.h"

#define DEFAULT_ENHANCED FALSE
#define DEFAULT_STREAMABLE FALSE
#define DEFAULT_INDEX_SIZE 512
#define DEFAULT_NANOSECONDS FALSE
#define APPLICATION "gst-room-rtmp " PACKAGE_VERSION

struct _GstRtmpMux
{
  GstAggregator parent;

  gboolean enhanced;            /* these four: object lock */
  gboolean streamable;
  guint index_size;
  gboolean nanoseconds;

  /* All below: the thread that aggregates, or none is there. */
  gboolean exact;               /* what .nanoseconds was at the start */
  gboolean begun;               /* something is written */
  gboolean metadata_due;
  RtmpMuxClock clock;
  RtmpMuxFile file;
  GstTagList *tags;             /* of all pads; may be NULL */
  GstClockTimeDiff end;         /* of the last frame that was, running time */
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstRtmpMux, gst_rtmp_mux, GST_TYPE_AGGREGATOR,
    G_IMPLEMENT_INTERFACE (GST_TYPE_TAG_SETTER, NULL));
GST_ELEMENT_REGISTER_DEFINE (rtmpmux, "rtmpmux", GST_RANK_SECONDARY,
    GST_TYPE_RTMP_MUX);

enum
{
  PROP_0,
  PROP_ENHANCED,
  PROP_STREAMABLE,
  PROP_INDEX_SIZE,
  PROP_NANOSECOND_TIMESTAMPS,
};

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-flv"));

static GstAggregatorPad *
gst_rtmp_mux_create_new_pad (GstAggregator * aggregator,
    GstPadTemplate * template, const gchar * wanted, const GstCaps * caps)
{
  GstAggregatorPad *pad = rtmp_mux_pads_new_pad (GST_ELEMENT (aggregator),
      template, wanted);

  if (pad == NULL)
    GST_WARNING_OBJECT (aggregator, "there can be no pad %s",
        wanted ? wanted : template->name_template);
  return pad;
}

/* When a live pipeline has waited long enough for the other pads. */
static GstClockTime
gst_rtmp_mux_get_next_time (GstAggregator * aggregator)
{
  g_auto (RtmpMuxPads) pads;
  GstClockTimeDiff when = 0;

  rtmp_mux_pads_init (&pads, GST_ELEMENT (aggregator));
  if (rtmp_mux_pads_find_next (&pads, &when) == NULL)
    return GST_CLOCK_TIME_NONE;
  return MAX (when, 0);
}

/* -- What stands before the frames. -- */

static GstTagList *
make_tags (GstRtmpMux * self)
{
  GstTagSetter *setter = GST_TAG_SETTER (self);
  GstTagList *tags = gst_tag_list_merge (gst_tag_setter_get_tag_list (setter),
      self->tags, gst_tag_setter_get_tag_merge_mode (setter));

  if (tags == NULL)
    tags = gst_tag_list_new_empty ();
  gst_tag_list_add (tags, GST_TAG_MERGE_KEEP, GST_TAG_APPLICATION_NAME,
      APPLICATION, NULL);
  return tags;
}

/* Takes @tag. */
static GstFlowReturn
push (GstRtmpMux * self, GstBuffer * tag, GstClockTimeDiff pts,
    GstClockTimeDiff dts)
{
  GstAggregator *aggregator = GST_AGGREGATOR (self);

  GST_BUFFER_PTS (tag) = MAX (pts, 0);
  GST_BUFFER_DTS (tag) = MAX (dts, 0);
  GST_AGGREGATOR_PAD (aggregator->srcpad)->segment.position = MAX (dts, 0);
  self->file.offset += gst_buffer_get_size (tag);
  return gst_aggregator_finish_buffer (aggregator, tag);
}

/* The beginning of the file, or what has changed since. */
static GstFlowReturn
push_headers (GstRtmpMux * self, const RtmpMuxPads * pads,
    GstClockTimeDiff when)
{
  g_autoptr (GstTagList) tags = make_tags (self);
  g_autoptr (GPtrArray) fresh = NULL;
  g_autoptr (GPtrArray) all = NULL;
  GstFlowReturn flow = GST_FLOW_OK;

  if (self->begun)
    fresh = rtmp_mux_file_update (&self->file, pads->tracks, tags,
        self->metadata_due, self->clock.last);
  all = rtmp_mux_file_begin (&self->file, pads->tracks, tags, !self->begun);
  if (!self->begun)
    fresh = g_ptr_array_ref (all);
  self->begun = TRUE;
  self->metadata_due = FALSE;

  g_autoptr (GstCaps) caps = rtmp_mux_file_make_caps (all);
  gst_aggregator_set_src_caps (GST_AGGREGATOR (self), caps);
  for (guint i = 0; i < fresh->len && flow == GST_FLOW_OK; i++)
    flow = push (self, gst_buffer_copy (fresh->pdata[i]), when, when);
  return flow;
}

/* -- Frames. -- */

static void
start (GstRtmpMux * self, GstClockTimeDiff when)
{
  GST_OBJECT_LOCK (self);
  gboolean streamable = self->streamable;
  guint room = self->index_size;
  GST_OBJECT_UNLOCK (self);
  rtmp_mux_file_start (&self->file, !streamable
      && rtmp_peer_is_seekable (GST_AGGREGATOR_SRC_PAD (self)), room);
  rtmp_mux_clock_start (&self->clock, when);
  self->end = when;
}

static GstFlowReturn
push_frame (GstRtmpMux * self, const RtmpMuxPads * pads,
    RtmpMuxTrack * track, GstBuffer * frame, GstClockTimeDiff pts,
    GstClockTimeDiff dts)
{
  RtmpMuxTime time =
      rtmp_mux_clock_get (&self->clock, pts, dts, self->exact
      && rtmp_mux_track_is_enhanced (track));
  GstBuffer *tag = rtmp_mux_track_write (track, frame, &time);

  if (tag == NULL) {
    GST_ELEMENT_ERROR (self, STREAM, MUX, (NULL),
        ("a frame of %" G_GSIZE_FORMAT " bytes does not fit in a tag",
            gst_buffer_get_size (frame)));
    return GST_FLOW_ERROR;
  }
  if (!rtmp_mux_pads_is_entry (pads, track, frame))
    GST_BUFFER_FLAG_SET (tag, GST_BUFFER_FLAG_DELTA_UNIT);
  else if (track->video)
    rtmp_mux_index_add (&self->file.index, time.time, self->file.offset);

  GstClockTime duration = GST_BUFFER_DURATION (frame);
  GST_BUFFER_DURATION (tag) = duration;
  self->end = MAX (self->end,
      pts + (GST_CLOCK_TIME_IS_VALID (duration) ? (gint64) duration : 0));
  return push (self, tag, pts, dts);
}

static GstFlowReturn
take_frame (GstRtmpMux * self, const RtmpMuxPads * pads, GstAggregatorPad * pad)
{
  g_autoptr (GstBuffer) frame = gst_aggregator_pad_pop_buffer (pad);
  RtmpMuxTrack *track = rtmp_mux_pads_get_track (pad);
  GstClockTimeDiff pts, dts;
  GstFlowReturn flow = GST_FLOW_OK;

  /* A gap has nothing to be written. */
  if (frame == NULL || gst_buffer_get_size (frame) == 0)
    return GST_FLOW_OK;
  if (!track->has_format)
    return GST_FLOW_NOT_NEGOTIATED;
  if (rtmp_mux_track_is_header (track, frame))
    return GST_FLOW_OK;
  if (!rtmp_mux_track_examine (track, frame)) {
    GST_DEBUG_OBJECT (pad, "waits for a key frame");
    return GST_FLOW_OK;
  }
  if (!rtmp_mux_pads_get_times (pad, frame, &pts, &dts))
    pts = dts = self->end;
  if (!self->begun)
    start (self, dts);
  if (!self->begun || self->metadata_due || rtmp_mux_pads_have_news (pads))
    flow = push_headers (self, pads, dts);
  if (flow == GST_FLOW_OK)
    flow = push_frame (self, pads, track, frame, pts, dts);
  return flow;
}

/* -- The end. -- */

static GstFlowReturn
push_ends (GstRtmpMux * self, const RtmpMuxPads * pads)
{
  GstFlowReturn flow = GST_FLOW_OK;

  for (guint i = 0; i < pads->pads->len && flow == GST_FLOW_OK; i++) {
    GstBuffer *tag = gst_aggregator_pad_is_eos (pads->pads->pdata[i]) ?
        rtmp_mux_track_end (pads->tracks->pdata[i], self->clock.last) : NULL;
    if (tag == NULL)
      continue;
    GST_BUFFER_FLAG_SET (tag, GST_BUFFER_FLAG_DELTA_UNIT);
    flow = push (self, tag, self->end, self->end);
  }
  return flow;
}

static GstFlowReturn
write_over (GstRtmpMux * self, const RtmpMuxPads * pads)
{
  GstBuffer *tag = rtmp_mux_file_end (&self->file, pads->tracks,
      self->end - self->clock.start);
  GstSegment segment;

  if (tag == NULL)
    return GST_FLOW_OK;
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  segment.start = segment.time = RTMP_FLV_FILE_HEADER;
  gst_aggregator_update_segment (GST_AGGREGATOR (self), &segment);
  return gst_aggregator_finish_buffer (GST_AGGREGATOR (self), tag);
}

static GstFlowReturn
finish (GstRtmpMux * self, const RtmpMuxPads * pads)
{
  GstFlowReturn flow = GST_FLOW_OK;

  if (!self->begun) {
    start (self, 0);
    flow = push_headers (self, pads, 0);
  }
  if (flow == GST_FLOW_OK)
    flow = write_over (self, pads);
  return flow == GST_FLOW_OK ? GST_FLOW_EOS : flow;
}

static GstFlowReturn
gst_rtmp_mux_aggregate (GstAggregator * aggregator, gboolean timeout)
{
  GstRtmpMux *self = GST_RTMP_MUX (aggregator);
  g_auto (RtmpMuxPads) pads;
  GstClockTimeDiff when = 0;

  rtmp_mux_pads_init (&pads, GST_ELEMENT (self));
  GstAggregatorPad *next = rtmp_mux_pads_find_next (&pads, &when);
  GstFlowReturn flow = push_ends (self, &pads);
  if (flow != GST_FLOW_OK)
    return flow;
  if (next != NULL)
    return take_frame (self, &pads, next);
  return rtmp_mux_pads_are_over (&pads) ? finish (self, &pads)
      : GST_AGGREGATOR_FLOW_NEED_DATA;
}

/* -- Events. -- */

static gboolean
take_caps (GstRtmpMux * self, GstAggregatorPad * pad, GstEvent * event)
{
  RtmpMuxTrack *track = rtmp_mux_pads_get_track (pad);
  RtmpMetadataTrack before = track->format.numbers;
  g_autoptr (GError) error = NULL;
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  GST_OBJECT_LOCK (self);
  track->enhanced = self->enhanced;
  GST_OBJECT_UNLOCK (self);
  if (rtmp_mux_track_set_caps (track, caps, &error)) {
    self->metadata_due |=
        memcmp (&before, &track->format.numbers, sizeof before) != 0;
    return TRUE;
  }
  GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("%s: %s.",
          GST_OBJECT_NAME (pad), error->message),
      ("caps %" GST_PTR_FORMAT, caps));
  return FALSE;
}

static void
take_tags (GstRtmpMux * self, GstAggregatorPad * pad, GstEvent * event)
{
  RtmpMuxTrack *track = rtmp_mux_pads_get_track (pad);
  g_autoptr (GstTagList) before = g_steal_pointer (&self->tags);
  GstTagList *tags;

  gst_event_parse_tag (event, &tags);
  /* Parsers tell another bitrate every second: no reason to say it all again. */
  gdouble bitrate = rtmp_texts_find_bitrate (tags);
  if (bitrate > 0)
    track->bitrate = bitrate;
  if (before == NULL)
    before = gst_tag_list_new_empty ();
  self->tags = gst_tag_list_merge (before, tags, GST_TAG_MERGE_KEEP);
  self->metadata_due |= !rtmp_texts_are_same (before, self->tags);
}

static gboolean
gst_rtmp_mux_sink_event (GstAggregator * aggregator, GstAggregatorPad * pad,
    GstEvent * event)
{
  GstRtmpMux *self = GST_RTMP_MUX (aggregator);
  gboolean good = TRUE;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      good = take_caps (self, pad, event);
      break;
    case GST_EVENT_TAG:
      take_tags (self, pad, event);
      break;
    default:
      break;
  }
  /* Other elements' tags are not those of what we make of them. */
  if (!good || GST_EVENT_TYPE (event) == GST_EVENT_TAG) {
    gst_event_unref (event);
    return good;
  }
  return GST_AGGREGATOR_CLASS (gst_rtmp_mux_parent_class)->sink_event
      (aggregator, pad, event);
}

/* -- Life. -- */

static void
forget (GstRtmpMux * self, gboolean formats)
{
  g_auto (RtmpMuxPads) pads;

  rtmp_mux_pads_init (&pads, GST_ELEMENT (self));
  self->begun = FALSE;
  self->metadata_due = FALSE;
  memset (&self->clock, 0, sizeof self->clock);
  rtmp_mux_file_start (&self->file, FALSE, 0);
  for (guint i = 0; i < pads.tracks->len; i++) {
    RtmpMuxTrack *track = pads.tracks->pdata[i];
    if (formats)
      rtmp_mux_track_reset (track);
    else
      rtmp_mux_track_restart (track);
  }
  if (formats)
    g_clear_pointer (&self->tags, gst_tag_list_unref);
}

static gboolean
gst_rtmp_mux_start (GstAggregator * aggregator)
{
  GstRtmpMux *self = GST_RTMP_MUX (aggregator);

  GST_OBJECT_LOCK (self);
  self->exact = self->nanoseconds;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static gboolean
gst_rtmp_mux_stop (GstAggregator * aggregator)
{
  forget (GST_RTMP_MUX (aggregator), TRUE);
  return TRUE;
}

/* Sinks throw away what they had; the caps still hold. */
static GstFlowReturn
gst_rtmp_mux_flush (GstAggregator * aggregator)
{
  forget (GST_RTMP_MUX (aggregator), FALSE);
  return GST_FLOW_OK;
}

static void
gst_rtmp_mux_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * spec)
{
  GstRtmpMux *self = GST_RTMP_MUX (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_ENHANCED:
      self->enhanced = g_value_get_boolean (value);
      break;
    case PROP_STREAMABLE:
      self->streamable = g_value_get_boolean (value);
      break;
    case PROP_INDEX_SIZE:
      self->index_size = g_value_get_uint (value);
      break;
    case PROP_NANOSECOND_TIMESTAMPS:
      self->nanoseconds = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rtmp_mux_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * spec)
{
  GstRtmpMux *self = GST_RTMP_MUX (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_ENHANCED:
      g_value_set_boolean (value, self->enhanced);
      break;
    case PROP_STREAMABLE:
      g_value_set_boolean (value, self->streamable);
      break;
    case PROP_INDEX_SIZE:
      g_value_set_uint (value, self->index_size);
      break;
    case PROP_NANOSECOND_TIMESTAMPS:
      g_value_set_boolean (value, self->nanoseconds);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rtmp_mux_finalize (GObject * object)
{
  GstRtmpMux *self = GST_RTMP_MUX (object);

  rtmp_mux_file_clear (&self->file);
  g_clear_pointer (&self->tags, gst_tag_list_unref);
  G_OBJECT_CLASS (gst_rtmp_mux_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_READY;

  g_object_class_install_property (object_class, PROP_ENHANCED,
      g_param_spec_boolean ("enhanced", "Enhanced",
          "Write track 0 as Enhanced RTMP does even where old players know its "
          "codec. Takes effect with the next caps", DEFAULT_ENHANCED, flags));
  g_object_class_install_property (object_class, PROP_STREAMABLE,
      g_param_spec_boolean ("streamable", "Streamable",
          "Write nothing over in the end, even where downstream can seek: no "
          "duration, no index", DEFAULT_STREAMABLE, flags));
  g_object_class_install_property (object_class, PROP_INDEX_SIZE,
      g_param_spec_uint ("index-size", "Index size",
          "Key frames that the index has room for, 18 bytes each; of more, "
          "every second, fourth... is in it. 0: no index, but a duration",
          0, RTMP_METADATA_MAX_ROOM, DEFAULT_INDEX_SIZE, flags));
  g_object_class_install_property (object_class, PROP_NANOSECOND_TIMESTAMPS,
      g_param_spec_boolean ("nanosecond-timestamps", "Nanosecond timestamps",
          "Tell what milliseconds cannot, in tracks that are written as "
          "Enhanced RTMP does. Some servers end the connection over it",
          DEFAULT_NANOSECONDS, flags));
}

static void
add_sink_template (GstElementClass * element_class, gboolean video)
{
  g_autoptr (GstCaps) caps = rtmp_mux_format_template (video);

  gst_element_class_add_pad_template (element_class,
      gst_pad_template_new_with_gtype (video ? "video_%u" : "audio_%u",
          GST_PAD_SINK, GST_PAD_REQUEST, caps, GST_TYPE_AGGREGATOR_PAD));
}

static void
gst_rtmp_mux_class_init (GstRtmpMuxClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstAggregatorClass *aggregator_class = GST_AGGREGATOR_CLASS (klass);

  object_class->set_property = gst_rtmp_mux_set_property;
  object_class->get_property = gst_rtmp_mux_get_property;
  object_class->finalize = gst_rtmp_mux_finalize;
  aggregator_class->create_new_pad = gst_rtmp_mux_create_new_pad;
  aggregator_class->get_next_time = gst_rtmp_mux_get_next_time;
  aggregator_class->aggregate = gst_rtmp_mux_aggregate;
  aggregator_class->sink_event = gst_rtmp_mux_sink_event;
  aggregator_class->start = gst_rtmp_mux_start;
  aggregator_class->stop = gst_rtmp_mux_stop;
  aggregator_class->flush = gst_rtmp_mux_flush;
  /* Our caps come with the headers. */
  aggregator_class->negotiate = NULL;
  install_properties (object_class);

  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &src_template, GST_TYPE_AGGREGATOR_PAD);
  add_sink_template (element_class, TRUE);
  add_sink_template (element_class, FALSE);
  gst_element_class_set_static_metadata (element_class, "Enhanced FLV muxer",
      "Codec/Muxer", "Puts audio and video into FLV, as Enhanced RTMP has it",
      "gst-room-rtmp");
}

static void
gst_rtmp_mux_init (GstRtmpMux * self)
{
  self->enhanced = DEFAULT_ENHANCED;
  self->streamable = DEFAULT_STREAMABLE;
  self->index_size = DEFAULT_INDEX_SIZE;
  self->nanoseconds = DEFAULT_NANOSECONDS;
  rtmp_mux_file_init (&self->file);
}
