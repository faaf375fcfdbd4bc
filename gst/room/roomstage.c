/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomStage: see roomstage.h. */

#include "roomstage.h"

#include "livekit/livekiterror.h"
#include "roomaudience.h"
#include "roomcast.h"
#include "roomconnection.h"
#include "roomdebug.h"
#include "roomintake.h"
#include "roomnegotiation.h"
#include "roomstart.h"
#include "roomtimer.h"

/* A subscriber plays some tens of milliseconds behind; unpublished at once the
 * last frames would never be seen. */
#define DRAIN_TIME (400 * G_TIME_SPAN_MILLISECOND)

struct _RoomStage
{
  GstBin *bin;                  /* not owned: it owns us */
  const RoomConfig *config;
  RoomStageFuncs funcs;
  gpointer user_data;

  RoomConnection *connection;
  RoomNegotiation *negotiation;
  RoomIntake *intake;
  RoomStart *start;
  RoomCast *cast;
  LivekitClient *client;        /* NULL: not in the room; not owned */
  gboolean closed;
  gboolean finished;
  gboolean playing;
  RoomTime time;
};

static RoomPeer *
get_peer (RoomStage * self)
{
  return room_connection_get_peer (self->connection);
}

/* Into the room. */

static void
publish (RoomStage * self, RoomPublication * publication, gint64 now)
{
  if (publication->state != ROOM_PUBLICATION_ACCEPTED || !publication->sid
      || !room_connection_is_connected (self->connection)
      || publication->end_reason)
    return;
  publication->state = ROOM_PUBLICATION_PUBLISHED;
  room_publication_let_run (publication);
  room_publication_announce (publication, GST_ELEMENT (self->bin));
  self->funcs.published (self->user_data);
  if (publication->released)
    return;
  if (!room_track_is_live (publication->track)) {
    room_publication_await (publication,
        self->config->wait_for_subscriber * G_TIME_SPAN_MILLISECOND, now);
    return;
  }
  room_track_open (publication->track, 0);
  if (publication->subscribed)
    room_track_subscribed (publication->track, now);
}

static void
publish_all (gpointer data)
{
  RoomStage *self = data;
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < room_cast_get_size (self->cast); i++)
    publish (self, room_cast_get (self->cast, i), now);
  self->funcs.hurried (self->user_data);
}

static void
begin (gpointer member, gint64 offset, gpointer data)
{
  GST_INFO_OBJECT (room_track_get_pad (member), "begins, moved by %"
      GST_STIME_FORMAT, GST_STIME_ARGS (offset));
  room_track_open (member, offset);
}

/* Out of the room. */

/* Its pad is gone, or about to go. */
static void
forget (RoomStage * self, RoomPublication * publication)
{
  room_track_close (publication->track);
  room_track_let_go (publication->track);
  room_cast_remove (self->cast, publication);
}

/* The room knows nothing of it any more; the rest of it goes, and with a
 * released pad the publication itself. */
static void
finish (RoomStage * self, RoomPublication * publication)
{
  GST_INFO_OBJECT (publication->pad, "out of the room: %s",
      publication->end_reason);
  room_publication_withdraw (publication, GST_ELEMENT (self->bin),
      publication->end_reason);
  room_start_remove (self->start, publication->track);
  if (!publication->released)
    room_track_discard (publication->track);
  room_track_dismantle (publication->track);
  if (publication->sink)
    room_peer_release_pad (get_peer (self), publication->sink);
  gst_clear_object (&publication->sink);
  if (publication->released)
    forget (self, publication);
}

static void
end (RoomStage * self, RoomPublication * publication, const gchar * reason,
    gint64 drain)
{
  gint64 at = g_get_monotonic_time () + drain;

  /* One that leaves already is looked at again: it may have been the last. */
  if (!room_publication_end (publication, reason, at))
    publication->end_at = at;
  self->funcs.hurried (self->user_data);
}

/* Its time has come: it leaves the room by way of the next offer. One that is
 * being offered is published first, then undone. */
static void
retire (RoomStage * self, RoomPublication * publication, gint64 now)
{
  RoomPublicationState state = publication->state;

  publication->end_at = -1;
  if (state == ROOM_PUBLICATION_ENDED && publication->released)
    forget (self, publication);
  if (state == ROOM_PUBLICATION_WAITING || state == ROOM_PUBLICATION_DESCRIBED)
    finish (self, publication);
  if (state != ROOM_PUBLICATION_ACCEPTED && state != ROOM_PUBLICATION_PUBLISHED)
    return;
  if (self->client)
    livekit_client_forget_track (self->client, publication->cid);
  room_peer_deactivate_pad (get_peer (self), publication->sink);
  publication->state = ROOM_PUBLICATION_ENDING;
  room_negotiation_want (self->negotiation, now);
}

