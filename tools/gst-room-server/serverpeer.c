/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverpeer.h"

#include <gst/sdp/sdp.h>

#include "life/lifelock.h"
#include "room/roomchannels.h"
#include "servercandidate.h"
#include "serverdebug.h"
#include "serverreplies.h"
#include "serversession.h"

/* The least between two connectivity checks that RFC 8445, section 14, allows;
 * libnice's own 20 ms make each connection wait. */
#define PACING_MS 5

/* How long the end waits for what webrtcbin is doing. */
#define REPLY_TIME (500 * G_TIME_SPAN_MILLISECOND)

/* Between two reports of a session. The default of 5 s is as long as clients
 * wait for a sign of life. */
#define REPORT_TIME GST_SECOND

struct _ServerPeer
{
  LifeLoop *loop;
  GstElement *pipeline;
  GstElement *webrtc;           /* the pipeline's */
  ServerReplies *replies;
  ServerPulse *pulse;
  RoomReception *reception;
  ServerPeerFuncs funcs;
  gpointer user_data;
  gboolean data;

  /* The loop's. */
  gboolean closed;
  gboolean remote_set;
  GPtrArray *candidates;        /* of PeerEvent, until remote_set */
};

typedef struct _PeerEvent PeerEvent;
typedef void (*PeerHandler) (ServerPeer * self, const PeerEvent * event);

/* One thing that happened in a thread of webrtcbin. */
struct _PeerEvent
{
  ServerPeer *peer;
  PeerHandler handle;
  GstStructure *reply;
  GError *error;
  guint mline;
  gchar *text;
};

ServerPeer *
server_peer_ref (ServerPeer * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ServerPeer *self = data;

  g_ptr_array_unref (self->candidates);
  gst_clear_object (&self->pipeline);
  server_replies_free (self->replies);
  server_pulse_unref (self->pulse);
  room_reception_unref (self->reception);
  life_loop_unref (self->loop);
}

void
server_peer_unref (ServerPeer * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
unref_closure (gpointer data, GClosure * closure)
{
  server_peer_unref (data);
}

static PeerEvent *
event_new (ServerPeer * self, PeerHandler handle)
{
  PeerEvent *event = g_new0 (PeerEvent, 1);

  event->peer = self != NULL ? server_peer_ref (self) : NULL;
  event->handle = handle;
  return event;
}

static void
event_free (gpointer data)
{
  PeerEvent *event = data;

  g_clear_pointer (&event->reply, gst_structure_free);
  g_clear_error (&event->error);
  g_clear_pointer (&event->peer, server_peer_unref);
  g_free (event->text);
  g_free (event);
}

static void
deliver_event (gpointer data)
{
  PeerEvent *event = data;

  if (!event->peer->closed)
    event->handle (event->peer, event);
}

static void
post (PeerEvent * event)
{
  life_loop_post (event->peer->loop, deliver_event, event, event_free);
}

/* In a thread of webrtcbin. @data has what the event will be. */
static void
on_promise (GstPromise * promise, gpointer data)
{
  const PeerEvent *call = data;

  /* From the loop; webrtcbin's own queue between them is not all locks. */
  life_lock_take_over (data);
  PeerEvent *event = event_new (call->peer, call->handle);
  const GstStructure *reply = NULL;

  server_replies_came (event->peer->replies, promise);
  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED)
    reply = gst_promise_get_reply (promise);
  else
    event->error = g_error_new_literal (GST_WEBRTC_ERROR,
        GST_WEBRTC_ERROR_INVALID_STATE, "the media connection is closed");
  if (reply != NULL) {
    gst_structure_get (reply, "error", G_TYPE_ERROR, &event->error, NULL);
    event->reply = gst_structure_copy (reply);
  }
  /* To the last reference of the promise, which may go in another thread. */
  life_lock_hand_over (data);
  post (event);
}

static void
call_free (gpointer data)
{
  life_lock_take_over (data);
  event_free (data);
}

static GstPromise *
make_promise (ServerPeer * self, PeerHandler handle)
{
  PeerEvent *call = event_new (self, handle);
  GstPromise *promise = gst_promise_new_with_change_func (on_promise, call,
      call_free);

  life_lock_hand_over (call);
  server_replies_expect (self->replies, promise);
  return promise;
}

