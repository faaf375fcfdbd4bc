/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerMedia: the media of all rooms: a seat for each participant, and the
 * fans between them. It does what the rooms' events say and tells the rooms
 * what the connections find out; it has no sockets of its own. In the loop. */
#pragma once

#include "life/lifeloop.h"
#include "life/liferoster.h"
#include "livekit/livekitroomevent.h"
#include "livekit/livekitrooms.h"
#include "serverrecorder.h"
#include "serverreport.h"

#include <gio/gio.h>

typedef struct _ServerMedia ServerMedia;

/* Zero is the default of each; what it points to is copied. */
typedef struct {
  /* Addresses of this machine that media is offered at; NULL: all but
   * loopback. */
  const gchar * const *addresses;
  const gchar *stun;            /* "stun://host:port", or NULL */
  gboolean tcp;                 /* over TCP too */
  guint16 min_port, max_port;   /* for media; 0: any */
  guint keep_ms;                /* a fan without a publisher; 30000 */
  ServerRecorder *recorder;     /* of all that is published; lent, or NULL */
} ServerMediaConfig;

/* The rooms have been told something: carry out what they say. */
typedef void (*ServerMediaPump) (gpointer user_data);

/* @rooms outlive it. */
ServerMedia *server_media_new (LifeLoop *loop, LivekitRooms *rooms,
    const ServerMediaConfig *config, ServerMediaPump pump, gpointer user_data);
/* When nothing is connected any more: see server_media_get_roster(). Offers
 * that were not answered are answered with an error. */
void server_media_free (ServerMedia *self);

/* FALSE with @error (LIVEKIT_REFUSAL): it cannot have one more connection. */
gboolean server_media_check (ServerMedia *self, GError **error);

/* From LivekitServerConfig.on_event; others than SEND and HANG_UP. */
void server_media_handle (ServerMedia *self, const LivekitRoomEvent *event);

/* The answer, once, in the loop, never from within the call. @sdp is whole,
 * with all candidates that there are. NULL with @error: it cannot be, or the
 * participant has gone. */
typedef void (*ServerMediaAnswered) (const gchar *sdp, const GError *error,
    gpointer user_data);
/* The offer of a participant without signalling (livekit_entry_new_quiet()),
 * after its JOINED. What it sends is published as "video", "audio", "video-2"
 * and so on. @publisher: an identity, of whose tracks it is given; NULL: of
 * all. The answer names each by server_shelf_make_key(). */
void server_media_offer (ServerMedia *self, const gchar *room,
    const gchar *sid, const gchar *sdp, const gchar *publisher,
    ServerMediaAnswered answered, gpointer user_data, GDestroyNotify destroy);
void server_media_add_candidate (ServerMedia *self, const gchar *room,
    const gchar *sid, guint mline, const gchar *candidate);

/* Adds what the media knows to the rooms that are in @report. */
void server_media_describe (ServerMedia *self, ServerReport *report);

/* Of all connections, for who drains them: closed when the rooms are. */
LifeRoster *server_media_get_roster (ServerMedia *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerMedia, server_media_free)
