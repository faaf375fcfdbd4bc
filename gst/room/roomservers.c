/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomServers: see roomservers.h. */

#include "roomservers.h"

#include "roomdebug.h"
#include "roomice.h"

static void
use_server (const LivekitIceServer * server, const RoomConfig * config,
    RoomPeer * peer)
{
  for (gchar ** url = server->urls; url && *url; url++) {
    g_autofree gchar *stun = room_ice_stun_uri (*url);
    g_autofree gchar *turn =
        room_ice_turn_uri (*url, server->username, server->credential);
    if (stun && !config->stun_server)
      room_peer_set_stun (peer, stun);
    if (turn && !config->turn_servers && !room_peer_add_turn (peer, turn))
      GST_WARNING ("the room's TURN server %s is not usable", *url);
  }
}

void
room_servers_use (const LivekitJoined * joined, const RoomConfig * config,
    RoomPeer * peer)
{
  for (guint i = 0; i < joined->ice_servers->len; i++)
    use_server (g_ptr_array_index (joined->ice_servers, i), config, peer);
  if (config->stun_server && *config->stun_server)
    room_peer_set_stun (peer, config->stun_server);
  for (gchar ** uri = config->turn_servers; uri && *uri; uri++) {
    g_autofree gchar *shown = room_ice_redact (*uri);
    if (!room_peer_add_turn (peer, *uri))
      GST_WARNING ("TURN server %s is not usable: write "
          "turn://user:password@host:port, user and password percent-encoded",
          shown);
  }
  if (joined->force_relay)
    room_peer_force_relay (peer);
}
