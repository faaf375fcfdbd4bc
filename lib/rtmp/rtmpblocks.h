/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpBlocks: memory to read into, that is used again. Fresh memory of that
 * size comes from the system page by page, which takes longer than to read into
 * it. Thread-safe: a block goes back from wherever its last user is. */
#pragma once

#include <glib.h>

typedef struct _RtmpBlocks RtmpBlocks;

/* Blocks of @size bytes; no more than @max_kept are kept while nobody has
 * them. */
RtmpBlocks *rtmp_blocks_new (gsize size, guint max_kept);
RtmpBlocks *rtmp_blocks_ref (RtmpBlocks *self);
/* Blocks that somebody has stay his. */
void rtmp_blocks_unref (RtmpBlocks *self);

/* A block, and where to write to it. What was written and lent must not be
 * written again while anybody else has the block. */
GBytes *rtmp_blocks_take (RtmpBlocks *self, guint8 **data);

guint rtmp_blocks_get_n_kept (RtmpBlocks *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpBlocks, rtmp_blocks_unref)
