/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverwish.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitverify.h"
#include "serveraccess.h"
#include "serverdebug.h"
#include "serverhttp.h"
#include "serveroffer.h"
#include "serversnapshot.h"

#include <string.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#define OFFER_TYPE "application/sdp"
#define FRAGMENT_TYPE "application/trickle-ice-sdpfrag"
#define EXPOSED "Location, ETag, Link, Accept-Patch, Accept-Post, Retry-After"
#define ENDPOINT_METHODS "POST, GET, HEAD, OPTIONS"
#define RESOURCE_METHODS "PATCH, DELETE, GET, HEAD, OPTIONS"

/* Who has no name is called so. */
#define PUBLISHER_IDENTITY "whip"

/* When to ask again, in seconds. */
#define RETRY_AFTER "2"

struct _ServerWish
{
  ServerWishConfig config;
  GStrv ice_servers;
  GHashTable *resources;        /* of ServerResource, by id */
  gboolean closed;
};

/* A POST that has no answer yet. */
typedef struct
{
  ServerWish *wish;
  SoupServerMessage *message;
  ServerPathKind kind;
  ServerResource *resource;
} Waiting;

ServerWish *
server_wish_new (const ServerWishConfig * config)
{
  g_return_val_if_fail (config != NULL && config->site != NULL, NULL);

  ServerWish *self = g_new0 (ServerWish, 1);
  self->config = *config;
  self->ice_servers = g_strdupv ((GStrv) config->ice_servers);
  if (self->config.max_resources == 0)
    self->config.max_resources = SERVER_WISH_MAX_RESOURCES;
  if (self->config.answer_timeout == 0)
    self->config.answer_timeout = SERVER_WISH_ANSWER_TIMEOUT;
  self->resources = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
      (GDestroyNotify) server_resource_unref);
  return self;
}

void
server_wish_free (ServerWish * self)
{
  if (self == NULL)
    return;

  server_wish_close (self);
  g_hash_table_unref (self->resources);
  g_strfreev (self->ice_servers);
  g_free (self);
}

/* Out of the table and out of the room, in this order: what the room then says
 * finds nothing any more. */
static void
drop (ServerWish * self, ServerResource * resource, const GError * error)
{
  g_autoptr (ServerResource) kept = server_resource_ref (resource);

  if (g_hash_table_remove (self->resources, server_resource_get_id (kept)))
    server_resource_end (kept, error);
}

static void
drop_with (ServerWish * self, ServerResource * resource, guint status,
    const gchar * text)
{
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_REFUSAL, status,
      text);

  drop (self, resource, error);
}

void
server_wish_close (ServerWish * self)
{
  g_return_if_fail (self != NULL);

  self->closed = TRUE;
  GHashTableIter iter;
  gpointer resource;
  for (g_hash_table_iter_init (&iter, self->resources);
      g_hash_table_iter_next (&iter, NULL, &resource);
      g_hash_table_iter_init (&iter, self->resources))
    drop_with (self, resource, 503, "the server stops");
}

guint
server_wish_get_count (ServerWish * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return g_hash_table_size (self->resources);
}

void
server_wish_hear (ServerWish * self, const LivekitRoomEvent * event)
{
  g_return_if_fail (self != NULL && event != NULL);

  if (event->type != LIVEKIT_ROOM_EVENT_OVER)
    return;
  GHashTableIter iter;
  gpointer resource;
  g_hash_table_iter_init (&iter, self->resources);
  while (g_hash_table_iter_next (&iter, NULL, &resource)) {
    if (g_strcmp0 (server_resource_get_sid (resource), event->participant) == 0
        && g_strcmp0 (server_resource_get_room (resource), event->room) == 0) {
      drop_with (self, resource, 503, "the connection was ended");
      return;
    }
  }
}

/* -- The answer to an offer -------------------------------------------------- */

static void
add_header (SoupServerMessage * message, const gchar * name,
    const gchar * value)
{
  soup_message_headers_append (soup_server_message_get_response_headers
      (message), name, value);
}

static void
refuse (SoupServerMessage * message, const GError * error)
{
  /* What can be had later. */
  if (error->code == 503 || error->code == 409)
    add_header (message, "Retry-After", RETRY_AFTER);
  server_http_answer (message, error->code, error->message);
}

static void
refuse_with (SoupServerMessage * message, guint status, const gchar * text)
{
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_REFUSAL, status,
      text);

  refuse (message, error);
}

