/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpenhanced.h"

#include "rtmp/rtmperror.h"

#include <string.h>

/* Enhanced RTMP v2, "Enhanced Audio" and "Enhanced Video". */
#define MODEX_NANOSECONDS 0
#define MAX_NANOSECONDS 999999
#define NANOSECONDS_SIZE 3

static gboolean
fail (GError ** error, gint code, const gchar * what)
{
  g_set_error (error, RTMP_ERROR, code, "bad enhanced header: %s", what);
  return FALSE;
}

gboolean
rtmp_enhanced_read_changes (RtmpEnhanced * self, guint type,
    RtmpCursor * reader, GError ** error)
{
  memset (self, 0, sizeof *self);
  self->type = type;
  self->tracks = RTMP_TRACKS_PLAIN;
  /* Each takes three bytes of the message at least, so this ends. */
  while (self->type == RTMP_ENHANCED_MODEX) {
    guint8 short_size = 0, next = 0;
    guint32 long_size = 0;
    const guint8 *data;

    gboolean whole = rtmp_cursor_get_u8 (reader, &short_size);
    guint size = short_size + 1;
    if (whole && size == 256) {
      whole = rtmp_cursor_get_u16 (reader, &long_size);
      size = long_size + 1;
    }
    whole = whole && rtmp_cursor_get_data (reader, size, &data)
        && rtmp_cursor_get_u8 (reader, &next);
    if (!whole)
      return fail (error, RTMP_ERROR_FORMAT, "cut off in a ModEx");

    /* Others are skipped: they are not for us. So is an offset of more than a
     * millisecond, which the text does not allow. */
    if (next >> 4 == MODEX_NANOSECONDS && size >= NANOSECONDS_SIZE) {
      guint32 nanoseconds = rtmp_get_u24 (data);
      if (nanoseconds <= MAX_NANOSECONDS)
        self->nanoseconds = nanoseconds;
    }
    self->type = next & 0xf;
  }
  return TRUE;
}

gboolean
rtmp_enhanced_read_tracks (RtmpEnhanced * self, guint multitrack,
    RtmpCursor * reader, GError ** error)
{
  if (self->type == multitrack) {
    guint8 byte;
    if (!rtmp_cursor_get_u8 (reader, &byte))
      return fail (error, RTMP_ERROR_FORMAT, "no form of tracks");
    if (byte >> 4 > RTMP_TRACKS_MANY_CODECS)
      return fail (error, RTMP_ERROR_UNSUPPORTED, "unknown form of tracks");
    self->tracks = byte >> 4;
    self->type = byte & 0xf;
    if (self->type == multitrack || self->type == RTMP_ENHANCED_MODEX)
      return fail (error, RTMP_ERROR_FORMAT, "tracks of tracks");
  }
  if (self->tracks != RTMP_TRACKS_MANY_CODECS
      && !rtmp_cursor_get_u32 (reader, &self->fourcc))
    return fail (error, RTMP_ERROR_FORMAT, "no FourCC");
  return TRUE;
}

gboolean
rtmp_enhanced_read_part (const RtmpEnhanced * self, RtmpCursor * reader,
    RtmpEnhancedPart * part, GError ** error)
{
  gboolean many = self->tracks == RTMP_TRACKS_MANY
      || self->tracks == RTMP_TRACKS_MANY_CODECS;
  if (many && rtmp_cursor_get_left (reader) == 0)
    return FALSE;

  memset (part, 0, sizeof *part);
  part->fourcc = self->fourcc;
  if (self->tracks == RTMP_TRACKS_MANY_CODECS
      && !rtmp_cursor_get_u32 (reader, &part->fourcc))
    return fail (error, RTMP_ERROR_FORMAT, "no FourCC of a track");
  if (self->tracks != RTMP_TRACKS_PLAIN
      && !rtmp_cursor_get_u8 (reader, &part->track))
    return fail (error, RTMP_ERROR_FORMAT, "no number of a track");

  guint32 size = rtmp_cursor_get_left (reader);
  if (many && !rtmp_cursor_get_u24 (reader, &size))
    return fail (error, RTMP_ERROR_FORMAT, "no size of a track");
  if (!rtmp_cursor_get_data (reader, size, &part->data))
    return fail (error, RTMP_ERROR_FORMAT, "a track is longer than the rest");
  part->size = size;
  return TRUE;
}

guint
rtmp_enhanced_write (const RtmpEnhanced * self, guint8 flags, guint multitrack,
    guint8 track, guint8 * out)
{
  g_return_val_if_fail (self->tracks == RTMP_TRACKS_PLAIN
      || self->tracks == RTMP_TRACKS_ONE, 0);

  gboolean plain = self->tracks == RTMP_TRACKS_PLAIN;
  guint type = plain ? self->type : multitrack;
  guint8 *at = out;

  if (self->nanoseconds > 0) {
    *at++ = flags | RTMP_ENHANCED_MODEX;
    *at++ = NANOSECONDS_SIZE - 1;
    at = rtmp_put_u24 (at, self->nanoseconds);
    *at++ = MODEX_NANOSECONDS << 4 | type;
  } else {
    *at++ = flags | type;
  }
  if (!plain)
    *at++ = RTMP_TRACKS_ONE << 4 | self->type;
  at = rtmp_put_u32 (at, self->fourcc);
  if (!plain)
    *at++ = track;
  return at - out;
}