static void
handle_candidate (ServerPeer * self, const PeerEvent * event)
{
  self->funcs.candidate (event->mline, event->text, self->user_data);
}

static void
on_ice_candidate (GstElement * webrtc, guint mline, const gchar * candidate,
    gpointer data)
{
  if (candidate == NULL || *candidate == '\0')
    return;
  PeerEvent *event = event_new (data, handle_candidate);
  event->mline = mline;
  event->text = g_strdup (candidate);
  post (event);
}

static void
handle_state (ServerPeer * self, const PeerEvent * event)
{
  self->funcs.state_changed (server_peer_get_state (self), self->user_data);
}

static void
on_connection_state (GstElement * webrtc, GParamSpec * spec, gpointer data)
{
  post (event_new (data, handle_state));
}

static void
handle_gathered (ServerPeer * self, const PeerEvent * event)
{
  if (self->funcs.gathered != NULL)
    self->funcs.gathered (self->user_data);
}

static void
on_gathering_state (GstElement * webrtc, GParamSpec * spec, gpointer data)
{
  GstWebRTCICEGatheringState state;

  g_object_get (webrtc, "ice-gathering-state", &state, NULL);
  if (state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    post (event_new (data, handle_gathered));
}

static void
handle_latency (ServerPeer * self, const PeerEvent * event)
{
  gst_bin_recalculate_latency (GST_BIN (self->pipeline));
}

static void
handle_failure (ServerPeer * self, const PeerEvent * event)
{
  self->funcs.failed (event->error, self->user_data);
}

/* In any thread. Nobody reads the bus. */
static GstBusSyncReply
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  ServerPeer *self = data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY) {
    post (event_new (self, handle_latency));
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    PeerEvent *event = event_new (self, handle_failure);
    g_autofree gchar *debug = NULL;
    gst_message_parse_error (message, &event->error, &debug);
    GST_WARNING_OBJECT (self->pipeline, "%s: %s (%s)",
        GST_MESSAGE_SRC_NAME (message), event->error->message, debug);
    post (event);
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static void
configure_ice (ServerPeer * self, const ServerPeerConfig * config)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  gboolean added = FALSE;

  g_object_get (self->webrtc, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  /* On by default: chatter on the network and 200 ms of gathering. */
  g_object_set (agent, "upnp", FALSE, "stun-pacing-timer", PACING_MS, NULL);
  if (config->udp_only)
    g_object_set (ice, "ice-tcp", FALSE, NULL);
  if (config->min_port != 0)
    g_object_set (ice, "min-rtp-port", config->min_port, "max-rtp-port",
        config->max_port, NULL);
  for (guint i = 0; config->addresses != NULL && config->addresses[i] != NULL;
      i++)
    g_signal_emit_by_name (ice, "add-local-ip-address", config->addresses[i],
        &added);
  if (config->stun != NULL)
    g_object_set (self->webrtc, "stun-server", config->stun, NULL);
}

/* In a streaming thread. */
static void
on_report (GObject * session, GstBuffer * report, gpointer data)
{
  room_reception_take (data, report, g_get_monotonic_time (),
      g_get_real_time ());
}

static void
unref_reception (gpointer data, GClosure * closure)
{
  room_reception_unref (data);
}

/* In a thread of webrtcbin. */
static void
on_session_added (GstBin * bin, GstBin * within, GstElement * element,
    gpointer data)
{
  g_autoptr (GObject) session = server_session_dup (element);

  if (session == NULL)
    return;
  g_object_set (session, "rtcp-min-interval", REPORT_TIME, NULL);
  g_signal_connect_data (session, "on-receiving-rtcp", G_CALLBACK (on_report),
      room_reception_ref (data), unref_reception, 0);
}

/* Likewise. */
static void
on_element_added (GstBin * bin, GstBin * within, GstElement * element,
    gpointer data)
{
  server_pulse_watch (data, element);
}

static void
unref_pulse (gpointer data, GClosure * closure)
{
  server_pulse_unref (data);
}

static void
connect_signal (ServerPeer * self, const gchar * signal, GCallback callback)
{
  g_signal_connect_data (self->webrtc, signal, callback,
      server_peer_ref (self), unref_closure, 0);
}

ServerPeer *
server_peer_new (LifeLoop * loop, const ServerPeerConfig * config,
    const ServerPeerFuncs * funcs, gpointer user_data, GError ** error)
{
  GstElement *webrtc = gst_element_factory_make ("webrtcbin", NULL);

  if (webrtc == NULL) {
    g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "the element webrtcbin is missing: install GStreamer's bad plugins "
        "and libnice's plugin");
    return NULL;
  }
  ServerPeer *self = g_atomic_rc_box_new0 (ServerPeer);
  self->loop = life_loop_ref (loop);
  self->webrtc = webrtc;
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (config->name));
  self->replies = server_replies_new ();
  self->pulse = server_pulse_new ();
  self->reception = room_reception_new ();
  self->candidates = g_ptr_array_new_with_free_func (event_free);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->data = config->data;
  /* With none or balanced there is no bundle. */
  g_object_set (webrtc, "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_COMPAT,
      NULL);
  gst_bin_add (GST_BIN (self->pipeline), webrtc);
  g_signal_connect_data (self->pipeline, "deep-element-added",
      G_CALLBACK (on_element_added), server_pulse_ref (self->pulse),
      unref_pulse, 0);
  g_signal_connect_data (self->pipeline, "deep-element-added",
      G_CALLBACK (on_session_added), room_reception_ref (self->reception),
      unref_reception, 0);
  configure_ice (self, config);
  connect_signal (self, "on-ice-candidate", G_CALLBACK (on_ice_candidate));
  connect_signal (self, "notify::connection-state",
      G_CALLBACK (on_connection_state));
  connect_signal (self, "notify::ice-gathering-state",
      G_CALLBACK (on_gathering_state));
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, on_message, server_peer_ref (self),
      (GDestroyNotify) server_peer_unref);
  return self;
}