static void
accept (const Waiting * waiting, const gchar * sdp)
{
  SoupServerMessage *message = waiting->message;
  GStrv servers = waiting->wish->ice_servers;
  g_autofree gchar *location =
      server_path_write_resource (server_resource_get_room (waiting->resource),
      waiting->kind, server_resource_get_id (waiting->resource));

  server_http_answer (message, SOUP_STATUS_CREATED, NULL);
  add_header (message, "Location", location);
  add_header (message, "ETag", server_resource_get_etag (waiting->resource));
  add_header (message, "Accept-Patch", FRAGMENT_TYPE);
  for (guint i = 0; servers != NULL && servers[i] != NULL; i++)
    add_header (message, "Link", servers[i]);
  soup_server_message_set_response (message, OFFER_TYPE, SOUP_MEMORY_COPY, sdp,
      strlen (sdp));
}

static void
on_answered (const gchar * sdp, const GError * error, gpointer user_data)
{
  g_autofree Waiting *waiting = user_data;
  g_autoptr (ServerResource) resource = waiting->resource;
  g_autoptr (SoupServerMessage) message = waiting->message;

  if (sdp != NULL) {
    accept (waiting, sdp);
  } else {
    GST_DEBUG ("%p: offer not answered: %s", waiting->wish, error->message);
    if (error->domain == LIVEKIT_REFUSAL)
      refuse (message, error);
    else if (error->domain == GST_WEBRTC_ERROR)
      server_http_answer (message, SOUP_STATUS_NOT_ACCEPTABLE, error->message);
    else
      refuse_with (message, 503, "no media connection");
    drop (waiting->wish, resource, error);
  }
  livekit_server_expect (waiting->wish->config.site->server, message);
  soup_server_message_unpause (message);
}

/* -- Offers ------------------------------------------------------------------ */

/* What a section must do in the offer for us to take part. */
static gboolean
is_usable (const ServerSection * section, gboolean publishes)
{
  return section->media && !section->refused && section->formats->len > 0
      && (publishes ? section->sends : section->receives);
}

static gboolean
check_offer (const gchar * sdp, gboolean publishes, GError ** error)
{
  g_autoptr (GError) fault = NULL;
  g_autoptr (ServerOffer) offer = server_offer_new (sdp, NULL, &fault);

  if (offer == NULL) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 400, fault->message);
    return FALSE;
  }
  for (guint i = 0; i < server_offer_get_size (offer); i++) {
    if (is_usable (server_offer_get (offer, i), publishes))
      return TRUE;
  }
  g_set_error (error, LIVEKIT_REFUSAL, 406, "the offer has no media section"
      " that %s, with a codec that is known here",
      publishes ? "sends" : "receives");
  return FALSE;
}

static gboolean
is_direction (const gchar * line)
{
  return g_str_equal (line, "a=sendrecv") || g_str_equal (line, "a=sendonly")
      || g_str_equal (line, "a=recvonly") || g_str_equal (line, "a=inactive");
}

/* Media goes one way, whatever the client says of the other: "sendrecv", which
 * is meant where nothing is said, is allowed (RFC 9725, section 4.2), and is to
 * be answered as if it were one way. */
static gchar *
narrow (const gchar * sdp, gboolean publishes)
{
  const gchar *direction = publishes ? "a=sendonly" : "a=recvonly";
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean said = TRUE;         /* before the first section nothing has to be */

  for (guint i = 0; lines[i] != NULL; i++) {
    const gchar *line = g_strchomp (lines[i]);
    if (g_str_has_prefix (line, "m=")) {
      if (!said)
        g_string_append_printf (text, "%s\r\n", direction);
      said = FALSE;
    }
    said = said || is_direction (line);
    if (*line != '\0')
      g_string_append_printf (text, "%s\r\n",
          g_str_equal (line, "a=sendrecv") ? direction : line);
  }
  if (!said)
    g_string_append_printf (text, "%s\r\n", direction);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The body as text; NULL and @error. */
static gchar *
read_offer (SoupServerMessage * message, gboolean publishes,
    ServerFragment ** fragment, GError ** error)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  const gchar *type =
      soup_message_headers_get_content_type
      (soup_server_message_get_request_headers (message), NULL);

  if (type == NULL || g_ascii_strcasecmp (type, OFFER_TYPE) != 0) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 415, "an offer is "
        OFFER_TYPE);
    return NULL;
  }
  if (body->length > LIVEKIT_MAX_SDP) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 413, "the offer is too long");
    return NULL;
  }
  g_autoptr (ServerFragment) read =
      server_fragment_parse (body->data, body->length, error);
  if (read == NULL)
    return NULL;
  g_autofree gchar *sdp = g_strndup (body->data, body->length);
  if (!check_offer (sdp, publishes, error))
    return NULL;
  *fragment = g_steal_pointer (&read);
  return narrow (sdp, publishes);
}

