/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serveranswer.h"

#include <string.h>

#define MIXED "a=extmap-allow-mixed\r\n"

/* All that we know: what one section of a connection refuses, browsers offer in
 * none of it any more. But packets are not counted across sections: nobody
 * would report on them. */
static void
accept_extensions (GString * text, const ServerSection * section)
{
  for (guint i = 0; i < SERVER_EXTENSION_COUNT; i++) {
    if (section->extensions.id[i] != 0 && i != SERVER_EXTENSION_TRANSPORT)
      g_string_append_printf (text, "\r\na=extmap:%u %s",
          section->extensions.id[i], server_extension_get_uri (i));
  }
}

/* What follows the section's mid. */
static void
accept_terms (GString * text, const ServerSection * section)
{
  accept_extensions (text, section);
  if (section->rid != NULL && section->sends)
    g_string_append_printf (text, "\r\na=rid:%s recv\r\na=simulcast:recv %s",
        section->rid, section->rid);
}

gchar *
server_answer_mix (const gchar * sdp)
{
  const gchar *section = strstr (sdp, "\r\nm=");

  if (section == NULL)
    return g_strdup (sdp);
  return g_strdup_printf ("%.*s\r\n" MIXED "%s", (gint) (section - sdp), sdp,
      section + 2);
}

/* One section of @sdp, from @lines on; gives the line behind it. */
static gchar **
write_section (GString * text, gchar ** lines, const ServerSection * section)
{
  gboolean known = section != NULL && section->media && !section->refused;
  gchar **line = lines;

  do {
    g_string_append (text, *line);
    if (known && g_str_has_prefix (*line, "a=mid:"))
      accept_terms (text, section);
    if (line[1] != NULL)
      g_string_append (text, "\r\n");
    line++;
  } while (*line != NULL && !g_str_has_prefix (*line, "m="));
  return line;
}

gchar *
server_answer_write (const gchar * sdp, const ServerOffer * offer)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  GString *text = g_string_new (NULL);
  guint mline = 0;

  for (gchar ** line = lines; *line != NULL;) {
    gboolean section = g_str_has_prefix (*line, "m=");
    line = write_section (text, line,
        section && mline < server_offer_get_size (offer)
        ? server_offer_get (offer, mline) : NULL);
    mline += section;
  }
  if (!server_offer_is_mixed (offer))
    return g_string_free (text, FALSE);
  gchar *mixed = server_answer_mix (text->str);
  g_string_free (text, TRUE);
  return mixed;
}
