/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomTrack: see roomtrack.h.
 *
 *   ghost pad -> [parser] -> clocksync -> payloader -> webrtcbin
 *       |            |                    |        |
 *    arrival       hold                  sift   packets
 *
 * arrival keeps the stream off until there is a branch; hold is where a file
 * waits, behind the parser that must see a frame to know the caps; sift drops
 * whole frames, so that packets are numbered without gaps. */

#include "roomtrack.h"

#include "roomadvice.h"
#include "roombranch.h"
#include "roomdebug.h"
#include "roomgate.h"
#include "roomhold.h"
#include "roomnews.h"
#include "roominput.h"
#include "roomprompter.h"

#define DATA_PROBE \
    (GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST)

struct _RoomTrack
{
  GstBin *bin;                  /* not owned: outlives its pads */
  GstPad *pad;
  gboolean video;
  LifeLoop *loop;

  /* loop only */
  RoomTrackFunc func;
  gpointer user_data;
  gboolean closed;
  RoomPrompter prompter;
  const RoomCodec *codec;
  RoomBranch *branch;           /* NULL before the caps and after the end */
  gulong arrival_id;
  gulong hold_id;
  gulong flush_id;
  gulong discard_id;
  gint64 lapse;                 /* of the room's time */

  /* streaming threads too */
  RoomGate gate;
  RoomHold hold;
  RoomTally tally;
  LifeEvent *end;
  LifeListener *end_listener;
  LifeLock lock;                /* guards all below */
  GstCaps *caps;                /* newer than the pad's, which come later */
};

/* News for ourselves. */
enum
{
  TRACK_KEY_UNIT_WANTED = ROOM_TRACK_REFUSED + 1,
  TRACK_REORDERED,
};

static void
on_news (gpointer about, gint news, gint64 value, const GError * error)
{
  RoomTrack *self = about;

  if (self->closed)
    return;
  if (news == TRACK_KEY_UNIT_WANTED)
    room_prompter_ask (&self->prompter);
  else if (news == TRACK_REORDERED)
    room_advice_reordered (self->bin, self->pad);
  else
    self->func (self, news, value, error, self->user_data);
}

static void
tell (RoomTrack * self, gint news, gint64 value)
{
  room_news_post (self->loop, on_news, room_track_ref (self),
      (GDestroyNotify) room_track_unref, news, value, NULL);
}

static void
on_end (gint value, gpointer data)
{
  tell (data, ROOM_TRACK_ENDED, 0);
}

RoomTrack *
room_track_ref (RoomTrack * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  RoomTrack *self = data;

  g_clear_pointer (&self->end_listener, life_listener_unref);
  life_event_unref (self->end);
  gst_clear_caps (&self->caps);
  gst_object_unref (self->pad);
  room_gate_clear (&self->gate);
  room_hold_clear (&self->hold);
  room_tally_clear (&self->tally);
  life_lock_clear (&self->lock);
  life_loop_unref (self->loop);
}

