/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitEvent: what the dialogue with a room says, one value per thing.
 * Strings are owned by the event. The session makes them, its user reads and
 * frees them. */
#pragma once

#include <glib.h>

/* Numbers as on the wire (livekit_models.proto). */
typedef enum {
  LIVEKIT_SOURCE_UNKNOWN = 0,
  LIVEKIT_SOURCE_CAMERA = 1,
  LIVEKIT_SOURCE_MICROPHONE = 2,
  LIVEKIT_SOURCE_SCREEN_SHARE = 3,
  LIVEKIT_SOURCE_SCREEN_SHARE_AUDIO = 4,
} LivekitSource;

typedef enum {
  LIVEKIT_TARGET_PUBLISHER = 0,
  LIVEKIT_TARGET_SUBSCRIBER = 1,
} LivekitTarget;

/* What a user asks the room to publish; strings are borrowed. */
typedef struct {
  const gchar *cid;             /* track id in the SDP's msid */
  const gchar *name;
  gboolean video;
  LivekitSource source;
  guint width, height;          /* video; 0: unknown */
  guint bitrate;                /* bit/s; 0: unknown */
  guint channels;               /* audio */
  gboolean muted;
  const gchar *stream;          /* sync group; NULL: the server's default */
} LivekitTrackRequest;

typedef enum {
  /* For the link, taken by the client object and never seen above it. */
  LIVEKIT_EVENT_DIAL,           /* uri, token */
  LIVEKIT_EVENT_SEND,           /* bytes */
  LIVEKIT_EVENT_HANG_UP,        /* close the socket */
  /* For the user. */
  LIVEKIT_EVENT_JOINED,         /* joined */
  LIVEKIT_EVENT_TRACK_PUBLISHED,        /* cid, sid */
  LIVEKIT_EVENT_TRACK_REFUSED,          /* cid, error */
  LIVEKIT_EVENT_TRACK_UNPUBLISHED,      /* sid: by the server */
  LIVEKIT_EVENT_TRACK_SUBSCRIBED,       /* sid: by the first subscriber */
  LIVEKIT_EVENT_TRACK_WATCHED,  /* sid, flag: by anybody; video only, late */
  LIVEKIT_EVENT_TRACK_MUTED,    /* sid, flag: by the server */
  LIVEKIT_EVENT_ANSWER,         /* id, sdp: to our offer of that id */
  LIVEKIT_EVENT_OFFER,          /* id, sdp: subscriber connection */
  LIVEKIT_EVENT_CANDIDATE,      /* target, candidate, mline; NULL: the last */
  LIVEKIT_EVENT_PERMISSION,     /* flag: may publish; sources */
  LIVEKIT_EVENT_ACTIVE,         /* the server sees our media connection */
  LIVEKIT_EVENT_ROUND_TRIP,     /* number: signal round trip, us */
  LIVEKIT_EVENT_ENDED,          /* error; always the last event */
} LivekitEventType;

typedef struct {
  gchar **urls;                 /* stun:, turn:, turns: as the server wrote */
  gchar *username;
  gchar *credential;
} LivekitIceServer;

typedef struct {
  gchar *room;
  gchar *room_sid;
  gchar *identity;
  gchar *participant_sid;
  gchar *server_version;
  gchar *server_region;
  GPtrArray *ice_servers;       /* of LivekitIceServer */
  gchar **codecs;               /* enabled for publishing: "video/H264" ... */
  gboolean may_publish;
  GArray *sources;              /* of gint LivekitSource; empty: all */
  gboolean force_relay;
  gboolean one_connection;      /* FALSE: a subscriber offer will come */
  guint participants;           /* others in the room */
} LivekitJoined;

typedef struct {
  LivekitEventType type;
  gchar *uri;
  gchar *token;
  GBytes *bytes;
  LivekitJoined *joined;
  gchar *cid;
  gchar *sid;
  gchar *sdp;
  guint id;
  LivekitTarget target;
  gchar *candidate;
  guint mline;
  gboolean flag;
  GArray *sources;              /* of gint; empty: all */
  gint64 number;
  GError *error;                /* ENDED after our own leave: NULL */
} LivekitEvent;

LivekitEvent *livekit_event_new (LivekitEventType type);
void livekit_event_free (LivekitEvent *self);
/* Lists are there and empty, strings NULL. */
LivekitJoined *livekit_joined_new (void);
void livekit_joined_free (LivekitJoined *self);
void livekit_ice_server_free (LivekitIceServer *self);
const gchar *livekit_event_type_get_name (LivekitEventType type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitEvent, livekit_event_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitJoined, livekit_joined_free)
