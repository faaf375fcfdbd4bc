/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverroomservice.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitroomadmin.h"
#include "livekit/livekitverify.h"

typedef ServerRoomServiceCall Call;

struct _ServerProcedure
{
  const gchar *name;
  const ProtobufCMessageDescriptor *request;
    gboolean (*run) (const Call * call, GError ** error);
};

static gboolean
refuse (GError ** error, guint status, const gchar * text)
{
  g_set_error_literal (error, LIVEKIT_REFUSAL, status, text);
  return FALSE;
}

static gboolean
respond (const Call * call, const ProtobufCMessage * response)
{
  call->respond (response, call->user_data);
  return TRUE;
}

/* -- Rooms ------------------------------------------------------------------ */

static LivekitRoom *
find_room (const Call * call, const gchar * name, GError ** error)
{
  LivekitRoom *room = livekit_rooms_find (call->rooms, name);

  if (room == NULL)
    refuse (error, 404, "requested room does not exist");
  return room;
}

static gboolean
respond_room (const Call * call, LivekitRoom * room)
{
  Livekit__Room view;

  livekit_room_admin_describe (room, &view);
  return respond (call, &view.base);
}

static gboolean
is_listed (const Livekit__ListRoomsRequest * request, const gchar * name)
{
  for (gsize i = 0; i < request->n_names; i++) {
    if (g_str_equal (request->names[i], name))
      return TRUE;
  }
  return request->n_names == 0;
}

static gboolean
list_rooms (const Call * call, GError ** error)
{
  const Livekit__ListRoomsRequest *request = (gconstpointer) call->request;
  if (!livekit_verify_list (call->token, error))
    return FALSE;

  guint count = livekit_rooms_get_count (call->rooms);
  g_autofree Livekit__Room *views = g_new (Livekit__Room, count);
  g_autofree Livekit__Room **list = g_new (Livekit__Room *, count);
  Livekit__ListRoomsResponse response = LIVEKIT__LIST_ROOMS_RESPONSE__INIT;
  response.rooms = list;
  for (guint i = 0; i < count; i++) {
    LivekitRoom *room = livekit_rooms_get (call->rooms, i);
    if (!is_listed (request, livekit_room_get_name (room)))
      continue;
    livekit_room_admin_describe (room, &views[i]);
    list[response.n_rooms++] = &views[i];
  }
  return respond (call, &response.base);
}

static gboolean
create_room (const Call * call, GError ** error)
{
  if (!livekit_verify_create (call->token, error))
    return FALSE;
  LivekitRoom *room = livekit_rooms_create (call->rooms,
      (const Livekit__CreateRoomRequest *) call->request, call->now, error);
  return room != NULL && respond_room (call, room);
}

static gboolean
delete_room (const Call * call, GError ** error)
{
  const Livekit__DeleteRoomRequest *request = (gconstpointer) call->request;
  if (!livekit_verify_create (call->token, error))
    return FALSE;
  LivekitRoom *room = find_room (call, request->room, error);
  if (room == NULL)
    return FALSE;

  livekit_room_close (room, LIVEKIT__DISCONNECT_REASON__ROOM_DELETED,
      call->now);
  Livekit__DeleteRoomResponse response = LIVEKIT__DELETE_ROOM_RESPONSE__INIT;
  return respond (call, &response.base);
}

static gboolean
update_room_metadata (const Call * call, GError ** error)
{
  const Livekit__UpdateRoomMetadataRequest *request =
      (gconstpointer) call->request;
  if (!livekit_verify_admin (call->token, request->room, error))
    return FALSE;
  LivekitRoom *room = find_room (call, request->room, error);
  return room != NULL
      && livekit_room_admin_set_metadata (room, request->metadata, error)
      && respond_room (call, room);
}

/* -- Participants ----------------------------------------------------------- */

/* NULL when there is no such participant; he is in @list. */
static LivekitRoom *
find_participant (const Call * call, const gchar * name,
    const gchar * identity, GPtrArray ** list, GError ** error)
{
  if (!livekit_verify_admin (call->token, name, error))
    return NULL;
  LivekitRoom *room = livekit_rooms_find (call->rooms, name);
  g_autoptr (GPtrArray) found = room != NULL
      ? livekit_room_admin_list (room, identity) : NULL;
  if (found == NULL || found->len == 0) {
    refuse (error, 404, "participant does not exist");
    return NULL;
  }
  *list = g_steal_pointer (&found);
  return room;
}

