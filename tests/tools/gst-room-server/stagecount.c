/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stagecount.h"

void
stage_count_active (const ServerReport * report, gpointer data)
{
  guint *count = data;

  *count = 0;
  for (guint i = 0; i < report->rooms->len; i++) {
    ServerReportRoom *room = g_ptr_array_index (report->rooms, i);
    for (guint p = 0; p < room->participants->len; p++)
      *count += g_str_equal (((ServerReportParticipant *)
              g_ptr_array_index (room->participants, p))->state, "ACTIVE");
  }
}

void
stage_count_tracks (const ServerReport * report, gpointer data)
{
  guint *count = data;

  *count = 0;
  for (guint i = 0; i < report->rooms->len; i++) {
    ServerReportRoom *room = g_ptr_array_index (report->rooms, i);
    for (guint p = 0; p < room->participants->len; p++) {
      GPtrArray *tracks = ((ServerReportParticipant *)
          g_ptr_array_index (room->participants, p))->tracks;
      for (guint t = 0; t < tracks->len; t++)
        *count += ((ServerReportTrack *)
            g_ptr_array_index (tracks, t))->counts.packets > 0;
    }
  }
}

void
stage_count_reports (const ServerReport * report, gpointer data)
{
  ServerReportRoom *room = g_ptr_array_index (report->rooms, 0);
  guint *count = data;

  *count = 0;
  for (guint p = 0; p < room->participants->len; p++) {
    GPtrArray *tracks = ((ServerReportParticipant *)
        g_ptr_array_index (room->participants, p))->tracks;
    for (guint t = 0; t < tracks->len; t++) {
      GPtrArray *consumers = ((ServerReportTrack *)
          g_ptr_array_index (tracks, t))->consumers;
      for (guint c = 0; c < consumers->len; c++)
        *count += ((ServerReportConsumer *)
            g_ptr_array_index (consumers, c))->round_trip_us > 0;
    }
  }
}
