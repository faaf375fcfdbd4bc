/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitdialogue.h"

#include "livekit/livekitcandidate.h"
#include "livekit/livekitdebug.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitoffer.h"
#include "livekit/livekitping.h"
#include "livekit/livekitreason.h"
#include "livekit/livekitrequest.h"
#include "livekit/livekittracks.h"
#include "livekit/livekitwelcome.h"

#include <string.h>

struct _LivekitDialogue
{
  LivekitQueue *queue;
  gboolean begun;
  LivekitPing ping;
  LivekitTracks *tracks;
  LivekitOffer *offer;
  gboolean allowed_set;
  gchar **allowed;              /* NULL: everyone */

  /* Ourselves, as the server sees us. */
  gchar *participant_sid;
  gboolean active;
  gboolean may_publish;
  GArray *sources;              /* of gint */
};

LivekitDialogue *
livekit_dialogue_new (LivekitQueue * queue)
{
  g_return_val_if_fail (queue != NULL, NULL);

  LivekitDialogue *self = g_new0 (LivekitDialogue, 1);
  self->queue = queue;
  self->tracks = livekit_tracks_new ();
  self->offer = livekit_offer_new ();
  self->sources = g_array_new (FALSE, FALSE, sizeof (gint));
  return self;
}

void
livekit_dialogue_free (LivekitDialogue * self)
{
  g_return_if_fail (self != NULL);

  livekit_tracks_free (self->tracks);
  livekit_offer_free (self->offer);
  g_strfreev (self->allowed);
  g_free (self->participant_sid);
  g_array_unref (self->sources);
  g_free (self);
}

static void
flush_tracks (LivekitDialogue * self, gint64 now)
{
  const LivekitTrackRequest *request;

  while ((request = livekit_tracks_take_unsent (self->tracks, now)) != NULL) {
    GError *error = NULL;
    GBytes *bytes = livekit_request_add_track (request, &error);
    if (bytes != NULL) {
      livekit_queue_push_send (self->queue, bytes, NULL);
      continue;
    }
    LivekitEvent *event =
        livekit_queue_push (self->queue, LIVEKIT_EVENT_TRACK_REFUSED);
    event->cid = g_strdup (request->cid);
    event->error = error;
    g_free (livekit_tracks_refused (self->tracks, event->cid));
  }
}

static void
send_trickle (LivekitDialogue * self, LivekitTarget target, guint mline,
    const gchar * candidate)
{
  GError *error = NULL;
  GBytes *bytes = livekit_request_trickle (target, mline, candidate, &error);

  livekit_queue_push_send (self->queue, bytes, error);
}

static void
flush_candidates (LivekitDialogue * self)
{
  LivekitKept *next;

  while ((next = livekit_offer_take_kept (self->offer)) != NULL) {
    g_autoptr (LivekitKept) kept = next;
    send_trickle (self, kept->target, kept->mline, kept->candidate);
  }
}

static void
send_allowed (LivekitDialogue * self)
{
  GError *error = NULL;
  GBytes *bytes =
      livekit_request_allowed ((const gchar * const *) self->allowed, &error);

  livekit_queue_push_send (self->queue, bytes, error);
}

void
livekit_dialogue_begin (LivekitDialogue * self, const LivekitJoined * joined,
    gint64 ping_interval, gint64 ping_timeout, gint64 now)
{
  g_return_if_fail (self != NULL && joined != NULL && !self->begun);

  self->begun = TRUE;
  self->participant_sid = g_strdup (joined->participant_sid);
  self->may_publish = joined->may_publish;
  g_array_append_vals (self->sources, joined->sources->data,
      joined->sources->len);
  livekit_ping_init (&self->ping, ping_interval, ping_timeout, now);
  if (self->allowed_set)
    send_allowed (self);
  flush_tracks (self, now);
}

static void
handle_answer (LivekitDialogue * self,
    const Livekit__SessionDescription * answer)
{
  if (!livekit_offer_answered (self->offer, answer->id)) {
    GST_DEBUG ("%p: stale answer %u dropped", self, answer->id);
    return;
  }
  LivekitEvent *event = livekit_queue_push (self->queue, LIVEKIT_EVENT_ANSWER);
  event->id = answer->id;
  event->sdp = g_strdup (answer->sdp);
}

