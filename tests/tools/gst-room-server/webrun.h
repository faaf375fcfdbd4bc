/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* WebRun: a LivekitServer on loopback that a test adds routes to, and a client
 * that asks them, in one thread. */
#pragma once

#include "livekit/livekitserver.h"

#define WEB_RUN_KEY "key"
#define WEB_RUN_SECRET "a secret of thirty-two characters"

/* Only a broken test waits so long, in us. */
#define WEB_RUN_TIMEOUT (30 * G_TIME_SPAN_SECOND)

typedef struct {
  LivekitKeys *keys;
  LivekitRooms *rooms;
  LivekitServer *server;
  SoupSession *session;
  GPtrArray *events;            /* of gchar: "joined PA_...", in their order */
  /* Each of them, for what the test runs beside the server; may be NULL. */
  void (*hear) (const LivekitRoomEvent *event);
} WebRun;

/* NULL is the default of each. */
typedef struct {
  const gchar *method;          /* "GET" */
  const gchar *path;            /* with its query; "/" */
  const gchar *token;           /* in the Authorization header */
  const gchar *headers[9];      /* name, value, ... */
  const gchar *type;            /* of the body */
  const gchar *body;
  gsize size;                   /* of the body; 0: it is a string */
} WebRequest;

typedef struct {
  guint status;
  gchar *text;
  gsize size;
  SoupMessageHeaders *headers;
} WebAnswer;

WebRun *web_run_new (void);
/* The server gives a request, and the taking of its answer, so many ms. */
WebRun *web_run_new_hasty (guint request_timeout);
void web_run_free (WebRun *self);

/* For a route of the test's own: 200. */
void web_run_answer (SoupServerMessage *message, const gchar *text);

/* "name" is 1, "!name" is 0: "roomJoin !canPublish". @room may be NULL. */
gchar *web_run_mint (const gchar *identity, const gchar *room,
    const gchar *grants);

WebAnswer *web_run_ask (WebRun *self, const WebRequest *request);
/* NULL: it has none of that name. */
const gchar *web_answer_get_header (const WebAnswer *self,
    const gchar *name);
void web_answer_free (WebAnswer *self);

/* A participant without signalling; its sid. */
gchar *web_run_join (WebRun *self, const gchar *room, const gchar *identity);
/* A live track of it, "video/H264" or "audio/opus"; its sid. */
gchar *web_run_publish (WebRun *self, const gchar *room, const gchar *sid,
    const gchar *name, gboolean video);

/* Runs the context until @condition. */
#define WEB_RUN_WAIT(condition) \
  G_STMT_START { \
    gint64 end_time = g_get_monotonic_time () + WEB_RUN_TIMEOUT; \
    while (!(condition)) { \
      g_assert_cmpint (g_get_monotonic_time (), <, end_time); \
      web_run_iterate (); \
    } \
  } G_STMT_END
/* Until a connection that asks for nothing has been cut. */
void web_run_outlast (WebRun *self);
/* Until something has happened, or for a second. */
void web_run_iterate (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebRun, web_run_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebAnswer, web_answer_free)
