/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* librtmpbench: the rows of wirebench as librtmp does them, without the system
 * calls: messages are laid into its socket buffer. It writes chunks to sockets
 * only, so that there is nothing to compare for that. */

#include "benchrow.h"

#include <librtmp/amf.h>
#include <librtmp/log.h>
#include <librtmp/rtmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AV(text) { (char *) text, sizeof text - 1 }

/* One audio message in chunks, as a server sends it. */
static int
put_message (char *out, int size, int chunk_size)
{
  const uint8_t head[] =
      { 4, 0, 3, 232, size >> 16, size >> 8, size, 8, 1, 0, 0,
    0
  };
  int n = sizeof head;

  memcpy (out, head, n);
  for (int at = 0; at < size; at += chunk_size) {
    int part = size - at < chunk_size ? size - at : chunk_size;
    if (at > 0)
      out[n++] = (char) 0xc4;
    memset (out + n, 7, part);
    n += part;
  }
  return n;
}

static unsigned long
read_messages (int size, int chunk_size, unsigned long count)
{
  static char block[RTMP_BUFFER_CACHE_SIZE];
  int one = put_message (block, size, chunk_size);
  int per_block = (RTMP_BUFFER_CACHE_SIZE - 1) / one;
  RTMP *rtmp = RTMP_Alloc ();
  unsigned long done = 0;

  for (int i = 1; i < per_block; i++)
    memcpy (block + i * one, block, one);
  RTMP_Init (rtmp);
  rtmp->m_sb.sb_socket = -1;
  rtmp->m_inChunkSize = chunk_size;
  rtmp->m_nClientBW = 0x7ffffff0;
  memcpy (rtmp->m_sb.sb_buf, block, per_block * one);
  while (done < count) {
    /* It reads what is there: the bytes stay as they are. */
    rtmp->m_sb.sb_start = rtmp->m_sb.sb_buf;
    rtmp->m_sb.sb_size = per_block * one;
    rtmp->m_nBytesIn = rtmp->m_nBytesInSent = 0;
    for (int i = 0; i < per_block; i++) {
      RTMPPacket packet = { 0 };
      do {
        if (!RTMP_ReadPacket (rtmp, &packet))
          exit (1);
      } while (!RTMPPacket_IsReady (&packet));
      RTMPPacket_Free (&packet);
    }
    done += per_block;
  }
  RTMP_Free (rtmp);
  return done;
}

static unsigned long
read_100 (unsigned long count)
{
  return read_messages (100, 128, count);
}

static unsigned long
read_4096 (unsigned long count)
{
  return read_messages (4096, 128, count);
}

static unsigned long
read_12000 (unsigned long count)
{
  return read_messages (12000, 4096, count);
}

static char *
write_connect (char *at, char *end)
{
  static const AVal name = AV ("connect");
  static const AVal keys[] = { AV ("app"), AV ("type"), AV ("flashVer"),
    AV ("tcUrl")
  };
  static const AVal values[] = { AV ("live"), AV ("nonprivate"),
    AV ("FMLE/3.0"), AV ("rtmp://localhost/live")
  };

  at = AMF_EncodeString (at, end, &name);
  at = AMF_EncodeNumber (at, end, 1);
  *at++ = AMF_OBJECT;
  for (int i = 0; i < 4; i++)
    at = AMF_EncodeNamedString (at, end, &keys[i], &values[i]);
  *at++ = 0;
  *at++ = 0;
  *at++ = AMF_OBJECT_END;
  return at;
}

static unsigned long
write_amf (unsigned long count)
{
  char out[1024];

  for (unsigned long i = 0; i < count; i++) {
    char *end = write_connect (out, out + sizeof out);
    __asm__ volatile (""::"r" (end):"memory");
  }
  return count;
}

static unsigned long
parse_amf (unsigned long count)
{
  char out[1024];
  char *end = write_connect (out, out + sizeof out);

  for (unsigned long i = 0; i < count; i++) {
    AMFObject object;
    AMF_Decode (&object, out, end - out, 0);
    AMF_Reset (&object);
  }
  return count;
}

int
main (int argc, char **argv)
{
  static const BenchRow rows[] = {
    {"read 100 B, 1 chunk", read_100},
    {"read 4096 B, 32 chunks", read_4096},
    {"read 12000 B, 3 chunks", read_12000},
    {"write connect in AMF0", write_amf},
    {"parse connect in AMF0", parse_amf},
    {NULL}
  };

  RTMP_LogSetLevel (RTMP_LOGCRIT);
  return bench_row_main (rows, argc, argv);
}
