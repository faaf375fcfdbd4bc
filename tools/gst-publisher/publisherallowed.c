/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherAllowed: see the header. */
#include "publisherallowed.h"

#include <gio/gio.h>
#include <string.h>

#define ALLOWED_MAX_BYTES (1024 * 1024)

gchar **
publisher_allowed_parse (const gchar * text)
{
  g_autoptr (GStrvBuilder) users = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) words = g_strsplit_set (text, ",\r\n", -1);

  for (gchar ** word = words; *word; word++) {
    if (*g_strstrip (*word) != '\0' && g_hash_table_add (seen, *word))
      g_strv_builder_add (users, *word);
  }
  return g_strv_builder_end (users);
}

gchar **
publisher_allowed_read (const gchar * path, GError ** error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  if (!stream)
    return NULL;

  g_autofree gchar *data = g_malloc0 (ALLOWED_MAX_BYTES + 1);
  gsize size = 0;
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), data,
          ALLOWED_MAX_BYTES + 1, &size, NULL, error)) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  if (size > ALLOWED_MAX_BYTES) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "%s is too large for a list of users", path);
    return NULL;
  }
  if (memchr (data, 0, size) || !g_utf8_validate (data, size, NULL)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "%s is not text", path);
    return NULL;
  }
  return publisher_allowed_parse (data);
}

gchar *
publisher_allowed_to_text (gchar ** users)
{
  if (!users)
    return g_strdup ("everyone");
  if (!*users)
    return g_strdup ("nobody");
  return g_strjoinv (", ", users);
}
