/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomWorker: see roomworker.h. */

#include "roomworker.h"

#include "livekit/livekiterror.h"
#include "roomdebug.h"
#include "roomreport.h"
#include "roomstage.h"
#include "roomsubscriber.h"
#include "roomtimer.h"

/* The server removes after 60 s who has not connected any media. */
#define IDLE_TIME (45 * G_TIME_SPAN_SECOND)
#define STATS_TIME (200 * G_TIME_SPAN_MILLISECOND)

typedef enum
{
  STOP_STATE_CHANGE = 1,
  STOP_END_OF_STREAM,
  STOP_FAILURE,
} StopReason;

struct _RoomWorker
{
  GstBin *bin;                  /* not owned: it owns us */
  LifeLoop *loop;
  LifeLatch *latch;
  RoomConfig *config;
  RoomWorkerFuncs funcs;
  gpointer user_data;

  /* loop only */
  RoomState state;
  RoomStage *stage;
  LivekitClient *client;        /* NULL: no dialogue */
  RoomSubscriber *subscriber;
  RoomTimer *timer;
  GError *failure;
  gboolean concluded;
  gboolean resting;             /* out of the room: nothing to publish */
  gint64 idle_at;               /* when to look at that; -1: never */
  gint64 round_trip;
};

typedef void (*WorkerFunc) (RoomWorker * self, gpointer data);

typedef struct
{
  RoomWorker *worker;
  WorkerFunc func;
  gpointer data;
  GDestroyNotify destroy;
} WorkerTask;

/* The next moment at which something is due. */
static void
schedule (RoomWorker * self)
{
  if (self->timer)
    room_timer_set (self->timer, room_timer_earlier (self->idle_at,
            room_stage_get_deadline (self->stage)));
}

static void
worker_task_free (gpointer data)
{
  WorkerTask *task = data;

  if (task->destroy)
    task->destroy (task->data);
  g_free (task);
}

static void
run_task (gpointer data)
{
  WorkerTask *task = data;

  task->func (task->worker, task->data);
  schedule (task->worker);
}

static WorkerTask *
worker_task_new (RoomWorker * self, WorkerFunc func, gpointer data,
    GDestroyNotify destroy)
{
  WorkerTask task = { self, func, data, destroy };

  return g_memdup2 (&task, sizeof task);
}

/* The worker is freed only after its loop has ended: no reference is needed. */
static gboolean
post (RoomWorker * self, WorkerFunc func, gpointer data, GDestroyNotify destroy)
{
  return life_loop_post (self->loop, run_task,
      worker_task_new (self, func, data, destroy), worker_task_free);
}

static gboolean
call (RoomWorker * self, WorkerFunc func, gpointer data,
    GDestroyNotify destroy, gint64 timeout)
{
  return life_loop_call (self->loop, run_task,
      worker_task_new (self, func, data, destroy), worker_task_free, timeout);
}

static void
set_state (RoomWorker * self, RoomState state)
{
  if (self->state == state || self->state == ROOM_STATE_FAILED)
    return;
  self->state = state;
  self->funcs.state_changed (state, self->user_data);
}

static void
drop_client (RoomWorker * self)
{
  room_stage_part (self->stage);
  room_subscriber_part (self->subscriber);
  g_clear_pointer (&self->client, livekit_client_free);
}

/* We are out of the room for good. Whoever waits for it goes on. */
static void
conclude (RoomWorker * self)
{
  StopReason reason = life_latch_get_reason (self->latch);

  if (self->concluded)
    return;
  self->concluded = TRUE;
  drop_client (self);
  room_stage_conclude (self->stage, self->failure ? "server" : "stop");
  set_state (self, ROOM_STATE_LEFT);
  room_report_disconnected (GST_ELEMENT (self->bin), self->failure);
  if (reason == STOP_END_OF_STREAM)
    self->funcs.finished (self->user_data);
  life_latch_finish (self->latch);
}

/* Nothing may be said after it. */
static void
say_leave (RoomWorker * self)
{
  room_stage_part (self->stage);
  livekit_client_leave (self->client);
}

static void
leave (RoomWorker * self)
{
  self->idle_at = -1;
  if (!self->client) {
    conclude (self);
    return;
  }
  set_state (self, ROOM_STATE_LEAVING);
  say_leave (self);
}

