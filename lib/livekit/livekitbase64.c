/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitbase64.h"

#include <string.h>

gchar *
livekit_base64_write (const guint8 * data, gsize size, gboolean pad)
{
  gchar *text = g_base64_encode (data, size);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  if (!pad)
    text[strcspn (text, "=")] = '\0';
  return text;
}

static gint
get_value (gchar c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  if (c == '-')
    return 62;
  if (c == '_')
    return 63;
  return -1;
}

GBytes *
livekit_base64_parse (const gchar * text, gsize length)
{
  gsize digits = length;
  while (digits > 0 && length - digits < 2 && text[digits - 1] == '=')
    digits--;
  if (digits % 4 == 1 || (digits != length && length % 4 != 0))
    return NULL;

  g_autofree guint8 *data = g_malloc (digits / 4 * 3 + 3);
  gsize size = 0;
  guint32 bits = 0;
  for (gsize i = 0; i < digits; i++) {
    gint value = get_value (text[i]);
    if (value < 0)
      return NULL;
    bits = (bits << 6) | value;
    if (i % 4 != 0)
      data[size++] = bits >> (6 - 2 * (i % 4));
  }

  /* Two digits leave four bits over, three leave two. */
  if ((digits % 4 == 2 && (bits & 0xf) != 0)
      || (digits % 4 == 3 && (bits & 0x3) != 0))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), size);
}
