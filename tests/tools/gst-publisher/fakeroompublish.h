/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FakeRoomPublish: stands in for roompublish where no server is wanted.
 * It has the pads, properties and messages of docs/roompublish.md, throws the
 * media away and does what its "behaviour" says. Tests only. */
#pragma once

#include <gst/gst.h>

/* Makes it the "roompublish" of this process, or of @plugin. "behaviour" is a
 * list of words separated by commas, by default from the variable FAKE_ROOM:
 *   join            joins at once (the default)
 *   silent          never joins
 *   refuse=NICK     fails with that room-reason instead of joining
 *   end=NICK        fails so after joining
 *   fail-start      READY to PAUSED fails, without a word
 *   hang-start      READY to PAUSED does not return before the release
 *   hang-stop       PAUSED to READY does not return before the release
 *   mark            writes a byte to FAKE_ROOM_MARK_FD once it is live
 *   swallow-eos     the end of a stream goes no further
 * "starts" and "stops" count READY to PAUSED and back. */
gboolean fake_room_publish_register (GstPlugin *plugin);

#define FAKE_ROOM_MARK_FD 9

typedef enum {
  FAKE_ROOM_STARTED = 1,        /* READY to PAUSED has begun */
  FAKE_ROOM_JOINED,
  FAKE_ROOM_LIVE,               /* the first track was announced */
} FakeRoomPhase;

/* Waits until @element has come that far; FALSE after 20 s. */
gboolean fake_room_publish_wait (GstElement *element, FakeRoomPhase phase);

/* The room ends, for the reason @nick, as a server would end it. */
void fake_room_publish_end (GstElement *element, const gchar *nick);

/* Lets every hanging state change go on. */
void fake_room_publish_release (void);
