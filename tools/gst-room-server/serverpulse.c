/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverpulse.h"

#include "serversession.h"

struct _ServerPulse
{
  gint beats;                   /* atomic */
  gint closed;                  /* likewise */

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

void
server_pulse_close (ServerPulse * self)
{
  g_atomic_int_set (&self->closed, 1);
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

/* What is decrypted ends when the client says so. */
static GstPadProbeReturn
on_event (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    server_pulse_close (data);
  return GST_PAD_PROBE_OK;
}

static void
watch_pad (ServerPulse * self, GstPad * pad)
{
  if (gst_pad_get_direction (pad) == GST_PAD_SRC)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event,
        server_pulse_ref (self), (GDestroyNotify) server_pulse_unref);
}

static void
on_pad_added (GstElement * element, GstPad * pad, gpointer data)
{
  watch_pad (data, pad);
}

static void
watch_decoder (ServerPulse * self, GstElement * element)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  if (pad != NULL)
    watch_pad (self, pad);
  else
    g_signal_connect_data (element, "pad-added", G_CALLBACK (on_pad_added),
        server_pulse_ref (self), unref_closure, 0);
}

void
server_pulse_watch (ServerPulse * self, GstElement * element)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  g_autoptr (GObject) session = server_session_dup (element);

  if (session != NULL)
    g_signal_connect_data (session, "on-receiving-rtcp",
        G_CALLBACK (on_report), server_pulse_ref (self), unref_closure, 0);
  else if (factory != NULL
      && g_str_equal (GST_OBJECT_NAME (factory), "dtlsdec"))
    watch_decoder (self, element);
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
  return !g_atomic_int_get (&self->closed)
      && self->misses < SERVER_PULSE_MISSES;
}