GstBin *
server_peer_get_bin (ServerPeer * self)
{
  return GST_BIN (self->pipeline);
}

GstElement *
server_peer_get_webrtc (ServerPeer * self)
{
  return self->webrtc;
}

static void
open_channel (ServerPeer * self, const gchar * label, GstStructure * options)
{
  g_autoptr (GObject) channel = NULL;

  g_signal_emit_by_name (self->webrtc, "create-data-channel", label, options,
      &channel);
  gst_structure_free (options);
}

ServerPulse *
server_peer_get_pulse (ServerPeer * self)
{
  return self->pulse;
}

RoomReception *
server_peer_get_reception (ServerPeer * self)
{
  return self->reception;
}

void
server_peer_play (ServerPeer * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  if (!self->data)
    return;
  open_channel (self, "_reliable",
      gst_structure_new_empty ("application/data-channel"));
  open_channel (self, "_lossy", gst_structure_new ("application/data-channel",
          "ordered", G_TYPE_BOOLEAN, FALSE, "max-retransmits", G_TYPE_INT, 0,
          NULL));
}

gchar *
server_peer_dup_description (ServerPeer * self)
{
  g_autoptr (GstWebRTCSessionDescription) local = NULL;

  g_object_get (self->webrtc, "local-description", &local, NULL);
  return local != NULL ? gst_sdp_message_as_text (local->sdp) : NULL;
}

static void
handle_local_set (ServerPeer * self, const PeerEvent * event)
{
  g_autofree gchar *sdp =
      event->error == NULL ? server_peer_dup_description (self) : NULL;

  self->funcs.described (sdp, event->error, self->user_data);
}

static void
handle_created (ServerPeer * self, const PeerEvent * event)
{
  g_autoptr (GstWebRTCSessionDescription) made = NULL;

  if (event->error == NULL && event->reply != NULL
      && !gst_structure_get (event->reply, "offer",
          GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &made, NULL))
    gst_structure_get (event->reply, "answer",
        GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &made, NULL);
  if (made == NULL) {
    self->funcs.described (NULL, event->error, self->user_data);
    return;
  }
  g_autoptr (GstPromise) promise = make_promise (self, handle_local_set);
  g_signal_emit_by_name (self->webrtc, "set-local-description", made, promise);
}

void
server_peer_create_offer (ServerPeer * self)
{
  g_autoptr (GstPromise) promise = make_promise (self, handle_created);

  g_signal_emit_by_name (self->webrtc, "create-offer", NULL, promise);
}

