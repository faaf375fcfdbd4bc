/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chunkrun.h"

#include "hexbytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a random slice. */
#define MAX_SLICE 300

static gsize
get_slice (ChunkRunSlicing slicing, gsize left, GRand * random)
{
  switch (slicing) {
    case CHUNK_RUN_WHOLE:
      return left;
    case CHUNK_RUN_BYTES:
      return 1;
    case CHUNK_RUN_SLICES:
    case CHUNK_RUN_UNOWNED:
      break;
  }
  /* Short ones are more interesting. */
  gsize slice = g_rand_int_range (random, 1,
      g_rand_boolean (random) ? 6 : MAX_SLICE);
  return MIN (left, slice);
}

static void
take_all (ChunkRun * self, RtmpChunkReader * reader)
{
  RtmpMessage *message;

  while ((message = rtmp_chunk_reader_take (reader, &self->error)) != NULL)
    g_ptr_array_add (self->messages, message);
}

ChunkRun *
chunk_run_new (const guint8 * data, gsize size, ChunkRunSlicing slicing,
    GRand * random)
{
  ChunkRun *self = g_new0 (ChunkRun, 1);
  g_autoptr (RtmpChunkReader) reader = rtmp_chunk_reader_new ();

  self->messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rtmp_message_unref);
  while (size > 0 && self->error == NULL) {
    gsize slice = get_slice (slicing, size, random);
    g_autoptr (GBytes) bytes = g_bytes_new (data, slice);
    const guint8 *place = g_bytes_get_data (bytes, NULL);
    rtmp_chunk_reader_feed (reader,
        slicing == CHUNK_RUN_UNOWNED ? NULL : bytes, place, slice);
    take_all (self, reader);
    data += slice;
    size -= slice;
  }
  self->chunk_size = rtmp_chunk_reader_get_chunk_size (reader);
  return self;
}

gboolean
chunk_run_is_same (RtmpMessage * one, RtmpMessage * other)
{
  const RtmpMessageHead *a = rtmp_message_get_head (one);
  const RtmpMessageHead *b = rtmp_message_get_head (other);
  g_autoptr (GBytes) a_bytes = rtmp_message_dup_payload (one);
  g_autoptr (GBytes) b_bytes = rtmp_message_dup_payload (other);

  return a->type == b->type && a->timestamp == b->timestamp
      && a->stream == b->stream && a->chunk_stream == b->chunk_stream
      && g_bytes_equal (a_bytes, b_bytes);
}

static void
assert_same (ChunkRun * one, ChunkRun * other)
{
  g_assert_cmpuint (one->messages->len, ==, other->messages->len);
  for (guint i = 0; i < one->messages->len; i++)
    g_assert_true (chunk_run_is_same (chunk_run_get (one, i),
            chunk_run_get (other, i)));
  g_assert_cmpuint (one->chunk_size, ==, other->chunk_size);
  g_assert_true ((one->error == NULL) == (other->error == NULL));
  if (one->error != NULL)
    g_assert_error (other->error, one->error->domain, one->error->code);
}

ChunkRun *
chunk_run_new_all (const guint8 * data, gsize size, GRand * random)
{
  ChunkRun *self = chunk_run_new (data, size, CHUNK_RUN_WHOLE, random);

  for (guint i = 1; i < CHUNK_RUN_N_SLICINGS; i++) {
    g_autoptr (ChunkRun) other = chunk_run_new (data, size, i, random);
    assert_same (self, other);
  }
  return self;
}

ChunkRun *
chunk_run_new_hex (const gchar * hex)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  GRand *random = g_rand_new_with_seed (1);
  ChunkRun *self = chunk_run_new_all (g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), random);

  g_rand_free (random);
  return self;
}

void
chunk_run_free (ChunkRun * self)
{
  g_ptr_array_unref (self->messages);
  g_clear_error (&self->error);
  g_free (self);
}

RtmpMessage *
chunk_run_get (ChunkRun * self, guint index)
{
  g_assert_cmpuint (index, <, self->messages->len);
  return g_ptr_array_index (self->messages, index);
}

void
chunk_run_assert (ChunkRun * self, guint index, guint type, guint32 timestamp,
    guint32 stream, gsize size)
{
  RtmpMessage *message = chunk_run_get (self, index);
  const RtmpMessageHead *head = rtmp_message_get_head (message);

  g_assert_cmpuint (head->type, ==, type);
  g_assert_cmpuint (head->timestamp, ==, timestamp);
  g_assert_cmpuint (head->stream, ==, stream);
  g_assert_cmpuint (rtmp_message_get_size (message), ==, size);
}

GRand *
chunk_run_new_random (void)
{
  const gchar *given = g_getenv ("RTMP_TEST_SEED");
  guint32 seed = given != NULL ? strtoul (given, NULL, 10) : g_random_int ();

  printf ("RTMP_TEST_SEED=%u\n", seed);
  fflush (stdout);
  return g_rand_new_with_seed (seed);
}
