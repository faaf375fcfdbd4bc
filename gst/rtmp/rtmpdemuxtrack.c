/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxTrack: see rtmpdemuxtrack.h. */

#include "rtmpdemuxtrack.h"

#include "rtmpcolor.h"
#include "rtmpdemuxcaps.h"

RtmpDemuxTrack *
rtmp_demux_track_new (gboolean video, guint8 number)
{
  RtmpDemuxTrack *self = g_new0 (RtmpDemuxTrack, 1);

  self->video = video;
  self->number = number;
  self->discont = TRUE;
  return self;
}

void
rtmp_demux_track_free (RtmpDemuxTrack * self)
{
  gst_clear_caps (&self->caps);
  gst_clear_object (&self->pad);
  g_free (self);
}

static void
take_caps (RtmpDemuxTrack * self, RtmpCodec codec, GstCaps * caps)
{
  if (self->has_color)
    rtmp_color_to_caps (&self->color, caps);
  gst_clear_caps (&self->caps);
  self->caps = caps;
  self->codec = codec;
}

/* NULL for none. */
static GBytes *
copy_config (gboolean is_config, const guint8 * data, gsize size)
{
  return is_config && size > 0 ? g_bytes_new (data, size) : NULL;
}

gboolean
rtmp_demux_track_learn_video (RtmpDemuxTrack * self, const RtmpVideo * video,
    const RtmpMetadataTrack * numbers, GError ** error)
{
  g_autoptr (GBytes) config = copy_config (video->kind == RTMP_VIDEO_CONFIG,
      video->data, video->size);

  if (config == NULL && rtmp_demux_caps_need_config (video->codec))
    return FALSE;
  GstCaps *caps =
      rtmp_demux_caps_new_video (video->codec, config, numbers, error);
  if (caps == NULL)
    return FALSE;
  take_caps (self, video->codec, caps);
  return TRUE;
}

gboolean
rtmp_demux_track_learn_audio (RtmpDemuxTrack * self, const RtmpAudio * audio,
    const RtmpMetadataTrack * numbers, GError ** error)
{
  g_autoptr (GBytes) config = copy_config (audio->kind == RTMP_AUDIO_CONFIG,
      audio->data, audio->size);

  if (config == NULL && rtmp_demux_caps_need_config (audio->codec))
    return FALSE;
  GstCaps *caps = rtmp_demux_caps_new_audio (audio, config, numbers,
      self->has_channels ? &self->channels : NULL, error);
  if (caps == NULL)
    return FALSE;
  take_caps (self, audio->codec, caps);
  self->rate = audio->rate;
  self->n_channels = audio->channels;
  return TRUE;
}

gboolean
rtmp_demux_track_wants_video (const RtmpDemuxTrack * self,
    const RtmpVideo * video)
{
  return self->caps == NULL || self->codec != video->codec;
}

/* Old codecs have nothing but the header of each tag to say that the sound has
 * changed. That of MP3 is often untrue, and its frames say it. */
static gboolean
has_changed (const RtmpDemuxTrack * self, const RtmpAudio * audio)
{
  return !audio->enhanced && !rtmp_codec_has_config (audio->codec)
      && (self->rate != audio->rate || self->n_channels != audio->channels);
}

gboolean
rtmp_demux_track_wants_audio (const RtmpDemuxTrack * self,
    const RtmpAudio * audio)
{
  return self->caps == NULL || self->codec != audio->codec
      || has_changed (self, audio);
}

void
rtmp_demux_track_set_color (RtmpDemuxTrack * self, const RtmpColorInfo * color)
{
  self->has_color = TRUE;
  self->color = *color;
  if (self->caps != NULL) {
    self->caps = gst_caps_make_writable (self->caps);
    rtmp_color_to_caps (color, self->caps);
  }
}