static void
fail (RoomWorker * self, const GError * error)
{
  if (!life_latch_trip (self->latch, STOP_FAILURE, error->message)) {
    GST_DEBUG_OBJECT (self->bin, "while stopping: %s", error->message);
    return;
  }
  self->failure = g_error_copy (error);
  room_stage_shut (self->stage);
  set_state (self, ROOM_STATE_FAILED);
  room_report_error (GST_ELEMENT (self->bin), error);
  leave (self);
}

/* The room's side. */

static void
take_joined (RoomWorker * self, const LivekitJoined * joined)
{
  g_autoptr (GError) error = NULL;

  GST_INFO_OBJECT (self->bin, "joined %s as %s, server %s", joined->room,
      joined->identity, joined->server_version);
  set_state (self, ROOM_STATE_JOINED);
  room_report_joined (GST_ELEMENT (self->bin), joined);
  if (!joined->may_publish) {
    g_set_error (&error, LIVEKIT_ERROR, LIVEKIT_ERROR_NOT_ALLOWED,
        "the token does not permit %s to publish in room %s",
        joined->identity, joined->room);
    fail (self, error);
    return;
  }
  if (!room_subscriber_join (self->subscriber, self->client, joined, &error)) {
    fail (self, error);
    return;
  }
  if (!room_stage_has_begun (self->stage))
    self->idle_at = g_get_monotonic_time () + IDLE_TIME;
  room_stage_join (self->stage, self->client, joined);
}

static void
take_permission (RoomWorker * self, const LivekitEvent * event)
{
  if (event->flag)
    return;
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_ERROR,
      LIVEKIT_ERROR_NOT_ALLOWED, "the room no longer permits us to publish");
  fail (self, error);
}

static void
take_end (RoomWorker * self, const GError * error)
{
  drop_client (self);
  if (life_latch_is_tripped (self->latch)) {
    conclude (self);
  } else if (error) {
    fail (self, error);
  } else {
    /* We left for a while; something to publish may have come meanwhile. */
    self->resting = TRUE;
    self->idle_at = g_get_monotonic_time ();
  }
}

static void
on_event (LivekitClient * client, const LivekitEvent * event, gpointer data)
{
  RoomWorker *self = data;

  switch (event->type) {
    case LIVEKIT_EVENT_JOINED:
      take_joined (self, event->joined);
      break;
    case LIVEKIT_EVENT_OFFER:
      room_subscriber_take_offer (self->subscriber, event->id, event->sdp);
      break;
    case LIVEKIT_EVENT_PERMISSION:
      take_permission (self, event);
      break;
    case LIVEKIT_EVENT_ROUND_TRIP:
      self->round_trip = event->number;
      break;
    case LIVEKIT_EVENT_CANDIDATE:
      if (event->target == LIVEKIT_TARGET_PUBLISHER)
        room_stage_take_event (self->stage, event);
      else if (event->candidate)
        room_subscriber_add_candidate (self->subscriber, event->mline,
            event->candidate);
      break;
    case LIVEKIT_EVENT_ENDED:
      take_end (self, event->error);
      break;
    default:
      room_stage_take_event (self->stage, event);
      break;
  }
  schedule (self);
}

static void
dial (RoomWorker * self)
{
  g_autoptr (GHashTable) attributes = room_config_dup_attributes (self->config);
  LivekitSessionConfig config = {
    .url = self->config->url,
    .token = self->config->token,
    .client_version = PACKAGE_VERSION,
    .metadata = self->config->metadata,
    .attributes = attributes,
  };

  set_state (self, ROOM_STATE_JOINING);
  self->client = livekit_client_new (&config, self->config->ssl_strict,
      on_event, self);
  livekit_client_set_allowed (self->client,
      (const gchar * const *) self->config->allowed_users);
  livekit_client_start (self->client);
}

/* In the room without anything to send we would be removed: be out of it until
 * there is something. */
