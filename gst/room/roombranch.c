/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomBranch: see roombranch.h. */

#include "roombranch.h"

#include "life/lifelatch.h"
#include "roomdebug.h"

struct _RoomBranch
{
  GstBin *bin;                  /* not owned: outlives its children */
  GstElement *parser;           /* NULL: not needed */
  GstElement *sync;
  GstElement *payloader;
  GstPad *hold_pad;
  GstPad *clock_pad;
  GstPad *paced_pad;
  GstPad *frame_pad;
  GstPad *packet_pad;
  GstPad *sink;                 /* webrtcbin's, once linked */
  GstGhostPad *ghost;           /* whose target it is */
  gulong stop_id;               /* 0: data may pass */
};

/* Takes the floating @element; NULL stays NULL. */
static GstElement *
add (RoomBranch * self, GstElement * element)
{
  if (element)
    gst_bin_add (self->bin, gst_object_ref_sink (element));
  return element;
}

static gboolean
make_elements (RoomBranch * self, const RoomCodec * codec,
    const GstCaps * caps, GError ** error)
{
  self->payloader = add (self, room_codec_make_payloader (codec, error));
  if (!self->payloader)
    return FALSE;
  self->sync = add (self, gst_element_factory_make ("clocksync", NULL));
  if (!self->sync) {
    g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "the element clocksync is missing: install GStreamer's core elements");
    return FALSE;
  }
  if (!room_codec_needs_parser (codec, caps))
    return TRUE;
  self->parser = add (self, room_codec_make_parser (codec, error));
  return self->parser != NULL;
}

RoomBranch *
room_branch_new (GstBin * bin, const RoomCodec * codec, const GstCaps * caps,
    GError ** error)
{
  RoomBranch *self = g_new0 (RoomBranch, 1);

  self->bin = bin;
  if (!make_elements (self, codec, caps, error)) {
    room_branch_free (self);
    return NULL;
  }
  if (self->parser)
    gst_element_link_pads (self->parser, "src", self->sync, "sink");
  gst_element_link_pads (self->sync, "src", self->payloader, "sink");
  self->clock_pad = gst_element_get_static_pad (self->sync, "sink");
  self->paced_pad = gst_element_get_static_pad (self->sync, "src");
  self->frame_pad = gst_element_get_static_pad (self->payloader, "sink");
  self->packet_pad = gst_element_get_static_pad (self->payloader, "src");
  return self;
}

static void
remove_element (RoomBranch * self, GstElement ** element)
{
  if (!*element)
    return;
  gst_element_set_state (*element, GST_STATE_NULL);
  gst_bin_remove (self->bin, *element);
  gst_clear_object (element);
}

void
room_branch_free (RoomBranch * self)
{
  if (self->ghost) {
    gst_ghost_pad_set_target (self->ghost, NULL);
    gst_object_unref (self->ghost);
  }
  /* The one that a streaming thread may wait in goes first; then none is behind
   * it, either. */
  remove_element (self, &self->sync);
  if (self->sink)
    gst_pad_unlink (self->packet_pad, self->sink);
  gst_clear_object (&self->sink);
  gst_clear_object (&self->hold_pad);
  gst_clear_object (&self->clock_pad);
  gst_clear_object (&self->paced_pad);
  gst_clear_object (&self->frame_pad);
  gst_clear_object (&self->packet_pad);
  remove_element (self, &self->parser);
  remove_element (self, &self->payloader);
  g_free (self);
}

GstPad *
room_branch_get_hold_pad (RoomBranch * self, GstGhostPad * ghost)
{
  if (!self->hold_pad)
    self->hold_pad = self->parser
        ? gst_element_get_static_pad (self->parser, "src")
        : GST_PAD (gst_proxy_pad_get_internal (GST_PROXY_PAD (ghost)));
  return self->hold_pad;
}

GstPad *
room_branch_get_clock_pad (RoomBranch * self)
{
  return self->clock_pad;
}

