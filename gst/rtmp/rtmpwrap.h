/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpWrap: messages to buffers of FLV. Long payloads are not copied, and what
 * comes together goes into one buffer. One thread at a time. */
#pragma once

#include <gst/gst.h>

#include "rtmp/rtmpmessage.h"

typedef struct {
  gboolean begun;               /* the file has its header */
  GstBuffer *buffer;            /* that is being filled; NULL: none */
  GByteArray *small;            /* to be put behind it */
} RtmpWrap;

void rtmp_wrap_init (RtmpWrap *self);
void rtmp_wrap_clear (RtmpWrap *self);

/* What was taken up to now goes nowhere: the file begins again. */
void rtmp_wrap_restart (RtmpWrap *self);

/* A message of type 8, 9 or 18; others say nothing to a file. @time is said
 * instead of its own. */
void rtmp_wrap_add (RtmpWrap *self, RtmpMessage *message, guint32 time);
/* What was added since, in whole tags; NULL: nothing. */
GstBuffer *rtmp_wrap_take (RtmpWrap *self);
