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
/* The longest time between a picture and the next that came, by their own
 * times: what is missing, and not what is late. */
guint media_view_get_gap_ms (MediaView *self);
gboolean media_view_wait_frames (MediaView *self, guint frames);
gboolean media_view_wait_colour (MediaView *self, guint32 rgb);
gboolean media_view_wait_tone (MediaView *self, guint hz);
