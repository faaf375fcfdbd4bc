/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpChunkWriter: headers are written one behind the other into one block,
 * and between two the place of a payload is noted. A short run of payload is
 * copied behind its header: one place less is worth more than that. */

#include "rtmp/rtmpchunkwriter.h"

#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmplimits.h"

#include <string.h>

/* Places of one writev. The system takes 1024, each of which costs. */
#define N_VECTORS 256

#define BLOCK_SIZE (64 * 1024)

/* A run of payload that is copied. */
#define SHORT_RUN 256

/* Basic header 3, message header 11, extended timestamp 4. */
#define MAX_HEADER 18

#define N_NEAR 64
#define EXTENDED 0xffffff

/* The last message of a chunk stream, for the next one's header. */
typedef struct
{
  gboolean used;
  guint32 timestamp;
  guint32 stream;
} Stream;

typedef struct
{
  RtmpMessage *message;
  gint64 time;                  /* when it was put */
  guint64 end;                  /* in all bytes, where it is sent */
} Entry;

struct _RtmpChunkWriter
{
  /* A ring. From first to next everything is in the vectors, or sent. */
  Entry *entries;
  guint n_allocated;            /* a power of two */
  guint first;
  guint next;
  guint last;
  gsize size;                   /* payloads in it */

  /* Of the message that is next. */
  gsize done;
  guint part;
  gsize part_done;
  guint8 type3[7];              /* the header of its further chunks */
  guint n_type3;

  guint32 chunk_size;           /* at the place that is next */
  guint32 put_chunk_size;       /* at the end */
  Stream near[N_NEAR];
  GHashTable *far;

  GOutputVector vectors[N_VECTORS];
  guint n_vectors;
  guint n_sent;                 /* of them */
  guint64 sent;                 /* bytes, in all */
  guint64 made;
  gsize block_used;
  guint8 block[BLOCK_SIZE];
};

RtmpChunkWriter *
rtmp_chunk_writer_new (void)
{
  RtmpChunkWriter *self = g_malloc (sizeof (RtmpChunkWriter));

  /* Not the block, which is most of it. */
  memset (self, 0, G_STRUCT_OFFSET (RtmpChunkWriter, block));
  self->n_allocated = 16;
  self->entries = g_new (Entry, self->n_allocated);
  self->chunk_size = RTMP_DEFAULT_CHUNK_SIZE;
  self->put_chunk_size = RTMP_DEFAULT_CHUNK_SIZE;
  return self;
}

static Entry *
get_entry (const RtmpChunkWriter * self, guint index)
{
  return &self->entries[index & (self->n_allocated - 1)];
}

void
rtmp_chunk_writer_free (RtmpChunkWriter * self)
{
  if (self == NULL)
    return;

  for (; self->first != self->last; self->first++)
    rtmp_message_unref (get_entry (self, self->first)->message);
  g_free (self->entries);
  g_clear_pointer (&self->far, g_hash_table_unref);
  g_free (self);
}

guint
rtmp_chunk_writer_get_n_messages (const RtmpChunkWriter * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->last - self->first;
}

gsize
rtmp_chunk_writer_get_size (const RtmpChunkWriter * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->size;
}

gint64
rtmp_chunk_writer_get_oldest (const RtmpChunkWriter * self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->first != self->last ? get_entry (self, self->first)->time : -1;
}

guint32
rtmp_chunk_writer_get_chunk_size (const RtmpChunkWriter * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->put_chunk_size;
}

static void
grow (RtmpChunkWriter * self)
{
  guint count = self->last - self->first;
  Entry *entries = g_new (Entry, self->n_allocated * 2);

  for (guint i = 0; i < count; i++)
    entries[i] = *get_entry (self, self->first + i);
  g_free (self->entries);
  self->entries = entries;
  self->n_allocated *= 2;
  self->next -= self->first;
  self->last = count;
  self->first = 0;
}

