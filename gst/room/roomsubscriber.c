/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomSubscriber: see roomsubscriber.h. */

#include "roomsubscriber.h"

#include "roomdebug.h"
#include "roomservers.h"

struct _RoomSubscriber
{
  GstBin *bin;
  LifeLoop *loop;
  const RoomConfig *config;
  RoomPeer *peer;               /* NULL: no such connection */
  LivekitClient *client;        /* not owned; NULL after part() */
  guint offer_id;
};

static void
on_described (const gchar * sdp, const GError * error, gpointer data)
{
  RoomSubscriber *self = data;

  if (!sdp)
    GST_WARNING ("no answer to the server's offer: %s",
        error ? error->message : "no reason given");
  else if (self->client)
    livekit_client_answer (self->client, self->offer_id, sdp);
}

static void
on_candidate (guint mline, const gchar * candidate, gpointer data)
{
  RoomSubscriber *self = data;

  if (self->client)
    livekit_client_trickle (self->client, LIVEKIT_TARGET_SUBSCRIBER, mline,
        candidate);
}

static void
on_state (GstWebRTCPeerConnectionState state, gpointer data)
{
  GST_DEBUG ("subscriber connection state %d", state);
}

RoomSubscriber *
room_subscriber_new (GstBin * bin, LifeLoop * loop, const RoomConfig * config)
{
  RoomSubscriber *self = g_new0 (RoomSubscriber, 1);

  self->bin = bin;
  self->loop = loop;
  self->config = config;
  return self;
}

void
room_subscriber_free (RoomSubscriber * self)
{
  g_clear_pointer (&self->peer, room_peer_unref);
  g_free (self);
}

gboolean
room_subscriber_join (RoomSubscriber * self, LivekitClient * client,
    const LivekitJoined * joined, GError ** error)
{
  /* It never makes an offer: no answer of the server's is ever set. */
  static const RoomPeerFuncs funcs = {
    .described = on_described,
    .candidate = on_candidate,
    .state_changed = on_state,
  };

  /* That of an earlier stay in the room answers no more. */
  room_subscriber_remove (self);
  if (joined->one_connection)
    return TRUE;
  self->client = client;
  self->peer = room_peer_new (self->bin, self->loop, "subscriber",
      self->config, &funcs, self, error);
  if (!self->peer)
    return FALSE;
  /* The publisher's connection has said what is wrong with them. */
  room_servers_use (joined, self->config, self->peer, NULL, NULL);
  gst_element_sync_state_with_parent (room_peer_get_element (self->peer));
  return TRUE;
}

void
room_subscriber_take_offer (RoomSubscriber * self, guint id, const gchar * sdp)
{
  if (!self->peer)
    return;
  self->offer_id = id;
  room_peer_set_offer (self->peer, sdp);
}

void
room_subscriber_add_candidate (RoomSubscriber * self, guint mline,
    const gchar * candidate)
{
  if (self->peer)
    room_peer_add_candidate (self->peer, mline, candidate);
}

void
room_subscriber_part (RoomSubscriber * self)
{
  self->client = NULL;
  if (self->peer)
    room_peer_close (self->peer);
}

void
room_subscriber_remove (RoomSubscriber * self)
{
  if (!self->peer)
    return;
  room_peer_remove (self->peer);
  g_clear_pointer (&self->peer, room_peer_unref);
}