void
room_track_unref (RoomTrack * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static gulong
add_probe (RoomTrack * self, GstPad * pad, GstPadProbeType type,
    GstPadProbeCallback callback)
{
  return gst_pad_add_probe (pad, type, callback, room_track_ref (self),
      (GDestroyNotify) room_track_unref);
}

static void
learn_live (RoomTrack * self)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (room_gate_get_live (&self->gate, &live))
    return;
  if (gst_pad_peer_query (self->pad, query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  GST_INFO_OBJECT (self->pad, "upstream is %s", live ? "live" : "not live");
  room_gate_set_live (&self->gate, live);
}

static GstPadProbeReturn
on_arrival (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  RoomTrack *self = data;

  learn_live (self);
  return room_gate_obey (room_gate_arrive (&self->gate), info);
}

static GstBuffer *
get_first_buffer (GstPadProbeInfo * info)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    return GST_PAD_PROBE_INFO_BUFFER (info);
  return gst_buffer_list_get (GST_PAD_PROBE_INFO_BUFFER_LIST (info), 0);
}

static GstPadProbeReturn
on_hold (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  RoomTrack *self = data;
  gboolean first;
  RoomGateVerdict verdict = room_gate_hold (&self->gate, &first);

  if (first)
    tell (self, ROOM_TRACK_HELD, room_hold_take (&self->hold, pad,
            get_first_buffer (info)));
  return room_gate_obey (verdict, info);
}

static void
set_stalled (RoomTrack * self, RoomKeyUnitStall stall, gboolean stalled)
{
  room_tally_set_stalled (&self->tally, stall, stalled,
      g_get_monotonic_time ());
}

static GstPadProbeReturn
on_flush (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  RoomTrack *self = data;

  if (GST_EVENT_TYPE (info->data) == GST_EVENT_FLUSH_START) {
    set_stalled (self, ROOM_KEY_UNIT_CLOSED, TRUE);
    room_hold_drop (&self->hold);
  } else if (room_gate_rewind (&self->gate)) {
    tell (self, ROOM_TRACK_REWOUND, 0);
  } else if (room_gate_is_open (&self->gate)) {
    set_stalled (self, ROOM_KEY_UNIT_CLOSED, FALSE);
  }
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_sift (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  RoomTrack *self = data;
  GstBuffer *buffer = get_first_buffer (info);
  gboolean delta = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);

  if (room_hold_is_primer (&self->hold, buffer))
    return GST_PAD_PROBE_OK;
  RoomGateVerdict verdict = room_gate_sift (&self->gate, delta);

  if (verdict == ROOM_GATE_PASS && self->video
      && room_tally_note_frame (&self->tally, GST_BUFFER_PTS (buffer), delta,
          g_get_monotonic_time ()))
    tell (self, TRACK_REORDERED, 0);
  return room_gate_obey (verdict, info);
}

static GstPadProbeReturn
on_packets (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  RoomTrack *self = data;

  room_tally_note_packets (&self->tally, info->data);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_packet_event (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  RoomTrack *self = data;

  switch (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info))) {
    case GST_EVENT_CAPS:
      tell (self, ROOM_TRACK_DESCRIBED, 0);
      return GST_PAD_PROBE_OK;
      /* Inside webrtcbin these would flush or end every track of the bundle. */
    case GST_EVENT_FLUSH_START:
    case GST_EVENT_FLUSH_STOP:
      return GST_PAD_PROBE_DROP;
    case GST_EVENT_EOS:
      life_event_fire (self->end, 0);
      return GST_PAD_PROBE_DROP;
    default:
      return GST_PAD_PROBE_OK;
  }
}

/* What webrtcbin makes of PLI and FIR, in the thread that receives RTCP. */
static GstPadProbeReturn
on_feedback (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  RoomTrack *self = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (!gst_event_has_name (event, "GstForceKeyUnit"))
    return GST_PAD_PROBE_OK;
  if (room_tally_request (&self->tally, g_get_monotonic_time ()))
    tell (self, TRACK_KEY_UNIT_WANTED, 0);
  else
    tell (self, ROOM_TRACK_HURRIED, 0);
  return GST_PAD_PROBE_DROP;
}

RoomTrack *
room_track_new (GstBin * bin, GstPad * pad, gboolean video, LifeLoop * loop,
    RoomTrackFunc func, gpointer user_data)
{
  RoomTrack *self = g_atomic_rc_box_new0 (RoomTrack);

  self->bin = bin;
  self->pad = gst_object_ref (pad);
  self->video = video;
  self->loop = life_loop_ref (loop);
  self->func = func;
  self->user_data = user_data;
  room_gate_init (&self->gate, video);
  life_lock_init (&self->lock);
  room_hold_init (&self->hold);
  room_tally_init (&self->tally);
  set_stalled (self, ROOM_KEY_UNIT_CLOSED, TRUE);
  room_prompter_init (&self->prompter, bin, self->pad, &self->tally);
  /* Registered before there is a stream that could end. */
  self->end = life_event_new ();
  self->end_listener = life_event_listen (self->end, on_end,
      room_track_ref (self), (GDestroyNotify) room_track_unref);
  self->arrival_id =
      add_probe (self, pad, GST_PAD_PROBE_TYPE_BLOCK | DATA_PROBE, on_arrival);
  return self;
}

GstPad *
room_track_get_pad (RoomTrack * self)
{
  return self->pad;
}

gboolean
room_track_is_video (RoomTrack * self)
{
  return self->video;
}

gboolean
room_track_is_live (RoomTrack * self)
{
  gboolean live;

  return room_gate_get_live (&self->gate, &live) && live;
}