static const Livekit__ParticipantInfo *
get_info (GPtrArray * list, guint index)
{
  return &((const LivekitMemberMessage *) list->pdata[index])->message;
}

static gboolean
list_participants (const Call * call, GError ** error)
{
  const Livekit__ListParticipantsRequest *request =
      (gconstpointer) call->request;
  if (!livekit_verify_admin (call->token, request->room, error))
    return FALSE;

  /* Of a room that is not there it is an empty list. */
  LivekitRoom *room = livekit_rooms_find (call->rooms, request->room);
  g_autoptr (GPtrArray) list = room != NULL
      ? livekit_room_admin_list (room, NULL) : g_ptr_array_new ();
  g_autofree Livekit__ParticipantInfo **infos =
      g_new (Livekit__ParticipantInfo *, list->len);
  for (guint i = 0; i < list->len; i++)
    infos[i] = (Livekit__ParticipantInfo *) get_info (list, i);
  Livekit__ListParticipantsResponse response =
      LIVEKIT__LIST_PARTICIPANTS_RESPONSE__INIT;
  response.participants = infos;
  response.n_participants = list->len;
  return respond (call, &response.base);
}

static gboolean
get_participant (const Call * call, GError ** error)
{
  const Livekit__RoomParticipantIdentity *request =
      (gconstpointer) call->request;
  g_autoptr (GPtrArray) list = NULL;

  return find_participant (call, request->room, request->identity, &list,
      error) != NULL && respond (call, &get_info (list, 0)->base);
}

static gboolean
remove_participant (const Call * call, GError ** error)
{
  const Livekit__RoomParticipantIdentity *request =
      (gconstpointer) call->request;
  Livekit__RemoveParticipantResponse response =
      LIVEKIT__REMOVE_PARTICIPANT_RESPONSE__INIT;
  g_autoptr (GPtrArray) list = NULL;

  LivekitRoom *room = find_participant (call, request->room,
      request->identity, &list, error);
  return room != NULL
      && livekit_room_admin_remove (room, request->identity, call->now, error)
      && respond (call, &response.base);
}

/* NULL: it has none of that sid. */
static Livekit__TrackInfo *
find_track (const Livekit__ParticipantInfo * info, const gchar * sid)
{
  for (gsize i = 0; i < info->n_tracks; i++) {
    if (g_str_equal (info->tracks[i]->sid, sid))
      return info->tracks[i];
  }
  return NULL;
}

static gboolean
mute_published_track (const Call * call, GError ** error)
{
  const Livekit__MuteRoomTrackRequest *request = (gconstpointer) call->request;
  Livekit__MuteRoomTrackResponse response =
      LIVEKIT__MUTE_ROOM_TRACK_RESPONSE__INIT;
  g_autoptr (GPtrArray) list = NULL;

  LivekitRoom *room = find_participant (call, request->room,
      request->identity, &list, error);
  if (room == NULL)
    return FALSE;
  /* A track that is not there is no error: livekit-server's way. */
  response.track = find_track (get_info (list, 0), request->track_sid);
  if (response.track == NULL)
    return respond (call, &response.base);
  if (!livekit_room_admin_mute (room, request->identity, request->track_sid,
          request->muted, error))
    return FALSE;
  response.track->muted = request->muted;
  return respond (call, &response.base);
}

static gboolean
update (const Call * call, LivekitRoom * room, GError ** error)
{
  const Livekit__UpdateParticipantRequest *request =
      (gconstpointer) call->request;
  gboolean changed = *request->metadata != '\0' || *request->name != '\0'
      || request->n_attributes > 0;

  /* The entries of the two maps have the same two members, but are of two
   * types. */
  g_autofree Livekit__UpdateParticipantMetadata__AttributesEntry *entries =
      g_new (Livekit__UpdateParticipantMetadata__AttributesEntry,
      request->n_attributes);
  g_autofree Livekit__UpdateParticipantMetadata__AttributesEntry **attributes =
      g_new (Livekit__UpdateParticipantMetadata__AttributesEntry *,
      request->n_attributes);
  for (gsize i = 0; i < request->n_attributes; i++) {
    livekit__update_participant_metadata__attributes_entry__init (&entries[i]);
    entries[i].key = request->attributes[i]->key;
    entries[i].value = request->attributes[i]->value;
    attributes[i] = &entries[i];
  }
  if (changed && !livekit_room_admin_update (room, request->identity,
          request->metadata, request->name, attributes, request->n_attributes,
          error))
    return FALSE;
  if (request->permission == NULL)
    return TRUE;
  LivekitPermission permission;
  livekit_permission_from_message (&permission, request->permission);
  return livekit_room_admin_permit (room, request->identity, &permission,
      call->now, error);
}

