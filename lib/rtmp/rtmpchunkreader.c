/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpChunkReader: a header is read where it lies when it is there whole, and
 * else put together in a small place of its own. A message of one chunk is a
 * slice of what was fed; the chunks of a longer one are gathered in it. */

#include "rtmp/rtmpchunkreader.h"

#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

/* Basic header 3, message header 11, extended timestamp 4. */
#define MAX_HEADER 18

/* Ids below are found by their place. */
#define N_NEAR 64

/* 5.3.1.3: in the field of 24 bits, "see below". */
#define EXTENDED 0xffffff

/* One chunk stream: the last header, and the message that is on its way. */
typedef struct
{
  RtmpMessageHead head;         /* its time is the message's */
  guint32 length;
  guint32 delta;                /* that a chunk of type 3 repeats */
  gboolean absolute;            /* the last was a time, not a delta */
  gboolean extended;            /* and did not fit into 24 bits */
  gboolean begun;               /* a message is on its way */
  guint32 have;                 /* of its bytes */
  guint32 room;
  RtmpMessage *partial;         /* NULL: none of its bytes came */
} Stream;

typedef struct
{
  guint type;
  guint32 id;
  gsize size;                   /* in all */
  gsize basic;                  /* of the first part */
  guint32 field;                /* timestamp or delta */
  gboolean extended;
  const guint8 *rest;           /* behind the timestamp field */
} Header;

typedef enum
{
  HEADER_MORE,                  /* not all of it is here */
  HEADER_READ,
  HEADER_BAD,
} HeaderResult;

struct _RtmpChunkReader
{
  const guint8 *at;
  const guint8 *end;
  GBytes *owner;
  guint8 carry[MAX_HEADER];     /* the beginning of a header */
  guint n_carry;
  guint8 spill[4];              /* of the carry, but behind the header */
  const guint8 *next_at;        /* what was fed, while the spill is read */
  const guint8 *next_end;

  guint32 chunk_size;
  Stream *current;              /* whose chunk is being read */
  guint32 chunk_left;
  Stream *near[N_NEAR];
  GHashTable *far;              /* of Stream by id; NULL: none */
  guint n_streams;
  gsize partial;                /* room of all that is on its way */
  GError *error;
};

static void
stream_free (gpointer data)
{
  Stream *self = data;

  g_clear_pointer (&self->partial, rtmp_message_unref);
  g_free (self);
}

RtmpChunkReader *
rtmp_chunk_reader_new (void)
{
  RtmpChunkReader *self = g_new0 (RtmpChunkReader, 1);

  self->chunk_size = RTMP_DEFAULT_CHUNK_SIZE;
  return self;
}

void
rtmp_chunk_reader_free (RtmpChunkReader * self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < N_NEAR; i++)
    g_clear_pointer (&self->near[i], stream_free);
  g_clear_pointer (&self->far, g_hash_table_unref);
  g_clear_pointer (&self->owner, g_bytes_unref);
  g_clear_error (&self->error);
  g_free (self);
}

guint32
rtmp_chunk_reader_get_chunk_size (const RtmpChunkReader * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->chunk_size;
}

void
rtmp_chunk_reader_feed (RtmpChunkReader * self, GBytes * owner,
    const guint8 * data, gsize size)
{
  g_return_if_fail (self != NULL && (data != NULL || size == 0));
  g_return_if_fail (self->at == self->end && self->next_at == NULL);

  if (self->error != NULL)
    return;
  if (owner != self->owner) {
    g_clear_pointer (&self->owner, g_bytes_unref);
    self->owner = owner != NULL ? g_bytes_ref (owner) : NULL;
  }
  self->at = data;
  self->end = size > 0 ? data + size : data;
}

/* Whether there is anything to read. */
static gboolean
has_input (RtmpChunkReader * self)
{
  if (self->at == self->end && self->next_at != NULL) {
    self->at = self->next_at;
    self->end = self->next_end;
    self->next_at = NULL;
  }
  return self->at != self->end;
}

/* What was carried turned out to be longer than the header. The rest is read
 * first, then what is left of the input. */
