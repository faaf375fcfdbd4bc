/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stageclient.h"

#include "life/lifelock.h"
#include "livekit/livekitcandidate.h"
#include "livekit/livekitrequest.h"
#include "livekit/livekitsignal.h"
#include "mediasource.h"
#include "servernack.h"
#include "serversession.h"

#include <gst/rtp/rtp.h>
#include <string.h>

#define WAIT_TIME (30 * G_TIME_SPAN_SECOND)
#define N_MESSAGES 32

struct _StageClient
{
  LifeLoop *loop;
  StageKind kind;
  StageClientFuncs funcs;
  gpointer user_data;
  ServerPeer *peers[2];         /* by LivekitTarget; NULL: none yet */
  guint offer_id;               /* of its own last offer */
  guint heard_id;               /* of the server's */
  gboolean offering;            /* one at a time */
  gboolean offer_wanted;
  gboolean silent;              /* about its tracks */
  GPtrArray *unasked;           /* of GBytes, of those */

  LifeLock lock;                /* guards all below */
  LifeCond changed;
  MediaView *view;              /* of the one that receives; NULL: none yet */
  guint heard[N_MESSAGES];
  GHashTable *sids;             /* of its tracks, by name */
  gchar *described;             /* the server's last description */
  gchar *answered;              /* of a quiet one: an answer or an error */
  gboolean over;
  guint asked;                  /* for a key frame */
};

StageClient *
stage_client_new (LifeLoop * loop, StageKind kind,
    const StageClientFuncs * funcs, gpointer user_data)
{
  StageClient *self = g_new0 (StageClient, 1);

  self->loop = life_loop_ref (loop);
  self->kind = kind;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->unasked =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->sids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  return self;
}

void
stage_client_free (StageClient * self)
{
  g_hash_table_unref (self->sids);
  g_ptr_array_unref (self->unasked);
  g_free (self->described);
  g_free (self->answered);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  life_loop_unref (self->loop);
  g_free (self);
}

/* -- Its connections -------------------------------------------------------- */

static void
offer (StageClient * self)
{
  self->offer_wanted = self->offering;
  if (self->offering)
    return;
  self->offering = TRUE;
  server_peer_create_offer (self->peers[LIVEKIT_TARGET_PUBLISHER]);
}

static void
on_published (const gchar * sdp, const GError * error, gpointer data)
{
  StageClient *self = data;

  g_assert_no_error (error);
  if (self->kind == STAGE_QUIET)
    self->funcs.offer (sdp, self->user_data);
  else
    self->funcs.say (livekit_request_offer (++self->offer_id, sdp, NULL),
        self->user_data);
}

static void
on_subscribed (const gchar * sdp, const GError * error, gpointer data)
{
  StageClient *self = data;

  g_assert_no_error (error);
  self->funcs.say (livekit_request_answer (self->heard_id, sdp, NULL),
      self->user_data);
}

static void
on_answered (const GError * error, gpointer data)
{
  StageClient *self = data;

  g_assert_no_error (error);
  self->offering = FALSE;
  if (self->offer_wanted)
    offer (self);
}

static void
on_pub_candidate (guint mline, const gchar * candidate, gpointer data)
{
  StageClient *self = data;

  if (self->kind == STAGE_QUIET)
    self->funcs.candidate (mline, candidate, self->user_data);
  else
    self->funcs.say (livekit_request_trickle (LIVEKIT_TARGET_PUBLISHER, mline,
            candidate, NULL), self->user_data);
}

static void
on_sub_candidate (guint mline, const gchar * candidate, gpointer data)
{
  StageClient *self = data;

  self->funcs.say (livekit_request_trickle (LIVEKIT_TARGET_SUBSCRIBER, mline,
          candidate, NULL), self->user_data);
}

static void
on_state (GstWebRTCPeerConnectionState state, gpointer data)
{
}

static void
on_failed (const GError * error, gpointer data)
{
  g_error ("an end failed: %s", error->message);
}

static const ServerPeerFuncs peer_funcs[] = {
  {on_published, on_answered, on_pub_candidate, on_state, on_failed, NULL},
  {on_subscribed, on_answered, on_sub_candidate, on_state, on_failed, NULL},
};

static void
on_pad_added (GstElement * webrtc, GstPad * pad, gpointer data)
{
  if (GST_PAD_IS_SRC (pad))
    media_view_add (data, pad);
}

static void
make_view (StageClient * self, ServerPeer * peer)
{
  LIFE_LOCK_HOLD (&self->lock);

  self->view = media_view_new (server_peer_get_bin (peer));
  g_signal_connect (server_peer_get_webrtc (peer), "pad-added",
      G_CALLBACK (on_pad_added), self->view);
  life_cond_broadcast (&self->changed);
}

/* In a thread of the session. */
static void
on_feedback (GObject * session, guint type, guint format, guint sender,
    guint media, gpointer fci, gpointer data)
{
  StageClient *self = data;

  if (type != GST_RTCP_TYPE_PSFB || (format != GST_RTCP_PSFB_TYPE_PLI
          && format != GST_RTCP_PSFB_TYPE_FIR))
    return;
  LIFE_LOCK_HOLD (&self->lock);
  self->asked++;
}

