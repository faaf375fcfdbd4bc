/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpLine: see rtmpline.h. */

#include "rtmpline.h"

#include "life/lifebackoff.h"
#include "rtmp/rtmperror.h"
#include "rtmpcalldebug.h"
#include "rtmpmove.h"
#include "rtmpreport.h"
#include "rtmproute.h"
#include "rtmpstats.h"

/* At the end of a stream the goodbye is waited for a little longer than in a
 * stop: the server may still be reading. */
#define CLOSE_TIMEOUT (1 * G_TIME_SPAN_SECOND)

/* No more waits in the client, so that what is to be dropped is not past it. */
#define BUDGET (256 * 1024)
#define BUDGET_TIME (500 * G_TIME_SPAN_MILLISECOND)

/* To connect again, in a row, where the user wants none, but a server has sent us away. */
#define SENT_ON_ATTEMPTS 5

/* A connection that has lasted so long was a success: what follows is not one
 * more failure in a row. */
#define SUCCESS (10 * G_TIME_SPAN_SECOND)

struct _RtmpLine
{
  GstElement *element;
  const RtmpSettings *settings;
  gboolean publish;
  RtmpLineFuncs funcs;
  gpointer user_data;
  LifeLatch *latch;
  LifeLoop *loop;

  RtmpClient *client;
  gchar *location;              /* of it, for people */
  RtmpRoute route;
  RtmpMove *move;
  gboolean yields;              /* the new place takes nobody beside us */
  gboolean sent_on;             /* by a server, and not arrived yet */
  gboolean finishing;           /* nothing more is to be sent */
  gboolean ends;                /* once all is parted from */
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
check_goodbye (RtmpLine * self)
{
  if (self->goodbye_over || !life_latch_is_tripped (self->latch)
      || (self->client != NULL && !self->over)
      || rtmp_move_is_parting (self->move))
    return;
  self->goodbye_over = TRUE;
  life_latch_finish (self->latch);
}

static void
end (RtmpLine * self, const GError * error)
{
  if (self->over)
    return;
  self->over = TRUE;
  g_clear_pointer (&self->client, rtmp_client_free);
  rtmp_move_cancel (self->move);
  if (error != NULL && self->funcs.forgive != NULL
      && self->funcs.forgive (error, self->user_data))
    error = NULL;
  if (self->connected)
    rtmp_report_disconnected (self->element, self->location, error, "stop");
  self->connected = FALSE;
  /* Nobody wants to know any more when it is stopped. */
  if (error != NULL && !life_latch_is_tripped (self->latch)
      && !(self->funcs.postpone != NULL
          && self->funcs.postpone (error, self->user_data)))
    rtmp_report_error (self->element, error);
  if (self->funcs.over != NULL)
    self->funcs.over (error, self->user_data);
  check_goodbye (self);
}

/* What was sent on a connection that was left is to be out before. */
static void
end_behind (RtmpLine * self, const GError * error)
{
  self->ends = error == NULL && rtmp_move_is_parting (self->move);
  if (!self->ends) {
    end (self, error);
    return;
  }
  g_clear_pointer (&self->client, rtmp_client_free);
  check_goodbye (self);
}

/* The connection that is there is no more. */
static void
lose (RtmpLine * self, const GError * error)
{
  g_clear_pointer (&self->client, rtmp_client_free);
  if (self->connected)
    rtmp_report_disconnected (self->element, self->location, error, "moved");
  self->connected = FALSE;
  self->finishing = FALSE;
  self->running_since = -1;
  if (self->funcs.lost != NULL)
    self->funcs.lost (self->user_data);
}

static gboolean
on_timer (gpointer user_data)
{
  RtmpLine *self = user_data;

  g_clear_pointer (&self->timer, g_source_unref);
  self->reconnects++;
  rtmp_line_begin (self);
  return G_SOURCE_REMOVE;
}

/* Whether another attempt may end better. */
static gboolean
is_worth_it (RtmpLine * self, const GError * error)
{
  RtmpReconnect wish = self->settings->reconnect;

  if (life_latch_is_tripped (self->latch) || error->domain != RTMP_ERROR)
    return FALSE;
  if (!self->sent_on && (wish == RTMP_RECONNECT_NEVER
          || (wish == RTMP_RECONNECT_LOST && !self->has_run)))
    return FALSE;
  /* There is still the user's own place. */
  if (self->sent_on && self->has_run && !rtmp_route_is_home (&self->route))
    return TRUE;
  /* What the server has ended is no loss; but it may be there again. */
  if (error->code == RTMP_ERROR_CLOSED)
    return wish == RTMP_RECONNECT_ALWAYS;
  return error->code != RTMP_ERROR_URL && error->code != RTMP_ERROR_TLS
      && error->code != RTMP_ERROR_UNSUPPORTED
      && error->code != RTMP_ERROR_UNAUTHORIZED;
}

/* FALSE: it is over. */
static gboolean
try_again (RtmpLine * self, const GError * error)
{
  gint64 now = g_get_monotonic_time ();

  if (self->yields) {
    rtmp_route_go (&self->route, rtmp_move_get_url (self->move));
    self->sent_on = TRUE;
    self->yields = FALSE;
  }
  if (error == NULL || !is_worth_it (self, error))
    return FALSE;
  /* It did not do there. */
  if (self->running_since < 0)
    rtmp_route_return (&self->route);
  if (self->running_since >= 0 && now - self->running_since >= SUCCESS)
    life_backoff_reset (self->backoff);
  gint64 delay = life_backoff_next (self->backoff, now);
  if (delay < 0)
    return FALSE;
  lose (self, error);
  rtmp_report_reconnecting (self->element,
      life_backoff_get_tries (self->backoff), delay, error);
  self->timer = life_loop_add_timeout (self->loop, "rtmp-line-reconnect",
      delay, on_timer, self, NULL);
  return TRUE;
}

void
rtmp_line_work (RtmpLine * self)
{
  g_return_if_fail (self != NULL);

  if (!self->over && self->funcs.work != NULL)
    self->funcs.work (self->user_data);
}

static void
handle_started (RtmpLine * self, guint32 stream)
{
  self->has_run = TRUE;
  self->sent_on = FALSE;
  self->running_since = g_get_monotonic_time ();
  rtmp_report_started (self->element, self->publish, self->location);
  if (self->funcs.started != NULL)
    self->funcs.started (stream, self->user_data);
}

static void
set_location (RtmpLine * self)
{
  g_free (self->location);
  self->location = rtmp_url_dup_public (self->route.here);
}

void
rtmp_line_tune (RtmpLine * self)
{
  g_return_if_fail (self != NULL);

  if (self->client != NULL && self->publish)
    rtmp_settings_tune (self->settings, self->client);
}

/* Below: an event may bring the next client. */
static const RtmpClientFuncs client_funcs;

/* The new connection is the one from here on, however far it has come. */
static void
take_over (RtmpLine * self)
{
  RtmpMoveEnd end;

  rtmp_move_take (self->move, &end);
  rtmp_route_go (&self->route, rtmp_move_get_url (self->move));
  set_location (self);
  self->client = end.client;
  self->connected = end.connected;
  rtmp_client_set_funcs (self->client, &client_funcs, self);
  rtmp_line_tune (self);
  if (end.stream != 0)
    handle_started (self, end.stream);
}

/* TRUE: the connection is over, but there is another. */
static gboolean
leave (RtmpLine * self, const GError * error)
{
  if (!rtmp_move_is_under_way (self->move))
    return FALSE;
  lose (self, error);
  self->sent_on = TRUE;
  take_over (self);
  rtmp_line_work (self);
  return TRUE;
}

/* -- A server asks to go elsewhere. -- */

static gboolean
make_config (RtmpLine * self, const RtmpUrl * url, RtmpClientConfig * config,
    RtmpCapabilities * capabilities, GError ** error)
{
  if (!rtmp_settings_make_config (self->settings, url, self->publish, config,
          capabilities, error))
    return FALSE;
  config->budget_bytes = BUDGET;
  config->budget_time = BUDGET_TIME;
  config->caller.close_timeout = CLOSE_TIMEOUT;
  return TRUE;
}

static void
follow (RtmpLine * self, const RtmpEvent * event)
{
  g_autofree gchar *location = rtmp_url_dup_public (event->url);
  g_autoptr (GError) error = NULL;
  RtmpClientConfig config;
  RtmpCapabilities capabilities;

  if (self->finishing || self->over || life_latch_is_tripped (self->latch))
    return;
  if (!rtmp_route_ask (&self->route, g_get_monotonic_time ())) {
    GST_WARNING_OBJECT (self->element,
        "servers send us around; not going to %s", location);
    return;
  }
  rtmp_report_asked (self->element, location, event->text);
  if (!make_config (self, event->url, &config, &capabilities, &error)) {
    rtmp_report_move_failed (self->element, location, error);
    return;
  }
  self->yields = FALSE;
  self->reconnects++;
  rtmp_move_begin (self->move, &config);
  rtmp_settings_clear_config (&config);
}

static void
on_move_ready (gpointer user_data)
{
  RtmpLine *self = user_data;

  if (rtmp_client_get_state (self->client) == RTMP_CALLER_STARTED)
    rtmp_line_work (self);
  else
    leave (self, NULL);
}

static void
on_move_received (RtmpMessage * message, gpointer user_data)
{
  RtmpLine *self = user_data;

  if (self->funcs.received_early != NULL)
    self->funcs.received_early (message, self->user_data);
}

static void
on_move_received_all (gpointer user_data)
{
  RtmpLine *self = user_data;

  if (self->funcs.received_all_early != NULL)
    self->funcs.received_all_early (self->user_data);
}

static void
on_move_sent_on (RtmpEvent * event, gpointer user_data)
{
  RtmpLine *self = user_data;

  if (self->funcs.stays != NULL)
    self->funcs.stays (self->user_data);
  follow (self, event);
}

static void
on_move_failed (const GError * error, gpointer user_data)
{
  RtmpLine *self = user_data;

  if (self->funcs.stays != NULL)
    self->funcs.stays (self->user_data);
  if (self->publish && g_error_matches (error, RTMP_ERROR, RTMP_ERROR_BUSY)
      && rtmp_client_get_state (self->client) == RTMP_CALLER_STARTED) {
    GST_INFO_OBJECT (self->element, "goes before it comes: %s", error->message);
    self->yields = TRUE;
    rtmp_line_work (self);
    return;
  }
  g_autofree gchar *location =
      rtmp_url_dup_public (rtmp_move_get_url (self->move));
  rtmp_report_move_failed (self->element, location, error);
}

static void
on_move_parted (gpointer user_data)
{
  RtmpLine *self = user_data;

  if (self->ends)
    end (self, NULL);
  else if (self->client == NULL && self->timer == NULL && !self->over
      && !life_latch_is_tripped (self->latch))
    rtmp_line_begin (self);
  check_goodbye (self);
}

static const RtmpMoveFuncs move_funcs = {
  .ready = on_move_ready,
  .received = on_move_received,
  .received_all = on_move_received_all,
  .sent_on = on_move_sent_on,
  .failed = on_move_failed,
  .parted = on_move_parted,
};

/* -- Events. -- */

static void
handle_event (RtmpLine * self, RtmpEvent * event)
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
      rtmp_line_work (self);
      break;
    case RTMP_EVENT_MEDIA:
      if (self->funcs.received != NULL)
        self->funcs.received (event->message, self->user_data);
      break;
    case RTMP_EVENT_STATUS:
      GST_INFO_OBJECT (self->element, "server says %s: %s", event->code,
          event->text);
      break;
    case RTMP_EVENT_RECONNECT:
      if (!rtmp_move_is_under_way (self->move))
        follow (self, event);
      break;
    case RTMP_EVENT_STOPPED:
      if (!leave (self, NULL) && self->funcs.stopped != NULL)
        self->funcs.stopped (self->user_data);
      break;
    case RTMP_EVENT_ENDED:
      if (!leave (self, event->error) && !try_again (self, event->error))
        end_behind (self, event->error);
      break;
    default:
      break;
  }
}

