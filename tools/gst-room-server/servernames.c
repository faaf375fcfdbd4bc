/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servernames.h"

#include <string.h>

/* The outlet whose transceiver is the last word of @line, or NULL. */
static ServerOutlet *
find (const gchar * line, GPtrArray * outlets, gsize * kept)
{
  for (guint i = 0; i < outlets->len; i++) {
    ServerOutlet *outlet = g_ptr_array_index (outlets, i);
    const gchar *own = server_outlet_get_transceiver (outlet);
    if (own == NULL || server_outlet_get_track (outlet) == NULL)
      continue;
    g_autofree gchar *end = g_strconcat (" ", own, NULL);
    if (g_str_has_suffix (line, end)) {
      *kept = strlen (line) - strlen (own);
      return outlet;
    }
  }
  return NULL;
}

gchar *
server_names_write (const gchar * sdp, GPtrArray * outlets)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  GString *text = g_string_new (NULL);

  for (gchar ** line = lines; *line != NULL; line++) {
    gsize kept = 0;
    ServerOutlet *outlet = g_str_has_prefix (*line, "a=ssrc:")
        ? find (*line, outlets, &kept) : NULL;

    if (line != lines)
      g_string_append (text, "\r\n");
    if (outlet != NULL) {
      g_string_append_len (text, *line, kept);
      g_string_append (text, server_outlet_get_track (outlet));
    } else {
      g_string_append (text, *line);
    }
  }
  return g_string_free (text, FALSE);
}