static void
flush_candidates (ServerPeer * self)
{
  self->remote_set = TRUE;
  for (guint i = 0; i < self->candidates->len; i++) {
    PeerEvent *candidate = g_ptr_array_index (self->candidates, i);
    g_signal_emit_by_name (self->webrtc, "add-ice-candidate",
        candidate->mline, candidate->text);
  }
  g_ptr_array_set_size (self->candidates, 0);
}

static void
handle_answer_set (ServerPeer * self, const PeerEvent * event)
{
  if (event->error == NULL)
    flush_candidates (self);
  self->funcs.answered (event->error, self->user_data);
}

static void
handle_offer_set (ServerPeer * self, const PeerEvent * event)
{
  if (event->error != NULL) {
    self->funcs.described (NULL, event->error, self->user_data);
    return;
  }
  flush_candidates (self);
  g_autoptr (GstPromise) promise = make_promise (self, handle_created);
  g_signal_emit_by_name (self->webrtc, "create-answer", NULL, promise);
}

/* What may stand once for all sections (RFC 4145, section 4), as OBS has it.
 * webrtcbin looks for the fingerprint and the ICE credentials there, but not
 * for this. */
static void
spread_setup (GstSDPMessage * message)
{
  const gchar *setup = gst_sdp_message_get_attribute_val (message, "setup");

  for (guint i = 0; setup != NULL && i < gst_sdp_message_medias_len (message);
      i++) {
    GstSDPMedia *media = (GstSDPMedia *) gst_sdp_message_get_media (message, i);
    if (gst_sdp_media_get_attribute_val (media, "setup") == NULL)
      gst_sdp_media_add_attribute (media, "setup", setup);
  }
}

static void
set_remote (ServerPeer * self, GstWebRTCSDPType type, const gchar * sdp,
    PeerHandler handle)
{
  GstSDPMessage *message = NULL;

  if (gst_sdp_message_new_from_text (sdp, &message) != GST_SDP_OK) {
    PeerEvent *event = event_new (self, handle);
    g_clear_pointer (&message, gst_sdp_message_free);
    event->error = g_error_new_literal (GST_WEBRTC_ERROR,
        GST_WEBRTC_ERROR_SDP_SYNTAX_ERROR,
        "the client's session description cannot be read");
    post (event);
    return;
  }
  spread_setup (message);
  g_autoptr (GstWebRTCSessionDescription) remote =
      gst_webrtc_session_description_new (type, message);
  g_autoptr (GstPromise) promise = make_promise (self, handle);
  g_signal_emit_by_name (self->webrtc, "set-remote-description", remote,
      promise);
}

void
server_peer_set_answer (ServerPeer * self, const gchar * sdp)
{
  set_remote (self, GST_WEBRTC_SDP_TYPE_ANSWER, sdp, handle_answer_set);
}

void
server_peer_set_offer (ServerPeer * self, const gchar * sdp)
{
  set_remote (self, GST_WEBRTC_SDP_TYPE_OFFER, sdp, handle_offer_set);
}

void
server_peer_add_candidate (ServerPeer * self, guint mline,
    const gchar * candidate)
{
  if (self->closed || !server_candidate_has_address (candidate))
    return;
  if (self->remote_set) {
    g_signal_emit_by_name (self->webrtc, "add-ice-candidate", mline, candidate);
    return;
  }
  if (self->candidates->len >= SERVER_CANDIDATE_MAX)
    return;
  /* Without a reference of the peer, which owns it. */
  PeerEvent *kept = event_new (NULL, NULL);
  kept->mline = mline;
  kept->text = g_strdup (candidate);
  g_ptr_array_add (self->candidates, kept);
}

GstWebRTCPeerConnectionState
server_peer_get_state (ServerPeer * self)
{
  GstWebRTCPeerConnectionState state;

  g_object_get (self->webrtc, "connection-state", &state, NULL);
  return state;
}

void
server_peer_close (ServerPeer * self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  g_signal_handlers_disconnect_by_data (self->webrtc, self);
}

void
server_peer_shut (ServerPeer * self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  /* A webrtcbin that is torn down in the middle of its work leaves parts of it
   * behind. */
  server_replies_settle (self->replies, REPLY_TIME);
  room_channels_hush (GST_BIN (self->pipeline));
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
}
