/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scriptanswer.h"

static gboolean
is_ours_to_drop (const gchar * line)
{
  static const gchar *const prefixes[] = { "a=candidate:", "a=ssrc:",
    "a=ssrc-group:", "a=end-of-candidates", "a=msid:"
  };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    if (g_str_has_prefix (line, prefixes[i]))
      return TRUE;
  }
  return FALSE;
}

static const gchar *
get_answer_line (const gchar * line)
{
  if (g_str_has_prefix (line, "a=setup:"))
    return "a=setup:passive";
  if (g_str_has_prefix (line, "a=ice-ufrag:"))
    return "a=ice-ufrag:scriptroom";
  if (g_str_has_prefix (line, "a=ice-pwd:"))
    return "a=ice-pwd:scriptroomscriptroomscript";
  if (g_str_equal (line, "a=sendonly") || g_str_equal (line, "a=sendrecv"))
    return "a=recvonly";
  return line;
}

gchar *
script_answer_new (const gchar * offer)
{
  g_return_val_if_fail (offer != NULL, NULL);

  g_auto (GStrv) lines = g_strsplit (offer, "\n", -1);
  GString *answer = g_string_new (NULL);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_strchomp (lines[i]);
    if (lines[i][0] != '\0' && !is_ours_to_drop (lines[i]))
      g_string_append_printf (answer, "%s\r\n", get_answer_line (lines[i]));
  }
  return g_string_free (answer, FALSE);
}