static void
on_element_added (GstBin * bin, GstBin * within, GstElement * element,
    gpointer data)
{
  g_autoptr (GObject) session = server_session_dup (element);

  if (session == NULL)
    return;
  g_signal_connect (session, "on-feedback-rtcp", G_CALLBACK (on_feedback),
      data);
}

/* What it sends is stamped with the monotonic clock: who gets it knows how late
 * it is. */
static void
stamp_with_the_clock (GstElement * pipeline)
{
  gst_element_set_start_time (pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (pipeline, 0);
}

static ServerPeer *
need_peer (StageClient * self, LivekitTarget target)
{
  static const gchar *const loopback[] = { "127.0.0.1", NULL };
  static const ServerPeerConfig config = {.addresses = loopback,
    .udp_only = TRUE
  };
  g_autoptr (GError) error = NULL;

  if (self->peers[target] != NULL)
    return self->peers[target];
  ServerPeer *peer =
      server_peer_new (self->loop, &config, &peer_funcs[target], self, &error);
  g_assert_no_error (error);
  self->peers[target] = peer;
  stamp_with_the_clock (GST_ELEMENT (server_peer_get_bin (peer)));
  /* What may end the server's process may end the client's. */
  server_nack_watch (server_peer_get_bin (peer));
  g_signal_connect (server_peer_get_bin (peer), "deep-element-added",
      G_CALLBACK (on_element_added), self);
  if (target == LIVEKIT_TARGET_SUBSCRIBER || self->kind != STAGE_TWO)
    make_view (self, peer);
  server_peer_play (peer);
  return peer;
}

static void
add (StageClient * self, const gchar * line, const gchar * codec,
    gboolean video)
{
  g_autofree gchar *cid = media_source_add (need_peer (self,
          LIVEKIT_TARGET_PUBLISHER), line, codec, FALSE);
  LivekitTrackRequest request = {.cid = cid,
    .name = video ? "video" : "audio",.video = video,
    .source = video ? LIVEKIT_SOURCE_CAMERA : LIVEKIT_SOURCE_MICROPHONE,
  };

  if (self->silent)
    g_ptr_array_add (self->unasked, livekit_request_add_track (&request, NULL));
  else if (self->kind != STAGE_QUIET)
    self->funcs.say (livekit_request_add_track (&request, NULL),
        self->user_data);
}

void
stage_client_publish (StageClient * self, const gchar * codec,
    const gchar * video, const gchar * audio)
{
  if (video != NULL)
    add (self, video, codec, TRUE);
  if (audio != NULL)
    add (self, audio, media_source_get_sound (audio), FALSE);
  need_peer (self, LIVEKIT_TARGET_PUBLISHER);
  offer (self);
}

void
stage_client_publish_unasked (StageClient * self, const gchar * codec,
    const gchar * video, const gchar * audio)
{
  self->silent = TRUE;
  stage_client_publish (self, codec, video, audio);
  self->silent = FALSE;
}

void
stage_client_ask (StageClient * self)
{
  while (self->unasked->len > 0)
    self->funcs.say (g_ptr_array_steal_index (self->unasked, 0),
        self->user_data);
}

static void
add_receivers (StageClient * self, guint audios, guint videos)
{
  ServerPeer *peer = need_peer (self, LIVEKIT_TARGET_PUBLISHER);

  for (guint i = 0; i < audios; i++)
    media_source_add_receiver (peer, server_codec_find ("OPUS"));
  for (guint i = 0; i < videos; i++)
    media_source_add_receiver (peer, server_codec_find ("VP8"));
  offer (self);
}

void
stage_client_watch (StageClient * self)
{
  add_receivers (self, 1, 1);
}

/* -- What it is told -------------------------------------------------------- */

static void
keep_description (StageClient * self, const gchar * sdp)
{
  LIFE_LOCK_HOLD (&self->lock);

  g_free (self->described);
  self->described = g_strdup (sdp);
}

static void
keep_track (StageClient * self, const Livekit__TrackInfo * track)
{
  LIFE_LOCK_HOLD (&self->lock);

  g_hash_table_insert (self->sids, g_strdup (track->name),
      g_strdup (track->sid));
}

static void
hear_trickle (StageClient * self, const Livekit__TrickleRequest * trickle)
{
  guint mline = 0;
  g_autofree gchar *candidate =
      livekit_candidate_parse (trickle->candidateinit, &mline, NULL);

  g_assert_nonnull (candidate);
  server_peer_add_candidate (need_peer (self,
          (LivekitTarget) trickle->target), mline, candidate);
}

static void
hear_offer (StageClient * self, const Livekit__SessionDescription * offer)
{
  keep_description (self, offer->sdp);
  self->heard_id = offer->id;
  server_peer_set_offer (need_peer (self, LIVEKIT_TARGET_SUBSCRIBER),
      offer->sdp);
}

void
stage_client_hear (StageClient * self, GBytes * bytes)
{
  g_autoptr (Livekit__SignalResponse) heard =
      livekit_signal_parse_response (bytes, NULL);

  g_assert_nonnull (heard);
  g_assert_cmpint (heard->message_case, <, N_MESSAGES);
  if (heard->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ANSWER) {
    keep_description (self, heard->answer->sdp);
    server_peer_set_answer (need_peer (self, LIVEKIT_TARGET_PUBLISHER),
        heard->answer->sdp);
  } else if (heard->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_OFFER) {
    hear_offer (self, heard->offer);
  } else if (heard->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRICKLE) {
    hear_trickle (self, heard->trickle);
  } else if (heard->message_case
      == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_PUBLISHED) {
    keep_track (self, heard->track_published->track);
  } else if (heard->message_case
      == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_MEDIA_SECTIONS_REQUIREMENT) {
    /* A client adds what it was asked for, and offers. */
    add_receivers (self, heard->media_sections_requirement->num_audios,
        heard->media_sections_requirement->num_videos);
  }
  LIFE_LOCK_HOLD (&self->lock);
  self->heard[heard->message_case]++;
  life_cond_broadcast (&self->changed);
}

void
stage_client_take_answer (StageClient * self, const gchar * sdp,
    const GError * error)
{
  if (sdp != NULL && self->peers[LIVEKIT_TARGET_PUBLISHER] != NULL) {
    keep_description (self, sdp);
    server_peer_set_answer (self->peers[LIVEKIT_TARGET_PUBLISHER], sdp);
  }
  LIFE_LOCK_HOLD (&self->lock);
  g_free (self->answered);
  self->answered = g_strdup (sdp != NULL ? sdp : error->message);
  life_cond_broadcast (&self->changed);
}

void
stage_client_take_over (StageClient * self)
{
  LIFE_LOCK_HOLD (&self->lock);

  self->over = TRUE;
  life_cond_broadcast (&self->changed);
}

void
stage_client_close (StageClient * self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->peers); i++) {
    if (self->peers[i] != NULL)
      server_peer_close (self->peers[i]);
  }
}

