/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherEnds: the open ends of a pipeline, linked to the room, those that
 * appear later included. It neither parses nor starts the pipeline. */
#pragma once

#include <gst/gst.h>

#include "life/lifeevent.h"

typedef struct _PublisherEnds PublisherEnds;

/* Called from find() or from any streaming thread, without a lock. None may
 * block or change a state. */
typedef struct {
  /* @end ("x264enc0.src") feeds the room's pad @pad. @ended fires with the end
   * of its stream; to be listened to before this returns, for no data has
   * come yet. */
  void (*linked) (const gchar *end, const gchar *pad, LifeEvent *ended,
      gpointer user_data);
  /* Something is not used, and that may be meant so. */
  void (*unused) (const gchar *text, gpointer user_data);
  /* Nothing can be published, or a stream that the pipeline must get rid of
   * cannot be. */
  void (*failed) (const gchar *text, gpointer user_data);
} PublisherEndsFuncs;

/* @track_names in the order of the ends and @video_source may be NULL. */
PublisherEnds *publisher_ends_new (GstBin *pipeline, GstElement *room,
    const gchar *const *track_names, const gchar *video_source,
    const PublisherEndsFuncs *funcs, gpointer user_data);

/* Lets go of the pipeline. Its streams must have stopped. */
void publisher_ends_free (PublisherEnds *self);

/* Links every open end that the room takes, and goes on to do so when pads
 * appear. Fails with the whole list when an end cannot be published, or when
 * there is none and none can come. Before the pipeline is started. */
gboolean publisher_ends_find (PublisherEnds *self, GError **error);

/* For a room that is linked already: follows its pads only. */
gboolean publisher_ends_adopt (PublisherEnds *self, GError **error);

/* How many tracks there are. Any thread. */
guint publisher_ends_get_count (PublisherEnds *self);

/* TRUE when there are tracks and all of them have ended. Any thread. */
gboolean publisher_ends_have_ended (PublisherEnds *self);

/* What an error of the pipeline may have been about: the ends that were seen
 * and not published, one in a line; NULL when there are tracks. Any thread. */
gchar *publisher_ends_dup_complaint (PublisherEnds *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherEnds, publisher_ends_free)
