/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomrequest.h"

#include "livekit/livekitcandidate.h"
#include "livekit/livekitlimits.h"
#include "livekit/livekitresponse.h"
#include "livekit/livekitroomforward.h"
#include "livekit/livekitroomleave.h"

#include <string.h>

/* Clients from this protocol on take an answer that is no refusal. */
#define PROTOCOL_ANSWERS 15

static void
respond (LivekitRoom * self, const LivekitMember * member,
    Livekit__RequestResponse * answer)
{
  GError *error = NULL;
  GBytes *bytes = livekit_response_request (answer, &error);

  livekit_room_state_send (self, member, bytes, error);
}

/* What it sent makes no sense: it may come again from the beginning. */
static void
give_up (LivekitRoom * self, LivekitMember * member, gint64 now)
{
  livekit_room_leave_end (self, member,
      LIVEKIT__DISCONNECT_REASON__STATE_MISMATCH,
      LIVEKIT__LEAVE_REQUEST__ACTION__RECONNECT, now);
}

/* -- Its own tracks --------------------------------------------------------- */

gint
livekit_room_request_add (LivekitRoom * self, LivekitMember * member,
    const Livekit__AddTrackRequest * request, const LivekitPublication ** track)
{
  g_return_val_if_fail (self != NULL && member != NULL && request != NULL,
      LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_REQUEST);

  gint reason = livekit_publication_check (request);
  if (reason != LIVEKIT__REQUEST_RESPONSE__REASON__OK)
    return reason;
  if (!livekit_permission_allows (&member->permission,
          (LivekitSource) request->source))
    return LIVEKIT__REQUEST_RESPONSE__REASON__NOT_ALLOWED;
  if (request->sid[0] != '\0')
    /* A second codec for a track: each has one here. */
    return livekit_member_find_track (member, request->sid) != NULL
        ? LIVEKIT__REQUEST_RESPONSE__REASON__UNSUPPORTED_TYPE
        : LIVEKIT__REQUEST_RESPONSE__REASON__NOT_FOUND;
  if (livekit_member_has_cid (member, request->cid))
    return LIVEKIT__REQUEST_RESPONSE__REASON__DUPLICATE_HANDLE;
  if (member->tracks->len >= LIVEKIT_MAX_TRACKS)
    return LIVEKIT__REQUEST_RESPONSE__REASON__LIMIT_EXCEEDED;

  g_autofree gchar *random = livekit_room_state_make_id (self, "");
  LivekitPublication *added = livekit_publication_new (request, random);
  livekit_member_add_track (member, added);
  LivekitRoomEvent *event = livekit_room_state_push (self,
      LIVEKIT_ROOM_EVENT_TRACK_ADDED, member);
  event->track = g_strdup (added->sid);
  event->cid = g_strdup (request->cid);
  event->name = g_strdup (request->name);
  event->stream = g_strdup (livekit_publication_get_stream (added));
  event->codec = g_strdup (livekit_publication_get_codec (added));
  event->ordinal = added->ordinal;
  event->video = livekit_publication_is_video (added);
  event->flag = added->muted;
  *track = added;
  return reason;
}

static void
read_add_track (LivekitRoom * self, LivekitMember * member,
    Livekit__AddTrackRequest * request)
{
  const LivekitPublication *track = NULL;
  gint reason = livekit_room_request_add (self, member, request, &track);

  if (reason != LIVEKIT__REQUEST_RESPONSE__REASON__OK) {
    Livekit__RequestResponse answer = LIVEKIT__REQUEST_RESPONSE__INIT;
    answer.reason = (Livekit__RequestResponse__Reason) reason;
    answer.request_case = LIVEKIT__REQUEST_RESPONSE__REQUEST_ADD_TRACK;
    answer.add_track = request;
    respond (self, member, &answer);
    return;
  }
  LivekitPublicationMessage view;
  livekit_publication_to_message (track, &view);
  GError *error = NULL;
  GBytes *bytes = livekit_response_published (request->cid, &view.message,
      &error);
  livekit_room_state_send (self, member, bytes, error);
}

void
livekit_room_request_mute (LivekitRoom * self, LivekitMember * member,
    LivekitPublication * track, gboolean muted)
{
  g_return_if_fail (self != NULL && member != NULL && track != NULL);

  if (track->muted == (muted != FALSE))
    return;
  track->muted = muted != FALSE;
  LivekitRoomEvent *event = livekit_room_state_push (self,
      LIVEKIT_ROOM_EVENT_TRACK_MUTED, member);
  event->track = g_strdup (track->sid);
  event->flag = track->muted;
  if (track->live)
    livekit_room_state_announce (self, member, FALSE);
}

