/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitListener: takes the connections that come to an address, one by one,
 * and rests when it has no descriptor for another. How many there may be is not
 * its affair. One context. */
#pragma once

#include <gio/gio.h>

typedef struct _LivekitListener LivekitListener;

typedef void (*LivekitListenerTaken) (GSocketConnection *stream,
    GSocketAddress *remote, gpointer user_data);

/* Takes them in the thread-default context. */
LivekitListener *livekit_listener_new (LivekitListenerTaken taken,
    gpointer user_data);
void livekit_listener_free (LivekitListener *self);

/* Once. @address: an IP address; @port 0: any. FALSE and @error (G_IO_ERROR,
 * or LIVEKIT_ERROR_URL for what is no address). */
gboolean livekit_listener_open (LivekitListener *self, const gchar *address,
    guint16 port, GError **error);
guint16 livekit_listener_get_port (LivekitListener *self);
/* Nobody can connect any more. */
void livekit_listener_close (LivekitListener *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitListener, livekit_listener_free)
