/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpurl.h"

#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"
#include "rtmp/rtmpurloptions.h"

#include <math.h>
#include <string.h>

/* In place of what nobody is to read. */
#define HIDDEN "***"

/* Shorter words of a query are no secrets, and would be found everywhere. */
#define MIN_SECRET 4

/* Of what a server says, in bytes. */
#define MAX_WORDS (64 * 1024)

static RtmpUrl *
new_empty (void)
{
  RtmpUrl *self = g_new0 (RtmpUrl, 1);

  self->live = -1;
  self->start = NAN;
  self->stop = NAN;
  self->buffer = -1;
  self->timeout = -1;
  return self;
}

void
rtmp_url_free (RtmpUrl * self)
{
  if (self == NULL)
    return;

  g_free (self->host);
  g_free (self->application);
  g_free (self->stream);
  g_free (self->user);
  g_free (self->password);
  g_free (self->tc_url);
  g_free (self->swf_url);
  g_free (self->page_url);
  g_free (self->flash_version);
  g_free (self->secure_token);
  g_free (self->subscribe);
  g_clear_pointer (&self->arguments, rtmp_values_unref);
  g_strfreev (self->ignored);
  g_free (self);
}

RtmpUrl *
rtmp_url_copy (const RtmpUrl * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  RtmpUrl *copy = g_new (RtmpUrl, 1);
  *copy = *self;
  copy->host = g_strdup (self->host);
  copy->application = g_strdup (self->application);
  copy->stream = g_strdup (self->stream);
  copy->user = g_strdup (self->user);
  copy->password = g_strdup (self->password);
  copy->tc_url = g_strdup (self->tc_url);
  copy->swf_url = g_strdup (self->swf_url);
  copy->page_url = g_strdup (self->page_url);
  copy->flash_version = g_strdup (self->flash_version);
  copy->secure_token = g_strdup (self->secure_token);
  copy->subscribe = g_strdup (self->subscribe);
  if (self->arguments != NULL)
    rtmp_values_ref (self->arguments);
  copy->ignored = g_strdupv (self->ignored);
  return copy;
}

static gboolean
set_bad (GError ** error, const gchar * why)
{
  g_set_error (error, RTMP_ERROR, RTMP_ERROR_URL, "the URL %s", why);
  return FALSE;
}

static gboolean
has_control (const gchar * text)
{
  while (*text != '\0' && !g_ascii_iscntrl (*text))
    text++;
  return *text != '\0';
}

static gboolean
check_text (const gchar * text, GError ** error)
{
  if (strlen (text) > RTMP_MAX_URL)
    return set_bad (error, "is too long");
  if (!g_utf8_validate (text, -1, NULL))
    return set_bad (error, "is not in UTF-8");
  return !has_control (text) || set_bad (error, "has control characters in it");
}

/* The end of the scheme and its two slashes; NULL when there is none. */
static const gchar *
parse_scheme (RtmpUrl * self, const gchar * text, GError ** error)
{
  const gchar *end = strstr (text, "://");

  if (end == NULL) {
    set_bad (error, "has no scheme: rtmp://host/application/stream");
    return NULL;
  }
  g_autofree gchar *scheme = g_ascii_strdown (text, end - text);
  if (g_str_equal (scheme, "rtmps"))
    self->secure = TRUE;
  else if (!g_str_equal (scheme, "rtmp")) {
    gboolean known = g_str_has_prefix (scheme, "rtmp");
    g_set_error (error, RTMP_ERROR,
        known ? RTMP_ERROR_UNSUPPORTED : RTMP_ERROR_URL,
        "the URL has a scheme that is not rtmp or rtmps%s",
        known ? "; of its kin nothing else is supported" : "");
    return NULL;
  }
  return end + 3;
}

static gboolean
set_host (RtmpUrl * self, const gchar * host, GError ** error)
{
  /* What was escaped is plain here; a zone has its sign in an address alone. */
  if (host == NULL || *host == '\0' || has_control (host)
      || strpbrk (host, " /?#@\\<>\"") != NULL
      || (strchr (host, '%') != NULL && strchr (host, ':') == NULL))
    return set_bad (error, "has no host, or one that cannot be");
  self->host = g_hostname_is_non_ascii (host)
      ? g_hostname_to_ascii (host) : g_strdup (host);
  return self->host != NULL || set_bad (error, "has a host that cannot be");
}

static gboolean
parse_authority (RtmpUrl * self, const gchar * text, gsize length,
    GError ** error)
{
  g_autofree gchar *authority = g_strndup (text, length);
  g_autofree gchar *uri = g_strconcat ("rtmp://", authority, NULL);
  g_autofree gchar *user = NULL, *password = NULL, *host = NULL;
  gint port;

  /* Its errors quote what may be a password. */
  if (strpbrk (authority, "?#") != NULL
      || !g_uri_split_with_user (uri, G_URI_FLAGS_HAS_PASSWORD, NULL, &user,
          &password, NULL, &host, &port, NULL, NULL, NULL, NULL))
    return set_bad (error, "has no host, or one that cannot be");
  if (!set_host (self, host, error))
    return FALSE;
  if (port == 0)
    return set_bad (error, "has the port 0");
  self->port = port > 0 ? port
      : self->secure ? RTMP_DEFAULT_TLS_PORT : RTMP_DEFAULT_PORT;
  if (user != NULL && *user != '\0') {
    self->user = g_steal_pointer (&user);
    self->password = g_steal_pointer (&password);
  }
  return TRUE;
}

