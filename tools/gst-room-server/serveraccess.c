/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerAccess: what needs no token is open to whatever runs on this machine,
 * and a browser runs what strangers wrote. A page of theirs can send requests
 * to us (then Origin or Sec-Fetch-Site tell), and can give our address a name
 * of its own (then Host tells): both must bring a token. */
#include "serveraccess.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitverify.h"
#include "serverdebug.h"

#include <string.h>

/* Between two lines about refusals in the log. */
#define LOG_INTERVAL (60 * G_TIME_SPAN_SECOND)

/* How long a browser may keep what it was allowed, in seconds. */
#define SHARE_MAX_AGE "86400"

struct _ServerAccess
{
  ServerAccessConfig config;
  gint64 logged_at;             /* 0: never */
  guint64 unlogged;
};

ServerAccess *
server_access_new (const ServerAccessConfig * config)
{
  g_return_val_if_fail (config != NULL && config->keys != NULL, NULL);

  ServerAccess *self = g_new0 (ServerAccess, 1);
  self->config = *config;
  return self;
}

void
server_access_free (ServerAccess * self)
{
  g_free (self);
}

void
server_access_set_development (ServerAccess * self, gboolean development)
{
  g_return_if_fail (self != NULL);

  self->config.development = development;
}

static const gchar *
get_header (SoupServerMessage * message, const gchar * name)
{
  return soup_message_headers_get_list
      (soup_server_message_get_request_headers (message), name);
}

/* -- Requests of somebody's page -------------------------------------------- */

/* No name server can make a page of such a host one of ours. */
static gboolean
is_plain_host (const gchar * host)
{
  g_autoptr (GSocketConnectable) address = host != NULL
      ? g_network_address_parse (host, 80, NULL) : NULL;
  if (address == NULL)
    return FALSE;

  const gchar *name =
      g_network_address_get_hostname (G_NETWORK_ADDRESS (address));
  return g_ascii_strcasecmp (name, "localhost") == 0
      || g_hostname_is_ip_address (name);
}

