/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverseat.h"

#include "livekit/livekitroommedia.h"
#include "livekit/livekitverify.h"
#include "serverbooking.h"
#include "serverdebug.h"
#include "serverdescriptors.h"
#include "serverreply.h"

/* An answer that is told as a whole waits so long for candidates. */
#define GATHER_TIME (500 * G_TIME_SPAN_MILLISECOND)

/* Lines by the client's name for them: with one connection it is the first. */
#define N_LINES 2

/* Of a connection, where it is not said which there are. */
#define USUAL_ADDRESSES 4

struct _ServerSeat
{
  const ServerSeatPlace *place;
  gchar *room;
  gchar *sid;
  gchar *identity;
  gboolean one_connection;
  gboolean may_subscribe;       /* it was to negotiate */
  gboolean untold;              /* an offer of ours had nobody to hear it */
  gboolean resumed;             /* one that was told may not have been heard */
  gboolean leaving;
  guint required[2];            /* sections asked for since the last offer; audio,
                                 * video */
  ServerSupply *supply;
  ServerDemand *demand;
  ServerLine *lines[N_LINES];   /* NULL: not needed yet */

  /* Of one without signalling. */
  gboolean quiet;
  gchar *publisher;             /* identity; NULL: of all */
  ServerReply *reply;           /* NULL: none is waited for */
  GSource *timer;
};

/* NULL: it is over, and nothing is said any more. */
static LivekitRoom *
find_room (ServerSeat * self)
{
  return self->leaving ? NULL
      : livekit_rooms_find (self->place->rooms, self->room);
}

static ServerBooking
get_booking (ServerSeat * self)
{
  const ServerBooking booking = { self->supply, find_room (self), self->sid,
    self->quiet
  };

  return booking;
}

static void
pump (ServerSeat * self)
{
  self->place->pump (self->place->user_data);
}

static LivekitTarget
get_target (ServerSeat * self, const ServerLine * line)
{
  return self->lines[LIVEKIT_TARGET_SUBSCRIBER] == line
      ? LIVEKIT_TARGET_SUBSCRIBER : LIVEKIT_TARGET_PUBLISHER;
}

/* Legs that are on their way out have their descriptors still. */
gboolean
server_seat_check_place (const ServerSeatPlace * place, GError ** error)
{
  guint addresses = place->peer.addresses != NULL
      ? g_strv_length ((GStrv) place->peer.addresses) : USUAL_ADDRESSES;

  /* Over TCP each is listened at as well. */
  if (!place->peer.udp_only)
    addresses *= 2;
  if (server_descriptors_suffice (life_roster_get_count (place->roster),
          addresses))
    return TRUE;
  g_set_error_literal (error, LIVEKIT_REFUSAL, 503,
      "there are too many media connections");
  return FALSE;
}

ServerSeat *
server_seat_new (const ServerSeatPlace * place, const LivekitRoomEvent * joined)
{
  ServerSeat *self = g_new0 (ServerSeat, 1);

  self->place = place;
  self->room = g_strdup (joined->room);
  self->sid = g_strdup (joined->participant);
  self->identity = g_strdup (joined->identity);
  self->one_connection = joined->flag;
  self->quiet = joined->quiet;
  self->supply =
      server_supply_new (place->shelf, joined->room, joined->identity);
  self->demand = server_demand_new (joined->quiet, place->gone);
  return self;
}

