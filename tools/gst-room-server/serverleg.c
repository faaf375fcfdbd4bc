/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverleg.h"

#include "life/lifelatch.h"
#include "life/lifelock.h"
#include "serveranswer.h"
#include "serverdebug.h"
#include "serverintake.h"
#include "servernames.h"
#include "serverseal.h"
#include "servershortcut.h"

typedef enum
{
  LEG_STABLE,
  LEG_OFFERING,                 /* ours is being made, or is with the client */
  LEG_FINISHING,                /* his answer is being set */
  LEG_ANSWERING,
} LegStage;

struct _ServerLeg
{
  LifeLoop *loop;
  ServerPeer *peer;
  ServerIntake *intake;
  ServerLegFuncs funcs;
  gpointer user_data;
  LifeLatch *latch;             /* tripped by stop, finished by its thread */

  /* The loop's, and after it the stop's. */
  LegStage stage;
  gboolean offer_wanted;
  gboolean described;           /* in this stage */
  gboolean connected;
  ServerOffer *offer;           /* the client's last; NULL: none */
  ServerOffer *answer;          /* the client's, until it is in force */
  gboolean data;                /* an offer has a section without outlets */
  GPtrArray *outlets;           /* of ServerOutlet */
  GPtrArray *removed;           /* likewise: until a description says so */

  LifeLock lock;                /* guards thread */
  GThread *thread;
};

ServerLeg *
server_leg_ref (ServerLeg * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ServerLeg *self = data;

  g_clear_pointer (&self->thread, g_thread_unref);
  g_clear_pointer (&self->offer, server_offer_unref);
  g_clear_pointer (&self->answer, server_offer_unref);
  g_ptr_array_unref (self->outlets);
  g_ptr_array_unref (self->removed);
  server_intake_unref (self->intake);
  server_peer_unref (self->peer);
  life_latch_unref (self->latch);
  life_lock_clear (&self->lock);
  life_loop_unref (self->loop);
}

void
server_leg_unref (ServerLeg * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
fail (ServerLeg * self, const GError * error)
{
  g_autoptr (GError) own = NULL;

  if (error == NULL)
    error = own = g_error_new_literal (GST_WEBRTC_ERROR,
        GST_WEBRTC_ERROR_INVALID_STATE, "webrtcbin gave no description");
  self->funcs.failed (error, self->user_data);
}

/* Nobody may be asked for a key frame before it can be shown. Who is told may
 * stop the leg: the outlets are the stop's then. */
static void
start_outlets (ServerLeg * self)
{
  if (!self->connected || self->stage != LEG_STABLE)
    return;
  for (guint i = 0; !life_latch_is_tripped (self->latch)
      && i < self->outlets->len; i++) {
    ServerOutlet *outlet = g_ptr_array_index (self->outlets, i);
    if (server_outlet_start (outlet) && self->funcs.started != NULL)
      self->funcs.started (outlet, self->user_data);
  }
}

static void
make_offer (ServerLeg * self)
{
  self->offer_wanted = FALSE;
  for (guint i = 0; i < self->outlets->len; i++) {
    ServerOutlet *outlet = g_ptr_array_index (self->outlets, i);
    if (!server_outlet_is_open (outlet))
      server_outlet_offer (outlet, self->peer);
  }
  self->stage = LEG_OFFERING;
  self->described = FALSE;
  server_peer_create_offer (self->peer);
}

/* Both descriptions are in force. The client's end of the signalling may have
 * stopped the leg when it was told: the outlets are the stop's then. */
static void
settle (ServerLeg * self)
{
  if (life_latch_is_tripped (self->latch))
    return;
  self->stage = LEG_STABLE;
  for (guint i = 0; self->answer != NULL && i < self->outlets->len; i++)
    server_outlet_set_answer (g_ptr_array_index (self->outlets, i),
        self->answer);
  g_clear_pointer (&self->answer, server_offer_unref);
  /* What is stuck in webrtcbin is the next one's, or the stop's: the loop is
   * everybody's, and does not wait for it. */
  for (guint i = self->removed->len; i > 0; i--) {
    if (server_outlet_try_close (g_ptr_array_index (self->removed, i - 1)))
      g_ptr_array_remove_index (self->removed, i - 1);
  }
  start_outlets (self);
  if (life_latch_is_tripped (self->latch))
    return;
  if (self->offer_wanted)
    make_offer (self);
  else if (self->funcs.settled != NULL)
    self->funcs.settled (self->user_data);
}

static gchar *
write_description (ServerLeg * self, const gchar * sdp)
{
  g_autofree gchar *text =
      server_names_write (sdp, self->outlets, self->removed);

  return self->offer != NULL && self->stage != LEG_OFFERING
      ? server_answer_write (text, self->offer) : server_answer_mix (text);
}

static void
on_described (const gchar * sdp, const GError * error, gpointer data)
{
  ServerLeg *self = data;
  gboolean offer = self->stage == LEG_OFFERING;

  if (sdp == NULL) {
    fail (self, error);
    return;
  }
  self->described = TRUE;
  g_autofree gchar *text = write_description (self, sdp);
  GST_TRACE ("%s:\n%s", offer ? "offer" : "answer", text);
  self->funcs.describe (offer, text, self->user_data);
  if (!offer)
    settle (self);
}

static void
on_answered (const GError * error, gpointer data)
{
  ServerLeg *self = data;

  if (error != NULL)
    fail (self, error);
  else
    settle (self);
}

static void
on_candidate (guint mline, const gchar * candidate, gpointer data)
{
  ServerLeg *self = data;

  self->funcs.candidate (mline, candidate, self->user_data);
}

static void
on_state (GstWebRTCPeerConnectionState state, gpointer data)
{
  ServerLeg *self = data;

  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED) {
    self->connected = TRUE;
    start_outlets (self);
  }
  if (!life_latch_is_tripped (self->latch))
    self->funcs.state_changed (state, self->user_data);
}

