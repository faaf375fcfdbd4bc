/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpStats: see rtmpstats.h. */

#include "rtmpstats.h"

static const gchar *
get_state_name (RtmpClient * client, gboolean publish)
{
  switch (rtmp_client_get_state (client)) {
    case RTMP_CALLER_STARTED:
      return publish ? "publishing" : "playing";
    case RTMP_CALLER_CLOSING:
      return "closing";
    case RTMP_CALLER_ENDED:
      return "disconnected";
    default:
      return "connecting";
  }
}

GstStructure *
rtmp_stats_new (RtmpClient * client, gboolean publish,
    const gchar * otherwise, guint reconnects)
{
  RtmpSessionStats stats = { 0 };
  gboolean by_system = FALSE;
  gint64 round_trip = -1;

  if (client != NULL) {
    rtmp_client_get_stats (client, &stats);
    round_trip = rtmp_client_get_round_trip (client, &by_system);
  }
  return gst_structure_new ("rtmp-stats",
      "state", G_TYPE_STRING, client != NULL
      ? get_state_name (client, publish) : otherwise,
      "in-chunk-size", G_TYPE_UINT, stats.chunk_size_in,
      "out-chunk-size", G_TYPE_UINT, stats.chunk_size_out,
      "in-window-ack-size", G_TYPE_UINT, stats.window_in,
      "out-window-ack-size", G_TYPE_UINT, stats.window_out,
      "in-bytes-total", G_TYPE_UINT64, stats.bytes_in,
      "out-bytes-total", G_TYPE_UINT64, stats.bytes_out,
      "in-bytes-acked", G_TYPE_UINT64, stats.confirmed,
      "out-bytes-acked", G_TYPE_UINT64, stats.acknowledged,
      "reconnects", G_TYPE_UINT, reconnects,
      "in-messages", G_TYPE_UINT64, stats.messages_in,
      "out-messages", G_TYPE_UINT64, stats.messages_out,
      "round-trip", G_TYPE_INT64, round_trip >= 0
      ? round_trip * 1000 : (gint64) - 1,
      "round-trip-by", G_TYPE_STRING, round_trip < 0 ? "none"
      : by_system ? "tcp" : "ping", NULL);
}

void
rtmp_stats_add_outbox (GstStructure * self, const RtmpOutboxStats * outbox)
{
  const RtmpOutboxStats none = { 0 };

  if (outbox == NULL)
    outbox = &none;
  gst_structure_set (self,
      "queued-messages", G_TYPE_UINT, outbox->messages,
      "queued-bytes", G_TYPE_UINT64, (guint64) outbox->bytes,
      "queued-time", G_TYPE_UINT64, (guint64) outbox->delay * 1000,
      "dropped-messages", G_TYPE_UINT64, outbox->dropped_messages,
      "dropped-bytes", G_TYPE_UINT64, outbox->dropped_bytes, NULL);
}

void
rtmp_stats_add_inbox (GstStructure * self, guint buffers, gsize bytes,
    guint64 dropped)
{
  gst_structure_set (self,
      "queued-buffers", G_TYPE_UINT, buffers,
      "queued-bytes", G_TYPE_UINT64, (guint64) bytes,
      "dropped-messages", G_TYPE_UINT64, dropped, NULL);
}

GstStructure *
rtmp_stats_new_idle (gboolean publish)
{
  GstStructure *self = rtmp_stats_new (NULL, publish, "disconnected", 0);

  if (publish)
    rtmp_stats_add_outbox (self, NULL);
  else
    rtmp_stats_add_inbox (self, 0, 0, 0);
  return self;
}