static void
spill_carry (RtmpChunkReader * self, gsize header_size)
{
  gsize size = self->n_carry - header_size;

  memcpy (self->spill, self->carry + header_size, size);
  self->next_at = self->at;
  self->next_end = self->end;
  self->at = self->spill;
  self->end = self->spill + size;
}

static Stream *
find_stream (RtmpChunkReader * self, guint32 id)
{
  if (id < N_NEAR)
    return self->near[id];
  if (self->far == NULL)
    return NULL;
  return g_hash_table_lookup (self->far, GUINT_TO_POINTER (id));
}

static Stream *
add_stream (RtmpChunkReader * self, guint32 id)
{
  if (self->n_streams == RTMP_MAX_CHUNK_STREAMS) {
    g_set_error (&self->error, RTMP_ERROR, RTMP_ERROR_LIMIT,
        "the peer uses more than %u chunk streams", RTMP_MAX_CHUNK_STREAMS);
    return NULL;
  }
  Stream *stream = g_new0 (Stream, 1);
  stream->head.chunk_stream = id;
  self->n_streams++;
  if (id < N_NEAR)
    return self->near[id] = stream;
  if (self->far == NULL)
    self->far = g_hash_table_new_full (NULL, NULL, NULL, stream_free);
  g_hash_table_insert (self->far, GUINT_TO_POINTER (id), stream);
  return stream;
}

/* What is on its way is thrown away. */
static void
drop_partial (RtmpChunkReader * self, Stream * stream)
{
  if (stream->partial != NULL)
    self->partial -= stream->room;
  g_clear_pointer (&stream->partial, rtmp_message_unref);
  stream->room = 0;
  stream->have = 0;
  stream->begun = FALSE;
}

/* 5.3.1.1 */
static gboolean
read_basic (const guint8 * data, gsize size, Header * header)
{
  if (size < 1)
    return FALSE;
  header->type = data[0] >> 6;
  header->id = data[0] & 0x3f;
  header->basic = 1;
  if (header->id > 1)
    return TRUE;
  header->basic = header->id + 2;
  if (size < header->basic)
    return FALSE;
  header->id = 64 + data[1] + (header->id == 1 ? data[2] << 8 : 0);
  return TRUE;
}

/* The chunk goes on with a message whose time did not fit into 24 bits. By
 * 5.3.1.3 the time is here again. Some encoders leave it away: then these four
 * bytes are payload, which is not likely to be the same. HEADER_MORE while the
 * bytes that are here could be the time. */
static HeaderResult
read_repeated_time (const Stream * stream, const guint8 * data, gsize size,
    Header * header)
{
  guint8 field[4], time[4];
  gsize n = MIN (size - header->basic, 4);

  rtmp_put_u32 (field, stream->delta);
  rtmp_put_u32 (time, stream->head.timestamp);
  header->size = header->basic;
  if (memcmp (data + header->basic, field, n) != 0
      && memcmp (data + header->basic, time, n) != 0)
    return HEADER_READ;
  header->size += 4;
  return n < 4 ? HEADER_MORE : HEADER_READ;
}

/* Where everything is; nothing is changed. */
static HeaderResult
read_header (const Stream * stream, const guint8 * data, gsize size,
    Header * header)
{
  static const guint8 sizes[] = { 11, 7, 3, 0 };

  header->size = header->basic + sizes[header->type];
  if (size < header->size)
    return HEADER_MORE;
  if (header->type == 3) {
    if (!stream->extended)
      return HEADER_READ;
    if (stream->begun)
      return read_repeated_time (stream, data, size, header);
    header->extended = TRUE;
  } else {
    header->field = rtmp_get_u24 (data + header->basic);
    header->rest = data + header->basic + 3;
    header->extended = header->field == EXTENDED;
  }
  if (!header->extended)
    return HEADER_READ;
  if (size < header->size + 4)
    return HEADER_MORE;
  header->field = rtmp_get_u32 (data + header->size);
  header->size += 4;
  return HEADER_READ;
}

