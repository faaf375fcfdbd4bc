/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherEnd: what an open end of a pipeline gives, and whether the room
 * takes it. It links nothing. */
#pragma once

#include <gst/gst.h>

typedef enum {
  PUBLISHER_END_UNKNOWN,        /* not to be told before data comes */
  PUBLISHER_END_AUDIO,
  PUBLISHER_END_VIDEO,
  PUBLISHER_END_RAW,            /* to be encoded first */
  PUBLISHER_END_REFUSED,        /* the room does not take it */
} PublisherEndKind;

/* @caps: all that the end can give; @audio and @video: what the room takes. */
PublisherEndKind publisher_end_classify (GstCaps *caps, GstCaps *audio,
    GstCaps *video);

/* "videotestsrc0.src gives raw video: add an encoder, such as ..." */
gchar *publisher_end_describe (GstPad *pad, GstCaps *caps);