static void
on_track (ServerTrack * track, gpointer data)
{
  ServerLeg *self = data;

  self->funcs.track (track, self->user_data);
}

static void
on_track_gone (ServerTrack * track, gpointer data)
{
  ServerLeg *self = data;

  self->funcs.track_gone (track, self->user_data);
}

static void
on_failed (const GError * error, gpointer data)
{
  fail (data, error);
}

static void
on_gathered (gpointer data)
{
  ServerLeg *self = data;

  if (self->funcs.gathered != NULL)
    self->funcs.gathered (self->user_data);
}

static const ServerPeerFuncs peer_funcs = {
  on_described, on_answered, on_candidate, on_state, on_failed, on_gathered,
};

static GPtrArray *
new_outlets (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) server_outlet_unref);
}

ServerLeg *
server_leg_new (LifeLoop * loop, const ServerPeerConfig * config,
    const ServerLegFuncs * funcs, gpointer user_data, GError ** error)
{
  ServerLeg *self = g_atomic_rc_box_new0 (ServerLeg);
  ServerPeer *peer = server_peer_new (loop, config, &peer_funcs, self, error);

  if (peer == NULL) {
    g_atomic_rc_box_release (self);
    return NULL;
  }
  self->loop = life_loop_ref (loop);
  self->peer = peer;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->data = config->data;
  self->latch = life_latch_new ();
  self->outlets = new_outlets ();
  self->removed = new_outlets ();
  life_lock_init (&self->lock);
  self->intake = server_intake_new (loop, peer, on_track, on_track_gone, self);
  server_shortcut_watch (server_peer_get_bin (peer));
  server_seal_watch (server_peer_get_bin (peer));
  server_peer_play (peer);
  return self;
}

ServerOutlet *
server_leg_add_outlet (ServerLeg * self, ServerFan * fan, const gchar * stream,
    const gchar * track)
{
  if (life_latch_is_tripped (self->latch))
    return NULL;
  ServerOutlet *outlet = server_outlet_new (fan, stream, track);
  g_ptr_array_add (self->outlets, outlet);
  return outlet;
}

void
server_leg_remove_outlet (ServerLeg * self, ServerOutlet * outlet)
{
  guint index;

  if (life_latch_is_tripped (self->latch)
      || !g_ptr_array_find (self->outlets, outlet, &index))
    return;
  server_outlet_leave (outlet);
  g_ptr_array_add (self->removed,
      g_ptr_array_steal_index (self->outlets, index));
}

void
server_leg_create_offer (ServerLeg * self)
{
  if (life_latch_is_tripped (self->latch))
    return;
  self->offer_wanted = TRUE;
  /* An offer without a section is never answered. */
  if (self->stage == LEG_STABLE && (self->data
          || self->outlets->len + self->removed->len > 0))
    make_offer (self);
}

gboolean
server_leg_repeat_offer (ServerLeg * self)
{
  if (self->stage != LEG_OFFERING || life_latch_is_tripped (self->latch))
    return FALSE;
  if (!self->described)
    return TRUE;
  g_autofree gchar *text = server_leg_dup_description (self);
  self->funcs.describe (TRUE, text, self->user_data);
  return TRUE;
}

