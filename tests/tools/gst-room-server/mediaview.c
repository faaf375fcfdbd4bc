/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mediaview.h"

#include "life/lifelock.h"

#include <gst/rtp/rtp.h>
#include <stdlib.h>

#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define RATE 48000
#define VIDEO_RATE 90000
#define TICKS_PER_MS (VIDEO_RATE / 1000)

/* As a browser: after a loss nothing is shown before the next key frame, which
 * is asked for. GStreamer 1.22's jitterbuffer loses a packet by itself when none
 * came for longer than its latency: it takes the next one for late. */
#define ASKING "request-keyframe=true wait-for-keyframe=true"

struct _MediaView
{
  GstBin *bin;

  LifeLock lock;                /* guards all below */
  LifeCond changed;
  guint frames;
  gboolean begun;               /* packets of pictures come */
  guint pictures;               /* begun so far */
  guint32 timestamp;            /* of the last one */
  gint64 came;                  /* when its first one did */
  MediaPace pace;
  guint32 colour;               /* of the last picture, in its middle */
  guint tone;                   /* of the last second or so, in Hz */
  guint samples;                /* since the tone was counted */
  guint crossings;
  gint16 last;
};

MediaView *
media_view_new (GstBin * bin)
{
  MediaView *self = g_new0 (MediaView, 1);

  self->bin = bin;
  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  return self;
}

void
media_view_free (MediaView * self)
{
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_free (self);
}

/* 64 by 64, RGB. */
static void
look (MediaView * self, const guint8 * data, gsize size)
{
  const guint8 *middle = data + 32 * 64 * 3 + 32 * 3;

  g_assert_cmpuint (size, ==, 64 * 64 * 3);
  LIFE_LOCK_HOLD (&self->lock);
  self->frames++;
  self->colour = middle[0] << 16 | middle[1] << 8 | middle[2];
  life_cond_broadcast (&self->changed);
}

/* Rising edges in a quarter of a second. */
static void
listen (MediaView * self, const gint16 * samples, gsize count)
{
  LIFE_LOCK_HOLD (&self->lock);

  for (gsize i = 0; i < count; i++) {
    if (self->last < 0 && samples[i] >= 0)
      self->crossings++;
    self->last = samples[i];
    if (++self->samples < RATE / 4)
      continue;
    self->tone = self->crossings * 4;
    self->samples = self->crossings = 0;
    life_cond_broadcast (&self->changed);
  }
}

static GstPadProbeReturn
on_raw (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstMapInfo map;

  g_assert_true (gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map,
          GST_MAP_READ));
  if (gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw"))
    look (data, map.data, map.size);
  else
    listen (data, (const gint16 *) map.data, map.size / 2);
  gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);
  return GST_PAD_PROBE_OK;
}

/* Under the lock: the first packet of a picture has come. */
static void
note_picture (MediaView * self, guint32 timestamp, gint64 now)
{
  gint32 late = (guint32) gst_util_uint64_scale (now, VIDEO_RATE,
      G_USEC_PER_SEC) - timestamp;
  MediaPace pace = { 0 };

  if (++self->pictures > MEDIA_PACE_LEAD)
    pace.late_ms = MAX (late, 0) / TICKS_PER_MS;
  if (self->begun) {
    pace.missing_ms = (timestamp - self->timestamp) / TICKS_PER_MS;
    pace.gap_ms = (now - self->came) / G_TIME_SPAN_MILLISECOND;
  }
  media_pace_add (&self->pace, &pace);
  self->begun = TRUE;
  self->timestamp = timestamp;
  self->came = now;
}

/* In their order. */
static GstPadProbeReturn
on_packet (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstRTPBuffer packet = GST_RTP_BUFFER_INIT;
  MediaView *self = data;

  g_assert_true (gst_rtp_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info),
          GST_MAP_READ, &packet));
  guint32 timestamp = gst_rtp_buffer_get_timestamp (&packet);
  gst_rtp_buffer_unmap (&packet);
  LIFE_LOCK_HOLD (&self->lock);
  if (!self->begun || (gint32) (timestamp - self->timestamp) > 0)
    note_picture (self, timestamp, g_get_monotonic_time ());
  return GST_PAD_PROBE_OK;
}