static gboolean
update_participant (const Call * call, GError ** error)
{
  const Livekit__UpdateParticipantRequest *request =
      (gconstpointer) call->request;
  g_autoptr (GPtrArray) before = NULL;

  LivekitRoom *room = find_participant (call, request->room,
      request->identity, &before, error);
  if (room == NULL || !update (call, room, error))
    return FALSE;
  g_autoptr (GPtrArray) list =
      livekit_room_admin_list (room, request->identity);
  return respond (call, &get_info (list, 0)->base);
}

static gboolean
update_subscriptions (const Call * call, GError ** error)
{
  const Livekit__UpdateSubscriptionsRequest *request =
      (gconstpointer) call->request;
  Livekit__UpdateSubscriptionsResponse response =
      LIVEKIT__UPDATE_SUBSCRIPTIONS_RESPONSE__INIT;
  g_autoptr (GPtrArray) list = NULL;

  LivekitRoom *room = find_participant (call, request->room,
      request->identity, &list, error);
  if (room == NULL)
    return FALSE;
  g_autoptr (GPtrArray) sids = g_ptr_array_new ();
  for (gsize i = 0; i < request->n_track_sids; i++)
    g_ptr_array_add (sids, request->track_sids[i]);
  for (gsize i = 0; i < request->n_participant_tracks; i++) {
    const Livekit__ParticipantTracks *tracks = request->participant_tracks[i];
    for (gsize t = 0; t < tracks->n_track_sids; t++)
      g_ptr_array_add (sids, tracks->track_sids[t]);
  }
  if (sids->len > LIVEKIT_MAX_ALLOWED)
    return refuse (error, 400, "too many tracks");
  g_ptr_array_add (sids, NULL);
  return livekit_room_admin_subscribe (room, request->identity,
      (const gchar * const *) sids->pdata, request->subscribe, error)
      && respond (call, &response.base);
}

static const ServerProcedure procedures[] = {
  {"ListRooms", &livekit__list_rooms_request__descriptor, list_rooms},
  {"CreateRoom", &livekit__create_room_request__descriptor, create_room},
  {"DeleteRoom", &livekit__delete_room_request__descriptor, delete_room},
  {"UpdateRoomMetadata", &livekit__update_room_metadata_request__descriptor,
      update_room_metadata},
  {"ListParticipants", &livekit__list_participants_request__descriptor,
      list_participants},
  {"GetParticipant", &livekit__room_participant_identity__descriptor,
      get_participant},
  {"RemoveParticipant", &livekit__room_participant_identity__descriptor,
      remove_participant},
  {"MutePublishedTrack", &livekit__mute_room_track_request__descriptor,
      mute_published_track},
  {"UpdateParticipant", &livekit__update_participant_request__descriptor,
      update_participant},
  {"UpdateSubscriptions", &livekit__update_subscriptions_request__descriptor,
      update_subscriptions},
};

const ServerProcedure *
server_room_service_find (const gchar * name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (procedures); i++) {
    if (g_str_equal (procedures[i].name, name))
      return &procedures[i];
  }
  return NULL;
}

const ProtobufCMessageDescriptor *
server_room_service_get_request (const ServerProcedure * procedure)
{
  g_return_val_if_fail (procedure != NULL, NULL);

  return procedure->request;
}

gboolean
server_room_service_call (const ServerProcedure * procedure,
    const ServerRoomServiceCall * call, GError ** error)
{
  g_return_val_if_fail (procedure != NULL && call != NULL, FALSE);
  g_return_val_if_fail (call->request->descriptor == procedure->request, FALSE);

  return procedure->run (call, error);
}
