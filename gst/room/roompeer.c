/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomPeer: see roompeer.h. */

#include "roompeer.h"

#include <gst/sdp/sdp.h>
#include <string.h>

#include "roomchannels.h"
#include "roomdebug.h"
#include "roomreplies.h"

/* Between two connectivity checks. libnice's 20 ms cost 80 ms for each
 * connection; 5 ms is the least that RFC 8445, section 14, allows. */
#define ROOM_PEER_PACING_MS 5

/* How long a close waits for what webrtcbin is doing. */
#define REPLY_TIME (500 * G_TIME_SPAN_MILLISECOND)

struct _RoomPeer
{
  LifeLoop *loop;
  GstBin *bin;                  /* not owned: it outlives the peer's element */
  GstElement *webrtc;
  RoomPeerFuncs funcs;
  gpointer user_data;

  gboolean closed;
  gboolean remote_set;
  gboolean rtcp_watched;
  RoomReplies *replies;         /* what webrtcbin has to do */
  GPtrArray *candidates;        /* of PeerCandidate, until remote_set */
  GHashTable *local_types;      /* "host udp": seen among our candidates */
  GHashTable *remote_types;
  GObject *session;             /* RTPSession of the bundle */
  RoomReception *reception;
};

typedef struct
{
  guint mline;
  gchar *text;
} PeerCandidate;

typedef void (*PeerHandler) (RoomPeer * self, const GstStructure * reply,
    const GError * error);

/* A promise's, from its making to its end, kept or not. */
typedef struct
{
  RoomPeer *peer;
  PeerHandler handle;
} PeerCall;

/* One thing that happened in a thread of webrtcbin. */
typedef struct
{
  RoomPeer *peer;
  PeerHandler handle;
  GstStructure *reply;
  GError *error;
} PeerReply;

static void
peer_candidate_free (gpointer data)
{
  PeerCandidate *candidate = data;
  g_free (candidate->text);
  g_free (candidate);
}

RoomPeer *
room_peer_ref (RoomPeer * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  RoomPeer *self = data;

  g_clear_object (&self->session);
  room_reception_unref (self->reception);
  gst_clear_object (&self->webrtc);
  room_replies_free (self->replies);
  g_ptr_array_unref (self->candidates);
  g_hash_table_unref (self->local_types);
  g_hash_table_unref (self->remote_types);
  life_loop_unref (self->loop);
}

void
room_peer_unref (RoomPeer * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
unref_closure (gpointer data, GClosure * closure)
{
  room_peer_unref (data);
}

static void
peer_reply_free (gpointer data)
{
  PeerReply *reply = data;

  g_clear_pointer (&reply->reply, gst_structure_free);
  g_clear_error (&reply->error);
  room_peer_unref (reply->peer);
  g_free (reply);
}

static void
deliver_reply (gpointer data)
{
  PeerReply *reply = data;

  if (!reply->peer->closed)
    reply->handle (reply->peer, reply->reply, reply->error);
}

/* In a thread of webrtcbin. */
static void
on_promise (GstPromise * promise, gpointer data)
{
  PeerCall *call = data;
  PeerReply *reply = g_new0 (PeerReply, 1);
  const GstStructure *structure = NULL;

  reply->peer = room_peer_ref (call->peer);
  reply->handle = call->handle;
  room_replies_came (call->peer->replies, promise);
  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED)
    structure = gst_promise_get_reply (promise);
  else
    reply->error = g_error_new_literal (GST_WEBRTC_ERROR,
        GST_WEBRTC_ERROR_INVALID_STATE, "the media connection is closed");
  if (structure) {
    gst_structure_get (structure, "error", G_TYPE_ERROR, &reply->error, NULL);
    reply->reply = gst_structure_copy (structure);
  }
  life_loop_post (reply->peer->loop, deliver_reply, reply, peer_reply_free);
}

static void
peer_call_free (gpointer data)
{
  PeerCall *call = data;

  room_peer_unref (call->peer);
  g_free (call);
}

static GstPromise *
make_promise (RoomPeer * self, PeerHandler handle)
{
  PeerCall *call = g_new0 (PeerCall, 1);

  call->peer = room_peer_ref (self);
  call->handle = handle;
  GstPromise *promise =
      gst_promise_new_with_change_func (on_promise, call, peer_call_free);
  room_replies_expect (self->replies, promise);
  return promise;
}

