/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scriptreply.h"

#define TEXT(s) ((gchar *) (s))

GBytes *
script_reply (const Livekit__SignalResponse * response)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = livekit_signal_write_response (response, &error);

  g_assert_no_error (error);
  return bytes;
}

GBytes *
script_reply_join (const gchar * const *codecs, const gchar * url)
{
  static const gchar *const usual[] = { "video/VP8", "video/H264", "video/VP9",
    "video/AV1", "video/H265", "audio/PCMU", "audio/PCMA", "audio/opus",
    "audio/red", NULL
  };
  const gchar *const *names = codecs != NULL ? codecs : usual;
  guint n = g_strv_length ((gchar **) names);
  g_autofree Livekit__Codec *items = g_new0 (Livekit__Codec, n);
  g_autofree Livekit__Codec **list = g_new0 (Livekit__Codec *, n);
  for (guint i = 0; i < n; i++) {
    livekit__codec__init (&items[i]);
    items[i].mime = TEXT (names[i]);
    list[i] = &items[i];
  }

  Livekit__Room room = LIVEKIT__ROOM__INIT;
  room.sid = TEXT ("RM_script");
  room.name = TEXT ("stage");
  Livekit__ParticipantPermission permission =
      LIVEKIT__PARTICIPANT_PERMISSION__INIT;
  permission.can_publish = permission.can_subscribe = TRUE;
  Livekit__ParticipantInfo us = LIVEKIT__PARTICIPANT_INFO__INIT;
  us.sid = TEXT (SCRIPT_PARTICIPANT);
  us.identity = TEXT ("publisher");
  us.permission = &permission;
  Livekit__ServerInfo info = LIVEKIT__SERVER_INFO__INIT;
  info.version = TEXT ("1.13.5");
  info.protocol = 17;

  Livekit__JoinResponse join = LIVEKIT__JOIN_RESPONSE__INIT;
  join.room = &room;
  join.participant = &us;
  join.server_info = &info;
  join.ping_interval = 5;
  join.ping_timeout = 15;
  join.fast_publish = TRUE;
  join.enabled_publish_codecs = list;
  join.n_enabled_publish_codecs = n;
  if (url != NULL)
    join.alternative_url = TEXT (url);
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN;
  response.join = &join;
  return script_reply (&response);
}

GBytes *
script_reply_leave (Livekit__DisconnectReason reason)
{
  Livekit__LeaveRequest leave = LIVEKIT__LEAVE_REQUEST__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  leave.reason = reason;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE;
  response.leave = &leave;
  return script_reply (&response);
}

GBytes *
script_reply_published (const Livekit__AddTrackRequest * request,
    const gchar * sid)
{
  Livekit__TrackInfo track = LIVEKIT__TRACK_INFO__INIT;
  Livekit__TrackPublishedResponse published =
      LIVEKIT__TRACK_PUBLISHED_RESPONSE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  track.sid = TEXT (sid);
  track.name = request->name;
  track.type = request->type;
  track.source = request->source;
  track.width = request->width;
  track.height = request->height;
  track.muted = request->muted;
  published.cid = request->cid;
  published.track = &track;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_PUBLISHED;
  response.track_published = &published;
  return script_reply (&response);
}

GBytes *
script_reply_refused (Livekit__AddTrackRequest * request,
    Livekit__RequestResponse__Reason reason)
{
  Livekit__RequestResponse refusal = LIVEKIT__REQUEST_RESPONSE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  refusal.reason = reason;
  refusal.request_case = LIVEKIT__REQUEST_RESPONSE__REQUEST_ADD_TRACK;
  refusal.add_track = request;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REQUEST_RESPONSE;
  response.request_response = &refusal;
  return script_reply (&response);
}

GBytes *
script_reply_unpublished (const gchar * sid)
{
  Livekit__TrackUnpublishedResponse gone =
      LIVEKIT__TRACK_UNPUBLISHED_RESPONSE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  gone.track_sid = TEXT (sid);
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_UNPUBLISHED;
  response.track_unpublished = &gone;
  return script_reply (&response);
}