static void
handle_offer (LivekitDialogue * self, const Livekit__SessionDescription * offer)
{
  LivekitEvent *event = livekit_queue_push (self->queue, LIVEKIT_EVENT_OFFER);

  event->id = offer->id;
  event->sdp = g_strdup (offer->sdp);
}

static void
handle_trickle (LivekitDialogue * self, const Livekit__TrickleRequest * trickle)
{
  gboolean last = trickle->final;

  if (trickle->candidateinit[0] != '\0') {
    g_autoptr (GError) error = NULL;
    guint mline = 0;
    g_autofree gchar *candidate =
        livekit_candidate_parse (trickle->candidateinit, &mline, &error);
    if (candidate == NULL) {
      /* One path less, which the others may make up for. */
      GST_WARNING ("%p: candidate dropped: %s", self, error->message);
    } else if (candidate[0] == '\0') {
      last = TRUE;
    } else {
      LivekitEvent *event =
          livekit_queue_push (self->queue, LIVEKIT_EVENT_CANDIDATE);
      event->target = (LivekitTarget) trickle->target;
      event->mline = mline;
      event->candidate = g_steal_pointer (&candidate);
    }
  }
  if (last)
    livekit_queue_push (self->queue, LIVEKIT_EVENT_CANDIDATE)->target =
        (LivekitTarget) trickle->target;
}

static void
handle_published (LivekitDialogue * self,
    const Livekit__TrackPublishedResponse * published, gint64 now)
{
  if (published->track == NULL || !livekit_tracks_published (self->tracks,
          published->cid, published->track->sid, now))
    return;
  LivekitEvent *event =
      livekit_queue_push (self->queue, LIVEKIT_EVENT_TRACK_PUBLISHED);
  event->cid = g_strdup (published->cid);
  event->sid = g_strdup (published->track->sid);
}

static void
handle_response (LivekitDialogue * self,
    const Livekit__RequestResponse * response)
{
  if (response->reason == LIVEKIT__REQUEST_RESPONSE__REASON__OK)
    return;
  if (response->request_case != LIVEKIT__REQUEST_RESPONSE__REQUEST_ADD_TRACK) {
    g_autofree gchar *text = livekit_reason_redact (response->message);
    GST_WARNING ("%p: server refused request %d with reason %d: %s", self,
        response->request_case, response->reason, text != NULL ? text : "");
    return;
  }
  const gchar *cid = response->add_track->cid;
  if (response->reason == LIVEKIT__REQUEST_RESPONSE__REASON__QUEUED) {
    livekit_tracks_queued (self->tracks, cid);
    return;
  }
  g_autofree gchar *name = livekit_tracks_refused (self->tracks, cid);
  if (name == NULL)
    return;
  LivekitEvent *event =
      livekit_queue_push (self->queue, LIVEKIT_EVENT_TRACK_REFUSED);
  event->cid = g_strdup (cid);
  event->error = livekit_reason_new_track (response->reason, name);
}

static gboolean
sources_equal (GArray * a, GArray * b)
{
  return a->len == b->len && (a->len == 0
      || memcmp (a->data, b->data, a->len * sizeof (gint)) == 0);
}

static void
handle_permission (LivekitDialogue * self,
    const Livekit__ParticipantPermission * permission)
{
  g_autoptr (GArray) sources = g_array_new (FALSE, FALSE, sizeof (gint));
  gboolean may_publish = livekit_welcome_read_permission (permission, sources);

  if (may_publish == self->may_publish
      && sources_equal (sources, self->sources))
    return;
  self->may_publish = may_publish;
  g_array_set_size (self->sources, 0);
  g_array_append_vals (self->sources, sources->data, sources->len);
  LivekitEvent *event =
      livekit_queue_push (self->queue, LIVEKIT_EVENT_PERMISSION);
  event->flag = may_publish;
  event->sources = g_steal_pointer (&sources);
}

static void
handle_update (LivekitDialogue * self,
    const Livekit__ParticipantUpdate * update)
{
  for (gsize i = 0; i < update->n_participants; i++) {
    const Livekit__ParticipantInfo *info = update->participants[i];
    if (!g_str_equal (info->sid, self->participant_sid))
      continue;
    if (info->permission != NULL)
      handle_permission (self, info->permission);
    if (info->state == LIVEKIT__PARTICIPANT_INFO__STATE__ACTIVE
        && !self->active) {
      self->active = TRUE;
      livekit_queue_push (self->queue, LIVEKIT_EVENT_ACTIVE);
    }
  }
}

