/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpEnhanced: the header that Enhanced RTMP puts before audio and video: what
 * changes the packet (ModEx), whose it is (multitrack), and the FourCC. The
 * same for both; what a packet type means, RtmpAudio and RtmpVideo know. */
#pragma once

#include "rtmp/rtmpcursor.h"

#include <glib.h>

/* The packet type that is one more ModEx, in audio and in video. */
#define RTMP_ENHANCED_MODEX 7

/* "AvMultitrackType", and one for a message that has none. */
typedef enum {
  RTMP_TRACKS_ONE = 0,          /* one, and it says which */
  RTMP_TRACKS_MANY = 1,         /* several, of one codec */
  RTMP_TRACKS_MANY_CODECS = 2,
  RTMP_TRACKS_PLAIN,            /* the one there is: track 0 */
} RtmpTracks;

typedef struct {
  guint type;                   /* the packet type of all that is in it */
  guint32 nanoseconds;          /* to add to the time of this message */
  RtmpTracks tracks;
  guint32 fourcc;               /* 0 with RTMP_TRACKS_MANY_CODECS */
} RtmpEnhanced;

/* What one track has in the message. */
typedef struct {
  guint8 track;
  guint32 fourcc;
  const guint8 *data;           /* lent by the message */
  gsize size;
} RtmpEnhancedPart;

/* Reads what changes the packet; afterwards the type is that of the packet
 * itself. @type is the one of the first byte. */
gboolean rtmp_enhanced_read_changes (RtmpEnhanced *self, guint type,
    RtmpCursor *reader, GError **error);

/* Reads whose it is. @multitrack is the packet type that says "several". */
gboolean rtmp_enhanced_read_tracks (RtmpEnhanced *self, guint multitrack,
    RtmpCursor *reader, GError **error);

/* The next part; FALSE at the end, and with @error for what is broken. Only
 * the forms with many tracks have more than one. */
gboolean rtmp_enhanced_read_part (const RtmpEnhanced *self,
    RtmpCursor *reader, RtmpEnhancedPart *part, GError **error);

/* Room for the longest header that is written here. */
#define RTMP_ENHANCED_MAX_HEADER 16

/* Writes the header and @track, all that stands before a part of its own, and
 * returns its length. @flags are the high bits of the first byte. Not for the
 * forms with many tracks. */
guint rtmp_enhanced_write (const RtmpEnhanced *self, guint8 flags,
    guint multitrack, guint8 track, guint8 *out);