/* Where the application ends; at the end when there is no stream. */
static const gchar *
find_application_end (const gchar * path)
{
  const gchar *first = strchr (path, '/');
  const gchar *query = strchr (path, '?');

  if (first == NULL)
    return path + strlen (path);
  if (query != NULL && query < first)
    return first;
  /* Two parts, unless what follows is a stream: one with a colon ("mp4:") or a
   * query in its name may have slashes too. */
  const gchar *second = strchr (first + 1, '/');
  const gchar *colon = strchr (first + 1, ':');
  if (second == NULL || (query != NULL && query < second)
      || (colon != NULL && colon < second))
    return first;
  return second;
}

static gchar *
new_stream (const gchar * name)
{
  gsize length = strcspn (name, "?");
  const gchar *query = name + length;
  g_autofree gchar *path = g_strndup (name, length);

  if (strchr (path, ':') == NULL && (g_str_has_suffix (path, ".mp4")
          || g_str_has_suffix (path, ".f4v")))
    return g_strconcat ("mp4:", name, NULL);
  if (g_str_has_suffix (path, ".flv"))
    path[length - 4] = '\0';
  return g_strconcat (path, query, NULL);
}

/* Up to the path, and the options. */
static const gchar *
parse_head (RtmpUrl * self, const gchar * text, GError ** error)
{
  if (!check_text (text, error))
    return NULL;
  const gchar *authority = parse_scheme (self, text, error);
  if (authority == NULL)
    return NULL;
  gsize length = strcspn (authority, "/ ");
  if (!parse_authority (self, authority, length, error))
    return NULL;
  const gchar *path = authority + length;
  const gchar *options = strchr (path, ' ');
  if (options != NULL && !rtmp_url_options_apply (self, options, error))
    return NULL;
  return path;
}

RtmpUrl *
rtmp_url_parse (const gchar * text, GError ** error)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (RtmpUrl) self = new_empty ();
  const gchar *rest = parse_head (self, text, error);
  if (rest == NULL)
    return NULL;
  g_autofree gchar *whole = g_strndup (rest, strcspn (rest, " "));
  const gchar *path = whole[0] == '/' ? whole + 1 : whole;
  const gchar *end = find_application_end (path);
  if (self->application == NULL)
    self->application = g_strndup (path, end - path);
  if (self->stream == NULL && end[0] == '/' && end[1] != '\0')
    self->stream = new_stream (end + 1);
  return g_steal_pointer (&self);
}

RtmpUrl *
rtmp_url_parse_with_key (const gchar * server, const gchar * key,
    GError ** error)
{
  g_return_val_if_fail (server != NULL && key != NULL, NULL);

  g_autoptr (RtmpUrl) self = new_empty ();
  const gchar *rest = parse_head (self, server, error);
  if (rest == NULL || !check_text (key, error))
    return NULL;
  gsize length = strcspn (rest, " ");
  if (length > 0 && rest[length - 1] == '/')
    length--;
  if (self->application == NULL)
    self->application = length > 1 ? g_strndup (rest + 1, length - 1)
        : g_strdup ("");
  if (self->stream == NULL && *key != '\0')
    self->stream = g_strdup (key);
  return g_steal_pointer (&self);
}

static GString *
new_origin (const RtmpUrl * self)
{
  GString *text = g_string_new (self->secure ? "rtmps://" : "rtmp://");
  gboolean bracketed = strchr (self->host, ':') != NULL;
  guint16 usual = self->secure ? RTMP_DEFAULT_TLS_PORT : RTMP_DEFAULT_PORT;

  /* A zone means something on this machine alone (RFC 6874, section 4). */
  g_string_append_printf (text, bracketed ? "[%.*s]" : "%.*s",
      (gint) strcspn (self->host, "%"), self->host);
  if (self->port != usual)
    g_string_append_printf (text, ":%u", self->port);
  return text;
}

