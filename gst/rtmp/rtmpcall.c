/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpCall: see rtmpcall.h. */

#include "rtmpcall.h"

#include "life/lifebackoff.h"
#include "life/lifelatch.h"
#include "rtmp/rtmperror.h"
#include "rtmpcalldebug.h"
#include "rtmpreport.h"

/* At the end of a stream the goodbye is waited for a little longer than in a
 * stop: the server may still be reading. */
#define CLOSE_TIMEOUT (1 * G_TIME_SPAN_SECOND)

/* No more waits in the client, so that what is to be dropped is not past it. */
#define BUDGET (256 * 1024)

/* Attempts to connect again. */
#define MAX_DELAY (30 * G_TIME_SPAN_SECOND)
#define JITTER 0.3

/* A connection that has lasted so long was a success: what follows is not one
 * more failure in a row. */
#define SUCCESS (10 * G_TIME_SPAN_SECOND)

#define STATS_TIME (1 * G_TIME_SPAN_SECOND)

struct _RtmpCall
{
  GstElement *element;
  RtmpSettings settings;
  gboolean publish;
  RtmpCallFuncs funcs;
  gpointer user_data;
  gchar *location;              /* for people */
  LifeLatch *latch;             /* of the stop; finished by the goodbye */
  LifeLoop *loop;
  GSource *wake_source;
  gint is_started;              /* atomic; set by the thread that starts */

  /* In the loop only. */
  RtmpClient *client;
  gboolean connected;
  gboolean has_run;             /* has published or played, ever */
  gint64 running_since;         /* -1: does not run */
  LifeBackoff *backoff;
  GSource *timer;               /* until it connects again */
  guint reconnects;
  gboolean over;
  gboolean goodbye_over;        /* and who stops waits no more */
};

static void
finish_goodbye (RtmpCall * self)
{
  if (self->goodbye_over || !life_latch_is_tripped (self->latch))
    return;
  self->goodbye_over = TRUE;
  life_latch_finish (self->latch);
}

static void
end (RtmpCall * self, const GError * error)
{
  if (self->over)
    return;
  self->over = TRUE;
  g_clear_pointer (&self->client, rtmp_client_free);
  if (error != NULL && self->funcs.forgive != NULL
      && self->funcs.forgive (error, self->user_data))
    error = NULL;
  if (self->connected)
    rtmp_report_disconnected (self->element, error);
  /* Nobody wants to know any more when it is stopped. */
  if (error != NULL && !life_latch_is_tripped (self->latch)
      && !(self->funcs.postpone != NULL
          && self->funcs.postpone (error, self->user_data)))
    rtmp_report_error (self->element, error);
  if (self->funcs.over != NULL)
    self->funcs.over (error, self->user_data);
  finish_goodbye (self);
}

static void begin (gpointer user_data);

static gboolean
on_timer (gpointer user_data)
{
  RtmpCall *self = user_data;

  g_clear_pointer (&self->timer, g_source_unref);
  self->reconnects++;
  begin (self);
  return G_SOURCE_REMOVE;
}

/* Whether another attempt may end better. */
static gboolean
is_worth_it (RtmpCall * self, const GError * error)
{
  if (self->settings.reconnect == RTMP_RECONNECT_NEVER
      || (self->settings.reconnect == RTMP_RECONNECT_LOST && !self->has_run)
      || life_latch_is_tripped (self->latch) || error->domain != RTMP_ERROR)
    return FALSE;
  /* What the server has ended is no loss; but it may be there again. */
  if (error->code == RTMP_ERROR_CLOSED)
    return self->settings.reconnect == RTMP_RECONNECT_ALWAYS;
  return error->code != RTMP_ERROR_URL && error->code != RTMP_ERROR_TLS
      && error->code != RTMP_ERROR_UNSUPPORTED
      && error->code != RTMP_ERROR_UNAUTHORIZED;
}

