/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpblocks.h"

#include "life/lifelock.h"

typedef struct
{
  RtmpBlocks *blocks;           /* while somebody has it */
  guint8 data[];
} Block;

struct _RtmpBlocks
{
  gsize size;
  guint max_kept;
  LifeLock lock;
  GPtrArray *kept;              /* of Block, under the lock */
};

RtmpBlocks *
rtmp_blocks_new (gsize size, guint max_kept)
{
  g_return_val_if_fail (size > 0, NULL);

  RtmpBlocks *self = g_atomic_rc_box_new0 (RtmpBlocks);
  self->size = size;
  self->max_kept = max_kept;
  life_lock_init (&self->lock);
  self->kept = g_ptr_array_new_with_free_func (g_free);
  return self;
}

RtmpBlocks *
rtmp_blocks_ref (RtmpBlocks * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  RtmpBlocks *self = data;

  life_lock_take_over (self);
  g_ptr_array_unref (self->kept);
  life_lock_clear (&self->lock);
}

void
rtmp_blocks_unref (RtmpBlocks * self)
{
  g_return_if_fail (self != NULL);

  life_lock_hand_over (self);
  g_atomic_rc_box_release_full (self, clear);
}

/* The last user of a block lets it go. */
static void
give_back (gpointer data)
{
  Block *block = data;

  /* The count of the bytes is what orders two threads here. */
  life_lock_take_over (block);
  RtmpBlocks *self = g_steal_pointer (&block->blocks);

  {
    LIFE_LOCK_HOLD (&self->lock);
    if (self->kept->len < self->max_kept)
      g_ptr_array_add (self->kept, g_steal_pointer (&block));
  }
  g_free (block);
  rtmp_blocks_unref (self);
}

GBytes *
rtmp_blocks_take (RtmpBlocks * self, guint8 ** data)
{
  g_return_val_if_fail (self != NULL && data != NULL, NULL);

  Block *block = NULL;
  {
    LIFE_LOCK_HOLD (&self->lock);
    if (self->kept->len > 0)
      block = g_ptr_array_steal_index_fast (self->kept, self->kept->len - 1);
  }
  if (block == NULL)
    block = g_malloc (sizeof (Block) + self->size);
  block->blocks = rtmp_blocks_ref (self);
  *data = block->data;
  life_lock_hand_over (block);
  return g_bytes_new_with_free_func (block->data, self->size, give_back, block);
}

guint
rtmp_blocks_get_n_kept (RtmpBlocks * self)
{
  g_return_val_if_fail (self != NULL, 0);

  LIFE_LOCK_HOLD (&self->lock);
  return self->kept->len;
}
