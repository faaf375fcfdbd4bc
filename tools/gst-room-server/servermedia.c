/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servermedia.h"

#include "serverdebug.h"
#include "serverreply.h"
#include "serverseat.h"

#define KEEP_MS 30000

struct _ServerMedia
{
  ServerSeatPlace place;
  GStrv addresses;
  gchar *stun;
  ServerReportTotals gone;
  GHashTable *seats;            /* of ServerSeat by sid; owned by themselves */
};

/* In the thread that drains. */
static void
stop_leg (gpointer leg)
{
  server_leg_stop (leg);
}

static void
on_notice (gpointer leg, gpointer user_data)
{
  life_loop_post (user_data, stop_leg, server_leg_ref (leg),
      (GDestroyNotify) server_leg_unref);
}

/* There is nothing harder than to stop. */
static const LifeRosterFuncs roster_funcs = { on_notice, NULL, NULL };

ServerMedia *
server_media_new (LifeLoop * loop, LivekitRooms * rooms,
    const ServerMediaConfig * config, ServerMediaPump pump, gpointer user_data)
{
  ServerMedia *self = g_new0 (ServerMedia, 1);
  guint keep_ms = config->keep_ms != 0 ? config->keep_ms : KEEP_MS;

  self->addresses = g_strdupv ((GStrv) config->addresses);
  self->stun = g_strdup (config->stun);
  self->seats = g_hash_table_new (g_str_hash, g_str_equal);
  self->place.loop = life_loop_ref (loop);
  self->place.rooms = rooms;
  self->place.roster = life_roster_new (&roster_funcs, loop);
  self->place.shelf =
      server_shelf_new (loop, keep_ms * G_TIME_SPAN_MILLISECOND,
      config->recorder);
  self->place.peer.addresses = (const gchar * const *) self->addresses;
  self->place.peer.stun = self->stun;
  self->place.peer.udp_only = !config->tcp;
  self->place.peer.min_port = config->min_port;
  self->place.peer.max_port = config->max_port;
  self->place.gone = &self->gone;
  self->place.pump = pump;
  self->place.user_data = user_data;
  return self;
}

void
server_media_free (ServerMedia * self)
{
  if (self == NULL)
    return;

  g_assert (life_roster_get_count (self->place.roster) == 0);
  GHashTableIter seats;
  gpointer seat;
  g_hash_table_iter_init (&seats, self->seats);
  while (g_hash_table_iter_next (&seats, NULL, &seat)) {
    g_hash_table_iter_remove (&seats);
    server_seat_leave (seat);
  }
  g_hash_table_unref (self->seats);
  server_shelf_free (self->place.shelf);
  life_roster_unref (self->place.roster);
  life_loop_unref (self->place.loop);
  g_strfreev (self->addresses);
  g_free (self->stun);
  g_free (self);
}

gboolean
server_media_check (ServerMedia * self, GError ** error)
{
  return server_seat_check_place (&self->place, error);
}

static void
begin (ServerMedia * self, const LivekitRoomEvent * event)
{
  ServerSeat *seat = server_seat_new (&self->place, event);

  g_hash_table_insert (self->seats, (gpointer) server_seat_get_sid (seat),
      seat);
}

static ServerSeat *
find (ServerMedia * self, const gchar * sid)
{
  return sid != NULL ? g_hash_table_lookup (self->seats, sid) : NULL;
}

void
server_media_handle (ServerMedia * self, const LivekitRoomEvent * event)
{
  ServerSeat *seat = find (self, event->participant);
  ServerSeat *publisher = find (self, event->publisher);

  if (event->type == LIVEKIT_ROOM_EVENT_JOINED) {
    begin (self, event);
  } else if (event->type == LIVEKIT_ROOM_EVENT_ROOM_OVER) {
    server_shelf_clear_room (self->place.shelf, event->room);
  } else if (seat == NULL) {
    /* One that was turned away. */
    GST_LOG ("%s of nobody", livekit_room_event_type_get_name (event->type));
  } else if (event->type == LIVEKIT_ROOM_EVENT_OVER) {
    g_hash_table_remove (self->seats, event->participant);
    server_seat_leave (seat);
  } else if (event->type == LIVEKIT_ROOM_EVENT_FORWARD) {
    if (publisher != NULL)
      server_seat_forward (seat, publisher, event);
  } else {
    server_seat_handle (seat, event);
  }
}

/* A sid is of one room only; @room is asked for all the same. */
static ServerSeat *
find_in_room (ServerMedia * self, const gchar * room, const gchar * sid)
{
  ServerSeat *seat = find (self, sid);

  return seat != NULL && g_str_equal (server_seat_get_room (seat), room)
      ? seat : NULL;
}

void
server_media_offer (ServerMedia * self, const gchar * room, const gchar * sid,
    const gchar * sdp, const gchar * publisher, ServerMediaAnswered answered,
    gpointer user_data, GDestroyNotify destroy)
{
  ServerSeat *seat = find_in_room (self, room, sid);

  if (seat != NULL)
    server_seat_offer (seat, sdp, publisher, answered, user_data, destroy);
  else
    server_reply_refuse (server_reply_new (answered, user_data, destroy),
        self->place.loop, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED,
            "the participant has gone"));
  /* What he publishes is known to the others from now on. */
  self->place.pump (self->place.user_data);
}

void
server_media_add_candidate (ServerMedia * self, const gchar * room,
    const gchar * sid, guint mline, const gchar * candidate)
{
  ServerSeat *seat = find_in_room (self, room, sid);

  if (seat != NULL)
    server_seat_add_candidate (seat, mline, candidate);
}

void
server_media_describe (ServerMedia * self, ServerReport * report)
{
  gint64 now = g_get_monotonic_time ();
  GHashTableIter seats;
  gpointer seat;

  report->totals.connections = life_roster_get_count (self->place.roster);
  report->totals.connected = self->gone.connected;
  server_report_count_sent (&report->totals, &self->gone.sent);
  server_shelf_count (self->place.shelf, &report->totals);
  g_hash_table_iter_init (&seats, self->seats);
  while (g_hash_table_iter_next (&seats, NULL, &seat))
    server_seat_describe (seat, report, now);
}

LifeRoster *
server_media_get_roster (ServerMedia * self)
{
  return self->place.roster;
}
