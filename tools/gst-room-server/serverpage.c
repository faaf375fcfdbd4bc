/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverpage.h"

#include "page.gresource.h"
#include "serverhttp.h"

#include <string.h>

#define PREFIX "/page/"
#define METHODS "GET, HEAD"

/* A browser that has it asks whether it is still that. */
#define CACHE "no-cache"

static const struct
{
  const gchar *suffix;
  const gchar *type;
} types[] = {
  {".css", "text/css; charset=utf-8"},
  {".html", "text/html; charset=utf-8"},
  {".js", "text/javascript; charset=utf-8"},
  {".svg", "image/svg+xml"},
};

typedef struct
{
  GBytes *bytes;
  const gchar *type;
  gchar *etag;
} PageFile;

struct _ServerPage
{
  GHashTable *files;            /* of PageFile, by name */
};

static void
file_free (gpointer data)
{
  PageFile *file = data;

  g_bytes_unref (file->bytes);
  g_free (file->etag);
  g_free (file);
}

static void
add_file (ServerPage * self, GResource * bundle, const gchar * name)
{
  g_autofree gchar *path = g_strconcat (PREFIX, name, NULL);
  GBytes *bytes = g_resource_lookup_data (bundle, path,
      G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autofree gchar *sum =
      g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  PageFile *file = g_new0 (PageFile, 1);

  file->bytes = bytes;
  file->etag = g_strdup_printf ("\"%.16s\"", sum);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_str_has_suffix (name, types[i].suffix))
      file->type = types[i].type;
  }
  g_assert (file->type != NULL);
  g_hash_table_insert (self->files, g_strdup (name), file);
}

/* Registered by whoever needs it first, and never taken back: it is a part of
 * the program. */
static GResource *
get_bundle (void)
{
  static gsize bundle = 0;

  if (g_once_init_enter (&bundle)) {
    server_page_files_register_resource ();
    /* GLib gives none while another thread is about to register whatever there
     * is; to be asked about a file it waits for that. */
    g_resources_get_info (PREFIX "index.html", G_RESOURCE_LOOKUP_FLAGS_NONE,
        NULL, NULL, NULL);
    g_once_init_leave (&bundle, (gsize) server_page_files_get_resource ());
  }
  return (GResource *) bundle;
}

ServerPage *
server_page_new (void)
{
  ServerPage *self = g_new0 (ServerPage, 1);
  GResource *bundle = get_bundle ();
  g_auto (GStrv) names = g_resource_enumerate_children (bundle, PREFIX,
      G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      file_free);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    add_file (self, bundle, names[i]);
  return self;
}

void
server_page_free (ServerPage * self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->files);
  g_free (self);
}

static const PageFile *
find_file (ServerPage * self, const ServerPath * path)
{
  switch (path->kind) {
    case SERVER_PATH_LIST:
      return g_hash_table_lookup (self->files, "index.html");
    case SERVER_PATH_ROOM:
      return g_hash_table_lookup (self->files, "room.html");
    case SERVER_PATH_ASSET:
      return g_hash_table_lookup (self->files, path->id);
    default:
      return NULL;
  }
}

void
server_page_handle (ServerPage * self, SoupServerMessage * message,
    const ServerPath * path)
{
  g_return_if_fail (self != NULL && message != NULL && path != NULL);

  const gchar *method = soup_server_message_get_method (message);
  const PageFile *file = find_file (self, path);
  if (file == NULL) {
    server_http_answer (message, SOUP_STATUS_NOT_FOUND, "there is none");
    return;
  }
  if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD) {
    server_http_refuse_method (message, METHODS);
    return;
  }
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  const gchar *known = server_http_get_header (message, "If-None-Match");
  server_http_protect (message);
  soup_message_headers_replace (headers, "ETag", file->etag);
  soup_message_headers_replace (headers, "Cache-Control", CACHE);
  if (known != NULL && server_http_lists_etag (known, file->etag)) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_MODIFIED, NULL);
    return;
  }
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_replace (headers, "Content-Type", file->type);
  soup_message_body_append_bytes (soup_server_message_get_response_body
      (message), file->bytes);
}