/* "candidate:1 1 UDP 2015363327 10.0.0.1 4711 typ host ..." */
static void
note_candidate (GHashTable * types, const gchar * candidate)
{
  g_auto (GStrv) words = g_strsplit (candidate, " ", 9);

  if (g_strv_length (words) < 8)
    return;
  g_autofree gchar *transport = g_ascii_strdown (words[2], -1);
  g_hash_table_add (types, g_strdup_printf ("%s %s", words[7], transport));
}

typedef struct
{
  RoomPeer *peer;
  guint mline;
  gchar *text;
} PeerFound;

static void
peer_found_free (gpointer data)
{
  PeerFound *found = data;

  g_free (found->text);
  room_peer_unref (found->peer);
  g_free (found);
}

static void
deliver_candidate (gpointer data)
{
  PeerFound *found = data;
  RoomPeer *self = found->peer;

  if (self->closed)
    return;
  note_candidate (self->local_types, found->text);
  self->funcs.candidate (found->mline, found->text, self->user_data);
}

static void
on_ice_candidate (GstElement * webrtc, guint mline, const gchar * candidate,
    gpointer data)
{
  RoomPeer *self = data;

  if (!candidate || !*candidate)
    return;
  PeerFound *found = g_new0 (PeerFound, 1);
  found->peer = room_peer_ref (self);
  found->mline = mline;
  found->text = g_strdup (candidate);
  life_loop_post (self->loop, deliver_candidate, found, peer_found_free);
}

static void
deliver_state (gpointer data)
{
  RoomPeer *self = data;

  if (!self->closed)
    self->funcs.state_changed (room_peer_get_state (self), self->user_data);
}

static void
on_connection_state (GstElement * webrtc, GParamSpec * spec, gpointer data)
{
  RoomPeer *self = data;

  life_loop_post (self->loop, deliver_state, room_peer_ref (self),
      (GDestroyNotify) room_peer_unref);
}

/* In the thread that receives RTCP. */
static void
on_receiving_rtcp (GObject * session, GstBuffer * buffer, gpointer data)
{
  RoomPeer *self = data;

  room_reception_take (self->reception, buffer, g_get_monotonic_time (),
      g_get_real_time ());
}

RoomReception *
room_peer_get_reception (RoomPeer * self)
{
  return self->reception;
}

static void
connect_signal (RoomPeer * self, gpointer object, const gchar * signal,
    GCallback callback)
{
  g_signal_connect_data (object, signal, callback, room_peer_ref (self),
      unref_closure, 0);
}

static void
configure_ice (RoomPeer * self, const RoomConfig * config)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;

  g_object_get (self->webrtc, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  /* On by default: chatter on the network and 200 ms of gathering. */
  g_object_set (agent, "upnp", FALSE, NULL);
  g_object_set (agent, "stun-pacing-timer", ROOM_PEER_PACING_MS, NULL);
  if (config->ice_tcp_only)
    g_object_set (ice, "ice-udp", FALSE, NULL);
}

RoomPeer *
room_peer_new (GstBin * bin, LifeLoop * loop, const gchar * name,
    const RoomConfig * config, const RoomPeerFuncs * funcs,
    gpointer user_data, GError ** error)
{
  GstElement *webrtc = gst_element_factory_make ("webrtcbin", name);

  if (!webrtc) {
    g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "the element webrtcbin is missing: install GStreamer's bad plugins "
        "and libnice's plugin");
    return NULL;
  }

  RoomPeer *self = g_atomic_rc_box_new0 (RoomPeer);
  self->loop = life_loop_ref (loop);
  self->bin = bin;
  self->webrtc = gst_object_ref_sink (webrtc);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->replies = room_replies_new ();
  self->reception = room_reception_new ();
  self->candidates = g_ptr_array_new_with_free_func (peer_candidate_free);
  self->local_types =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->remote_types =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  /* With none or balanced there is no bundle, which the server does not take;
   * with max-bundle older servers drop what stands on port 0. */
  g_object_set (webrtc, "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_COMPAT,
      "ice-transport-policy", config->ice_transport_policy, NULL);
  configure_ice (self, config);
  connect_signal (self, webrtc, "on-ice-candidate",
      G_CALLBACK (on_ice_candidate));
  connect_signal (self, webrtc, "notify::connection-state",
      G_CALLBACK (on_connection_state));
  gst_bin_add (bin, webrtc);
  return self;
}