/* FALSE: it is over. */
static gboolean
try_again (RtmpCall * self, const GError * error)
{
  gint64 now = g_get_monotonic_time ();

  if (error == NULL || !is_worth_it (self, error))
    return FALSE;
  if (self->running_since >= 0 && now - self->running_since >= SUCCESS)
    life_backoff_reset (self->backoff);
  gint64 delay = life_backoff_next (self->backoff, now);
  if (delay < 0)
    return FALSE;
  g_clear_pointer (&self->client, rtmp_client_free);
  if (self->connected)
    rtmp_report_disconnected (self->element, error);
  self->connected = FALSE;
  self->running_since = -1;
  if (self->funcs.lost != NULL)
    self->funcs.lost (self->user_data);
  rtmp_report_reconnecting (self->element,
      life_backoff_get_tries (self->backoff), delay, error);
  self->timer = life_loop_add_timeout (self->loop, "rtmp-call-reconnect",
      delay, on_timer, self, NULL);
  return TRUE;
}

static void
work (RtmpCall * self)
{
  if (!self->over && self->funcs.work != NULL)
    self->funcs.work (self->user_data);
}

static void
handle_started (RtmpCall * self, guint32 stream)
{
  self->has_run = TRUE;
  self->running_since = g_get_monotonic_time ();
  rtmp_report_started (self->element, self->publish, self->location);
  if (self->funcs.started != NULL)
    self->funcs.started (stream, self->user_data);
  work (self);
}

static void
handle_event (RtmpCall * self, RtmpEvent * event)
{
  switch (event->kind) {
    case RTMP_EVENT_CONNECTED:
      self->connected = TRUE;
      rtmp_report_connected (self->element, self->location,
          rtmp_capabilities_is_enhanced (rtmp_client_get_capabilities
              (self->client)));
      break;
    case RTMP_EVENT_STARTED:
      handle_started (self, event->stream);
      break;
    case RTMP_EVENT_MEDIA:
      if (self->funcs.received != NULL)
        self->funcs.received (event->message, self->user_data);
      break;
    case RTMP_EVENT_STATUS:
      GST_INFO_OBJECT (self->element, "server says %s: %s", event->code,
          event->text);
      break;
    case RTMP_EVENT_STOPPED:
      if (self->funcs.stopped != NULL)
        self->funcs.stopped (self->user_data);
      break;
    case RTMP_EVENT_ENDED:
      if (!try_again (self, event->error))
        end (self, event->error);
      break;
    default:
      break;
  }
}

static void
on_events (RtmpClient * client, RtmpEvent * events, guint n, gpointer user_data)
{
  RtmpCall *self = user_data;

  for (guint i = 0; i < n && self->client == client; i++)
    handle_event (self, &events[i]);
  if (self->client == client && self->funcs.received_all != NULL)
    self->funcs.received_all (self->user_data);
}

static void
on_drained (RtmpClient * client, gpointer user_data)
{
  work (user_data);
}

/* Woken by hand: g_source_set_ready_time() wakes the loop while it holds the
 * lock that the loop needs first, and one thread would wait for the other. */
typedef struct
{
  GSource source;
  gint woken;
} WakeSource;

static gboolean
prepare_wake (GSource * source, gint * timeout)
{
  *timeout = -1;
  return g_atomic_int_get (&((WakeSource *) source)->woken);
}

static gboolean
check_wake (GSource * source)
{
  return g_atomic_int_get (&((WakeSource *) source)->woken);
}

static gboolean
dispatch_wake (GSource * source, GSourceFunc callback, gpointer user_data)
{
  /* Before the work is looked for, or a wake-up could be lost. */
  g_atomic_int_set (&((WakeSource *) source)->woken, FALSE);
  return callback (user_data);
}

static gboolean
on_wake (gpointer user_data)
{
  work (user_data);
  return G_SOURCE_CONTINUE;
}

