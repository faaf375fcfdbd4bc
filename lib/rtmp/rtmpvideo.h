/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpVideo: what a video message says before the coded frame, in its classic
 * and in its enhanced form. The frame itself and the configuration record are
 * not looked into. */
#pragma once

#include "rtmp/rtmpcodec.h"
#include "rtmp/rtmpenhanced.h"

typedef enum {
  RTMP_VIDEO_UNKNOWN,           /* of a newer text, or empty: to be skipped */
  RTMP_VIDEO_CONFIG,            /* how to begin decoding */
  RTMP_VIDEO_FRAMES,
  RTMP_VIDEO_END,               /* of the sequence */
  RTMP_VIDEO_METADATA,          /* values, such as "colorInfo" */
  RTMP_VIDEO_TS_CONFIG,         /* the same as CONFIG, as MPEG-TS says it */
  RTMP_VIDEO_COMMAND,           /* of a server, to a player */
} RtmpVideoKind;

typedef enum {
  RTMP_FRAME_KEY = 1,
  RTMP_FRAME_INTER = 2,
  RTMP_FRAME_DISPOSABLE = 3,
  RTMP_FRAME_GENERATED_KEY = 4, /* by a server */
  RTMP_FRAME_COMMAND = 5,
} RtmpFrame;

typedef struct {
  RtmpVideoKind kind;
  RtmpFrame frame;              /* of METADATA it says nothing */
  RtmpCodec codec;
  guint32 fourcc;               /* in the enhanced form */
  RtmpTracks tracks;
  gboolean enhanced;
  guint8 track;
  guint8 command;               /* 0: a seek begins, 1: it has ended */
  gint32 composition_time;      /* when to show it, ms behind the message */
  guint32 nanoseconds;          /* and these, both for sending and showing */
  const guint8 *data;           /* lent by the message */
  gsize size;
} RtmpVideo;

/* One message after the other. Embedded in its user. */
typedef struct {
  RtmpCursor rest;
  RtmpEnhanced enhanced;
  guint8 first;
  gboolean begun;
  gboolean done;
} RtmpVideoReader;

/* @data has to live as long as what is taken. */
void rtmp_video_reader_init (RtmpVideoReader *self, const guint8 *data,
    gsize size);

/* The next of the tracks in the message, most have one; FALSE at the end.
 * @error: RTMP_ERROR_FORMAT for what is broken, RTMP_ERROR_UNSUPPORTED for what
 * cannot even be skipped over; there is no more then. */
gboolean rtmp_video_reader_take (RtmpVideoReader *self, RtmpVideo *video,
    GError **error);

/* Composition times that a message can say. */
#define RTMP_VIDEO_MIN_COMPOSITION_TIME (-0x800000)
#define RTMP_VIDEO_MAX_COMPOSITION_TIME 0x7fffff

#define RTMP_VIDEO_MAX_HEADER (RTMP_ENHANCED_MAX_HEADER + 3)

/* Writes what stands before the data into @out, and returns its length.
 * Classic for a codec that has a classic number when .enhanced is FALSE. Not
 * for UNKNOWN, nor for several tracks at once. */
guint rtmp_video_write_header (const RtmpVideo *self, guint8 *out);
