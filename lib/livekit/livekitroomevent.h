/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRoomEvent: what a room wants done, one value per thing. The socket's
 * side does the first two, the media's side the others, each in the order in
 * which they come. The room makes them, its user reads and frees them. */
#pragma once

#include "livekit/livekitevent.h"

#include <glib.h>

/* Every one has room, and all but the last participant: the sid of the one it
 * concerns. What else it has stands beside it. */
typedef enum {
  /* For the socket of the participant. */
  LIVEKIT_ROOM_EVENT_SEND,      /* bytes: one binary message */
  LIVEKIT_ROOM_EVENT_HANG_UP,   /* close it, behind what was sent */

  /* For the media. A participant has one connection that it offers itself;
   * with two (flag FALSE) it publishes by that and we offer it another. */
  LIVEKIT_ROOM_EVENT_JOINED,    /* identity, quiet, flag: one connection */
  LIVEKIT_ROOM_EVENT_RESUMED,   /* on a new socket; the media goes on */
  LIVEKIT_ROOM_EVENT_OFFER,     /* id, sdp: answer with that id */
  LIVEKIT_ROOM_EVENT_ANSWER,    /* id, sdp: to our offer of that id */
  LIVEKIT_ROOM_EVENT_CANDIDATE, /* target, mline, candidate; NULL: the last */
  LIVEKIT_ROOM_EVENT_TRACK_ADDED,       /* track, cid, video, name, ordinal,
                                         * stream, codec, flag: muted;
                                         * pending */
  LIVEKIT_ROOM_EVENT_TRACK_REMOVED,     /* track: for each one added */
  LIVEKIT_ROOM_EVENT_TRACK_MUTED,       /* track, flag */
  /* Each FORWARD has its FORWARD_END, whoever of the three goes first. */
  LIVEKIT_ROOM_EVENT_FORWARD,   /* publisher, track, video: to participant */
  LIVEKIT_ROOM_EVENT_FORWARD_END,       /* publisher, track */
  LIVEKIT_ROOM_EVENT_FORWARD_PAUSED,    /* publisher, track, flag */
  /* Behind all forwards that have changed. With two connections: make an
   * offer. With one: see that the next answer has them, and ask for sections
   * where they are too few. */
  LIVEKIT_ROOM_EVENT_NEGOTIATE,
  /* Its connections must go; the last event of it. One that was turned away
   * never JOINED. */
  LIVEKIT_ROOM_EVENT_OVER,      /* reason: Livekit__DisconnectReason */

  /* For who shows the room: others are told of the participant how it is now,
   * its tracks included. That it goes is told by OVER. */
  LIVEKIT_ROOM_EVENT_CHANGED,

  LIVEKIT_ROOM_EVENT_ROOM_OVER, /* the last event of the room */
} LivekitRoomEventType;

typedef struct {
  LivekitRoomEventType type;
  gchar *room;
  gchar *participant;
  gchar *identity;
  gchar *publisher;             /* sid */
  gchar *track;                 /* sid */
  gchar *cid;
  gchar *name;                  /* of the track, may be empty */
  guint ordinal;                /* of those of its kind with that name */
  gchar *stream;                /* what is shown together, may be empty */
  gchar *codec;                 /* "vp8": meant to be sent; NULL: not said */
  gboolean video;
  gboolean quiet;               /* it came without signalling */
  gboolean flag;
  GBytes *bytes;
  gchar *sdp;
  guint id;
  LivekitTarget target;
  guint mline;
  gchar *candidate;
  gint reason;
} LivekitRoomEvent;

LivekitRoomEvent *livekit_room_event_new (LivekitRoomEventType type,
    const gchar *room, const gchar *participant);
void livekit_room_event_free (LivekitRoomEvent *self);
const gchar *livekit_room_event_type_get_name (LivekitRoomEventType type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitRoomEvent, livekit_room_event_free)
