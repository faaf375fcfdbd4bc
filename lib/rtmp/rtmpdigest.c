/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpdigest.h"

#include "rtmp/rtmplimits.h"

#include <string.h>

/* The block has two parts of 764 bytes behind its eight first: one begins with
 * four bytes whose sum says where in the part the digest is. */
#define FIRST_PART 8
#define SECOND_PART (8 + 764)
#define N_PLACES (764 - 4 - RTMP_DIGEST_SIZE)

/* Of a key, for a digest: the words of who has made it; and all of it, for an
 * answer. */
#define PLAYER_WORDS "Genuine Adobe Flash Player 001"
#define SERVER_WORDS "Genuine Adobe Flash Media Server 001"

static const guint8 key_tail[32] = {
  0xf0, 0xee, 0xc2, 0x4a, 0x80, 0x68, 0xbe, 0xe8,
  0x2e, 0x00, 0xd0, 0xd1, 0x02, 0x9e, 0x7e, 0x57,
  0x6e, 0xec, 0x5d, 0x2d, 0x29, 0x80, 0x6f, 0xab,
  0x93, 0xb8, 0xe6, 0x36, 0xcf, 0xeb, 0x31, 0xae
};

static const gchar *
get_words (RtmpDigestMaker maker)
{
  return maker == RTMP_DIGEST_PLAYER ? PLAYER_WORDS : SERVER_WORDS;
}

static gsize
get_place (const guint8 * block, RtmpDigestScheme scheme)
{
  gsize part = scheme == RTMP_DIGEST_FIRST ? FIRST_PART : SECOND_PART;
  guint sum = block[part] + block[part + 1] + block[part + 2] + block[part + 3];

  return part + 4 + sum % N_PLACES;
}

/* Of all but the digest itself. */
static void
compute (const guint8 * block, gsize place, RtmpDigestMaker maker,
    guint8 * digest)
{
  const gchar *words = get_words (maker);
  gsize size = RTMP_DIGEST_SIZE;
  gsize behind = place + RTMP_DIGEST_SIZE;
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) words,
      strlen (words));

  g_hmac_update (hmac, block, place);
  g_hmac_update (hmac, block + behind, RTMP_HANDSHAKE_BLOCK - behind);
  g_hmac_get_digest (hmac, digest, &size);
  g_hmac_unref (hmac);
}

const guint8 *
rtmp_digest_find (const guint8 * block, RtmpDigestMaker maker,
    RtmpDigestScheme * scheme)
{
  g_return_val_if_fail (block != NULL && scheme != NULL, NULL);

  const RtmpDigestScheme schemes[] = { RTMP_DIGEST_SECOND, RTMP_DIGEST_FIRST };
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    guint8 digest[RTMP_DIGEST_SIZE];
    gsize place = get_place (block, schemes[i]);
    compute (block, place, maker, digest);
    if (memcmp (digest, block + place, RTMP_DIGEST_SIZE) == 0) {
      *scheme = schemes[i];
      return block + place;
    }
  }
  return NULL;
}

const guint8 *
rtmp_digest_imprint (guint8 * block, RtmpDigestMaker maker,
    RtmpDigestScheme scheme)
{
  g_return_val_if_fail (block != NULL, NULL);

  guint8 digest[RTMP_DIGEST_SIZE];
  gsize place = get_place (block, scheme);
  compute (block, place, maker, digest);
  memcpy (block + place, digest, RTMP_DIGEST_SIZE);
  return block + place;
}

static void
compute_all (const guint8 * key, gsize key_size, const guint8 * data,
    gsize size, guint8 * digest)
{
  gsize digest_size = RTMP_DIGEST_SIZE;
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_size);

  g_hmac_update (hmac, data, size);
  g_hmac_get_digest (hmac, digest, &digest_size);
  g_hmac_unref (hmac);
}

void
rtmp_digest_sign (guint8 * block, RtmpDigestMaker maker, const guint8 * digest)
{
  g_return_if_fail (block != NULL && digest != NULL);

  const gchar *words = get_words (maker);
  gsize length = strlen (words);
  guint8 key[sizeof SERVER_WORDS + sizeof key_tail];
  guint8 own[RTMP_DIGEST_SIZE];
  gsize signed_size = RTMP_HANDSHAKE_BLOCK - RTMP_DIGEST_SIZE;
  memcpy (key, words, length);
  memcpy (key + length, key_tail, sizeof key_tail);
  compute_all (key, length + sizeof key_tail, digest, RTMP_DIGEST_SIZE, own);
  compute_all (own, sizeof own, block, signed_size, block + signed_size);
}
