/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverrate.h"

void
server_rate_init (ServerRate * self, gint64 now)
{
  *self = (ServerRate) {
  .since = now,.then = now};
}

guint64
server_rate_measure (ServerRate * self, guint64 bytes, gint64 now)
{
  if (now - self->then >= SERVER_RATE_WINDOW) {
    self->since = self->then;
    self->bytes_since = self->bytes_then;
    self->then = now;
    self->bytes_then = bytes;
  }
  if (now <= self->since || bytes <= self->bytes_since)
    return 0;
  return (bytes - self->bytes_since) * 8.0 * G_TIME_SPAN_SECOND
      / (now - self->since);
}
