/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serveranswer.h"

static void
accept_extension (GString * text, guint number, const gchar * uri)
{
  if (number > 0)
    g_string_append_printf (text, "\r\na=extmap:%u %s", number, uri);
}

static void
accept_terms (GString * text, const ServerSection * section)
{
  accept_extension (text, section->mid_extension, SERVER_MID_URI);
  accept_extension (text, section->rid_extension, SERVER_RID_URI);
  accept_extension (text, section->repaired_extension, SERVER_REPAIRED_URI);
  if (section->rid != NULL && section->sends)
    g_string_append_printf (text, "\r\na=rid:%s recv\r\na=simulcast:recv %s",
        section->rid, section->rid);
}

gchar *
server_answer_write (const gchar * sdp, const ServerOffer * offer)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  GString *text = g_string_new (NULL);
  const ServerSection *section = NULL;
  guint mline = 0;

  for (gchar ** line = lines; *line != NULL; line++) {
    if (g_str_has_prefix (*line, "m=")) {
      section = mline < server_offer_get_size (offer)
          ? server_offer_get (offer, mline) : NULL;
      mline++;
    }
    g_string_append (text, *line);
    if (section != NULL && section->media && !section->refused
        && g_str_has_prefix (*line, "a=mid:"))
      accept_terms (text, section);
    if (line[1] != NULL)
      g_string_append (text, "\r\n");
  }
  return g_string_free (text, FALSE);
}
