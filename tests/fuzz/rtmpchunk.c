/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first byte says in which lengths the rest is given to the reader. */
#include "fuzztarget.h"

#include "rtmp/rtmpchunkreader.h"
#include "rtmp/rtmpchunkwriter.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <string.h>

typedef struct
{
  GPtrArray *messages;
  GError *error;
} Result;

static void
read_slice (Result * result, RtmpChunkReader * reader, const guint8 * data,
    gsize size, gboolean owned)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  const guint8 *place = g_bytes_get_data (bytes, NULL);
  RtmpMessage *message;

  rtmp_chunk_reader_feed (reader, owned ? bytes : NULL, place, size);
  while ((message = rtmp_chunk_reader_take (reader, &result->error)) != NULL) {
    FUZZ_REQUIRE (result->error == NULL);
    g_ptr_array_add (result->messages, message);
  }
}

static Result
read_all (const guint8 * data, gsize size, guint step)
{
  Result result = {
    g_ptr_array_new_with_free_func ((GDestroyNotify) rtmp_message_unref), NULL
  };
  g_autoptr (RtmpChunkReader) reader = rtmp_chunk_reader_new ();

  for (gsize i = 0; size > 0 && result.error == NULL; i++) {
    gsize slice = step == 0 ? size : MIN (size, 1 + i * step % 41);
    read_slice (&result, reader, data, slice, step % 2 == 0);
    data += slice;
    size -= slice;
  }
  return result;
}

static void
clear (Result * result)
{
  g_ptr_array_unref (result->messages);
  g_clear_error (&result->error);
}

static void
check_same (const Result * one, const Result * other)
{
  FUZZ_REQUIRE (one->messages->len == other->messages->len);
  for (guint i = 0; i < one->messages->len; i++) {
    RtmpMessage *a = g_ptr_array_index (one->messages, i);
    RtmpMessage *b = g_ptr_array_index (other->messages, i);
    FUZZ_REQUIRE (memcmp (&a->head, &b->head, sizeof (RtmpMessageHead)) == 0);
    FUZZ_REQUIRE (a->size == b->size);
    FUZZ_REQUIRE (a->size == 0 || memcmp (a->data, b->data, a->size) == 0);
  }
  FUZZ_REQUIRE ((one->error == NULL) == (other->error == NULL));
  if (one->error != NULL)
    FUZZ_REQUIRE (one->error->code == other->error->code);
}

static GByteArray *
write_all (const Result * result, guint step)
{
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (RtmpChunkWriter) writer = rtmp_chunk_writer_new ();
  const GOutputVector *vectors;
  guint n;

  for (guint i = 0; i < result->messages->len; i++)
    rtmp_chunk_writer_put (writer, g_ptr_array_index (result->messages, i), 0);
  while ((vectors = rtmp_chunk_writer_peek (writer, &n)), n > 0) {
    gsize size = MIN (vectors[0].size, (gsize) 1 + step * 7);
    g_byte_array_append (bytes, vectors[0].buffer, size);
    rtmp_chunk_writer_advance (writer, size);
  }
  FUZZ_REQUIRE (rtmp_chunk_writer_get_n_messages (writer) == 0);
  FUZZ_REQUIRE (rtmp_chunk_writer_get_size (writer) == 0);
  return bytes;
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  if (size == 0)
    return 0;
  Result whole = read_all (data + 1, size - 1, 0);
  Result sliced = read_all (data + 1, size - 1, data[0]);
  check_same (&whole, &sliced);
  if (whole.error != NULL)
    FUZZ_REQUIRE (whole.error->domain == RTMP_ERROR);

  /* What was read can be written, and is the same when it is read again. */
  g_autoptr (GByteArray) bytes = write_all (&whole, data[0]);
  Result again = read_all (bytes->data, bytes->len, data[0]);
  g_clear_error (&whole.error);
  check_same (&whole, &again);
  clear (&whole);
  clear (&sliced);
  clear (&again);
  return 0;
}