void
room_peer_set_stun (RoomPeer * self, const gchar * uri)
{
  g_object_set (self->webrtc, "stun-server", uri, NULL);
}

gboolean
room_peer_add_turn (RoomPeer * self, const gchar * uri)
{
  gboolean added = FALSE;

  g_signal_emit_by_name (self->webrtc, "add-turn-server", uri, &added);
  return added;
}

void
room_peer_force_relay (RoomPeer * self)
{
  g_object_set (self->webrtc, "ice-transport-policy",
      GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY, NULL);
}

GstPad *
room_peer_request_pad (RoomPeer * self, const GstCaps * caps, gboolean video,
    const gchar * stream, gchar ** track_id)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  GstPadTemplate *template =
      gst_element_get_pad_template (self->webrtc, "sink_%u");
  GstPad *pad = gst_element_request_pad (self->webrtc, template, NULL, caps);

  if (!pad)
    return NULL;
  g_object_set (pad, "msid", stream, NULL);
  g_object_get (pad, "transceiver", &transceiver, NULL);
  /* New ones are sendrecv, and the server would expect to send to us. */
  g_object_set (transceiver, "direction",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, NULL);
  /* Video only: for audio it claims a payload type that the answer drops. */
  if (video)
    g_object_set (transceiver, "do-nack", TRUE, NULL);
  /* webrtcbin writes this name as the track's id into a=ssrc:N msid. */
  *track_id = gst_object_get_name (GST_OBJECT (transceiver));
  return pad;
}

void
room_peer_deactivate_pad (RoomPeer * self, GstPad * pad)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "direction",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE, NULL);
}

void
room_peer_release_pad (RoomPeer * self, GstPad * pad)
{
  gst_element_release_request_pad (self->webrtc, pad);
}

static void
on_local_set (RoomPeer * self, const GstStructure * reply, const GError * error)
{
  g_autoptr (GstWebRTCSessionDescription) local = NULL;

  if (error) {
    self->funcs.described (NULL, error, self->user_data);
    return;
  }
  g_object_get (self->webrtc, "local-description", &local, NULL);
  g_autofree gchar *sdp = gst_sdp_message_as_text (local->sdp);
  self->funcs.described (sdp, NULL, self->user_data);
}

static void
on_created (RoomPeer * self, const GstStructure * reply, const GError * error)
{
  g_autoptr (GstWebRTCSessionDescription) made = NULL;

  if (!error && reply && !gst_structure_get (reply, "offer",
          GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &made, NULL))
    gst_structure_get (reply, "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
        &made, NULL);
  if (!made) {
    self->funcs.described (NULL, error, self->user_data);
    return;
  }
  g_autoptr (GstPromise) promise = make_promise (self, on_local_set);
  g_signal_emit_by_name (self->webrtc, "set-local-description", made, promise);
}

void
room_peer_create_offer (RoomPeer * self)
{
  g_autoptr (GstPromise) promise = make_promise (self, on_created);

  g_signal_emit_by_name (self->webrtc, "create-offer", NULL, promise);
}

static void
add_candidate_now (RoomPeer * self, guint mline, const gchar * text)
{
  g_signal_emit_by_name (self->webrtc, "add-ice-candidate", mline, text);
}

static void
watch_rtcp (RoomPeer * self)
{
  g_autoptr (GstElement) rtpbin =
      gst_bin_get_by_name (GST_BIN (self->webrtc), "rtpbin");

  if (self->rtcp_watched || !rtpbin)
    return;
  g_signal_emit_by_name (rtpbin, "get-internal-session", 0, &self->session);
  if (!self->session)
    return;
  connect_signal (self, self->session, "on-receiving-rtcp",
      G_CALLBACK (on_receiving_rtcp));
  self->rtcp_watched = TRUE;
}

