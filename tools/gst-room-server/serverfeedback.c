/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverfeedback.h"

#include "life/lifelock.h"
#include "serverextension.h"
#include "serversession.h"

/* Between two reports, the longest that browsers reckon with. Each one puts off
 * the session's next receiver report: five times as many, and a publisher never
 * learns his round trip. */
#define INTERVAL (250 * GST_MSECOND)

/* The session reads caps only once for each payload type. This is none: RFC
 * 5761, section 4, keeps it for RTCP. */
#define NO_PT 72

struct _ServerFeedback
{
  LifeLock lock;                /* guards all below */
  GWeakRef pad;                 /* of the session, through which packets come */
  guint number;
};

static ServerFeedback *
feedback_ref (ServerFeedback * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ServerFeedback *self = data;

  g_weak_ref_clear (&self->pad);
  life_lock_clear (&self->lock);
}

void
server_feedback_unref (ServerFeedback * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
unref_closure (gpointer data, GClosure * closure)
{
  server_feedback_unref (data);
}

/* In the streaming thread, with the next packet, so that nothing waits for
 * it. */
static GstPadProbeReturn
on_packet (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  ServerFeedback *self = data;
  ServerExtensionMap map = { 0 };
  g_autoptr (GstCaps) current = gst_pad_get_current_caps (pad);

  life_lock_lock (&self->lock);
  map.id[SERVER_EXTENSION_TRANSPORT] = self->number;
  life_lock_unlock (&self->lock);
  g_autoptr (GstCaps) caps = current != NULL ? gst_caps_copy (current)
      : gst_caps_new_empty_simple ("application/x-rtp");
  gst_caps_set_simple (caps, "payload", G_TYPE_INT, NO_PT, NULL);
  server_extension_map_write (&map, caps);
  gst_pad_send_event (pad, gst_event_new_caps (caps));
  return GST_PAD_PROBE_REMOVE;
}

static void
tell (ServerFeedback * self, GstPad * pad)
{
  gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packet,
      feedback_ref (self), (GDestroyNotify) server_feedback_unref);
}

/* In any thread. */
static void
on_pad_added (GstElement * session, GstPad * pad, gpointer data)
{
  ServerFeedback *self = data;

  if (!g_str_equal (GST_PAD_NAME (pad), "recv_rtp_sink"))
    return;
  life_lock_lock (&self->lock);
  g_weak_ref_set (&self->pad, pad);
  gboolean known = self->number != 0;
  life_lock_unlock (&self->lock);
  if (known)
    tell (self, pad);
}

static void
on_element_added (GstBin * bin, GstBin * within, GstElement * element,
    gpointer data)
{
  g_autoptr (GObject) session = server_session_dup (element);

  if (session == NULL)
    return;
  g_object_set (session, "twcc-feedback-interval", (guint64) INTERVAL, NULL);
  g_signal_connect_data (element, "pad-added", G_CALLBACK (on_pad_added),
      feedback_ref (data), unref_closure, 0);
}

ServerFeedback *
server_feedback_new (GstBin * bin)
{
  ServerFeedback *self = g_atomic_rc_box_new0 (ServerFeedback);

  life_lock_init (&self->lock);
  g_weak_ref_init (&self->pad, NULL);
  g_signal_connect_data (bin, "deep-element-added",
      G_CALLBACK (on_element_added), feedback_ref (self), unref_closure, 0);
  return self;
}

void
server_feedback_set_number (ServerFeedback * self, guint number)
{
  life_lock_lock (&self->lock);
  gboolean changed = number != 0 && number != self->number;
  g_autoptr (GstPad) pad = g_weak_ref_get (&self->pad);
  if (changed)
    self->number = number;
  life_lock_unlock (&self->lock);
  if (changed && pad != NULL)
    tell (self, pad);
}