/* What the client says in the query; NULL: nothing. FALSE and @error: it is no
 * name. */
static gboolean
read_name (GHashTable * query, const gchar * key, const gchar ** name,
    GError ** error)
{
  *name = query != NULL ? g_hash_table_lookup (query, key) : NULL;
  if (*name == NULL || (strlen (*name) <= LIVEKIT_MAX_NAME
          && g_utf8_validate (*name, -1, NULL)))
    return TRUE;
  g_set_error (error, LIVEKIT_REFUSAL, 400, "%s is UTF-8 of at most %d bytes",
      key, LIVEKIT_MAX_NAME);
  return FALSE;
}

static void
set_identity (LivekitToken * token, const gchar * identity)
{
  g_free (token->identity);
  token->identity = g_strdup (identity);
}

/* Who watches is seen by nobody, and does not take the place of the one whose
 * token it has. Who publishes is who its token says or, without one, who it
 * says. */
static void
shape_token (LivekitToken * token, gboolean publishes, const gchar * name)
{
  if (publishes) {
    if (token->identity == NULL || *token->identity == '\0')
      set_identity (token, name != NULL && *name != '\0' ? name
          : PUBLISHER_IDENTITY);
    return;
  }
  g_autofree gchar *id = server_resource_make_id ();
  g_autofree gchar *identity = g_strdup_printf ("watch-%.12s", id);
  set_identity (token, identity);
  g_clear_pointer (&token->name, g_free);
  g_clear_pointer (&token->metadata, g_free);
  g_clear_pointer (&token->attributes, g_hash_table_unref);
  g_clear_pointer (&token->grants.sources, g_strfreev);
  token->grants.can_publish = 0;
  token->grants.can_publish_data = 0;
  token->grants.hidden = 1;
}

/* Lent; NULL and @error. It is in the table before the room says anything of
 * it. */
static ServerResource *
admit (ServerWish * self, LivekitToken * token, const gchar * publisher,
    gboolean publishes, GError ** error)
{
  const ServerSite *site = self->config.site;
  g_autoptr (LivekitToken) owned = token;
  LivekitRoom *room = livekit_rooms_find (site->rooms, owned->grants.room);

  if (self->closed
      || g_hash_table_size (self->resources) >= self->config.max_resources) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 503,
        self->closed ? "the server stops" : "too many watch or publish");
    return NULL;
  }
  if (site->media != NULL && !server_media_check (site->media, error))
    return NULL;
  /* WHEP cannot be given more sections later: what is not there now would
   * never be seen. */
  if (!publishes && (room == NULL
          || !server_snapshot_has_tracks (room, publisher))) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 409,
        "nothing is published there");
    return NULL;
  }
  ServerResource *resource = server_resource_new (site, self->config.media,
      g_steal_pointer (&owned), error);
  if (resource == NULL)
    return NULL;
  const gchar *id = server_resource_get_id (resource);
  g_hash_table_insert (self->resources, (gpointer) id, resource);
  livekit_server_pump (site->server);
  resource = g_hash_table_lookup (self->resources, id);
  if (resource == NULL)
    g_set_error_literal (error, LIVEKIT_REFUSAL, 503, "the room is full");
  return resource;
}

