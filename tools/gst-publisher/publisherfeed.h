/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherFeed: lists of allowed users, a line each, from a descriptor.
 * It belongs to the thread of its context. */
#pragma once

#include <glib.h>

typedef struct _PublisherFeed PublisherFeed;

typedef struct {
  /* A new list; an empty line is nobody. */
  void (*users) (gchar **users, gpointer user_data);
  /* A line was not used. */
  void (*refused) (const gchar *text, gpointer user_data);
} PublisherFeedFuncs;

/* Reads @fd, which it does not own, until its end. The last line may lack its
 * new line. */
PublisherFeed *publisher_feed_new (GMainContext *context, gint fd,
    const PublisherFeedFuncs *funcs, gpointer user_data);
void publisher_feed_free (PublisherFeed *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherFeed, publisher_feed_free)