static void
read_mute (LivekitRoom * self, LivekitMember * member,
    Livekit__MuteTrackRequest * request)
{
  LivekitPublication *track = livekit_member_find_track (member, request->sid);

  if (track != NULL) {
    livekit_room_request_mute (self, member, track, request->muted);
    return;
  }
  Livekit__RequestResponse answer = LIVEKIT__REQUEST_RESPONSE__INIT;
  answer.reason = LIVEKIT__REQUEST_RESPONSE__REASON__NOT_FOUND;
  answer.request_case = LIVEKIT__REQUEST_RESPONSE__REQUEST_MUTE;
  answer.mute = request;
  respond (self, member, &answer);
}

static void
read_audio_track (LivekitRoom * self, LivekitMember * member,
    Livekit__UpdateLocalAudioTrack * request)
{
  LivekitPublication *track =
      livekit_member_find_track (member, request->track_sid);

  if (track != NULL && !livekit_publication_is_video (track)
      && request->n_features <= LIVEKIT_MAX_TRACK_ITEMS) {
    livekit_publication_set_features (track, request->features,
        request->n_features);
    livekit_room_state_announce (self, member, FALSE);
    return;
  }
  Livekit__RequestResponse answer = LIVEKIT__REQUEST_RESPONSE__INIT;
  answer.reason = LIVEKIT__REQUEST_RESPONSE__REASON__NOT_FOUND;
  answer.request_case = LIVEKIT__REQUEST_RESPONSE__REQUEST_UPDATE_AUDIO_TRACK;
  answer.update_audio_track = request;
  respond (self, member, &answer);
}

static void
read_video_track (LivekitRoom * self, LivekitMember * member,
    Livekit__UpdateLocalVideoTrack * request)
{
  LivekitPublication *track =
      livekit_member_find_track (member, request->track_sid);

  if (track != NULL && livekit_publication_is_video (track)) {
    track->width = request->width;
    track->height = request->height;
    livekit_room_state_announce (self, member, FALSE);
    return;
  }
  Livekit__RequestResponse answer = LIVEKIT__REQUEST_RESPONSE__INIT;
  answer.reason = LIVEKIT__REQUEST_RESPONSE__REASON__NOT_FOUND;
  answer.request_case = LIVEKIT__REQUEST_RESPONSE__REQUEST_UPDATE_VIDEO_TRACK;
  answer.update_video_track = request;
  respond (self, member, &answer);
}

static void
read_metadata (LivekitRoom * self, LivekitMember * member,
    Livekit__UpdateParticipantMetadata * request)
{
  Livekit__RequestResponse answer = LIVEKIT__REQUEST_RESPONSE__INIT;

  answer.request_id = request->request_id;
  answer.request_case = LIVEKIT__REQUEST_RESPONSE__REQUEST_UPDATE_METADATA;
  answer.update_metadata = request;
  if (!member->permission.can_update_metadata)
    answer.reason = LIVEKIT__REQUEST_RESPONSE__REASON__NOT_ALLOWED;
  else if (!livekit_member_update (member, request->metadata, request->name,
          request->attributes, request->n_attributes))
    answer.reason = LIVEKIT__REQUEST_RESPONSE__REASON__LIMIT_EXCEEDED;
  else
    livekit_room_state_announce (self, member, TRUE);
  if (answer.reason != LIVEKIT__REQUEST_RESPONSE__REASON__OK
      || member->protocol >= PROTOCOL_ANSWERS)
    respond (self, member, &answer);
}

/* -- The tracks of others --------------------------------------------------- */

gboolean
livekit_room_request_subscribe (LivekitRoom * self, LivekitMember * member,
    const gchar * track, gboolean subscribe)
{
  g_return_val_if_fail (self != NULL && member != NULL && track != NULL, FALSE);

  LivekitMember *publisher = NULL;
  if (livekit_room_state_find_track (self, track, &publisher) == NULL
      || publisher == member)
    return FALSE;
  g_hash_table_insert (member->wishes, g_strdup (track),
      GINT_TO_POINTER (subscribe != FALSE));
  return TRUE;
}

static void
subscribe_all (LivekitRoom * self, LivekitMember * member,
    gchar * const *sids, gsize n_sids, gboolean subscribe)
{
  for (gsize i = 0; i < n_sids; i++) {
    if (livekit_room_request_subscribe (self, member, sids[i], subscribe)
        || !subscribe)
      continue;
    GError *error = NULL;
    GBytes *bytes = livekit_response_no_track (sids[i], &error);
    livekit_room_state_send (self, member, bytes, error);
  }
}

