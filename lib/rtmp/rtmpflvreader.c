/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpflvreader.h"

#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include "rtmp/rtmpcursor.h"

#include <string.h>

#define FILE_HEADER 9
#define MAGIC "FLV\1"
#define MAGIC_SIZE 4

struct _RtmpFlvReader
{
  GBytes *slice;                /* what was fed last; NULL when it is used up */
  gsize used;
  GByteArray *partial;          /* what began in slices before, and goes on */

  gboolean header_seen;
  guint files;
  gboolean has_audio;
  gboolean has_video;
  gsize skip;                   /* bytes that mean nothing to us */
  guint64 position;             /* of the next byte */
  guint64 tag_offset;
  GError *failure;
};

RtmpFlvReader *
rtmp_flv_reader_new (void)
{
  RtmpFlvReader *self = g_new0 (RtmpFlvReader, 1);

  self->partial = g_byte_array_new ();
  return self;
}

static void
forget (RtmpFlvReader * self)
{
  g_clear_pointer (&self->slice, g_bytes_unref);
  g_byte_array_set_size (self->partial, 0);
}

void
rtmp_flv_reader_free (RtmpFlvReader * self)
{
  g_clear_pointer (&self->slice, g_bytes_unref);
  g_byte_array_unref (self->partial);
  g_clear_error (&self->failure);
  g_free (self);
}

void
rtmp_flv_reader_feed (RtmpFlvReader * self, GBytes * bytes)
{
  g_return_if_fail (self->slice == NULL);

  if (self->failure != NULL || g_bytes_get_size (bytes) == 0)
    return;
  self->slice = g_bytes_ref (bytes);
  self->used = 0;
}

static gsize
get_left (RtmpFlvReader * self)
{
  return self->slice ? g_bytes_get_size (self->slice) - self->used : 0;
}

static void
use (RtmpFlvReader * self, gsize size)
{
  self->used += size;
  if (self->slice && self->used == g_bytes_get_size (self->slice))
    g_clear_pointer (&self->slice, g_bytes_unref);
}

/* The next @size bytes in one piece; NULL when they are not all there, and
 * then what there is of them is kept. */
static const guint8 *
look_at (RtmpFlvReader * self, gsize size)
{
  gsize left = get_left (self);

  if (self->partial->len == 0 && left >= size)
    return (const guint8 *) g_bytes_get_data (self->slice, NULL) + self->used;
  if (self->partial->len < size && left > 0) {
    gsize some = MIN (left, size - self->partial->len);
    g_byte_array_append (self->partial,
        (const guint8 *) g_bytes_get_data (self->slice, NULL) + self->used,
        some);
    use (self, some);
  }
  return self->partial->len >= size ? self->partial->data : NULL;
}

/* Takes what was looked at, @whole bytes, and returns @size of them from @head
 * on: lent by the slice where they can be. */
static GBytes *
take (RtmpFlvReader * self, gsize whole, gsize head, gsize size)
{
  GBytes *bytes;

  if (self->partial->len > 0) {
    g_autoptr (GBytes) all = g_byte_array_free_to_bytes (self->partial);
    self->partial = g_byte_array_new ();
    bytes = g_bytes_new_from_bytes (all, head, size);
  } else {
    bytes = g_bytes_new_from_bytes (self->slice, self->used + head, size);
    use (self, whole);
  }
  self->position += whole;
  return bytes;
}

static gboolean
fail (RtmpFlvReader * self, GError ** error, const gchar * what)
{
  self->failure = g_error_new (RTMP_ERROR, RTMP_ERROR_FORMAT,
      "not an FLV file: %s at byte %" G_GUINT64_FORMAT, what, self->position);
  forget (self);
  g_propagate_error (error, g_error_copy (self->failure));
  return FALSE;
}

/* FALSE when there is more to come of it. */
static gboolean
skip_bytes (RtmpFlvReader * self)
{
  gsize some = MIN (self->skip, get_left (self));

  use (self, some);
  self->position += some;
  self->skip -= some;
  return self->skip == 0;
}

