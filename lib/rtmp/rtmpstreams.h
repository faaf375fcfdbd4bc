/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpStreams: the message streams of one connection, and what the client does
 * with each. Embedded in its owner; one thread at a time. */
#pragma once

#include "rtmp/rtmplimits.h"

#include <glib.h>

typedef enum {
  RTMP_STREAM_FREE,             /* there is none of that number */
  RTMP_STREAM_IDLE,
  RTMP_STREAM_WANTS_TO_PUBLISH, /* asked, and not answered */
  RTMP_STREAM_PUBLISHES,
  RTMP_STREAM_WANTS_TO_PLAY,
  RTMP_STREAM_PLAYS,
} RtmpStreamUse;

typedef struct {
  RtmpStreamUse use;
  gchar *name;                  /* that is published or played */
} RtmpStream;

typedef struct {
  RtmpStream streams[RTMP_MAX_STREAMS];
} RtmpStreams;

void rtmp_streams_init (RtmpStreams *self);
void rtmp_streams_clear (RtmpStreams *self);

/* A new one, idle: its number, from 1 on; 0 when there are too many. */
guint32 rtmp_streams_add (RtmpStreams *self);
/* NULL when there is none of that number. */
RtmpStream *rtmp_streams_get (RtmpStreams *self, guint32 id);
void rtmp_streams_remove (RtmpStreams *self, guint32 id);
/* Who publishes @name, or wants to; 0: nobody. */
guint32 rtmp_streams_find_publisher (RtmpStreams *self, const gchar *name);

void rtmp_stream_set (RtmpStream *self, RtmpStreamUse use,
    const gchar *name);
