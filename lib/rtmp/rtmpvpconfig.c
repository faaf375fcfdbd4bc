/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpvpconfig.h"

#include "rtmp/rtmperror.h"

#include <gst/base/gstbitreader.h>
#include <string.h>

/* A full box: version 1, no flags. */
#define VERSION_SIZE 4
#define RECORD_SIZE 8
#define UNSPECIFIED 2
#define VP9_SYNC_CODE 0x498342

typedef struct
{
  guint8 level;
  guint64 rate;                 /* luma samples a second */
  guint64 size;                 /* luma samples of a picture */
} Level;

/* "VP9 Levels and Decoder Testing". */
static const Level levels[] = {
  {10, 829440, 36864}, {11, 2764800, 73728}, {20, 4608000, 122880},
  {21, 9216000, 245760}, {30, 20736000, 552960}, {31, 36864000, 983040},
  {40, 83558400, 2228224}, {41, 160432128, 2228224},
  {50, 311951360, 8912896}, {51, 588251136, 8912896},
  {52, 1176502272, 8912896}, {60, 1176502272, 35651584},
  {61, 2353004544, 35651584}, {62, 4706009088, 35651584},
};

/* What color_space of VP9 says (7.2.2), in numbers of ISO/IEC 23091-4. */
static const guint8 spaces[8][3] = {
  {2, 2, 2}, {5, 6, 5}, {1, 1, 1}, {6, 6, 6}, {7, 7, 7}, {9, 14, 9}, {2, 2, 2},
  {1, 13, 0},
};

void
rtmp_vp_config_init (RtmpVpConfig * self)
{
  memset (self, 0, sizeof *self);
  self->depth = 8;
  self->chroma = RTMP_VP_CHROMA_420_COLOCATED;
  self->primaries = UNSPECIFIED;
  self->transfer = UNSPECIFIED;
  self->matrix = UNSPECIFIED;
}

gboolean
rtmp_vp_config_parse (RtmpVpConfig * self, const guint8 * data, gsize size,
    GError ** error)
{
  /* No record without it is so long: it has nothing to begin decoding with. */
  if (size >= VERSION_SIZE + RECORD_SIZE && data[0] == 1 && data[1] == 0
      && data[2] == 0 && data[3] == 0) {
    data += VERSION_SIZE;
    size -= VERSION_SIZE;
  }
  if (size < RECORD_SIZE || data[0] > 3) {
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_FORMAT,
        "bad configuration record of VP8 or VP9");
    return FALSE;
  }
  memset (self, 0, sizeof *self);
  self->profile = data[0];
  self->level = data[1];
  self->depth = data[2] >> 4;
  self->chroma = data[2] >> 1 & 7;
  self->full_range = data[2] & 1;
  self->primaries = data[3];
  self->transfer = data[4];
  self->matrix = data[5];
  return TRUE;
}

static guint32
get (GstBitReader * bits, guint count, gboolean * cut)
{
  guint32 value = 0;

  if (!gst_bit_reader_get_bits_uint32 (bits, &value, count))
    *cut = TRUE;
  return value;
}

/* VP9 6.2.2, color_config(). */
static void
read_colors (RtmpVpConfig * self, GstBitReader * bits, gboolean * cut)
{
  gboolean open = self->profile == 1 || self->profile == 3;
  guint sub_x = 1, sub_y = 1;

  if (self->profile >= 2)
    self->depth = get (bits, 1, cut) ? 12 : 10;
  guint space = get (bits, 3, cut);
  self->primaries = spaces[space][0];
  self->transfer = spaces[space][1];
  self->matrix = spaces[space][2];
  if (space == 7) {
    self->full_range = TRUE;
    sub_x = sub_y = 0;
    if (open)
      get (bits, 1, cut);
  } else {
    self->full_range = get (bits, 1, cut);
    if (open) {
      sub_x = get (bits, 1, cut);
      sub_y = get (bits, 1, cut);
      get (bits, 1, cut);
    }
  }
  /* 4:4:0 has no number of its own: all four are what can be said of it. */
  self->chroma = sub_x && sub_y ? RTMP_VP_CHROMA_420_COLOCATED
      : sub_x ? RTMP_VP_CHROMA_422 : RTMP_VP_CHROMA_444;
}

gboolean
rtmp_vp_config_find (RtmpVpConfig * self, const guint8 * frame, gsize size,
    guint * width, guint * height)
{
  GstBitReader bits = GST_BIT_READER_INIT (frame, size);
  gboolean cut = FALSE;

  rtmp_vp_config_init (self);
  /* 6.2, uncompressed_header(). */
  if (get (&bits, 2, &cut) != 2)
    return FALSE;
  self->profile = get (&bits, 1, &cut);
  self->profile |= get (&bits, 1, &cut) << 1;
  if (self->profile == 3)
    get (&bits, 1, &cut);
  gboolean shows_existing = get (&bits, 1, &cut);
  gboolean inter = get (&bits, 1, &cut);
  get (&bits, 2, &cut);
  if (shows_existing || inter || get (&bits, 24, &cut) != VP9_SYNC_CODE)
    return FALSE;
  read_colors (self, &bits, &cut);
  *width = get (&bits, 16, &cut) + 1;
  *height = get (&bits, 16, &cut) + 1;
  return !cut;
}

guint8
rtmp_vp_config_get_level (guint width, guint height, gdouble rate)
{
  guint64 size = (guint64) width * height;

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    if (size <= levels[i].size && size * rate <= levels[i].rate)
      return levels[i].level;
  }
  return levels[G_N_ELEMENTS (levels) - 1].level;
}

GBytes *
rtmp_vp_config_write (const RtmpVpConfig * self)
{
  guint8 out[VERSION_SIZE + RECORD_SIZE] = {
    1, 0, 0, 0,
    self->profile, self->level,
    self->depth << 4 | self->chroma << 1 | (self->full_range ? 1 : 0),
    self->primaries, self->transfer, self->matrix,
    0, 0,
  };

  return g_bytes_new (out, sizeof out);
}
