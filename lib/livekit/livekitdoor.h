/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitDoor: waits for the first byte of each connection. Who begins with TLS
 * is told at once that it is not spoken here; a parser of HTTP would wait for
 * the end of a line. How long anybody waits is not its affair. One context. */
#pragma once

#include <gio/gio.h>

typedef struct _LivekitDoor LivekitDoor;

/* It speaks, and nothing of what it said is taken. */
typedef void (*LivekitDoorOpened) (GSocketConnection *stream,
    GSocketAddress *remote, gpointer user_data);

/* Watches in the thread-default context. */
LivekitDoor *livekit_door_new (LivekitDoorOpened opened, gpointer user_data);
/* Who waits is let go. */
void livekit_door_free (LivekitDoor *self);

/* Keeps @stream until it speaks or ends. */
void livekit_door_wait (LivekitDoor *self, GSocketConnection *stream,
    GSocketAddress *remote);

guint livekit_door_get_count (LivekitDoor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitDoor, livekit_door_free)
