/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "webrun.h"

#include "livekit/livekitroommedia.h"

#include <string.h>

/* -- The server ------------------------------------------------------------- */

static void
on_event (const LivekitRoomEvent * event, gpointer user_data)
{
  WebRun *self = user_data;

  g_ptr_array_add (self->events, g_strdup_printf ("%s %s",
          livekit_room_event_type_get_name (event->type),
          event->participant != NULL ? event->participant : event->room));
  if (self->hear != NULL)
    self->hear (event);
}

WebRun *
web_run_new (void)
{
  return web_run_new_hasty (0);
}

WebRun *
web_run_new_hasty (guint request_timeout)
{
  WebRun *self = g_new0 (WebRun, 1);
  LivekitRoomConfig room_config = {
    .clock = g_get_real_time () - g_get_monotonic_time ()
  };

  self->keys = livekit_keys_new ();
  g_assert_true (livekit_keys_load_text (self->keys,
          WEB_RUN_KEY ": " WEB_RUN_SECRET, NULL));
  self->rooms = livekit_rooms_new (&room_config);
  self->events = g_ptr_array_new_with_free_func (g_free);
  LivekitServerConfig config = {.rooms = self->rooms,.keys = self->keys,
    .on_event = on_event,.user_data = self,
    .request_timeout = request_timeout
  };
  self->server = livekit_server_new (&config);
  g_assert_true (livekit_server_listen (self->server, "127.0.0.1", 0, NULL));
  self->session = soup_session_new ();
  return self;
}

void
web_run_free (WebRun * self)
{
  soup_session_abort (self->session);
  g_object_unref (self->session);
  livekit_server_free (self->server);
  livekit_rooms_free (self->rooms);
  livekit_keys_free (self->keys);
  g_ptr_array_unref (self->events);
  g_free (self);
}

void
web_run_answer (SoupServerMessage * message, const gchar * text)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY,
      text, strlen (text));
}

gchar *
web_run_join (WebRun * self, const gchar * room, const gchar * identity)
{
  LivekitToken *token = livekit_token_new ();

  token->identity = g_strdup (identity);
  token->grants.room_join = 1;
  token->grants.room = g_strdup (room);
  gchar *sid = livekit_rooms_join (self->rooms, livekit_entry_new_quiet (token),
      g_get_monotonic_time (), NULL);
  g_assert_nonnull (sid);
  livekit_server_pump (self->server);
  return sid;
}

gchar *
web_run_publish (WebRun * self, const gchar * room, const gchar * sid,
    const gchar * name, gboolean video)
{
  LivekitRoom *found = livekit_rooms_find (self->rooms, room);
  LivekitTrackRequest request = {.cid = (gchar *) name,.name = (gchar *) name,
    .video = video,.source = video ? LIVEKIT_SOURCE_CAMERA
        : LIVEKIT_SOURCE_MICROPHONE
  };

  gchar *track = g_strdup (livekit_room_media_publish (found, sid, &request));
  g_assert_nonnull (track);
  livekit_room_media_live (found, sid, track,
      video ? "video/H264" : "audio/opus", name);
  livekit_server_pump (self->server);
  return track;
}

/* -- Tokens ----------------------------------------------------------------- */

static void
grant (LivekitGrants * grants, const gchar * word)
{
  gint value = *word != '!';
  const gchar *name = value ? word : word + 1;
  const struct
  {
    const gchar *name;
    gint *value;
  } all[] = {
    {"roomJoin", &grants->room_join},
    {"roomAdmin", &grants->room_admin},
    {"roomCreate", &grants->room_create},
    {"roomList", &grants->room_list},
    {"canPublish", &grants->can_publish},
    {"canSubscribe", &grants->can_subscribe},
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    if (g_str_equal (all[i].name, name)) {
      *all[i].value = value;
      return;
    }
  }
  g_error ("no grant %s", name);
}

gchar *
web_run_mint (const gchar * identity, const gchar * room, const gchar * grants)
{
  g_autoptr (LivekitToken) token = livekit_token_new ();
  g_auto (GStrv) words = g_strsplit (grants, " ", -1);

  token->key = g_strdup (WEB_RUN_KEY);
  token->identity = g_strdup (identity);
  token->grants.room = g_strdup (room);
  for (guint i = 0; words[i] != NULL; i++)
    grant (&token->grants, words[i]);
  gchar *jwt = livekit_token_mint (token, WEB_RUN_SECRET,
      g_get_real_time () / G_TIME_SPAN_SECOND, NULL);
  g_assert_nonnull (jwt);
  return jwt;
}

/* -- The client ------------------------------------------------------------- */

static gboolean
on_wake (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
web_run_iterate (void)
{
  guint wake = g_timeout_add_seconds (1, on_wake, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
}

static void
on_answered (GObject * source, GAsyncResult * result, gpointer user_data)
{
  GBytes **body = user_data;
  g_autoptr (GError) error = NULL;

  *body = soup_session_send_and_read_finish (SOUP_SESSION (source), result,
      &error);
  /* The connection was cut: status 0. */
  if (*body == NULL)
    *body = g_bytes_new_static ("", 0);
}

static SoupMessage *
build (WebRun * self, const WebRequest * request)
{
  g_autofree gchar *uri = g_strdup_printf ("http://127.0.0.1:%u%s",
      livekit_server_get_port (self->server),
      request->path != NULL ? request->path : "/");
  SoupMessage *message = soup_message_new (request->method != NULL
      ? request->method : "GET", uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  if (request->token != NULL) {
    g_autofree gchar *value = g_strconcat ("Bearer ", request->token, NULL);
    soup_message_headers_replace (headers, "Authorization", value);
  }
  for (guint i = 0; request->headers[i] != NULL; i += 2)
    soup_message_headers_replace (headers, request->headers[i],
        request->headers[i + 1]);
  if (request->body != NULL) {
    g_autoptr (GBytes) body = g_bytes_new (request->body,
        request->size > 0 ? request->size : strlen (request->body));
    soup_message_set_request_body_from_bytes (message, request->type, body);
  }
  return message;
}

WebAnswer *
web_run_ask (WebRun * self, const WebRequest * request)
{
  g_autoptr (SoupMessage) message = build (self, request);
  GBytes *body = NULL;

  soup_session_send_and_read_async (self->session, message, 0, NULL,
      on_answered, &body);
  WEB_RUN_WAIT (body != NULL);
  WebAnswer *answer = g_new0 (WebAnswer, 1);
  answer->status = soup_message_get_status (message);
  answer->size = g_bytes_get_size (body);
  answer->text = g_strndup (answer->size > 0 ? g_bytes_get_data (body, NULL)
      : "", answer->size);
  if (answer->size > 0)
    memcpy (answer->text, g_bytes_get_data (body, NULL), answer->size);
  answer->headers = soup_message_headers_ref
      (soup_message_get_response_headers (message));
  g_bytes_unref (body);
  return answer;
}

void
web_run_outlast (WebRun * self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) silent =
      g_socket_client_connect_to_host (client, "127.0.0.1",
      livekit_server_get_port (self->server), NULL, NULL);

  g_assert_nonnull (silent);
  GSocket *socket = g_socket_connection_get_socket (silent);
  WEB_RUN_WAIT (g_socket_condition_check (socket, G_IO_IN) != 0);
}

const gchar *
web_answer_get_header (const WebAnswer * self, const gchar * name)
{
  return soup_message_headers_get_list (self->headers, name);
}

void
web_answer_free (WebAnswer * self)
{
  g_free (self->text);
  soup_message_headers_unref (self->headers);
  g_free (self);
}
