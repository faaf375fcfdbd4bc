/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomTimer: calls a function in a loop when a moment has come.
 * One moment at a time, set again as often as need be. Loop only. */
#pragma once

#include "life/lifeloop.h"

typedef struct _RoomTimer RoomTimer;

typedef void (*RoomTimerFunc) (gint64 now, gpointer user_data);

RoomTimer *room_timer_new (LifeLoop *loop, RoomTimerFunc func,
    gpointer user_data);
/* Not called any more. Also inside the function. */
void room_timer_free (RoomTimer *self);

/* Monotonic microseconds; in the past: at once; -1: never. */
void room_timer_set (RoomTimer *self, gint64 at);

/* The earlier of two moments, -1 standing for never. */
gint64 room_timer_earlier (gint64 a, gint64 b);
