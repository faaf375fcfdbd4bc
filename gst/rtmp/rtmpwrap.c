/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpWrap: see rtmpwrap.h. */

#include "rtmpwrap.h"

#include <string.h>

#include "rtmp/rtmpflvtag.h"

/* No longer than this a payload is copied: a buffer with many small places is
 * slower to read than that. */
#define SMALL 2048

/* "@setDataFrame", for a server only. */
#define SET_DATA_FRAME "\x02\x00\x0d@setDataFrame"

void
rtmp_wrap_init (RtmpWrap * self)
{
  *self = (RtmpWrap) {
  .small = g_byte_array_new (),};
}

void
rtmp_wrap_clear (RtmpWrap * self)
{
  g_clear_pointer (&self->buffer, gst_buffer_unref);
  g_clear_pointer (&self->small, g_byte_array_unref);
}

void
rtmp_wrap_restart (RtmpWrap * self)
{
  self->begun = FALSE;
}

static GstBuffer *
get_buffer (RtmpWrap * self)
{
  if (self->buffer == NULL)
    self->buffer = gst_buffer_new ();
  return self->buffer;
}

static void
flush_small (RtmpWrap * self)
{
  if (self->small->len == 0)
    return;
  gsize size = self->small->len;
  guint8 *data = g_byte_array_free (self->small, FALSE);
  gst_buffer_append_memory (get_buffer (self),
      gst_memory_new_wrapped (0, data, size, 0, size, data, g_free));
  self->small = g_byte_array_new ();
}

static void
add_payload (RtmpWrap * self, RtmpMessage * message, gsize skip)
{
  gsize size = rtmp_message_get_size (message) - skip;
  /* A buffer that has no more places would copy them all into one. */
  gboolean has_room = gst_buffer_n_memory (get_buffer (self)) + 3
      < gst_buffer_get_max_memory ();

  if (size > SMALL && has_room) {
    g_autoptr (GBytes) whole = rtmp_message_dup_payload (message);
    GBytes *part = g_bytes_new_from_bytes (whole, skip, size);
    gsize length;
    gpointer data = (gpointer) g_bytes_get_data (part, &length);
    flush_small (self);
    gst_buffer_append_memory (get_buffer (self),
        gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, data, length, 0,
            length, part, (GDestroyNotify) g_bytes_unref));
    return;
  }
  for (guint i = 0; i < rtmp_message_get_n_parts (message); i++) {
    gsize length;
    const guint8 *data = rtmp_message_get_part (message, i, &length);
    gsize cut = MIN (skip, length);
    g_byte_array_append (self->small, data + cut, length - cut);
    skip -= cut;
  }
}

/* What a publisher says before metadata, and some servers pass on. */
static gsize
get_skipped (RtmpMessage * message)
{
  gsize size, length = sizeof SET_DATA_FRAME - 1;
  const guint8 *data = rtmp_message_get_data (message, &size);

  return rtmp_message_get_head (message)->type == RTMP_MESSAGE_DATA
      && data != NULL && size >= length
      && memcmp (data, SET_DATA_FRAME, length) == 0 ? length : 0;
}

static void
begin (RtmpWrap * self)
{
  guint8 header[RTMP_FLV_FILE_HEADER];

  rtmp_flv_write_file_header (TRUE, TRUE, header);
  g_byte_array_append (self->small, header, sizeof header);
  self->begun = TRUE;
}

void
rtmp_wrap_add (RtmpWrap * self, RtmpMessage * message, guint32 time)
{
  const RtmpMessageHead *head = rtmp_message_get_head (message);
  guint8 header[RTMP_FLV_TAG_HEADER], trailer[RTMP_FLV_TAG_TRAILER];

  if (head->type != RTMP_MESSAGE_AUDIO && head->type != RTMP_MESSAGE_VIDEO
      && head->type != RTMP_MESSAGE_DATA)
    return;
  gsize skip = get_skipped (message);
  RtmpFlvTag tag = {.type = head->type,.timestamp = time,.size =
        rtmp_message_get_size (message) - skip
  };
  if (tag.size == 0)
    return;
  if (!self->begun)
    begin (self);
  rtmp_flv_tag_write_header (&tag, header);
  rtmp_flv_tag_write_trailer (&tag, trailer);
  g_byte_array_append (self->small, header, sizeof header);
  add_payload (self, message, skip);
  g_byte_array_append (self->small, trailer, sizeof trailer);
}

GstBuffer *
rtmp_wrap_take (RtmpWrap * self)
{
  flush_small (self);
  if (self->buffer != NULL && gst_buffer_n_memory (self->buffer) == 0)
    g_clear_pointer (&self->buffer, gst_buffer_unref);
  return g_steal_pointer (&self->buffer);
}
