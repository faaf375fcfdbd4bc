/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpAmf0Writer: values to the bytes of AMF0 as they come, without a tree.
 * For what we say ourselves; section numbers are those of "AMF 0". Embedded in
 * its user, one thread at a time. */
#pragma once

#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmpmessage.h"
#include "rtmp/rtmpvalue.h"

#define RTMP_AMF0_WRITER_OWN 1024

typedef struct {
  guint8 *data;
  guint8 *at;
  guint8 *end;
  /* Most messages are small, and need no other memory. */
  guint8 own[RTMP_AMF0_WRITER_OWN];
} RtmpAmf0Writer;

/* Not the bytes: they are many. */
static inline void
rtmp_amf0_writer_init (RtmpAmf0Writer *self)
{
  self->data = self->own;
  self->at = self->own;
  self->end = self->own + RTMP_AMF0_WRITER_OWN;
}

void rtmp_amf0_writer_clear (RtmpAmf0Writer *self);

static inline gsize
rtmp_amf0_writer_get_size (const RtmpAmf0Writer *self)
{
  return self->at - self->data;
}

/* A message with what was written; the writer is empty after it. */
RtmpMessage *rtmp_amf0_writer_end (RtmpAmf0Writer *self,
    const RtmpMessageHead *head);

/* Room for @size more bytes. */
void rtmp_amf0_writer_grow (RtmpAmf0Writer *self, gsize size);

static inline void
rtmp_amf0_writer_reserve (RtmpAmf0Writer *self, gsize size)
{
  if (G_UNLIKELY ((gsize) (self->end - self->at) < size))
    rtmp_amf0_writer_grow (self, size);
}

/* In all of these @name is that of a member of an object or map, and NULL
 * elsewhere. It is no longer than RTMP_MAX_NAME. */

/* Its name, and room for @size bytes behind it. */
static inline void
rtmp_amf0_writer_begin (RtmpAmf0Writer *self, const gchar *name, gsize size)
{
  gsize length = name != NULL ? strlen (name) : 0;

  rtmp_amf0_writer_reserve (self, 2 + length + size);
  if (name != NULL) {
    self->at = rtmp_put_u16 (self->at, length);
    self->at = rtmp_put_data (self->at, name, length);
  }
}

/* 2.2 */
static inline void
rtmp_amf0_writer_add_number (RtmpAmf0Writer *self, const gchar *name,
    gdouble number)
{
  rtmp_amf0_writer_begin (self, name, 9);
  *self->at++ = 0x00;
  self->at = rtmp_put_double (self->at, number);
}

/* 2.3 */
static inline void
rtmp_amf0_writer_add_boolean (RtmpAmf0Writer *self, const gchar *name,
    gboolean boolean)
{
  rtmp_amf0_writer_begin (self, name, 2);
  *self->at++ = 0x01;
  *self->at++ = boolean ? 1 : 0;
}

/* 2.7 */
static inline void
rtmp_amf0_writer_add_null (RtmpAmf0Writer *self, const gchar *name)
{
  rtmp_amf0_writer_begin (self, name, 1);
  *self->at++ = 0x05;
}

/* 2.4, 2.14. */
static inline void
rtmp_amf0_writer_add_text (RtmpAmf0Writer *self, const gchar *name,
    gconstpointer text, gsize length)
{
  rtmp_amf0_writer_begin (self, name, 5 + length);
  if (length > G_MAXUINT16) {
    *self->at++ = 0x0c;
    self->at = rtmp_put_u32 (self->at, length);
  } else {
    *self->at++ = 0x02;
    self->at = rtmp_put_u16 (self->at, length);
  }
  self->at = rtmp_put_data (self->at, text, length);
}

/* NULL is null. */
static inline void
rtmp_amf0_writer_add_string (RtmpAmf0Writer *self, const gchar *name,
    const gchar *string)
{
  if (string == NULL)
    rtmp_amf0_writer_add_null (self, name);
  else
    rtmp_amf0_writer_add_text (self, name, string, strlen (string));
}

/* A value of a tree, with all that is in it. */
void rtmp_amf0_writer_add_value (RtmpAmf0Writer *self, const gchar *name,
    const RtmpValue *value);

/* 2.5, 2.10: what comes next is in it, until close(); @count is a hint. */
void rtmp_amf0_writer_open_object (RtmpAmf0Writer *self, const gchar *name);
void rtmp_amf0_writer_open_map (RtmpAmf0Writer *self, const gchar *name,
    guint count);
void rtmp_amf0_writer_close (RtmpAmf0Writer *self);
/* 2.12: the next @count values are in it. */
void rtmp_amf0_writer_add_array (RtmpAmf0Writer *self, const gchar *name,
    guint count);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RtmpAmf0Writer, rtmp_amf0_writer_clear)
