/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomPublication: how far one track has come in the room.
 * A plain record in the worker's list, touched in the loop only. It decides
 * nothing about others. */
#pragma once

#include "gstroompublishpad.h"
#include "livekit/livekitclient.h"
#include "roomreport.h"
#include "roomtrack.h"

typedef enum {
  ROOM_PUBLICATION_WAITING,     /* for the stream's caps */
  ROOM_PUBLICATION_DESCRIBED,   /* known what it is, not yet offered */
  ROOM_PUBLICATION_OFFERED,     /* in the offer under way */
  ROOM_PUBLICATION_ACCEPTED,    /* in an answer; the server's id may be due */
  ROOM_PUBLICATION_PUBLISHED,   /* announced, media path up */
  ROOM_PUBLICATION_ENDING,      /* inactive in the next offer */
  ROOM_PUBLICATION_UNDOING,     /* inactive in the offer under way */
  ROOM_PUBLICATION_ENDED,       /* nothing of it is in the room */
} RoomPublicationState;

typedef struct {
  RoomTrack *track;
  GstRoomPublishPad *pad;
  RoomPublicationState state;
  GstPad *sink;                 /* webrtcbin's */
  gchar *cid;
  gchar *sid;
  gchar *name;
  gboolean announced;           /* the bus knows that it is published */
  gboolean subscribed;
  gboolean seen;                /* somebody has ever subscribed */
  gboolean room_muted;          /* what the room holds of it */
  const gchar *end_reason;      /* not NULL: it is to end */
  gboolean stream_ended;        /* by itself, for whatever reason it ends */
  gboolean released;            /* its pad is gone */
  gint64 wait_until;            /* for a subscriber; -1: not waiting */
  gint64 prime_at;              /* -1: not waiting */
  gint64 end_at;                /* when to unpublish; -1: not ending */
  guint width, height, channels;        /* as last told */
  guint64 sampled_bytes;
  gint64 sampled_at;
  guint bitrate;
} RoomPublication;

RoomPublication *room_publication_new (RoomTrack *track,
    GstRoomPublishPad *pad);
void room_publication_free (RoomPublication *self);

/* TRUE while the room knows of it or is about to. */
gboolean room_publication_is_in_room (const RoomPublication *self);

/* Asks the room for the track; reads the pad's properties. */
void room_publication_request (RoomPublication *self, LivekitClient *client);
/* Its pad was muted or unmuted: so is the track, and the room is told what it
 * does not know. @client NULL: nobody to tell. */
void room_publication_follow_pad (RoomPublication *self,
    LivekitClient *client);
/* TRUE when the picture's size is another than the room was told. */
gboolean room_publication_update_size (RoomPublication *self);
void room_publication_fill_report (const RoomPublication *self,
    RoomReportTrack *report);

/* Switches off webrtcbin's clock for this track, which has one in front: it
 * would wait once more for each packet, and hold a streaming thread through a
 * pause. Negotiated, before data flows. */
void room_publication_let_run (RoomPublication *self);
/* It is published: the bus and the pad are told. */
void room_publication_announce (RoomPublication *self, GstElement *element);
/* It is out of the room: they are told so, if they knew. */
void room_publication_withdraw (RoomPublication *self, GstElement *element,
    const gchar *reason);

/* A file that is published waits for a subscriber, at most @patience us. */
void room_publication_await (RoomPublication *self, gint64 patience,
    gint64 now);
void room_publication_see_subscriber (RoomPublication *self, gint64 now);
/* The server says whether anybody watches: before the first subscriber that is
 * only what it would like. TRUE: that has changed. */
gboolean room_publication_set_watched (RoomPublication *self,
    gboolean watched);
/* TRUE when it is time to send its first frame ahead, once more. */
gboolean room_publication_wants_primer (RoomPublication *self, gint64 now);
/* TRUE once: the waiting is over. */
gboolean room_publication_has_waited (RoomPublication *self, gint64 now);
/* It is to leave the room at @at. FALSE: that was settled before. */
gboolean room_publication_end (RoomPublication *self, const gchar *reason,
    gint64 at);

/* Once a second: takes the bitrate since the last time. Gives the bytes sent
 * so far. */
guint64 room_publication_sample (RoomPublication *self, gint64 now);
/* A structure "room-track". */
GstStructure *room_publication_make_stats (RoomPublication *self,
    const RoomReceptionReport *report);
/* Appends it to @array, with what @reception knows. */
void room_publication_append_stats (RoomPublication *self,
    RoomReception *reception, GValue *array);

/* The earliest of its deadlines; -1: none. */
gint64 room_publication_get_deadline (const RoomPublication *self);
