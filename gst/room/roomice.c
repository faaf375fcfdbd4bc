/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomIce: a small parser for the addresses of RFC 7064 and RFC 7065, and a
 * writer for the form of webrtcbin's stun-server and add-turn-server. */
#include "roomice.h"

#include <string.h>

#define STUN_PORT 3478
#define STUNS_PORT 5349

typedef struct
{
  gchar *host;                  /* a v6 address keeps its brackets */
  guint port;                   /* 0: not named */
  gchar *transport;             /* NULL: not named */
} IceAddress;

static void
ice_address_clear (IceAddress * self)
{
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->transport, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IceAddress, ice_address_clear);

static gboolean
ice_host_is_valid (const gchar * host)
{
  if (host[0] == '[') {
    gsize length = strlen (host);
    g_autofree gchar *inner = NULL;

    if (length < 3 || host[length - 1] != ']')
      return FALSE;
    inner = g_strndup (host + 1, length - 2);
    return strchr (inner, ':') != NULL && g_hostname_is_ip_address (inner);
  }

  for (const gchar * c = host; *c != '\0'; c++) {
    if (!g_ascii_isalnum (*c) && strchr ("-._", *c) == NULL)
      return FALSE;
  }
  return host[0] != '\0';
}

/* RFC 7065 names one parameter, transport; others are not ours to judge. */
static gboolean
ice_address_parse_query (IceAddress * self, const gchar * query)
{
  g_auto (GStrv) params = g_strsplit (query, "&", -1);

  for (guint i = 0; params[i] != NULL; i++) {
    if (g_ascii_strncasecmp (params[i], "transport=", 10) != 0)
      continue;
    g_free (self->transport);
    self->transport = g_ascii_strdown (params[i] + 10, -1);
    if (!g_str_equal (self->transport, "udp")
        && !g_str_equal (self->transport, "tcp"))
      return FALSE;
  }
  return TRUE;
}

/* @text is what follows the scheme's colon: host [":" port] ["?" query]. */
static gboolean
ice_address_parse (IceAddress * self, const gchar * text)
{
  g_auto (GStrv) parts = g_strsplit (text, "?", 2);
  const gchar *port;
  guint64 number;

  if (parts[0] == NULL)
    return FALSE;
  if (parts[1] != NULL && !ice_address_parse_query (self, parts[1]))
    return FALSE;

  /* The last colon outside of brackets. */
  port = strrchr (parts[0], ':');
  if (port != NULL && strchr (port, ']') != NULL)
    port = NULL;

  self->host = port != NULL ? g_strndup (parts[0], port - parts[0])
      : g_strdup (parts[0]);
  if (!ice_host_is_valid (self->host))
    return FALSE;
  if (port == NULL)
    return TRUE;

  if (!g_ascii_string_to_unsigned (port + 1, 10, 1, G_MAXUINT16, &number, NULL))
    return FALSE;
  self->port = number;
  return TRUE;
}

/* What follows @scheme and its colon; NULL: another scheme. */
static const gchar *
ice_skip_scheme (const gchar * url, const gchar * scheme)
{
  gsize length = strlen (scheme);

  if (g_ascii_strncasecmp (url, scheme, length) != 0 || url[length] != ':')
    return NULL;
  return url + length + 1;
}

gchar *
room_ice_turn_uri (const gchar * server_url, const gchar * username,
    const gchar * credential)
{
  const gchar *rest;
  gboolean tls;
  g_autofree gchar *user = NULL;
  g_autofree gchar *password = NULL;
  g_auto (IceAddress) address = { NULL };

  if (server_url == NULL || username == NULL || *username == '\0'
      || credential == NULL || *credential == '\0')
    return NULL;

  rest = ice_skip_scheme (server_url, "turn");
  tls = rest == NULL;
  if (tls)
    rest = ice_skip_scheme (server_url, "turns");
  if (rest == NULL || !ice_address_parse (&address, rest))
    return NULL;

  user = g_uri_escape_string (username, NULL, FALSE);
  password = g_uri_escape_string (credential, NULL, FALSE);
  return g_strdup_printf ("%s://%s:%s@%s:%u?transport=%s",
      tls ? "turns" : "turn", user, password, address.host,
      address.port != 0 ? address.port : tls ? STUNS_PORT : STUN_PORT,
      address.transport != NULL ? address.transport : tls ? "tcp" : "udp");
}

gchar *
room_ice_stun_uri (const gchar * server_url)
{
  const gchar *rest;
  g_auto (IceAddress) address = { NULL };

  if (server_url == NULL)
    return NULL;
  rest = ice_skip_scheme (server_url, "stun");
  if (rest == NULL || !ice_address_parse (&address, rest))
    return NULL;
  return g_strdup_printf ("stun://%s:%u", address.host,
      address.port != 0 ? address.port : STUN_PORT);
}

/* "host", "host:3478", "[::1]:3478?transport=udp": nothing else may be shown of
 * an address without an @, which may lack only that. */
static gboolean
ice_is_host (const gchar * rest)
{
  const gchar *port = *rest == '[' ? strchr (rest, ']') : rest;

  if (port == NULL)
    return FALSE;
  port += strcspn (port, ":?/");
  if (*port == ':')
    port += 1 + strspn (port + 1, "0123456789");
  return *port == '\0' || *port == '?';
}

gchar *
room_ice_redact (const gchar * uri)
{
  static const gchar *const schemes[] = { "turn", "turns", "stun", "stuns" };
  const gchar *rest = NULL;
  const gchar *at;

  if (uri == NULL)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (schemes) && rest == NULL; i++)
    rest = ice_skip_scheme (uri, schemes[i]);
  if (rest == NULL)
    rest = uri;
  if (g_str_has_prefix (rest, "//"))
    rest += 2;

  /* A password that was not encoded may hold any of ":/?@": all up to the last
   * @ is secret. */
  at = strrchr (rest, '@');
  if (at == NULL && ice_is_host (rest))
    return g_strdup (uri);
  return g_strdup_printf ("%.*s***%s", (gint) (rest - uri), uri,
      at != NULL ? at : "");
}
