/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverdemand.h"

#include "serverrate.h"

typedef struct
{
  ServerDemand *demand;
  gchar *track;
  gchar *publisher;
  gchar *msid_stream;
  gchar *msid_track;
  gchar *mid;                   /* lent to who lists them; NULL: not known */
  ServerFan *fan;
  ServerOutlet *outlet;         /* NULL: not placed */
  LifeListener *listener;       /* of the fan's end */
  gboolean paused;              /* by himself */
  gboolean ended;               /* it is forwarded no more, and may be again */
  ServerRate rate;
  gint lost;                    /* at its highest */
} Want;

struct _ServerDemand
{
  gboolean lasting;
  ServerReportTotals *gone;
  ServerLeg *leg;               /* of the outlets; NULL: there are none */
  GPtrArray *wants;             /* of Want */
};

/* Who receives many streams may have lost what was known of this one, and begin
 * anew: what is counted does not go back. */
static void
count_lost (Want * want, ServerReportTotals * totals)
{
  RoomReceptionReport report;

  if (server_outlet_get_reception (want->outlet, &report))
    want->lost = MAX (want->lost, report.most_lost);
  totals->lost += want->lost;
}

/* Nothing of it waits any more. */
static void
keep_counts (Want * want)
{
  ServerConsumerCounts counts;

  if (want->outlet == NULL || !server_outlet_get_counts (want->outlet, &counts))
    return;
  counts.queue.packets = 0;
  counts.queue.bytes = 0;
  server_report_count_sent (want->demand->gone, &counts);
  count_lost (want, want->demand->gone);
}

static void
want_free (gpointer data)
{
  Want *want = data;

  life_listener_remove (want->listener);
  life_listener_unref (want->listener);
  keep_counts (want);
  g_clear_pointer (&want->outlet, server_outlet_unref);
  server_fan_unref (want->fan);
  g_free (want->track);
  g_free (want->publisher);
  g_free (want->msid_stream);
  g_free (want->msid_track);
  g_free (want->mid);
  g_free (want);
}

ServerDemand *
server_demand_new (gboolean lasting, ServerReportTotals * gone)
{
  ServerDemand *self = g_new0 (ServerDemand, 1);

  self->lasting = lasting;
  self->gone = gone;
  self->wants = g_ptr_array_new_with_free_func (want_free);
  return self;
}

void
server_demand_free (ServerDemand * self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->wants);
  g_clear_pointer (&self->leg, server_leg_unref);
  g_free (self);
}

static void
drop (ServerDemand * self, Want * want)
{
  if (want->outlet != NULL)
    server_leg_remove_outlet (self->leg, want->outlet);
  g_ptr_array_remove (self->wants, want);
}

/* In the loop: only there do fans end. */
static void
on_fan_ended (gint reason, gpointer user_data)
{
  Want *want = user_data;

  drop (want->demand, want);
}

static Want *
find (ServerDemand * self, const gchar * track)
{
  for (guint i = 0; i < self->wants->len; i++) {
    Want *want = g_ptr_array_index (self->wants, i);
    if (!want->ended && g_str_equal (want->track, track))
      return want;
  }
  return NULL;
}

static void
look_paused (Want * want)
{
  if (want->outlet != NULL)
    server_outlet_set_paused (want->outlet, want->paused || want->ended);
}

/* TRUE: a want that has ended had this fan, and goes on. */
static gboolean
go_on (ServerDemand * self, const ServerDemandItem * item)
{
  for (guint i = 0; i < self->wants->len; i++) {
    Want *want = g_ptr_array_index (self->wants, i);
    if (!want->ended || want->fan != item->fan)
      continue;
    g_free (want->track);
    want->track = g_strdup (item->track);
    want->ended = want->paused = FALSE;
    look_paused (want);
    return TRUE;
  }
  return FALSE;
}

void
server_demand_add (ServerDemand * self, const ServerDemandItem * item)
{
  if (life_event_has_fired (server_fan_get_ended (item->fan), NULL)
      || go_on (self, item))
    return;
  Want *want = g_new0 (Want, 1);
  want->demand = self;
  want->track = g_strdup (item->track);
  want->publisher = g_strdup (item->publisher);
  want->msid_stream = g_strdup (item->msid_stream);
  want->msid_track = g_strdup (item->msid_track);
  want->fan = server_fan_ref (item->fan);
  g_ptr_array_add (self->wants, want);
  want->listener = life_event_listen (server_fan_get_ended (item->fan),
      on_fan_ended, want, NULL);
}

