/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverfeed.h"

#include "livekit/livekitverify.h"
#include "serveraccess.h"
#include "serverdebug.h"
#include "serverhttp.h"
#include "serversnapshot.h"

#include <string.h>

#define METHODS "GET"

/* What happens together is told together. */
#define GATHER_MS 20

#define RETRY_AFTER "5"

typedef struct
{
  ServerFeed *feed;
  SoupServerMessage *message;
  gchar *room;                  /* NULL: the list */
  gchar *told;                  /* the last snapshot */
  gboolean writing;             /* a chunk is not written yet */
  gboolean stale;               /* there is something newer */
  gint64 since;                 /* when the last chunk was given */
} Listener;

struct _ServerFeed
{
  ServerFeedConfig config;
  GPtrArray *listeners;         /* of Listener */
  GMainContext *context;
  GSource *gather;              /* until a change is told; NULL: none */
  GSource *heartbeat;           /* while someone listens */
  gboolean closed;
};

static void
clear_source (GSource ** source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
add_source (ServerFeed * self, const gchar * name, guint delay,
    GSourceFunc func)
{
  GSource *source = g_timeout_source_new (delay);

  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, self->context);
  return source;
}

static void
listener_free (gpointer data)
{
  Listener *listener = data;

  g_signal_handlers_disconnect_by_data (listener->message, listener);
  g_object_unref (listener->message);
  g_free (listener->room);
  g_free (listener->told);
  g_free (listener);
}

ServerFeed *
server_feed_new (const ServerFeedConfig * config)
{
  g_return_val_if_fail (config != NULL && config->site != NULL, NULL);

  ServerFeed *self = g_new0 (ServerFeed, 1);
  self->config = *config;
  if (self->config.max_listeners == 0)
    self->config.max_listeners = SERVER_FEED_MAX_LISTENERS;
  if (self->config.heartbeat == 0)
    self->config.heartbeat = SERVER_FEED_HEARTBEAT;
  if (self->config.stall == 0)
    self->config.stall = SERVER_FEED_STALL;
  self->listeners = g_ptr_array_new_with_free_func (listener_free);
  self->context = g_main_context_ref_thread_default ();
  return self;
}

void
server_feed_free (ServerFeed * self)
{
  if (self == NULL)
    return;

  server_feed_close (self);
  g_ptr_array_unref (self->listeners);
  g_main_context_unref (self->context);
  g_free (self);
}

guint
server_feed_get_count (ServerFeed * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->listeners->len;
}

/* -- What is told ------------------------------------------------------------ */

static gchar *
make_chunk (const gchar * snapshot)
{
  return g_strdup_printf ("event: snapshot\ndata: %s\n\n", snapshot);
}

/* Takes @chunk. */
static void
write_chunk (Listener * listener, gchar * chunk)
{
  SoupMessageBody *body =
      soup_server_message_get_response_body (listener->message);

  listener->writing = TRUE;
  listener->since = g_get_monotonic_time ();
  soup_message_body_append (body, SOUP_MEMORY_TAKE, chunk, strlen (chunk));
  soup_server_message_unpause (listener->message);
}

static gchar *
make_snapshot (ServerFeed * self, const gchar * room)
{
  LivekitRooms *rooms = self->config.site->rooms;

  return room != NULL ? server_snapshot_write_room (rooms, room)
      : server_snapshot_write_list (rooms);
}

static void
tell (Listener * listener, const gchar * snapshot)
{
  if (g_strcmp0 (snapshot, listener->told) == 0) {
    listener->stale = FALSE;
    return;
  }
  listener->stale = listener->writing;
  if (listener->writing)
    return;
  g_free (listener->told);
  listener->told = g_strdup (snapshot);
  write_chunk (listener, make_chunk (snapshot));
}

static void
tell_alone (Listener * listener)
{
  g_autofree gchar *snapshot = make_snapshot (listener->feed, listener->room);

  tell (listener, snapshot);
}

static gboolean
on_gathered (gpointer user_data)
{
  ServerFeed *self = user_data;
  /* By room; of many listeners most have the same one. */
  g_autoptr (GHashTable) snapshots = g_hash_table_new_full (g_str_hash,
      g_str_equal, NULL, g_free);

  clear_source (&self->gather);
  for (guint i = 0; i < self->listeners->len; i++) {
    Listener *listener = g_ptr_array_index (self->listeners, i);
    const gchar *key = listener->room != NULL ? listener->room : "";
    if (!g_hash_table_contains (snapshots, key))
      g_hash_table_insert (snapshots, (gpointer) key,
          make_snapshot (self, listener->room));
    tell (listener, g_hash_table_lookup (snapshots, key));
  }
  return G_SOURCE_REMOVE;
}

void
server_feed_hear (ServerFeed * self, const LivekitRoomEvent * event)
{
  g_return_if_fail (self != NULL && event != NULL);

  switch (event->type) {
    case LIVEKIT_ROOM_EVENT_JOINED:
    case LIVEKIT_ROOM_EVENT_CHANGED:
    case LIVEKIT_ROOM_EVENT_TRACK_MUTED:
    case LIVEKIT_ROOM_EVENT_OVER:
    case LIVEKIT_ROOM_EVENT_ROOM_OVER:
      break;
    default:
      return;
  }
  if (self->gather == NULL && self->listeners->len > 0)
    self->gather = add_source (self, "server-feed-gather", GATHER_MS,
        on_gathered);
}