/* 0: it is not a SetChunkSize that can be. */
static guint32
read_chunk_size (const RtmpMessage * message)
{
  if (message->head.type != RTMP_MESSAGE_SET_CHUNK_SIZE || message->size < 4
      || message->data == NULL)
    return 0;
  guint32 size = rtmp_get_u32 (message->data);
  return size <= RTMP_MAX_CHUNK_SIZE ? size : 0;
}

void
rtmp_chunk_writer_put (RtmpChunkWriter * self, RtmpMessage * message,
    gint64 time)
{
  g_return_if_fail (self != NULL && message != NULL);
  g_return_if_fail (message->head.chunk_stream <= RTMP_MAX_CHUNK_STREAM_ID);

  if (self->last - self->first == self->n_allocated)
    grow (self);
  Entry *entry = get_entry (self, self->last++);
  entry->message = rtmp_message_ref (message);
  entry->time = time;
  self->size += message->size;
  guint32 chunk_size = read_chunk_size (message);
  if (chunk_size > 0)
    self->put_chunk_size = chunk_size;
}

static Stream *
get_stream (RtmpChunkWriter * self, guint32 id)
{
  if (id < N_NEAR)
    return &self->near[id];
  if (self->far == NULL)
    self->far = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  Stream *stream = g_hash_table_lookup (self->far, GUINT_TO_POINTER (id));
  if (stream == NULL) {
    stream = g_new0 (Stream, 1);
    g_hash_table_insert (self->far, GUINT_TO_POINTER (id), stream);
  }
  return stream;
}

/* 5.3.1.1 */
static guint8 *
write_basic (guint8 * data, guint type, guint32 id)
{
  if (id < 64) {
    *data++ = type << 6 | id;
  } else if (id < 320) {
    *data++ = type << 6;
    *data++ = id - 64;
  } else {
    *data++ = type << 6 | 1;
    *data++ = (id - 64) & 0xff;
    *data++ = (id - 64) >> 8;
  }
  return data;
}

/* 5.3.1.2: type 0, or 1 when the time moves on by little. Not 2, and 3 only
 * within a message: what a delta means that is not said is a matter of opinion
 * among peers. */
static guint8 *
write_header (RtmpChunkWriter * self, guint8 * data,
    const RtmpMessage * message)
{
  const RtmpMessageHead *head = &message->head;
  Stream *stream = get_stream (self, head->chunk_stream);
  guint32 delta = head->timestamp - stream->timestamp;
  gboolean whole = !stream->used || stream->stream != head->stream
      || delta >= EXTENDED;
  guint32 field = whole ? head->timestamp : delta;
  gboolean extended = field >= EXTENDED;

  data = write_basic (data, whole ? 0 : 1, head->chunk_stream);
  data = rtmp_put_u24 (data, extended ? EXTENDED : field);
  data = rtmp_put_u24 (data, message->size);
  *data++ = head->type;
  if (whole) {
    guint32 id = GUINT32_TO_LE (head->stream);
    data = rtmp_put_data (data, &id, 4);
  }
  guint8 *further = write_basic (self->type3, 3, head->chunk_stream);
  /* 5.3.1.3: in each chunk of the message. */
  if (extended) {
    data = rtmp_put_u32 (data, field);
    further = rtmp_put_u32 (further, field);
  }
  self->n_type3 = further - self->type3;
  stream->used = TRUE;
  stream->timestamp = head->timestamp;
  stream->stream = head->stream;
  return data;
}

/* Notes that @size bytes at @data come next; where the last place ends there it
 * is made longer. */
static void
add_vector (RtmpChunkWriter * self, const guint8 * data, gsize size)
{
  self->made += size;
  if (self->n_vectors > self->n_sent) {
    GOutputVector *last = &self->vectors[self->n_vectors - 1];
    if ((const guint8 *) last->buffer + last->size == data) {
      last->size += size;
      return;
    }
  }
  self->vectors[self->n_vectors++] = (GOutputVector) {
  data, size};
}

