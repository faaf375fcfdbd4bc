/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ChunkRun: bytes given to a chunk reader in one slicing or another, for tests,
 * and what messages it makes of them. */
#pragma once

#include "rtmp/rtmpchunkreader.h"

typedef enum {
  CHUNK_RUN_WHOLE,              /* all at once */
  CHUNK_RUN_BYTES,              /* one at a time, each in a place of its own */
  CHUNK_RUN_SLICES,             /* of random lengths */
  CHUNK_RUN_UNOWNED,            /* of random lengths, held by nobody */
} ChunkRunSlicing;

#define CHUNK_RUN_N_SLICINGS 4

typedef struct {
  GPtrArray *messages;          /* of RtmpMessage */
  GError *error;
  guint32 chunk_size;           /* of the reader, at the end */
} ChunkRun;

/* @random for the lengths. */
ChunkRun *chunk_run_new (const guint8 *data, gsize size,
    ChunkRunSlicing slicing, GRand *random);
/* All slicings, which give the same or end the test. */
ChunkRun *chunk_run_new_all (const guint8 *data, gsize size, GRand *random);
ChunkRun *chunk_run_new_hex (const gchar *hex);
void chunk_run_free (ChunkRun *self);

RtmpMessage *chunk_run_get (ChunkRun *self, guint index);
/* Ends the test when the message at @index is another. */
void chunk_run_assert (ChunkRun *self, guint index, guint type,
    guint32 timestamp, guint32 stream, gsize size);

gboolean chunk_run_is_same (RtmpMessage *one, RtmpMessage *other);

/* From RTMP_TEST_SEED, or new; printed. */
GRand *chunk_run_new_random (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChunkRun, chunk_run_free)
