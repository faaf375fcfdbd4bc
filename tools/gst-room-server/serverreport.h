/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerReport: what the server holds and has done, at one moment, as plain
 * values. Made anew for each question; it is no history, and holds on to
 * nothing of what it tells of. In the loop. */
#pragma once

#include "livekit/livekitrooms.h"
#include "serverfan.h"

/* One who is sent a track. */
typedef struct {
  gchar *identity;
  gchar *sid;                   /* of the participant */
  ServerConsumerCounts counts;
  guint64 bitrate;              /* bit/s, lately */
  /* What he reports; until he does all are 0. */
  gboolean reported;
  gint lost;                    /* packets; see roomreception.h */
  gdouble loss;                 /* share of them, lately */
  guint64 jitter_us;
  guint64 round_trip_us;        /* 0: not known */
} ServerReportConsumer;

typedef struct {
  gchar *sid;
  gchar *name;
  gchar *mime;
  const gchar *source;          /* "CAMERA" ... as in the protocol */
  gboolean video;
  gboolean muted;
  guint width, height;
  /* What the media knows. */
  ServerFanCounts counts;
  guint64 bitrate;              /* bit/s, lately */
  GPtrArray *consumers;         /* of ServerReportConsumer */
} ServerReportTrack;

typedef struct {
  gchar *identity;
  gchar *sid;
  gchar *name;
  const gchar *state;           /* "JOINING", "JOINED", "ACTIVE" */
  gint64 joined_at;             /* unix ms */
  gboolean hidden;
  GPtrArray *tracks;            /* of ServerReportTrack */
} ServerReportParticipant;

typedef struct {
  gchar *name;
  gchar *sid;
  gint64 created_at;            /* unix ms */
  GPtrArray *participants;      /* of ServerReportParticipant */
  guint waiting;                /* consumers whose publisher is away */
} ServerReportRoom;

/* Of all there is and was, since the start. */
typedef struct {
  guint connections;            /* for media, open now */
  guint64 connected;            /* of them, since the start */
  ServerFanCounts received;
  ServerConsumerCounts sent;
  guint64 lost;                 /* of what was sent, by consumers' reports */
} ServerReportTotals;

typedef struct {
  const gchar *version;         /* ours */
  gint64 started_at;            /* unix ms */
  gint64 uptime;                /* ms */
  guint sockets;                /* open now, whatever for */
  guint clients;                /* of them, WebSockets */
  guint64 joined;               /* participants, since the start */
  GPtrArray *rooms;             /* of ServerReportRoom */
  ServerReportTotals totals;
} ServerReport;

/* Empty. */
ServerReport *server_report_new (void);
void server_report_free (ServerReport *self);

/* What signalling knows: rooms, who is in, tracks that are live. */
void server_report_add_rooms (ServerReport *self, LivekitRooms *rooms);

/* For the media, which adds what it knows. Lent; NULL: not in the report. */
ServerReportRoom *server_report_find_room (ServerReport *self,
    const gchar *name);
ServerReportParticipant *server_report_find_participant (
    ServerReportRoom *room, const gchar *sid);
ServerReportTrack *server_report_find_track (ServerReportRoom *room,
    const gchar *sid);
/* Lent; @participant is who is sent @track. */
ServerReportConsumer *server_report_add_consumer (ServerReportTrack *track,
    const ServerReportParticipant *participant);

/* Adds up what each of many has counted, to keep it when one of them goes. */
void server_report_count_received (ServerReportTotals *totals,
    const ServerFanCounts *counts);
void server_report_count_sent (ServerReportTotals *totals,
    const ServerConsumerCounts *counts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerReport, server_report_free)
