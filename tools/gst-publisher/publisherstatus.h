/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherStatus: what is known about the room and its tracks, and how to say
 * it in a line. It is told everything, asks nobody and prints nothing. One
 * thread at a time; time is a parameter (monotonic microseconds). */
#pragma once

#include <gst/gst.h>

typedef struct _PublisherStatus PublisherStatus;

typedef enum {
  PUBLISHER_STATUS_WAITING,     /* the delay runs */
  PUBLISHER_STATUS_STARTING,
  PUBLISHER_STATUS_JOINED,      /* no track is published yet */
  PUBLISHER_STATUS_LIVE,
  PUBLISHER_STATUS_STOPPING,
} PublisherStatusPhase;

PublisherStatus *publisher_status_new (void);
void publisher_status_free (PublisherStatus *self);

void publisher_status_set_phase (PublisherStatus *self,
    PublisherStatusPhase phase);
PublisherStatusPhase publisher_status_get_phase (PublisherStatus *self);

/* Takes note of an element message of roompublish. What it says, in words,
 * empty when others say it; NULL when it is none. */
gchar *publisher_status_take_message (PublisherStatus *self,
    const GstStructure *message, gint64 now);

/* Takes note of the "stats" of roompublish. */
void publisher_status_take_stats (PublisherStatus *self,
    const GstStructure *stats);

/* The statistics in words, a line per track. */
gchar *publisher_status_dup_stats (PublisherStatus *self);

/* "live · stage as cam · stage H264 1280x720 2.1 Mbit/s, ... · 00:01:23", cut
 * to @width columns. */
gchar *publisher_status_dup_line (PublisherStatus *self, gint64 now,
    guint width);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherStatus, publisher_status_free)
