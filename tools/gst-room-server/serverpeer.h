/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerPeer: one webrtcbin in a pipeline of its own, driven from one loop. It
 * makes, sets and reports descriptions; it knows no track. webrtcbin's promises
 * and signals arrive in its own threads: each is copied, posted to the loop,
 * and reported there. In the loop only, where nothing else is said. */
#pragma once

#include "life/lifeloop.h"
#include "room/roomreception.h"
#include "serverpulse.h"

#include <gst/gst.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

typedef struct _ServerPeer ServerPeer;

typedef struct {
  const gchar *name;            /* for dumps; NULL: one is made */
  const gchar * const *addresses;       /* local ones; NULL: all but
                                         * loopback */
  const gchar *stun;            /* "stun://host:port", or NULL */
  gboolean udp_only;
  guint16 min_port, max_port;   /* of what we offer; 0: any */
  gboolean data;                /* offers the channels that LiveKit's clients
                                 * wait for; nothing goes through them */
} ServerPeerConfig;

/* All come in the loop, none after server_peer_close(). */
typedef struct {
  /* create_offer() or set_offer() has made and set a local description. */
  void (*described) (const gchar *sdp, const GError *error,
      gpointer user_data);
  /* set_answer() is done. */
  void (*answered) (const GError *error, gpointer user_data);
  void (*candidate) (guint mline, const gchar *candidate, gpointer user_data);
  void (*state_changed) (GstWebRTCPeerConnectionState state,
      gpointer user_data);
  /* An element has given up: nothing or not all flows any more. */
  void (*failed) (const GError *error, gpointer user_data);
  /* There are no more local candidates. May be NULL. */
  void (*gathered) (gpointer user_data);
} ServerPeerFuncs;

/* NULL with @error when a plugin is missing. */
ServerPeer *server_peer_new (LifeLoop *loop, const ServerPeerConfig *config,
    const ServerPeerFuncs *funcs, gpointer user_data, GError **error);
ServerPeer *server_peer_ref (ServerPeer *self);
void server_peer_unref (ServerPeer *self);

/* Borrowed; any thread. */
GstBin *server_peer_get_bin (ServerPeer *self);
GstElement *server_peer_get_webrtc (ServerPeer *self);
/* Of what the client reports, and how it gets what is sent. Borrowed. */
ServerPulse *server_peer_get_pulse (ServerPeer *self);
RoomReception *server_peer_get_reception (ServerPeer *self);

void server_peer_play (ServerPeer *self);
void server_peer_create_offer (ServerPeer *self);
void server_peer_set_answer (ServerPeer *self, const gchar *sdp);
/* As the answering end: sets @sdp, then described() with our answer. */
void server_peer_set_offer (ServerPeer *self, const gchar *sdp);
/* The local description as it is now, with the candidates that there are; NULL:
 * there is none yet. */
gchar *server_peer_dup_description (ServerPeer *self);
/* Kept until a remote description is set. What is no address but a name is
 * ignored: nobody looks up names for a client. */
void server_peer_add_candidate (ServerPeer *self, guint mline,
    const gchar *candidate);
GstWebRTCPeerConnectionState server_peer_get_state (ServerPeer *self);

/* No callback from here on. */
void server_peer_close (ServerPeer *self);
/* After close: waits a little for what webrtcbin is doing, and sets all to
 * NULL. Blocks for that long: not in the loop. Once. */
void server_peer_shut (ServerPeer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerPeer, server_peer_unref)