static gboolean
check_length (RtmpChunkReader * self, guint type, guint32 length)
{
  guint32 limit = RTMP_MAX_MESSAGE;

  if (type >= RTMP_MESSAGE_SET_CHUNK_SIZE
      && type <= RTMP_MESSAGE_PEER_BANDWIDTH)
    limit = RTMP_MAX_CONTROL;
  else if (type >= RTMP_MESSAGE_DATA_AMF3 && type <= RTMP_MESSAGE_COMMAND)
    limit = RTMP_MAX_SCRIPT;
  if (length <= limit)
    return TRUE;
  g_set_error (&self->error, RTMP_ERROR, RTMP_ERROR_LIMIT,
      "the peer announces a message of type %u with %u bytes", type, length);
  return FALSE;
}

/* 5.3.1.2: a new message begins. */
static gboolean
begin_message (RtmpChunkReader * self, Stream * stream, const Header * header)
{
  if (header->type < 2) {
    guint32 length = rtmp_get_u24 (header->rest);
    guint type = header->rest[3];
    if (!check_length (self, type, length))
      return FALSE;
    stream->length = length;
    stream->head.type = type;
  }
  if (header->type == 0) {
    guint32 id;
    memcpy (&id, header->rest + 4, 4);
    stream->head.stream = GUINT32_FROM_LE (id);
    stream->head.timestamp = header->field;
    stream->absolute = TRUE;
  }
  if (header->type < 3 || header->extended) {
    stream->delta = header->field;
    stream->extended = header->extended;
  }
  if (header->type == 1 || header->type == 2)
    stream->absolute = FALSE;
  if (header->type != 0
      && (!stream->absolute || stream->delta <= RTMP_MAX_REPEATED_DELTA))
    stream->head.timestamp += stream->delta;
  stream->begun = TRUE;
  stream->have = 0;
  return TRUE;
}

/* A whole header is here: makes it the current chunk. */
static gboolean
begin_chunk (RtmpChunkReader * self, Stream * stream, const Header * header)
{
  if (stream == NULL) {
    stream = add_stream (self, header->id);
    if (stream == NULL)
      return FALSE;
  }
  /* Who begins anew has given up: nothing else makes sense of it, and to go on
   * with another length would be worse. */
  if (header->type < 3 && stream->begun)
    drop_partial (self, stream);
  if (!stream->begun && !begin_message (self, stream, header))
    return FALSE;
  self->current = stream;
  self->chunk_left = MIN (self->chunk_size, stream->length - stream->have);
  return TRUE;
}

/* Moves the input behind the header. */
static HeaderResult
take_header (RtmpChunkReader * self)
{
  gsize size = self->end - self->at;
  const guint8 *data = self->at;
  Header header = { 0 };
  Stream *stream = NULL;

  if (self->n_carry > 0) {
    size = MIN (size, MAX_HEADER - self->n_carry);
    memcpy (self->carry + self->n_carry, data, size);
    data = self->carry;
    size += self->n_carry;
  }
  HeaderResult result = HEADER_MORE;
  if (read_basic (data, size, &header)) {
    stream = find_stream (self, header.id);
    /* Some encoders begin with type 1. */
    if (stream == NULL && header.type > 1) {
      g_set_error (&self->error, RTMP_ERROR, RTMP_ERROR_PROTOCOL,
          "chunk stream %u begins with a chunk of type %u", header.id,
          header.type);
      return HEADER_BAD;
    }
    result = read_header (stream, data, size, &header);
  }
  if (result == HEADER_MORE) {
    if (data == self->at && size > 0)
      memcpy (self->carry, data, size);
    self->n_carry = size;
    self->at = self->end;
    return HEADER_MORE;
  }
  if (header.size < self->n_carry)
    spill_carry (self, header.size);
  else
    self->at += header.size - self->n_carry;
  self->n_carry = 0;
  return begin_chunk (self, stream, &header) ? HEADER_READ : HEADER_BAD;
}

/* Room for @size more bytes of the message: all it will need when so much is
 * here already, or else in steps. */
