/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first byte says which end we are, and in which lengths the rest comes. */
#include "fuzztarget.h"

#include "rtmp/rtmphandshake.h"
#include "rtmp/rtmplimits.h"

static gsize
take (RtmpHandshake * handshake)
{
  g_autoptr (GBytes) bytes = rtmp_handshake_take (handshake);

  return bytes != NULL ? g_bytes_get_size (bytes) : 0;
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  if (size == 0)
    return 0;
  GRand *random = g_rand_new_with_seed (1);
  gboolean client = data[0] & 1;
  gsize step = data[0] & 2 ? 97 : G_MAXSIZE;
  g_autoptr (RtmpHandshake) handshake = client
      ? rtmp_handshake_new_client (data[0] & 4, 0, random)
      : rtmp_handshake_new_server (0, random);
  gsize read = 0, written = take (handshake);
  gboolean good = TRUE;

  for (gsize at = 1, used; at < size && good; at += used) {
    gsize part = MIN (step, size - at);
    good = rtmp_handshake_feed (handshake, data + at, part, &used, NULL);
    FUZZ_REQUIRE (used <= part);
    read += used;
    written += take (handshake);
    if (used == 0)
      break;
  }
  /* Either end reads and writes the same in all. */
  FUZZ_REQUIRE (read <= 1 + 2 * RTMP_HANDSHAKE_BLOCK);
  FUZZ_REQUIRE (rtmp_handshake_is_done (handshake)
      == (good && read == 1 + 2 * RTMP_HANDSHAKE_BLOCK));
  if (rtmp_handshake_is_done (handshake))
    FUZZ_REQUIRE (written == read);
  g_rand_free (random);
  return 0;
}
