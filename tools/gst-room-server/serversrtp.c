/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSrtp: what is computed is nettle's. The rest is which number a packet
 * has beyond its sixteen bits, and that none is used twice: two packets under
 * one number would give away what is in both. */
#include "serversrtp.h"

#include <nettle/aes.h>
#include <nettle/ctr.h>
#include <nettle/hmac.h>
#include <string.h>

#include "serverpacket.h"

#define MASTER_KEY_SIZE 16
#define SALT_SIZE 14
#define AUTH_KEY_SIZE 20

/* As many as receivers look back (section 3.3.2). */
#define WINDOW 128

/* Section 4.3.1. */
typedef enum
{
  LABEL_KEY,
  LABEL_AUTH,
  LABEL_SALT,
} Label;

/* One stream. Its numbers are those of the packets, and how often they have
 * begun anew in front of them. */
typedef struct
{
  guint64 highest;
  guint64 sent[WINDOW];         /* by their last bits: number + 1; 0: none */
} Stream;

struct _ServerSrtp
{
  struct aes128_ctx cipher;
  struct hmac_sha1_ctx hmac;
  guint8 salt[AES_BLOCK_SIZE];  /* as it goes into the counter */
  GHashTable *streams;          /* of Stream, by SSRC */
};

static void
encrypt (const struct aes128_ctx *cipher, guint8 * counter, guint8 * data,
    gsize size)
{
  ctr_crypt (cipher, (nettle_cipher_func *) aes128_encrypt, AES_BLOCK_SIZE,
      counter, size, data, data);
}

static void
derive (const struct aes128_ctx *master, const guint8 * salt, Label label,
    guint8 * out, gsize size)
{
  guint8 counter[AES_BLOCK_SIZE] = { 0 };

  memcpy (counter, salt, SALT_SIZE);
  counter[SALT_SIZE - 7] ^= label;
  memset (out, 0, size);
  encrypt (master, counter, out, size);
}

ServerSrtp *
server_srtp_new (const guint8 key[SERVER_SRTP_KEY_SIZE])
{
  ServerSrtp *self = g_new0 (ServerSrtp, 1);
  const guint8 *salt = key + MASTER_KEY_SIZE;
  struct aes128_ctx master;
  guint8 session[AUTH_KEY_SIZE];

  aes128_set_encrypt_key (&master, key);
  derive (&master, salt, LABEL_KEY, session, AES128_KEY_SIZE);
  aes128_set_encrypt_key (&self->cipher, session);
  derive (&master, salt, LABEL_AUTH, session, AUTH_KEY_SIZE);
  hmac_sha1_set_key (&self->hmac, AUTH_KEY_SIZE, session);
  derive (&master, salt, LABEL_SALT, self->salt, SALT_SIZE);
  explicit_bzero (&master, sizeof master);
  explicit_bzero (session, sizeof session);
  self->streams = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

void
server_srtp_free (ServerSrtp * self)
{
  g_hash_table_unref (self->streams);
  explicit_bzero (self, sizeof *self);
  g_free (self);
}

static Stream *
get_stream (ServerSrtp * self, const ServerPacket * packet)
{
  gpointer key = GUINT_TO_POINTER (packet->ssrc);
  Stream *stream = g_hash_table_lookup (self->streams, key);

  if (stream == NULL) {
    stream = g_new0 (Stream, 1);
    stream->highest = packet->seq;
    g_hash_table_insert (self->streams, key, stream);
  }
  return stream;
}

/* Section 3.3.1: the number that is nearest to the highest one. FALSE: it must
 * not be used. */
static gboolean
take_number (Stream * stream, guint16 seq, guint64 * number)
{
  gint64 distance = (gint16) (seq - (guint16) stream->highest);

  if (distance <= -WINDOW || (distance < 0
          && stream->highest < (guint64) - distance))
    return FALSE;
  *number = stream->highest + distance;
  guint64 *sent = &stream->sent[*number % WINDOW];
  if (*sent == *number + 1 || *number >> 48 != 0)
    return FALSE;
  *sent = *number + 1;
  stream->highest = MAX (stream->highest, *number);
  return TRUE;
}

/* Section 4.1.1. */
static void
make_counter (ServerSrtp * self, guint32 ssrc, guint64 number, guint8 * counter)
{
  memcpy (counter, self->salt, AES_BLOCK_SIZE);
  for (guint i = 0; i < 4; i++)
    counter[4 + i] ^= ssrc >> (24 - 8 * i);
  for (guint i = 0; i < 6; i++)
    counter[8 + i] ^= number >> (40 - 8 * i);
}

gboolean
server_srtp_protect (ServerSrtp * self, guint8 * packet, gsize size)
{
  ServerPacket header;
  guint8 counter[AES_BLOCK_SIZE], rollover[4];
  guint64 number;

  if (!server_packet_parse (&header, packet, size)
      || !take_number (get_stream (self, &header), header.seq, &number))
    return FALSE;
  make_counter (self, header.ssrc, number, counter);
  encrypt (&self->cipher, counter, packet + header.offset,
      size - header.offset);
  for (guint i = 0; i < sizeof rollover; i++)
    rollover[i] = number >> (40 - 8 * i);
  hmac_sha1_update (&self->hmac, size, packet);
  hmac_sha1_update (&self->hmac, sizeof rollover, rollover);
  hmac_sha1_digest (&self->hmac, SERVER_SRTP_TAG_SIZE, packet + size);
  return TRUE;
}