static gsize
count_sids (const Livekit__UpdateSubscription * request)
{
  gsize n = request->n_track_sids;

  for (gsize i = 0; i < request->n_participant_tracks; i++)
    n += request->participant_tracks[i]->n_track_sids;
  return n;
}

/* FALSE: more than anyone has. */
static gboolean
read_subscription (LivekitRoom * self, LivekitMember * member,
    const Livekit__UpdateSubscription * request)
{
  if (count_sids (request) > LIVEKIT_MAX_ALLOWED)
    return FALSE;
  subscribe_all (self, member, request->track_sids, request->n_track_sids,
      request->subscribe);
  for (gsize i = 0; i < request->n_participant_tracks; i++) {
    const Livekit__ParticipantTracks *tracks = request->participant_tracks[i];
    subscribe_all (self, member, tracks->track_sids, tracks->n_track_sids,
        request->subscribe);
  }
  livekit_room_forward_review_consumer (self, member);
  return TRUE;
}

static gboolean
read_setting (LivekitRoom * self, LivekitMember * member,
    const Livekit__UpdateTrackSettings * request)
{
  if (request->n_track_sids > LIVEKIT_MAX_ALLOWED)
    return FALSE;
  for (gsize i = 0; i < request->n_track_sids; i++) {
    LivekitMember *publisher = NULL;
    if (livekit_room_state_find_track (self, request->track_sids[i],
            &publisher) != NULL && publisher != member)
      livekit_room_forward_set_paused (self, member, publisher,
          request->track_sids[i], request->disabled);
  }
  return TRUE;
}

/* -- Its connections -------------------------------------------------------- */

static gboolean
read_description (LivekitRoom * self, LivekitMember * member,
    const Livekit__SessionDescription * description, gboolean offer)
{
  if (description->sdp[0] == '\0'
      || strlen (description->sdp) > LIVEKIT_MAX_SDP)
    return FALSE;
  if (!offer) {
    /* Late, or for none: the offer that it answers is no more. Clients of old
     * echo no id. */
    if (!member->offer_pending || (description->id != 0
            && description->id != member->offer_id))
      return TRUE;
    member->offer_pending = FALSE;
  }
  member->candidates = 0;
  LivekitRoomEvent *event = livekit_room_state_push (self, offer
      ? LIVEKIT_ROOM_EVENT_OFFER : LIVEKIT_ROOM_EVENT_ANSWER, member);
  event->id = offer ? description->id : member->offer_id;
  event->sdp = g_strdup (description->sdp);
  return TRUE;
}

static void
push_candidate (LivekitRoom * self, const LivekitMember * member,
    LivekitTarget target, guint mline, const gchar * candidate)
{
  LivekitRoomEvent *event = livekit_room_state_push (self,
      LIVEKIT_ROOM_EVENT_CANDIDATE, member);

  event->target = target;
  event->mline = mline;
  event->candidate = g_strdup (candidate);
}

static void
read_trickle (LivekitRoom * self, LivekitMember * member,
    Livekit__TrickleRequest * request)
{
  LivekitTarget target = request->target == LIVEKIT__SIGNAL_TARGET__SUBSCRIBER
      && !member->one_connection
      ? LIVEKIT_TARGET_SUBSCRIBER : LIVEKIT_TARGET_PUBLISHER;
  guint mline = 0;
  g_autofree gchar *candidate = request->candidateinit[0] != '\0'
      ? livekit_candidate_parse (request->candidateinit, &mline, NULL)
      : g_strdup ("");

  if (candidate == NULL || ++member->candidates > LIVEKIT_MAX_CANDIDATES) {
    Livekit__RequestResponse answer = LIVEKIT__REQUEST_RESPONSE__INIT;
    answer.reason = candidate == NULL
        ? LIVEKIT__REQUEST_RESPONSE__REASON__UNCLASSIFIED_ERROR
        : LIVEKIT__REQUEST_RESPONSE__REASON__LIMIT_EXCEEDED;
    answer.request_case = LIVEKIT__REQUEST_RESPONSE__REQUEST_TRICKLE;
    answer.trickle = request;
    respond (self, member, &answer);
    return;
  }
  if (*candidate != '\0')
    push_candidate (self, member, target, mline, candidate);
  if (*candidate == '\0' || request->final)
    push_candidate (self, member, target, mline, NULL);
}

