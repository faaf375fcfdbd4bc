/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomScript: a LiveKit signalling server that plays a part, for tests.
 * Runs in a thread of its own on 127.0.0.1. It does what a server does, until
 * the phase where its config tells it to hang or to cut; it keeps all that it
 * was asked. All functions are for the test's thread. */
#pragma once

#include "scriptreply.h"

#include <gio/gio.h>

typedef struct _RoomScript RoomScript;

/* In the order in which a session meets them. */
typedef enum {
  ROOM_SCRIPT_NEVER = 0,
  ROOM_SCRIPT_ACCEPT,           /* the listener's backlog is full */
  ROOM_SCRIPT_UPGRADE,          /* TCP is there, no byte is answered; with
                                 * tls no handshake either */
  ROOM_SCRIPT_VALIDATE,         /* refused with status, and not told why */
  ROOM_SCRIPT_JOIN,             /* the WebSocket is open, no join comes */
  ROOM_SCRIPT_ADD_TRACK,        /* joined, no track is answered */
  ROOM_SCRIPT_OFFER,            /* no offer is answered */
  ROOM_SCRIPT_PING,             /* no ping is answered */
  ROOM_SCRIPT_LEAVE,            /* no leave is answered */
} RoomScriptPhase;

/* What room_script_wait() can wait for, beside each kind of request by its
 * Livekit__SignalRequest__MessageCase. */
typedef enum {
  ROOM_SCRIPT_SEEN_UPGRADE = 1000,      /* asked for the WebSocket */
  ROOM_SCRIPT_SEEN_VALIDATE,    /* asked for the words of a refusal */
  ROOM_SCRIPT_SEEN_OPEN,
  ROOM_SCRIPT_SEEN_CLOSED,
} RoomScriptSeen;

/* All zero: a server that refuses nothing. Strings and the certificate are
 * kept by reference: let them live as long as the script. */
typedef struct {
  RoomScriptPhase hang;         /* only this one thing is not done */
  RoomScriptPhase cut;          /* UPGRADE and later: the socket goes there */
  gboolean reset;               /* cut by a reset instead of an end */
  guint status;                 /* refuse the upgrade with it ... */
  const gchar *body;            /* ... and the validation with it and this */
  gboolean validates;           /* ... or finds nothing wrong in it */
  const gchar *location;        /* ... to go to, with a status of 3xx */
  gboolean no_route;            /* older than /rtc/v1 */
  gboolean subscriber_offer;    /* two connections: offers at once */
  gint turn_away;               /* leave with this DisconnectReason instead of
                                 * a join; 0: join */
  gint refuse_track;            /* answer add_track with this reason; 0: take */
  const gchar *alternative_url; /* in the join */
  const gchar * const *codecs;  /* enabled; NULL: as a real server */
  GTlsCertificate *certificate; /* wss; NULL: ws */

  /* The other end of the media, in the script's thread; NULL: an answer that
   * can be set and leads nowhere. May give NULL and send an answer later. The
   * caller owns the result. */
  gchar *(*answer) (guint id, const gchar *offer, gpointer user_data);
  /* A candidate of the client (JSON), in the script's thread. */
  void (*trickle) (Livekit__SignalTarget target, const gchar *json,
      gpointer user_data);
  gpointer user_data;
} RoomScriptConfig;

/* Listens when it returns. */
RoomScript *room_script_new (const RoomScriptConfig *config);
void room_script_free (RoomScript *self);

/* "ws://127.0.0.1:PORT". */
const gchar *room_script_get_url (RoomScript *self);
guint16 room_script_get_port (RoomScript *self);

/* Waits until @seen came @count times since the start; FALSE when it did not
 * within a time that only a broken test needs. */
gboolean room_script_wait (RoomScript *self, gint seen, guint count);
guint room_script_count (RoomScript *self, gint seen);

/* The request number @index (from 0) of that kind; NULL: there is none. */
Livekit__SignalRequest *room_script_dup_request (RoomScript *self,
    Livekit__SignalRequest__MessageCase kind, guint index);
/* "/rtc/v1?join_request=..." of an upgrade or a validation, and the value of
 * its Authorization header. */
gchar *room_script_dup_target (RoomScript *self, RoomScriptSeen seen,
    guint index);
gchar *room_script_dup_authorization (RoomScript *self, RoomScriptSeen seen,
    guint index);

/* Says @message, which is taken, to the newest client; see ScriptReply. From
 * any thread, as the next. */
void room_script_send (RoomScript *self, GBytes *message);
/* Says leave and closes in order. */
void room_script_send_leave (RoomScript *self,
    Livekit__DisconnectReason reason);

/* The socket goes, without a word; @reset: by RST. */
void room_script_cut (RoomScript *self, gboolean reset);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomScript, room_script_free)