static void
look_idle (RoomWorker * self)
{
  gboolean wanting = room_stage_is_wanting (self->stage);

  self->idle_at = -1;
  if (life_latch_is_tripped (self->latch))
    return;
  if (self->resting && wanting) {
    self->resting = FALSE;
    dial (self);
  } else if (self->client && !wanting && !room_stage_has_begun (self->stage)) {
    GST_INFO_OBJECT (self->bin, "nothing to publish: out of the room until "
        "there is");
    say_leave (self);
  }
}

static void
on_timer (gint64 now, gpointer data)
{
  RoomWorker *self = data;

  if (self->idle_at >= 0 && now >= self->idle_at)
    look_idle (self);
  room_stage_tick (self->stage, now);
  schedule (self);
}

/* The stage's side. */

static void
on_stage_failed (const GError * error, gpointer data)
{
  fail (data, error);
}

static void
on_stage_published (gpointer data)
{
  set_state (data, ROOM_STATE_PUBLISHED);
}

static void
on_stage_finished (gpointer data)
{
  RoomWorker *self = data;

  if (life_latch_trip (self->latch, STOP_END_OF_STREAM, NULL))
    leave (self);
}

static void
on_stage_wanted (gpointer data)
{
  RoomWorker *self = data;

  if (self->resting)
    self->idle_at = g_get_monotonic_time ();
}

static void
on_stage_hurried (gpointer data)
{
  schedule (data);
}

static void
worker_clear (gpointer data)
{
  RoomWorker *self = data;

  g_clear_pointer (&self->stage, room_stage_free);
  g_clear_pointer (&self->subscriber, room_subscriber_free);
  g_clear_error (&self->failure);
  life_latch_unref (self->latch);
  life_loop_unref (self->loop);
  room_config_free (self->config);
}

RoomWorker *
room_worker_ref (RoomWorker * self)
{
  return g_atomic_rc_box_acquire (self);
}

void
room_worker_unref (RoomWorker * self)
{
  g_atomic_rc_box_release_full (self, worker_clear);
}

RoomWorker *
room_worker_new (GstBin * bin, RoomConfig * config,
    const RoomWorkerFuncs * funcs, gpointer user_data, GError ** error)
{
  static const RoomStageFuncs stage_funcs = {
    on_stage_failed, on_stage_published, on_stage_finished, on_stage_wanted,
    on_stage_hurried
  };
  RoomWorker *self = g_atomic_rc_box_new0 (RoomWorker);

  self->bin = bin;
  self->config = config;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->idle_at = -1;
  self->loop = life_loop_new ("room");
  self->latch = life_latch_new ();
  self->subscriber = room_subscriber_new (bin, self->loop, config);
  self->stage = room_stage_new (bin, self->loop, config, &stage_funcs, self,
      error);
  if (!self->stage) {
    room_worker_unref (self);
    return NULL;
  }
  return self;
}

static void
do_start (RoomWorker * self, gpointer unused)
{
  self->timer = room_timer_new (self->loop, on_timer, self);
  dial (self);
}

gboolean
room_worker_start (RoomWorker * self, GError ** error)
{
  return life_loop_start (self->loop, error)
      && post (self, do_start, NULL, NULL);
}

gboolean
room_worker_is_current (RoomWorker * self)
{
  return life_loop_is_current (self->loop);
}

static void
do_add (RoomWorker * self, gpointer publication)
{
  room_stage_add (self->stage, publication);
}

gboolean
room_worker_add_pad (RoomWorker * self, GstRoomPublishPad * pad)
{
  g_autoptr (RoomTrack) track =
      room_stage_make_track (self->stage, pad, self->loop);
  gboolean claimed = gst_room_publish_pad_claim (pad, track);
  RoomPublication *publication =
      claimed ? room_publication_new (track, pad) : NULL;

  if (claimed && post (self, do_add, publication, NULL))
    return TRUE;
  room_track_close (track);
  room_track_let_go (track);
  if (!claimed)
    return TRUE;
  room_publication_free (publication);
  gst_room_publish_pad_drop (pad);
  return FALSE;
}

static void
do_remove (RoomWorker * self, gpointer pad)
{
  room_stage_remove_pad (self->stage, pad);
}

