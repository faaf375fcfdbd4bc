/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomServers: see roomservers.h. */

#include "roomservers.h"

#include "livekit/livekiterror.h"
#include "roomdebug.h"
#include "roomice.h"

/* Gives how many TURN servers it was. */
static guint
use_server (const LivekitIceServer * server, const RoomConfig * config,
    RoomPeer * peer)
{
  guint relays = 0;

  for (gchar ** url = server->urls; url && *url; url++) {
    g_autofree gchar *stun = room_ice_stun_uri (*url);
    g_autofree gchar *turn =
        room_ice_turn_uri (*url, server->username, server->credential);
    if (stun && !config->stun_server)
      room_peer_set_stun (peer, stun);
    if (!turn || config->turn_servers)
      continue;
    if (room_peer_add_turn (peer, turn))
      relays++;
    else
      GST_WARNING ("the room's TURN server %s is not usable", *url);
  }
  return relays;
}

static guint
use_configured (const RoomConfig * config, RoomPeer * peer)
{
  guint relays = 0;

  if (config->stun_server && *config->stun_server)
    room_peer_set_stun (peer, config->stun_server);
  for (gchar ** uri = config->turn_servers; uri && *uri; uri++) {
    g_autofree gchar *shown = room_ice_redact (*uri);
    if (room_peer_add_turn (peer, *uri))
      relays++;
    else
      GST_WARNING ("TURN server %s is not usable: write "
          "turn://user:password@host:port, user and password percent-encoded",
          shown);
  }
  return relays;
}

gboolean
room_servers_use (const LivekitJoined * joined, const RoomConfig * config,
    RoomPeer * peer, gboolean * relay_only, GError ** error)
{
  gboolean wanted =
      config->ice_transport_policy == GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY;
  guint relays = 0;

  for (guint i = 0; i < joined->ice_servers->len; i++)
    relays +=
        use_server (g_ptr_array_index (joined->ice_servers, i), config, peer);
  relays += use_configured (config, peer);
  if (joined->force_relay)
    room_peer_force_relay (peer);
  if (relay_only)
    *relay_only = wanted || joined->force_relay;
  if (relays > 0 || !(wanted || joined->force_relay))
    return TRUE;
  g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_MEDIA,
      "%s, and there is no usable TURN server: set turn-servers%s",
      wanted ? "ice-transport-policy=relay allows relays only"
      : "the room allows relays only", wanted
      ? ", let the room name one, or set ice-transport-policy=all"
      : " or let the room name one");
  return FALSE;
}
