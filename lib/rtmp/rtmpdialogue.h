/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDialogue: what a client says on one connection: connect, createStream,
 * publish or play, and the goodbye. It neither dials nor hangs up: its caller
 * does. No socket, no clock. One thread at a time. */
#pragma once

#include "rtmp/rtmpqueue.h"
#include "rtmp/rtmpsession.h"

typedef struct _RtmpDialogue RtmpDialogue;

/* How a publisher says goodbye. */
typedef enum {
  RTMP_STOP_FCUNPUBLISH = 1 << 0,
  RTMP_STOP_CLOSE_STREAM = 1 << 1,
  RTMP_STOP_DELETE_STREAM = 1 << 2,
} RtmpStopCommands;

/* Everything is copied. Times in microseconds. */
typedef struct {
  const RtmpUrl *url;
  gboolean publish;             /* or else play */
  const gchar *publish_kind;    /* NULL: "live" */
  const gchar *flash_version;   /* NULL: that of the URL, or the usual */
  const RtmpCapabilities *capabilities; /* NULL: nothing is said */
  RtmpValues *arguments;        /* NULL: those of the URL */
  guint32 chunk_size;           /* 0: 4096 */
  guint buffer;                 /* of a player, ms; 0: the URL's, or 3000 */
  guint stop_commands;          /* RtmpStopCommands; 0: none is said */
  gint64 answer_timeout;        /* of each command; 0: 10 s */
} RtmpDialogueConfig;

typedef enum {
  RTMP_DIALOGUE_GOES_ON,
  RTMP_DIALOGUE_REFUSED,        /* the connect: may be tried once more */
  RTMP_DIALOGUE_ENDED,          /* there is an error */
  RTMP_DIALOGUE_DONE,           /* the goodbye was answered */
} RtmpDialogueResult;

/* @queue and @session outlive it. @query is appended to the application, and
 * may be NULL. */
RtmpDialogue *rtmp_dialogue_new (const RtmpDialogueConfig *config,
    const gchar *query, RtmpQueue *queue, RtmpSession *session);
void rtmp_dialogue_free (RtmpDialogue *self);

/* The handshake is done. */
void rtmp_dialogue_begin (RtmpDialogue *self, gint64 now);

/* One message of the server. TRUE when it is media, for the user, which is
 * then the caller's; and else deals with it. */
gboolean rtmp_dialogue_handle (RtmpDialogue *self, RtmpMessage *message,
    RtmpDialogueResult *result, GError **error, gint64 now);
/* After REFUSED: the server's words. */
const gchar *rtmp_dialogue_get_refusal (const RtmpDialogue *self);

/* FALSE and @error when an answer did not come in time. */
gint64 rtmp_dialogue_get_deadline (const RtmpDialogue *self);
gboolean rtmp_dialogue_tick (RtmpDialogue *self, gint64 now, GError **error);

/* Asks to pause what it plays, or to go on, at @time of the stream, in ms. A
 * server that rests is not taken to have ended. */
void rtmp_dialogue_pause (RtmpDialogue *self, gboolean pause, guint32 time,
    gint64 now);
/* Says goodbye. FALSE when nobody will answer it. */
gboolean rtmp_dialogue_finish (RtmpDialogue *self, gint64 now);

/* It publishes or plays. */
gboolean rtmp_dialogue_is_started (const RtmpDialogue *self);
/* The server has ended what it plays. */
gboolean rtmp_dialogue_is_stopped (const RtmpDialogue *self);
/* That the server has made for it; 0: none yet. */
guint32 rtmp_dialogue_get_stream (const RtmpDialogue *self);
/* What the server can do; once it has let us in. */
const RtmpCapabilities *rtmp_dialogue_get_capabilities (const RtmpDialogue
    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpDialogue, rtmp_dialogue_free)
