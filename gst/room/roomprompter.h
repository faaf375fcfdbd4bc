/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomPrompter: asks upstream for key frames on behalf of one track, and says
 * once when it gets none. When to ask is the tally's matter. Embedded; for the
 * loop only. */
#pragma once

#include "roomtally.h"

typedef struct {
  GstBin *bin;                  /* not owned, like all here */
  GstPad *named;                /* whom a warning names */
  RoomTally *tally;
  GstPad *pad;                  /* NULL: nobody to ask */
  gboolean warned;
} RoomPrompter;

void room_prompter_init (RoomPrompter *self, GstBin *bin, GstPad *named,
    RoomTally *tally);
/* The sink pad from which the questions go upstream; NULL when it is about to
 * go. */
void room_prompter_set_pad (RoomPrompter *self, GstPad *pad);

void room_prompter_ask (RoomPrompter *self);
/* Asks if it is time, and looks whether the questions are heard. */
void room_prompter_tick (RoomPrompter *self, gint64 now);