/* -- For the test ----------------------------------------------------------- */

void
stage_client_shut (StageClient * self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->peers); i++) {
    if (self->peers[i] == NULL)
      continue;
    server_peer_shut (self->peers[i]);
    g_clear_pointer (&self->peers[i], server_peer_unref);
  }
  g_clear_pointer (&self->view, media_view_free);
}

guint
stage_client_count (StageClient * self,
    Livekit__SignalResponse__MessageCase kind)
{
  LIFE_LOCK_HOLD (&self->lock);

  return self->heard[kind];
}

gboolean
stage_client_wait (StageClient * self,
    Livekit__SignalResponse__MessageCase kind, guint count)
{
  gint64 end_time = life_cond_end_time (WAIT_TIME);
  LIFE_LOCK_HOLD (&self->lock);

  while (self->heard[kind] < count) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return FALSE;
  }
  return TRUE;
}

gchar *
stage_client_dup_track (StageClient * self, const gchar * name)
{
  LIFE_LOCK_HOLD (&self->lock);

  return g_strdup (g_hash_table_lookup (self->sids, name));
}

guint
stage_client_count_sections (StageClient * self, gboolean sending)
{
  LIFE_LOCK_HOLD (&self->lock);
  g_auto (GStrv) lines = g_strsplit (self->described != NULL
      ? self->described : "", "\r\n", -1);
  guint count = 0;

  for (gchar ** line = lines; *line != NULL; line++)
    count += sending ? g_str_equal (*line, "a=sendonly")
        : g_str_has_prefix (*line, "m=");
  return count;
}

gchar *
stage_client_dup_answer (StageClient * self)
{
  gint64 end_time = life_cond_end_time (WAIT_TIME);
  LIFE_LOCK_HOLD (&self->lock);

  while (self->answered == NULL) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return NULL;
  }
  return g_strdup (self->answered);
}

gboolean
stage_client_has_answer (StageClient * self)
{
  LIFE_LOCK_HOLD (&self->lock);

  return self->answered != NULL;
}

gboolean
stage_client_wait_over (StageClient * self)
{
  gint64 end_time = life_cond_end_time (WAIT_TIME);
  LIFE_LOCK_HOLD (&self->lock);

  while (!self->over) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return FALSE;
  }
  return TRUE;
}

gboolean
stage_client_is_over (StageClient * self)
{
  LIFE_LOCK_HOLD (&self->lock);

  return self->over;
}

guint
stage_client_count_asked (StageClient * self)
{
  LIFE_LOCK_HOLD (&self->lock);

  return self->asked;
}

void
stage_client_get_pace (StageClient * self, MediaPace * pace)
{
  LIFE_LOCK_HOLD (&self->lock);
  *pace = (MediaPace) {
  0};
  if (self->view != NULL)
    media_view_get_pace (self->view, pace);
}

MediaView *
stage_client_get_view (StageClient * self)
{
  gint64 end_time = life_cond_end_time (WAIT_TIME);
  LIFE_LOCK_HOLD (&self->lock);

  while (self->view == NULL) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return NULL;
  }
  return self->view;
}