gchar *
server_leg_dup_description (ServerLeg * self)
{
  g_autofree gchar *sdp = server_peer_dup_description (self->peer);

  return sdp != NULL ? write_description (self, sdp) : NULL;
}

void
server_leg_set_answer (ServerLeg * self, const gchar * sdp)
{
  g_autoptr (GError) error = NULL;

  /* Nor is there anything to answer before he has been told. */
  if (self->stage != LEG_OFFERING || !self->described
      || life_latch_is_tripped (self->latch))
    return;
  g_autofree gchar *own = server_peer_dup_description (self->peer);
  g_autoptr (ServerOffer) answer = server_offer_new_answer (sdp, own, &error);
  if (answer == NULL) {
    fail (self, error);
    return;
  }
  self->stage = LEG_FINISHING;
  self->answer = server_offer_ref (answer);
  server_peer_set_answer (self->peer, server_offer_get_text (answer));
}

static ServerOutlet *
find_outlet (ServerLeg * self, const ServerSection * section)
{
  for (guint i = 0; i < self->outlets->len; i++) {
    ServerOutlet *outlet = g_ptr_array_index (self->outlets, i);
    if (server_outlet_is_waiting (outlet)
        && server_outlet_suits (outlet, section))
      return outlet;
  }
  return NULL;
}

/* @offer has sections for what waits, and none takes this one: nor will
 * others. */
static gboolean
is_hopeless (const ServerOffer * offer, guint known, ServerOutlet * outlet)
{
  gboolean video = server_fan_get_codec (server_outlet_get_fan (outlet))->video;
  gboolean any = FALSE;

  for (guint i = known; i < server_offer_get_size (offer); i++) {
    const ServerSection *section = server_offer_get (offer, i);
    if (!section->receives || section->video != video)
      continue;
    if (server_outlet_suits (outlet, section))
      return FALSE;
    any = TRUE;
  }
  return any;
}

static void
refuse_outlets (ServerLeg * self, const ServerOffer * offer, guint known)
{
  for (guint i = 0; i < self->outlets->len; i++) {
    ServerOutlet *outlet = g_ptr_array_index (self->outlets, i);
    if (server_outlet_is_waiting (outlet)
        && is_hopeless (offer, known, outlet))
      server_outlet_refuse (outlet);
  }
}

/* What we take of the client in this section, in his order. @only: the one
 * codec, or NULL for all of ours. */
static GstCaps *
make_preferences (const ServerSection * section, const ServerCodec * only)
{
  GstCaps *caps = gst_caps_new_empty ();

  for (guint i = 0; i < section->formats->len; i++) {
    const ServerFormat *format =
        &g_array_index (section->formats, ServerFormat, i);
    if (only != NULL && format->codec != only)
      continue;
    gst_caps_append (caps, gst_caps_new_simple ("application/x-rtp", "media",
            G_TYPE_STRING, section->video ? "video" : "audio", "payload",
            G_TYPE_INT, (gint) format->pt, "encoding-name", G_TYPE_STRING,
            format->codec->name, NULL));
  }
  return caps;
}

/* For a section that is new. webrtcbin gives it the first transceiver that
 * takes its codec, whatever the directions: each gets its own, in their
 * order. */
static void
open_section (ServerLeg * self, const ServerSection * section,
    const ServerCodec * codec)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  ServerOutlet *outlet =
      section->receives && !section->sends ? find_outlet (self, section) : NULL;

  if (section->formats->len == 0)
    return;
  if (outlet != NULL) {
    server_outlet_accept (outlet, self->peer, section);
    return;
  }
  g_autoptr (GstCaps) caps = make_preferences (section, codec);
  g_signal_emit_by_name (server_peer_get_webrtc (self->peer),
      "add-transceiver", codec != NULL
      ? GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY :
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE, caps, &transceiver);
  if (section->video && transceiver != NULL)
    g_object_set (transceiver, "do-nack", TRUE, NULL);
}

static const ServerCodec *
ask_section (ServerLeg * self, guint mline, const ServerSection * section)
{
  const ServerCodec *codec = section->formats->len > 0
      ? g_array_index (section->formats, ServerFormat, 0).codec : NULL;

  if (self->funcs.section != NULL)
    codec = self->funcs.section (mline, section, self->user_data);
  return section->sends ? codec : NULL;
}

