/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxIntake: see rtmpdemuxintake.h. */

#include "rtmpdemuxintake.h"

#include "rtmp/rtmpaggregate.h"
#include "rtmp/rtmpamf0.h"
#include "rtmpdemuxdebug.h"
#include "rtmptexts.h"

/* One frame on its way. */
typedef struct
{
  const RtmpFlvTag *tag;
  guint64 offset;
  gint64 time;                  /* ms, when to decode it */
  gint32 composition_time;      /* ms */
  guint32 nanoseconds;
  const guint8 *data;
  gsize size;
  GstBufferFlags flags;
  gboolean has_dts;
} Frame;

void
rtmp_demux_intake_init (RtmpDemuxIntake * self, RtmpDemuxPads * pads,
    RtmpDemuxIndex * index, const RtmpDemuxIntakeFuncs * funcs)
{
  self->pads = pads;
  self->index = index;
  self->funcs = funcs;
  rtmp_demux_intake_reset (self);
}

void
rtmp_demux_intake_clear (RtmpDemuxIntake * self)
{
  g_clear_pointer (&self->metadata, rtmp_metadata_free);
}

void
rtmp_demux_intake_reset (RtmpDemuxIntake * self)
{
  rtmp_demux_intake_clear (self);
  rtmp_demux_intake_restart (self, -1);
  self->audio = self->video = FALSE;
  self->first = -1;
  self->warned = FALSE;
}

void
rtmp_demux_intake_restart (RtmpDemuxIntake * self, gint64 time)
{
  rtmp_demux_clock_restart (&self->clock, time);
  self->begun = FALSE;
}

/* -- What is skipped. -- */

static void
skip (RtmpDemuxIntake * self, const gchar * what)
{
  if (!self->warned)
    GST_WARNING_OBJECT (self->pads->element, "skipped: %s", what);
  self->warned = TRUE;
}

/* Once for each track, so that whoever watches the bus knows why it is not
 * there. */
static void
skip_track (RtmpDemuxIntake * self, RtmpDemuxTrack * track, const gchar * why)
{
  if (!track->warned)
    GST_ELEMENT_WARNING (self->pads->element, STREAM, CODEC_NOT_FOUND, (NULL),
        ("%s track %u is skipped: %s", track->video ? "video" : "audio",
            track->number, why));
  track->warned = TRUE;
}

/* -- Time. -- */

/* Whether all have come of which we know. */
static gboolean
is_complete (RtmpDemuxIntake * self)
{
  const RtmpMetadata *metadata = self->metadata;

  if (metadata != NULL && metadata->video->len + metadata->audio->len > 0)
    return (metadata->video->len == 0
        || rtmp_demux_pads_have (self->pads, TRUE, metadata->video))
        && (metadata->audio->len == 0
        || rtmp_demux_pads_have (self->pads, FALSE, metadata->audio));
  return (self->audio || self->video)
      && (!self->video || rtmp_demux_pads_have (self->pads, TRUE, NULL))
      && (!self->audio || rtmp_demux_pads_have (self->pads, FALSE, NULL));
}

/* Before a frame is sent, when all that stands before frames is there. */
static void
look_complete (RtmpDemuxIntake * self, gint64 time)
{
  if (self->pads->complete)
    return;
  if (self->first < 0)
    self->first = time;
  if (time - self->first > RTMP_DEMUX_PATIENCE || is_complete (self))
    rtmp_demux_pads_complete (self->pads);
}

static gint64
take_time (RtmpDemuxIntake * self, const RtmpFlvTag * tag)
{
  gboolean jumped;
  gint64 time = rtmp_demux_clock_take (&self->clock, tag->timestamp, &jumped);

  if (!self->begun || jumped) {
    self->funcs->begin (self->pads->element, time);
    rtmp_demux_pads_mark_discont (self->pads, time);
    self->begun = TRUE;
  }
  return time;
}

/* -- Frames. -- */

