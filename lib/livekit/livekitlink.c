/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitLink: the socket to a room.
 * Each dial has a record and a nest of its own, which both outlive the link:
 * what was cancelled calls back once more, and then finds the record without a
 * link. */

#include "livekit/livekitlink.h"

#include "life/lifedialfault.h"
#include "life/lifenest.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"
#include "livekit/livekiturl.h"

#include <libsoup/soup.h>

/* Of a refusal's text; the longest known one is a sentence and a token. */
#define LIVEKIT_LINK_MAX_BODY 4096

typedef struct
{
  LivekitLink *link;            /* NULL: let go, nobody listens */
  LifeNest *nest;
  guint pending;                /* operations that will call back */
  SoupSession *session;
  SoupMessage *message;
  GCancellable *cancellable;
  gchar *token;
  GSocket *socket;              /* raw, for an immediate end */
  SoupWebsocketConnection *connection;
  gpointer alive;               /* weak: the connection until it is no more */
  GError *error;                /* first of an open connection */
  GInputStream *body;
  gchar *text;
  guint status;
} LivekitDial;

struct _LivekitLink
{
  LivekitLinkFuncs funcs;
  gpointer user_data;
  gboolean ssl_strict;
  LivekitDial *dial;
};

static gboolean
livekit_dial_is_over (gpointer user_data)
{
  LivekitDial *self = user_data;

  return self->pending == 0 && self->alive == NULL;
}

static void
livekit_dial_free (gpointer user_data)
{
  LivekitDial *self = user_data;

  if (self->alive != NULL)
    g_object_remove_weak_pointer (self->alive, &self->alive);
  g_clear_object (&self->body);
  g_clear_object (&self->socket);
  g_clear_object (&self->message);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  g_free (self->token);
  g_free (self->text);
  g_free (self);
}

/* Ends what the dial is doing. Nothing is reported from here on, and the link
 * has no dial; the record goes when nothing is left that knows it. */
static void
livekit_dial_drop (LivekitDial * self)
{
  self->link->dial = NULL;
  self->link = NULL;
  g_cancellable_cancel (self->cancellable);
  /* A shutdown and no close: libsoup and the TLS library, which may be at work
   * in a thread, still own the descriptor. */
  if (self->socket != NULL)
    g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  life_nest_enter (self->nest);
  g_clear_object (&self->connection);
  life_nest_leave (self->nest);
  life_nest_close (self->nest, livekit_dial_is_over, livekit_dial_free, self);
}

/* GIO's and libsoup's errors as ours. Their texts hold no token: it travels in
 * a header, which no error quotes. */
static GError *
livekit_dial_new_error (LivekitDial * self, const GError * error)
{
  static const gint codes[] = {
    [LIFE_DIAL_FAULT_RESOLVE] = LIVEKIT_ERROR_RESOLVE,
    [LIFE_DIAL_FAULT_UNREACHABLE] = LIVEKIT_ERROR_UNREACHABLE,
    [LIFE_DIAL_FAULT_TLS] = LIVEKIT_ERROR_TLS,
  };
  GUri *uri = soup_message_get_uri (self->message);
  const gchar *host = g_uri_get_host (uri);
  g_autofree gchar *text = NULL;

  if (host == NULL)
    host = "the server";
  if (g_error_matches (error, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING)
      || error->domain == SOUP_WEBSOCKET_ERROR)
    return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "%s is not a room server: %s", host, error->message);
  LifeDialFault fault = life_dial_fault_read (error, host,
      g_uri_get_port (uri),
      soup_message_get_tls_peer_certificate_errors (self->message), &text);
  return g_error_new_literal (LIVEKIT_ERROR, codes[fault], text);
}

/* To the user the nest is not there. */
static void
livekit_dial_report_refused (LivekitDial * self, guint status,
    const gchar * body, const GError * error)
{
  LivekitLink *link = self->link;

  livekit_dial_drop (self);
  life_nest_step_out (self->nest);
  link->funcs.refused (status, body, error, link->user_data);
  life_nest_step_in (self->nest);
}

static void
on_network_event (SoupMessage * message, GSocketClientEvent event,
    GIOStream * stream, gpointer user_data)
{
  LivekitDial *self = user_data;

  if (event != G_SOCKET_CLIENT_CONNECTED || !G_IS_SOCKET_CONNECTION (stream))
    return;
  /* libsoup sets TCP_NODELAY itself. */
  g_set_object (&self->socket,
      g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)));
}

static gboolean
on_accept_certificate (SoupMessage * message, GTlsCertificate * certificate,
    GTlsCertificateFlags errors, gpointer user_data)
{
  LivekitDial *self = user_data;

  return self->link != NULL && !self->link->ssl_strict;
}