void
server_demand_end (ServerDemand * self, const gchar * track)
{
  Want *want = find (self, track);

  if (want == NULL)
    return;
  if (!self->lasting || want->outlet == NULL) {
    drop (self, want);
    return;
  }
  want->ended = TRUE;
  look_paused (want);
}

void
server_demand_set_paused (ServerDemand * self, const gchar * track,
    gboolean paused)
{
  Want *want = find (self, track);

  if (want == NULL)
    return;
  want->paused = paused;
  look_paused (want);
}

void
server_demand_place (ServerDemand * self, ServerLeg * leg,
    const gchar * publisher)
{
  if (self->leg == NULL)
    self->leg = server_leg_ref (leg);
  for (guint i = 0; i < self->wants->len; i++) {
    Want *want = g_ptr_array_index (self->wants, i);
    if (want->outlet != NULL
        || (publisher != NULL && !g_str_equal (want->publisher, publisher)))
      continue;
    ServerOutlet *outlet = server_leg_add_outlet (leg, want->fan,
        want->msid_stream, want->msid_track);
    if (outlet == NULL)
      return;
    want->outlet = server_outlet_ref (outlet);
    server_rate_init (&want->rate, g_get_monotonic_time ());
    look_paused (want);
  }
}

const gchar *
server_demand_find (ServerDemand * self, const ServerOutlet * outlet)
{
  for (guint i = 0; i < self->wants->len; i++) {
    const Want *want = g_ptr_array_index (self->wants, i);
    if (want->outlet == outlet && !want->ended)
      return want->track;
  }
  return NULL;
}

guint
server_demand_count_waiting (ServerDemand * self, gboolean video)
{
  guint count = 0;

  for (guint i = 0; i < self->wants->len; i++) {
    const Want *want = g_ptr_array_index (self->wants, i);
    count += server_fan_get_codec (want->fan)->video == video
        && (want->outlet == NULL || server_outlet_is_waiting (want->outlet));
  }
  return count;
}

GArray *
server_demand_list_mids (ServerDemand * self)
{
  GArray *mids = g_array_new (FALSE, FALSE, sizeof (LivekitMid));

  for (guint i = 0; i < self->wants->len; i++) {
    Want *want = g_ptr_array_index (self->wants, i);
    if (want->outlet == NULL)
      continue;
    g_free (want->mid);
    want->mid = server_outlet_dup_mid (want->outlet);
    LivekitMid mid = { want->mid, want->track };
    if (want->mid != NULL)
      g_array_append_val (mids, mid);
  }
  return mids;
}

static void
describe_reception (const Want * want, ServerReportConsumer * view)
{
  RoomReceptionReport report;

  view->reported = server_outlet_get_reception (want->outlet, &report);
  view->lost = report.lost;
  view->loss = report.loss;
  view->jitter_us = gst_util_uint64_scale (report.jitter, G_USEC_PER_SEC,
      server_fan_get_codec (want->fan)->clock_rate);
  view->round_trip_us = report.round_trip / GST_USECOND;
}

static void
describe (Want * want, ServerReportTrack * track,
    const ServerReportParticipant * participant,
    const ServerConsumerCounts * counts, gint64 now)
{
  ServerReportConsumer *view = server_report_add_consumer (track, participant);

  view->counts = *counts;
  view->bitrate = server_rate_measure (&want->rate, counts->bytes, now);
  describe_reception (want, view);
}

void
server_demand_describe (ServerDemand * self, ServerReportRoom * room,
    const ServerReportParticipant * participant, ServerReportTotals * totals,
    gint64 now)
{
  for (guint i = 0; i < self->wants->len; i++) {
    Want *want = g_ptr_array_index (self->wants, i);
    ServerConsumerCounts counts;
    if (want->outlet == NULL
        || !server_outlet_get_counts (want->outlet, &counts))
      continue;
    server_report_count_sent (totals, &counts);
    count_lost (want, totals);
    ServerReportTrack *track = want->ended ? NULL
        : server_report_find_track (room, want->track);
    if (track != NULL)
      describe (want, track, participant, &counts, now);
    room->waiting += want->ended;
  }
}
