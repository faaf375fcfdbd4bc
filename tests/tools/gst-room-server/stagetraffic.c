/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stagetraffic.h"

#define WAIT_TIME (30 * G_TIME_SPAN_SECOND)
#define LOOK_EVERY_MS 5

/* For the loop. */
typedef struct
{
  StageTraffic *traffic;
  const gchar *identity;
} TrafficCall;

static void
copy_track (const ServerReportTrack * track, TrafficCall * call)
{
  call->traffic->track = track->counts;
  for (guint i = 0; i < track->consumers->len; i++) {
    ServerReportConsumer *each = g_ptr_array_index (track->consumers, i);
    if (g_str_equal (each->identity, call->identity))
      call->traffic->consumer = each->counts;
  }
}

static void
copy (const ServerReport * report, gpointer user_data)
{
  ServerReportRoom *room = g_ptr_array_index (report->rooms, 0);

  for (guint p = 0; p < room->participants->len; p++) {
    GPtrArray *tracks = ((ServerReportParticipant *)
        g_ptr_array_index (room->participants, p))->tracks;
    for (guint t = 0; t < tracks->len; t++) {
      ServerReportTrack *track = g_ptr_array_index (tracks, t);
      if (!track->video)
        continue;
      copy_track (track, user_data);
      return;
    }
  }
}

void
stage_traffic_take (StageTraffic * self, MediaStage * stage,
    const gchar * identity)
{
  TrafficCall call = { self, identity };

  *self = (StageTraffic) {
  };
  media_stage_report (stage, copy, &call);
}

gboolean
stage_traffic_wait_packets (StageTraffic * self, MediaStage * stage,
    const gchar * identity, guint more)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIME;
  guint64 wanted = self->track.packets + more;

  do {
    stage_traffic_take (self, stage, identity);
    if (self->track.packets >= wanted)
      return TRUE;
    g_poll (NULL, 0, LOOK_EVERY_MS);
  } while (g_get_monotonic_time () < end_time);
  return FALSE;
}

gboolean
stage_traffic_wait_cut (StageTraffic * self, MediaStage * stage,
    const gchar * identity)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIME;

  do {
    stage_traffic_take (self, stage, identity);
    if (self->consumer.queue.cuts > 0)
      return TRUE;
    g_poll (NULL, 0, LOOK_EVERY_MS);
  } while (g_get_monotonic_time () < end_time);
  return FALSE;
}
