/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomadmin.h"

#include "livekit/livekitdebug.h"
#include "livekit/livekitlimits.h"
#include "livekit/livekitresponse.h"
#include "livekit/livekitroomforward.h"
#include "livekit/livekitroomleave.h"
#include "livekit/livekitroomrequest.h"
#include "livekit/livekitroomstate.h"
#include "livekit/livekitverify.h"

#include <string.h>

static gboolean
refuse (GError ** error, guint status, const gchar * text)
{
  g_set_error_literal (error, LIVEKIT_REFUSAL, status, text);
  return FALSE;
}

static LivekitMember *
find (LivekitRoom * self, const gchar * identity, GError ** error)
{
  LivekitMember *member = livekit_room_state_find_identity (self, identity);

  if (member == NULL)
    refuse (error, 404, "participant does not exist");
  return member;
}

void
livekit_room_admin_describe (LivekitRoom * self, Livekit__Room * room)
{
  g_return_if_fail (self != NULL && room != NULL);

  livekit_room_state_describe (self, room);
}

GPtrArray *
livekit_room_admin_list (LivekitRoom * self, const gchar * identity)
{
  g_return_val_if_fail (self != NULL, NULL);

  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)
      livekit_member_message_free);
  for (guint i = 0; i < self->members->len; i++) {
    const LivekitMember *member = self->members->pdata[i];
    if (identity == NULL
        || g_str_equal (livekit_member_get_identity (member), identity))
      g_ptr_array_add (list, livekit_member_to_message (member));
  }
  return list;
}

gboolean
livekit_room_admin_remove (LivekitRoom * self, const gchar * identity,
    gint64 now, GError ** error)
{
  g_return_val_if_fail (self != NULL && identity != NULL, FALSE);

  LivekitMember *member = find (self, identity, error);
  if (member == NULL)
    return FALSE;
  livekit_room_leave_end (self, member,
      LIVEKIT__DISCONNECT_REASON__PARTICIPANT_REMOVED,
      LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT, now);
  livekit_room_forward_flush (self);
  return TRUE;
}

gboolean
livekit_room_admin_mute (LivekitRoom * self, const gchar * identity,
    const gchar * track, gboolean muted, GError ** error)
{
  g_return_val_if_fail (self != NULL && identity != NULL && track != NULL,
      FALSE);

  LivekitMember *member = find (self, identity, error);
  if (member == NULL)
    return FALSE;
  LivekitPublication *found = livekit_member_find_track (member, track);
  if (found == NULL)
    return refuse (error, 404, "track is not found");
  if (!muted && !self->config.remote_unmute)
    return refuse (error, 412, "remote unmute not enabled");
  if (found->muted == (muted != FALSE))
    return TRUE;

  GError *failure = NULL;
  GBytes *bytes = livekit_response_mute (track, muted, &failure);
  livekit_room_state_send (self, member, bytes, failure);
  livekit_room_request_mute (self, member, found, muted);
  return TRUE;
}

/* Others see one that hides as they see one that goes. */
static void
hide (LivekitRoom * self, LivekitMember * member)
{
  Livekit__ParticipantInfo__State state = member->state;

  member->state = LIVEKIT__PARTICIPANT_INFO__STATE__DISCONNECTED;
  livekit_room_state_announce (self, member, FALSE);
  member->state = state;
}

static void
end_forbidden_tracks (LivekitRoom * self, LivekitMember * member)
{
  for (guint i = member->tracks->len; i > 0; i--) {
    LivekitPublication *track = member->tracks->pdata[i - 1];
    if (livekit_permission_allows (&member->permission,
            livekit_publication_get_source (track)))
      continue;
    GError *error = NULL;
    GBytes *bytes = livekit_response_unpublished (track->sid, &error);
    livekit_room_state_send (self, member, bytes, error);
    livekit_room_forward_drop_track (self, member, track);
  }
}

gboolean
livekit_room_admin_permit (LivekitRoom * self, const gchar * identity,
    const LivekitPermission * permission, gint64 now, GError ** error)
{
  g_return_val_if_fail (self != NULL && identity != NULL && permission != NULL,
      FALSE);

  LivekitMember *member = find (self, identity, error);
  if (member == NULL)
    return FALSE;
  if (permission->hidden && !member->permission.hidden)
    hide (self, member);
  member->permission = *permission;
  end_forbidden_tracks (self, member);
  livekit_room_state_announce (self, member, TRUE);
  livekit_room_forward_review_consumer (self, member);
  livekit_room_forward_review_publisher (self, member);
  /* A later socket comes with what is permitted now. */
  livekit_room_state_refresh (self, member, now);
  livekit_room_forward_flush (self);
  return TRUE;
}

gboolean
livekit_room_admin_subscribe (LivekitRoom * self, const gchar * identity,
    const gchar * const *tracks, gboolean subscribe, GError ** error)
{
  g_return_val_if_fail (self != NULL && identity != NULL && tracks != NULL,
      FALSE);

  LivekitMember *member = find (self, identity, error);
  if (member == NULL)
    return FALSE;
  for (guint i = 0; tracks[i] != NULL; i++)
    livekit_room_request_subscribe (self, member, tracks[i], subscribe);
  livekit_room_forward_review_consumer (self, member);
  livekit_room_forward_flush (self);
  return TRUE;
}

gboolean
livekit_room_admin_set_metadata (LivekitRoom * self, const gchar * metadata,
    GError ** error)
{
  g_return_val_if_fail (self != NULL && metadata != NULL, FALSE);

  if (strlen (metadata) > LIVEKIT_MAX_METADATA)
    return refuse (error, 400, "metadata size exceeds limits");
  g_free (self->metadata);
  self->metadata = g_strdup (metadata);

  Livekit__Room room;
  livekit_room_state_describe (self, &room);
  GError *failure = NULL;
  GBytes *bytes = livekit_response_room (&room, &failure);
  if (bytes == NULL) {
    GST_WARNING ("%p: not announced: %s", self, failure->message);
    g_error_free (failure);
    return TRUE;
  }
  for (guint i = 0; i < self->members->len; i++)
    livekit_room_state_send (self, self->members->pdata[i],
        g_bytes_ref (bytes), NULL);
  g_bytes_unref (bytes);
  return TRUE;
}

gboolean
livekit_room_admin_update (LivekitRoom * self, const gchar * identity,
    const gchar * metadata, const gchar * name,
    Livekit__UpdateParticipantMetadata__AttributesEntry * const *attributes,
    gsize n_attributes, GError ** error)
{
  g_return_val_if_fail (self != NULL && identity != NULL, FALSE);

  LivekitMember *member = find (self, identity, error);
  if (member == NULL)
    return FALSE;
  if (!livekit_member_update (member, metadata, name, attributes, n_attributes))
    return refuse (error, 400, "metadata, name or attributes exceed limits");
  livekit_room_state_announce (self, member, TRUE);
  return TRUE;
}
