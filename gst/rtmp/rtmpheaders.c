/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpHeaders: see rtmpheaders.h. */

#include "rtmpheaders.h"

/* A stream has a few for each of its tracks. */
#define MAX_SLOTS 256

struct _RtmpHeaders
{
  GHashTable *messages;         /* slot to RtmpMessage */
};

RtmpHeaders *
rtmp_headers_new (void)
{
  RtmpHeaders *self = g_new0 (RtmpHeaders, 1);

  self->messages = g_hash_table_new_full (NULL, NULL, NULL,
      (GDestroyNotify) rtmp_message_unref);
  return self;
}

void
rtmp_headers_free (RtmpHeaders * self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->messages);
  g_free (self);
}

void
rtmp_headers_put (RtmpHeaders * self, guint32 slot, RtmpMessage * message)
{
  g_return_if_fail (self != NULL && message != NULL);

  gpointer key = GUINT_TO_POINTER (slot);
  if (g_hash_table_size (self->messages) < MAX_SLOTS
      || g_hash_table_contains (self->messages, key))
    g_hash_table_replace (self->messages, key, rtmp_message_ref (message));
}

/* The type is the highest part of a slot: data, video, audio. */
static gint
compare_slots (gconstpointer a, gconstpointer b)
{
  guint32 left = GPOINTER_TO_UINT (*(gpointer *) a);
  guint32 right = GPOINTER_TO_UINT (*(gpointer *) b);
  guint32 left_type = left >> 16, right_type = right >> 16;

  if (left_type != right_type)
    return left_type > right_type ? -1 : 1;
  return left < right ? -1 : left > right;
}

GPtrArray *
rtmp_headers_list (RtmpHeaders * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer slot;
  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, &slot, NULL))
    g_ptr_array_add (list, slot);
  g_ptr_array_sort (list, compare_slots);
  for (guint i = 0; i < list->len; i++)
    list->pdata[i] = g_hash_table_lookup (self->messages, list->pdata[i]);
  return list;
}