static SoupMessage *
livekit_dial_new_message (LivekitDial * self, GUri * uri)
{
  SoupMessage *message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  g_autofree gchar *bearer = g_strconcat ("Bearer ", self->token, NULL);

  soup_message_headers_replace (soup_message_get_request_headers (message),
      "Authorization", bearer);
  /* The token is for this host alone: never follow to another. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect (message, "accept-certificate",
      G_CALLBACK (on_accept_certificate), self);
  g_signal_connect (message, "network-event", G_CALLBACK (on_network_event),
      self);
  return message;
}

static void
on_body_read (GObject * source, GAsyncResult * result, gpointer user_data)
{
  LivekitDial *self = user_data;
  gsize length = 0;

  self->pending--;
  /* An error in the middle leaves the part that came; better than nothing. */
  g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length,
      NULL);
  self->text[length] = '\0';
  if (self->link == NULL)
    return;
  gboolean usable = length > 0 && g_utf8_validate (self->text, -1, NULL);
  livekit_dial_report_refused (self, self->status,
      usable ? self->text : NULL, NULL);
}

static void
on_validated (GObject * source, GAsyncResult * result, gpointer user_data)
{
  LivekitDial *self = user_data;

  self->pending--;
  g_signal_handlers_disconnect_by_data (self->message, self);
  self->body = soup_session_send_finish (SOUP_SESSION (source), result, NULL);
  if (self->link == NULL)
    return;
  /* Another status is about another thing: a full room is refused with 500
   * and found valid with 200. */
  if (self->body == NULL
      || soup_message_get_status (self->message) != self->status) {
    livekit_dial_report_refused (self, self->status, NULL, NULL);
    return;
  }
  self->text = g_malloc (LIVEKIT_LINK_MAX_BODY + 1);
  g_input_stream_read_all_async (self->body, self->text, LIVEKIT_LINK_MAX_BODY,
      G_PRIORITY_DEFAULT, self->cancellable, on_body_read, self);
  self->pending++;
}

/* libsoup throws the text of a refused upgrade away. The server says it again
 * at <route>/validate, to the same parameters. */
static void
livekit_dial_validate (LivekitDial * self)
{
  GUri *uri = soup_message_get_uri (self->message);
  const gchar *scheme = g_uri_get_scheme (uri);
  g_autofree gchar *path = g_strconcat (g_uri_get_path (uri), "/validate",
      NULL);
  g_autoptr (GUri) validate = g_uri_build (SOUP_HTTP_URI_FLAGS,
      g_str_equal (scheme, "wss") ? "https" : "http", NULL,
      g_uri_get_host (uri), g_uri_get_port (uri), path, g_uri_get_query (uri),
      NULL);

  g_object_unref (self->message);
  self->message = livekit_dial_new_message (self, validate);
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT,
      self->cancellable, on_validated, self);
  self->pending++;
}

static void
livekit_dial_handle_refusal (LivekitDial * self, const GError * error)
{
  self->status = soup_message_get_status (self->message);
  if (error->domain != SOUP_WEBSOCKET_ERROR
      || self->status == SOUP_STATUS_NONE
      || self->status == SOUP_STATUS_SWITCHING_PROTOCOLS) {
    g_autoptr (GError) ours = livekit_dial_new_error (self, error);
    livekit_dial_report_refused (self, 0, NULL, ours);
    return;
  }
  if (SOUP_STATUS_IS_REDIRECTION (self->status)) {
    const gchar *location = soup_message_headers_get_one
        (soup_message_get_response_headers (self->message), "Location");
    g_autofree gchar *shown =
        location != NULL ? livekit_url_redact (location) : NULL;
    livekit_dial_report_refused (self, self->status, shown, NULL);
    return;
  }
  livekit_dial_validate (self);
}

static void
on_message (SoupWebsocketConnection * connection, gint type, GBytes * message,
    gpointer user_data)
{
  LivekitDial *self = user_data;

  /* Text frames are the JSON form, which a server speaks only to a client
   * that began with it. */
  if (type != SOUP_WEBSOCKET_DATA_BINARY)
    return;
  life_nest_step_out (self->nest);
  self->link->funcs.message (message, self->link->user_data);
  life_nest_step_in (self->nest);
}

static void
on_error (SoupWebsocketConnection * connection, GError * error,
    gpointer user_data)
{
  LivekitDial *self = user_data;

  if (self->error == NULL)
    self->error = g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_LOST,
        "connection to the server lost: %s", error->message);
}