/* Whoever hands requests on does so for others than this machine's. */
static gboolean
is_forwarded (SoupServerMessage * message)
{
  static const gchar *const names[] = { "Forwarded", "X-Forwarded-For",
    "X-Forwarded-Host", "X-Real-IP", "Via"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (get_header (message, names[i]) != NULL)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_of_another_page (SoupServerMessage * message)
{
  const gchar *host = get_header (message, "Host");
  const gchar *origin = get_header (message, "Origin");
  const gchar *site = get_header (message, "Sec-Fetch-Site");

  if (origin != NULL) {
    const gchar *rest = strstr (origin, "://");
    return host == NULL || rest == NULL
        || g_ascii_strcasecmp (rest + strlen ("://"), host) != 0;
  }
  if (site == NULL || g_str_equal (site, "same-origin")
      || g_str_equal (site, "none"))
    return FALSE;
  /* A link to us may stand anywhere. */
  return soup_server_message_get_method (message) != SOUP_METHOD_GET
      || g_strcmp0 (get_header (message, "Sec-Fetch-Mode"), "navigate") != 0;
}

/* -- Rights ----------------------------------------------------------------- */

LivekitToken *
server_access_verify (ServerAccess * self, SoupServerMessage * message,
    GError ** error)
{
  g_return_val_if_fail (self != NULL && message != NULL, NULL);

  const gchar *query = g_uri_get_query (soup_server_message_get_uri (message));
  /* The parser's own error would quote the query, and a token is in there. */
  g_autoptr (GHashTable) values = query != NULL
      && strlen (query) <= LIVEKIT_MAX_QUERY
      ? g_uri_parse_params (query, -1, "&", G_URI_PARAMS_WWW_FORM, NULL) : NULL;
  return livekit_verify_token (self->config.keys,
      get_header (message, "Authorization"),
      values != NULL ? g_hash_table_lookup (values, "access_token") : NULL,
      g_get_real_time () / G_TIME_SPAN_SECOND, error);
}

static gboolean
is_free (const ServerAccess * self, ServerRight right)
{
  switch (right) {
    case SERVER_RIGHT_OBSERVE:
      return self->config.loopback;
    case SERVER_RIGHT_WATCH:
      if (self->config.open_watch)
        return TRUE;
      break;
    default:
      break;
  }
  return self->config.loopback && self->config.development;
}

/* NULL, or why the page or machine that asks must bring a token after all. */
static const gchar *
find_obstacle (const ServerAccess * self, SoupServerMessage * message)
{
  if (self->config.loopback && !is_plain_host (get_header (message, "Host")))
    return "a token is needed under this host name";
  if (self->config.loopback && is_forwarded (message))
    return "a token is needed through a proxy";
  if (is_of_another_page (message))
    return "a token is needed from a page of another origin";
  return NULL;
}

static LivekitToken *
make_token (ServerRight right, const gchar * room)
{
  LivekitToken *token = livekit_token_new ();

  if (right == SERVER_RIGHT_OBSERVE) {
    token->grants.room_list = 1;
    return token;
  }
  token->grants.room_join = 1;
  token->grants.room = g_strdup (room);
  token->grants.can_publish = right == SERVER_RIGHT_PUBLISH;
  token->grants.can_subscribe = right == SERVER_RIGHT_WATCH;
  return token;
}

static gboolean
suffices (const LivekitToken * token, ServerRight right, const gchar * room)
{
  const LivekitGrants *grants = &token->grants;

  if (right == SERVER_RIGHT_OBSERVE)
    return grants->room_list == 1
        || (grants->room_admin == 1 && grants->room != NULL
        && *grants->room != '\0');
  if (!livekit_verify_join (token, NULL) || !g_str_equal (grants->room, room))
    return FALSE;
  /* A list of sources says more than canPublish, and wins. */
  return right == SERVER_RIGHT_WATCH ? grants->can_subscribe != 0
      : grants->can_publish != 0 || grants->sources != NULL;
}

gboolean
server_access_has_token (SoupServerMessage * message)
{
  g_return_val_if_fail (message != NULL, FALSE);

  const gchar *query = g_uri_get_query (soup_server_message_get_uri (message));
  return get_header (message, "Authorization") != NULL
      || (query != NULL && strstr (query, "access_token=") != NULL);
}

LivekitToken *
server_access_check (ServerAccess * self, SoupServerMessage * message,
    ServerRight right, const gchar * room, GError ** error)
{
  g_return_val_if_fail (self != NULL && message != NULL, NULL);
  g_return_val_if_fail (right == SERVER_RIGHT_OBSERVE || room != NULL, NULL);

  gboolean given = server_access_has_token (message);
  g_autoptr (LivekitToken) token = given
      ? server_access_verify (self, message, error) : NULL;
  if (token != NULL && suffices (token, right, room))
    return g_steal_pointer (&token);
  if (given && token == NULL)
    return NULL;

  const gchar *obstacle = is_free (self, right)
      ? find_obstacle (self, message) : "a token is needed";
  if (obstacle == NULL)
    return make_token (right, room);
  if (given)
    g_set_error_literal (error, LIVEKIT_REFUSAL, SOUP_STATUS_FORBIDDEN,
        "the token does not permit this");
  else
    g_set_error_literal (error, LIVEKIT_REFUSAL, SOUP_STATUS_UNAUTHORIZED,
        obstacle);
  return NULL;
}

/* -- Answers ---------------------------------------------------------------- */

void
server_access_note (ServerAccess * self, const GError * error)
{
  g_return_if_fail (self != NULL && error != NULL);

  gint64 now = g_get_monotonic_time ();

  GST_DEBUG ("%p: refused with %d: %s", self, error->code, error->message);
  self->unlogged++;
  if (self->logged_at != 0 && now - self->logged_at < LOG_INTERVAL)
    return;
  GST_WARNING ("%p: refused %" G_GUINT64_FORMAT " requests, the last with %d:"
      " %s", self, self->unlogged, error->code, error->message);
  self->logged_at = now;
  self->unlogged = 0;
}

void
server_access_refuse (ServerAccess * self, SoupServerMessage * message,
    const GError * error)
{
  g_return_if_fail (self != NULL && message != NULL && error != NULL);

  server_access_note (self, error);
  g_autofree gchar *body = g_strconcat (error->message, "\n", NULL);
  gsize size = strlen (body);
  soup_server_message_set_status (message, error->code, NULL);
  if (error->code == SOUP_STATUS_UNAUTHORIZED)
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "WWW-Authenticate", "Bearer");
  soup_server_message_set_response (message, "text/plain; charset=utf-8",
      SOUP_MEMORY_TAKE, g_steal_pointer (&body), size);
}

gboolean
server_access_share (SoupServerMessage * message, const gchar * methods,
    const gchar * exposed)
{
  g_return_val_if_fail (message != NULL && methods != NULL, FALSE);

  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", "*");
  if (exposed != NULL)
    soup_message_headers_replace (headers, "Access-Control-Expose-Headers",
        exposed);
  if (soup_server_message_get_method (message) != SOUP_METHOD_OPTIONS)
    return FALSE;

  soup_message_headers_replace (headers, "Access-Control-Allow-Methods",
      methods);
  /* "*" stands for all but this one. */
  soup_message_headers_replace (headers, "Access-Control-Allow-Headers",
      "Authorization, *");
  soup_message_headers_replace (headers, "Access-Control-Max-Age",
      SHARE_MAX_AGE);
  soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
  return TRUE;
}
