/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitrequest.h"

#include "livekit/livekitcandidate.h"
#include "livekit/livekitsignal.h"

/* protobuf-c has no const strings; nothing here writes to them. */
#define TEXT(s) ((gchar *) ((s) != NULL ? (s) : ""))

GBytes *
livekit_request_add_track (const LivekitTrackRequest * track, GError ** error)
{
  Livekit__AddTrackRequest add = LIVEKIT__ADD_TRACK_REQUEST__INIT;
  add.cid = TEXT (track->cid);
  add.name = TEXT (track->name);
  add.source = (Livekit__TrackSource) track->source;
  add.muted = track->muted;
  add.stream = TEXT (track->stream);

  Livekit__VideoLayer layer = LIVEKIT__VIDEO_LAYER__INIT;
  Livekit__VideoLayer *layers[] = { &layer };
  Livekit__AudioTrackFeature features[] = {
    LIVEKIT__AUDIO_TRACK_FEATURE__TF_NO_DTX,
    LIVEKIT__AUDIO_TRACK_FEATURE__TF_STEREO,
  };
  if (track->video) {
    add.type = LIVEKIT__TRACK_TYPE__VIDEO;
    add.width = layer.width = track->width;
    add.height = layer.height = track->height;
    /* One layer is the highest there is. */
    layer.quality = LIVEKIT__VIDEO_QUALITY__HIGH;
    layer.bitrate = track->bitrate;
    add.layers = layers;
    add.n_layers = 1;
  } else {
    add.type = LIVEKIT__TRACK_TYPE__AUDIO;
    /* The audio is encoded already: advice about DTX and redundancy could not
     * be followed. The flags are for servers before the feature list. */
    add.disable_red = TRUE;
    add.disable_dtx = TRUE;
    add.stereo = track->channels == 2;
    add.audio_features = features;
    add.n_audio_features = add.stereo ? 2 : 1;
  }

  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK;
  request.add_track = &add;
  return livekit_signal_write_request (&request, error);
}

GBytes *
livekit_request_offer (guint id, const gchar * sdp, GError ** error)
{
  Livekit__SessionDescription offer = LIVEKIT__SESSION_DESCRIPTION__INIT;
  offer.type = TEXT ("offer");
  offer.sdp = TEXT (sdp);
  offer.id = id;

  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER;
  request.offer = &offer;
  return livekit_signal_write_request (&request, error);
}

GBytes *
livekit_request_answer (guint id, const gchar * sdp, GError ** error)
{
  Livekit__SessionDescription answer = LIVEKIT__SESSION_DESCRIPTION__INIT;
  answer.type = TEXT ("answer");
  answer.sdp = TEXT (sdp);
  answer.id = id;

  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_ANSWER;
  request.answer = &answer;
  return livekit_signal_write_request (&request, error);
}

GBytes *
livekit_request_trickle (LivekitTarget target, guint mline,
    const gchar * candidate, GError ** error)
{
  g_autofree gchar *json = livekit_candidate_write (candidate, mline);
  Livekit__TrickleRequest trickle = LIVEKIT__TRICKLE_REQUEST__INIT;
  trickle.candidateinit = json;
  trickle.target = (Livekit__SignalTarget) target;

  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_TRICKLE;
  request.trickle = &trickle;
  return livekit_signal_write_request (&request, error);
}

GBytes *
livekit_request_mute (const gchar * sid, gboolean muted, GError ** error)
{
  Livekit__MuteTrackRequest mute = LIVEKIT__MUTE_TRACK_REQUEST__INIT;
  mute.sid = TEXT (sid);
  mute.muted = muted;

  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_MUTE;
  request.mute = &mute;
  return livekit_signal_write_request (&request, error);
}

GBytes *
livekit_request_video_size (const gchar * sid, guint width, guint height,
    GError ** error)
{
  Livekit__UpdateLocalVideoTrack update =
      LIVEKIT__UPDATE_LOCAL_VIDEO_TRACK__INIT;
  update.track_sid = TEXT (sid);
  update.width = width;
  update.height = height;

  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_UPDATE_VIDEO_TRACK;
  request.update_video_track = &update;
  return livekit_signal_write_request (&request, error);
}

GBytes *
livekit_request_allowed (const gchar * const *identities, GError ** error)
{
  guint n = identities != NULL ? g_strv_length ((gchar **) identities) : 0;
  g_autofree Livekit__TrackPermission *items =
      g_new0 (Livekit__TrackPermission, n);
  g_autofree Livekit__TrackPermission **list =
      g_new0 (Livekit__TrackPermission *, n);
  for (guint i = 0; i < n; i++) {
    livekit__track_permission__init (&items[i]);
    items[i].participant_identity = TEXT (identities[i]);
    items[i].all_tracks = TRUE;
    list[i] = &items[i];
  }

  Livekit__SubscriptionPermission permission =
      LIVEKIT__SUBSCRIPTION_PERMISSION__INIT;
  permission.all_participants = identities == NULL;
  permission.track_permissions = list;
  permission.n_track_permissions = n;

  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case =
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_SUBSCRIPTION_PERMISSION;
  request.subscription_permission = &permission;
  return livekit_signal_write_request (&request, error);
}

GBytes *
livekit_request_metadata (const gchar * metadata, GHashTable * attributes,
    GError ** error)
{
  guint n = attributes != NULL ? g_hash_table_size (attributes) : 0;
  g_autofree Livekit__UpdateParticipantMetadata__AttributesEntry *items =
      g_new0 (Livekit__UpdateParticipantMetadata__AttributesEntry, n);
  g_autofree Livekit__UpdateParticipantMetadata__AttributesEntry **list =
      g_new0 (Livekit__UpdateParticipantMetadata__AttributesEntry *, n);
  if (n > 0) {
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init (&iter, attributes);
    for (guint i = 0; g_hash_table_iter_next (&iter, &key, &value); i++) {
      livekit__update_participant_metadata__attributes_entry__init (&items[i]);
      items[i].key = key;
      items[i].value = value;
      list[i] = &items[i];
    }
  }

  Livekit__UpdateParticipantMetadata update =
      LIVEKIT__UPDATE_PARTICIPANT_METADATA__INIT;
  update.metadata = TEXT (metadata);
  update.attributes = list;
  update.n_attributes = n;

  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_UPDATE_METADATA;
  request.update_metadata = &update;
  return livekit_signal_write_request (&request, error);
}

GBytes *
livekit_request_ping (gint64 timestamp, gint64 round_trip, GError ** error)
{
  Livekit__Ping ping = LIVEKIT__PING__INIT;
  ping.timestamp = timestamp;
  ping.rtt = round_trip;

  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING_REQ;
  request.ping_req = &ping;
  return livekit_signal_write_request (&request, error);
}

GBytes *
livekit_request_leave (GError ** error)
{
  Livekit__LeaveRequest leave = LIVEKIT__LEAVE_REQUEST__INIT;
  leave.reason = LIVEKIT__DISCONNECT_REASON__CLIENT_INITIATED;

  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE;
  request.leave = &leave;
  return livekit_signal_write_request (&request, error);
}
