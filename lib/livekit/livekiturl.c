/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekiturl.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <gio/gio.h>
#include <string.h>

/* Where livekit-server listens when nothing else is said. */
#define DEFAULT_PORT 7880

/* The pieces of a user's URL that we keep. */
typedef struct
{
  gboolean tls;
  gchar *host;
  gint port;                    /* -1: the scheme's */
  gchar *path;                  /* without the slash at its end */
  gchar *query;
} Address;

static void
address_clear (Address * self)
{
  g_free (self->host);
  g_free (self->path);
  g_free (self->query);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Address, address_clear);

static gboolean
refuse (GError ** error, const gchar * what)
{
  g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_URL,
      "bad server URL: %s", what);
  return FALSE;
}

static gboolean
is_loopback (const gchar * host)
{
  if (g_ascii_strcasecmp (host, "localhost") == 0
      || g_str_has_suffix (host, ".localhost"))
    return TRUE;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

static gboolean
is_name (const gchar * text)
{
  for (const gchar * p = text; *p != '\0'; p++) {
    if (!g_ascii_isalnum (*p) && strchr (".-_", *p) == NULL)
      return FALSE;
  }
  return *text != '\0';
}

/* A name, or an address, which may have a zone. */
static gboolean
is_host (const gchar * host)
{
  if (strchr (host, ':') == NULL)
    return is_name (host);

  g_auto (GStrv) zone = g_strsplit (host, "%", 2);
  return g_hostname_is_ip_address (zone[0])
      && (zone[1] == NULL || is_name (zone[1]));
}

/* As in "http:/host", which would make a host of the scheme. */
static gboolean
lacks_port (const gchar * full)
{
  const gchar *authority = strstr (full, "://") + 3;
  gsize length = strcspn (authority, "/?#");
  return length > 0 && authority[length - 1] == ':';
}

/* "host:port/path" would be read as a scheme, so look for the slashes. */
static gboolean
has_scheme (const gchar * url)
{
  const gchar *mark = strstr (url, "://");
  return mark != NULL && mark == url + strcspn (url, ":/?#");
}

static gboolean
read_scheme (Address * self, const gchar * scheme, GError ** error)
{
  self->tls = g_ascii_strcasecmp (scheme, "wss") == 0
      || g_ascii_strcasecmp (scheme, "https") == 0;
  if (!self->tls && g_ascii_strcasecmp (scheme, "ws") != 0
      && g_ascii_strcasecmp (scheme, "http") != 0)
    return refuse (error, "the scheme must be ws, wss, http or https");
  return TRUE;
}

static gboolean
is_plain (const gchar * url)
{
  for (const gchar * p = url; *p != '\0'; p++) {
    if (g_ascii_iscntrl (*p) || *p == ' ' || *p == '\\')
      return FALSE;
  }
  return g_utf8_validate (url, -1, NULL);
}

static gboolean
read_address (Address * self, const gchar * url, GError ** error)
{
  if (url == NULL || *url == '\0')
    return refuse (error, "it is empty");
  if (strlen (url) > LIVEKIT_MAX_URL)
    return refuse (error, "it is too long");
  if (!is_plain (url))
    return refuse (error, "it holds a space, backslash or control character");

  gboolean schemed = has_scheme (url);
  g_autofree gchar *full = schemed ? g_strdup (url)
      : g_strconcat ("ws://", url, NULL);
  g_autofree gchar *scheme = NULL, *user_info = NULL, *fragment = NULL;
  /* The error of GLib quotes what may be a password. */
  if (!g_uri_split (full, G_URI_FLAGS_ENCODED, &scheme, &user_info,
          &self->host, &self->port, &self->path, &self->query, &fragment, NULL))
    return refuse (error, "it cannot be read");
  if (user_info != NULL)
    return refuse (error, "it holds a user name; use a token");
  if (fragment != NULL)
    return refuse (error, "it holds a fragment (#)");
  if (self->host == NULL || !is_host (self->host))
    return refuse (error, "it has no host, or an impossible one");
  if (self->port == 0 || lacks_port (full))
    return refuse (error, "it has no port after the colon");
  if (!read_scheme (self, scheme, error))
    return FALSE;

  if (!schemed) {
    self->tls = !is_loopback (self->host);
    if (!self->tls && self->port == -1)
      self->port = DEFAULT_PORT;
  }
  gsize length = strlen (self->path);
  while (length > 0 && self->path[length - 1] == '/')
    self->path[--length] = '\0';
  return TRUE;
}

static void
append_host (GString * uri, const gchar * host, gint port)
{
  /* RFC 6874: the sign before the zone of an address is escaped. */
  if (strchr (host, ':') != NULL) {
    g_auto (GStrv) zone = g_strsplit (host, "%", 2);
    g_string_append_printf (uri, "[%s%s%s]", zone[0],
        zone[1] != NULL ? "%25" : "", zone[1] != NULL ? zone[1] : "");
  } else {
    g_string_append (uri, host);
  }
  if (port != -1)
    g_string_append_printf (uri, ":%d", port);
}

static gchar *
build (const gchar * url, gboolean http, const gchar * route,
    const gchar * query, GError ** error)
{
  g_auto (Address) address = { 0, };
  if (!read_address (&address, url, error))
    return NULL;

  GString *uri = g_string_new (http ? "http" : "ws");
  g_string_append (uri, address.tls ? "s://" : "://");
  append_host (uri, address.host, address.port);

  /* Escapes that are there are kept, what must be one becomes one. */
  g_string_append_uri_escaped (uri, address.path,
      G_URI_RESERVED_CHARS_ALLOWED_IN_PATH "%", FALSE);
  g_string_append_printf (uri, "/%s", route);

  gchar separator = '?';
  if (address.query != NULL && *address.query != '\0') {
    g_string_append_c (uri, separator);
    g_string_append_uri_escaped (uri, address.query,
        G_URI_RESERVED_CHARS_ALLOWED_IN_PATH "%?", FALSE);
    separator = '&';
  }
  if (query != NULL)
    g_string_append_printf (uri, "%c%s", separator, query);
  return g_string_free (uri, FALSE);
}

gchar *
livekit_url_signal (const gchar * url, const gchar * route,
    const gchar * query, GError ** error)
{
  return build (url, FALSE, route, query, error);
}

gchar *
livekit_url_http (const gchar * url, const gchar * route, const gchar * query,
    GError ** error)
{
  return build (url, TRUE, route, query, error);
}

gchar *
livekit_url_redact (const gchar * url)
{
  g_autofree gchar *scheme = NULL, *user_info = NULL, *host = NULL;
  g_autofree gchar *path = NULL;
  gint port;

  if (url == NULL || !is_plain (url))
    return g_strdup ("(unreadable URL)");
  gboolean schemed = has_scheme (url);
  g_autofree gchar *full = schemed ? g_strdup (url)
      : g_strconcat ("ws://", url, NULL);
  if (!g_uri_split (full, G_URI_FLAGS_ENCODED, &scheme, &user_info, &host,
          &port, &path, NULL, NULL, NULL)
      || host == NULL || !is_host (host))
    return g_strdup ("(unreadable URL)");
  /* A password with a slash or a question mark in it is cut at the wrong place
   * above; the sign after it tells. */
  if (user_info == NULL && strchr (full, '@') != NULL)
    return g_strdup ("(URL with a user name)");

  GString *shown = g_string_new (schemed ? scheme : "");
  if (schemed)
    g_string_append (shown, "://");
  append_host (shown, host, port);
  g_string_append (shown, path);
  return g_string_free (shown, FALSE);
}
