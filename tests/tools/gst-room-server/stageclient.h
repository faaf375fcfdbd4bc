/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* StageClient: the client's end of a participant: the connections, what is sent
 * and seen, and what it has been told. A local webrtcbin on 127.0.0.1 for each
 * connection. For tests. In the loop, where nothing else is said. */
#pragma once

#include "livekit/livekit.pb-c.h"
#include "livekit/livekitevent.h"
#include "mediaview.h"
#include "serverpeer.h"

typedef struct _StageClient StageClient;

typedef enum {
  STAGE_QUIET,                  /* as WHIP and WHEP */
  STAGE_ONE,                    /* one connection, as LiveKit's newer clients */
  STAGE_TWO,                    /* one each way, as its older ones */
} StageKind;

typedef struct {
  /* A request; takes @bytes. Not of STAGE_QUIET. */
  void (*say) (GBytes *bytes, gpointer user_data);
  /* Of STAGE_QUIET alone. */
  void (*offer) (const gchar *sdp, gpointer user_data);
  void (*candidate) (guint mline, const gchar *candidate,
      gpointer user_data);
} StageClientFuncs;

StageClient *stage_client_new (LifeLoop *loop, StageKind kind,
    const StageClientFuncs *funcs, gpointer user_data);
/* Once shut. Any thread. */
void stage_client_free (StageClient *self);

void stage_client_publish (StageClient *self, const gchar *codec,
    const gchar *video, const gchar *audio);
/* The same, and the tracks are asked for with ask() alone. */
void stage_client_publish_unasked (StageClient *self, const gchar *codec,
    const gchar *video, const gchar *audio);
void stage_client_ask (StageClient *self);
/* Offers to take one audio and one video. */
void stage_client_watch (StageClient *self);
/* A message of the room; the answer to offer(). */
void stage_client_hear (StageClient *self, GBytes *bytes);
void stage_client_take_answer (StageClient *self, const gchar *sdp,
    const GError *error);
void stage_client_take_over (StageClient *self);
/* Nothing is called any more. */
void stage_client_close (StageClient *self);

/* All below: any thread but the loop's. After close: ends its connections. */
void stage_client_shut (StageClient *self);

guint stage_client_count (StageClient *self,
    Livekit__SignalResponse__MessageCase kind);
gboolean stage_client_wait (StageClient *self,
    Livekit__SignalResponse__MessageCase kind, guint count);
gchar *stage_client_dup_track (StageClient *self, const gchar *name);
guint stage_client_count_sections (StageClient *self, gboolean sending);
/* Waits for the answer; it, or the error. The caller frees it. */
gchar *stage_client_dup_answer (StageClient *self);
gboolean stage_client_has_answer (StageClient *self);
gboolean stage_client_wait_over (StageClient *self);
gboolean stage_client_is_over (StageClient *self);
/* How often it was asked for a key frame, on the wire. */
guint stage_client_count_asked (StageClient *self);
/* All 0 while nothing has come. */
void stage_client_get_pace (StageClient *self, MediaPace *pace);
/* Waits for the connection that receives. Lent. */
MediaView *stage_client_get_view (StageClient *self);
