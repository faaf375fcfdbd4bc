/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitmember.h"

#include "livekit/livekitlimits.h"

#include <string.h>

LivekitMember *
livekit_member_new (const gchar * sid, LivekitEntry * entry)
{
  g_return_val_if_fail (sid != NULL && entry != NULL, NULL);
  g_return_val_if_fail (entry->token != NULL, NULL);

  LivekitMember *self = g_new0 (LivekitMember, 1);
  self->sid = g_strdup (sid);
  self->token = g_steal_pointer (&entry->token);
  livekit_permission_from_grants (&self->permission, &self->token->grants);
  self->one_connection = entry->one_connection;
  self->auto_subscribe = entry->auto_subscribe;
  self->quiet = entry->quiet;
  self->protocol = entry->protocol;
  self->state = LIVEKIT__PARTICIPANT_INFO__STATE__JOINED;
  self->tracks = g_ptr_array_new_with_free_func
      ((GDestroyNotify) livekit_publication_free);
  self->wishes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->paused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->forwards =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->has_signal = !entry->quiet;
  self->resume_by = -1;
  self->leave_by = -1;
  return self;
}

void
livekit_member_free (LivekitMember * self)
{
  if (self == NULL)
    return;

  g_free (self->sid);
  livekit_token_free (self->token);
  g_ptr_array_unref (self->tracks);
  livekit_allow_list_clear (&self->allowed);
  g_hash_table_unref (self->wishes);
  g_hash_table_unref (self->paused);
  g_hash_table_unref (self->forwards);
  g_free (self);
}

const gchar *
livekit_member_get_identity (const LivekitMember * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->token->identity;
}

LivekitPublication *
livekit_member_find_track (const LivekitMember * self, const gchar * sid)
{
  g_return_val_if_fail (self != NULL && sid != NULL, NULL);

  for (guint i = 0; i < self->tracks->len; i++) {
    LivekitPublication *track = self->tracks->pdata[i];
    if (g_str_equal (track->sid, sid))
      return track;
  }
  return NULL;
}

gboolean
livekit_member_has_cid (const LivekitMember * self, const gchar * cid)
{
  g_return_val_if_fail (self != NULL && cid != NULL, FALSE);

  for (guint i = 0; i < self->tracks->len; i++) {
    if (livekit_publication_has_cid (self->tracks->pdata[i], cid))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_twin (const LivekitMember * self, const LivekitPublication * track,
    guint ordinal)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    const LivekitPublication *other = self->tracks->pdata[i];
    if (other->ordinal == ordinal
        && other->request->type == track->request->type
        && g_str_equal (other->request->name, track->request->name))
      return TRUE;
  }
  return FALSE;
}

void
livekit_member_add_track (LivekitMember * self, LivekitPublication * track)
{
  g_return_if_fail (self != NULL && track != NULL);

  track->ordinal = 0;
  while (has_twin (self, track, track->ordinal))
    track->ordinal++;
  g_ptr_array_add (self->tracks, track);
}

LivekitPublication *
livekit_member_match_track (const LivekitMember * self, const gchar * cid,
    gboolean video)
{
  g_return_val_if_fail (self != NULL, NULL);

  LivekitPublication *first = NULL;
  for (guint i = 0; i < self->tracks->len; i++) {
    LivekitPublication *track = self->tracks->pdata[i];
    if (track->live || livekit_publication_is_video (track) != (video != FALSE))
      continue;
    if (cid != NULL && livekit_publication_has_cid (track, cid))
      return track;
    if (first == NULL)
      first = track;
  }
  return first;
}

gboolean
livekit_member_wants (const LivekitMember * self, const gchar * track_sid)
{
  g_return_val_if_fail (self != NULL && track_sid != NULL, FALSE);

  gpointer wish;
  if (g_hash_table_lookup_extended (self->wishes, track_sid, NULL, &wish))
    return GPOINTER_TO_INT (wish);
  return self->auto_subscribe;
}

void
livekit_member_forget_track (LivekitMember * self, const gchar * track_sid)
{
  g_return_if_fail (self != NULL && track_sid != NULL);

  g_hash_table_remove (self->wishes, track_sid);
  g_hash_table_remove (self->paused, track_sid);
  g_hash_table_remove (self->forwards, track_sid);
}

/* -- What it says of itself ------------------------------------------------- */

static void
copy_attributes (GHashTable * to, GHashTable * from)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (to, g_strdup (key), g_strdup (value));
}