static GstFlowReturn
push_frame (RtmpDemuxIntake * self, RtmpDemuxTrack * track, const Frame * frame)
{
  const guint8 *start = g_bytes_get_data (frame->tag->data, NULL);

  /* Nothing to decode is no frame. */
  if (frame->size == 0)
    return GST_FLOW_OK;
  g_autoptr (GBytes) bytes = g_bytes_new_from_bytes (frame->tag->data,
      frame->data - start, frame->size);
  gint64 shown = MAX (frame->time + frame->composition_time, 0);
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (bytes);
  GST_BUFFER_PTS (buffer) = shown * GST_MSECOND + frame->nanoseconds;
  if (frame->has_dts)
    GST_BUFFER_DTS (buffer) = frame->time * GST_MSECOND + frame->nanoseconds;
  GST_BUFFER_FLAG_SET (buffer, frame->flags);
  return rtmp_demux_pads_push (self->pads, track, buffer, frame->time);
}

static void
add_entry (RtmpDemuxIntake * self, const Frame * frame)
{
  GST_OBJECT_LOCK (self->pads->element);
  rtmp_demux_index_add (self->index, frame->time, frame->offset);
  GST_OBJECT_UNLOCK (self->pads->element);
}

static const RtmpMetadataTrack *
get_numbers (RtmpDemuxIntake * self, const RtmpDemuxTrack * track,
    RtmpCodec codec)
{
  const RtmpMetadataTrack *numbers = self->metadata ?
      rtmp_metadata_get_track (self->metadata, track->video, track->number)
      : NULL;

  /* Those of another codec are not of this track. */
  if (numbers != NULL && numbers->codec != RTMP_CODEC_UNKNOWN
      && numbers->codec != codec)
    return NULL;
  return numbers;
}

/* With what was learnt, or not. FALSE when the track has no pad after it. */
static gboolean
expose (RtmpDemuxIntake * self, RtmpDemuxTrack * track, gboolean learnt,
    const RtmpMetadataTrack * numbers, const GError * error)
{
  if (learnt)
    rtmp_demux_pads_expose (self->pads, track, numbers ? numbers->bitrate : 0);
  else
    skip_track (self, track, error ? error->message
        : "it does not begin with a configuration record");
  return learnt;
}

static gboolean
learn_video (RtmpDemuxIntake * self, RtmpDemuxTrack * track,
    const RtmpVideo * video)
{
  const RtmpMetadataTrack *numbers = get_numbers (self, track, video->codec);
  g_autoptr (GError) error = NULL;
  gboolean learnt =
      rtmp_demux_track_learn_video (track, video, numbers, &error);

  return expose (self, track, learnt, numbers, error);
}

static gboolean
learn_audio (RtmpDemuxIntake * self, RtmpDemuxTrack * track,
    const RtmpAudio * audio)
{
  const RtmpMetadataTrack *numbers = get_numbers (self, track, audio->codec);
  g_autoptr (GError) error = NULL;
  gboolean learnt =
      rtmp_demux_track_learn_audio (track, audio, numbers, &error);

  return expose (self, track, learnt, numbers, error);
}

/* A message of another codec is not of this track: FFmpeg writes those of all
 * tracks as if they were of the first. */
static void
take_color (RtmpDemuxIntake * self, RtmpDemuxTrack * track,
    const RtmpVideo * video)
{
  g_autoptr (RtmpValues) values =
      rtmp_amf0_parse (video->data, video->size, NULL);
  RtmpColorInfo color;

  if (values == NULL || !rtmp_color_info_read (&color, values)
      || (track->caps != NULL && track->codec != video->codec))
    return;
  rtmp_demux_track_set_color (track, &color);
  if (track->pad != NULL)
    rtmp_demux_pads_expose (self->pads, track, 0);
}

static GstFlowReturn
take_video_frame (RtmpDemuxIntake * self, RtmpDemuxTrack * track,
    const RtmpVideo * video, Frame * frame)
{
  gboolean key = video->frame == RTMP_FRAME_KEY
      || video->frame == RTMP_FRAME_GENERATED_KEY;

  if (rtmp_demux_track_wants_video (track, video)
      && !learn_video (self, track, video))
    return GST_FLOW_OK;
  frame->time = take_time (self, frame->tag);
  look_complete (self, frame->time);
  frame->composition_time = video->composition_time;
  frame->nanoseconds = video->nanoseconds;
  frame->has_dts = rtmp_codec_has_composition_time (video->codec);
  frame->data = video->data;
  frame->size = video->size;
  /* How it is to be cropped: nobody wants to know. */
  if ((video->codec == RTMP_CODEC_VP6 || video->codec == RTMP_CODEC_VP6_ALPHA)
      && video->size > 0) {
    frame->data++;
    frame->size--;
  }
  if (!key)
    frame->flags |= GST_BUFFER_FLAG_DELTA_UNIT;
  if (video->frame == RTMP_FRAME_DISPOSABLE)
    frame->flags |= GST_BUFFER_FLAG_DROPPABLE;
  if (key && track->number == 0)
    add_entry (self, frame);
  return push_frame (self, track, frame);
}

