/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroommedia.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitroomforward.h"
#include "livekit/livekitroomleave.h"
#include "livekit/livekitroomrequest.h"
#include "livekit/livekitroomstate.h"

void
livekit_room_media_answer (LivekitRoom * self, const gchar * sid, guint id,
    const gchar * sdp, const LivekitMid * mids, gsize n_mids)
{
  g_return_if_fail (self != NULL && sid != NULL && sdp != NULL);

  LivekitMember *member = livekit_room_state_find (self, sid);
  if (member == NULL)
    return;
  GError *error = NULL;
  GBytes *bytes = livekit_response_description (FALSE, id, sdp, mids, n_mids,
      &error);
  livekit_room_state_send (self, member, bytes, error);
}

guint
livekit_room_media_offer (LivekitRoom * self, const gchar * sid,
    const gchar * sdp, const LivekitMid * mids, gsize n_mids)
{
  g_return_val_if_fail (self != NULL && sid != NULL && sdp != NULL, 0);

  LivekitMember *member = livekit_room_state_find (self, sid);
  if (member == NULL || member->one_connection || !member->has_signal)
    return 0;
  GError *error = NULL;
  GBytes *bytes = livekit_response_description (TRUE, member->offer_id + 1,
      sdp, mids, n_mids, &error);
  gboolean sent = bytes != NULL;
  livekit_room_state_send (self, member, bytes, error);
  if (!sent)
    return 0;
  member->offer_pending = TRUE;
  return ++member->offer_id;
}

void
livekit_room_media_require (LivekitRoom * self, const gchar * sid,
    guint audios, guint videos)
{
  g_return_if_fail (self != NULL && sid != NULL);

  LivekitMember *member = livekit_room_state_find (self, sid);
  if (member == NULL || !member->one_connection || audios + videos == 0)
    return;
  GError *error = NULL;
  GBytes *bytes = livekit_response_sections (audios, videos, &error);
  livekit_room_state_send (self, member, bytes, error);
}

void
livekit_room_media_trickle (LivekitRoom * self, const gchar * sid,
    LivekitTarget target, guint mline, const gchar * candidate)
{
  g_return_if_fail (self != NULL && sid != NULL && candidate != NULL);

  LivekitMember *member = livekit_room_state_find (self, sid);
  if (member == NULL)
    return;
  GError *error = NULL;
  GBytes *bytes = livekit_response_trickle (target, mline, candidate, &error);
  livekit_room_state_send (self, member, bytes, error);
}

const gchar *
livekit_room_media_match (LivekitRoom * self, const gchar * sid,
    const gchar * cid, gboolean video)
{
  g_return_val_if_fail (self != NULL && sid != NULL, NULL);

  const LivekitMember *member = livekit_room_state_find (self, sid);
  const LivekitPublication *track = member != NULL
      ? livekit_member_match_track (member, cid, video) : NULL;
  return track != NULL ? track->sid : NULL;
}

gboolean
livekit_room_media_may_publish (LivekitRoom * self, const gchar * sid)
{
  g_return_val_if_fail (self != NULL && sid != NULL, FALSE);

  const LivekitMember *member = livekit_room_state_find (self, sid);
  return member != NULL && member->permission.can_publish
      && member->tracks->len < LIVEKIT_MAX_TRACKS;
}

void
livekit_room_media_live (LivekitRoom * self, const gchar * sid,
    const gchar * track, const gchar * mime, const gchar * mid)
{
  g_return_if_fail (self != NULL && sid != NULL && track != NULL);
  g_return_if_fail (mime != NULL && mid != NULL);

  LivekitMember *member = livekit_room_state_find (self, sid);
  LivekitPublication *found = member != NULL
      ? livekit_member_find_track (member, track) : NULL;
  if (found == NULL || found->live)
    return;
  g_free (found->mime);
  found->mime = g_strdup (mime);
  g_free (found->mid);
  found->mid = g_strdup (mid);
  found->live = TRUE;
  livekit_room_state_announce (self, member, TRUE);
  livekit_room_forward_review_publisher (self, member);
  livekit_room_forward_flush (self);
}

void
livekit_room_media_gone (LivekitRoom * self, const gchar * sid,
    const gchar * track)
{
  g_return_if_fail (self != NULL && sid != NULL && track != NULL);

  LivekitMember *member = livekit_room_state_find (self, sid);
  LivekitPublication *found = member != NULL
      ? livekit_member_find_track (member, track) : NULL;
  if (found == NULL)
    return;
  gboolean known = found->live;
  livekit_room_forward_drop_track (self, member, found);
  if (known)
    livekit_room_state_announce (self, member, TRUE);
  livekit_room_forward_flush (self);
}

void
livekit_room_media_flows (LivekitRoom * self, const gchar * sid,
    const gchar * track)
{
  g_return_if_fail (self != NULL && sid != NULL && track != NULL);

  LivekitMember *member = livekit_room_state_find (self, sid);
  if (member != NULL)
    livekit_room_forward_flows (self, member, track);
}

void
livekit_room_media_connected (LivekitRoom * self, const gchar * sid)
{
  g_return_if_fail (self != NULL && sid != NULL);

  LivekitMember *member = livekit_room_state_find (self, sid);
  if (member == NULL || member->connect_by < 0)
    return;
  member->connect_by = -1;
  member->state = LIVEKIT__PARTICIPANT_INFO__STATE__ACTIVE;
  livekit_room_state_announce (self, member, TRUE);
}

void
livekit_room_media_failed (LivekitRoom * self, const gchar * sid, gint64 now)
{
  g_return_if_fail (self != NULL && sid != NULL);

  LivekitMember *member = livekit_room_state_find (self, sid);
  if (member == NULL)
    return;
  if (!member->has_signal)
    livekit_room_leave_fail (self, member, now);
  else if (member->leave_by < 0)
    member->leave_by = now + LIVEKIT_ROOM_LEAVE_TIMEOUT;
  livekit_room_forward_flush (self);
}

const gchar *
livekit_room_media_publish (LivekitRoom * self, const gchar * sid,
    const LivekitTrackRequest * request)
{
  g_return_val_if_fail (self != NULL && sid != NULL, NULL);
  g_return_val_if_fail (request != NULL && request->cid != NULL, NULL);

  LivekitMember *member = livekit_room_state_find (self, sid);
  if (member == NULL)
    return NULL;
  Livekit__AddTrackRequest add = LIVEKIT__ADD_TRACK_REQUEST__INIT;
  add.cid = (gchar *) request->cid;
  if (request->name != NULL)
    add.name = (gchar *) request->name;
  if (request->stream != NULL)
    add.stream = (gchar *) request->stream;
  add.type = request->video ? LIVEKIT__TRACK_TYPE__VIDEO
      : LIVEKIT__TRACK_TYPE__AUDIO;
  add.source = (Livekit__TrackSource) request->source;
  add.width = request->width;
  add.height = request->height;
  add.muted = request->muted;
  const LivekitPublication *track = NULL;
  gint reason = livekit_room_request_add (self, member, &add, &track);
  return reason == LIVEKIT__REQUEST_RESPONSE__REASON__OK ? track->sid : NULL;
}
