/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HostServer: an RTMP server on a port of 127.0.0.1 in a thread of its own,
 * made of hosts and links, for tests. It lets in, or does what its config
 * says. */
#pragma once

#include "hostdatabase.h"
#include "rtmp/rtmpmessage.h"

#include <gio/gio.h>

typedef struct _HostServer HostServer;

/* What it keeps a client waiting for. */
typedef enum {
  HOST_SERVER_NOTHING,
  HOST_SERVER_CONNECT,
  HOST_SERVER_CREATE_STREAM,
  HOST_SERVER_START,            /* to publish or play */
} HostServerAnswer;

typedef struct {
  GTlsCertificate *certificate; /* NULL: plain */
  const gchar *refuse_connect;  /* a code; NULL: lets in */
  const gchar *refuse_stream;
  guint8 any_video;             /* RTMP_CAN_..., as Enhanced RTMP says it */
  guint to_play;                /* messages for each who plays, then the end */
  gsize play_size;              /* of each */
  const gchar *end_code;        /* what is said then; NULL: all that there is
                                 * to say to a player */
  gboolean deaf;                /* stops reading once somebody publishes or
                                 * plays */
  HostServerAnswer hang;        /* until listen() */
  gboolean exclusive;           /* one publisher at a time */
  const gchar *send_to;         /* asks each who begins to go there */
  gboolean pauses;              /* a play, when it is asked to; behind that */
  guint pause_skips;            /* so many messages are left out */
} HostServerConfig;

/* What was seen. */
typedef enum {
  HOST_SERVER_CONNECTIONS,
  HOST_SERVER_CONNECTS,
  HOST_SERVER_WISHES,           /* to publish or play */
  HOST_SERVER_PUBLISHES,
  HOST_SERVER_PLAYS,
  HOST_SERVER_PAUSES,           /* and what takes them back */
  HOST_SERVER_MEDIA,            /* messages */
  HOST_SERVER_HEADERS,          /* of them: RTMP_GRADE_HEADER */
  HOST_SERVER_BYTES,            /* of media */
  HOST_SERVER_LAST_TIME,        /* of the last of them, ms */
  HOST_SERVER_CHUNK_SIZE,       /* that it came in */
  HOST_SERVER_ENDS,             /* of publishing or playing */
  HOST_SERVER_CLOSED,           /* connections */
  HOST_SERVER_N_SEEN
} HostServerSeen;

HostServer *host_server_new (const HostServerConfig *config);
void host_server_free (HostServer *self);

guint16 host_server_get_port (HostServer *self);
/* "rtmp://127.0.0.1:PORT/live/key" */
gchar *host_server_dup_url (HostServer *self);
guint64 host_server_count (HostServer *self, HostServerSeen seen);

/* Asks all to go to @tc_url; NULL: to come again. */
void host_server_send_away (HostServer *self, const gchar *tc_url);
/* To all who play, in their stream; @message is taken. */
void host_server_show (HostServer *self, RtmpMessage *message);
/* What they play is over. */
void host_server_end_plays (HostServer *self);
/* Of RtmpMessage: all media that came, in order. */
GPtrArray *host_server_dup_media (HostServer *self);
/* Of the last who connected. */
gchar *host_server_dup_application (HostServer *self);

/* Reads and plays nothing more, on the connections that are there; reads on,
 * and answers what it was to hang at. */
void host_server_hush (HostServer *self);
void host_server_listen (HostServer *self);
/* All connections are gone: in order, or by a reset. */
void host_server_cut (HostServer *self);
void host_server_reset (HostServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostServer, host_server_free)
