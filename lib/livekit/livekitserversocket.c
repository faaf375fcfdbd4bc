/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitserversocket.h"

#include "livekit/livekitdebug.h"
#include "livekit/livekitlimits.h"
#include "livekit/livekitprotojson.h"
#include "livekit/livekitsignal.h"

#include <string.h>

/* One ping of the WebSocket's own, in seconds: livekit-server's. */
#define KEEPALIVE 10

struct _LivekitServerSocket
{
  SoupWebsocketConnection *connection;
  LivekitServerSocketFuncs funcs;
  gpointer user_data;
  gboolean text;                /* what the client spoke last */
  gsize unheard;                /* bytes said since the last pong */
};

static void
on_message (SoupWebsocketConnection * connection, gint type, GBytes * message,
    gpointer user_data)
{
  LivekitServerSocket *self = user_data;

  self->text = type == SOUP_WEBSOCKET_DATA_TEXT;
  if (!self->text) {
    self->funcs.said (message, self->user_data);
    return;
  }
  gsize size;
  const gchar *text = g_bytes_get_data (message, &size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) request = livekit_proto_json_parse
      (&livekit__signal_request__descriptor, text != NULL ? text : "", size,
      &error);
  if (request == NULL)
    GST_DEBUG ("%p: %s", self, error->message);
  self->funcs.said (request, self->user_data);
}

static void
on_pong (SoupWebsocketConnection * connection, GBytes * message,
    gpointer user_data)
{
  ((LivekitServerSocket *) user_data)->unheard = 0;
}

static void
on_closed (SoupWebsocketConnection * connection, gpointer user_data)
{
  LivekitServerSocket *self = user_data;

  self->funcs.closed (self->user_data);
}

LivekitServerSocket *
livekit_server_socket_new (SoupWebsocketConnection * connection,
    const LivekitServerSocketFuncs * funcs, gpointer user_data)
{
  g_return_val_if_fail (connection != NULL && funcs != NULL, NULL);

  LivekitServerSocket *self = g_new0 (LivekitServerSocket, 1);
  self->connection = g_object_ref (connection);
  self->funcs = *funcs;
  self->user_data = user_data;
  soup_websocket_connection_set_max_incoming_payload_size (connection,
      LIVEKIT_MAX_REQUEST);
  soup_websocket_connection_set_keepalive_interval (connection, KEEPALIVE);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (connection, "pong", G_CALLBACK (on_pong), self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  return self;
}

void
livekit_server_socket_free (LivekitServerSocket * self)
{
  if (self == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_object_unref (self->connection);
  g_free (self);
}

/* NULL: we made it ourselves, but it is too large. */
static GBytes *
write_text (GBytes * response, GError ** error)
{
  g_autoptr (Livekit__SignalResponse) message =
      livekit_signal_parse_response (response, error);
  if (message == NULL)
    return NULL;
  gchar *json = livekit_proto_json_write (&message->base,
      LIVEKIT_PROTO_JSON_SHORT);
  return g_bytes_new_take (json, strlen (json));
}

gboolean
livekit_server_socket_say (LivekitServerSocket * self, GBytes * response)
{
  g_return_val_if_fail (self != NULL && response != NULL, FALSE);

  if (self->unheard > LIVEKIT_MAX_UNHEARD
      || soup_websocket_connection_get_state (self->connection)
      != SOUP_WEBSOCKET_STATE_OPEN)
    return TRUE;

  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = self->text ? write_text (response, &error)
      : g_bytes_ref (response);
  if (bytes == NULL) {
    GST_WARNING ("%p: not said: %s", self, error->message);
    return TRUE;
  }
  soup_websocket_connection_send_message (self->connection, self->text
      ? SOUP_WEBSOCKET_DATA_TEXT : SOUP_WEBSOCKET_DATA_BINARY, bytes);
  self->unheard += g_bytes_get_size (bytes);
  return self->unheard <= LIVEKIT_MAX_UNHEARD;
}

void
livekit_server_socket_close (LivekitServerSocket * self, gushort code)
{
  g_return_if_fail (self != NULL);

  if (soup_websocket_connection_get_state (self->connection)
      == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->connection, code, NULL);
}
