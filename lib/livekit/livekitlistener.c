/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitListener: in place of a GSocketService, which has a backlog of ten and
 * tries again at once, for ever and with a line each time, when it cannot take
 * a connection. */
#include "livekit/livekitlistener.h"

#include "life/lifethrottle.h"
#include "livekit/livekitdebug.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

/* From one that could not be taken to the next try, in milliseconds. */
#define REST_TIME 200
/* What is wrong is said once in this time. */
#define WARN_TIME G_TIME_SPAN_MINUTE

struct _LivekitListener
{
  LivekitListenerTaken taken;
  gpointer user_data;
  GMainContext *context;
  GSocket *socket;              /* NULL: not open */
  guint16 port;
  GSource *source;              /* of the socket, or of a rest */
  LifeThrottle warnings;
};

static void watch (LivekitListener * self);

static void
clear_source (LivekitListener * self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static gboolean
on_rested (gpointer data)
{
  watch (data);
  return G_SOURCE_REMOVE;
}

/* Who wants to connect waits in the backlog meanwhile. */
static void
rest (LivekitListener * self, const GError * error)
{
  guint held = 0;

  if (life_throttle_pass (&self->warnings, 1, WARN_TIME,
          g_get_monotonic_time (), &held))
    GST_WARNING ("%p: %s (%u times more before)", self, error->message, held);
  clear_source (self);
  self->source = g_timeout_source_new (REST_TIME);
  g_source_set_static_name (self->source, "livekit-listener-rest");
  g_source_set_callback (self->source, on_rested, self, NULL);
  g_source_attach (self->source, self->context);
}

static gboolean
on_readable (GSocket * socket, GIOCondition condition, gpointer data)
{
  LivekitListener *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) near = g_socket_accept (socket, NULL, &error);

  if (near == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
      rest (self, error);
      return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
  }
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (near, NULL);
  g_autoptr (GSocketConnection) stream =
      g_socket_connection_factory_create_connection (near);
  /* It may be gone before we come to it. */
  if (remote != NULL)
    self->taken (stream, remote, self->user_data);
  return G_SOURCE_CONTINUE;
}

static void
watch (LivekitListener * self)
{
  clear_source (self);
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_static_name (self->source, "livekit-listener");
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->source, self->context);
}

LivekitListener *
livekit_listener_new (LivekitListenerTaken taken, gpointer user_data)
{
  g_return_val_if_fail (taken != NULL, NULL);

  LivekitListener *self = g_new0 (LivekitListener, 1);
  self->taken = taken;
  self->user_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  return self;
}

void
livekit_listener_free (LivekitListener * self)
{
  if (self == NULL)
    return;

  livekit_listener_close (self);
  g_main_context_unref (self->context);
  g_free (self);
}

static gboolean
bind_and_listen (LivekitListener * self, GSocket * socket,
    GSocketAddress * address, GError ** error)
{
  if (!g_socket_bind (socket, address, TRUE, error))
    return FALSE;
  g_socket_set_listen_backlog (socket, LIVEKIT_BACKLOG);
  if (!g_socket_listen (socket, error))
    return FALSE;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, error);
  if (local == NULL)
    return FALSE;
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
  return TRUE;
}

gboolean
livekit_listener_open (LivekitListener * self, const gchar * address,
    guint16 port, GError ** error)
{
  g_return_val_if_fail (self != NULL && address != NULL, FALSE);
  g_return_val_if_fail (self->socket == NULL, FALSE);

  g_autoptr (GSocketAddress) wanted =
      g_inet_socket_address_new_from_string (address, port);
  if (wanted == NULL) {
    g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_URL,
        "cannot listen at \"%s\": not an IP address", address);
    return FALSE;
  }
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family
      (wanted), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL || !bind_and_listen (self, socket, wanted, error))
    return FALSE;
  g_socket_set_blocking (socket, FALSE);
  /* Inherited by all: an answer does not wait for that before it. */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  self->socket = g_steal_pointer (&socket);
  watch (self);
  return TRUE;
}

guint16
livekit_listener_get_port (LivekitListener * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->port;
}

void
livekit_listener_close (LivekitListener * self)
{
  g_return_if_fail (self != NULL);

  clear_source (self);
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
}