/* -- The session ------------------------------------------------------------ */

static void
pong (LivekitRoom * self, const LivekitMember * member,
    const Livekit__Ping * ping, gint64 now)
{
  gint64 unix_ms = (now + self->config.clock) / G_TIME_SPAN_MILLISECOND;
  GError *error = NULL;
  GBytes *bytes = ping != NULL
      ? livekit_response_pong (ping->timestamp, unix_ms, &error)
      : livekit_response_old_pong (unix_ms, &error);

  livekit_room_state_send (self, member, bytes, error);
}

/* FALSE: it thinks that it has what it has not. */
static gboolean
read_sync_state (LivekitRoom * self, LivekitMember * member,
    const Livekit__SyncState * state)
{
  for (gsize i = 0; i < state->n_publish_tracks; i++) {
    const Livekit__TrackInfo *track = state->publish_tracks[i]->track;
    if (track == NULL || livekit_member_find_track (member, track->sid) == NULL)
      return FALSE;
  }
  return state->subscription == NULL
      || read_subscription (self, member, state->subscription);
}

/* What testers ask a server to do to them. */
static void
simulate (LivekitRoom * self, LivekitMember * member,
    const Livekit__SimulateScenario * scenario, gint64 now)
{
  switch (scenario->scenario_case) {
    case LIVEKIT__SIMULATE_SCENARIO__SCENARIO_SERVER_LEAVE:
      livekit_room_leave_end (self, member,
          LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN,
          LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT, now);
      break;
    case LIVEKIT__SIMULATE_SCENARIO__SCENARIO_LEAVE_REQUEST_FULL_RECONNECT:
      give_up (self, member, now);
      break;
    default:
      /* The others need several nodes, or media to be cut. */
      break;
  }
}

/* FALSE for a request that makes no sense. */
static gboolean
read_other (LivekitRoom * self, LivekitMember * member,
    const Livekit__SignalRequest * request, gint64 now)
{
  switch (request->message_case) {
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_SUBSCRIPTION:
      return read_subscription (self, member, request->subscription);
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_TRACK_SETTING:
      return read_setting (self, member, request->track_setting);
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_SUBSCRIPTION_PERMISSION:
      return livekit_room_forward_set_allowed (self, member,
          request->subscription_permission);
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_SYNC_STATE:
      return read_sync_state (self, member, request->sync_state);
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING:
      pong (self, member, NULL, now);
      return TRUE;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING_REQ:
      pong (self, member, request->ping_req, now);
      return TRUE;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_UPDATE_METADATA:
      read_metadata (self, member, request->update_metadata);
      return TRUE;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_UPDATE_AUDIO_TRACK:
      read_audio_track (self, member, request->update_audio_track);
      return TRUE;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_UPDATE_VIDEO_TRACK:
      read_video_track (self, member, request->update_video_track);
      return TRUE;
    default:
      /* Newer than us, or of no use here (layers: there is one). */
      return TRUE;
  }
}

void
livekit_room_request_read (LivekitRoom * self, LivekitMember * member,
    const Livekit__SignalRequest * request, gint64 now)
{
  g_return_if_fail (self != NULL && member != NULL && request != NULL);

  switch (request->message_case) {
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER:
      if (!read_description (self, member, request->offer, TRUE))
        give_up (self, member, now);
      break;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_ANSWER:
      if (!read_description (self, member, request->answer, FALSE))
        give_up (self, member, now);
      break;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_TRICKLE:
      read_trickle (self, member, request->trickle);
      break;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK:
      read_add_track (self, member, request->add_track);
      break;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_MUTE:
      read_mute (self, member, request->mute);
      break;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE:
      livekit_room_leave_end (self, member,
          LIVEKIT__DISCONNECT_REASON__CLIENT_INITIATED,
          LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT, now);
      break;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_SIMULATE:
      simulate (self, member, request->simulate, now);
      break;
    default:
      if (!read_other (self, member, request, now))
        give_up (self, member, now);
      break;
  }
}

void
livekit_room_request_begin (LivekitRoom * self, LivekitMember * member,
    const Livekit__JoinRequest * join, gint64 now)
{
  g_return_if_fail (self != NULL && member != NULL && join != NULL);

  for (gsize i = 0; i < join->n_add_track_requests; i++)
    read_add_track (self, member, join->add_track_requests[i]);
  if (join->publisher_offer != NULL && join->publisher_offer->sdp[0] != '\0'
      && !read_description (self, member, join->publisher_offer, TRUE))
    give_up (self, member, now);
}
