/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpControl: what messages of type 1 to 6 say (RTMP 5.4, 7.1.7): of the
 * connection itself, and of what a stream is doing. A plain value. */
#pragma once

#include "rtmp/rtmpmessage.h"

/* RTMP 7.1.7, and two that Adobe's servers send and do not explain. */
typedef enum {
  RTMP_USER_STREAM_BEGIN = 0,
  RTMP_USER_STREAM_EOF = 1,
  RTMP_USER_STREAM_DRY = 2,
  RTMP_USER_SET_BUFFER_LENGTH = 3,
  RTMP_USER_STREAM_IS_RECORDED = 4,
  RTMP_USER_PING_REQUEST = 6,
  RTMP_USER_PING_RESPONSE = 7,
  RTMP_USER_BUFFER_EMPTY = 31,
  RTMP_USER_BUFFER_READY = 32,
} RtmpUserEvent;

/* RTMP 5.4.5 */
typedef enum {
  RTMP_BANDWIDTH_HARD = 0,
  RTMP_BANDWIDTH_SOFT = 1,
  RTMP_BANDWIDTH_DYNAMIC = 2,
} RtmpBandwidthLimit;

typedef struct {
  RtmpMessageType type;
  /* Chunk size; chunk stream to abort; bytes received, modulo 2^32; window;
   * bandwidth; and of a user control message the time of a ping, or the
   * milliseconds of a buffer. */
  guint32 number;
  RtmpBandwidthLimit limit;     /* of PEER_BANDWIDTH */
  guint event;                  /* of USER_CONTROL; or another number */
  guint32 stream;               /* that the event is about */
} RtmpControl;

/* FALSE and @error (RTMP_ERROR_PROTOCOL) for a message that is too short. One
 * of an unknown event is read as far as that. */
gboolean rtmp_control_read (RtmpControl *self, const RtmpMessage *message,
    GError **error);

RtmpMessage *rtmp_control_write (const RtmpControl *self);

/* The same for those that have one number; for an event of a stream; for
 * either ping. */
RtmpMessage *rtmp_control_new (RtmpMessageType type, guint32 number);
RtmpMessage *rtmp_control_new_event (RtmpUserEvent event, guint32 stream);
RtmpMessage *rtmp_control_new_ping (RtmpUserEvent event, guint32 time);
