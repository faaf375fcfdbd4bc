/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serveranswer.h"

#include <string.h>

#define MIXED "a=extmap-allow-mixed\r\n"

/* Browsers begin with 300 kbit/s, and a picture that is small because of it
 * stays so for a while. Rooms are near; feedback tells when this is too much. */
#define START_BITRATE "x-google-start-bitrate=1000"

/* All that we know: what one section of a connection refuses, browsers offer in
 * none of it any more. But sound is not counted: what is sent for it does not
 * depend on how much gets through. */
static void
accept_extensions (GString * text, const ServerSection * section)
{
  for (guint i = 0; i < SERVER_EXTENSION_COUNT; i++) {
    if (section->extensions.id[i] != 0
        && (section->video || i != SERVER_EXTENSION_TRANSPORT))
      g_string_append_printf (text, "\r\na=extmap:%u %s",
          section->extensions.id[i], server_extension_get_uri (i));
  }
}

/* Of the first format of the section that begins at @lines; NULL: none. */
static gchar *
make_fmtp (gchar ** lines)
{
  g_auto (GStrv) words = g_strsplit (*lines, " ", 5);

  return g_strv_length (words) >= 4
      ? g_strconcat ("a=fmtp:", words[3], " ", NULL) : NULL;
}

static gboolean
has_line (gchar ** lines, const gchar * prefix)
{
  for (gchar ** line = lines + 1; *line != NULL
      && !g_str_has_prefix (*line, "m="); line++) {
    if (g_str_has_prefix (*line, prefix))
      return TRUE;
  }
  return FALSE;
}

/* What follows the section's mid. @fmtp: the line of the parameters that are
 * still to be said. */
static void
accept_terms (GString * text, const ServerSection * section, const gchar * fmtp)
{
  accept_extensions (text, section);
  if (section->rid != NULL && section->sends)
    g_string_append_printf (text, "\r\na=rid:%s recv\r\na=simulcast:recv %s",
        section->rid, section->rid);
  if (fmtp != NULL)
    g_string_append_printf (text, "\r\n%s" START_BITRATE, fmtp);
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
  g_autofree gchar *fmtp =
      known && section->video && section->sends ? make_fmtp (lines) : NULL;
  gboolean said = fmtp != NULL && has_line (lines, fmtp);
  gchar **line = lines;

  do {
    g_string_append (text, *line);
    if (known && g_str_has_prefix (*line, "a=mid:"))
      accept_terms (text, section, said ? NULL : fmtp);
    if (said && g_str_has_prefix (*line, fmtp))
      g_string_append (text, ";" START_BITRATE);
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