/* What the streams say. */

static void
on_described (RoomPublication * publication, gpointer data)
{
  RoomStage *self = data;

  room_negotiation_want (self->negotiation, g_get_monotonic_time ());
  self->funcs.wanted (self->user_data);
  self->funcs.hurried (self->user_data);
}

static void
on_resized (RoomPublication * publication, gpointer data)
{
  RoomStage *self = data;

  if (publication->sid && self->client)
    livekit_client_set_video_size (self->client, publication->sid,
        publication->width, publication->height);
}

static void
on_ended (RoomPublication * publication, gpointer data)
{
  end (data, publication, "eos",
      room_track_is_open (publication->track) ? DRAIN_TIME : 0);
}

static void
on_failed (const GError * error, gpointer data)
{
  RoomStage *self = data;

  self->funcs.failed (error, self->user_data);
}

static void
on_hurried (gpointer data)
{
  RoomStage *self = data;

  self->funcs.hurried (self->user_data);
}

/* What the media connection says. */

static void
on_peer_described (const gchar * sdp, const GError * error, gpointer data)
{
  RoomStage *self = data;

  room_negotiation_described (self->negotiation, sdp, error);
}

static void
on_peer_answered (const GError * error, gpointer data)
{
  RoomStage *self = data;

  room_negotiation_answered (self->negotiation, error);
}

static void
on_peer_candidate (guint mline, const gchar * candidate, gpointer data)
{
  RoomStage *self = data;

  if (self->client)
    livekit_client_trickle (self->client, LIVEKIT_TARGET_PUBLISHER, mline,
        candidate);
}

/* What the negotiation says. */

static gboolean
on_prepare (RoomPublication * publication, gpointer data)
{
  RoomStage *self = data;

  if (!room_intake_connect (self->intake, publication))
    return FALSE;
  room_publication_request (publication, self->client);
  return TRUE;
}

static void
on_send_offer (const gchar * sdp, gpointer data)
{
  RoomStage *self = data;

  /* We may have begun to leave while it was made. */
  if (self->client && livekit_client_can_offer (self->client))
    livekit_client_offer (self->client, sdp);
}

static void
on_settled (gpointer data)
{
  RoomStage *self = data;
  gint64 now = g_get_monotonic_time ();

  room_connection_expect (self->connection, now);
  for (guint i = room_cast_get_size (self->cast); i-- > 0;) {
    RoomPublication *publication = room_cast_get (self->cast, i);
    if (!publication->end_reason)
      continue;
    if (publication->state == ROOM_PUBLICATION_ENDED && publication->sink)
      finish (self, publication);
    else if (publication->state == ROOM_PUBLICATION_ACCEPTED)
      publication->end_at = now;
  }
  publish_all (self);
}

RoomStage *
room_stage_new (GstBin * bin, LifeLoop * loop, const RoomConfig * config,
    const RoomStageFuncs * funcs, gpointer user_data, GError ** error)
{
  static const RoomConnectionFuncs connection_funcs = {
    publish_all, on_failed
  };
  static const RoomPeerFuncs peer_funcs = {
    on_peer_described, on_peer_answered, on_peer_candidate, NULL
  };
  static const RoomNegotiationFuncs negotiation_funcs = {
    on_prepare, on_send_offer, on_settled, on_failed
  };
  static const RoomIntakeFuncs intake_funcs = {
    on_described, on_resized, on_ended, on_failed, on_hurried
  };
  RoomStage *self = g_new0 (RoomStage, 1);

  self->bin = bin;
  self->config = config;
  self->funcs = *funcs;
  self->user_data = user_data;
  room_time_init (&self->time, GST_ELEMENT (bin));
  self->cast = room_cast_new ();
  self->start = room_start_new (begin, self);
  self->connection = room_connection_new (bin, loop, config,
      &connection_funcs, &peer_funcs, self, error);
  if (!self->connection) {
    room_stage_free (self);
    return NULL;
  }
  self->negotiation = room_negotiation_new (get_peer (self), self->cast,
      &negotiation_funcs, self);
  self->intake = room_intake_new (self->cast, self->start, get_peer (self),
      &intake_funcs, self);
  return self;
}

