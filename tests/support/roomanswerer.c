/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "roomanswerer.h"

#include "medianoise.h"

#include "life/lifelock.h"
#include "livekit/livekitcandidate.h"

#include <gst/check/gstcheck.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)

/* As roompublish itself: tests shall not wait for libnice's own 20 ms. */
#define PACING_MS 5

struct _RoomAnswerer
{
  gboolean silent;
  PacketWatch *watch;

  /* The script's thread, and free. */
  GstElement *pipeline;
  GstElement *webrtc;

  LifeLock lock;                /* guards all below */
  LifeCond changed;
  RoomScript *script;
  guint packets;
};

static void
confine (GstElement * webrtc)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  gboolean added = FALSE;

  g_object_get (webrtc, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  g_object_set (agent, "upnp", FALSE, "stun-pacing-timer", PACING_MS, NULL);
  g_object_set (ice, "ice-tcp", FALSE, NULL);
  g_signal_emit_by_name (ice, "add-local-ip-address", "127.0.0.1", &added);
  g_assert_true (added);
}

static void
on_element_added (GstBin * bin, GstElement * element, gpointer user_data)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (element), "GstWebRTCBin"))
    confine (element);
}

void
room_answerer_confine (GstBin * bin)
{
  g_return_if_fail (GST_IS_BIN (bin));

  g_signal_connect (bin, "element-added", G_CALLBACK (on_element_added), NULL);
}

static void
on_ice_candidate (GstElement * webrtc, guint mline, const gchar * candidate,
    gpointer user_data)
{
  RoomAnswerer *self = user_data;

  if (self->silent || candidate == NULL || *candidate == '\0')
    return;
  g_autofree gchar *json = livekit_candidate_write (candidate, mline);
  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  /* Only puts it in line. */
  if (self->script != NULL)
    room_script_send (self->script,
        script_reply_trickle (LIVEKIT__SIGNAL_TARGET__PUBLISHER, json, FALSE));
}

static GstPadProbeReturn
on_packet (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  RoomAnswerer *self = user_data;
  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);

  self->packets++;
  life_cond_broadcast (&self->changed);
  return GST_PAD_PROBE_OK;
}

static void
on_pad_added (GstElement * webrtc, GstPad * pad, gpointer user_data)
{
  RoomAnswerer *self = user_data;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "async", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  g_autoptr (GstPad) target = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (target, GST_PAD_PROBE_TYPE_BUFFER, on_packet, self, NULL);
  gst_element_sync_state_with_parent (sink);
  g_assert_cmpint (gst_pad_link (pad, target), ==, GST_PAD_LINK_OK);
}

static void
end_connection (RoomAnswerer * self)
{
  if (self->pipeline == NULL)
    return;
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->pipeline, gst_object_unref);
  self->webrtc = NULL;
}

static void
on_new_transceiver (GstElement * webrtc, GObject * transceiver,
    gpointer user_data)
{
  g_object_set (transceiver, "do-nack", TRUE, NULL);
}

static void
begin_connection (RoomAnswerer * self)
{
  end_connection (self);
  life_lock_lock (&self->lock);
  self->packets = 0;
  life_lock_unlock (&self->lock);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new ("answerer"));
  self->webrtc = gst_element_factory_make ("webrtcbin", NULL);
  g_assert_nonnull (self->webrtc);
  confine (self->webrtc);
  g_object_set (self->webrtc, "bundle-policy",
      GST_WEBRTC_BUNDLE_POLICY_MAX_COMPAT, NULL);
  g_signal_connect (self->webrtc, "on-ice-candidate",
      G_CALLBACK (on_ice_candidate), self);
  g_signal_connect (self->webrtc, "pad-added", G_CALLBACK (on_pad_added), self);
  if (packet_watch_is_losing (self->watch))
    g_signal_connect (self->webrtc, "on-new-transceiver",
        G_CALLBACK (on_new_transceiver), NULL);
  packet_watch_attach (self->watch, self->webrtc);
  gst_bin_add (GST_BIN (self->pipeline), self->webrtc);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

