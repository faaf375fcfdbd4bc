/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmphandshake.h"

#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmpdigest.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <string.h>

#define BLOCK RTMP_HANDSHAKE_BLOCK

/* Bytes 4 to 7 of a block. Zero is plain. Who writes a version has to show a
 * digest: ffmpeg closes when it finds none. These two are what peers know. */
#define PLAYER_VERSION 0x80000702
#define SERVER_VERSION 0x04050001

/* First bytes of the encrypted kinds: RTMPE, and two with other ciphers. */
static const guint8 encrypted[] = { 6, 8, 9 };

typedef enum
{
  WAIT_VERSION,                 /* a byte */
  WAIT_BLOCK,                   /* C1 or S1 */
  WAIT_ANSWER,                  /* C2 or S2 */
  DONE,
  BROKEN,
} State;

struct _RtmpHandshake
{
  gboolean is_client;
  gboolean wants_digest;
  gboolean is_digest;
  State state;
  guint32 time;
  GRand *random;
  GByteArray *out;
  guint8 block[BLOCK];          /* that is coming */
  gsize n_block;
};

static void
fill_random (RtmpHandshake * self, guint8 * data, gsize size)
{
  for (gsize i = 0; i < size; i += 4)
    rtmp_put_u32 (data + i, g_rand_int (self->random));
}

static void
put (RtmpHandshake * self, const guint8 * data, gsize size)
{
  g_byte_array_append (self->out, data, size);
}

/* The version, then a block with @version in it; with one that is not 0 a
 * digest is imprinted too. */
static void
put_beginning (RtmpHandshake * self, guint32 version, RtmpDigestMaker maker,
    RtmpDigestScheme scheme)
{
  const guint8 first = RTMP_VERSION;
  guint8 block[BLOCK];

  rtmp_put_u32 (block, self->time);
  rtmp_put_u32 (block + 4, version);
  fill_random (self, block + 8, BLOCK - 8);
  if (version != 0)
    rtmp_digest_imprint (block, maker, scheme);
  put (self, &first, 1);
  put (self, block, BLOCK);
}

static void
put_answer (RtmpHandshake * self, RtmpDigestMaker maker, const guint8 * digest)
{
  guint8 block[BLOCK];

  fill_random (self, block, BLOCK);
  rtmp_digest_sign (block, maker, digest);
  put (self, block, BLOCK);
}

static RtmpHandshake *
new_handshake (guint32 time, GRand * random)
{
  RtmpHandshake *self = g_new0 (RtmpHandshake, 1);

  self->time = time;
  self->random = g_rand_copy (random);
  /* The next one is another. */
  g_rand_int (random);
  self->out = g_byte_array_new ();
  return self;
}

RtmpHandshake *
rtmp_handshake_new_client (gboolean digest, guint32 time, GRand * random)
{
  g_return_val_if_fail (random != NULL, NULL);

  RtmpHandshake *self = new_handshake (time, random);
  self->is_client = TRUE;
  self->wants_digest = digest;
  put_beginning (self, digest ? PLAYER_VERSION : 0, RTMP_DIGEST_PLAYER,
      RTMP_DIGEST_FIRST);
  return self;
}

RtmpHandshake *
rtmp_handshake_new_server (guint32 time, GRand * random)
{
  g_return_val_if_fail (random != NULL, NULL);

  return new_handshake (time, random);
}

void
rtmp_handshake_free (RtmpHandshake * self)
{
  if (self == NULL)
    return;

  g_byte_array_unref (self->out);
  g_rand_free (self->random);
  g_free (self);
}

/* 5.2.2: from 32 on it is a text protocol. A client may ask for a version that
 * we do not have, and is answered with ours. */
static gboolean
check_version (RtmpHandshake * self, guint8 version, GError ** error)
{
  const gchar *who = self->is_client ? "server" : "client";

  for (guint i = 0; i < G_N_ELEMENTS (encrypted); i++) {
    if (version == encrypted[i]) {
      g_set_error (error, RTMP_ERROR, RTMP_ERROR_HANDSHAKE,
          "the %s wants an encrypted kind of RTMP (%u), which is not supported",
          who, version);
      return FALSE;
    }
  }
  if (version == RTMP_VERSION || (!self->is_client && version < 32))
    return TRUE;
  g_set_error (error, RTMP_ERROR, RTMP_ERROR_HANDSHAKE,
      "the %s does not speak RTMP: it begins with the byte 0x%02x", who,
      version);
  return FALSE;
}

/* C1 is here: S0, S1 and S2 go out. */
static void
answer_client (RtmpHandshake * self)
{
  RtmpDigestScheme scheme;
  const guint8 *digest = NULL;

  if (rtmp_get_u32 (self->block + 4) != 0)
    digest = rtmp_digest_find (self->block, RTMP_DIGEST_PLAYER, &scheme);
  if (digest == NULL) {
    put_beginning (self, 0, RTMP_DIGEST_SERVER, RTMP_DIGEST_FIRST);
    put (self, self->block, BLOCK);
    return;
  }
  self->is_digest = TRUE;
  put_beginning (self, SERVER_VERSION, RTMP_DIGEST_SERVER, scheme);
  put_answer (self, RTMP_DIGEST_SERVER, digest);
}

/* S1 is here: C2 goes out. */
static void
answer_server (RtmpHandshake * self)
{
  RtmpDigestScheme scheme;
  const guint8 *digest = NULL;

  if (self->wants_digest)
    digest = rtmp_digest_find (self->block, RTMP_DIGEST_SERVER, &scheme);
  if (digest == NULL) {
    put (self, self->block, BLOCK);
    return;
  }
  self->is_digest = TRUE;
  put_answer (self, RTMP_DIGEST_PLAYER, digest);
}

/* A block is here whole. What is in an answer is not looked at: servers and
 * clients differ in it, and nobody is the safer for it. */
static void
take_block (RtmpHandshake * self)
{
  if (self->state == WAIT_ANSWER) {
    self->state = DONE;
    return;
  }
  if (self->is_client)
    answer_server (self);
  else
    answer_client (self);
  self->state = WAIT_ANSWER;
}

gboolean
rtmp_handshake_feed (RtmpHandshake * self, const guint8 * data, gsize size,
    gsize * used, GError ** error)
{
  g_return_val_if_fail (self != NULL && used != NULL, FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);

  *used = 0;
  if (self->state == WAIT_VERSION && size > 0) {
    self->state = check_version (self, data[0], error) ? WAIT_BLOCK : BROKEN;
    if (self->state == BROKEN)
      return FALSE;
    *used = 1;
  }
  if (self->state == BROKEN) {
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_HANDSHAKE,
        "the other end does not speak RTMP");
    return FALSE;
  }
  while (self->state != DONE && *used < size) {
    gsize part = MIN (BLOCK - self->n_block, size - *used);
    memcpy (self->block + self->n_block, data + *used, part);
    self->n_block += part;
    *used += part;
    if (self->n_block == BLOCK) {
      take_block (self);
      self->n_block = 0;
    }
  }
  return TRUE;
}

GBytes *
rtmp_handshake_take (RtmpHandshake * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->out->len == 0)
    return NULL;
  GBytes *bytes = g_byte_array_free_to_bytes (self->out);
  self->out = g_byte_array_new ();
  return bytes;
}

gboolean
rtmp_handshake_is_done (const RtmpHandshake * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->state == DONE;
}

gboolean
rtmp_handshake_is_digest (const RtmpHandshake * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_digest;
}
