/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpav1sequence.h"

#include <gst/base/gstbitreader.h>
#include <string.h>

/* Values of AV1 that stand in no table of ours. */
#define UNSPECIFIED 2
#define PRIMARIES_BT709 1
#define TRANSFER_SRGB 13
#define MATRIX_IDENTITY 0
#define FIRST_LEVEL_WITH_TIER 8

/* Bits beyond the end are zero and remembered, so that each function reads as
 * the text does. */
typedef struct
{
  GstBitReader bits;
  gboolean cut;
} Reader;

static guint32
get (Reader * reader, guint count)
{
  guint32 value = 0;

  if (!gst_bit_reader_get_bits_uint32 (&reader->bits, &value, count))
    reader->cut = TRUE;
  return value;
}

/* 4.10.3. Its value is of no use here. */
static void
skip_uvlc (Reader * reader)
{
  guint zeros = 0;

  while (!reader->cut && zeros < 32 && get (reader, 1) == 0)
    zeros++;
  if (zeros < 32)
    get (reader, zeros);
}

typedef struct
{
  gboolean decoder_model;
  guint delay_bits;
  gboolean display_delay;
} Timing;

/* 5.5.3 and 5.5.4. */
static void
read_timing (Reader * reader, Timing * timing)
{
  memset (timing, 0, sizeof *timing);
  if (get (reader, 1)) {
    get (reader, 32);
    get (reader, 32);
    if (get (reader, 1))
      skip_uvlc (reader);
    timing->decoder_model = get (reader, 1);
    if (timing->decoder_model) {
      timing->delay_bits = get (reader, 5) + 1;
      get (reader, 32);
      get (reader, 5);
      get (reader, 5);
    }
  }
  timing->display_delay = get (reader, 1);
}

/* Level and tier are those of the first, which is all that there is. */
static void
read_operating_points (RtmpAv1Sequence * self, Reader * reader)
{
  Timing timing;

  read_timing (reader, &timing);
  guint count = get (reader, 5) + 1;
  for (guint i = 0; i < count; i++) {
    get (reader, 12);
    guint level = get (reader, 5);
    guint tier = level >= FIRST_LEVEL_WITH_TIER ? get (reader, 1) : 0;
    if (timing.decoder_model && get (reader, 1)) {
      get (reader, timing.delay_bits);
      get (reader, timing.delay_bits);
      get (reader, 1);
    }
    if (timing.display_delay && get (reader, 1))
      get (reader, 4);
    if (i == 0) {
      self->level = level;
      self->tier = tier;
    }
  }
}

static void
skip_tools (Reader * reader)
{
  get (reader, 4);              /* interintra, masked, warped, dual filter */
  gboolean order_hint = get (reader, 1);
  if (order_hint)
    get (reader, 2);            /* joint compound, reference vectors */
  guint screen_content = get (reader, 1) ? 2 : get (reader, 1);
  if (screen_content > 0 && get (reader, 1) == 0)
    get (reader, 1);            /* integer vectors */
  if (order_hint)
    get (reader, 3);
}

static void
read_subsampling (RtmpAv1Sequence * self, Reader * reader)
{
  self->subsampling_x = self->profile != 1;
  self->subsampling_y = self->profile == 0;
  if (self->profile == 2 && self->depth == 12) {
    self->subsampling_x = get (reader, 1);
    self->subsampling_y = self->subsampling_x ? get (reader, 1) : 0;
  }
  if (self->subsampling_x && self->subsampling_y)
    self->chroma_position = get (reader, 2);
}

/* 5.5.2. */
static void
read_colors (RtmpAv1Sequence * self, Reader * reader)
{
  gboolean high = get (reader, 1);
  self->depth = !high ? 8 : self->profile == 2 && get (reader, 1) ? 12 : 10;
  self->monochrome = self->profile != 1 && get (reader, 1);
  self->primaries = self->transfer = self->matrix = UNSPECIFIED;
  if (get (reader, 1)) {
    self->primaries = get (reader, 8);
    self->transfer = get (reader, 8);
    self->matrix = get (reader, 8);
  }
  if (self->monochrome) {
    self->full_range = get (reader, 1);
    self->subsampling_x = self->subsampling_y = 1;
  } else if (self->primaries == PRIMARIES_BT709
      && self->transfer == TRANSFER_SRGB && self->matrix == MATRIX_IDENTITY) {
    self->full_range = TRUE;
  } else {
    self->full_range = get (reader, 1);
    read_subsampling (self, reader);
  }
}

gboolean
rtmp_av1_sequence_parse (RtmpAv1Sequence * self, const guint8 * data,
    gsize size)
{
  Reader reader = { GST_BIT_READER_INIT (data, size), FALSE };

  memset (self, 0, sizeof *self);
  self->profile = get (&reader, 3);
  get (&reader, 1);
  gboolean reduced = get (&reader, 1);
  if (reduced)
    self->level = get (&reader, 5);
  else
    read_operating_points (self, &reader);

  guint width_bits = get (&reader, 4) + 1;
  guint height_bits = get (&reader, 4) + 1;
  self->width = get (&reader, width_bits) + 1;
  self->height = get (&reader, height_bits) + 1;
  if (!reduced && get (&reader, 1))
    get (&reader, 7);           /* lengths of frame numbers */
  get (&reader, 3);             /* superblocks, two filters */
  if (!reduced)
    skip_tools (&reader);
  get (&reader, 3);             /* three more */
  read_colors (self, &reader);
  return !reader.cut && self->profile <= 2;
}
