/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomPrompter: see roomprompter.h. */

#include "roomprompter.h"

#include <gst/video/video.h>

#include "roomadvice.h"

void
room_prompter_init (RoomPrompter * self, GstBin * bin, GstPad * named,
    RoomTally * tally)
{
  *self = (RoomPrompter) {
  .bin = bin,.named = named,.tally = tally};
}

void
room_prompter_set_pad (RoomPrompter * self, GstPad * pad)
{
  self->pad = pad;
}

static void
warn (RoomPrompter * self)
{
  if (!self->warned)
    room_advice_no_key_units (self->bin, self->named);
  self->warned = TRUE;
}

void
room_prompter_ask (RoomPrompter * self)
{
  if (!self->pad)
    return;
  /* A pad that is being flushed refuses them, which says nothing of upstream. */
  if (!gst_pad_push_event (self->pad,
          gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE,
              TRUE, 0)) && !room_tally_is_stalled (self->tally))
    warn (self);
}

void
room_prompter_tick (RoomPrompter * self, gint64 now)
{
  if (room_tally_tick (self->tally, now))
    room_prompter_ask (self);
  if (room_tally_is_ignored (self->tally, now))
    warn (self);
}