gboolean
server_leg_set_offer (ServerLeg * self, const gchar * sdp, GError ** error)
{
  guint known = self->offer != NULL ? server_offer_get_size (self->offer) : 0;

  if (self->stage != LEG_STABLE || life_latch_is_tripped (self->latch)) {
    g_set_error_literal (error, GST_WEBRTC_ERROR,
        GST_WEBRTC_ERROR_INVALID_STATE,
        "the client's offer comes in the middle of another");
    return FALSE;
  }
  GST_TRACE ("offer of the client:\n%s", sdp);
  ServerOffer *offer = server_offer_new (sdp, self->offer, error);
  if (offer == NULL)
    return FALSE;
  for (guint i = 0; i < server_offer_get_size (offer); i++) {
    const ServerSection *section = server_offer_get (offer, i);
    if (!section->media)
      continue;
    const ServerCodec *codec = ask_section (self, i, section);
    if (i >= known && !section->refused)
      open_section (self, section, codec);
  }
  refuse_outlets (self, offer, known);
  g_clear_pointer (&self->offer, server_offer_unref);
  self->offer = offer;
  self->stage = LEG_ANSWERING;
  server_intake_set_offer (self->intake, offer);
  server_peer_set_offer (self->peer, server_offer_get_text (offer));
  return TRUE;
}

gboolean
server_leg_is_answering (ServerLeg * self)
{
  return self->stage == LEG_ANSWERING;
}

void
server_leg_add_candidate (ServerLeg * self, guint mline,
    const gchar * candidate)
{
  server_peer_add_candidate (self->peer, mline, candidate);
}

static gboolean
client_sends (ServerLeg * self)
{
  for (guint i = 0; self->offer != NULL
      && i < server_offer_get_size (self->offer); i++) {
    if (server_offer_get (self->offer, i)->sends)
      return TRUE;
  }
  return FALSE;
}

gboolean
server_leg_is_alive (ServerLeg * self)
{
  guint64 sent = 0;

  /* The outlets are the stop's then. */
  if (life_latch_is_tripped (self->latch))
    return TRUE;
  for (guint i = 0; i < self->outlets->len; i++) {
    ServerConsumerCounts counts = { 0 };
    server_outlet_get_counts (g_ptr_array_index (self->outlets, i), &counts);
    sent += counts.packets;
  }
  return server_pulse_check (server_peer_get_pulse (self->peer), sent,
      client_sends (self));
}

GstBin *
server_leg_get_bin (ServerLeg * self)
{
  return server_peer_get_bin (self->peer);
}

static void
join (ServerLeg * self)
{
  life_lock_lock (&self->lock);
  GThread *thread = g_steal_pointer (&self->thread);
  life_lock_unlock (&self->lock);
  if (thread != NULL)
    g_thread_join (thread);
}

/* The thread that posts it has nothing left to do. */
static void
deliver_stopped (gpointer data)
{
  ServerLeg *self = data;

  join (self);
  if (self->funcs.stopped != NULL)
    self->funcs.stopped (self->user_data);
}

static gpointer
run_stop (gpointer data)
{
  ServerLeg *self = data;

  /* First webrtcbin: it wakes whoever is pushing into it. */
  server_peer_shut (self->peer);
  g_ptr_array_extend_and_steal (self->outlets,
      g_steal_pointer (&self->removed));
  self->removed = new_outlets ();
  for (guint i = 0; i < self->outlets->len; i++)
    server_outlet_close (g_ptr_array_index (self->outlets, i));
  g_ptr_array_set_size (self->outlets, 0);
  life_latch_finish (self->latch);
  life_loop_post (self->loop, deliver_stopped, self,
      (GDestroyNotify) server_leg_unref);
  return NULL;
}

void
server_leg_stop (ServerLeg * self)
{
  if (!life_latch_trip (self->latch, 1, NULL))
    return;
  server_peer_close (self->peer);
  server_intake_close (self->intake);
  for (guint i = 0; i < self->outlets->len; i++)
    server_outlet_leave (g_ptr_array_index (self->outlets, i));
  life_lock_lock (&self->lock);
  self->thread = g_thread_try_new ("room-leg-stop", run_stop,
      server_leg_ref (self), NULL);
  gboolean begun = self->thread != NULL;
  life_lock_unlock (&self->lock);
  /* Without a thread the loop has to wait for it. */
  if (!begun)
    run_stop (self);
}

gboolean
server_leg_wait (ServerLeg * self, gint64 end_time)
{
  if (!life_latch_wait (self->latch, end_time))
    return FALSE;
  join (self);
  return TRUE;
}
