/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitTracks: the tracks we asked the server for and what it said. */

#include "livekit/livekittracks.h"

typedef enum
{
  LIVEKIT_TRACK_UNSENT,
  LIVEKIT_TRACK_SENT,
  LIVEKIT_TRACK_QUEUED,         /* by the server, behind one of its cid */
  LIVEKIT_TRACK_PUBLISHED,
} LivekitTrackState;

typedef struct
{
  LivekitTrackRequest request;  /* its strings are those below */
  gchar *cid;
  gchar *name;
  gchar *stream;
  gchar *sid;
  LivekitTrackState state;
  gboolean forgotten;
  gint64 deadline;              /* -1: none */
} LivekitTrack;

struct _LivekitTracks
{
  GPtrArray *tracks;            /* of LivekitTrack, oldest first */
};

static LivekitTrack *
livekit_track_new (const LivekitTrackRequest * request)
{
  LivekitTrack *self = g_new0 (LivekitTrack, 1);

  self->cid = g_strdup (request->cid);
  self->name = g_strdup (request->name);
  self->stream = g_strdup (request->stream);
  self->request = *request;
  self->request.cid = self->cid;
  self->request.name = self->name;
  self->request.stream = self->stream;
  self->state = LIVEKIT_TRACK_UNSENT;
  self->deadline = -1;
  return self;
}

static void
livekit_track_free (gpointer data)
{
  LivekitTrack *self = data;

  g_free (self->cid);
  g_free (self->name);
  g_free (self->stream);
  g_free (self->sid);
  g_free (self);
}

static gchar *
livekit_track_dup_name (LivekitTrack * self)
{
  gboolean named = self->name != NULL && self->name[0] != '\0';

  return g_strdup (named ? self->name : self->cid);
}

static gboolean
livekit_track_is_waiting (LivekitTrack * self)
{
  return self->state == LIVEKIT_TRACK_SENT
      || self->state == LIVEKIT_TRACK_QUEUED;
}

LivekitTracks *
livekit_tracks_new (void)
{
  LivekitTracks *self = g_new0 (LivekitTracks, 1);

  self->tracks = g_ptr_array_new_with_free_func (livekit_track_free);
  return self;
}

void
livekit_tracks_free (LivekitTracks * self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->tracks);
  g_free (self);
}

void
livekit_tracks_add (LivekitTracks * self, const LivekitTrackRequest * request)
{
  g_return_if_fail (self != NULL && request != NULL && request->cid != NULL);

  g_ptr_array_add (self->tracks, livekit_track_new (request));
}

const LivekitTrackRequest *
livekit_tracks_take_unsent (LivekitTracks * self, gint64 now)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->tracks->len; i++) {
    LivekitTrack *track = g_ptr_array_index (self->tracks, i);
    if (track->state != LIVEKIT_TRACK_UNSENT)
      continue;
    track->state = LIVEKIT_TRACK_SENT;
    track->deadline = now + LIVEKIT_TRACKS_TIMEOUT;
    return &track->request;
  }
  return NULL;
}

void
livekit_tracks_forget (LivekitTracks * self, const gchar * cid)
{
  g_return_if_fail (self != NULL && cid != NULL);

  for (guint i = self->tracks->len; i > 0; i--) {
    LivekitTrack *track = g_ptr_array_index (self->tracks, i - 1);
    if (!g_str_equal (track->cid, cid))
      continue;
    /* One that the server knows of stays, so that its answer is not taken for
     * that to a later request of the same cid. */
    if (track->state == LIVEKIT_TRACK_UNSENT)
      g_ptr_array_remove_index (self->tracks, i - 1);
    else
      track->forgotten = TRUE;
  }
}

