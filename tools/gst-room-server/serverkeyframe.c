/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerKeyFrame: payload headers, as far as it takes to know. What is too
 * short or is not described by the format is no key frame. */
#include "serverkeyframe.h"

#include <gst/base/gstbytereader.h>

enum
{
  H264_SPS = 7,
  H264_STAP_A = 24,
  H265_VPS = 32,
  H265_SPS = 33,
  H265_AP = 48,
};

static gboolean
is_h264_set (guint8 header)
{
  return (header & 0x1f) == H264_SPS;
}

static gboolean
is_h265_set (guint8 header)
{
  guint type = (header >> 1) & 0x3f;

  return type == H265_VPS || type == H265_SPS;
}

/* GStreamer's reader takes numbers from where they may not be aligned. */
static gboolean
read_length (GstByteReader * reader, guint * length)
{
  guint8 high, low;

  if (!gst_byte_reader_get_uint8 (reader, &high)
      || !gst_byte_reader_get_uint8 (reader, &low))
    return FALSE;
  *length = high << 8 | low;
  return TRUE;
}

/* Units of 16 bits of length and that many bytes. */
static gboolean
aggregate_has (GstByteReader * reader, gboolean (*is_set) (guint8 header))
{
  const guint8 *unit;
  guint size;

  while (read_length (reader, &size)
      && gst_byte_reader_get_data (reader, size, &unit)) {
    if (size > 0 && is_set (unit[0]))
      return TRUE;
  }
  return FALSE;
}

gboolean
server_key_frame_begins_h264 (const guint8 * payload, gsize size)
{
  GstByteReader reader;
  guint8 header;

  gst_byte_reader_init (&reader, payload, size);
  if (!gst_byte_reader_get_uint8 (&reader, &header))
    return FALSE;
  if ((header & 0x1f) == H264_STAP_A)
    return aggregate_has (&reader, is_h264_set);
  return is_h264_set (header);
}

gboolean
server_key_frame_begins_h265 (const guint8 * payload, gsize size)
{
  GstByteReader reader;
  guint8 header;

  gst_byte_reader_init (&reader, payload, size);
  if (!gst_byte_reader_get_uint8 (&reader, &header)
      || !gst_byte_reader_skip (&reader, 1))
    return FALSE;
  if (((header >> 1) & 0x3f) == H265_AP)
    return aggregate_has (&reader, is_h265_set);
  return is_h265_set (header);
}

gboolean
server_key_frame_begins_vp8 (const guint8 * payload, gsize size)
{
  GstByteReader reader;
  guint8 first, extension, picture, frame;

  gst_byte_reader_init (&reader, payload, size);
  if (!gst_byte_reader_get_uint8 (&reader, &first))
    return FALSE;
  /* S and the partition's number. */
  if ((first & 0x10) == 0 || (first & 0x07) != 0)
    return FALSE;
  if (first & 0x80) {
    if (!gst_byte_reader_get_uint8 (&reader, &extension))
      return FALSE;
    if (extension & 0x80) {
      if (!gst_byte_reader_get_uint8 (&reader, &picture))
        return FALSE;
      if ((picture & 0x80) && !gst_byte_reader_skip (&reader, 1))
        return FALSE;
    }
    /* TL0PICIDX; then TID and KEYIDX in one byte. */
    if ((extension & 0x40) && !gst_byte_reader_skip (&reader, 1))
      return FALSE;
    if ((extension & 0x30) && !gst_byte_reader_skip (&reader, 1))
      return FALSE;
  }
  /* RFC 6386, section 9.1: the first bit is zero for a key frame. */
  return gst_byte_reader_get_uint8 (&reader, &frame) && (frame & 0x01) == 0;
}

gboolean
server_key_frame_begins_vp9 (const guint8 * payload, gsize size)
{
  GstByteReader reader;
  guint8 first, picture, layer;

  gst_byte_reader_init (&reader, payload, size);
  if (!gst_byte_reader_get_uint8 (&reader, &first))
    return FALSE;
  /* Not P, but B. */
  if ((first & 0x40) != 0 || (first & 0x08) == 0)
    return FALSE;
  if (first & 0x80) {
    if (!gst_byte_reader_get_uint8 (&reader, &picture))
      return FALSE;
    if ((picture & 0x80) && !gst_byte_reader_skip (&reader, 1))
      return FALSE;
  }
  if ((first & 0x20) == 0)
    return TRUE;
  return gst_byte_reader_get_uint8 (&reader, &layer)
      && ((layer >> 1) & 0x07) == 0;
}

gboolean
server_key_frame_begins_av1 (const guint8 * payload, gsize size)
{
  GstByteReader reader;
  guint8 header;

  gst_byte_reader_init (&reader, payload, size);
  /* N, and not the rest of a unit. */
  return gst_byte_reader_get_uint8 (&reader, &header)
      && (header & 0x88) == 0x08;
}