static void
on_events (RtmpClient * client, RtmpEvent * events, guint n, gpointer user_data)
{
  RtmpLine *self = user_data;

  for (guint i = 0; i < n && self->client == client; i++)
    handle_event (self, &events[i]);
  if (self->client == client && self->funcs.received_all != NULL)
    self->funcs.received_all (self->user_data);
}

static void
on_drained (RtmpClient * client, gpointer user_data)
{
  rtmp_line_work (user_data);
}

static const RtmpClientFuncs client_funcs = { on_events, on_drained };

RtmpLine *
rtmp_line_new (const RtmpLineConfig * config, const RtmpLineFuncs * funcs,
    gpointer user_data)
{
  const RtmpSettings *settings = config->settings;
  RtmpLine *self = g_new0 (RtmpLine, 1);

  self->element = config->element;
  self->publish = config->publish;
  self->loop = life_loop_ref (config->loop);
  self->latch = life_latch_ref (config->latch);
  self->settings = settings;
  self->funcs = *funcs;
  self->user_data = user_data;
  rtmp_route_init (&self->route, settings->url);
  self->move = rtmp_move_new (self->element, &move_funcs, self);
  self->backoff = rtmp_settings_new_backoff (settings, SENT_ON_ATTEMPTS);
  self->running_since = -1;
  return self;
}

