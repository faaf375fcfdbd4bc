/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitping.h"

void
livekit_ping_init (LivekitPing * self, gint64 interval, gint64 timeout,
    gint64 now)
{
  g_return_if_fail (self != NULL && interval > 0 && timeout > 0);

  self->interval = interval;
  self->timeout = timeout;
  self->heard = now;
  self->next = now + interval;
  self->first = -1;
  self->sent = -1;
  self->round_trip = 0;
}

void
livekit_ping_heard (LivekitPing * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  self->heard = now;
  self->first = -1;
}

/* When the silence is too long. A process that slept finds an old heard and
 * may have the answer unread: the time also has to pass after a ping. */
static gint64
get_silent_at (const LivekitPing * self)
{
  gint64 grace = MAX (self->timeout - self->interval, self->timeout / 2);

  return MAX (self->heard + self->timeout, self->first + grace);
}

gint64
livekit_ping_get_deadline (const LivekitPing * self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->first < 0 ? self->next : MIN (self->next, get_silent_at (self));
}

gboolean
livekit_ping_is_silent (const LivekitPing * self, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->first >= 0 && now >= get_silent_at (self);
}

gboolean
livekit_ping_begin (LivekitPing * self, gint64 now, gint64 * timestamp)
{
  g_return_val_if_fail (self != NULL && timestamp != NULL, FALSE);

  if (now < self->next)
    return FALSE;
  self->next = now + self->interval;
  self->sent = now;
  if (self->first < 0)
    self->first = now;
  *timestamp = now / G_TIME_SPAN_MILLISECOND;
  return TRUE;
}

gboolean
livekit_ping_answered (LivekitPing * self, gint64 timestamp, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->sent < 0 || timestamp != self->sent / G_TIME_SPAN_MILLISECOND)
    return FALSE;
  self->round_trip = now - self->sent;
  self->sent = -1;
  return TRUE;
}
