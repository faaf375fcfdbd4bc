/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxPads: see rtmpmuxpads.h. */

#include "rtmpmuxpads.h"

#include <string.h>

static GQuark
get_track_quark (void)
{
  return g_quark_from_static_string ("rtmp-mux-track");
}

RtmpMuxTrack *
rtmp_mux_pads_get_track (GstAggregatorPad * pad)
{
  return g_object_get_qdata (G_OBJECT (pad), get_track_quark ());
}

static gboolean
is_taken (GstElement * element, const gchar * name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);

  return pad != NULL;
}

/* The name of a pad is the number of its track. */
static gchar *
choose_name (GstElement * element, const gchar * prefix, const gchar * wanted,
    guint64 * number)
{
  if (wanted != NULL) {
    gboolean good = g_str_has_prefix (wanted, prefix)
        && g_ascii_string_to_unsigned (wanted + strlen (prefix), 10, 0,
        G_MAXUINT8, number, NULL);
    return good && !is_taken (element, wanted) ? g_strdup (wanted) : NULL;
  }
  for (*number = 0; *number <= G_MAXUINT8; (*number)++) {
    g_autofree gchar *name = g_strdup_printf ("%s%u", prefix, (guint) * number);
    if (!is_taken (element, name))
      return g_steal_pointer (&name);
  }
  return NULL;
}

GstAggregatorPad *
rtmp_mux_pads_new_pad (GstElement * element, GstPadTemplate * template,
    const gchar * wanted)
{
  gboolean video = g_str_has_prefix (template->name_template, "video_");
  guint64 number = 0;
  g_autofree gchar *name = choose_name (element, video ? "video_" : "audio_",
      wanted, &number);

  if (name == NULL)
    return NULL;
  GstAggregatorPad *pad = g_object_new (GST_TYPE_AGGREGATOR_PAD, "name", name,
      "direction", GST_PAD_SINK, "template", template, NULL);
  /* Encoders say less than parsers. */
  GST_PAD_SET_ACCEPT_INTERSECT (pad);
  g_object_set_qdata_full (G_OBJECT (pad), get_track_quark (),
      rtmp_mux_track_new (video, number), (GDestroyNotify) rtmp_mux_track_free);
  return pad;
}

static gboolean
collect_pad (GstElement * element, GstPad * pad, gpointer data)
{
  RtmpMuxPads *self = data;

  g_ptr_array_add (self->pads, gst_object_ref (pad));
  g_ptr_array_add (self->tracks,
      rtmp_mux_pads_get_track (GST_AGGREGATOR_PAD (pad)));
  return TRUE;
}

void
rtmp_mux_pads_init (RtmpMuxPads * self, GstElement * element)
{
  self->pads = g_ptr_array_new_with_free_func (gst_object_unref);
  self->tracks = g_ptr_array_new ();
  gst_element_foreach_sink_pad (element, collect_pad, self);
}

void
rtmp_mux_pads_clear (RtmpMuxPads * self)
{
  g_clear_pointer (&self->tracks, g_ptr_array_unref);
  g_clear_pointer (&self->pads, g_ptr_array_unref);
}

GstAggregatorPad *
rtmp_mux_pads_find_next (const RtmpMuxPads * self, GstClockTimeDiff * when)
{
  GstAggregatorPad *best = NULL;

  for (guint i = 0; i < self->pads->len; i++) {
    GstAggregatorPad *pad = self->pads->pdata[i];
    g_autoptr (GstBuffer) buffer = gst_aggregator_pad_peek_buffer (pad);
    GstClockTimeDiff pts, dts;
    if (buffer == NULL)
      continue;
    /* No time is before all others. */
    if (!rtmp_mux_pads_get_times (pad, buffer, &pts, &dts))
      dts = GST_CLOCK_STIME_NONE;
    if (best == NULL || dts < *when) {
      best = pad;
      *when = dts;
    }
  }
  return best;
}

gboolean
rtmp_mux_pads_are_over (const RtmpMuxPads * self)
{
  for (guint i = 0; i < self->pads->len; i++) {
    if (!gst_aggregator_pad_is_eos (self->pads->pdata[i]))
      return FALSE;
  }
  return TRUE;
}

gboolean
rtmp_mux_pads_have_news (const RtmpMuxPads * self)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    const RtmpMuxTrack *track = self->tracks->pdata[i];
    if (rtmp_mux_track_is_ready (track) && !track->announced)
      return TRUE;
  }
  return FALSE;
}

gboolean
rtmp_mux_pads_is_entry (const RtmpMuxPads * self, const RtmpMuxTrack * track,
    GstBuffer * frame)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    const RtmpMuxTrack *other = self->tracks->pdata[i];
    if (other->video && (!track->video || other->number < track->number))
      return FALSE;
  }
  return !track->video
      || !GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT);
}

static GstClockTimeDiff
get_running_time (GstAggregatorPad * pad, GstClockTime time)
{
  guint64 running = 0;
  gint sign = gst_segment_to_running_time_full (&pad->segment,
      GST_FORMAT_TIME, time, &running);

  return sign < 0 ? -(GstClockTimeDiff) running : (GstClockTimeDiff) running;
}

gboolean
rtmp_mux_pads_get_times (GstAggregatorPad * pad, GstBuffer * buffer,
    GstClockTimeDiff * pts, GstClockTimeDiff * dts)
{
  const RtmpMuxTrack *track = rtmp_mux_pads_get_track (pad);
  GstClockTime shown = GST_BUFFER_PTS (buffer);
  GstClockTime decoded = GST_BUFFER_DTS (buffer);

  if (!GST_CLOCK_TIME_IS_VALID (shown))
    shown = decoded;
  /* A message of one time has that at which it is shown. */
  if (!GST_CLOCK_TIME_IS_VALID (decoded)
      || !rtmp_codec_has_composition_time (track->format.codec))
    decoded = shown;
  if (!GST_CLOCK_TIME_IS_VALID (shown))
    return FALSE;
  *pts = get_running_time (pad, shown);
  *dts = get_running_time (pad, decoded);
  return TRUE;
}
