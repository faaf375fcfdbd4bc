/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomTime: the pipeline's time as a room needs it. The pipeline's stands still
 * while it is paused, a room's does not: it is ahead by the lapse, all that was
 * paused since the first PLAYING. Packets are stamped with the room's time, or
 * those after a pause would look late to every subscriber. Loop only. */
#pragma once

#include <gst/gst.h>

typedef enum {
  ROOM_TIME_PAUSED,
  ROOM_TIME_RESUMING,           /* the base time is set, nothing flows yet */
  ROOM_TIME_PLAYING,
} RoomTimeState;

/* Embedded. */
typedef struct {
  GstElement *element;          /* borrowed */
  RoomTimeState state;
  GstClock *clock;              /* that origin is a time of; NULL: none yet */
  gint64 origin;                /* of the room's time */
  gint64 lapse;
} RoomTime;

void room_time_init (RoomTime *self, GstElement *element);
void room_time_clear (RoomTime *self);

/* Resuming brings the lapse up to date. */
void room_time_set_state (RoomTime *self, RoomTimeState state);
/* The pipeline's running time in ns, also while it is paused. */
gint64 room_time_get_running (RoomTime *self);
/* In ns; never goes back. */
gint64 room_time_get_lapse (RoomTime *self);