static void
handle_pong (LivekitDialogue * self, const Livekit__Pong * pong, gint64 now)
{
  if (livekit_ping_answered (&self->ping, pong->last_ping_timestamp, now))
    livekit_queue_push (self->queue, LIVEKIT_EVENT_ROUND_TRIP)->number =
        self->ping.round_trip;
}

static void
push_sid (LivekitDialogue * self, LivekitEventType type, const gchar * sid,
    gboolean flag)
{
  LivekitEvent *event = livekit_queue_push (self->queue, type);

  event->sid = g_strdup (sid);
  event->flag = flag;
}

static void
handle_unpublished (LivekitDialogue * self, const gchar * sid, gint64 now)
{
  livekit_tracks_unpublished (self->tracks, sid, now);
  push_sid (self, LIVEKIT_EVENT_TRACK_UNPUBLISHED, sid, FALSE);
}

static gboolean
is_any_enabled (Livekit__SubscribedQuality * const *qualities, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (qualities[i]->enabled)
      return TRUE;
  return FALSE;
}

/* Made for layers that may rest; one that has a single layer learns from it
 * whether anybody watches. */
static void
handle_quality (LivekitDialogue * self,
    const Livekit__SubscribedQualityUpdate * update)
{
  gboolean watched = is_any_enabled (update->subscribed_qualities,
      update->n_subscribed_qualities);

  for (gsize i = 0; i < update->n_subscribed_codecs; i++)
    watched |= is_any_enabled (update->subscribed_codecs[i]->qualities,
        update->subscribed_codecs[i]->n_qualities);
  push_sid (self, LIVEKIT_EVENT_TRACK_WATCHED, update->track_sid, watched);
}

void
livekit_dialogue_handle (LivekitDialogue * self,
    const Livekit__SignalResponse * message, gint64 now)
{
  g_return_if_fail (self != NULL && message != NULL && self->begun);

  switch (message->message_case) {
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ANSWER:
      handle_answer (self, message->answer);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_OFFER:
      handle_offer (self, message->offer);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRICKLE:
      handle_trickle (self, message->trickle);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE:
      handle_update (self, message->update);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_PUBLISHED:
      handle_published (self, message->track_published, now);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_UNPUBLISHED:
      handle_unpublished (self, message->track_unpublished->track_sid, now);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_SUBSCRIBED:
      push_sid (self, LIVEKIT_EVENT_TRACK_SUBSCRIBED,
          message->track_subscribed->track_sid, FALSE);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_SUBSCRIBED_QUALITY_UPDATE:
      handle_quality (self, message->subscribed_quality_update);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_MUTE:
      push_sid (self, LIVEKIT_EVENT_TRACK_MUTED, message->mute->sid,
          message->mute->muted);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REQUEST_RESPONSE:
      handle_response (self, message->request_response);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_PONG_RESP:
      handle_pong (self, message->pong_resp, now);
      break;
    default:
      break;
  }
}

void
livekit_dialogue_heard (LivekitDialogue * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->begun)
    livekit_ping_heard (&self->ping, now);
}

static gint64
earlier (gint64 a, gint64 b)
{
  if (a < 0 || b < 0)
    return MAX (a, b);
  return MIN (a, b);
}

gint64
livekit_dialogue_get_deadline (LivekitDialogue * self)
{
  g_return_val_if_fail (self != NULL && self->begun, -1);

  gint64 deadline = livekit_ping_get_deadline (&self->ping);
  deadline = earlier (deadline, livekit_tracks_get_deadline (self->tracks));
  return earlier (deadline, livekit_offer_get_deadline (self->offer));
}

static void
tick_tracks (LivekitDialogue * self, gint64 now)
{
  gchar *cid, *name = NULL;

  while ((cid = livekit_tracks_take_overdue (self->tracks, now, &name))) {
    LivekitEvent *event =
        livekit_queue_push (self->queue, LIVEKIT_EVENT_TRACK_REFUSED);
    event->cid = cid;
    event->error = g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_TRACK_REFUSED,
        "server did not answer within %d s whether it takes the track \"%s\"",
        (gint) (LIVEKIT_TRACKS_TIMEOUT / G_TIME_SPAN_SECOND), name);
    g_clear_pointer (&name, g_free);
  }
}

