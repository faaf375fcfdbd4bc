/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpGrade: what a media message is to one who may have to drop some: what
 * cannot be done without, what one can begin with, and what only goes with
 * others. A plain value. */
#pragma once

#include "rtmp/rtmpmessage.h"

typedef enum {
  RTMP_GRADE_EMPTY,             /* says nothing: not to be sent on */
  RTMP_GRADE_HEADER,            /* how to decode, what it is: never dropped */
  RTMP_GRADE_KEY,               /* video that one can begin with */
  RTMP_GRADE_FRAME,             /* video that needs those before */
  RTMP_GRADE_SOUND,
  RTMP_GRADE_DATA,              /* captions, cue points */
} RtmpGradeKind;

typedef struct {
  RtmpGradeKind kind;
  guint8 track;                 /* of several in one message, the first */
  /* Of a header: a later one with the same number takes its place. */
  guint32 slot;
} RtmpGrade;

/* Of a message of that type. What cannot be read is left to the other end: a
 * frame, a sound or data. */
void rtmp_grade_read (RtmpGrade *self, guint type, const guint8 *data,
    gsize size);
/* A picture or a sound: its time is that of the stream. */
gboolean rtmp_grade_is_media (const RtmpGrade *self);