static void
clear_timer (ServerSeat * self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
seat_free (ServerSeat * self)
{
  server_demand_free (self->demand);
  server_supply_free (self->supply);
  g_free (self->publisher);
  g_free (self->room);
  g_free (self->sid);
  g_free (self->identity);
  g_free (self);
}

/* -- What the lines say ----------------------------------------------------- */

static void
answer_quietly (ServerSeat * self)
{
  g_autofree gchar *sdp = server_leg_dup_description (server_line_get_leg
      (self->lines[LIVEKIT_TARGET_PUBLISHER]));

  clear_timer (self);
  server_reply_finish (g_steal_pointer (&self->reply), sdp, NULL);
}

/* From whatever the answer waited for. */
static void
refuse_reply (ServerSeat * self, const GError * error)
{
  clear_timer (self);
  if (self->reply != NULL)
    server_reply_refuse (g_steal_pointer (&self->reply), self->place->loop,
        g_error_copy (error));
}

static gboolean
on_gather_time (gpointer data)
{
  answer_quietly (data);
  return G_SOURCE_REMOVE;
}

static void
wait_for_candidates (ServerSeat * self)
{
  clear_timer (self);
  self->timer = life_loop_add_timeout (self->place->loop, "server-seat-gather",
      GATHER_TIME, on_gather_time, self, NULL);
}

static void
on_describe (ServerLine * line, gboolean offer, guint id, const gchar * sdp,
    gpointer data)
{
  ServerSeat *self = data;
  LivekitRoom *room = find_room (self);

  if (room == NULL)
    return;
  if (self->quiet) {
    wait_for_candidates (self);
    return;
  }
  if (offer) {
    self->untold =
        livekit_room_media_offer (room, self->sid, sdp, NULL, 0) == 0;
  } else {
    g_autoptr (GArray) mids = server_demand_list_mids (self->demand);
    livekit_room_media_answer (room, self->sid, id, sdp,
        self->one_connection ? (const LivekitMid *) mids->data : NULL,
        self->one_connection ? mids->len : 0);
  }
  pump (self);
}

static void
on_candidate (ServerLine * line, guint mline, const gchar * candidate,
    gpointer data)
{
  ServerSeat *self = data;
  LivekitRoom *room = find_room (self);

  if (self->quiet && candidate == NULL && self->reply != NULL)
    answer_quietly (self);
  if (self->quiet || room == NULL || candidate == NULL)
    return;
  livekit_room_media_trickle (room, self->sid, get_target (self, line), mline,
      candidate);
  pump (self);
}

static void
fail (ServerSeat * self, const GError * error)
{
  LivekitRoom *room = find_room (self);

  GST_WARNING ("%s: %s", self->sid, error->message);
  refuse_reply (self, error);
  if (room == NULL)
    return;
  livekit_room_media_failed (room, self->sid, g_get_monotonic_time ());
  pump (self);
}

static void
on_state (ServerLine * line, GstWebRTCPeerConnectionState state, gpointer data)
{
  ServerSeat *self = data;
  LivekitRoom *room = find_room (self);
  LivekitTarget matters = !self->one_connection && self->may_subscribe
      ? LIVEKIT_TARGET_SUBSCRIBER : LIVEKIT_TARGET_PUBLISHER;

  GST_DEBUG ("%s: %s: state %d", self->sid,
      get_target (self, line) == LIVEKIT_TARGET_SUBSCRIBER ? "subscriber"
      : "publisher", state);
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    self->place->gone->connected++;
  if (room == NULL)
    return;
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED) {
    g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR,
        G_IO_ERROR_CONNECTION_CLOSED, "the media connection has failed");
    fail (self, error);
  } else if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED
      && line == self->lines[matters]) {
    if (self->quiet)
      server_line_watch (line);
    livekit_room_media_connected (room, self->sid);
    pump (self);
  }
}

static const ServerCodec *
on_section (ServerLine * line, guint mline, const ServerSection * section,
    gpointer data)
{
  ServerSeat *self = data;
  const ServerBooking booking = get_booking (self);

  if (booking.room == NULL
      || get_target (self, line) != LIVEKIT_TARGET_PUBLISHER)
    return NULL;
  return server_booking_take (&booking, mline, section);
}

static void
on_track (ServerLine * line, ServerTrack * track, gpointer data)
{
  ServerSeat *self = data;

  server_supply_attach (self->supply, track);
}

static void
on_started (ServerLine * line, ServerOutlet * outlet, gpointer data)
{
  ServerSeat *self = data;
  LivekitRoom *room = find_room (self);
  const gchar *track = server_demand_find (self->demand, outlet);

  if (room == NULL || track == NULL)
    return;
  livekit_room_media_flows (room, self->sid, track);
  pump (self);
}

/* His next offer will have what his last had too few of. */
static void
require_sections (ServerSeat * self)
{
  LivekitRoom *room = find_room (self);
  ServerLine *line = self->lines[LIVEKIT_TARGET_PUBLISHER];
  guint missing[2];

  if (room == NULL || !self->one_connection || self->quiet || (line != NULL
          && server_leg_is_answering (server_line_get_leg (line))))
    return;
  for (guint video = 0; video < G_N_ELEMENTS (missing); video++) {
    guint waiting = server_demand_count_waiting (self->demand, video);
    missing[video] = waiting > self->required[video]
        ? waiting - self->required[video] : 0;
    self->required[video] += missing[video];
  }
  if (missing[0] + missing[1] > 0)
    livekit_room_media_require (room, self->sid, missing[0], missing[1]);
}

