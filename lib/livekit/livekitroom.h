/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRoom: the server's end of one room, as a state machine: who is in,
 * who publishes and gets what, and what each is told. It has no sockets, no
 * media and no clock: bytes, times and what the media finds out go in, events
 * come out (livekitroomevent.h). One thread at a time.
 *
 * What the media has to tell it is in livekitroommedia.h, what an administrator
 * has in livekitroomadmin.h.
 *
 * @now is microseconds of one clock that never goes back. A participant is
 * named by its sid; what is said about one that is out already is ignored, for
 * it may be over before its user knows. After each call take all events. */
#pragma once

#include "livekit/livekitentry.h"
#include "livekit/livekitroomevent.h"

typedef struct _LivekitRoom LivekitRoom;

/* Zero is the default of each. @keys and @codecs are borrowed, and outlive the
 * room. */
typedef struct {
  const LivekitKeys *keys;      /* to refresh tokens; NULL: not done */
  const gchar * const *codecs;  /* "video/H264" ...; NULL: all we know */
  const gchar *version;         /* of livekit-server that we are like */
  gint64 clock;                 /* unix time minus @now, us */
  guint32 seed;                 /* for the ids */
  guint max_participants;       /* LIVEKIT_MAX_PARTICIPANTS at most */
  guint empty_timeout;          /* s, until someone comes; 300 */
  guint departure_timeout;      /* s, after the last has gone; 20 */
  gboolean remote_unmute;       /* an administrator may unmute */
} LivekitRoomConfig;

LivekitRoom *livekit_room_new (const gchar *name,
    const LivekitRoomConfig *config, gint64 now);
/* Without a word; livekit_room_close() says goodbye. */
void livekit_room_free (LivekitRoom *self);

const gchar *livekit_room_get_name (const LivekitRoom *self);
/* NULL: none pending. The caller frees it. */
LivekitRoomEvent *livekit_room_take (LivekitRoom *self);
/* When to tick; G_MAXINT64 when it is over. */
gint64 livekit_room_get_deadline (const LivekitRoom *self);
void livekit_room_tick (LivekitRoom *self, gint64 now);

/* -- The socket's side ----------------------------------------------------- */

/* Before the upgrade: FALSE and @error (LIVEKIT_REFUSAL) when @entry cannot
 * come in. */
gboolean livekit_room_check (LivekitRoom *self, const LivekitEntry *entry,
    GError **error);

/* Takes @entry. Gives the sid of the participant, which a resumed one had
 * before: another socket of that sid is superseded and closed without telling
 * of it. One who cannot come in is told so on the socket, and OVER. */
gchar *livekit_room_join (LivekitRoom *self, LivekitEntry *entry, gint64 now);

/* One binary message. */
void livekit_room_feed (LivekitRoom *self, const gchar *sid, GBytes *message,
    gint64 now);
/* Its socket is gone, and not by HANG_UP. For a quiet one: it leaves. */
void livekit_room_lost (LivekitRoom *self, const gchar *sid, gint64 now);

/* -- The end --------------------------------------------------------------- */

/* All out with @reason (SERVER_SHUTDOWN, ROOM_DELETED); who comes later is
 * turned away with it. ROOM_OVER follows. */
void livekit_room_close (LivekitRoom *self, Livekit__DisconnectReason reason,
    gint64 now);
gboolean livekit_room_is_over (const LivekitRoom *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitRoom, livekit_room_free)
