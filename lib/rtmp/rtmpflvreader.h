/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpFlvReader: the bytes of an FLV file, in any slices, to tags.
 * Copies nothing but a tag that lies across slices, and takes no memory before
 * the bytes are there. One thread at a time; after an error, an error. */
#pragma once

#include "rtmp/rtmpflvtag.h"

typedef struct _RtmpFlvReader RtmpFlvReader;

RtmpFlvReader *rtmp_flv_reader_new (void);
void rtmp_flv_reader_free (RtmpFlvReader *self);

/* More bytes; empty ones are fine. Only when take() has said that there is no
 * more in those before. */
void rtmp_flv_reader_feed (RtmpFlvReader *self, GBytes *bytes);

/* The next tag, whatever its type. FALSE when there is none yet, and with
 * @error (RTMP_ERROR_FORMAT) when what comes is no FLV. A header in the middle
 * begins a new file. */
gboolean rtmp_flv_reader_take (RtmpFlvReader *self, RtmpFlvTag *tag,
    GError **error);

/* Of the tag that was taken last: where it begins, counted from the first
 * byte, or from what restart() was told. */
guint64 rtmp_flv_reader_get_offset (const RtmpFlvReader *self);

/* FALSE before there was a file header. They may be untrue: many writers say
 * both of any file. */
gboolean rtmp_flv_reader_get_header (const RtmpFlvReader *self,
    gboolean *audio, gboolean *video);

/* File headers so far, whatever restart() was told. */
guint rtmp_flv_reader_count_files (const RtmpFlvReader *self);

/* Bytes of what has begun and is not whole; at the end of a file, what is cut
 * off. */
gsize rtmp_flv_reader_get_pending (const RtmpFlvReader *self);
/* Take() has said what is wrong, and will say it again. */
gboolean rtmp_flv_reader_has_failed (const RtmpFlvReader *self);

/* Forgets what was fed: the next byte is the first of a tag, at @offset. With 0
 * it is the first of the file. */
void rtmp_flv_reader_restart (RtmpFlvReader *self, guint64 offset);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpFlvReader, rtmp_flv_reader_free)