void
rtmp_line_cut (RtmpLine * self)
{
  g_return_if_fail (self != NULL);

  /* Where nobody has answered the goodbye. */
  end (self, NULL);
  rtmp_move_cut (self->move);
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

void
rtmp_line_free (RtmpLine * self)
{
  if (self == NULL)
    return;

  rtmp_move_free (self->move);
  life_backoff_free (self->backoff);
  rtmp_route_clear (&self->route);
  g_free (self->location);
  life_latch_unref (self->latch);
  life_loop_unref (self->loop);
  g_free (self);
}

void
rtmp_line_begin (RtmpLine * self)
{
  g_return_if_fail (self != NULL);

  RtmpClientConfig config;
  RtmpCapabilities capabilities;
  g_autoptr (GError) error = NULL;
  if (!make_config (self, self->route.here, &config, &capabilities, &error)) {
    end (self, error);
    return;
  }
  set_location (self);
  self->client = rtmp_client_new (&config, &client_funcs, self);
  rtmp_settings_clear_config (&config);
  rtmp_client_start (self->client);
}

void
rtmp_line_close (RtmpLine * self)
{
  g_return_if_fail (self != NULL);

  rtmp_move_cancel (self->move);
  if (self->client != NULL && !self->over)
    rtmp_client_close (self->client);
  else
    check_goodbye (self);
}

guint
rtmp_line_send (RtmpLine * self, RtmpMessage * const *messages, guint n)
{
  return self->client != NULL ? rtmp_client_send (self->client, messages, n)
      : 0;
}

gboolean
rtmp_line_is_full (RtmpLine * self)
{
  return self->client == NULL
      || rtmp_client_get_state (self->client) != RTMP_CALLER_STARTED
      || rtmp_client_is_full (self->client);
}

void
rtmp_line_set_reading (RtmpLine * self, gboolean reading)
{
  if (self->client != NULL)
    rtmp_client_set_reading (self->client, reading);
}

void
rtmp_line_set_patient (RtmpLine * self, gboolean patient)
{
  if (self->client != NULL)
    rtmp_client_set_patient (self->client, patient);
}

void
rtmp_line_pause (RtmpLine * self, gboolean pause, guint32 time)
{
  if (self->client != NULL)
    rtmp_client_pause (self->client, pause, time);
}

gboolean
rtmp_line_can_move (RtmpLine * self)
{
  return self->client != NULL && !rtmp_move_is_parting (self->move)
      && (self->yields || rtmp_move_is_ready (self->move));
}

void
rtmp_line_move (RtmpLine * self)
{
  g_return_if_fail (rtmp_line_can_move (self));

  rtmp_move_part (self->move, g_steal_pointer (&self->client), self->location);
  self->connected = FALSE;
  if (!self->yields) {
    take_over (self);
    return;
  }
  /* It begins when the one that is left has ended. */
  self->yields = FALSE;
  self->sent_on = TRUE;
  self->running_since = -1;
  rtmp_route_go (&self->route, rtmp_move_get_url (self->move));
}

void
rtmp_line_finish (RtmpLine * self)
{
  self->finishing = TRUE;
  self->yields = FALSE;
  rtmp_move_cancel (self->move);
  if (self->client != NULL)
    rtmp_client_finish (self->client);
}

/* Where there is no connection. */
static const gchar *
get_state_name (RtmpLine * self)
{
  if (self->timer != NULL)
    return "waiting";
  return self->sent_on && !self->over ? "connecting" : "disconnected";
}

GstStructure *
rtmp_line_make_stats (RtmpLine * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return rtmp_stats_new (self->client, self->publish, get_state_name (self),
      self->reconnects);
}