gboolean
livekit_dialogue_tick (LivekitDialogue * self, gint64 now, GError ** error)
{
  g_return_val_if_fail (self != NULL && self->begun, FALSE);

  if (livekit_ping_is_silent (&self->ping, now)) {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_LOST,
        "connection lost: the server is silent and answers no ping");
    return FALSE;
  }
  gint64 late = livekit_offer_get_deadline (self->offer);
  if (late >= 0 && now >= late) {
    g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_MEDIA,
        "server did not answer the media offer within %d s",
        (gint) (LIVEKIT_OFFER_TIMEOUT / G_TIME_SPAN_SECOND));
    return FALSE;
  }
  tick_tracks (self, now);
  gint64 timestamp = 0;
  if (livekit_ping_begin (&self->ping, now, &timestamp)) {
    GError *unsent = NULL;
    GBytes *ping = livekit_request_ping (timestamp,
        self->ping.round_trip / G_TIME_SPAN_MILLISECOND, &unsent);
    livekit_queue_push_send (self->queue, ping, unsent);
  }
  return TRUE;
}

void
livekit_dialogue_add_track (LivekitDialogue * self,
    const LivekitTrackRequest * request, gint64 now)
{
  g_return_if_fail (self != NULL && request != NULL);

  livekit_tracks_add (self->tracks, request);
  if (self->begun)
    flush_tracks (self, now);
}

void
livekit_dialogue_forget_track (LivekitDialogue * self, const gchar * cid)
{
  g_return_if_fail (self != NULL && cid != NULL);

  livekit_tracks_forget (self->tracks, cid);
}

gboolean
livekit_dialogue_can_offer (LivekitDialogue * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->begun && !livekit_offer_is_in_flight (self->offer);
}

guint
livekit_dialogue_offer (LivekitDialogue * self, const gchar * sdp, gint64 now)
{
  g_return_val_if_fail (self != NULL && sdp != NULL, 0);
  g_return_val_if_fail (livekit_dialogue_can_offer (self), 0);

  guint id = livekit_offer_begin (self->offer, now);
  GError *error = NULL;
  GBytes *bytes = livekit_request_offer (id, sdp, &error);
  livekit_queue_push_send (self->queue, bytes, error);
  flush_candidates (self);
  return id;
}

void
livekit_dialogue_answer (LivekitDialogue * self, guint id, const gchar * sdp)
{
  g_return_if_fail (self != NULL && sdp != NULL && self->begun);

  GError *error = NULL;
  GBytes *bytes = livekit_request_answer (id, sdp, &error);
  livekit_queue_push_send (self->queue, bytes, error);
}

void
livekit_dialogue_trickle (LivekitDialogue * self, LivekitTarget target,
    guint mline, const gchar * candidate)
{
  g_return_if_fail (self != NULL && candidate != NULL);

  if (livekit_offer_keep (self->offer, target, mline, candidate))
    send_trickle (self, target, mline, candidate);
}

void
livekit_dialogue_set_muted (LivekitDialogue * self, const gchar * sid,
    gboolean muted)
{
  g_return_if_fail (self != NULL && sid != NULL && self->begun);

  GError *error = NULL;
  GBytes *bytes = livekit_request_mute (sid, muted, &error);
  livekit_queue_push_send (self->queue, bytes, error);
}

void
livekit_dialogue_set_video_size (LivekitDialogue * self, const gchar * sid,
    guint width, guint height)
{
  g_return_if_fail (self != NULL && sid != NULL && self->begun);

  GError *error = NULL;
  GBytes *bytes = livekit_request_video_size (sid, width, height, &error);
  livekit_queue_push_send (self->queue, bytes, error);
}

void
livekit_dialogue_set_allowed (LivekitDialogue * self,
    const gchar * const *identities)
{
  g_return_if_fail (self != NULL);

  g_strfreev (self->allowed);
  self->allowed = g_strdupv ((gchar **) identities);
  self->allowed_set = TRUE;
  if (self->begun)
    send_allowed (self);
}

void
livekit_dialogue_set_participant (LivekitDialogue * self, const gchar * sid)
{
  g_return_if_fail (self != NULL && sid != NULL);

  g_free (self->participant_sid);
  self->participant_sid = g_strdup (sid);
}
