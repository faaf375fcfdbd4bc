/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherExit: why the publisher ended, and the exit code that says so.
 * The codes follow sysexits.h and are documented in gst-publisher(1). */
#pragma once

#include <gst/gst.h>

/* Also the reasons of the stop latch, so none is 0. */
typedef enum {
  PUBLISHER_EXIT_EOS = 1,       /* every stream has ended */
  PUBLISHER_EXIT_SIGNAL,        /* asked to stop */
  PUBLISHER_EXIT_USAGE,         /* options that make no sense */
  PUBLISHER_EXIT_BAD_PIPELINE,  /* cannot be parsed or published */
  PUBLISHER_EXIT_NO_FILE,       /* a file named by an option is unreadable */
  PUBLISHER_EXIT_UNREACHABLE,   /* no server, no room, no join in time */
  PUBLISHER_EXIT_PIPELINE,      /* the pipeline failed, or did not stop */
  PUBLISHER_EXIT_LOST,          /* the room was there and has gone */
  PUBLISHER_EXIT_PROTOCOL,      /* the peer does not speak LiveKit */
  PUBLISHER_EXIT_REFUSED,       /* bad credentials, or not permitted */
  PUBLISHER_EXIT_REMOVED,       /* the server has removed us */
} PublisherExit;

gint publisher_exit_get_code (PublisherExit self);

/* A word for programs: "eos", "signal", "usage" ... */
const gchar *publisher_exit_get_nick (PublisherExit self);

/* From the "room-reason" of roompublish; unknown ones are _PIPELINE. */
PublisherExit publisher_exit_from_room_reason (const gchar *nick);

/* From an error message of any element. @text gets what happened and to whom,
 * @room_reason (may be NULL) the room's nick or NULL. */
PublisherExit publisher_exit_from_message (GstMessage *message, gchar **text,
    gchar **room_reason);