static gboolean
make_room (RtmpChunkReader * self, Stream * stream, gsize size)
{
  gsize needed = stream->have + size;

  if (needed <= stream->room)
    return TRUE;
  gsize here = stream->have + (self->end - self->at);
  gsize wanted = stream->room > 0 ? 2 * (gsize) stream->room : RTMP_FIRST_PART;
  wanted = MIN (stream->length, MAX (wanted, here));
  if (wanted - stream->room > RTMP_MAX_PARTIAL - self->partial) {
    g_set_error (&self->error, RTMP_ERROR, RTMP_ERROR_LIMIT,
        "the peer has begun too many long messages at once");
    return FALSE;
  }
  self->partial += wanted - stream->room;
  if (stream->partial == NULL)
    stream->partial = rtmp_message_new_blank (&stream->head, wanted);
  else
    stream->partial = rtmp_message_grow (stream->partial, wanted);
  stream->room = wanted;
  return TRUE;
}

static RtmpMessage *
finish_message (RtmpChunkReader * self, Stream * stream)
{
  RtmpMessage *message = g_steal_pointer (&stream->partial);

  self->partial -= stream->room;
  stream->room = 0;
  stream->begun = FALSE;
  rtmp_message_fill (message, stream->length);
  return message;
}

/* As much of the current chunk as is here. The message, when it is whole. */
static RtmpMessage *
take_payload (RtmpChunkReader * self)
{
  Stream *stream = self->current;
  gsize size = MIN (self->chunk_left, (gsize) (self->end - self->at));

  if (stream->have == 0 && size == stream->length) {
    RtmpMessage *message = self->owner != NULL && self->next_at == NULL
        ? rtmp_message_new_slice (&stream->head, self->owner, self->at, size)
        : rtmp_message_new_copy (&stream->head, self->at, size);
    self->at += size;
    self->current = NULL;
    stream->begun = FALSE;
    return message;
  }
  if (!make_room (self, stream, size))
    return NULL;
  memcpy (stream->partial->tail + stream->have, self->at, size);
  self->at += size;
  self->chunk_left -= size;
  stream->have += size;
  if (self->chunk_left == 0)
    self->current = NULL;
  return stream->have == stream->length ? finish_message (self, stream) : NULL;
}

/* 5.4.1, 5.4.2 */
static gboolean
obey (RtmpChunkReader * self, const RtmpMessage * message)
{
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);

  if (size < 4) {
    g_set_error (&self->error, RTMP_ERROR, RTMP_ERROR_PROTOCOL,
        "the peer sends a %s message that is too short",
        rtmp_message_type_get_name (message->head.type));
    return FALSE;
  }
  guint32 number = rtmp_get_u32 (data);
  if (message->head.type == RTMP_MESSAGE_ABORT) {
    Stream *stream = find_stream (self, number);
    if (stream != NULL)
      drop_partial (self, stream);
    return TRUE;
  }
  if (number < 1 || number > RTMP_MAX_CHUNK_SIZE) {
    g_set_error (&self->error, RTMP_ERROR, RTMP_ERROR_PROTOCOL,
        "the peer sets a chunk size of %u", number);
    return FALSE;
  }
  self->chunk_size = number;
  return TRUE;
}

static void
set_error (RtmpChunkReader * self, GError ** error)
{
  self->next_at = NULL;
  self->at = self->end;
  if (error != NULL)
    *error = g_error_copy (self->error);
}

RtmpMessage *
rtmp_chunk_reader_take (RtmpChunkReader * self, GError ** error)
{
  g_return_val_if_fail (self != NULL, NULL);

  RtmpMessage *message = NULL;
  while (self->error == NULL && message == NULL) {
    if (self->current == NULL) {
      if (!has_input (self))
        break;
      if (take_header (self) != HEADER_READ)
        continue;
    }
    /* An empty message is whole without a byte. */
    if (self->chunk_left > 0 && !has_input (self))
      break;
    message = take_payload (self);
  }
  if (message != NULL && message->head.type <= RTMP_MESSAGE_ABORT
      && message->head.type > 0 && !obey (self, message))
    g_clear_pointer (&message, rtmp_message_unref);
  if (self->error != NULL)
    set_error (self, error);
  return message;
}
