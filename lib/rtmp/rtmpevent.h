/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpEvent: what a dialogue says, one value per thing, by value: media comes
 * this way too, and often. A queue of them is RtmpQueue. */
#pragma once

#include "rtmp/rtmpconnect.h"
#include "rtmp/rtmpurl.h"

typedef enum {
  /* For the link, taken by the client object and never seen above it. */
  RTMP_EVENT_DIAL,              /* url: of its host; an earlier dial is void */
  RTMP_EVENT_HANG_UP,           /* close the socket */
  /* For the user of a caller. */
  RTMP_EVENT_CONNECTED,         /* the server has let us in */
  RTMP_EVENT_STARTED,           /* stream: it publishes, or plays */
  RTMP_EVENT_MEDIA,             /* message: audio, video, data, aggregate */
  RTMP_EVENT_STATUS,            /* code, text: of interest to a person */
  RTMP_EVENT_RECONNECT,         /* url, text: the server asks to go there */
  RTMP_EVENT_STOPPED,           /* code: the server's end of what it plays */
  /* For the user of a host; each but the first is about stream. */
  RTMP_EVENT_CONNECT,           /* connect: accept or refuse */
  RTMP_EVENT_PUBLISH,           /* name, code "live": accept or refuse */
  RTMP_EVENT_PLAY,              /* name, start, duration: accept or refuse */
  RTMP_EVENT_PAUSE,             /* flag */
  RTMP_EVENT_UNPUBLISH,         /* whoever was accepted or waits has gone */
  RTMP_EVENT_UNPLAY,
  /* For both; the last event. */
  RTMP_EVENT_ENDED,             /* error; NULL: in order */
} RtmpEventKind;

/* All that is a pointer is owned. */
typedef struct {
  RtmpEventKind kind;
  guint32 stream;
  RtmpMessage *message;
  RtmpUrl *url;
  RtmpConnect *connect;
  gchar *code;
  gchar *text;
  gchar *name;                  /* of the stream, with its query */
  gdouble start;
  gdouble duration;
  gboolean flag;
  GError *error;
} RtmpEvent;

void rtmp_event_clear (RtmpEvent *self);
const gchar *rtmp_event_kind_get_name (RtmpEventKind kind);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RtmpEvent, rtmp_event_clear)