RtmpCall *
rtmp_call_new (GstElement * element, const RtmpSettings * settings,
    gboolean publish, const RtmpCallFuncs * funcs, gpointer user_data)
{
  static GSourceFuncs source_funcs = {
    .prepare = prepare_wake,
    .check = check_wake,
    .dispatch = dispatch_wake,
  };

  RtmpCall *self = g_atomic_rc_box_new0 (RtmpCall);
  self->element = element;
  rtmp_settings_copy (settings, &self->settings);
  self->publish = publish;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->location = rtmp_url_dup_public (settings->url);
  LifeBackoffPolicy policy = { 0 };
  policy.first_us = settings->reconnect_delay * G_TIME_SPAN_MILLISECOND;
  policy.factor = 2;
  policy.cap_us = MAX_DELAY;
  policy.jitter = JITTER;
  policy.max_tries = settings->reconnect_attempts;
  self->backoff = life_backoff_new (&policy, NULL, NULL);
  self->running_since = -1;
  self->latch = life_latch_new ();
  self->loop = life_loop_new (publish ? "rtmpsink" : "rtmpsrc");
  self->wake_source = g_source_new (&source_funcs, sizeof (WakeSource));
  g_source_set_static_name (self->wake_source, "rtmp-call-wake");
  g_source_set_callback (self->wake_source, on_wake, self, NULL);
  g_source_attach (self->wake_source, life_loop_get_context (self->loop));
  return self;
}

RtmpCall *
rtmp_call_ref (RtmpCall * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
call_clear (gpointer data)
{
  RtmpCall *self = data;

  g_source_destroy (self->wake_source);
  g_source_unref (self->wake_source);
  life_loop_unref (self->loop);
  life_latch_unref (self->latch);
  life_backoff_free (self->backoff);
  rtmp_settings_clear (&self->settings);
  g_free (self->location);
}

void
rtmp_call_unref (RtmpCall * self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, call_clear);
}

static void
warn_of_ignored (RtmpCall * self)
{
  gchar **names = self->settings.url->ignored;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    GST_ELEMENT_WARNING (self->element, RESOURCE, SETTINGS,
        ("The option \"%s\" of the location does nothing.", names[i]), (NULL));
}

static gboolean
make_config (RtmpCall * self, RtmpClientConfig * config,
    RtmpCapabilities * capabilities, GError ** error)
{
  if (!rtmp_settings_make_config (&self->settings, self->publish, config,
          capabilities, error))
    return FALSE;
  config->budget_bytes = BUDGET;
  config->caller.close_timeout = CLOSE_TIMEOUT;
  return TRUE;
}

static void
begin (gpointer user_data)
{
  static const RtmpClientFuncs funcs = { on_events, on_drained };
  RtmpCall *self = user_data;
  RtmpClientConfig config;
  RtmpCapabilities capabilities;
  g_autoptr (GError) error = NULL;

  if (!make_config (self, &config, &capabilities, &error)) {
    end (self, error);
    return;
  }
  self->client = rtmp_client_new (&config, &funcs, self);
  rtmp_settings_clear_config (&config);
  rtmp_client_start (self->client);
}

gboolean
rtmp_call_start (RtmpCall * self, GError ** error)
{
  g_return_val_if_fail (self != NULL
      && !g_atomic_int_get (&self->is_started), FALSE);

  RtmpClientConfig config;
  RtmpCapabilities capabilities;
  if (!make_config (self, &config, &capabilities, error))
    return FALSE;
  rtmp_settings_clear_config (&config);
  warn_of_ignored (self);
  if (!life_loop_start (self->loop, error))
    return FALSE;
  g_atomic_int_set (&self->is_started, TRUE);
  life_loop_post (self->loop, begin, self, NULL);
  return TRUE;
}

static void
say_goodbye (gpointer user_data)
{
  RtmpCall *self = user_data;

  if (self->client != NULL && !self->over)
    rtmp_client_close (self->client);
  else
    finish_goodbye (self);
}

