/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpamf0writer.h"

#include "rtmp/rtmpamf0.h"

void
rtmp_amf0_writer_clear (RtmpAmf0Writer * self)
{
  g_return_if_fail (self != NULL);

  if (self->data != self->own)
    g_free (self->data);
  rtmp_amf0_writer_init (self);
}

void
rtmp_amf0_writer_grow (RtmpAmf0Writer * self, gsize size)
{
  gsize used = rtmp_amf0_writer_get_size (self);
  gsize wanted = MAX (used + size, 2 * (gsize) (self->end - self->data));

  if (self->data == self->own) {
    self->data = g_malloc (wanted);
    memcpy (self->data, self->own, used);
  } else {
    self->data = g_realloc (self->data, wanted);
  }
  self->at = self->data + used;
  self->end = self->data + wanted;
}

RtmpMessage *
rtmp_amf0_writer_end (RtmpAmf0Writer * self, const RtmpMessageHead * head)
{
  g_return_val_if_fail (self != NULL && head != NULL, NULL);

  RtmpMessage *message = rtmp_message_new_copy (head, self->data,
      rtmp_amf0_writer_get_size (self));
  rtmp_amf0_writer_clear (self);
  return message;
}

void
rtmp_amf0_writer_add_value (RtmpAmf0Writer * self, const gchar * name,
    const RtmpValue * value)
{
  g_return_if_fail (self != NULL && value != NULL);

  rtmp_amf0_writer_begin (self, name, rtmp_amf0_measure_value (value));
  self->at = rtmp_amf0_write_value (value, self->at);
}

void
rtmp_amf0_writer_open_object (RtmpAmf0Writer * self, const gchar * name)
{
  g_return_if_fail (self != NULL);

  rtmp_amf0_writer_begin (self, name, 1);
  *self->at++ = 0x03;
}

void
rtmp_amf0_writer_open_map (RtmpAmf0Writer * self, const gchar * name,
    guint count)
{
  g_return_if_fail (self != NULL);

  rtmp_amf0_writer_begin (self, name, 5);
  *self->at++ = 0x08;
  self->at = rtmp_put_u32 (self->at, count);
}

void
rtmp_amf0_writer_add_array (RtmpAmf0Writer * self, const gchar * name,
    guint count)
{
  g_return_if_fail (self != NULL);

  rtmp_amf0_writer_begin (self, name, 5);
  *self->at++ = 0x0a;
  self->at = rtmp_put_u32 (self->at, count);
}

void
rtmp_amf0_writer_close (RtmpAmf0Writer * self)
{
  g_return_if_fail (self != NULL);

  rtmp_amf0_writer_reserve (self, 3);
  self->at = rtmp_put_u24 (self->at, 0x09);
}