static void
on_settled (ServerLine * line, gpointer data)
{
  ServerSeat *self = data;

  require_sections (self);
  pump (self);
}

static void
on_failed (ServerLine * line, const GError * error, gpointer data)
{
  fail (data, error);
}

static void
on_stopped (ServerLine * line, gpointer data)
{
  ServerSeat *self = data;

  self->lines[get_target (self, line)] = NULL;
  server_line_free (line);
  if (!self->leaving) {
    /* One that came when the others were being drained. */
    g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR,
        G_IO_ERROR_CLOSED, "the server is shutting down");
    fail (self, error);
  } else if (self->lines[0] == NULL && self->lines[1] == NULL) {
    seat_free (self);
  }
}

static const ServerLineFuncs line_funcs = {
  on_describe, on_candidate, on_state, on_section, on_track, on_started,
  on_settled, on_failed, on_stopped,
};

/* NULL: it cannot be, and the room knows; @self may be gone. */
static ServerLine *
need_line (ServerSeat * self, LivekitTarget target)
{
  ServerPeerConfig config = self->place->peer;
  g_autoptr (GError) error = NULL;

  if (self->lines[target] != NULL)
    return self->lines[target];
  config.data = target == LIVEKIT_TARGET_SUBSCRIBER;
  ServerLine *line = server_seat_check_place (self->place, &error)
      ? server_line_new (self->place->loop, self->place->roster, &config,
      &line_funcs, self, &error) : NULL;
  self->lines[target] = line;
  if (line == NULL)
    fail (self, error);
  return line;
}

/* -- What the room says ----------------------------------------------------- */

/* The tracks go where packets go to him. */
static LivekitTarget
get_outgoing (ServerSeat * self)
{
  return self->one_connection ? LIVEKIT_TARGET_PUBLISHER
      : LIVEKIT_TARGET_SUBSCRIBER;
}

static void
place (ServerSeat * self)
{
  ServerLine *line = self->lines[get_outgoing (self)];

  if (line != NULL)
    server_demand_place (self->demand, server_line_get_leg (line),
        self->publisher);
}

static void
negotiate (ServerSeat * self)
{
  if (self->one_connection) {
    require_sections (self);
    return;
  }
  self->may_subscribe = TRUE;
  ServerLine *line = need_line (self, LIVEKIT_TARGET_SUBSCRIBER);
  if (line == NULL)
    return;
  place (self);
  if (self->resumed)
    server_leg_repeat_offer (server_line_get_leg (line));
  self->resumed = FALSE;
  server_leg_create_offer (server_line_get_leg (line));
}

static void
take_offer (ServerSeat * self, guint id, const gchar * sdp)
{
  ServerLine *line = need_line (self, LIVEKIT_TARGET_PUBLISHER);

  if (line == NULL)
    return;
  self->required[0] = self->required[1] = 0;
  place (self);
  server_line_set_offer (line, id, sdp);
}

static void
resume (ServerSeat * self)
{
  self->resumed = TRUE;
  for (guint i = 0; i < N_LINES; i++) {
    if (self->lines[i] != NULL)
      server_line_repeat (self->lines[i], self->untold
          && i == LIVEKIT_TARGET_SUBSCRIBER);
  }
}

static void
take_candidate (ServerSeat * self, LivekitTarget target, guint mline,
    const gchar * candidate)
{
  /* That there are no more changes nothing. */
  if (self->lines[target] != NULL && candidate != NULL)
    server_leg_add_candidate (server_line_get_leg (self->lines[target]), mline,
        candidate);
}