/* -- Listeners --------------------------------------------------------------- */

static void
cut (Listener * listener)
{
  GST_INFO ("%p: a page does not take its events", listener->feed);
  livekit_server_cut (listener->feed->config.site->server, listener->message);
}

static gboolean
on_heartbeat (gpointer user_data)
{
  ServerFeed *self = user_data;
  gint64 limit = g_get_monotonic_time ()
      - self->config.stall * G_TIME_SPAN_MILLISECOND;

  for (guint i = 0; i < self->listeners->len; i++) {
    Listener *listener = g_ptr_array_index (self->listeners, i);
    if (!listener->writing)
      write_chunk (listener, g_strdup (":\n\n"));
    else if (listener->since < limit)
      cut (listener);
  }
  return G_SOURCE_CONTINUE;
}

static void
on_chunk_written (SoupServerMessage * message, gpointer user_data)
{
  Listener *listener = user_data;

  listener->writing = FALSE;
  if (listener->stale)
    tell_alone (listener);
}

/* It has gone, or was ended by us. */
static void
on_finished (SoupServerMessage * message, gpointer user_data)
{
  Listener *listener = user_data;
  ServerFeed *self = listener->feed;

  g_ptr_array_remove_fast (self->listeners, listener);
  if (self->listeners->len > 0)
    return;
  clear_source (&self->heartbeat);
  clear_source (&self->gather);
}

static void
add_listener (ServerFeed * self, SoupServerMessage * message,
    const gchar * room)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  Listener *listener = g_new0 (Listener, 1);

  server_http_answer (message, SOUP_STATUS_OK, NULL);
  server_http_protect (message);
  soup_message_headers_set_content_type (headers, "text/event-stream", NULL);
  /* It ends with its connection. libsoup ends a chunked answer in a thread of
   * GIO, which writes for as long as the page does not read, and may have its
   * result when the loop is over. */
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_EOF);
  soup_message_body_set_accumulate (soup_server_message_get_response_body
      (message), FALSE);
  /* From here on the heartbeat watches over it. */
  livekit_server_relax (self->config.site->server, message);
  listener->feed = self;
  listener->message = g_object_ref (message);
  listener->room = g_strdup (room);
  g_ptr_array_add (self->listeners, listener);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (on_chunk_written),
      listener);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), listener);
  if (self->heartbeat == NULL)
    self->heartbeat = add_source (self, "server-feed-heartbeat",
        self->config.heartbeat, on_heartbeat);
  tell_alone (listener);
}

void
server_feed_handle (ServerFeed * self, SoupServerMessage * message,
    const ServerPath * path)
{
  g_return_if_fail (self != NULL && message != NULL && path != NULL);

  ServerAccess *access = self->config.site->access;
  ServerRight right =
      path->room != NULL ? SERVER_RIGHT_WATCH : SERVER_RIGHT_OBSERVE;
  g_autoptr (GError) error = NULL;

  if (soup_server_message_get_method (message) != SOUP_METHOD_GET) {
    server_http_refuse_method (message, METHODS);
    return;
  }
  g_autoptr (LivekitToken) token =
      server_access_check (access, message, right, path->room, &error);
  /* The list is of all rooms: the right to one is not enough. */
  if (token != NULL && path->room == NULL && token->grants.room_list != 1)
    g_set_error_literal (&error, LIVEKIT_REFUSAL, SOUP_STATUS_FORBIDDEN,
        "the token does not permit to list rooms");
  if (error != NULL) {
    server_access_refuse (access, message, error);
  } else if (self->closed || self->listeners->len >= self->config.max_listeners) {
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "Retry-After", RETRY_AFTER);
    server_http_answer (message, SOUP_STATUS_SERVICE_UNAVAILABLE,
        self->closed ? "the server stops" : "too many listen");
  } else {
    add_listener (self, message, path->room);
  }
}

/* It is the last that the page is told, so it is what there is now, whether
 * the one before is written or not. */
static void
tell_last (Listener * listener)
{
  g_autofree gchar *snapshot = make_snapshot (listener->feed, listener->room);

  if (g_strcmp0 (snapshot, listener->told) != 0)
    write_chunk (listener, make_chunk (snapshot));
}

void
server_feed_close (ServerFeed * self)
{
  g_return_if_fail (self != NULL);

  self->closed = TRUE;
  clear_source (&self->gather);
  clear_source (&self->heartbeat);
  while (self->listeners->len > 0) {
    Listener *listener = g_ptr_array_index (self->listeners, 0);
    g_autoptr (SoupServerMessage) message = g_object_ref (listener->message);
    tell_last (listener);
    g_ptr_array_remove_index_fast (self->listeners, 0);
    soup_message_body_complete (soup_server_message_get_response_body
        (message));
    soup_server_message_unpause (message);
  }
}
