/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerRate: bits a second, out of a count of bytes that is looked at now and
 * then. It has no clock and no timer: who asks brings the count. Embedded; one
 * thread at a time. Times are monotonic microseconds. */
#pragma once

#include <glib.h>

/* What it is told over, at least, once there is so much. */
#define SERVER_RATE_WINDOW G_TIME_SPAN_SECOND

typedef struct {
  gint64 since, then;           /* the end of the window before, and of that
                                 * which is open */
  guint64 bytes_since, bytes_then;
} ServerRate;

/* The count begins now, with nothing. */
void server_rate_init (ServerRate *self, gint64 now);
/* Since the last who asked a window ago, or since the begin: asking more often
 * does not make it jump. */
guint64 server_rate_measure (ServerRate *self, guint64 bytes, gint64 now);