GstPad *
room_branch_get_frame_pad (RoomBranch * self)
{
  return self->frame_pad;
}

GstPad *
room_branch_get_packet_pad (RoomBranch * self)
{
  return self->packet_pad;
}

void
room_branch_attach (RoomBranch * self, GstGhostPad * ghost)
{
  GstElement *first = self->parser ? self->parser : self->sync;
  g_autoptr (GstPad) target = gst_element_get_static_pad (first, "sink");

  gst_element_sync_state_with_parent (self->payloader);
  /* Until it is freed: in GStreamer 1.22 a payloader whose pads or peer go under
   * a streaming thread loses a buffer. */
  gst_element_set_locked_state (self->payloader, TRUE);
  gst_element_sync_state_with_parent (self->sync);
  if (self->parser)
    gst_element_sync_state_with_parent (self->parser);
  self->ghost = gst_object_ref (ghost);
  gst_ghost_pad_set_target (ghost, target);
}

/* The caps went by before there was anyone to see them, and data does not flow
 * before the caps have been offered. Nor may they wait for data that never
 * comes, when the stream was flushed or has ended meanwhile. */
static gboolean
show_caps (RoomBranch * self, GstPad * sink)
{
  static const GstEventType types[] = { GST_EVENT_STREAM_START,
    GST_EVENT_CAPS
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    GstEvent *event = gst_pad_get_sticky_event (self->packet_pad, types[i], 0);
    if (!event)
      return FALSE;
    gst_pad_send_event (sink, event);
  }
  return gst_pad_has_current_caps (sink);
}

gboolean
room_branch_link (RoomBranch * self, GstPad * sink)
{
  /* With this lock no streaming thread is on its way through the payloader, to
   * send the same at the same time; and none waits in there. */
  GST_PAD_STREAM_LOCK (self->frame_pad);
  gboolean linked = gst_pad_link (self->packet_pad, sink) == GST_PAD_LINK_OK;
  if (linked) {
    self->sink = gst_object_ref (sink);
    linked = show_caps (self, sink);
  }
  GST_PAD_STREAM_UNLOCK (self->frame_pad);
  return linked;
}

/* Blocks what comes; called once without data, when what had come is gone. */
static GstPadProbeReturn
on_stopped (GstPad * pad, GstPadProbeInfo * info, gpointer stopped)
{
  if ((info->type & GST_PAD_PROBE_TYPE_IDLE)
      && life_latch_trip (stopped, 1, NULL))
    life_latch_finish (stopped);
  return GST_PAD_PROBE_OK;
}

gboolean
room_branch_set_playing (RoomBranch * self, gboolean playing, gint64 end_time)
{
  if (self->stop_id)
    gst_pad_remove_probe (self->paced_pad, self->stop_id);
  self->stop_id = 0;
  if (playing)
    return TRUE;
  g_autoptr (LifeLatch) stopped = life_latch_new ();
  self->stop_id = gst_pad_add_probe (self->paced_pad,
      GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM | GST_PAD_PROBE_TYPE_IDLE, on_stopped,
      life_latch_ref (stopped), (GDestroyNotify) life_latch_unref);
  return life_latch_wait (stopped, end_time);
}

void
room_branch_set_lapse (RoomBranch * self, gint64 lapse)
{
  /* To the payloader time goes on, behind it the time is the pipeline's. */
  gst_pad_set_offset (self->paced_pad, lapse);
  gst_pad_set_offset (self->packet_pad, -lapse);
}

GstCaps *
room_branch_dup_frame_caps (RoomBranch * self)
{
  /* A source pad has its caps before it sends them. The payloader's sink pad
   * has them only after the payloader has sent its own. */
  return gst_pad_get_current_caps (self->paced_pad);
}

GstCaps *
room_branch_dup_packet_caps (RoomBranch * self)
{
  return gst_pad_get_current_caps (self->packet_pad);
}