static GstFlowReturn
take_video (RtmpDemuxIntake * self, const RtmpVideo * video, Frame * frame)
{
  /* Those that make no track. */
  if (video->kind == RTMP_VIDEO_END || video->kind == RTMP_VIDEO_COMMAND)
    return GST_FLOW_OK;
  if (video->kind == RTMP_VIDEO_UNKNOWN || video->kind == RTMP_VIDEO_TS_CONFIG) {
    skip (self, "a video message of an unknown kind");
    return GST_FLOW_OK;
  }
  RtmpDemuxTrack *track =
      rtmp_demux_pads_get_track (self->pads, TRUE, video->track);
  switch (video->kind) {
    case RTMP_VIDEO_METADATA:
      take_color (self, track, video);
      return GST_FLOW_OK;
    case RTMP_VIDEO_CONFIG:
      learn_video (self, track, video);
      return GST_FLOW_OK;
    default:
      return take_video_frame (self, track, video, frame);
  }
}

static GstFlowReturn
take_audio_frame (RtmpDemuxIntake * self, RtmpDemuxTrack * track,
    const RtmpAudio * audio, Frame * frame)
{
  if (rtmp_demux_track_wants_audio (track, audio)
      && !learn_audio (self, track, audio))
    return GST_FLOW_OK;
  frame->time = take_time (self, frame->tag);
  look_complete (self, frame->time);
  frame->nanoseconds = audio->nanoseconds;
  frame->data = audio->data;
  frame->size = audio->size;
  if (track->number == 0 && !rtmp_demux_pads_have (self->pads, TRUE, NULL))
    add_entry (self, frame);
  return push_frame (self, track, frame);
}

static GstFlowReturn
take_audio (RtmpDemuxIntake * self, const RtmpAudio * audio, Frame * frame)
{
  /* Silence needs no frames; the clock goes on without. */
  if (audio->kind == RTMP_AUDIO_END)
    return GST_FLOW_OK;
  if (audio->kind == RTMP_AUDIO_UNKNOWN) {
    skip (self, "an audio message of an unknown kind");
    return GST_FLOW_OK;
  }
  RtmpDemuxTrack *track =
      rtmp_demux_pads_get_track (self->pads, FALSE, audio->track);
  switch (audio->kind) {
    case RTMP_AUDIO_CHANNELS:
      track->has_channels |= rtmp_channels_parse (&track->channels,
          audio->data, audio->size, NULL);
      return GST_FLOW_OK;
    case RTMP_AUDIO_CONFIG:
      /* Of MP3 a frame says more. */
      if (audio->codec != RTMP_CODEC_MP3)
        learn_audio (self, track, audio);
      return GST_FLOW_OK;
    default:
      return take_audio_frame (self, track, audio, frame);
  }
}

/* -- Tags. -- */

static GstFlowReturn
take_video_tag (RtmpDemuxIntake * self, const RtmpFlvTag * tag, guint64 offset)
{
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow = GST_FLOW_OK;
  RtmpVideoReader reader;
  RtmpVideo video;

  rtmp_video_reader_init (&reader, g_bytes_get_data (tag->data, NULL),
      tag->size);
  while (flow == GST_FLOW_OK
      && rtmp_video_reader_take (&reader, &video, &error)) {
    Frame frame = { tag, offset };
    flow = take_video (self, &video, &frame);
  }
  if (error != NULL)
    skip (self, error->message);
  return flow;
}

