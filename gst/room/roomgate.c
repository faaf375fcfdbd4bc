/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomGate: see roomgate.h. */

#include "roomgate.h"

void
room_gate_init (RoomGate * self, gboolean video)
{
  *self = (RoomGate) {
  .video = video,.key_wanted = video};
  life_lock_init (&self->lock);
}

void
room_gate_clear (RoomGate * self)
{
  life_lock_clear (&self->lock);
}

gboolean
room_gate_get_live (RoomGate * self, gboolean * live)
{
  life_lock_lock (&self->lock);
  gboolean known = self->live_known;
  *live = self->live;
  life_lock_unlock (&self->lock);
  return known;
}

void
room_gate_set_live (RoomGate * self, gboolean live)
{
  life_lock_lock (&self->lock);
  self->live_known = TRUE;
  self->live = live;
  life_lock_unlock (&self->lock);
}

RoomGateVerdict
room_gate_arrive (RoomGate * self)
{
  RoomGateVerdict verdict = ROOM_GATE_WAIT;

  life_lock_lock (&self->lock);
  if (self->shut) {
    verdict = ROOM_GATE_REFUSE;
  } else if (self->discarding) {
    verdict = ROOM_GATE_DROP;
  } else if (self->built) {
    verdict = ROOM_GATE_PASS;
  }
  life_lock_unlock (&self->lock);
  return verdict;
}

RoomGateVerdict
room_gate_hold (RoomGate * self, gboolean * first)
{
  RoomGateVerdict verdict = ROOM_GATE_PASS;

  *first = FALSE;
  life_lock_lock (&self->lock);
  if (self->shut) {
    verdict = ROOM_GATE_REFUSE;
  } else if (!self->live && !self->open && !self->discarding) {
    *first = !self->held;
    self->held = TRUE;
    verdict = ROOM_GATE_WAIT;
  }
  life_lock_unlock (&self->lock);
  return verdict;
}

RoomGateVerdict
room_gate_sift (RoomGate * self, gboolean delta)
{
  RoomGateVerdict verdict = ROOM_GATE_PASS;

  life_lock_lock (&self->lock);
  if (self->shut) {
    verdict = ROOM_GATE_REFUSE;
  } else if (self->discarding) {
    verdict = ROOM_GATE_DROP;
  } else if (!self->open) {
    self->dropped++;
    verdict = ROOM_GATE_DROP;
  } else if (self->muted || (self->key_wanted && delta)) {
    verdict = ROOM_GATE_DROP;
  } else {
    self->key_wanted = FALSE;
  }
  life_lock_unlock (&self->lock);
  return verdict;
}

void
room_gate_set_built (RoomGate * self)
{
  life_lock_lock (&self->lock);
  self->built = TRUE;
  life_lock_unlock (&self->lock);
}

void
room_gate_open (RoomGate * self)
{
  life_lock_lock (&self->lock);
  self->open = TRUE;
  self->held = FALSE;
  life_lock_unlock (&self->lock);
}

gboolean
room_gate_is_open (RoomGate * self)
{
  life_lock_lock (&self->lock);
  gboolean open = self->open;
  life_lock_unlock (&self->lock);
  return open;
}

gboolean
room_gate_is_built (RoomGate * self)
{
  life_lock_lock (&self->lock);
  gboolean built = self->built;
  life_lock_unlock (&self->lock);
  return built;
}

gboolean
room_gate_set_muted (RoomGate * self, gboolean muted)
{
  life_lock_lock (&self->lock);
  gboolean changed = self->muted != muted;
  self->muted = muted;
  if (muted)
    self->key_wanted = self->video;
  life_lock_unlock (&self->lock);
  return changed;
}

gboolean
room_gate_rewind (RoomGate * self)
{
  life_lock_lock (&self->lock);
  gboolean was_open = self->open && !self->live;
  if (was_open) {
    self->open = FALSE;
    self->key_wanted = self->video;
  }
  self->held = FALSE;
  life_lock_unlock (&self->lock);
  return was_open;
}

void
room_gate_discard (RoomGate * self)
{
  life_lock_lock (&self->lock);
  self->discarding = TRUE;
  life_lock_unlock (&self->lock);
}

gboolean
room_gate_is_discarding (RoomGate * self)
{
  life_lock_lock (&self->lock);
  gboolean discarding = self->discarding && !self->shut;
  life_lock_unlock (&self->lock);
  return discarding;
}

void
room_gate_shut (RoomGate * self)
{
  life_lock_lock (&self->lock);
  self->shut = TRUE;
  life_lock_unlock (&self->lock);
}

GstFlowReturn
room_gate_judge (RoomGate * self, GstFlowReturn flow)
{
  if (flow == GST_FLOW_OK)
    return flow;
  life_lock_lock (&self->lock);
  if (self->shut)
    flow = GST_FLOW_FLUSHING;
  else if (self->discarding)
    flow = GST_FLOW_OK;
  life_lock_unlock (&self->lock);
  return flow;
}

GstPadProbeReturn
room_gate_obey (RoomGateVerdict verdict, GstPadProbeInfo * info)
{
  switch (verdict) {
    case ROOM_GATE_PASS:
      return GST_PAD_PROBE_PASS;
    case ROOM_GATE_DROP:
      return GST_PAD_PROBE_DROP;
    case ROOM_GATE_WAIT:
      return GST_PAD_PROBE_OK;
    case ROOM_GATE_REFUSE:
      break;
  }
  /* Flushing, not an error: upstream stops without posting one of its own. */
  gst_mini_object_unref (info->data);
  info->data = NULL;
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_FLUSHING;
  return GST_PAD_PROBE_HANDLED;
}

guint64
room_gate_get_dropped (RoomGate * self)
{
  life_lock_lock (&self->lock);
  guint64 dropped = self->dropped;
  life_lock_unlock (&self->lock);
  return dropped;
}