void
server_seat_handle (ServerSeat * self, const LivekitRoomEvent * event)
{
  const ServerBooking booking = get_booking (self);

  switch (event->type) {
    case LIVEKIT_ROOM_EVENT_RESUMED:
      resume (self);
      break;
    case LIVEKIT_ROOM_EVENT_OFFER:
      take_offer (self, event->id, event->sdp);
      break;
    case LIVEKIT_ROOM_EVENT_ANSWER:
      if (self->lines[LIVEKIT_TARGET_SUBSCRIBER] != NULL)
        server_leg_set_answer (server_line_get_leg (self->lines
                [LIVEKIT_TARGET_SUBSCRIBER]), event->sdp);
      break;
    case LIVEKIT_ROOM_EVENT_CANDIDATE:
      take_candidate (self, event->target, event->mline, event->candidate);
      break;
    case LIVEKIT_ROOM_EVENT_TRACK_ADDED:
      server_booking_add (&booking, event);
      break;
    case LIVEKIT_ROOM_EVENT_TRACK_REMOVED:
      server_supply_remove (self->supply, event->track);
      break;
    case LIVEKIT_ROOM_EVENT_TRACK_MUTED:
      server_supply_set_muted (self->supply, event->track, event->flag);
      break;
    case LIVEKIT_ROOM_EVENT_FORWARD_END:
      server_demand_end (self->demand, event->track);
      break;
    case LIVEKIT_ROOM_EVENT_FORWARD_PAUSED:
      server_demand_set_paused (self->demand, event->track, event->flag);
      break;
    case LIVEKIT_ROOM_EVENT_NEGOTIATE:
      negotiate (self);
      break;
    default:
      break;
  }
}

void
server_seat_forward (ServerSeat * self, ServerSeat * publisher,
    const LivekitRoomEvent * event)
{
  const ServerSupplyTrack *track =
      server_supply_find (publisher->supply, event->track);

  if (track == NULL || track->fan == NULL)
    return;
  g_autofree gchar *stream = self->quiet
      ? server_shelf_make_key (publisher->identity, NULL, 0, FALSE)
      : g_strconcat (publisher->sid, "|", *track->stream != '\0'
      ? track->stream : track->sid, NULL);
  g_autofree gchar *name = self->quiet
      ? server_shelf_make_key (publisher->identity, track->name,
      track->ordinal, track->video)
      : g_strdup (track->sid);
  ServerDemandItem item = {.track = track->sid,
    .publisher = publisher->identity,.fan = track->fan,
    .msid_stream = stream,.msid_track = name,
  };
  server_demand_add (self->demand, &item);
  if (!self->quiet)
    place (self);
}

/* -- Without signalling ----------------------------------------------------- */

void
server_seat_offer (ServerSeat * self, const gchar * sdp,
    const gchar * publisher, ServerMediaAnswered answered, gpointer user_data,
    GDestroyNotify destroy)
{
  ServerReply *reply = server_reply_new (answered, user_data, destroy);

  if (self->reply != NULL || !self->quiet) {
    server_reply_refuse (reply, self->place->loop,
        g_error_new_literal (GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_INVALID_STATE,
            "another offer is being answered"));
    return;
  }
  self->reply = reply;
  g_free (self->publisher);
  self->publisher = g_strdup (publisher);
  take_offer (self, 0, sdp);
}

void
server_seat_add_candidate (ServerSeat * self, guint mline,
    const gchar * candidate)
{
  take_candidate (self, LIVEKIT_TARGET_PUBLISHER, mline, candidate);
}

const gchar *
server_seat_get_room (ServerSeat * self)
{
  return self->room;
}

const gchar *
server_seat_get_sid (ServerSeat * self)
{
  return self->sid;
}

void
server_seat_describe (ServerSeat * self, ServerReport * report, gint64 now)
{
  ServerReportRoom *room = server_report_find_room (report, self->room);
  ServerReportParticipant *participant = room != NULL
      ? server_report_find_participant (room, self->sid) : NULL;

  if (participant == NULL)
    return;
  server_supply_describe (self->supply, room, now);
  server_demand_describe (self->demand, room, participant, &report->totals,
      now);
}

void
server_seat_leave (ServerSeat * self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR,
      G_IO_ERROR_CLOSED, "the participant has gone");

  self->leaving = TRUE;
  refuse_reply (self, error);
  if (self->lines[0] == NULL && self->lines[1] == NULL) {
    seat_free (self);
    return;
  }
  for (guint i = 0; i < N_LINES; i++) {
    if (self->lines[i] != NULL)
      server_line_stop (self->lines[i]);
  }
}
