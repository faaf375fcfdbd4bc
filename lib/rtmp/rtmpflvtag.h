/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpFlvTag: one tag of an FLV file (Adobe FLV 10.1, annex E): a message and
 * its time. What stands before tags in a file, too. */
#pragma once

#include "rtmp/rtmpmessage.h"

/* Before the data of a tag, behind it, and what a file of ours begins with. */
#define RTMP_FLV_TAG_HEADER 11
#define RTMP_FLV_TAG_TRAILER 4
#define RTMP_FLV_FILE_HEADER 13

typedef struct {
  guint8 type;                  /* RtmpMessageType, or another number */
  gboolean encrypted;           /* there is more before the media in @data */
  guint32 timestamp;            /* ms, modulo 2^32 */
  guint32 stream;               /* 0 in files */
  gsize size;
  GBytes *data;                 /* NULL in a header alone */
} RtmpFlvTag;

/* Only .data is owned. */
void rtmp_flv_tag_clear (RtmpFlvTag *self);

/* RTMP_FLV_TAG_HEADER bytes; .data is NULL after reading. .size must fit in 24
 * bits. */
void rtmp_flv_tag_read_header (RtmpFlvTag *self, const guint8 *header);
void rtmp_flv_tag_write_header (const RtmpFlvTag *self, guint8 *out);

/* RTMP_FLV_TAG_TRAILER bytes: how far back the tag begins. */
void rtmp_flv_tag_write_trailer (const RtmpFlvTag *self, guint8 *out);

/* RTMP_FLV_FILE_HEADER bytes. */
void rtmp_flv_write_file_header (gboolean audio, gboolean video, guint8 *out);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RtmpFlvTag, rtmp_flv_tag_clear)
