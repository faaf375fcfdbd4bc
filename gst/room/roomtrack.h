/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomTrack: one pad's stream on its way into the room: parser, clock,
 * payloader and the probes between them. It does not speak to the server.
 * Its probes run in streaming threads and only ask the gate, count and post;
 * all else is for the loop. */
#pragma once

#include "life/lifeevent.h"
#include "life/lifeloop.h"
#include "roomcodec.h"
#include "roompeer.h"

typedef struct _RoomTrack RoomTrack;

typedef enum {
  ROOM_TRACK_ARRIVED,           /* the pad's caps are known: build */
  ROOM_TRACK_DESCRIBED,         /* the packets' caps are, or have changed */
  ROOM_TRACK_HELD,              /* a file's first buffer waits; value: its
                                 * running time in ns */
  ROOM_TRACK_REWOUND,           /* and will wait again: it was flushed */
  ROOM_TRACK_HURRIED,           /* get_deadline() has changed */
  ROOM_TRACK_ENDED,             /* the stream has ended, or never began; once */
  ROOM_TRACK_REFUSED,           /* input the room cannot take: error */
} RoomTrackNews;

/* Called in the loop, not after room_track_close(). */
typedef void (*RoomTrackFunc) (RoomTrack *track, RoomTrackNews news,
    gint64 value, const GError *error, gpointer user_data);

typedef struct {
  guint64 bytes, packets, dropped, key_unit_requests;
  guint ssrc;
} RoomTrackCounts;

/* For @pad, an inactive ghost pad of @bin without a target. */
RoomTrack *room_track_new (GstBin *bin, GstPad *pad, gboolean video,
    LifeLoop *loop, RoomTrackFunc func, gpointer user_data);
RoomTrack *room_track_ref (RoomTrack *self);
void room_track_unref (RoomTrack *self);

GstPad *room_track_get_pad (RoomTrack *self);
gboolean room_track_is_video (RoomTrack *self);
/* FALSE also while it is not known. Any thread. */
gboolean room_track_is_live (RoomTrack *self);
gboolean room_track_has_ended (RoomTrack *self);
/* NULL before the caps are known. */
const RoomCodec *room_track_get_codec (RoomTrack *self);
/* Caps that came to the pad last; NULL: none yet. A new reference. */
GstCaps *room_track_dup_pad_caps (RoomTrack *self);
/* Caps behind the parser, and of the packets; NULL: not known yet. New
 * references. */
GstCaps *room_track_dup_media_caps (RoomTrack *self);
GstCaps *room_track_dup_packet_caps (RoomTrack *self);
void room_track_get_counts (RoomTrack *self, RoomTrackCounts *counts);

/* In the ghost pad's event function: an event has come from upstream. TRUE:
 * the event is swallowed. Streaming thread. */
gboolean room_track_take_event (RoomTrack *self, GstEvent *event);
/* In the ghost pad's chain function: what upstream is told of what became of
 * its data. Streaming thread. */
GstFlowReturn room_track_judge_flow (RoomTrack *self, GstFlowReturn flow);

/* Makes the branch and lets the stream flow up to the gate. */
gboolean room_track_build (RoomTrack *self, GError **error);
/* Links the branch to webrtcbin's @sink and tells it the caps. */
gboolean room_track_link (RoomTrack *self, GstPad *sink);
/* How far the packets' stamps are ahead of the pipeline's time (ns), from the
 * next buffer on. While nothing flows, or there would be a jump. */
void room_track_set_lapse (RoomTrack *self, gint64 lapse);
/* A file that waits: sends its first frame (silence for audio) ahead, as of
 * @running_time (ns), so that the server sets the track up for real packets;
 * it loses the first that come. Only while PLAYING, and not afterwards. */
void room_track_prime (RoomTrack *self, gint64 running_time);
/* Lets the stream into the room, a file's time moved by @offset ns. */
void room_track_open (RoomTrack *self, gint64 offset);
gboolean room_track_is_open (RoomTrack *self);
/* PLAYING was reached, or is about to be left: then the stream stops in front
 * of webrtcbin, and no frame is to be expected. FALSE: at @end_time (monotonic
 * us) something of it was still in there. */
gboolean room_track_set_playing (RoomTrack *self, gboolean playing,
    gint64 end_time);
void room_track_set_muted (RoomTrack *self, gboolean muted);

/* Somebody subscribed: a burst of key frames. */
void room_track_subscribed (RoomTrack *self, gint64 now);
/* When to call tick() (monotonic us); -1: no need. */
gint64 room_track_get_deadline (RoomTrack *self);
void room_track_tick (RoomTrack *self, gint64 now);

/* Whatever still comes to the pad is thrown away: the track is out of the
 * room, and the rest of the pipeline goes on. Before dismantle. */
void room_track_discard (RoomTrack *self);
/* The stream ends here and now, as if its end had come. Any thread; it does not
 * wait for the stream's. */
void room_track_end (RoomTrack *self);
/* Nothing is taken any more, upstream is told to stop. Any thread. */
void room_track_shut (RoomTrack *self);
/* No callback from here on, and upstream is told to stop. */
void room_track_close (RoomTrack *self);
/* Takes the branch apart and out of the bin; after shut. Not in a streaming
 * thread. */
void room_track_dismantle (RoomTrack *self);
/* The run is over: nothing of it stays on the pad. */
void room_track_let_go (RoomTrack *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomTrack, room_track_unref)
