/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cipher is Corrected Block TEA: D. Wheeler, R. Needham, "Correction to
 * xtea", 1998. Words are little-endian. */

#include "rtmp/rtmptoken.h"

#include "rtmp/rtmplimits.h"

#include <string.h>

#define DELTA 0x9e3779b9u

/* Of the token, which is cut or filled with zeros. */
#define KEY_SIZE 16

static guint32
get_word (const guint8 * data)
{
  return data[0] | data[1] << 8 | data[2] << 16 | (guint32) data[3] << 24;
}

static void
put_word (guint8 * data, guint32 word)
{
  for (guint i = 0; i < 4; i++)
    data[i] = word >> (8 * i);
}

/* What word @at changes by; @before and @after are its neighbours. */
static guint32
mix (const guint32 * key, guint at, guint32 sum, guint32 before, guint32 after)
{
  guint32 part = key[(at & 3) ^ ((sum >> 2) & 3)];

  return ((before >> 5 ^ after << 2) + (after >> 3 ^ before << 4))
      ^ ((sum ^ after) + (part ^ before));
}

static void
decipher (const guint32 * key, guint32 * words, guint n)
{
  guint32 sum = (6 + 52 / n) * DELTA;

  for (; sum != 0; sum -= DELTA)
    for (guint at = n; at-- > 0;)
      words[at] -= mix (key, at, sum, words[(at + n - 1) % n],
          words[(at + 1) % n]);
}

/* FALSE: it is no hexadecimal. */
static gboolean
read_hex (const gchar * text, guint8 * bytes, gsize size)
{
  for (gsize i = 0; i < size; i++) {
    gint high = g_ascii_xdigit_value (text[2 * i]);
    gint low = g_ascii_xdigit_value (text[2 * i + 1]);
    if (high < 0 || low < 0)
      return FALSE;
    bytes[i] = high << 4 | low;
  }
  return TRUE;
}

GBytes *
rtmp_token_answer (const gchar * token, const gchar * challenge)
{
  g_return_val_if_fail (token != NULL && challenge != NULL, NULL);

  guint8 bytes[RTMP_MAX_CHALLENGE], padded[KEY_SIZE] = { 0 };
  guint32 words[RTMP_MAX_CHALLENGE / 4], key[KEY_SIZE / 4];
  gsize size = strlen (challenge) / 2;
  guint n = size / 4;

  /* The cipher needs two words. */
  if (strlen (challenge) % 8 != 0 || n < 2 || size > sizeof bytes
      || !read_hex (challenge, bytes, size))
    return NULL;
  memcpy (padded, token, MIN (strlen (token), KEY_SIZE));
  for (guint i = 0; i < G_N_ELEMENTS (key); i++)
    key[i] = get_word (padded + 4 * i);
  for (guint i = 0; i < n; i++)
    words[i] = get_word (bytes + 4 * i);
  decipher (key, words, n);
  for (guint i = 0; i < n; i++)
    put_word (bytes + 4 * i, words[i]);
  return g_bytes_new (bytes, size);
}
