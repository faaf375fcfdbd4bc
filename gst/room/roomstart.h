/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomStart: when the files of one room begin, and by how much their time is
 * moved. All begin together with one common offset, so that they stay in step
 * however long the room was awaited; after a flush they do so again. No clock,
 * no pad; one thread. */
#pragma once

#include <glib.h>

/* How long those that are ready wait for those that have no data yet. */
#define ROOM_START_PATIENCE (500 * G_TIME_SPAN_MILLISECOND)

typedef struct _RoomStart RoomStart;

/* @member may begin; its time is moved by @offset (ns). */
typedef void (*RoomStartFunc) (gpointer member, gint64 offset,
    gpointer user_data);

RoomStart *room_start_new (RoomStartFunc begin, gpointer user_data);
void room_start_free (RoomStart *self);

void room_start_add (RoomStart *self, gpointer member);
void room_start_remove (RoomStart *self, gpointer member);

/* Its first buffer waits; @running_time (ns) is that buffer's. */
void room_start_held (RoomStart *self, gpointer member,
    gint64 running_time, gint64 now);
/* The room can take it. */
void room_start_ready (RoomStart *self, gpointer member, gint64 now);
/* It was flushed: the next buffer waits again. */
void room_start_rewound (RoomStart *self, gpointer member);

/* When to call check() at the latest; -1: no need. */
gint64 room_start_get_deadline (RoomStart *self);
/* Begins what can begin. @running_time (ns) is the pipeline's at @now (us). */
void room_start_check (RoomStart *self, gint64 now, gint64 running_time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomStart, room_start_free)