void
room_stage_free (RoomStage * self)
{
  g_clear_pointer (&self->intake, room_intake_free);
  g_clear_pointer (&self->negotiation, room_negotiation_free);
  g_clear_pointer (&self->connection, room_connection_free);
  room_start_free (self->start);
  room_time_clear (&self->time);
  room_cast_free (self->cast);
  g_free (self);
}

void
room_stage_join (RoomStage * self, LivekitClient * client,
    const LivekitJoined * joined)
{
  self->client = client;
  if (!room_connection_use_servers (self->connection, joined)
      || !room_intake_set_codecs (self->intake, joined->codecs))
    return;
  room_negotiation_set_ready (self->negotiation, self->playing);
  self->funcs.hurried (self->user_data);
}

void
room_stage_part (RoomStage * self)
{
  self->client = NULL;
  room_negotiation_set_ready (self->negotiation, FALSE);
}

void
room_stage_set_time (RoomStage * self, RoomTimeState state)
{
  gboolean playing = state == ROOM_TIME_PLAYING;

  room_time_set_state (&self->time, state);
  room_cast_set_lapse (self->cast, room_time_get_lapse (&self->time));
  if (state == ROOM_TIME_RESUMING)
    return;
  self->playing = playing;
  room_cast_set_playing (self->cast, playing);
  /* While it is paused the media connection does not run, and its first
   * handshake would not either. */
  room_negotiation_set_ready (self->negotiation, playing && self->client);
  room_connection_set_playing (self->connection, playing,
      g_get_monotonic_time ());
  if (room_stage_is_wanting (self))
    self->funcs.wanted (self->user_data);
  self->funcs.hurried (self->user_data);
}

RoomTrack *
room_stage_make_track (RoomStage * self, GstRoomPublishPad * pad,
    LifeLoop * loop)
{
  return room_intake_make_track (self->intake, self->bin, pad, loop);
}

void
room_stage_add (RoomStage * self, RoomPublication * publication)
{
  room_track_set_lapse (publication->track, room_time_get_lapse (&self->time));
  room_cast_add (self->cast, publication);
  if (self->closed)
    room_track_close (publication->track);
}

void
room_stage_remove_pad (RoomStage * self, GstRoomPublishPad * pad)
{
  RoomPublication *publication = room_cast_find_pad (self->cast, pad);

  if (!publication)
    return;
  publication->released = TRUE;
  room_track_shut (publication->track);
  room_start_remove (self->start, publication->track);
  room_track_let_go (publication->track);
  /* Not at once: we may be in a handler of what was told about it. */
  end (self, publication, "released", 0);
}

void
room_stage_pad_muted (RoomStage * self, GstRoomPublishPad * pad)
{
  RoomPublication *publication = room_cast_find_pad (self->cast, pad);

  if (publication)
    room_publication_follow_pad (publication, self->client);
}

/* What the room says. */

static void
take_published (RoomStage * self, const LivekitEvent * event)
{
  RoomPublication *publication = room_cast_find_cid (self->cast, event->cid);

  if (!publication || publication->sid)
    return;
  publication->sid = g_strdup (event->sid);
  /* It may have been muted, or have changed, since it was asked for. */
  room_publication_follow_pad (publication, self->client);
  publish_all (self);
}

static void
take_refused (RoomStage * self, const LivekitEvent * event)
{
  RoomPublication *publication = room_cast_find_cid (self->cast, event->cid);

  if (!publication)
    return;
  g_autoptr (GError) error = g_error_new (LIVEKIT_ERROR, event->error->code,
      "pad %s: %s", GST_OBJECT_NAME (publication->pad), event->error->message);
  self->funcs.failed (error, self->user_data);
}

void
room_stage_take_event (RoomStage * self, const LivekitEvent * event)
{
  RoomPublication *publication;

  switch (event->type) {
    case LIVEKIT_EVENT_TRACK_PUBLISHED:
      take_published (self, event);
      break;
    case LIVEKIT_EVENT_TRACK_REFUSED:
      take_refused (self, event);
      break;
    case LIVEKIT_EVENT_TRACK_UNPUBLISHED:
      publication = room_cast_find_sid (self->cast, event->sid);
      if (publication)
        end (self, publication, "server", 0);
      break;
    case LIVEKIT_EVENT_TRACK_SUBSCRIBED:
      room_audience_came (self->cast, event->sid, GST_ELEMENT (self->bin),
          g_get_monotonic_time ());
      break;
    case LIVEKIT_EVENT_TRACK_WATCHED:
      room_audience_changed (self->cast, event->sid, event->flag,
          g_get_monotonic_time ());
      break;
    case LIVEKIT_EVENT_TRACK_MUTED:
      publication = room_cast_find_sid (self->cast, event->sid);
      if (publication) {
        publication->room_muted = event->flag;
        gst_room_publish_pad_set_muted (publication->pad, event->flag);
      }
      break;
    case LIVEKIT_EVENT_ANSWER:
      room_negotiation_answer (self->negotiation, event->sdp);
      break;
    case LIVEKIT_EVENT_CANDIDATE:
      if (event->candidate)
        room_peer_add_candidate (get_peer (self), event->mline,
            event->candidate);
      break;
    default:
      break;
  }
}