static void
flush_candidates (RoomPeer * self)
{
  self->remote_set = TRUE;
  for (guint i = 0; i < self->candidates->len; i++) {
    PeerCandidate *candidate = g_ptr_array_index (self->candidates, i);
    add_candidate_now (self, candidate->mline, candidate->text);
  }
  g_ptr_array_set_size (self->candidates, 0);
}

static void
on_answer_set (RoomPeer * self, const GstStructure * reply,
    const GError * error)
{
  if (!error) {
    watch_rtcp (self);
    flush_candidates (self);
  }
  self->funcs.answered (error, self->user_data);
}

static void
on_offer_set (RoomPeer * self, const GstStructure * reply, const GError * error)
{
  if (error) {
    self->funcs.described (NULL, error, self->user_data);
    return;
  }
  flush_candidates (self);
  g_autoptr (GstPromise) promise = make_promise (self, on_created);
  g_signal_emit_by_name (self->webrtc, "create-answer", NULL, promise);
}

static void
set_remote (RoomPeer * self, GstWebRTCSDPType type, const gchar * sdp,
    PeerHandler handle)
{
  GstSDPMessage *message = NULL;

  if (gst_sdp_message_new_from_text (sdp, &message) != GST_SDP_OK) {
    g_autoptr (GError) error = g_error_new_literal (GST_WEBRTC_ERROR,
        GST_WEBRTC_ERROR_SDP_SYNTAX_ERROR,
        "the server's session description cannot be read");
    g_clear_pointer (&message, gst_sdp_message_free);
    handle (self, NULL, error);
    return;
  }
  g_autoptr (GstWebRTCSessionDescription) remote =
      gst_webrtc_session_description_new (type, message);
  g_autoptr (GstPromise) promise = make_promise (self, handle);
  g_signal_emit_by_name (self->webrtc, "set-remote-description", remote,
      promise);
}

void
room_peer_set_answer (RoomPeer * self, const gchar * sdp)
{
  set_remote (self, GST_WEBRTC_SDP_TYPE_ANSWER, sdp, on_answer_set);
}

void
room_peer_set_offer (RoomPeer * self, const gchar * sdp)
{
  set_remote (self, GST_WEBRTC_SDP_TYPE_OFFER, sdp, on_offer_set);
}

void
room_peer_add_candidate (RoomPeer * self, guint mline, const gchar * text)
{
  note_candidate (self->remote_types, text);
  if (self->remote_set) {
    add_candidate_now (self, mline, text);
    return;
  }
  PeerCandidate *candidate = g_new0 (PeerCandidate, 1);
  candidate->mline = mline;
  candidate->text = g_strdup (text);
  g_ptr_array_add (self->candidates, candidate);
}

GstWebRTCPeerConnectionState
room_peer_get_state (RoomPeer * self)
{
  GstWebRTCPeerConnectionState state;

  g_object_get (self->webrtc, "connection-state", &state, NULL);
  return state;
}

GstElement *
room_peer_get_element (RoomPeer * self)
{
  return self->webrtc;
}

static gchar *
join_types (GHashTable * types)
{
  if (g_hash_table_size (types) == 0)
    return g_strdup ("none");
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (types),
      (GCompareFunc) strcmp);
  GString *text = g_string_new (NULL);
  for (GList * key = keys; key; key = key->next)
    g_string_append_printf (text, "%s%s", text->len ? ", " : "",
        (gchar *) key->data);
  return g_string_free (text, FALSE);
}

gchar *
room_peer_describe_candidates (RoomPeer * self)
{
  g_autofree gchar *local = join_types (self->local_types);
  g_autofree gchar *remote = join_types (self->remote_types);

  return g_strdup_printf ("ours: %s; the server's: %s", local, remote);
}

void
room_peer_close (RoomPeer * self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  g_signal_handlers_disconnect_by_data (self->webrtc, self);
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  /* A webrtcbin that is torn down in the middle of its work leaves parts of it
   * behind; and what it has not begun it drops, with promises that GStreamer
   * wants to see kept or broken. */
  room_replies_settle (self->replies, REPLY_TIME);
  room_channels_hush (GST_BIN (self->webrtc));
}

void
room_peer_remove (RoomPeer * self)
{
  room_peer_close (self);
  gst_element_set_state (self->webrtc, GST_STATE_NULL);
  gst_bin_remove (self->bin, self->webrtc);
}
