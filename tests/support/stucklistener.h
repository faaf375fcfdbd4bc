/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* StuckListener: a TCP port of 127.0.0.1 where nothing moves, for tests.
 * Either connecting hangs, or what connects is read and never answered. */
#pragma once

#include <gio/gio.h>

typedef struct _StuckListener StuckListener;

/* Called in the listener's thread with the first bytes of a connection, which
 * it may close. */
typedef void (*StuckListenerFunc) (GSocket *socket, const gchar *head,
    gpointer user_data);

/* The backlog is full: a connect neither fails nor succeeds. */
StuckListener *stuck_listener_new_full (void);
/* Connects, and no byte comes back. @func may be NULL. */
StuckListener *stuck_listener_new_mute (StuckListenerFunc func,
    gpointer user_data);
void stuck_listener_free (StuckListener *self);
guint16 stuck_listener_get_port (StuckListener *self);

/* How many sockets of this machine wait for an answer of @port to their
 * SYN. */
guint stuck_listener_count_connecting (guint16 port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StuckListener, stuck_listener_free)