RtmpUrl *
rtmp_url_resolve (const RtmpUrl * self, const gchar * tc_url, GError ** error)
{
  g_return_val_if_fail (self != NULL && tc_url != NULL, NULL);

  g_autoptr (GString) whole = NULL;
  if (strstr (tc_url, "://") != NULL) {
    whole = g_string_new (tc_url);
  } else if (g_str_has_prefix (tc_url, "//")) {
    whole = g_string_new (self->secure ? "rtmps:" : "rtmp:");
    g_string_append (whole, tc_url);
  } else {
    whole = new_origin (self);
    g_string_append_printf (whole, "%s%s", *tc_url == '/' ? "" : "/", tc_url);
  }
  /* No options: they are a user's, not a server's. */
  if (strchr (whole->str, ' ') != NULL) {
    set_bad (error, "has a space in it");
    return NULL;
  }
  g_autoptr (RtmpUrl) there = rtmp_url_parse_with_key (whole->str, "", error);
  if (there == NULL)
    return NULL;
  if (self->secure && !there->secure) {
    set_bad (error, "leads away from TLS");
    return NULL;
  }
  RtmpUrl *url = rtmp_url_copy (self);
  url->secure = there->secure;
  url->port = there->port;
  g_free (url->host);
  url->host = g_steal_pointer (&there->host);
  g_free (url->application);
  url->application = g_steal_pointer (&there->application);
  g_clear_pointer (&url->tc_url, g_free);
  return url;
}

gchar *
rtmp_url_dup_tc_url (const RtmpUrl * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->tc_url != NULL)
    return g_strdup (self->tc_url);
  GString *text = new_origin (self);
  g_string_append_printf (text, "/%s", self->application);
  return g_string_free (text, FALSE);
}

gchar *
rtmp_url_dup_public (const RtmpUrl * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  GString *text = new_origin (self);
  g_string_append_c (text, '/');
  g_string_append_len (text, self->application,
      strcspn (self->application, "?"));
  return g_string_free (text, FALSE);
}

gchar *
rtmp_url_dup_safe (const gchar * text)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (RtmpUrl) url = rtmp_url_parse (text, NULL);
  return url != NULL ? rtmp_url_dup_public (url) : g_strdup (HIDDEN);
}

static void
add_secret (GPtrArray * secrets, const gchar * start, gsize size)
{
  if (size >= MIN_SECRET)
    g_ptr_array_add (secrets, g_strndup (start, size));
}

static void
add_whole (GPtrArray * secrets, const gchar * secret)
{
  if (secret != NULL)
    add_secret (secrets, secret, strlen (secret));
}

/* What stands behind each "=" of a query. */
static void
add_query (GPtrArray * secrets, const gchar * name)
{
  const gchar *query = name != NULL ? strchr (name, '?') : NULL;

  if (query == NULL)
    return;
  add_whole (secrets, query + 1);
  g_auto (GStrv) pairs = g_strsplit (query + 1, "&", -1);
  for (gchar ** pair = pairs; *pair != NULL; pair++) {
    const gchar *value = strchr (*pair, '=');
    add_whole (secrets, value != NULL ? value + 1 : *pair);
  }
}

static void
add_stream (GPtrArray * secrets, const gchar * stream)
{
  if (stream == NULL)
    return;
  add_whole (secrets, stream);
  add_secret (secrets, stream, strcspn (stream, "?"));
  add_query (secrets, stream);
}

static GPtrArray *
list_secrets (const RtmpUrl * self)
{
  GPtrArray *secrets = g_ptr_array_new_with_free_func (g_free);

  add_stream (secrets, self->stream);
  add_stream (secrets, self->subscribe);
  add_query (secrets, self->application);
  add_query (secrets, self->tc_url);
  add_whole (secrets, self->password);
  add_whole (secrets, self->user);
  add_whole (secrets, self->secure_token);
  return secrets;
}

/* The longest secret that @text begins with; 0: none. @is_cut: what a secret
 * begins with, and then nothing more, is one too. */
static gsize
measure_secret (const GPtrArray * secrets, const gchar * text, gboolean is_cut)
{
  gsize longest = 0;

  for (guint i = 0; i < secrets->len; i++) {
    const gchar *secret = secrets->pdata[i];
    gsize same = 0;
    while (secret[same] != '\0' && secret[same] == text[same])
      same++;
    if (secret[same] == '\0' || (is_cut && text[same] == '\0'))
      longest = MAX (longest, same);
  }
  return longest;
}

/* Where to cut, which is not in a character. */
static gsize
measure_words (const gchar * text)
{
  gsize size = strnlen (text, MAX_WORDS);

  for (guint i = 0; i < 3 && ((guchar) text[size] & 0xc0) == 0x80; i++)
    size--;
  return size;
}

gchar *
rtmp_url_dup_redacted (const RtmpUrl * self, const gchar * text)
{
  g_return_val_if_fail (self != NULL && text != NULL, NULL);

  gsize size = measure_words (text);
  gboolean is_cut = text[size] != '\0';
  g_autofree gchar *valid = g_utf8_make_valid (text, size);
  g_autoptr (GPtrArray) secrets = list_secrets (self);
  GString *words = g_string_new (NULL);
  const gchar *hidden = valid;  /* up to there */
  for (const gchar * p = valid; *p != '\0'; p++) {
    gsize secret = measure_secret (secrets, p, is_cut);
    if (secret > 0 && p >= hidden)
      g_string_append (words, HIDDEN);
    hidden = MAX (hidden, p + secret);
    if (p >= hidden)
      g_string_append_c (words, g_ascii_iscntrl (*p) ? ' ' : *p);
  }
  return g_string_free (words, FALSE);
}