gboolean
room_track_has_ended (RoomTrack * self)
{
  return life_event_has_fired (self->end, NULL);
}

const RoomCodec *
room_track_get_codec (RoomTrack * self)
{
  return self->codec;
}

GstCaps *
room_track_dup_pad_caps (RoomTrack * self)
{
  life_lock_lock (&self->lock);
  GstCaps *caps = self->caps ? gst_caps_ref (self->caps) : NULL;
  life_lock_unlock (&self->lock);
  return caps;
}

GstCaps *
room_track_dup_media_caps (RoomTrack * self)
{
  return self->branch ? room_branch_dup_frame_caps (self->branch) : NULL;
}

GstCaps *
room_track_dup_packet_caps (RoomTrack * self)
{
  return self->branch ? room_branch_dup_packet_caps (self->branch) : NULL;
}

void
room_track_get_counts (RoomTrack * self, RoomTrackCounts * counts)
{
  g_autoptr (GstCaps) caps = room_track_dup_packet_caps (self);

  room_tally_get (&self->tally, &counts->bytes, &counts->packets,
      &counts->key_unit_requests);
  counts->dropped = room_gate_get_dropped (&self->gate);
  counts->ssrc = 0;
  if (caps)
    gst_structure_get_uint (gst_caps_get_structure (caps, 0), "ssrc",
        &counts->ssrc);
}

static void
take_caps (RoomTrack * self, GstCaps * caps)
{
  const RoomCodec *codec = room_codec_find (caps);

  if (codec) {
    life_lock_lock (&self->lock);
    gst_caps_replace (&self->caps, caps);
    life_lock_unlock (&self->lock);
    learn_live (self);
    tell (self, ROOM_TRACK_ARRIVED, 0);
    return;
  }
  room_track_shut (self);
  room_news_post (self->loop, on_news, room_track_ref (self),
      (GDestroyNotify) room_track_unref, ROOM_TRACK_REFUSED, 0,
      room_input_refuse (caps, GST_OBJECT_NAME (self->pad)));
}

void
room_track_end (RoomTrack * self)
{
  life_event_fire (self->end, 0);
}

gboolean
room_track_take_event (RoomTrack * self, GstEvent * event)
{
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      take_caps (self, caps);
      return FALSE;
    case GST_EVENT_EOS:
      /* With a branch the end is at its far end, behind all data; without one
       * there never was any, or all is thrown away. */
      if (room_gate_is_built (&self->gate)
          && !room_gate_is_discarding (&self->gate))
        return FALSE;
      life_event_fire (self->end, 0);
      return TRUE;
    default:
      return FALSE;
  }
}

GstFlowReturn
room_track_judge_flow (RoomTrack * self, GstFlowReturn flow)
{
  return room_gate_judge (&self->gate, flow);
}

static gulong
add_hold (RoomTrack * self, GstPad * pad)
{
  return add_probe (self, pad, GST_PAD_PROBE_TYPE_BLOCK | DATA_PROBE, on_hold);
}

static GstPad *
get_hold_pad (RoomTrack * self)
{
  return room_branch_get_hold_pad (self->branch, GST_GHOST_PAD (self->pad));
}

static void
add_branch_probes (RoomTrack * self)
{
  GstPad *packets = room_branch_get_packet_pad (self->branch);
  GstPad *hold = get_hold_pad (self);

  self->hold_id = add_hold (self, hold);
  self->flush_id =
      add_probe (self, hold, GST_PAD_PROBE_TYPE_EVENT_FLUSH, on_flush);
  add_probe (self, room_branch_get_frame_pad (self->branch), DATA_PROBE,
      on_sift);
  add_probe (self, packets, DATA_PROBE, on_packets);
  add_probe (self, packets, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM
      | GST_PAD_PROBE_TYPE_EVENT_FLUSH, on_packet_event);
  add_probe (self, packets, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_feedback);
}

