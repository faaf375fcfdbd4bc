/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomConnection: see roomconnection.h. */

#include "roomconnection.h"

#include "livekit/livekiterror.h"
#include "roomdebug.h"
#include "roomservers.h"

#define CONNECT_TIME (15 * G_TIME_SPAN_SECOND)
/* The server speaks RTCP every second or so while it lives. */
#define RTCP_SILENCE (5 * G_TIME_SPAN_SECOND)
#define SAMPLE_INTERVAL (1 * G_TIME_SPAN_SECOND)

struct _RoomConnection
{
  const RoomConfig *config;
  RoomConnectionFuncs funcs;
  RoomPeerFuncs peer_funcs;
  gpointer user_data;
  RoomPeer *peer;
  gboolean servers_used;
  gboolean relay_only;
  gboolean playing;
  gboolean connected;
  gint64 connect_at;            /* deadlines; -1: none */
  gint64 sample_at;
  gint64 heard_since;           /* silence counts from here */
  gint64 sending_since;         /* -1: nothing was sent at the last sample */
  guint64 sent_bytes;           /* at the last sample */
};

static void
fail (RoomConnection * self, const gchar * what)
{
  g_autofree gchar *tried = room_peer_describe_candidates (self->peer);
  g_autoptr (GError) error = g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_MEDIA,
      "%s%s (candidates tried: %s)", what, self->relay_only
      ? ", with relays alone allowed: check the TURN server's address, user "
      "and password" : "", tried);

  self->funcs.failed (error, self->user_data);
}

static void
on_described (const gchar * sdp, const GError * error, gpointer data)
{
  RoomConnection *self = data;

  self->peer_funcs.described (sdp, error, self->user_data);
}

static void
on_answered (const GError * error, gpointer data)
{
  RoomConnection *self = data;

  self->peer_funcs.answered (error, self->user_data);
}

static void
on_candidate (guint mline, const gchar * candidate, gpointer data)
{
  RoomConnection *self = data;

  self->peer_funcs.candidate (mline, candidate, self->user_data);
}

static void
on_state_changed (GstWebRTCPeerConnectionState state, gpointer data)
{
  RoomConnection *self = data;

  GST_DEBUG ("media connection state %d", state);
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED) {
    fail (self, "the media path failed");
  } else if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED
      && !self->connected) {
    self->connected = TRUE;
    self->connect_at = -1;
    self->sample_at = g_get_monotonic_time () + SAMPLE_INTERVAL;
    self->funcs.connected (self->user_data);
  }
}

RoomConnection *
room_connection_new (GstBin * bin, LifeLoop * loop, const RoomConfig * config,
    const RoomConnectionFuncs * funcs, const RoomPeerFuncs * peer_funcs,
    gpointer user_data, GError ** error)
{
  static const RoomPeerFuncs own = {
    on_described, on_answered, on_candidate, on_state_changed
  };
  RoomConnection *self = g_new0 (RoomConnection, 1);

  self->config = config;
  self->funcs = *funcs;
  self->peer_funcs = *peer_funcs;
  self->user_data = user_data;
  self->connect_at = self->sample_at = self->sending_since = -1;
  self->peer = room_peer_new (bin, loop, "publisher", config, &own, self,
      error);
  if (!self->peer)
    g_clear_pointer (&self, g_free);
  return self;
}

void
room_connection_free (RoomConnection * self)
{
  room_peer_unref (self->peer);
  g_free (self);
}

RoomPeer *
room_connection_get_peer (RoomConnection * self)
{
  return self->peer;
}

gboolean
room_connection_is_connected (RoomConnection * self)
{
  return self->connected;
}

gboolean
room_connection_use_servers (RoomConnection * self,
    const LivekitJoined * joined)
{
  g_autoptr (GError) error = NULL;

  if (self->servers_used)
    return TRUE;
  self->servers_used = TRUE;
  if (room_servers_use (joined, self->config, self->peer, &self->relay_only,
          &error))
    return TRUE;
  self->funcs.failed (error, self->user_data);
  return FALSE;
}

void
room_connection_expect (RoomConnection * self, gint64 now)
{
  if (!self->connected && self->connect_at < 0)
    self->connect_at = now + CONNECT_TIME;
}

void
room_connection_set_playing (RoomConnection * self, gboolean playing,
    gint64 now)
{
  self->playing = playing;
  self->heard_since = now;
  /* The handshake stands still while the element is paused. */
  if (self->connect_at >= 0)
    self->connect_at = now + CONNECT_TIME;
}

gint64
room_connection_get_deadline (RoomConnection * self)
{
  if (self->connect_at >= 0)
    return self->playing ? self->connect_at : -1;
  return self->sample_at;
}

gboolean
room_connection_tick (RoomConnection * self, gint64 now)
{
  if (self->playing && self->connect_at >= 0 && now >= self->connect_at) {
    self->connect_at = -1;
    fail (self, "the media path could not be connected");
    return FALSE;
  }
  return self->sample_at >= 0 && now >= self->sample_at;
}

void
room_connection_note_sent (RoomConnection * self, guint64 bytes, gint64 now)
{
  self->sample_at = now + SAMPLE_INTERVAL;
  /* While nothing is sent there is nothing to report on. */
  if (bytes == self->sent_bytes || !self->playing)
    self->sending_since = -1;
  else if (self->sending_since < 0)
    self->sending_since = now;
  self->sent_bytes = bytes;
  if (self->sending_since < 0)
    return;
  RoomReception *reception = room_peer_get_reception (self->peer);
  gint64 heard = MAX (room_reception_get_last (reception),
      MAX (self->heard_since, self->sending_since));
  if (now - heard <= RTCP_SILENCE)
    return;
  g_autoptr (GError) error = g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_LOST,
      "connection lost: the server's media end has been silent for %d s",
      (gint) (RTCP_SILENCE / G_USEC_PER_SEC));
  self->funcs.failed (error, self->user_data);
}

void
room_connection_close (RoomConnection * self)
{
  room_peer_close (self->peer);
}
