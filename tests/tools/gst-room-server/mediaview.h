/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MediaView: decodes what a webrtcbin receives, and says what is to be seen and
 * heard. For tests. Thread-safe. */
#pragma once

#include <gst/gst.h>

typedef struct _MediaView MediaView;

MediaView *media_view_new (GstBin *bin);
/* After the bin is in NULL. */
void media_view_free (MediaView *self);

/* Decodes what comes out of @pad. */
void media_view_add (MediaView *self, GstPad *pad);

guint media_view_get_frames (MediaView *self);

/* What waited for a connection comes with the first pictures. */
#define MEDIA_PACE_LEAD 10

/* Of the pictures that came so far. */
typedef struct {
  guint missing_ms;             /* the longest time between a picture and the
                                 * next that came, by their own times */
  guint gap_ms;                 /* the same, by when they came */
  guint late_ms;                /* the longest from a picture's own time until
                                 * it came, after the lead: of a source that
                                 * stamps what it makes with the monotonic
                                 * clock, as a StageClient's does */
} MediaPace;

void media_view_get_pace (MediaView *self, MediaPace *pace);
/* The worst of both. */
void media_pace_add (MediaPace *self, const MediaPace *other);

gboolean media_view_wait_frames (MediaView *self, guint frames);
gboolean media_view_wait_colour (MediaView *self, guint32 rgb);
gboolean media_view_wait_tone (MediaView *self, guint hz);
