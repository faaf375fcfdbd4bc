/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wirebench: what a message costs our chunk reader and writer, and AMF0. Bytes
 * come as the link gives them, in blocks that messages may keep. */

#include "benchrow.h"

#include "rtmp/rtmpamf0.h"
#include "rtmp/rtmpamf0writer.h"
#include "rtmp/rtmpchunkreader.h"
#include "rtmp/rtmpchunkwriter.h"
#include "rtmp/rtmpcursor.h"

#include <string.h>

#define BLOCK 65536
/* So many messages are sent at once. */
#define BATCH 16

static RtmpMessage *
new_message (guint type, gsize size)
{
  RtmpMessageHead head = { type, 1000, 1, 0 };
  g_autofree guint8 *data = g_malloc (size);

  memset (data, 7, size);
  g_autoptr (GBytes) payload = g_bytes_new (data, size);
  return rtmp_message_new (&head, payload);
}

static RtmpMessage *
new_chunk_size (guint32 chunk_size)
{
  RtmpMessageHead head = { RTMP_MESSAGE_SET_CHUNK_SIZE, 0, 0, 0 };
  guint8 data[4];

  rtmp_put_u32 (data, chunk_size);
  return rtmp_message_new_copy (&head, data, sizeof data);
}

/* All that @writer has. */
static void
drain (RtmpChunkWriter * writer, GByteArray * bytes)
{
  const GOutputVector *places;
  guint n;

  while ((places = rtmp_chunk_writer_peek (writer, &n)) && n > 0) {
    gsize size = 0;
    for (guint i = 0; i < n; i++) {
      if (bytes != NULL)
        g_byte_array_append (bytes, places[i].buffer, places[i].size);
      size += places[i].size;
    }
    rtmp_chunk_writer_advance (writer, size);
  }
}

static RtmpChunkWriter *
new_writer (guint32 chunk_size, GByteArray * bytes)
{
  RtmpChunkWriter *writer = rtmp_chunk_writer_new ();
  g_autoptr (RtmpMessage) message = new_chunk_size (chunk_size);

  rtmp_chunk_writer_put (writer, message, 0);
  drain (writer, bytes);
  return writer;
}

static unsigned long
take_all (RtmpChunkReader * reader)
{
  unsigned long n = 0;
  RtmpMessage *message;

  while ((message = rtmp_chunk_reader_take (reader, NULL)) != NULL) {
    rtmp_message_unref (message);
    n++;
  }
  return n;
}

static unsigned long
read_messages (gsize size, guint32 chunk_size, unsigned long count)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (RtmpChunkWriter) writer = new_writer (chunk_size, bytes);
  g_autoptr (RtmpMessage) message = new_message (RTMP_MESSAGE_AUDIO, size);
  g_autoptr (RtmpChunkReader) reader = rtmp_chunk_reader_new ();
  unsigned long done = 0;

  rtmp_chunk_reader_feed (reader, NULL, bytes->data, bytes->len);
  take_all (reader);
  g_byte_array_set_size (bytes, 0);
  while (bytes->len + 2 * size < BLOCK) {
    rtmp_chunk_writer_put (writer, message, 0);
    drain (writer, bytes);
  }
  g_autoptr (GBytes) block = g_bytes_new (bytes->data, bytes->len);
  while (done < count) {
    rtmp_chunk_reader_feed (reader, block, g_bytes_get_data (block, NULL),
        bytes->len);
    done += take_all (reader);
  }
  return done;
}

static unsigned long
write_messages (gsize size, guint32 chunk_size, unsigned long count)
{
  g_autoptr (RtmpChunkWriter) writer = new_writer (chunk_size, NULL);
  g_autoptr (RtmpMessage) message = new_message (RTMP_MESSAGE_AUDIO, size);
  unsigned long done = 0;

  for (; done < count; done += BATCH) {
    for (guint i = 0; i < BATCH; i++)
      rtmp_chunk_writer_put (writer, message, 0);
    drain (writer, NULL);
  }
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

static unsigned long
write_100 (unsigned long count)
{
  return write_messages (100, 128, count);
}

static unsigned long
write_4096 (unsigned long count)
{
  return write_messages (4096, 128, count);
}

static unsigned long
write_12000 (unsigned long count)
{
  return write_messages (12000, 4096, count);
}

/* What most clients say in it. */
static void
write_connect (RtmpAmf0Writer * writer)
{
  rtmp_amf0_writer_init (writer);
  rtmp_amf0_writer_add_string (writer, NULL, "connect");
  rtmp_amf0_writer_add_number (writer, NULL, 1);
  rtmp_amf0_writer_open_object (writer, NULL);
  rtmp_amf0_writer_add_string (writer, "app", "live");
  rtmp_amf0_writer_add_string (writer, "type", "nonprivate");
  rtmp_amf0_writer_add_string (writer, "flashVer", "FMLE/3.0");
  rtmp_amf0_writer_add_string (writer, "tcUrl", "rtmp://localhost/live");
  rtmp_amf0_writer_close (writer);
}

static unsigned long
write_amf (unsigned long count)
{
  for (unsigned long i = 0; i < count; i++) {
    g_auto (RtmpAmf0Writer) writer;
    write_connect (&writer);
    __asm__ volatile (""::"r" (writer.at):"memory");
  }
  return count;
}

static unsigned long
parse_amf (unsigned long count)
{
  g_auto (RtmpAmf0Writer) writer;

  write_connect (&writer);
  for (unsigned long i = 0; i < count; i++)
    rtmp_values_unref (rtmp_amf0_parse (writer.data,
            rtmp_amf0_writer_get_size (&writer), NULL));
  return count;
}

int
main (int argc, char **argv)
{
  static const BenchRow rows[] = {
    {"read 100 B, 1 chunk", read_100},
    {"read 4096 B, 32 chunks", read_4096},
    {"read 12000 B, 3 chunks", read_12000},
    {"write 100 B, 1 chunk", write_100},
    {"write 4096 B, 32 chunks", write_4096},
    {"write 12000 B, 3 chunks", write_12000},
    {"write connect in AMF0", write_amf},
    {"parse connect in AMF0", parse_amf},
    {NULL}
  };

  return bench_row_main (rows, argc, argv);
}