/* A copy of what is at @data, in the block. */
static void
add_copy (RtmpChunkWriter * self, const guint8 * data, gsize size)
{
  guint8 *place = self->block + self->block_used;

  memcpy (place, data, size);
  self->block_used += size;
  add_vector (self, place, size);
}

/* For a header and a short run, and their two places. */
static gboolean
has_room (RtmpChunkWriter * self)
{
  return self->n_vectors + 2 <= N_VECTORS
      && self->block_used + MAX_HEADER + SHORT_RUN <= BLOCK_SIZE;
}

/* At most @size bytes of the payload, as many as lie together. */
static gsize
add_payload (RtmpChunkWriter * self, const RtmpMessage * message, gsize size)
{
  gsize part_size;
  const guint8 *data = rtmp_message_get_part (message, self->part, &part_size);
  gsize run = MIN (size, part_size - self->part_done);

  data += self->part_done;
  if (run <= SHORT_RUN)
    add_copy (self, data, run);
  else
    add_vector (self, data, run);
  self->done += run;
  self->part_done += run;
  if (self->part_done == part_size) {
    self->part++;
    self->part_done = 0;
  }
  return run;
}

/* The payload up to the next header, for the first run of which there is room.
 * FALSE when there was none for all. */
static gboolean
add_chunk (RtmpChunkWriter * self, const RtmpMessage * message)
{
  gsize left = MIN (message->size - self->done,
      self->chunk_size - self->done % self->chunk_size);

  if (left > 0)
    left -= add_payload (self, message, left);
  while (left > 0 && has_room (self))
    left -= add_payload (self, message, left);
  return left == 0;
}

static void
finish_message (RtmpChunkWriter * self, Entry * entry)
{
  guint32 chunk_size = read_chunk_size (entry->message);

  if (chunk_size > 0)
    self->chunk_size = chunk_size;
  entry->end = self->made;
  self->next++;
  self->done = 0;
  self->part = 0;
  self->part_done = 0;
  self->n_type3 = 0;
}

/* As much of the next message as there is room for; FALSE when that is not
 * all of it. */
static gboolean
add_message (RtmpChunkWriter * self, Entry * entry)
{
  const RtmpMessage *message = entry->message;

  do {
    if (!has_room (self))
      return FALSE;
    if (self->n_type3 == 0) {
      guint8 header[MAX_HEADER];
      guint8 *end = write_header (self, header, message);
      add_copy (self, header, end - header);
    } else if (self->done % self->chunk_size == 0) {
      add_copy (self, self->type3, self->n_type3);
    }
    if (!add_chunk (self, message))
      return FALSE;
  } while (self->done < message->size);
  finish_message (self, entry);
  return TRUE;
}

const GOutputVector *
rtmp_chunk_writer_peek (RtmpChunkWriter * self, guint * n)
{
  g_return_val_if_fail (self != NULL && n != NULL, NULL);

  if (self->n_sent == self->n_vectors) {
    self->n_vectors = 0;
    self->n_sent = 0;
    self->block_used = 0;
  }
  while (self->next != self->last) {
    if (!add_message (self, get_entry (self, self->next)))
      break;
  }
  *n = self->n_vectors - self->n_sent;
  return self->vectors + self->n_sent;
}

static void
release_sent (RtmpChunkWriter * self)
{
  while (self->first != self->next) {
    Entry *entry = get_entry (self, self->first);
    if (entry->end > self->sent)
      return;
    self->size -= entry->message->size;
    rtmp_message_unref (entry->message);
    self->first++;
  }
}

void
rtmp_chunk_writer_advance (RtmpChunkWriter * self, gsize size)
{
  g_return_if_fail (self != NULL && size <= self->made - self->sent);

  self->sent += size;
  while (size > 0) {
    GOutputVector *vector = &self->vectors[self->n_sent];
    gsize taken = MIN (size, vector->size);
    vector->buffer = (const guint8 *) vector->buffer + taken;
    vector->size -= taken;
    size -= taken;
    if (vector->size == 0)
      self->n_sent++;
  }
  release_sent (self);
}