/* E.2. FALSE when it is not whole yet, or @error. */
static gboolean
read_header (RtmpFlvReader * self, GError ** error)
{
  const guint8 *header = look_at (self, MAGIC_SIZE);
  if (header == NULL)
    return FALSE;
  if (memcmp (header, MAGIC, MAGIC_SIZE) != 0)
    return fail (self, error, "no file header");
  header = look_at (self, FILE_HEADER);
  if (header == NULL)
    return FALSE;

  guint32 offset = rtmp_get_u32 (header + 5);
  if (offset < FILE_HEADER || offset > RTMP_MAX_FLV_HEADER)
    return fail (self, error, "bad length of the file header");
  self->has_audio = (header[4] & 4) != 0;
  self->has_video = (header[4] & 1) != 0;
  self->header_seen = TRUE;
  self->files++;
  g_bytes_unref (take (self, FILE_HEADER, 0, 0));
  self->skip = offset - FILE_HEADER + RTMP_FLV_TAG_TRAILER;
  return TRUE;
}

static gboolean
is_known (guint8 type)
{
  return type == RTMP_MESSAGE_AUDIO || type == RTMP_MESSAGE_VIDEO
      || type == RTMP_MESSAGE_DATA || type == RTMP_MESSAGE_DATA_AMF3;
}

/* FALSE when it is not whole yet, or @error. */
static gboolean
read_tag (RtmpFlvReader * self, RtmpFlvTag * tag, GError ** error)
{
  const guint8 *data = look_at (self, RTMP_FLV_TAG_HEADER);
  if (data == NULL)
    return FALSE;
  if ((data[0] & 0xc0) != 0)
    return fail (self, error, "no tag");
  rtmp_flv_tag_read_header (tag, data);

  gsize size = RTMP_FLV_TAG_HEADER + tag->size;
  if (!is_known (tag->type)) {
    /* Many writers are careless with the number behind a tag; but where the
     * type is none that we know, it says whether this is a tag at all. */
    data = look_at (self, size + RTMP_FLV_TAG_TRAILER);
    if (data == NULL)
      return FALSE;
    if (rtmp_get_u32 (data + size) != size)
      return fail (self, error, "no tag");
    size += RTMP_FLV_TAG_TRAILER;
  } else if (look_at (self, size) == NULL) {
    return FALSE;
  } else {
    /* That of the last tag is sometimes left out. */
    self->skip = RTMP_FLV_TAG_TRAILER;
  }

  self->tag_offset = self->position;
  tag->data = take (self, size, RTMP_FLV_TAG_HEADER, tag->size);
  return TRUE;
}

gboolean
rtmp_flv_reader_take (RtmpFlvReader * self, RtmpFlvTag * tag, GError ** error)
{
  if (self->failure != NULL) {
    g_propagate_error (error, g_error_copy (self->failure));
    return FALSE;
  }
  while (skip_bytes (self)) {
    const guint8 *first = look_at (self, 1);
    if (first == NULL)
      return FALSE;
    if (self->header_seen && *first != MAGIC[0])
      return read_tag (self, tag, error);
    if (!read_header (self, error))
      return FALSE;
  }
  return FALSE;
}

guint64
rtmp_flv_reader_get_offset (const RtmpFlvReader * self)
{
  return self->tag_offset;
}

gboolean
rtmp_flv_reader_get_header (const RtmpFlvReader * self, gboolean * audio,
    gboolean * video)
{
  *audio = self->has_audio;
  *video = self->has_video;
  return self->header_seen;
}

guint
rtmp_flv_reader_count_files (const RtmpFlvReader * self)
{
  return self->files;
}

gsize
rtmp_flv_reader_get_pending (const RtmpFlvReader * self)
{
  return self->partial->len;
}

gboolean
rtmp_flv_reader_has_failed (const RtmpFlvReader * self)
{
  return self->failure != NULL;
}

void
rtmp_flv_reader_restart (RtmpFlvReader * self, guint64 offset)
{
  forget (self);
  g_clear_error (&self->failure);
  self->skip = 0;
  self->position = offset;
  self->header_seen = offset > 0;
}
