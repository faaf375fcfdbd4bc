/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "benchclient.h"

#include "benchload.h"

struct _BenchClient
{
  LifeLoop *loop;
  ServerPeer *peer;
  BenchLoad *load;              /* NULL: it watches */
  BenchClientFuncs funcs;
  gpointer user_data;
  gint packets;                 /* atomic */
};

static void
on_described (const gchar * sdp, const GError * error, gpointer data)
{
  BenchClient *self = data;

  if (sdp == NULL)
    g_error ("no description: %s", error->message);
  self->funcs.describe (sdp, self->user_data);
}

static void
on_answered (const GError * error, gpointer data)
{
  if (error != NULL)
    g_error ("the answer cannot be used: %s", error->message);
}

static void
on_candidate (guint mline, const gchar * candidate, gpointer data)
{
  BenchClient *self = data;

  self->funcs.candidate (mline, candidate, self->user_data);
}

static void
on_state (GstWebRTCPeerConnectionState state, gpointer data)
{
  BenchClient *self = data;

  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED && self->load != NULL)
    bench_load_start (self->load);
}

static void
on_failed (const GError * error, gpointer data)
{
  g_error ("a client failed: %s", error->message);
}

static const ServerPeerFuncs peer_funcs = {
  on_described, on_answered, on_candidate, on_state, on_failed, NULL,
};

static void
deliver_first (gpointer data)
{
  BenchClient *self = data;

  self->funcs.receives (self->user_data);
}

/* Decrypted, and in front of the jitterbuffer. */
static GstPadProbeReturn
on_packet (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  BenchClient *self = data;

  if (g_atomic_int_add (&self->packets, 1) == 0)
    life_loop_post (self->loop, deliver_first, self, NULL);
  return GST_PAD_PROBE_DROP;
}

static void
on_pad_added (GstElement * demux, GstPad * pad, gpointer data)
{
  if (g_str_has_prefix (GST_PAD_NAME (pad), "src_"))
    gst_pad_add_probe (pad,
        GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packet,
        data, NULL);
}

static void
on_element_added (GstBin * bin, GstBin * within, GstElement * element,
    gpointer data)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory != NULL
      && g_str_equal (GST_OBJECT_NAME (factory), "rtpssrcdemux"))
    g_signal_connect (element, "pad-added", G_CALLBACK (on_pad_added), data);
}

/* Of what is offered, the codec of the load. */
static void
add_receiver (BenchClient * self)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GstCaps) caps = gst_caps_from_string ("application/x-rtp, "
      "media=video, encoding-name=H264, packetization-mode=(string)1");

  g_signal_emit_by_name (server_peer_get_webrtc (self->peer),
      "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps,
      &transceiver);
  g_object_set (transceiver, "do-nack", TRUE, NULL);
}

BenchClient *
bench_client_new (LifeLoop * loop, gboolean publishes,
    const BenchClientFuncs * funcs, gpointer user_data)
{
  static const gchar *const loopback[] = { "127.0.0.1", NULL };
  static const ServerPeerConfig config = {.addresses = loopback,.udp_only = TRUE
  };
  BenchClient *self = g_new0 (BenchClient, 1);

  self->loop = loop;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->peer = server_peer_new (loop, &config, &peer_funcs, self, NULL);
  g_signal_connect (server_peer_get_bin (self->peer), "deep-element-added",
      G_CALLBACK (on_element_added), self);
  if (publishes)
    self->load = bench_load_new (server_peer_get_webrtc (self->peer));
  else
    add_receiver (self);
  server_peer_play (self->peer);
  return self;
}

ServerPeer *
bench_client_get_peer (BenchClient * self)
{
  return self->peer;
}

gchar *
bench_client_dup_track (BenchClient * self)
{
  return bench_load_dup_transceiver (self->load);
}

guint
bench_client_get_packets (BenchClient * self)
{
  return g_atomic_int_get (&self->packets);
}
