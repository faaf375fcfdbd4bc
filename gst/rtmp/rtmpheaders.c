/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpHeaders: see rtmpheaders.h. */

#include "rtmpheaders.h"

#include "rtmp/rtmplimits.h"

/* A stream has a few for each of its tracks. */
#define MAX_SLOTS 256

/* Of all: metadata with a long index, and some long configurations. */
#define MAX_BYTES (RTMP_MAX_SCRIPT + 16 * RTMP_MAX_CONFIG)

struct _RtmpHeaders
{
  GHashTable *messages;         /* slot to RtmpMessage */
  gsize bytes;                  /* of all of them */
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

/* What it says is no longer so. */
static void
forget (RtmpHeaders * self, gpointer key)
{
  RtmpMessage *message = g_hash_table_lookup (self->messages, key);

  if (message == NULL)
    return;
  self->bytes -= rtmp_message_get_size (message);
  g_hash_table_remove (self->messages, key);
}

static gboolean
has_room (RtmpHeaders * self, const RtmpMessage * message)
{
  guint8 type = rtmp_message_get_head (message)->type;
  gsize size = rtmp_message_get_size (message);

  if ((type == RTMP_MESSAGE_AUDIO || type == RTMP_MESSAGE_VIDEO)
      && size > RTMP_MAX_CONFIG)
    return FALSE;
  return size <= MAX_BYTES - self->bytes
      && g_hash_table_size (self->messages) < MAX_SLOTS;
}

void
rtmp_headers_put (RtmpHeaders * self, guint32 slot, RtmpMessage * message)
{
  g_return_if_fail (self != NULL && message != NULL);

  gpointer key = GUINT_TO_POINTER (slot);
  forget (self, key);
  if (!has_room (self, message))
    return;
  /* A copy: the payload may be part of all that came at once. */
  g_autoptr (RtmpMessage) flat = rtmp_message_flatten (message);
  gsize size;
  const guint8 *data = rtmp_message_get_data (flat, &size);
  g_hash_table_insert (self->messages, key,
      rtmp_message_new_copy (rtmp_message_get_head (message), data, size));
  self->bytes += size;
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