static void
handle_offer (ServerWish * self, SoupServerMessage * message,
    const ServerPath * path, GHashTable * query)
{
  gboolean publishes = path->kind == SERVER_PATH_WHIP;
  const gchar *name;
  g_autoptr (GError) error = NULL;
  g_autoptr (ServerFragment) fragment = NULL;

  g_autoptr (LivekitToken) token =
      server_access_check (self->config.site->access, message,
      publishes ? SERVER_RIGHT_PUBLISH : SERVER_RIGHT_WATCH, path->room,
      &error);
  if (token == NULL) {
    livekit_server_tell_refused (self->config.site->server, message, NULL, NULL,
        error);
    server_access_refuse (self->config.site->access, message, error);
    return;
  }
  g_autofree gchar *sdp =
      read_name (query, publishes ? "identity" : "publisher", &name, &error)
      ? read_offer (message, publishes, &fragment, &error) : NULL;
  if (sdp != NULL)
    shape_token (token, publishes, name);
  g_autofree gchar *identity = g_strdup (token->identity);
  ServerResource *resource = sdp != NULL
      ? admit (self, g_steal_pointer (&token), name, publishes, &error)
      : NULL;
  if (resource == NULL) {
    /* Where there is nothing to watch yet nobody is turned away. */
    if (error->code != 409)
      livekit_server_tell_refused (self->config.site->server, message,
          path->room, identity, error);
    refuse (message, error);
    return;
  }
  Waiting *waiting = g_new0 (Waiting, 1);
  waiting->wish = self;
  waiting->message = g_object_ref (message);
  waiting->kind = path->kind;
  waiting->resource = server_resource_ref (resource);
  /* The answer has a deadline of its own. */
  livekit_server_relax (self->config.site->server, message);
  soup_server_message_pause (message);
  server_resource_offer (resource, sdp, g_steal_pointer (&fragment),
      publishes ? NULL : name, self->config.answer_timeout, on_answered,
      waiting);
}

/* -- Resources --------------------------------------------------------------- */

static void
handle_trickle (ServerResource * resource, SoupServerMessage * message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  const gchar *type =
      soup_message_headers_get_content_type
      (soup_server_message_get_request_headers (message), NULL);
  const gchar *match = server_http_get_header (message, "If-Match");
  g_autoptr (GError) error = NULL;

  if (type == NULL || g_ascii_strcasecmp (type, FRAGMENT_TYPE) != 0) {
    refuse_with (message, 415, "candidates are " FRAGMENT_TYPE);
    return;
  }
  /* RFC 9725, section 4.3.1, wants it, and clients of WHEP do not send it: then
   * the fragment's ufrag says which session is meant. */
  if (match != NULL
      && !server_http_lists_etag (match, server_resource_get_etag (resource))) {
    refuse_with (message, 412, "another ICE session");
    return;
  }
  g_autoptr (ServerFragment) fragment =
      server_fragment_parse (body->data, body->length, &error);
  if (fragment == NULL || !server_resource_trickle (resource, fragment, &error))
    refuse (message, error);
  else
    server_http_answer (message, SOUP_STATUS_NO_CONTENT, NULL);
}

static void
handle_resource (ServerWish * self, SoupServerMessage * message,
    const ServerPath * path)
{
  const gchar *method = soup_server_message_get_method (message);
  ServerResource *resource = g_hash_table_lookup (self->resources, path->id);

  if (resource == NULL || !g_str_equal (path->room,
          server_resource_get_room (resource))) {
    server_http_answer (message, SOUP_STATUS_NOT_FOUND, "there is none");
  } else if (method == SOUP_METHOD_DELETE) {
    drop_with (self, resource, 404, "it was deleted");
    server_http_answer (message, SOUP_STATUS_OK, NULL);
  } else if (g_str_equal (method, "PATCH")) {
    handle_trickle (resource, message);
  } else if (method == SOUP_METHOD_GET || method == SOUP_METHOD_HEAD) {
    server_http_answer (message, SOUP_STATUS_NO_CONTENT, NULL);
  } else {
    server_http_refuse_method (message, RESOURCE_METHODS);
  }
}

void
server_wish_handle (ServerWish * self, SoupServerMessage * message,
    const ServerPath * path, GHashTable * query)
{
  g_return_if_fail (self != NULL && message != NULL && path != NULL);

  const gchar *method = soup_server_message_get_method (message);
  gboolean endpoint = path->kind != SERVER_PATH_RESOURCE;
  /* Whoever knows its name may have it: nobody guesses one. */
  if (server_access_share (message,
          endpoint ? ENDPOINT_METHODS : RESOURCE_METHODS, EXPOSED)) {
    add_header (message, endpoint ? "Accept-Post" : "Accept-Patch",
        endpoint ? OFFER_TYPE : FRAGMENT_TYPE);
    soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  } else if (!endpoint) {
    handle_resource (self, message, path);
  } else if (method == SOUP_METHOD_POST) {
    handle_offer (self, message, path, query);
  } else if (method == SOUP_METHOD_GET || method == SOUP_METHOD_HEAD) {
    /* There is nothing to see, and that is no fault (RFC 9725, section 4.1). */
    add_header (message, "Accept-Post", OFFER_TYPE);
    server_http_answer (message, SOUP_STATUS_NO_CONTENT, NULL);
  } else {
    server_http_refuse_method (message, ENDPOINT_METHODS);
  }
}
