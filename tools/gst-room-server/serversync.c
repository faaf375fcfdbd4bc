/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serversync.h"

#include <gst/rtp/gstrtcpbuffer.h>

#include "life/lifelock.h"
#include "serversession.h"

/* Clocks go apart, at most by so many parts in a million: the shortest way that
 * was ever seen is forgotten at this pace. */
#define DRIFT 500

/* On the way for longer than this, and the client has set his clock. */
#define MAX_DELAY (3 * G_TIME_SPAN_SECOND)

/* RFC 3550, section 6.4.1: a report without blocks, less one. */
#define SENDER_WORDS 6

typedef struct
{
  gint64 time;                  /* of the client's clock, us */
  guint32 timestamp;
} SyncReport;

struct _ServerSync
{
  LifeLock lock;                /* guards all below */
  GHashTable *reports;          /* of SyncReport, the last by SSRC */
  gboolean known;
  gint64 offset;                /* our clock - his, by the shortest way */
  gint64 noted;                 /* when that was */
};

ServerSync *
server_sync_new (void)
{
  ServerSync *self = g_atomic_rc_box_new0 (ServerSync);

  life_lock_init (&self->lock);
  self->reports = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

ServerSync *
server_sync_ref (ServerSync * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ServerSync *self = data;

  g_hash_table_unref (self->reports);
  life_lock_clear (&self->lock);
}

void
server_sync_unref (ServerSync * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* In a streaming thread. */
static void
on_report (GObject * session, GstBuffer * report, gpointer data)
{
  server_sync_note_report (data, report);
}

static void
unref_closure (gpointer data, GClosure * closure)
{
  server_sync_unref (data);
}

static void
on_element_added (GstBin * bin, GstBin * within, GstElement * element,
    gpointer data)
{
  g_autoptr (GObject) session = server_session_dup (element);

  if (session == NULL)
    return;
  g_signal_connect_data (session, "on-receiving-rtcp", G_CALLBACK (on_report),
      server_sync_ref (data), unref_closure, 0);
}

void
server_sync_watch (ServerSync * self, GstBin * bin)
{
  g_signal_connect_data (bin, "deep-element-added",
      G_CALLBACK (on_element_added), server_sync_ref (self), unref_closure, 0);
}

static void
note (ServerSync * self, guint32 ssrc, guint64 ntp, guint32 timestamp)
{
  gpointer key = GUINT_TO_POINTER (ssrc);
  LIFE_LOCK_HOLD (&self->lock);
  SyncReport *report = g_hash_table_lookup (self->reports, key);

  if (report == NULL) {
    if (g_hash_table_size (self->reports) >= SERVER_SYNC_MAX_STREAMS)
      return;
    report = g_new0 (SyncReport, 1);
    g_hash_table_insert (self->reports, key, report);
  }
  /* Seconds and their fraction, of 32 bits each. */
  report->time = (gint64) (ntp >> 32) * G_USEC_PER_SEC
      + (gint64) ((ntp & G_MAXUINT32) * G_USEC_PER_SEC >> 32);
  report->timestamp = timestamp;
}

void
server_sync_note_report (ServerSync * self, GstBuffer * report)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;

  if (gst_buffer_get_size (report) == 0
      || !gst_rtcp_buffer_validate_reduced (report)
      || !gst_rtcp_buffer_map (report, GST_MAP_READ, &rtcp))
    return;
  for (gboolean more = gst_rtcp_buffer_get_first_packet (&rtcp, &packet); more;
      more = gst_rtcp_packet_move_to_next (&packet)) {
    guint32 ssrc, timestamp;
    guint64 ntp;
    /* Which is read without a look at its length. */
    if (gst_rtcp_packet_get_type (&packet) != GST_RTCP_TYPE_SR
        || gst_rtcp_packet_get_length (&packet) < SENDER_WORDS)
      continue;
    gst_rtcp_packet_sr_get_sender_info (&packet, &ssrc, &ntp, &timestamp, NULL,
        NULL);
    /* RFC 3550, section 6.4.1: who has no clock says 0. */
    if (ntp != 0)
      note (self, ssrc, ntp, timestamp);
  }
  gst_rtcp_buffer_unmap (&rtcp);
}

/* Under the lock: @offset is what a packet says that has come just now. */
static gint64
follow (ServerSync * self, gint64 offset, gint64 arrival)
{
  gint64 passed = MAX (arrival - self->noted, 0);
  gint64 shortest = self->offset + passed * DRIFT / G_USEC_PER_SEC;

  if (self->known && offset > shortest && offset - shortest < MAX_DELAY)
    return shortest;
  self->known = TRUE;
  self->offset = offset;
  self->noted = arrival;
  return offset;
}

gint64
server_sync_get_time (ServerSync * self, guint32 ssrc, guint32 timestamp,
    guint clock_rate, gint64 arrival)
{
  LIFE_LOCK_HOLD (&self->lock);
  const SyncReport *report =
      g_hash_table_lookup (self->reports, GUINT_TO_POINTER (ssrc));

  if (report == NULL)
    return arrival;
  gint64 ticks = (gint32) (timestamp - report->timestamp);
  gint64 time = report->time + ticks * G_USEC_PER_SEC / clock_rate;
  return time + follow (self, arrival - time, arrival);
}
