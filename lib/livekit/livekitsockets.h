/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitSockets: the connections that a server has accepted, how many there
 * are, and how long each may take for a request. It reads and writes nothing.
 * One context. A connection is known by its remote address, the very object
 * that it was added with, and forgotten when it is finalized. */
#pragma once

#include <gio/gio.h>

typedef struct _LivekitSockets LivekitSockets;

/* @timeout: ms, for one request; timers run in the thread-default context.
 * @max: how many there may be. */
LivekitSockets *livekit_sockets_new (guint timeout, guint max);
/* Cuts all. */
void livekit_sockets_free (LivekitSockets *self);

/* A request is awaited. FALSE: there are too many. A host of which a request is
 * awaited on half of them loses the one that has waited longest. @stream is not
 * kept alive. @remote: of IP. */
gboolean livekit_sockets_add (LivekitSockets *self, GSocketConnection *stream,
    GSocketAddress *remote);

/* From now on another request may come; one is complete, and nothing is
 * awaited. Nothing happens for an unknown @remote. */
void livekit_sockets_await (LivekitSockets *self, GSocketAddress *remote);
void livekit_sockets_relax (LivekitSockets *self, GSocketAddress *remote);
/* Its owner sees the end of the stream. */
void livekit_sockets_cut (LivekitSockets *self, GSocketAddress *remote);

guint livekit_sockets_get_count (LivekitSockets *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitSockets, livekit_sockets_free)