static GstFlowReturn
take_audio_tag (RtmpDemuxIntake * self, const RtmpFlvTag * tag, guint64 offset)
{
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow = GST_FLOW_OK;
  RtmpAudioReader reader;
  RtmpAudio audio;

  rtmp_audio_reader_init (&reader, g_bytes_get_data (tag->data, NULL),
      tag->size);
  while (flow == GST_FLOW_OK
      && rtmp_audio_reader_take (&reader, &audio, &error)) {
    Frame frame = { tag, offset };
    flow = take_audio (self, &audio, &frame);
  }
  if (error != NULL)
    skip (self, error->message);
  return flow;
}

static void
add_keys (RtmpDemuxIntake * self, const RtmpMetadata * metadata)
{
  g_autoptr (GArray) entries =
      g_array_new (FALSE, FALSE, sizeof (RtmpDemuxEntry));

  for (guint i = 0; i < metadata->keys->len; i++) {
    const RtmpMetadataKey *key =
        &g_array_index (metadata->keys, RtmpMetadataKey, i);
    RtmpDemuxEntry entry = { 0 };
    if (!(key->time < G_MAXUINT32 && key->offset < (gdouble) G_MAXINT64))
      continue;
    entry.time = key->time * 1000;
    entry.offset = key->offset;
    g_array_append_val (entries, entry);
  }
  GST_OBJECT_LOCK (self->pads->element);
  rtmp_demux_index_add_all (self->index, entries);
  GST_OBJECT_UNLOCK (self->pads->element);
}

static void
take_metadata (RtmpDemuxIntake * self, RtmpMetadata * metadata)
{
  g_clear_pointer (&self->metadata, rtmp_metadata_free);
  self->metadata = metadata;
  add_keys (self, metadata);
  rtmp_demux_pads_set_tags (self->pads, rtmp_texts_to_tags (metadata));
  self->funcs->describe (self->pads->element, metadata);
}

static void
take_script_tag (RtmpDemuxIntake * self, const RtmpFlvTag * tag)
{
  const guint8 *data = g_bytes_get_data (tag->data, NULL);
  gsize size = tag->size;
  g_autoptr (GError) error = NULL;

  /* RTMP 1.0, 7.1.2: a byte of its own stands before AMF3. */
  if (tag->type == RTMP_MESSAGE_DATA_AMF3 && size > 0) {
    data++;
    size--;
  }
  g_autoptr (RtmpValues) values = rtmp_amf0_parse (data, size, &error);
  if (values == NULL) {
    skip (self, error->message);
    return;
  }
  RtmpMetadata *metadata = rtmp_metadata_read (values);
  if (metadata != NULL)
    take_metadata (self, metadata);
}

static GstFlowReturn
take_aggregate (RtmpDemuxIntake * self, const RtmpFlvTag * tag, guint64 offset)
{
  g_auto (RtmpFlvTag) part = { 0 };
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow = GST_FLOW_OK;
  RtmpAggregateReader reader;

  rtmp_aggregate_reader_init (&reader, tag->data, tag->timestamp);
  while (flow == GST_FLOW_OK
      && rtmp_aggregate_reader_take (&reader, &part, &error)) {
    /* One in another is nobody's. */
    if (part.type != RTMP_MESSAGE_AGGREGATE)
      flow = rtmp_demux_intake_take (self, &part, offset);
    rtmp_flv_tag_clear (&part);
  }
  if (error != NULL)
    skip (self, error->message);
  return flow;
}

GstFlowReturn
rtmp_demux_intake_take (RtmpDemuxIntake * self, const RtmpFlvTag * tag,
    guint64 offset)
{
  if (tag->encrypted) {
    skip (self, "an encrypted tag");
    return GST_FLOW_OK;
  }
  switch (tag->type) {
    case RTMP_MESSAGE_VIDEO:
      return take_video_tag (self, tag, offset);
    case RTMP_MESSAGE_AUDIO:
      return take_audio_tag (self, tag, offset);
    case RTMP_MESSAGE_DATA:
    case RTMP_MESSAGE_DATA_AMF3:
      take_script_tag (self, tag);
      return GST_FLOW_OK;
    case RTMP_MESSAGE_AGGREGATE:
      return take_aggregate (self, tag, offset);
    default:
      skip (self, "a tag of an unknown type");
      return GST_FLOW_OK;
  }
}
