/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMetadata: what "onMetaData" says about a file or a stream (Adobe FLV
 * 10.1, E.5; Enhanced RTMP v2, "Enhancing onMetaData"). Nothing in it can be
 * relied on: encoders leave out what they do not know, and invent the rest. */
#pragma once

#include "rtmp/rtmpcodec.h"
#include "rtmp/rtmpvalue.h"

/* A number that is not told is 0. */
typedef struct {
  guint8 track;
  RtmpCodec codec;
  gboolean enhanced;            /* it is told by its FourCC */
  gdouble bitrate;              /* kbit/s */
  /* Of video. */
  gdouble width, height;        /* pixels */
  gdouble frame_rate;           /* Hz */
  /* Of audio. */
  gdouble sample_rate;          /* Hz */
  gdouble sample_size;          /* bits */
  gdouble channels;
} RtmpMetadataTrack;

typedef struct {
  gdouble time;                 /* s */
  gdouble offset;               /* of its tag in the file, bytes */
} RtmpMetadataKey;

/* Both owned. */
typedef struct {
  gchar *name;
  gchar *text;
} RtmpMetadataText;

typedef struct {
  gdouble duration;             /* s */
  gdouble file_size;            /* bytes */
  GArray *video;                /* of RtmpMetadataTrack */
  GArray *audio;
  GArray *keys;                 /* of RtmpMetadataKey: the index */
  GArray *texts;                /* of RtmpMetadataText: all that is no number */
} RtmpMetadata;

RtmpMetadata *rtmp_metadata_new (void);
void rtmp_metadata_free (RtmpMetadata *self);

/* The values of a data message; NULL when it is another one. */
RtmpMetadata *rtmp_metadata_read (const RtmpValues *values);

/* NULL when nothing is told of that track. */
const RtmpMetadataTrack *rtmp_metadata_get_track (const RtmpMetadata *self,
    gboolean video, guint8 track);

/* Copies both. */
void rtmp_metadata_add_text (RtmpMetadata *self, const gchar *name,
    const gchar *text);

/* The data of a message of type 18, without an index; NULL and @error
 * (RTMP_ERROR_LIMIT) when there is more than it can hold. */
GBytes *rtmp_metadata_write (const RtmpMetadata *self, GError **error);

/* The same for a file, with an index that has room for @room entries: as long
 * however many are in it, and whatever the duration and size, so that it can be
 * written over in the end. No more entries than @room. */
GBytes *rtmp_metadata_write_indexed (const RtmpMetadata *self, guint room,
    GError **error);

#define RTMP_METADATA_MAX_ROOM 3600

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpMetadata, rtmp_metadata_free)