static const gchar *
choose_decoder (const gchar * codec)
{
  static const gchar *const decoders[][2] = {
    {"VP8", "rtpvp8depay " ASKING " ! vp8dec"},
    {"VP9", "rtpvp9depay " ASKING " ! vp9dec"},
    {"H264", "rtph264depay " ASKING " ! h264parse ! avdec_h264"},
    {"H265", "rtph265depay ! h265parse "
          "! avdec_h265 automatic-request-sync-points=true"},
    {"OPUS", "rtpopusdepay ! opusdec"},
    {"PCMU", "rtppcmudepay ! mulawdec"},
    {"PCMA", "rtppcmadepay ! alawdec"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (decoders); i++) {
    if (g_str_equal (decoders[i][0], codec))
      return decoders[i][1];
  }
  g_assert_not_reached ();
}

void
media_view_add (MediaView * self, GstPad * pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

  /* He is being stopped: it came and has gone. */
  if (caps == NULL)
    return;
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  gboolean video =
      g_str_equal (gst_structure_get_string (structure, "media"), "video");
  g_autofree gchar *line = g_strdup_printf ("%s ! %s ! fakesink name=end "
      "sync=false async=false",
      choose_decoder (gst_structure_get_string (structure, "encoding-name")),
      video ? "videoconvert ! videoscale ! "
      "video/x-raw, format=RGB, width=64, height=64"
      : "audioconvert ! audioresample ! "
      "audio/x-raw, format=S16LE, channels=1, rate=48000");
  g_autoptr (GError) error = NULL;
  GstElement *branch = gst_parse_bin_from_description (line, TRUE, &error);

  g_assert_no_error (error);
  g_autoptr (GstElement) end = gst_bin_get_by_name (GST_BIN (branch), "end");
  g_autoptr (GstPad) raw = gst_element_get_static_pad (end, "sink");
  gst_pad_add_probe (raw, GST_PAD_PROBE_TYPE_BUFFER, on_raw, self, NULL);
  if (video)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_packet, self, NULL);
  gst_bin_add (self->bin, branch);
  gst_element_sync_state_with_parent (branch);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (branch, "sink");
  g_assert_cmpint (gst_pad_link (pad, sink), ==, GST_PAD_LINK_OK);
}

guint
media_view_get_frames (MediaView * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  return self->frames;
}

void
media_view_get_pace (MediaView * self, MediaPace * pace)
{
  LIFE_LOCK_HOLD (&self->lock);
  *pace = self->pace;
}

void
media_pace_add (MediaPace * self, const MediaPace * other)
{
  self->missing_ms = MAX (self->missing_ms, other->missing_ms);
  self->gap_ms = MAX (self->gap_ms, other->gap_ms);
  self->late_ms = MAX (self->late_ms, other->late_ms);
}

gboolean
media_view_wait_frames (MediaView * self, guint frames)
{
  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  LIFE_LOCK_HOLD (&self->lock);

  while (self->frames < frames) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time)) {
      g_printerr ("%u pictures decoded, %u have begun to come, %u wanted\n",
          self->frames, self->pictures, frames);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
is_about (guint32 colour, guint32 wanted)
{
  for (guint shift = 0; shift < 24; shift += 8) {
    if (abs ((gint) (colour >> shift & 0xff)
            - (gint) (wanted >> shift & 0xff)) > 40)
      return FALSE;
  }
  return TRUE;
}

gboolean
media_view_wait_colour (MediaView * self, guint32 rgb)
{
  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  LIFE_LOCK_HOLD (&self->lock);

  while (self->frames == 0 || !is_about (self->colour, rgb)) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time)) {
      g_printerr ("%u pictures, the last one is %06x\n", self->frames,
          self->colour);
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
media_view_wait_tone (MediaView * self, guint hz)
{
  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  LIFE_LOCK_HOLD (&self->lock);

  while (abs ((gint) self->tone - (gint) hz) > 20) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time)) {
      g_printerr ("a tone of %u Hz\n", self->tone);
      return FALSE;
    }
  }
  return TRUE;
}