static void
cut (gpointer user_data)
{
  RtmpCall *self = user_data;

  /* Where nobody has answered the goodbye. */
  end (self, NULL);
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

gboolean
rtmp_call_stop (RtmpCall * self)
{
  g_return_val_if_fail (self != NULL && !rtmp_call_is_current (self), FALSE);

  /* Nothing waits for it any more, and it cannot be started. */
  if (!g_atomic_int_get (&self->is_started))
    return life_loop_stop (self->loop, 0);
  if (life_latch_trip (self->latch, 1, NULL)
      && life_loop_post (self->loop, say_goodbye, self, NULL)
      && !life_latch_wait (self->latch,
          g_get_monotonic_time () + RTMP_CALL_GOODBYE_TIME))
    GST_INFO_OBJECT (self->element, "server did not answer the goodbye");
  return life_loop_call (self->loop, cut, self, NULL, RTMP_CALL_CLOSE_TIME)
      && life_loop_stop (self->loop, RTMP_CALL_CLOSE_TIME);
}

gboolean
rtmp_call_is_started (RtmpCall * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_atomic_int_get (&self->is_started);
}

gboolean
rtmp_call_is_current (RtmpCall * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return life_loop_is_current (self->loop);
}

void
rtmp_call_wake (RtmpCall * self)
{
  g_return_if_fail (self != NULL);

  g_atomic_int_set (&((WakeSource *) self->wake_source)->woken, TRUE);
  g_main_context_wakeup (life_loop_get_context (self->loop));
}

guint
rtmp_call_send (RtmpCall * self, RtmpMessage * const *messages, guint n)
{
  return self->client != NULL ? rtmp_client_send (self->client, messages, n)
      : 0;
}

gboolean
rtmp_call_is_full (RtmpCall * self)
{
  return self->client == NULL
      || rtmp_client_get_state (self->client) != RTMP_CALLER_STARTED
      || rtmp_client_is_full (self->client);
}

void
rtmp_call_set_reading (RtmpCall * self, gboolean reading)
{
  if (self->client != NULL)
    rtmp_client_set_reading (self->client, reading);
}

void
rtmp_call_finish (RtmpCall * self)
{
  if (self->client != NULL)
    rtmp_client_finish (self->client);
}

static const gchar *
get_state_name (RtmpCall * self)
{
  if (self->client == NULL)
    return self->timer != NULL ? "waiting" : "disconnected";
  switch (rtmp_client_get_state (self->client)) {
    case RTMP_CALLER_STARTED:
      return self->publish ? "publishing" : "playing";
    case RTMP_CALLER_CLOSING:
      return "closing";
    case RTMP_CALLER_ENDED:
      return "disconnected";
    default:
      return "connecting";
  }
}

/* Shared: the loop may come to it after we have given up. */
typedef struct
{
  RtmpCall *call;
  GstStructure *stats;
} StatsWish;

static void
wish_clear (gpointer data)
{
  StatsWish *wish = data;

  rtmp_call_unref (wish->call);
  g_clear_pointer (&wish->stats, gst_structure_free);
}

static void
wish_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, wish_clear);
}

static void
make_stats (gpointer user_data)
{
  StatsWish *wish = user_data;
  RtmpCall *self = wish->call;
  RtmpSessionStats stats = {.round_trip = -1 };

  if (self->client != NULL)
    rtmp_client_get_stats (self->client, &stats);
  wish->stats = gst_structure_new ("rtmp-stats",
      "state", G_TYPE_STRING, get_state_name (self),
      "in-chunk-size", G_TYPE_UINT, stats.chunk_size_in,
      "out-chunk-size", G_TYPE_UINT, stats.chunk_size_out,
      "in-window-ack-size", G_TYPE_UINT, stats.window_in,
      "out-window-ack-size", G_TYPE_UINT, stats.window_out,
      "in-bytes-total", G_TYPE_UINT64, stats.bytes_in,
      "out-bytes-total", G_TYPE_UINT64, stats.bytes_out,
      "in-bytes-acked", G_TYPE_UINT64, stats.confirmed,
      "out-bytes-acked", G_TYPE_UINT64, stats.acknowledged,
      "reconnects", G_TYPE_UINT, self->reconnects,
      "in-messages", G_TYPE_UINT64, stats.messages_in,
      "out-messages", G_TYPE_UINT64, stats.messages_out,
      "round-trip", G_TYPE_INT64, stats.round_trip >= 0
      ? stats.round_trip * 1000 : (gint64) - 1, NULL);
}

GstStructure *
rtmp_call_get_stats (RtmpCall * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  /* Nobody would answer. */
  if (!g_atomic_int_get (&self->is_started))
    return NULL;
  StatsWish *wish = g_atomic_rc_box_new0 (StatsWish);
  GstStructure *stats = NULL;
  wish->call = rtmp_call_ref (self);
  if (life_loop_call (self->loop, make_stats, g_atomic_rc_box_acquire (wish),
          wish_unref, STATS_TIME))
    stats = g_steal_pointer (&wish->stats);
  wish_unref (wish);
  return stats;
}
