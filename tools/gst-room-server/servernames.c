/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servernames.h"

#include <string.h>

/* The outlet whose transceiver is @name, or NULL. */
static ServerOutlet *
find (const gchar * name, GPtrArray * outlets)
{
  for (guint i = 0; i < outlets->len; i++) {
    ServerOutlet *outlet = g_ptr_array_index (outlets, i);
    const gchar *own = server_outlet_get_transceiver (outlet);
    if (g_strcmp0 (own, name) == 0)
      return outlet;
  }
  return NULL;
}

/* "a=ssrc:N msid:STREAM NAME" */
static const gchar *
find_name (const gchar * line)
{
  if (!g_str_has_prefix (line, "a=ssrc:") || strstr (line, " msid:") == NULL)
    return NULL;
  return strrchr (line, ' ') + 1;
}

/* What does not flow has no name: the same may stand in another section. */
static gboolean
is_name_of_nothing (gboolean inactive, const gchar * line)
{
  return inactive && (g_str_has_prefix (line, "a=msid:")
      || g_str_has_prefix (line, "a=ssrc"));
}

static gboolean
is_inactive (gchar ** lines)
{
  for (gchar ** line = lines; *line != NULL; line++) {
    if (line != lines && g_str_has_prefix (*line, "m="))
      return FALSE;
    if (g_str_equal (*line, "a=inactive"))
      return TRUE;
  }
  return FALSE;
}

gchar *
server_names_write (const gchar * sdp, GPtrArray * outlets, GPtrArray * removed)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  GString *text = g_string_new (NULL);
  gboolean inactive = FALSE;

  for (gchar ** line = lines; *line != NULL; line++) {
    const gchar *name = find_name (*line);
    ServerOutlet *outlet = name != NULL ? find (name, outlets) : NULL;

    if (g_str_has_prefix (*line, "m="))
      inactive = is_inactive (line);
    if (name != NULL && outlet == NULL)
      outlet = find (name, removed);
    if ((name != NULL && outlet == NULL) || is_name_of_nothing (inactive,
            *line))
      continue;
    const gchar *track =
        outlet != NULL ? server_outlet_get_track (outlet) : NULL;
    if (track != NULL)
      g_string_append_printf (text, "%.*s%s", (gint) (name - *line), *line,
          track);
    else
      g_string_append (text, *line);
    if (line[1] != NULL)
      g_string_append (text, "\r\n");
  }
  return g_string_free (text, FALSE);
}