static void
on_closed (SoupWebsocketConnection * connection, gpointer user_data)
{
  LivekitDial *self = user_data;
  LivekitLink *link = self->link;
  gushort code = soup_websocket_connection_get_close_code (connection);

  if (self->error == NULL && code == 0)
    self->error = g_error_new_literal (LIVEKIT_ERROR, LIVEKIT_ERROR_LOST,
        "connection to the server lost");
  else if (self->error == NULL && code != SOUP_WEBSOCKET_CLOSE_NORMAL
      && code != SOUP_WEBSOCKET_CLOSE_NO_STATUS)
    self->error = g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_LOST,
        "the server closed the connection with code %u", code);
  livekit_dial_drop (self);
  life_nest_step_out (self->nest);
  link->funcs.closed (self->error, link->user_data);
  life_nest_step_in (self->nest);
}

static void
on_connected (GObject * source, GAsyncResult * result, gpointer user_data)
{
  LivekitDial *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result,
      &error);

  self->pending--;
  g_signal_handlers_disconnect_by_data (self->message, self);
  if (connection != NULL)
    g_set_weak_pointer (&self->alive, connection);
  if (self->link == NULL)
    return;
  if (connection == NULL) {
    livekit_dial_handle_refusal (self, error);
    return;
  }
  self->connection = g_steal_pointer (&connection);
  /* libsoup's own limit is 128 KiB; a join grows with participants. */
  soup_websocket_connection_set_max_incoming_payload_size (self->connection,
      LIVEKIT_MAX_RESPONSE);
  g_signal_connect (self->connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->connection, "error", G_CALLBACK (on_error), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
  life_nest_step_out (self->nest);
  self->link->funcs.opened (self->link->user_data);
  life_nest_step_in (self->nest);
}

LivekitLink *
livekit_link_new (const LivekitLinkFuncs * funcs, gpointer user_data)
{
  g_return_val_if_fail (funcs != NULL, NULL);

  LivekitLink *self = g_new0 (LivekitLink, 1);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->ssl_strict = TRUE;
  return self;
}

void
livekit_link_free (LivekitLink * self)
{
  g_return_if_fail (self != NULL);

  if (self->dial != NULL)
    livekit_dial_drop (self->dial);
  g_free (self);
}

void
livekit_link_set_ssl_strict (LivekitLink * self, gboolean strict)
{
  g_return_if_fail (self != NULL);

  self->ssl_strict = strict;
}

void
livekit_link_dial (LivekitLink * self, const gchar * uri, const gchar * token)
{
  g_return_if_fail (self != NULL && uri != NULL && token != NULL);

  g_autoptr (GUri) parsed = g_uri_parse (uri, SOUP_HTTP_URI_FLAGS, NULL);
  g_return_if_fail (parsed != NULL);

  if (self->dial != NULL)
    livekit_dial_drop (self->dial);
  LivekitDial *dial = g_new0 (LivekitDial, 1);
  self->dial = dial;
  dial->link = self;
  dial->nest = life_nest_new ();
  dial->token = g_strdup (token);
  dial->cancellable = g_cancellable_new ();
  life_nest_enter (dial->nest);
  /* A session of its own: nothing is shared with another dial, and a record
   * that was let go takes everything with it. */
  dial->session = soup_session_new ();
  soup_session_remove_feature_by_type (dial->session, SOUP_TYPE_AUTH_MANAGER);
  dial->message = livekit_dial_new_message (dial, parsed);
  soup_session_websocket_connect_async (dial->session, dial->message, NULL,
      NULL, G_PRIORITY_DEFAULT, dial->cancellable, on_connected, dial);
  dial->pending++;
  life_nest_leave (dial->nest);
}

void
livekit_link_send (LivekitLink * self, GBytes * message)
{
  g_return_if_fail (self != NULL && message != NULL);

  /* libsoup takes it for a bug when the close has begun, which the other end
   * may do at any time. */
  if (self->dial == NULL || self->dial->connection == NULL
      || soup_websocket_connection_get_state (self->dial->connection)
      != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  life_nest_enter (self->dial->nest);
  soup_websocket_connection_send_message (self->dial->connection,
      SOUP_WEBSOCKET_DATA_BINARY, message);
  life_nest_leave (self->dial->nest);
}

void
livekit_link_hang_up (LivekitLink * self)
{
  g_return_if_fail (self != NULL);

  if (self->dial == NULL)
    return;
  if (self->dial->connection == NULL) {
    livekit_dial_drop (self->dial);
    return;
  }
  life_nest_enter (self->dial->nest);
  if (soup_websocket_connection_get_state (self->dial->connection)
      == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->dial->connection,
        SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  life_nest_leave (self->dial->nest);
}
