/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMessage: one allocation, with the payload or who holds it at its end. No
 * g_atomic_rc_box: one that is being filled grows. */

#include "rtmp/rtmpmessage.h"

#include "rtmp/rtmplimits.h"

#include <string.h>

/* What peers use, who do not mind: nginx takes ids up to 31 only. Each kind has
 * its own, so that the short headers of one fit the next. */
static guint
get_usual_chunk_stream (guint type)
{
  switch (type) {
    case RTMP_MESSAGE_SET_CHUNK_SIZE:
    case RTMP_MESSAGE_ABORT:
    case RTMP_MESSAGE_ACKNOWLEDGEMENT:
    case RTMP_MESSAGE_USER_CONTROL:
    case RTMP_MESSAGE_WINDOW_SIZE:
    case RTMP_MESSAGE_PEER_BANDWIDTH:
      return 2;
    case RTMP_MESSAGE_DATA:
    case RTMP_MESSAGE_DATA_AMF3:
      return 4;
    case RTMP_MESSAGE_AUDIO:
      return 5;
    case RTMP_MESSAGE_VIDEO:
    case RTMP_MESSAGE_AGGREGATE:
      return 6;
    default:
      return 3;
  }
}

RtmpMessage *
rtmp_message_new_blank (const RtmpMessageHead * head, gsize size)
{
  RtmpMessage *self = g_malloc (sizeof (RtmpMessage) + size);

  self->head = *head;
  if (head->chunk_stream == 0)
    self->head.chunk_stream = get_usual_chunk_stream (head->type);
  g_atomic_ref_count_init (&self->ref_count);
  self->n_parts = 0;
  self->size = 0;
  self->data = NULL;
  self->owner = NULL;
  self->parts = NULL;
  return self;
}

RtmpMessage *
rtmp_message_grow (RtmpMessage * self, gsize size)
{
  return g_realloc (self, sizeof (RtmpMessage) + size);
}

void
rtmp_message_fill (RtmpMessage * self, gsize size)
{
  self->size = size;
  self->n_parts = size > 0 ? 1 : 0;
  self->data = size > 0 ? self->tail : NULL;
}

RtmpMessage *
rtmp_message_new_copy (const RtmpMessageHead * head, gconstpointer data,
    gsize size)
{
  g_return_val_if_fail (head != NULL && (data != NULL || size == 0), NULL);
  g_return_val_if_fail (size <= RTMP_MAX_MESSAGE, NULL);

  RtmpMessage *self = rtmp_message_new_blank (head, size);
  if (size > 0)
    memcpy (self->tail, data, size);
  rtmp_message_fill (self, size);
  return self;
}

RtmpMessage *
rtmp_message_new_slice (const RtmpMessageHead * head, GBytes * owner,
    const guint8 * data, gsize size)
{
  if (size <= RTMP_MESSAGE_SMALL)
    return rtmp_message_new_copy (head, data, size);

  RtmpMessage *self = rtmp_message_new_blank (head, 0);
  self->size = size;
  self->n_parts = 1;
  self->data = data;
  self->owner = g_bytes_ref (owner);
  return self;
}

RtmpMessage *
rtmp_message_new (const RtmpMessageHead * head, GBytes * payload)
{
  g_return_val_if_fail (head != NULL, NULL);

  gsize size = payload != NULL ? g_bytes_get_size (payload) : 0;
  g_return_val_if_fail (size <= RTMP_MAX_MESSAGE, NULL);
  return rtmp_message_new_slice (head, payload,
      size > 0 ? g_bytes_get_data (payload, NULL) : NULL, size);
}

