/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitresponse.h"

#include "livekit/livekitcandidate.h"
#include "livekit/livekitsignal.h"

#include <string.h>

/* protobuf-c has no const strings; nothing here writes to them. */
#define TEXT(s) ((gchar *) ((s) != NULL ? (s) : ""))

GBytes *
livekit_response_join (Livekit__JoinResponse * join, GError ** error)
{
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN;
  response.join = join;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_reconnect (Livekit__ReconnectResponse * reconnect,
    GError ** error)
{
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_RECONNECT;
  response.reconnect = reconnect;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_update (Livekit__ParticipantInfo ** participants,
    gsize n_participants, GError ** error)
{
  Livekit__ParticipantUpdate update = LIVEKIT__PARTICIPANT_UPDATE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  update.participants = participants;
  update.n_participants = n_participants;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE;
  response.update = &update;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_room (Livekit__Room * room, GError ** error)
{
  Livekit__RoomUpdate update = LIVEKIT__ROOM_UPDATE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  update.room = room;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ROOM_UPDATE;
  response.room_update = &update;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_leave (Livekit__DisconnectReason reason,
    Livekit__LeaveRequest__Action action, GError ** error)
{
  Livekit__LeaveRequest leave = LIVEKIT__LEAVE_REQUEST__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  leave.reason = reason;
  leave.action = action;
  leave.can_reconnect = action != LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE;
  response.leave = &leave;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_description (gboolean offer, guint id, const gchar * sdp,
    const LivekitMid * mids, gsize n_mids, GError ** error)
{
  g_autofree Livekit__SessionDescription__MidToTrackIdEntry *items =
      g_new0 (Livekit__SessionDescription__MidToTrackIdEntry, n_mids);
  g_autofree Livekit__SessionDescription__MidToTrackIdEntry **list =
      g_new0 (Livekit__SessionDescription__MidToTrackIdEntry *, n_mids);
  for (gsize i = 0; i < n_mids; i++) {
    livekit__session_description__mid_to_track_id_entry__init (&items[i]);
    items[i].key = TEXT (mids[i].mid);
    items[i].value = TEXT (mids[i].track_sid);
    list[i] = &items[i];
  }

  Livekit__SessionDescription description = LIVEKIT__SESSION_DESCRIPTION__INIT;
  description.type = TEXT (offer ? "offer" : "answer");
  description.sdp = TEXT (sdp);
  description.id = id;
  description.mid_to_track_id = list;
  description.n_mid_to_track_id = n_mids;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;
  if (offer) {
    response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_OFFER;
    response.offer = &description;
  } else {
    response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ANSWER;
    response.answer = &description;
  }
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_trickle (LivekitTarget target, guint mline,
    const gchar * candidate, GError ** error)
{
  g_autofree gchar *json = livekit_candidate_write (candidate, mline);
  Livekit__TrickleRequest trickle = LIVEKIT__TRICKLE_REQUEST__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  trickle.candidateinit = json;
  trickle.target = (Livekit__SignalTarget) target;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRICKLE;
  response.trickle = &trickle;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_sections (guint audios, guint videos, GError ** error)
{
  Livekit__MediaSectionsRequirement sections =
      LIVEKIT__MEDIA_SECTIONS_REQUIREMENT__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  sections.num_audios = audios;
  sections.num_videos = videos;
  response.message_case =
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_MEDIA_SECTIONS_REQUIREMENT;
  response.media_sections_requirement = &sections;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_published (const gchar * cid, Livekit__TrackInfo * track,
    GError ** error)
{
  Livekit__TrackPublishedResponse published =
      LIVEKIT__TRACK_PUBLISHED_RESPONSE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  published.cid = TEXT (cid);
  published.track = track;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_PUBLISHED;
  response.track_published = &published;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_unpublished (const gchar * sid, GError ** error)
{
  Livekit__TrackUnpublishedResponse gone =
      LIVEKIT__TRACK_UNPUBLISHED_RESPONSE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  gone.track_sid = TEXT (sid);
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_UNPUBLISHED;
  response.track_unpublished = &gone;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_subscribed (const gchar * sid, GError ** error)
{
  Livekit__TrackSubscribed subscribed = LIVEKIT__TRACK_SUBSCRIBED__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  subscribed.track_sid = TEXT (sid);
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_SUBSCRIBED;
  response.track_subscribed = &subscribed;
  return livekit_signal_write_response (&response, error);
}

/* Clients from protocol 9 on read the codec's list, others the plain one. */
GBytes *
livekit_response_watched (const gchar * sid, const gchar * mime,
    gboolean watched, GError ** error)
{
  static const Livekit__VideoQuality all[] = {
    LIVEKIT__VIDEO_QUALITY__LOW, LIVEKIT__VIDEO_QUALITY__MEDIUM,
    LIVEKIT__VIDEO_QUALITY__HIGH,
  };
  Livekit__SubscribedQuality items[G_N_ELEMENTS (all)];
  Livekit__SubscribedQuality *list[G_N_ELEMENTS (all)];
  const gchar *slash = strchr (mime, '/');
  g_autofree gchar *name =
      g_ascii_strdown (slash != NULL ? slash + 1 : mime, -1);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    livekit__subscribed_quality__init (&items[i]);
    items[i].quality = all[i];
    items[i].enabled = watched;
    list[i] = &items[i];
  }
  Livekit__SubscribedCodec codec = LIVEKIT__SUBSCRIBED_CODEC__INIT;
  Livekit__SubscribedCodec *codecs[] = { &codec };
  Livekit__SubscribedQualityUpdate update =
      LIVEKIT__SUBSCRIBED_QUALITY_UPDATE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;
  codec.codec = name;
  codec.qualities = update.subscribed_qualities = list;
  codec.n_qualities = update.n_subscribed_qualities = G_N_ELEMENTS (list);
  update.track_sid = (gchar *) sid;
  update.subscribed_codecs = codecs;
  update.n_subscribed_codecs = 1;
  response.message_case =
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_SUBSCRIBED_QUALITY_UPDATE;
  response.subscribed_quality_update = &update;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_mute (const gchar * sid, gboolean muted, GError ** error)
{
  Livekit__MuteTrackRequest mute = LIVEKIT__MUTE_TRACK_REQUEST__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  mute.sid = TEXT (sid);
  mute.muted = muted;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_MUTE;
  response.mute = &mute;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_allowed (const gchar * participant_sid,
    const gchar * track_sid, gboolean allowed, GError ** error)
{
  Livekit__SubscriptionPermissionUpdate update =
      LIVEKIT__SUBSCRIPTION_PERMISSION_UPDATE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  update.participant_sid = TEXT (participant_sid);
  update.track_sid = TEXT (track_sid);
  update.allowed = allowed;
  response.message_case =
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_SUBSCRIPTION_PERMISSION_UPDATE;
  response.subscription_permission_update = &update;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_no_track (const gchar * sid, GError ** error)
{
  Livekit__SubscriptionResponse answer = LIVEKIT__SUBSCRIPTION_RESPONSE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  answer.track_sid = TEXT (sid);
  answer.err = LIVEKIT__SUBSCRIPTION_ERROR__SE_TRACK_NOTFOUND;
  response.message_case =
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_SUBSCRIPTION_RESPONSE;
  response.subscription_response = &answer;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_request (Livekit__RequestResponse * answer, GError ** error)
{
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REQUEST_RESPONSE;
  response.request_response = answer;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_token (const gchar * token, GError ** error)
{
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REFRESH_TOKEN;
  response.refresh_token = TEXT (token);
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_pong (gint64 ping, gint64 now, GError ** error)
{
  Livekit__Pong pong = LIVEKIT__PONG__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  pong.last_ping_timestamp = ping;
  pong.timestamp = now;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_PONG_RESP;
  response.pong_resp = &pong;
  return livekit_signal_write_response (&response, error);
}

GBytes *
livekit_response_old_pong (gint64 now, GError ** error)
{
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_PONG;
  response.pong = now;
  return livekit_signal_write_response (&response, error);
}
