/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MediaStage: a room with its media, and participants in it, in one process
 * and without sockets: what the room sends to one is heard by its client in the
 * same loop. For tests; called from the test's own thread. */
#pragma once

#include "servermedia.h"
#include "stageclient.h"

typedef struct _MediaStage MediaStage;
typedef struct _StageMember StageMember;

/* @keep_ms: of a fan without a publisher; 0: the default. */
MediaStage *media_stage_new (guint keep_ms);
/* The room closes; nothing is left of anybody. Members are freed. */
void media_stage_free (MediaStage *self);

StageMember *media_stage_join (MediaStage *self, StageKind kind,
    const gchar *identity);
/* Two tracks, "video" and "audio", of launch lines up to the encoder (NULL:
 * none). */
void stage_member_publish (StageMember *self, const gchar *codec,
    const gchar *video, const gchar *audio);
/* The same, and the tracks are asked for with ask() alone. */
void stage_member_publish_unasked (StageMember *self, const gchar *codec,
    const gchar *video, const gchar *audio);
void stage_member_ask (StageMember *self);
/* STAGE_QUIET: offers to take the tracks of @publisher, or of all. */
void stage_member_watch (StageMember *self, const gchar *publisher);
/* STAGE_QUIET: gives that offer, and what comes back, which the caller
 * frees. */
gchar *stage_member_offer (StageMember *self, const gchar *sdp);

/* Says one request; takes @bytes. */
void stage_member_say (StageMember *self, GBytes *bytes);
/* Loses its socket; comes back on a new one. */
void stage_member_lose (StageMember *self);
void stage_member_resume (StageMember *self);
/* Goes, and waits until it is over; its own ends are gone too. */
void stage_member_leave (StageMember *self);

/* Lent. */
StageClient *stage_member_get_client (StageMember *self);
const gchar *stage_member_get_sid (StageMember *self);

/* What the server counts. @func: in the loop. */
typedef void (*StageReportFunc) (const ServerReport *report,
    gpointer user_data);
void media_stage_report (MediaStage *self, StageReportFunc func,
    gpointer user_data);
/* Waits until that many connections are there, and tracks are being sent. */
gboolean media_stage_wait (MediaStage *self, guint connections,
    guint consumers);
/* Waits until so many participants are connected. */
gboolean media_stage_wait_active (MediaStage *self, guint count);
/* Waits until packets of so many tracks have come. */
gboolean media_stage_wait_tracks (MediaStage *self, guint count);
/* Waits until so many consumers have reported how far away they are. */
gboolean media_stage_wait_reports (MediaStage *self, guint count);
LifeRoster *media_stage_get_roster (MediaStage *self);
/* Closes the room as a server that stops does, and drains. */
void media_stage_close (MediaStage *self, LifeRosterReport *report);
