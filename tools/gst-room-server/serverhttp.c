/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverhttp.h"

#include <string.h>

static const struct
{
  const gchar *name;
  const gchar *value;
} protections[] = {
  {"Content-Security-Policy", "default-src 'none'; script-src 'self'; "
        "style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
  {"X-Content-Type-Options", "nosniff"},
  /* For browsers that do not know frame-ancestors. */
  {"X-Frame-Options", "DENY"},
  {"Referrer-Policy", "no-referrer"},
  {"Cross-Origin-Opener-Policy", "same-origin"},
  {"Cross-Origin-Resource-Policy", "same-origin"},
  {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
};

void
server_http_answer (SoupServerMessage * message, guint status,
    const gchar * text)
{
  g_return_if_fail (message != NULL);

  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), "Cache-Control", "no-store");
  if (text == NULL)
    return;
  gchar *body = g_strconcat (text, "\n", NULL);
  soup_server_message_set_response (message, "text/plain; charset=utf-8",
      SOUP_MEMORY_TAKE, body, strlen (body));
}

void
server_http_refuse_method (SoupServerMessage * message, const gchar * methods)
{
  g_return_if_fail (message != NULL && methods != NULL);

  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), "Allow", methods);
  server_http_answer (message, SOUP_STATUS_METHOD_NOT_ALLOWED,
      "method not allowed");
}

void
server_http_protect (SoupServerMessage * message)
{
  g_return_if_fail (message != NULL);

  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  for (guint i = 0; i < G_N_ELEMENTS (protections); i++)
    soup_message_headers_replace (headers, protections[i].name,
        protections[i].value);
}

const gchar *
server_http_get_header (SoupServerMessage * message, const gchar * name)
{
  return
      soup_message_headers_get_list (soup_server_message_get_request_headers
      (message), name);
}

gboolean
server_http_lists_etag (const gchar * list, const gchar * etag)
{
  g_return_val_if_fail (list != NULL && etag != NULL, FALSE);

  g_auto (GStrv) each = g_strsplit (list, ",", 64);
  for (guint i = 0; each[i] != NULL; i++) {
    const gchar *one = g_strstrip (each[i]);
    if (g_str_has_prefix (one, "W/"))
      one += strlen ("W/");
    if (g_str_equal (one, "*") || g_str_equal (one, etag))
      return TRUE;
  }
  return FALSE;
}
