/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerPulse: is there still someone at the other end of a connection?
 * webrtcbin tells neither that the client has closed it (DTLS) nor that it went
 * without a word; but one that gets media, or sends some, reports on it (RTCP).
 * It hears the one, counts the other, and has no clock: somebody asks it at
 * intervals. */
#pragma once

#include <gst/gst.h>

typedef struct _ServerPulse ServerPulse;

/* How often to ask, in us; and how often in a row nothing may have come. Ours:
 * as long as a consent to receive lasts (RFC 7675, section 5.1). Browsers
 * report once a second on video, and every five seconds on audio. */
#define SERVER_PULSE_INTERVAL (2 * G_TIME_SPAN_SECOND)
#define SERVER_PULSE_MISSES 15

ServerPulse *server_pulse_new (void);
ServerPulse *server_pulse_ref (ServerPulse *self);
void server_pulse_unref (ServerPulse *self);

/* Any thread: an element of the connection. Of most there is nothing to
 * hear. */
void server_pulse_watch (ServerPulse *self, GstElement *element);
/* Any thread: a report came; the client has closed. */
void server_pulse_beat (ServerPulse *self);
void server_pulse_close (ServerPulse *self);

/* One thread. @sent: what the client was sent in all; it answers only to more
 * of it. @receiving: it sends something itself. FALSE: it is gone. */
gboolean server_pulse_check (ServerPulse *self, guint64 sent,
    gboolean receiving);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerPulse, server_pulse_unref)
