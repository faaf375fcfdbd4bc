/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitdoor.h"

#include <string.h>
#include <sys/socket.h>

/* The first byte of a handshake record (RFC 8446, 5.1). No method of HTTP
 * begins so. */
#define TLS_HANDSHAKE 0x16
/* More than any hello is. */
#define HELLO_SIZE 16384

#define NOT_SPOKEN "HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\n" \
    "TLS is not spoken here\n"

typedef struct
{
  LivekitDoor *door;
  GSocketConnection *stream;
  GSocketAddress *remote;
  GSource *source;
} Guest;

struct _LivekitDoor
{
  LivekitDoorOpened opened;
  gpointer user_data;
  GMainContext *context;
  GPtrArray *guests;            /* of Guest */
};

static void
guest_free (gpointer data)
{
  Guest *guest = data;

  g_source_destroy (guest->source);
  g_source_unref (guest->source);
  g_object_unref (guest->stream);
  g_object_unref (guest->remote);
  g_free (guest);
}

/* His hello is taken first: with it unread, our end of the connection would
 * destroy the answer. */
static void
turn_away (gint fd)
{
  gchar hello[HELLO_SIZE];

  if (recv (fd, hello, sizeof hello, MSG_DONTWAIT) > 0)
    (void) !send (fd, NOT_SPOKEN, strlen (NOT_SPOKEN),
        MSG_DONTWAIT | MSG_NOSIGNAL);
}

static gboolean
on_readable (GSocket * socket, GIOCondition condition, gpointer data)
{
  Guest *guest = data;
  LivekitDoor *self = guest->door;
  gint fd = g_socket_get_fd (socket);
  gchar first = 0;
  gssize size = recv (fd, &first, 1, MSG_PEEK | MSG_DONTWAIT);

  if (size < 0 && (condition & (G_IO_HUP | G_IO_ERR)) == 0)
    return G_SOURCE_CONTINUE;
  g_autoptr (GSocketConnection) stream = g_object_ref (guest->stream);
  g_autoptr (GSocketAddress) remote = g_object_ref (guest->remote);
  g_ptr_array_remove_fast (self->guests, guest);
  if (size == 1 && first == TLS_HANDSHAKE)
    turn_away (fd);
  else if (size == 1)
    self->opened (stream, remote, self->user_data);
  return G_SOURCE_REMOVE;
}

LivekitDoor *
livekit_door_new (LivekitDoorOpened opened, gpointer user_data)
{
  g_return_val_if_fail (opened != NULL, NULL);

  LivekitDoor *self = g_new0 (LivekitDoor, 1);
  self->opened = opened;
  self->user_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  self->guests = g_ptr_array_new_with_free_func (guest_free);
  return self;
}

void
livekit_door_free (LivekitDoor * self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->guests);
  g_main_context_unref (self->context);
  g_free (self);
}

void
livekit_door_wait (LivekitDoor * self, GSocketConnection * stream,
    GSocketAddress * remote)
{
  g_return_if_fail (self != NULL && stream != NULL && remote != NULL);

  Guest *guest = g_new0 (Guest, 1);
  guest->door = self;
  guest->stream = g_object_ref (stream);
  guest->remote = g_object_ref (remote);
  guest->source = g_socket_create_source (g_socket_connection_get_socket
      (stream), G_IO_IN, NULL);
  g_source_set_static_name (guest->source, "livekit-door");
  g_source_set_callback (guest->source, G_SOURCE_FUNC (on_readable), guest,
      NULL);
  g_source_attach (guest->source, self->context);
  g_ptr_array_add (self->guests, guest);
}

guint
livekit_door_get_count (LivekitDoor * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->guests->len;
}