static gsize
measure_attributes (GHashTable * attributes)
{
  GHashTableIter iter;
  gpointer key, value;
  gsize size = 0;

  g_hash_table_iter_init (&iter, attributes);
  while (g_hash_table_iter_next (&iter, &key, &value))
    size += strlen (key) + strlen (value);
  return size;
}

static void
replace_text (gchar ** text, const gchar * new)
{
  if (new == NULL || *new == '\0')
    return;
  g_free (*text);
  *text = g_strdup (new);
}

gboolean
livekit_member_update (LivekitMember * self, const gchar * metadata,
    const gchar * name,
    Livekit__UpdateParticipantMetadata__AttributesEntry * const *attributes,
    gsize n_attributes)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if ((metadata != NULL && strlen (metadata) > LIVEKIT_MAX_METADATA)
      || (name != NULL && strlen (name) > LIVEKIT_MAX_NAME)
      || n_attributes > LIVEKIT_MAX_JSON_MEMBERS)
    return FALSE;
  g_autoptr (GHashTable) merged =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (self->token->attributes != NULL)
    copy_attributes (merged, self->token->attributes);
  for (gsize i = 0; i < n_attributes; i++) {
    if (attributes[i]->value[0] == '\0')
      g_hash_table_remove (merged, attributes[i]->key);
    else
      g_hash_table_insert (merged, g_strdup (attributes[i]->key),
          g_strdup (attributes[i]->value));
  }
  if (measure_attributes (merged) > LIVEKIT_MAX_ATTRIBUTES
      || g_hash_table_size (merged) > LIVEKIT_MAX_JSON_MEMBERS)
    return FALSE;

  g_clear_pointer (&self->token->attributes, g_hash_table_unref);
  self->token->attributes = g_steal_pointer (&merged);
  replace_text (&self->token->metadata, metadata);
  replace_text (&self->token->name, name);
  return TRUE;
}

static void
fill_attributes (LivekitMemberMessage * view, GHashTable * attributes)
{
  guint n = g_hash_table_size (attributes);
  GHashTableIter iter;
  gpointer key, value;

  view->attributes = g_new0 (Livekit__ParticipantInfo__AttributesEntry, n);
  view->attribute_list = g_new0 (Livekit__ParticipantInfo__AttributesEntry *,
      n);
  g_hash_table_iter_init (&iter, attributes);
  for (guint i = 0; g_hash_table_iter_next (&iter, &key, &value); i++) {
    livekit__participant_info__attributes_entry__init (&view->attributes[i]);
    view->attributes[i].key = key;
    view->attributes[i].value = value;
    view->attribute_list[i] = &view->attributes[i];
  }
  view->message.attributes = view->attribute_list;
  view->message.n_attributes = n;
}

static gchar *
text_or_empty (gchar * text)
{
  return text != NULL ? text : (gchar *) "";
}

LivekitMemberMessage *
livekit_member_to_message (const LivekitMember * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  LivekitMemberMessage *view = g_new0 (LivekitMemberMessage, 1);
  Livekit__ParticipantInfo *info = &view->message;
  livekit__participant_info__init (info);
  info->sid = self->sid;
  info->identity = self->token->identity;
  info->name = text_or_empty (self->token->name);
  info->metadata = text_or_empty (self->token->metadata);
  info->state = self->state;
  info->joined_at = self->joined_at / G_TIME_SPAN_SECOND;
  info->joined_at_ms = self->joined_at / G_TIME_SPAN_MILLISECOND;
  info->version = self->version;
  livekit_permission_to_message (&self->permission, &view->permission);
  info->permission = &view->permission.message;
  if (self->token->attributes != NULL)
    fill_attributes (view, self->token->attributes);

  view->tracks = g_new0 (LivekitPublicationMessage, self->tracks->len);
  view->track_list = g_new0 (Livekit__TrackInfo *, self->tracks->len);
  info->tracks = view->track_list;
  for (guint i = 0; i < self->tracks->len; i++) {
    const LivekitPublication *track = self->tracks->pdata[i];
    if (!track->live)
      continue;
    livekit_publication_to_message (track, &view->tracks[i]);
    view->track_list[info->n_tracks++] = &view->tracks[i].message;
  }
  info->is_publisher = info->n_tracks > 0;
  return view;
}

void
livekit_member_message_free (LivekitMemberMessage * self)
{
  if (self == NULL)
    return;

  g_free (self->tracks);
  g_free (self->track_list);
  g_free (self->attributes);
  g_free (self->attribute_list);
  g_free (self);
}
