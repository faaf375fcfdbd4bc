/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitallowlist.h"

#include "livekit/livekitlimits.h"

typedef struct
{
  gchar *sid;                   /* of a participant, or empty */
  gchar *identity;              /* the same */
  gboolean all_tracks;
  gchar **tracks;
} AllowLine;

static void
line_free (gpointer data)
{
  AllowLine *line = data;

  g_free (line->sid);
  g_free (line->identity);
  g_strfreev (line->tracks);
  g_free (line);
}

static AllowLine *
line_new (const Livekit__TrackPermission * permission)
{
  AllowLine *line = g_new0 (AllowLine, 1);

  line->sid = g_strdup (permission->participant_sid);
  line->identity = g_strdup (permission->participant_identity);
  line->all_tracks = permission->all_tracks;
  line->tracks = g_new0 (gchar *, permission->n_track_sids + 1);
  for (gsize i = 0; i < permission->n_track_sids; i++)
    line->tracks[i] = g_strdup (permission->track_sids[i]);
  return line;
}

void
livekit_allow_list_clear (LivekitAllowList * self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->lines, g_ptr_array_unref);
}

gboolean
livekit_allow_list_set (LivekitAllowList * self,
    const Livekit__SubscriptionPermission * message)
{
  g_return_val_if_fail (self != NULL && message != NULL, FALSE);

  if (message->n_track_permissions > LIVEKIT_MAX_ALLOWED)
    return FALSE;
  for (gsize i = 0; i < message->n_track_permissions; i++) {
    if (message->track_permissions[i]->n_track_sids > LIVEKIT_MAX_ALLOWED)
      return FALSE;
  }

  livekit_allow_list_clear (self);
  if (message->all_participants)
    return TRUE;
  self->lines = g_ptr_array_new_with_free_func (line_free);
  for (gsize i = 0; i < message->n_track_permissions; i++)
    g_ptr_array_add (self->lines, line_new (message->track_permissions[i]));
  return TRUE;
}

/* By sid when it is given; the identity is what outlives a new join. */
static gboolean
is_meant (const AllowLine * line, const gchar * sid, const gchar * identity)
{
  if (line->sid[0] != '\0')
    return g_str_equal (line->sid, sid);
  return line->identity[0] != '\0' && g_str_equal (line->identity, identity);
}

gboolean
livekit_allow_list_allows (const LivekitAllowList * self,
    const gchar * consumer_sid, const gchar * consumer_identity,
    const gchar * track_sid)
{
  g_return_val_if_fail (self != NULL && consumer_sid != NULL
      && consumer_identity != NULL && track_sid != NULL, FALSE);

  if (self->lines == NULL)
    return TRUE;
  for (guint i = 0; i < self->lines->len; i++) {
    const AllowLine *line = self->lines->pdata[i];
    if (is_meant (line, consumer_sid, consumer_identity)
        && (line->all_tracks
            || g_strv_contains ((const gchar * const *) line->tracks,
                track_sid)))
      return TRUE;
  }
  return FALSE;
}