void
room_worker_remove_pad (RoomWorker * self, GstRoomPublishPad * pad)
{
  if (!call (self, do_remove, gst_object_ref (pad), gst_object_unref,
          ROOM_WORKER_CLOSE_TIME)) {
    GST_WARNING_OBJECT (pad, "was not taken off the room in time");
    gst_pad_send_event (GST_PAD (pad), gst_event_new_flush_start ());
  }
  /* With its track, for whoever still pushes is to stop, not to fail. */
  gst_pad_set_active (GST_PAD (pad), FALSE);
  gst_room_publish_pad_drop (pad);
}

static void
do_muted (RoomWorker * self, gpointer pad)
{
  room_stage_pad_muted (self->stage, pad);
}

void
room_worker_pad_muted (RoomWorker * self, GstRoomPublishPad * pad)
{
  post (self, do_muted, gst_object_ref (pad), gst_object_unref);
}

static void
do_set_time (RoomWorker * self, gpointer state)
{
  room_stage_set_time (self->stage, GPOINTER_TO_INT (state));
}

void
room_worker_set_time (RoomWorker * self, RoomTimeState state)
{
  /* Waits, so that nothing is sent into a paused element and blocks there. */
  if (!call (self, do_set_time, GINT_TO_POINTER (state), NULL,
          ROOM_WORKER_CLOSE_TIME))
    GST_WARNING_OBJECT (self->bin, "the room's thread is late");
}

static void
do_set_allowed (RoomWorker * self, gpointer identities)
{
  g_strfreev (self->config->allowed_users);
  self->config->allowed_users = g_strdupv (identities);
  if (self->client)
    livekit_client_set_allowed (self->client, identities);
}

void
room_worker_set_allowed (RoomWorker * self, const gchar * const *identities)
{
  post (self, do_set_allowed, g_strdupv ((gchar **) identities),
      (GDestroyNotify) g_strfreev);
}

static void
do_fail (RoomWorker * self, gpointer error)
{
  fail (self, error);
}

void
room_worker_fail (RoomWorker * self, const GError * error)
{
  post (self, do_fail, g_error_copy (error), (GDestroyNotify) g_error_free);
}

static void
do_get_stats (RoomWorker * self, gpointer data)
{
  static const gchar *const states[] = {
    "idle", "joining", "joined", "published", "leaving", "left", "failed"
  };
  GstStructure **stats = data;

  *stats = gst_structure_new ("room-stats",
      "connection-state", G_TYPE_STRING, states[self->state],
      "signal-round-trip", G_TYPE_UINT64,
      (guint64) self->round_trip * GST_USECOND, NULL);
  room_stage_fill_stats (self->stage, *stats);
}

static void
stats_clear (gpointer data)
{
  GstStructure **stats = data;

  g_clear_pointer (stats, gst_structure_free);
}

static void
stats_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, stats_clear);
}

GstStructure *
room_worker_get_stats (RoomWorker * self)
{
  /* Shared: the call may come to its end after we have given up. */
  GstStructure **stats = g_atomic_rc_box_new0 (GstStructure *);
  GstStructure *result = NULL;

  if (call (self, do_get_stats, g_atomic_rc_box_acquire (stats), stats_unref,
          STATS_TIME))
    result = g_steal_pointer (stats);
  stats_unref (stats);
  return result;
}

static void
do_leave (RoomWorker * self, gpointer unused)
{
  leave (self);
}

static void
do_close (RoomWorker * self, gpointer unused)
{
  conclude (self);
  room_stage_close (self->stage);
  g_clear_pointer (&self->timer, room_timer_free);
}

gboolean
room_worker_stop (RoomWorker * self)
{
  if (life_latch_trip (self->latch, STOP_STATE_CHANGE, NULL))
    post (self, do_leave, NULL, NULL);
  if (!life_latch_wait (self->latch,
          g_get_monotonic_time () + ROOM_WORKER_LEAVE_TIME))
    GST_WARNING_OBJECT (self->bin, "the room was not left in time: cut");
  gboolean closed = call (self, do_close, NULL, NULL, ROOM_WORKER_CLOSE_TIME);
  return life_loop_stop (self->loop, ROOM_WORKER_CLOSE_TIME) && closed;
}

void
room_worker_dismantle (RoomWorker * self)
{
  room_stage_dismantle (self->stage);
  room_subscriber_remove (self->subscriber);
}
