/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomPeer: one webrtcbin, driven from one loop.
 * It makes, sets and reports descriptions; it knows no room and no track.
 * webrtcbin's promises and signals arrive in its own threads: each is copied,
 * posted to the loop, and reported there. Touched in the loop only, new and
 * remove apart. */
#pragma once

#include "life/lifeloop.h"
#include "roomconfig.h"
#include "roomreception.h"

typedef struct _RoomPeer RoomPeer;

/* All come in the loop, none after room_peer_close(). */
typedef struct {
  /* create_offer() or set_offer() has made and set a local description. */
  void (*described) (const gchar *sdp, const GError *error,
      gpointer user_data);
  /* set_answer() is done. */
  void (*answered) (const GError *error, gpointer user_data);
  void (*candidate) (guint mline, const gchar *candidate, gpointer user_data);
  void (*state_changed) (GstWebRTCPeerConnectionState state,
      gpointer user_data);
} RoomPeerFuncs;

/* Makes webrtcbin and adds it to @bin, its state still to be set. NULL with
 * @error when a plugin is missing. @name for dumps. Any thread. */
RoomPeer *room_peer_new (GstBin *bin, LifeLoop *loop, const gchar *name,
    const RoomConfig *config, const RoomPeerFuncs *funcs, gpointer user_data,
    GError **error);
RoomPeer *room_peer_ref (RoomPeer *self);
void room_peer_unref (RoomPeer *self);

/* Before the first description. URIs as room_ice_* make them. */
void room_peer_set_stun (RoomPeer *self, const gchar *uri);
gboolean room_peer_add_turn (RoomPeer *self, const gchar *uri);
void room_peer_force_relay (RoomPeer *self);

/* A sink pad for packets with @caps, sending only, with retransmission for
 * video. The caller links it. @stream is the sync group. Gives the id of the
 * track in the descriptions. */
GstPad *room_peer_request_pad (RoomPeer *self, const GstCaps *caps,
    gboolean video, const gchar *stream, gchar **track_id);
/* The section of @pad says inactive in the next offer. */
void room_peer_deactivate_pad (RoomPeer *self, GstPad *pad);
/* After an answer to that offer, and unlinked. */
void room_peer_release_pad (RoomPeer *self, GstPad *pad);

void room_peer_create_offer (RoomPeer *self);
void room_peer_set_answer (RoomPeer *self, const gchar *sdp);
/* As the answering end: sets @sdp, then described() with our answer. */
void room_peer_set_offer (RoomPeer *self, const gchar *sdp);
/* Kept until a remote description is set. */
void room_peer_add_candidate (RoomPeer *self, guint mline,
    const gchar *candidate);

GstWebRTCPeerConnectionState room_peer_get_state (RoomPeer *self);
GstElement *room_peer_get_element (RoomPeer *self);
/* What RTCP says of what we send; borrowed. */
RoomReception *room_peer_get_reception (RoomPeer *self);
/* The candidates of both ends, for an error: "host udp, host tcp". */
gchar *room_peer_describe_candidates (RoomPeer *self);

/* No callback from here on. */
void room_peer_close (RoomPeer *self);
/* Closes, sets webrtcbin to NULL and takes it out of its bin. Not in the loop
 * unless the loop's bin is going on. */
void room_peer_remove (RoomPeer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomPeer, room_peer_unref)