GBytes *
script_reply_subscribed (const gchar * sid)
{
  Livekit__TrackSubscribed subscribed = LIVEKIT__TRACK_SUBSCRIBED__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  subscribed.track_sid = TEXT (sid);
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_SUBSCRIBED;
  response.track_subscribed = &subscribed;
  return script_reply (&response);
}

GBytes *
script_reply_watched (const gchar * sid, gboolean watched)
{
  Livekit__SubscribedQuality qualities[3];
  Livekit__SubscribedQuality *list[3];
  Livekit__SubscribedCodec codec = LIVEKIT__SUBSCRIBED_CODEC__INIT;
  Livekit__SubscribedCodec *codecs[] = { &codec };
  Livekit__SubscribedQualityUpdate update =
      LIVEKIT__SUBSCRIBED_QUALITY_UPDATE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  for (guint i = 0; i < 3; i++) {
    livekit__subscribed_quality__init (&qualities[i]);
    qualities[i].quality = (Livekit__VideoQuality) i;
    qualities[i].enabled = watched && i == 2;
    list[i] = &qualities[i];
  }
  codec.codec = TEXT ("vp8");
  codec.qualities = list;
  codec.n_qualities = 3;
  update.track_sid = TEXT (sid);
  update.subscribed_codecs = codecs;
  update.n_subscribed_codecs = 1;
  response.message_case =
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_SUBSCRIBED_QUALITY_UPDATE;
  response.subscribed_quality_update = &update;
  return script_reply (&response);
}

GBytes *
script_reply_mute (const gchar * sid, gboolean muted)
{
  Livekit__MuteTrackRequest mute = LIVEKIT__MUTE_TRACK_REQUEST__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  mute.sid = TEXT (sid);
  mute.muted = muted;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_MUTE;
  response.mute = &mute;
  return script_reply (&response);
}

GBytes *
script_reply_answer (guint id, const gchar * sdp)
{
  Livekit__SessionDescription answer = LIVEKIT__SESSION_DESCRIPTION__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  answer.type = TEXT ("answer");
  answer.sdp = TEXT (sdp);
  answer.id = id;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ANSWER;
  response.answer = &answer;
  return script_reply (&response);
}

GBytes *
script_reply_offer (guint id, const gchar * sdp)
{
  Livekit__SessionDescription offer = LIVEKIT__SESSION_DESCRIPTION__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  offer.type = TEXT ("offer");
  offer.sdp = TEXT (sdp);
  offer.id = id;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_OFFER;
  response.offer = &offer;
  return script_reply (&response);
}

GBytes *
script_reply_trickle (Livekit__SignalTarget target, const gchar * json,
    gboolean final)
{
  Livekit__TrickleRequest trickle = LIVEKIT__TRICKLE_REQUEST__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  trickle.candidateinit = TEXT (json);
  trickle.target = target;
  trickle.final = final;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRICKLE;
  response.trickle = &trickle;
  return script_reply (&response);
}

GBytes *
script_reply_pong (gint64 timestamp)
{
  Livekit__Pong pong = LIVEKIT__PONG__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  pong.last_ping_timestamp = timestamp;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_PONG_RESP;
  response.pong_resp = &pong;
  return script_reply (&response);
}

GBytes *
script_reply_token (const gchar * token)
{
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REFRESH_TOKEN;
  response.refresh_token = TEXT (token);
  return script_reply (&response);
}

GBytes *
script_reply_update (const gchar * sid, Livekit__ParticipantInfo__State state,
    gboolean can_publish)
{
  Livekit__ParticipantPermission permission =
      LIVEKIT__PARTICIPANT_PERMISSION__INIT;
  Livekit__ParticipantInfo info = LIVEKIT__PARTICIPANT_INFO__INIT;
  Livekit__ParticipantInfo *list[] = { &info };
  Livekit__ParticipantUpdate update = LIVEKIT__PARTICIPANT_UPDATE__INIT;
  Livekit__SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  permission.can_publish = can_publish;
  info.sid = TEXT (sid);
  info.state = state;
  info.permission = &permission;
  update.participants = list;
  update.n_participants = 1;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE;
  response.update = &update;
  return script_reply (&response);
}
