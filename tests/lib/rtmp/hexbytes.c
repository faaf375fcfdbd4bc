/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hexbytes.h"

#include <string.h>

GBytes *
hex_bytes_new (const gchar * hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (const gchar * p = hex; *p != '\0';) {
    if (g_ascii_isspace (*p)) {
      p++;
      continue;
    }
    g_assert_true (g_ascii_isxdigit (p[0]) && g_ascii_isxdigit (p[1]));
    guint8 byte =
        g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1]);
    g_byte_array_append (bytes, &byte, 1);
    p += 2;
  }
  return g_byte_array_free_to_bytes (bytes);
}

void
hex_bytes_assert (gconstpointer data, gsize size, const gchar * hex)
{
  g_autoptr (GBytes) wanted = hex_bytes_new (hex);
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x ", ((const guint8 *) data)[i]);
  if (size == g_bytes_get_size (wanted)
      && (size == 0
          || memcmp (data, g_bytes_get_data (wanted, NULL), size) == 0))
    return;
  g_error ("got    %s\nwanted %s", text->str, hex);
}
