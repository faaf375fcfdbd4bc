/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitsockets.h"

#include <string.h>

/* The part of an IPv6 address that one network has for itself. */
#define NETWORK_SIZE 8

typedef struct
{
  LivekitSockets *owner;
  GSocketConnection *stream;    /* not owned: who serves it has it */
  GSocketAddress *remote;
  GSource *timer;               /* while a request is awaited; or NULL */
} OpenSocket;

struct _LivekitSockets
{
  GMainContext *context;
  guint timeout;
  guint max;
  GPtrArray *open;              /* of OpenSocket */
};

static void
clear_timer (OpenSocket * socket)
{
  if (socket->timer != NULL)
    g_source_destroy (socket->timer);
  g_clear_pointer (&socket->timer, g_source_unref);
}

static void
cut (OpenSocket * socket)
{
  clear_timer (socket);
  g_socket_shutdown (g_socket_connection_get_socket (socket->stream), TRUE,
      TRUE, NULL);
}

static void
on_stream_gone (gpointer data, GObject * stream)
{
  OpenSocket *socket = data;

  socket->stream = NULL;
  g_ptr_array_remove_fast (socket->owner->open, socket);
}

static void
open_socket_free (gpointer data)
{
  OpenSocket *socket = data;

  clear_timer (socket);
  if (socket->stream != NULL)
    g_object_weak_unref (G_OBJECT (socket->stream), on_stream_gone, socket);
  g_object_unref (socket->remote);
  g_free (socket);
}

static gboolean
on_timeout (gpointer data)
{
  cut (data);
  return G_SOURCE_REMOVE;
}

static void
await_request (OpenSocket * socket)
{
  clear_timer (socket);
  socket->timer = g_timeout_source_new (socket->owner->timeout);
  g_source_set_static_name (socket->timer, "livekit-sockets-request");
  g_source_set_callback (socket->timer, on_timeout, socket, NULL);
  g_source_attach (socket->timer, socket->owner->context);
}

static OpenSocket *
find (LivekitSockets * self, GSocketAddress * remote)
{
  for (guint i = 0; i < self->open->len; i++) {
    OpenSocket *socket = self->open->pdata[i];
    if (socket->remote == remote)
      return socket;
  }
  return NULL;
}

/* Whoever has one address of a network of IPv6 has them all. IPv4 in IPv6 is
 * not such a network. */
static gboolean
is_same_host (GSocketAddress * one, GSocketAddress * other)
{
  static const guint8 mapped[NETWORK_SIZE] = { 0 };
  GInetAddress *a = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS
      (one));
  GInetAddress *b = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS
      (other));
  const guint8 *bytes = g_inet_address_to_bytes (a);

  if (g_inet_address_get_family (a) != G_SOCKET_FAMILY_IPV6
      || g_inet_address_get_family (b) != G_SOCKET_FAMILY_IPV6
      || memcmp (bytes, mapped, NETWORK_SIZE) == 0)
    return g_inet_address_equal (a, b);
  return memcmp (bytes, g_inet_address_to_bytes (b), NETWORK_SIZE) == 0;
}

/* When half of all wait for a request from the host of @remote, the one that
 * has waited longest is cut: a host cannot keep others out by saying nothing,
 * nor itself. */
static void
make_room (LivekitSockets * self, GSocketAddress * remote)
{
  OpenSocket *oldest = NULL;
  guint waiting = 0;

  for (guint i = 0; i < self->open->len; i++) {
    OpenSocket *each = self->open->pdata[i];
    if (each->timer == NULL || !is_same_host (each->remote, remote))
      continue;
    waiting++;
    if (oldest == NULL || g_source_get_ready_time (each->timer)
        < g_source_get_ready_time (oldest->timer))
      oldest = each;
  }
  if (waiting > 0 && waiting >= self->max / 2)
    cut (oldest);
}

LivekitSockets *
livekit_sockets_new (guint timeout, guint max)
{
  LivekitSockets *self = g_new0 (LivekitSockets, 1);

  self->context = g_main_context_ref_thread_default ();
  self->timeout = timeout;
  self->max = max;
  self->open = g_ptr_array_new_with_free_func (open_socket_free);
  return self;
}

void
livekit_sockets_free (LivekitSockets * self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->open->len; i++)
    cut (self->open->pdata[i]);
  g_ptr_array_unref (self->open);
  g_main_context_unref (self->context);
  g_free (self);
}

gboolean
livekit_sockets_add (LivekitSockets * self, GSocketConnection * stream,
    GSocketAddress * remote)
{
  g_return_val_if_fail (self != NULL && stream != NULL && remote != NULL,
      FALSE);

  if (self->open->len >= self->max)
    return FALSE;
  make_room (self, remote);
  OpenSocket *socket = g_new0 (OpenSocket, 1);
  socket->owner = self;
  socket->stream = stream;
  socket->remote = g_object_ref (remote);
  g_object_weak_ref (G_OBJECT (stream), on_stream_gone, socket);
  g_ptr_array_add (self->open, socket);
  await_request (socket);
  return TRUE;
}

void
livekit_sockets_await (LivekitSockets * self, GSocketAddress * remote)
{
  g_return_if_fail (self != NULL);

  OpenSocket *socket = find (self, remote);
  if (socket != NULL)
    await_request (socket);
}

void
livekit_sockets_relax (LivekitSockets * self, GSocketAddress * remote)
{
  g_return_if_fail (self != NULL);

  OpenSocket *socket = find (self, remote);
  if (socket != NULL)
    clear_timer (socket);
}

void
livekit_sockets_cut (LivekitSockets * self, GSocketAddress * remote)
{
  g_return_if_fail (self != NULL);

  OpenSocket *socket = find (self, remote);
  if (socket != NULL)
    cut (socket);
}

guint
livekit_sockets_get_count (LivekitSockets * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->open->len;
}