gboolean
room_track_build (RoomTrack * self, GError ** error)
{
  g_autoptr (GstCaps) caps = room_track_dup_pad_caps (self);

  g_return_val_if_fail (!self->branch && caps, FALSE);
  self->codec = room_codec_find (caps);
  self->branch = room_branch_new (self->bin, self->codec, caps, error);
  if (!self->branch)
    return FALSE;
  room_prompter_set_pad (&self->prompter,
      room_branch_get_clock_pad (self->branch));
  room_branch_set_lapse (self->branch, self->lapse);
  add_branch_probes (self);
  room_branch_attach (self->branch, GST_GHOST_PAD (self->pad));
  room_gate_set_built (&self->gate);
  gst_pad_remove_probe (self->pad, self->arrival_id);
  self->arrival_id = 0;
  return TRUE;
}

gboolean
room_track_link (RoomTrack * self, GstPad * sink)
{
  return room_branch_link (self->branch, sink);
}

void
room_track_set_lapse (RoomTrack * self, gint64 lapse)
{
  self->lapse = lapse;
  if (self->branch)
    room_branch_set_lapse (self->branch, lapse);
}

void
room_track_prime (RoomTrack * self, gint64 running_time)
{
  if (self->branch)
    room_hold_prime (&self->hold, get_hold_pad (self),
        room_branch_get_frame_pad (self->branch), self->codec, running_time);
}

gboolean
room_track_set_playing (RoomTrack * self, gboolean playing, gint64 end_time)
{
  set_stalled (self, ROOM_KEY_UNIT_PAUSED, !playing);
  return !self->branch
      || room_branch_set_playing (self->branch, playing, end_time);
}

void
room_track_open (RoomTrack * self, gint64 offset)
{
  GstPad *hold = get_hold_pad (self);
  gulong hold_id = self->hold_id;

  if (!room_track_is_live (self))
    gst_pad_set_offset (hold, offset);
  room_gate_open (&self->gate);
  set_stalled (self, ROOM_KEY_UNIT_CLOSED, FALSE);
  room_hold_drop (&self->hold);
  /* Only the removal of a blocking probe wakes what it blocks; a new one takes
   * its place for the next flush. */
  self->hold_id = add_hold (self, hold);
  gst_pad_remove_probe (hold, hold_id);
  if (self->video && room_track_is_live (self))
    room_prompter_ask (&self->prompter);
}

gboolean
room_track_is_open (RoomTrack * self)
{
  return room_gate_is_open (&self->gate);
}

void
room_track_set_muted (RoomTrack * self, gboolean muted)
{
  gboolean changed = room_gate_set_muted (&self->gate, muted);

  set_stalled (self, ROOM_KEY_UNIT_MUTED, muted);
  if (changed && !muted && self->video)
    room_prompter_ask (&self->prompter);
}

void
room_track_subscribed (RoomTrack * self, gint64 now)
{
  if (self->video && room_gate_is_open (&self->gate))
    room_tally_subscribed (&self->tally, now);
}

gint64
room_track_get_deadline (RoomTrack * self)
{
  return room_tally_get_deadline (&self->tally);
}

void
room_track_tick (RoomTrack * self, gint64 now)
{
  room_prompter_tick (&self->prompter, now);
}

void
room_track_discard (RoomTrack * self)
{
  room_gate_discard (&self->gate);
  self->discard_id = add_probe (self, self->pad, DATA_PROBE, on_arrival);
}

void
room_track_shut (RoomTrack * self)
{
  room_gate_shut (&self->gate);
}

void
room_track_close (RoomTrack * self)
{
  self->closed = TRUE;
  /* What is inside may fail in any way while it stops. */
  room_gate_shut (&self->gate);
  life_listener_remove (self->end_listener);
}

void
room_track_dismantle (RoomTrack * self)
{
  if (self->arrival_id)
    gst_pad_remove_probe (self->pad, self->arrival_id);
  self->arrival_id = 0;
  if (self->branch) {
    /* Without a parser this is a pad of the ghost pad, and outlives us. */
    gst_pad_remove_probe (get_hold_pad (self), self->hold_id);
    gst_pad_remove_probe (get_hold_pad (self), self->flush_id);
    gst_pad_set_offset (get_hold_pad (self), 0);
  }
  room_prompter_set_pad (&self->prompter, NULL);
  g_clear_pointer (&self->branch, room_branch_free);
}

void
room_track_let_go (RoomTrack * self)
{
  room_track_dismantle (self);
  if (self->discard_id)
    gst_pad_remove_probe (self->pad, self->discard_id);
  self->discard_id = 0;
}