gboolean
livekit_tracks_published (LivekitTracks * self, const gchar * cid,
    const gchar * sid, gint64 now)
{
  g_return_val_if_fail (self != NULL && cid != NULL && sid != NULL, FALSE);

  for (guint i = 0; i < self->tracks->len; i++) {
    LivekitTrack *track = g_ptr_array_index (self->tracks, i);
    if (!livekit_track_is_waiting (track) || !g_str_equal (track->cid, cid))
      continue;
    track->state = LIVEKIT_TRACK_PUBLISHED;
    track->deadline = -1;
    track->sid = g_strdup (sid);
    return !track->forgotten;
  }
  return FALSE;
}

/* The server answers in the order of asking, and only a request that finds
 * another of its cid there is queued or refused for it: the newest. */
static LivekitTrack *
livekit_tracks_find_newest (LivekitTracks * self, const gchar * cid,
    guint * index)
{
  for (guint i = self->tracks->len; i > 0; i--) {
    LivekitTrack *track = g_ptr_array_index (self->tracks, i - 1);
    if (livekit_track_is_waiting (track) && g_str_equal (track->cid, cid)) {
      *index = i - 1;
      return track;
    }
  }
  return NULL;
}

void
livekit_tracks_queued (LivekitTracks * self, const gchar * cid)
{
  g_return_if_fail (self != NULL && cid != NULL);

  guint index = 0;
  LivekitTrack *track = livekit_tracks_find_newest (self, cid, &index);
  if (track == NULL)
    return;
  track->state = LIVEKIT_TRACK_QUEUED;
  track->deadline = -1;
}

gchar *
livekit_tracks_refused (LivekitTracks * self, const gchar * cid)
{
  g_return_val_if_fail (self != NULL && cid != NULL, NULL);

  guint index = 0;
  LivekitTrack *track = livekit_tracks_find_newest (self, cid, &index);
  if (track == NULL)
    return NULL;
  gchar *name = track->forgotten ? NULL : livekit_track_dup_name (track);
  g_ptr_array_remove_index (self->tracks, index);
  return name;
}

static void
livekit_tracks_start_queued (LivekitTracks * self, const gchar * cid,
    gint64 now)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    LivekitTrack *track = g_ptr_array_index (self->tracks, i);
    if (track->state == LIVEKIT_TRACK_QUEUED && g_str_equal (track->cid, cid)) {
      track->state = LIVEKIT_TRACK_SENT;
      track->deadline = now + LIVEKIT_TRACKS_TIMEOUT;
      return;
    }
  }
}

void
livekit_tracks_unpublished (LivekitTracks * self, const gchar * sid, gint64 now)
{
  g_return_if_fail (self != NULL && sid != NULL);

  for (guint i = 0; i < self->tracks->len; i++) {
    LivekitTrack *track = g_ptr_array_index (self->tracks, i);
    if (g_strcmp0 (track->sid, sid) != 0)
      continue;
    g_autofree gchar *cid = g_strdup (track->cid);
    g_ptr_array_remove_index (self->tracks, i);
    livekit_tracks_start_queued (self, cid, now);
    return;
  }
}

gint64
livekit_tracks_get_deadline (LivekitTracks * self)
{
  g_return_val_if_fail (self != NULL, -1);

  gint64 earliest = -1;
  for (guint i = 0; i < self->tracks->len; i++) {
    LivekitTrack *track = g_ptr_array_index (self->tracks, i);
    if (track->deadline >= 0 && (earliest < 0 || track->deadline < earliest))
      earliest = track->deadline;
  }
  return earliest;
}

gchar *
livekit_tracks_take_overdue (LivekitTracks * self, gint64 now, gchar ** name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  guint i = 0;
  while (i < self->tracks->len) {
    LivekitTrack *track = g_ptr_array_index (self->tracks, i);
    if (track->deadline < 0 || track->deadline > now) {
      i++;
      continue;
    }
    gchar *cid = track->forgotten ? NULL : g_strdup (track->cid);
    if (cid != NULL)
      *name = livekit_track_dup_name (track);
    g_ptr_array_remove_index (self->tracks, i);
    if (cid != NULL)
      return cid;
  }
  return NULL;
}