RtmpMessage *
rtmp_message_new_parts (const RtmpMessageHead * head, GBytes * const *parts,
    guint n_parts)
{
  g_return_val_if_fail (head != NULL && (parts != NULL || n_parts == 0), NULL);

  gsize size = 0;
  GBytes *last = NULL;
  guint n_filled = 0;
  for (guint i = 0; i < n_parts; i++) {
    gsize part = g_bytes_get_size (parts[i]);
    g_return_val_if_fail (part <= RTMP_MAX_MESSAGE - size, NULL);
    size += part;
    if (part > 0) {
      last = parts[i];
      n_filled++;
    }
  }
  if (n_filled <= 1)
    return rtmp_message_new (head, last);

  RtmpMessage *self =
      rtmp_message_new_blank (head, n_filled * sizeof (GBytes *));
  self->size = size;
  self->parts = (GBytes **) self->tail;
  for (guint i = 0; i < n_parts; i++) {
    if (g_bytes_get_size (parts[i]) > 0)
      self->parts[self->n_parts++] = g_bytes_ref (parts[i]);
  }
  return self;
}

RtmpMessage *
rtmp_message_ref (RtmpMessage * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
rtmp_message_unref (RtmpMessage * self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->owner != NULL)
    g_bytes_unref (self->owner);
  for (guint i = 0; self->parts != NULL && i < self->n_parts; i++)
    g_bytes_unref (self->parts[i]);
  g_free (self);
}

const RtmpMessageHead *
rtmp_message_get_head (const RtmpMessage * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->head;
}

gsize
rtmp_message_get_size (const RtmpMessage * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->size;
}

guint
rtmp_message_get_n_parts (const RtmpMessage * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_parts;
}

const guint8 *
rtmp_message_get_part (const RtmpMessage * self, guint index, gsize * size)
{
  g_return_val_if_fail (self != NULL && index < self->n_parts, NULL);

  if (self->parts != NULL)
    return g_bytes_get_data (self->parts[index], size);
  if (size != NULL)
    *size = self->size;
  return self->data;
}

const guint8 *
rtmp_message_get_data (const RtmpMessage * self, gsize * size)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (size != NULL)
    *size = self->size;
  return self->data;
}

RtmpMessage *
rtmp_message_flatten (RtmpMessage * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->parts == NULL)
    return rtmp_message_ref (self);
  RtmpMessage *flat = rtmp_message_new_blank (&self->head, self->size);
  gsize offset = 0;
  for (guint i = 0; i < self->n_parts; i++) {
    gsize size;
    const guint8 *data = g_bytes_get_data (self->parts[i], &size);
    memcpy (flat->tail + offset, data, size);
    offset += size;
  }
  rtmp_message_fill (flat, self->size);
  return flat;
}

static void
unref_message (gpointer data)
{
  rtmp_message_unref (data);
}

GBytes *
rtmp_message_dup_payload (RtmpMessage * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  RtmpMessage *flat = rtmp_message_flatten (self);
  return g_bytes_new_with_free_func (flat->data, flat->size, unref_message,
      flat);
}

const gchar *
rtmp_message_type_get_name (guint type)
{
  switch (type) {
    case RTMP_MESSAGE_SET_CHUNK_SIZE:
      return "set-chunk-size";
    case RTMP_MESSAGE_ABORT:
      return "abort";
    case RTMP_MESSAGE_ACKNOWLEDGEMENT:
      return "acknowledgement";
    case RTMP_MESSAGE_USER_CONTROL:
      return "user-control";
    case RTMP_MESSAGE_WINDOW_SIZE:
      return "window-size";
    case RTMP_MESSAGE_PEER_BANDWIDTH:
      return "peer-bandwidth";
    case RTMP_MESSAGE_AUDIO:
      return "audio";
    case RTMP_MESSAGE_VIDEO:
      return "video";
    case RTMP_MESSAGE_DATA:
    case RTMP_MESSAGE_DATA_AMF3:
      return "data";
    case RTMP_MESSAGE_SHARED_OBJECT:
    case RTMP_MESSAGE_SHARED_OBJECT_AMF3:
      return "shared-object";
    case RTMP_MESSAGE_COMMAND:
    case RTMP_MESSAGE_COMMAND_AMF3:
      return "command";
    case RTMP_MESSAGE_AGGREGATE:
      return "aggregate";
    default:
      return "unknown";
  }
}
