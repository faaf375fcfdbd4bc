/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverpulse.h"

struct _ServerPulse
{
  gint beats;                   /* atomic */

  /* Of who asks. */
  gint seen;                    /* beats */
  guint64 sent;
  guint misses;
};

ServerPulse *
server_pulse_new (void)
{
  return g_atomic_rc_box_new0 (ServerPulse);
}

ServerPulse *
server_pulse_ref (ServerPulse * self)
{
  return g_atomic_rc_box_acquire (self);
}

void
server_pulse_unref (ServerPulse * self)
{
  g_atomic_rc_box_release (self);
}

void
server_pulse_beat (ServerPulse * self)
{
  g_atomic_int_inc (&self->beats);
}

/* In a streaming thread. */
static void
on_report (GObject * session, GstBuffer * report, gpointer data)
{
  server_pulse_beat (data);
}

static void
unref_closure (gpointer data, GClosure * closure)
{
  server_pulse_unref (data);
}

void
server_pulse_watch (ServerPulse * self, GstElement * element)
{
  g_autoptr (GObject) session = NULL;

  g_object_get (element, "internal-session", &session, NULL);
  g_signal_connect_data (session, "on-receiving-rtcp", G_CALLBACK (on_report),
      server_pulse_ref (self), unref_closure, 0);
}

gboolean
server_pulse_check (ServerPulse * self, guint64 sent, gboolean receiving)
{
  gint beats = g_atomic_int_get (&self->beats);
  gboolean expected = receiving || sent != self->sent;

  if (beats != self->seen)
    self->misses = 0;
  else if (expected)
    self->misses++;
  self->seen = beats;
  self->sent = sent;
  return self->misses < SERVER_PULSE_MISSES;
}
