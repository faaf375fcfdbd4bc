/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDigest: what a handshake block holds when its maker wants to be believed.
 * Adobe has not written it down; servers and players agree on it. A block is
 * RTMP_HANDSHAKE_BLOCK bytes. */
#pragma once

#include <glib.h>

#define RTMP_DIGEST_SIZE 32

/* Who has made the block. */
typedef enum {
  RTMP_DIGEST_PLAYER,
  RTMP_DIGEST_SERVER,
} RtmpDigestMaker;

/* Where in the block the digest is; each has a part of it to choose in. */
typedef enum {
  RTMP_DIGEST_FIRST,            /* the digest before the key */
  RTMP_DIGEST_SECOND,           /* behind it */
} RtmpDigestScheme;

/* The digest in @block, of its maker, and where it is; NULL when there is
 * none. */
const guint8 *rtmp_digest_find (const guint8 *block, RtmpDigestMaker maker,
    RtmpDigestScheme *scheme);

/* Writes the digest into @block, which is otherwise complete, and gives it. */
const guint8 *rtmp_digest_imprint (guint8 *block, RtmpDigestMaker maker,
    RtmpDigestScheme scheme);

/* Writes to the end of @block, the answer, what shows that its maker has read
 * the other end's @digest. */
void rtmp_digest_sign (guint8 *block, RtmpDigestMaker maker,
    const guint8 *digest);