gboolean
room_stage_is_wanting (RoomStage * self)
{
  for (guint i = 0; i < room_cast_get_size (self->cast); i++)
    if (room_cast_get (self->cast, i)->state == ROOM_PUBLICATION_DESCRIBED)
      return self->playing;
  return FALSE;
}

gboolean
room_stage_has_begun (RoomStage * self)
{
  return room_negotiation_has_begun (self->negotiation);
}

gint64
room_stage_get_deadline (RoomStage * self)
{
  gint64 at = room_connection_get_deadline (self->connection);

  /* Nothing more is done for the tracks: what is due stays so. */
  if (self->finished)
    return at;
  at = room_timer_earlier (at, room_start_get_deadline (self->start));
  at = room_timer_earlier (at,
      room_negotiation_get_deadline (self->negotiation));
  return room_timer_earlier (at, room_cast_get_deadline (self->cast));
}

static void
tick_publication (RoomStage * self, RoomPublication * publication, gint64 now)
{
  if (room_publication_wants_primer (publication, now) && self->playing)
    room_track_prime (publication->track, room_time_get_running (&self->time));
  if (room_publication_has_waited (publication, now))
    room_start_ready (self->start, publication->track, now);
  room_track_tick (publication->track, now);
  /* Last: it may be the end of the publication. */
  if (publication->end_at >= 0 && now >= publication->end_at)
    retire (self, publication, now);
}

void
room_stage_tick (RoomStage * self, gint64 now)
{
  if (self->closed)
    return;
  if (room_connection_tick (self->connection, now))
    room_connection_note_sent (self->connection,
        room_cast_sample (self->cast, now), now);
  if (self->finished)
    return;
  for (guint i = room_cast_get_size (self->cast); i-- > 0;) {
    RoomPublication *publication = room_cast_get (self->cast, i);
    tick_publication (self, publication, now);
  }
  if (room_cast_have_ended (self->cast, now)) {
    /* Leaving takes them all out at once. */
    self->finished = TRUE;
    self->funcs.finished (self->user_data);
    return;
  }
  room_start_check (self->start, now, room_time_get_running (&self->time));
  room_negotiation_check (self->negotiation, now);
}

void
room_stage_fill_stats (RoomStage * self, GstStructure * stats)
{
  GValue tracks = G_VALUE_INIT;

  g_value_init (&tracks, GST_TYPE_ARRAY);
  for (guint i = 0; i < room_cast_get_size (self->cast); i++)
    room_publication_append_stats (room_cast_get (self->cast, i),
        room_peer_get_reception (get_peer (self)), &tracks);
  gst_structure_take_value (stats, "tracks", &tracks);
}

void
room_stage_shut (RoomStage * self)
{
  for (guint i = 0; i < room_cast_get_size (self->cast); i++)
    room_track_shut (room_cast_get (self->cast, i)->track);
}

void
room_stage_conclude (RoomStage * self, const gchar * reason)
{
  for (guint i = 0; i < room_cast_get_size (self->cast); i++) {
    RoomPublication *publication = room_cast_get (self->cast, i);
    room_publication_withdraw (publication, GST_ELEMENT (self->bin),
        publication->end_reason ? publication->end_reason : reason);
  }
}

void
room_stage_close (RoomStage * self)
{
  self->closed = TRUE;
  for (guint i = 0; i < room_cast_get_size (self->cast); i++)
    room_track_close (room_cast_get (self->cast, i)->track);
  room_connection_close (self->connection);
}

void
room_stage_dismantle (RoomStage * self)
{
  for (guint i = 0; i < room_cast_get_size (self->cast); i++) {
    RoomPublication *publication = room_cast_get (self->cast, i);
    gst_room_publish_pad_drop (publication->pad);
    room_track_let_go (publication->track);
    if (publication->sink)
      room_peer_release_pad (get_peer (self), publication->sink);
    gst_clear_object (&publication->sink);
  }
  room_peer_remove (get_peer (self));
}
