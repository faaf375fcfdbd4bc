/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serversnapshot.h"

#include "livekit/livekitroomadmin.h"
#include "servershelf.h"

#include <json-glib/json-glib.h>
#include <string.h>

static void
set_string (JsonObject * object, const gchar * name, const gchar * value)
{
  json_object_set_string_member (object, name, value != NULL ? value : "");
}

/* Takes @object. */
static gchar *
print (JsonObject * object)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (),
      object);

  json_object_unref (object);
  return json_to_string (root, FALSE);
}

static gboolean
is_hidden (const Livekit__ParticipantInfo * info)
{
  return info->permission != NULL && info->permission->hidden;
}

static const gchar *
get_source (const Livekit__TrackInfo * track)
{
  switch (track->source) {
    case LIVEKIT__TRACK_SOURCE__CAMERA:
      return "camera";
    case LIVEKIT__TRACK_SOURCE__MICROPHONE:
      return "microphone";
    case LIVEKIT__TRACK_SOURCE__SCREEN_SHARE:
      return "screen";
    case LIVEKIT__TRACK_SOURCE__SCREEN_SHARE_AUDIO:
      return "screen-audio";
    default:
      return "";
  }
}

static JsonObject *
make_track (const Livekit__ParticipantInfo * info,
    const LivekitPublicationMessage * message)
{
  JsonObject *object = json_object_new ();
  const Livekit__TrackInfo *track = &message->message;
  gboolean video = track->type == LIVEKIT__TRACK_TYPE__VIDEO;
  const gchar *codec =
      track->mime_type != NULL ? strchr (track->mime_type, '/') : NULL;
  g_autofree gchar *key = server_shelf_make_key (info->identity,
      track->name != NULL ? track->name : "", message->ordinal, video);

  set_string (object, "name", track->name);
  set_string (object, "kind", video ? "video" : "audio");
  set_string (object, "source", get_source (track));
  set_string (object, "codec", codec != NULL ? codec + 1 : NULL);
  json_object_set_boolean_member (object, "muted", track->muted);
  json_object_set_int_member (object, "width", track->width);
  json_object_set_int_member (object, "height", track->height);
  set_string (object, "key", key);
  return object;
}

static JsonObject *
make_publisher (const Livekit__ParticipantInfo * info)
{
  JsonObject *object = json_object_new ();
  JsonArray *tracks = json_array_new ();
  g_autofree gchar *key =
      server_shelf_make_key (info->identity, NULL, 0, FALSE);

  set_string (object, "identity", info->identity);
  set_string (object, "name", info->name);
  set_string (object, "key", key);
  for (gsize i = 0; i < info->n_tracks; i++)
    json_array_add_object_element (tracks, make_track (info,
            (const LivekitPublicationMessage *) info->tracks[i]));
  json_object_set_array_member (object, "tracks", tracks);
  return object;
}

/* What a list says of a room; @publishers may be NULL. */
static void
describe (LivekitRoom * room, JsonObject * object, JsonArray * publishers)
{
  g_autoptr (GPtrArray) list = livekit_room_admin_list (room, NULL);
  gint64 watchers = 0, tracks = 0, publishing = 0;

  for (guint i = 0; i < list->len; i++) {
    const LivekitMemberMessage *member = g_ptr_array_index (list, i);
    const Livekit__ParticipantInfo *info = &member->message;
    watchers += info->n_tracks == 0;
    if (info->n_tracks == 0 || is_hidden (info))
      continue;
    publishing++;
    tracks += info->n_tracks;
    if (publishers != NULL)
      json_array_add_object_element (publishers, make_publisher (info));
  }
  json_object_set_int_member (object, "watchers", watchers);
  if (publishers != NULL)
    return;
  json_object_set_int_member (object, "publishers", publishing);
  json_object_set_int_member (object, "tracks", tracks);
}

static gint
compare_rooms (gconstpointer a, gconstpointer b)
{
  LivekitRoom *const *first = a;
  LivekitRoom *const *second = b;

  return strcmp (livekit_room_get_name (*first),
      livekit_room_get_name (*second));
}

gchar *
server_snapshot_write_list (LivekitRooms * rooms)
{
  g_return_val_if_fail (rooms != NULL, NULL);

  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  for (guint i = 0; i < livekit_rooms_get_count (rooms); i++)
    g_ptr_array_add (sorted, livekit_rooms_get (rooms, i));
  g_ptr_array_sort (sorted, compare_rooms);

  JsonArray *list = json_array_new ();
  for (guint i = 0; i < sorted->len; i++) {
    LivekitRoom *room = g_ptr_array_index (sorted, i);
    if (livekit_room_is_over (room))
      continue;
    JsonObject *object = json_object_new ();
    set_string (object, "name", livekit_room_get_name (room));
    describe (room, object, NULL);
    json_array_add_object_element (list, object);
  }
  JsonObject *root = json_object_new ();
  json_object_set_array_member (root, "rooms", list);
  return print (root);
}

gchar *
server_snapshot_write_room (LivekitRooms * rooms, const gchar * name)
{
  g_return_val_if_fail (rooms != NULL && name != NULL, NULL);

  LivekitRoom *room = livekit_rooms_find (rooms, name);
  JsonObject *root = json_object_new ();
  JsonArray *publishers = json_array_new ();
  set_string (root, "room", name);
  json_object_set_int_member (root, "linger", SERVER_SNAPSHOT_LINGER);
  if (room != NULL)
    describe (room, root, publishers);
  json_object_set_array_member (root, "publishers", publishers);
  return print (root);
}

gboolean
server_snapshot_has_tracks (LivekitRoom * room, const gchar * publisher)
{
  g_return_val_if_fail (room != NULL, FALSE);

  g_autoptr (GPtrArray) list = livekit_room_admin_list (room, publisher);
  for (guint i = 0; i < list->len; i++) {
    const LivekitMemberMessage *member = g_ptr_array_index (list, i);
    if (member->message.n_tracks > 0 && !is_hidden (&member->message))
      return TRUE;
  }
  return FALSE;
}