/* Takes @promise. The caller frees the result; NULL: there was no reply. */
static GstStructure *
wait_for (GstPromise * promise)
{
  GstStructure *copy = NULL;

  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED
      && gst_promise_get_reply (promise) != NULL)
    copy = gst_structure_copy (gst_promise_get_reply (promise));
  gst_promise_unref (promise);
  g_assert_false (copy != NULL && gst_structure_has_field (copy, "error"));
  return copy;
}

static void
set_description (RoomAnswerer * self, const gchar * signal,
    GstWebRTCSessionDescription * description)
{
  GstPromise *promise = gst_promise_new ();

  g_signal_emit_by_name (self->webrtc, signal, description, promise);
  g_autoptr (GstStructure) reply G_GNUC_UNUSED = wait_for (promise);
}

gchar *
room_answerer_answer (guint id, const gchar * offer, gpointer user_data)
{
  RoomAnswerer *self = user_data;
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  GstSDPMessage *message;

  if (id == 1)
    begin_connection (self);
  g_assert_cmpint (gst_sdp_message_new_from_text (offer, &message), ==,
      GST_SDP_OK);
  g_autoptr (GstWebRTCSessionDescription) remote =
      gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER, message);
  set_description (self, "set-remote-description", remote);
  GstPromise *promise = gst_promise_new ();
  g_signal_emit_by_name (self->webrtc, "create-answer", NULL, promise);
  g_autoptr (GstStructure) reply = wait_for (promise);
  g_assert_nonnull (reply);
  gst_structure_get (reply, "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
      &answer, NULL);
  g_assert_nonnull (answer);
  set_description (self, "set-local-description", answer);
  return gst_sdp_message_as_text (answer->sdp);
}

void
room_answerer_trickle (Livekit__SignalTarget target, const gchar * json,
    gpointer user_data)
{
  RoomAnswerer *self = user_data;
  guint mline = 0;

  if (self->silent || self->webrtc == NULL
      || target != LIVEKIT__SIGNAL_TARGET__PUBLISHER)
    return;
  g_autofree gchar *candidate = livekit_candidate_parse (json, &mline, NULL);
  if (candidate != NULL && *candidate != '\0')
    g_signal_emit_by_name (self->webrtc, "add-ice-candidate", mline, candidate);
}

RoomAnswerer *
room_answerer_new (gboolean silent)
{
  RoomAnswerer *self = g_new0 (RoomAnswerer, 1);

  media_noise_allow ();
  self->silent = silent;
  self->watch = packet_watch_new ();
  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  return self;
}

void
room_answerer_free (RoomAnswerer * self)
{
  g_return_if_fail (self != NULL);

  end_connection (self);
  packet_watch_free (self->watch);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_free (self);
}

PacketWatch *
room_answerer_get_watch (RoomAnswerer * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->watch;
}

void
room_answerer_set_script (RoomAnswerer * self, RoomScript * script)
{
  g_return_if_fail (self != NULL);

  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  self->script = script;
}

gboolean
room_answerer_wait_packets (RoomAnswerer * self, guint count)
{
  g_return_val_if_fail (self != NULL, FALSE);

  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  while (self->packets < count) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return self->packets >= count;
  }
  return TRUE;
}

static GstPadProbeReturn
drop (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  return GST_PAD_PROBE_DROP;
}

static void
hush (const GValue * item, gpointer unused)
{
  GstElement *element = g_value_get_object (item);
  g_autoptr (GstPad) sink = NULL;

  if (!g_str_equal (G_OBJECT_TYPE_NAME (element), "GstNiceSink"))
    return;
  sink = gst_element_get_static_pad (element, "sink");
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_BUFFER_LIST, drop, NULL, NULL);
}

void
room_answerer_hush (RoomAnswerer * self)
{
  g_return_if_fail (self != NULL);

  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (self->pipeline));
  while (gst_iterator_foreach (elements, hush, NULL) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (elements);
  gst_iterator_free (elements);
}
