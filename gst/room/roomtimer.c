/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomTimer: see roomtimer.h. */

#include "roomtimer.h"

/* A source without a time-out of its own: GLib's set themselves their next
 * time after each call. */
struct _RoomTimer
{
  GSource source;
  RoomTimerFunc func;
  gpointer user_data;
};

static gboolean
dispatch (GSource * source, GSourceFunc unused, gpointer data)
{
  RoomTimer *self = (RoomTimer *) source;

  g_source_set_ready_time (source, -1);
  self->func (g_get_monotonic_time (), self->user_data);
  return G_SOURCE_CONTINUE;
}

RoomTimer *
room_timer_new (LifeLoop * loop, RoomTimerFunc func, gpointer user_data)
{
  static GSourceFuncs funcs = {.dispatch = dispatch };
  GSource *source = g_source_new (&funcs, sizeof (RoomTimer));
  RoomTimer *self = (RoomTimer *) source;

  self->func = func;
  self->user_data = user_data;
  g_source_set_static_name (source, "room-timer");
  g_source_attach (source, life_loop_get_context (loop));
  return self;
}

void
room_timer_free (RoomTimer * self)
{
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

void
room_timer_set (RoomTimer * self, gint64 at)
{
  g_source_set_ready_time (&self->source, at);
}

gint64
room_timer_earlier (gint64 a, gint64 b)
{
  if (a < 0)
    return b;
  return b < 0 ? a : MIN (a, b);
}
