/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpClient: what comes from a socket is handed on in the same turn of the
 * loop, all of it together. What an own call causes is handed on by a source,
 * before anything else is read. The clock comes behind the socket, so that what
 * has arrived is heard before somebody is called silent. */

#include "rtmp/rtmpclient.h"

#include "rtmp/rtmpdial.h"
#include "rtmp/rtmplink.h"

#define EVENTS_PRIORITY G_PRIORITY_HIGH
#define CLOCK_PRIORITY (G_PRIORITY_DEFAULT + 10)

#define BUDGET_BYTES (8 * 1024 * 1024)

/* What the system may hold back of what was sent: more would be time that
 * nobody sees. */
#define UNSENT (256 * 1024)

#define STALL_TIMEOUT (30 * G_TIME_SPAN_SECOND)

/* No system says when all has arrived: it is looked at so often. */
#define LOOK_TIME (10 * G_TIME_SPAN_MILLISECOND)

struct _RtmpClient
{
  gint ref_count;               /* owner, and a running callback */
  gboolean freed;
  RtmpClientFuncs funcs;
  gpointer user_data;
  RtmpCaller *caller;
  RtmpDial *dial;
  RtmpLink *link;
  GTlsCertificateFlags tls_flags;
  GTlsDatabase *tls_database;
  RtmpLinkTuning tuning;
  gsize budget_bytes;
  gint64 budget_time;
  gboolean was_full;            /* and somebody was told so */
  gboolean finishing;           /* closes when nothing waits any more */
  gsize pending;                /* then, in the system */
  gint64 pending_since;
  gboolean reading;
  GArray *events;               /* of RtmpEvent, for the user */
  GSource *event_source;
  GSource *clock_source;
};

static gint64
get_now (void)
{
  return g_get_monotonic_time ();
}

static void
client_unref (RtmpClient * self)
{
  if (--self->ref_count == 0)
    g_free (self);
}

static void
clear_events (GArray * events)
{
  for (guint i = 0; i < events->len; i++)
    rtmp_event_clear (&g_array_index (events, RtmpEvent, i));
  g_array_unref (events);
}

static gboolean
is_over_budget (RtmpClient * self, guint divisor)
{
  RtmpSessionStats stats;

  if (!rtmp_caller_get_stats (self->caller, &stats))
    return FALSE;
  if (stats.queued_bytes > self->budget_bytes / divisor)
    return TRUE;
  return self->budget_time > 0
      && rtmp_caller_get_delay (self->caller, get_now ())
      > self->budget_time / divisor;
}

static gboolean
is_drained (RtmpClient * self)
{
  return self->was_full && !is_over_budget (self, 2);
}

/* All is in the system's hands. */
static gboolean
is_handed_over (RtmpClient * self)
{
  RtmpSessionStats stats;

  return !rtmp_caller_get_stats (self->caller, &stats)
      || stats.queued_messages == 0;
}

/* And has arrived, or nothing of it moves. */
static gboolean
is_finished (RtmpClient * self)
{
  if (!self->finishing || !is_handed_over (self))
    return FALSE;
  gsize pending = self->link != NULL ? rtmp_link_get_pending (self->link) : 0;
  if (pending != self->pending) {
    self->pending = pending;
    self->pending_since = get_now ();
  }
  return pending == 0
      || get_now () - self->pending_since >= self->tuning.stall_timeout;
}

static void dial (RtmpClient * self, const RtmpUrl * url);

/* Does what the caller wants done, and puts the rest in line for the user. */
static void
take_events (RtmpClient * self)
{
  RtmpEvent event;

  while (rtmp_caller_take (self->caller, &event, get_now ())) {
    if (event.kind == RTMP_EVENT_DIAL) {
      dial (self, event.url);
      rtmp_event_clear (&event);
    } else if (event.kind == RTMP_EVENT_HANG_UP) {
      g_clear_pointer (&self->dial, rtmp_dial_free);
      g_clear_pointer (&self->link, rtmp_link_free);
    } else {
      g_array_append_val (self->events, event);
    }
  }
}

static void
set_clock (RtmpClient * self)
{
  gint64 deadline = rtmp_caller_get_deadline (self->caller);

  if (self->finishing && is_handed_over (self)) {
    gint64 look = get_now () + LOOK_TIME;
    deadline = deadline >= 0 ? MIN (deadline, look) : look;
  }
  g_source_set_ready_time (self->clock_source, deadline);
}

/* What changed may have given something to do or to say. */
static void
pump (RtmpClient * self)
{
  take_events (self);
  if (self->link != NULL)
    rtmp_link_flush (self->link);
  if (is_finished (self)) {
    self->finishing = FALSE;
    rtmp_client_close (self);
    return;
  }
  take_events (self);
  set_clock (self);
  if (self->events->len > 0 || is_drained (self))
    g_source_set_ready_time (self->event_source, 0);
}

/* To the user. From the loop only. */
static void
hand_out (RtmpClient * self)
{
  g_source_set_ready_time (self->event_source, -1);
  self->ref_count++;
  while (!self->freed && self->events->len > 0) {
    GArray *events = self->events;
    self->events = g_array_new (FALSE, FALSE, sizeof (RtmpEvent));
    self->funcs.events (self, (RtmpEvent *) events->data, events->len,
        self->user_data);
    clear_events (events);
  }
  if (!self->freed && is_drained (self)) {
    self->was_full = FALSE;
    if (self->funcs.drained != NULL)
      self->funcs.drained (self, self->user_data);
  }
  client_unref (self);
}

static gboolean
on_events (gpointer user_data)
{
  RtmpClient *self = user_data;

  self->ref_count++;
  hand_out (self);
  gboolean keep = !self->freed;
  client_unref (self);
  return keep;
}

static gboolean
on_clock (gpointer user_data)
{
  RtmpClient *self = user_data;

  g_source_set_ready_time (self->clock_source, -1);
  rtmp_caller_tick (self->caller, get_now ());
  pump (self);
  return G_SOURCE_CONTINUE;
}

static void
on_received (GBytes * owner, const guint8 * data, gsize size,
    gpointer user_data)
{
  RtmpClient *self = user_data;

  rtmp_caller_feed (self->caller, owner, data, size, get_now ());
  /* The clock has no turn while the socket always has something. */
  take_events (self);
  rtmp_caller_tick (self->caller, get_now ());
  pump (self);
  hand_out (self);
}

static const GOutputVector *
on_peek (guint * n, gpointer user_data)
{
  RtmpClient *self = user_data;

  return rtmp_caller_peek (self->caller, n);
}

static void
on_advance (gsize size, gpointer user_data)
{
  RtmpClient *self = user_data;

  rtmp_caller_advance (self->caller, size, get_now ());
  if (is_drained (self))
    g_source_set_ready_time (self->event_source, 0);
  /* A goodbye that is out is the end, which nothing else would show. */
  if (rtmp_caller_get_state (self->caller) == RTMP_CALLER_ENDED
      || (self->finishing && is_handed_over (self)))
    g_source_set_ready_time (self->clock_source, 0);
}

static void
on_closed (const GError * error, gpointer user_data)
{
  RtmpClient *self = user_data;

  rtmp_caller_closed (self->caller, error, get_now ());
  pump (self);
  hand_out (self);
}

static void
on_dialled (GIOStream * stream, const GError * error, gpointer user_data)
{
  static const RtmpLinkFuncs funcs = {
    .received = on_received,
    .peek = on_peek,
    .advance = on_advance,
    .closed = on_closed,
  };
  RtmpClient *self = user_data;

  g_clear_pointer (&self->dial, rtmp_dial_free);
  if (stream != NULL) {
    self->link = rtmp_link_new (stream, &funcs, self);
    rtmp_link_tune (self->link, &self->tuning);
    rtmp_link_set_reading (self->link, self->reading);
    rtmp_caller_opened (self->caller, get_now ());
  } else {
    rtmp_caller_refused (self->caller, error, get_now ());
  }
  pump (self);
  hand_out (self);
}

static void
dial (RtmpClient * self, const RtmpUrl * url)
{
  RtmpDialConfig config = {
    .host = url->host,
    .port = url->port,
    .secure = url->secure,
    .tls_flags = G_TLS_CERTIFICATE_VALIDATE_ALL & ~self->tls_flags,
    .tls_database = self->tls_database,
  };

  g_clear_pointer (&self->link, rtmp_link_free);
  g_clear_pointer (&self->dial, rtmp_dial_free);
  self->dial = rtmp_dial_new (&config, on_dialled, self);
}

static gboolean
dispatch_source (GSource * source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSource *
add_source (RtmpClient * self, const gchar * name, gint priority,
    GSourceFunc func)
{
  static GSourceFuncs funcs = { NULL, NULL, dispatch_source, NULL, NULL, NULL };
  GSource *source = g_source_new (&funcs, sizeof (GSource));

  g_source_set_static_name (source, name);
  g_source_set_priority (source, priority);
  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

RtmpClient *
rtmp_client_new (const RtmpClientConfig * config,
    const RtmpClientFuncs * funcs, gpointer user_data)
{
  g_return_val_if_fail (config != NULL && funcs != NULL, NULL);

  GRand *random = g_rand_new ();
  RtmpClient *self = g_new0 (RtmpClient, 1);
  self->ref_count = 1;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->caller = rtmp_caller_new (&config->caller, random);
  g_rand_free (random);
  self->tls_flags = config->tls_flags;
  if (config->tls_database != NULL)
    self->tls_database = g_object_ref (config->tls_database);
  self->budget_bytes =
      config->budget_bytes > 0 ? config->budget_bytes : BUDGET_BYTES;
  self->budget_time = config->budget_time;
  self->tuning.stall_timeout = config->caller.stall_timeout > 0
      ? config->caller.stall_timeout : STALL_TIMEOUT;
  self->tuning.unsent = UNSENT;
  self->tuning.rate = config->rate;
  self->reading = TRUE;
  self->events = g_array_new (FALSE, FALSE, sizeof (RtmpEvent));
  self->event_source =
      add_source (self, "rtmp-client-events", EVENTS_PRIORITY, on_events);
  self->clock_source =
      add_source (self, "rtmp-client-clock", CLOCK_PRIORITY, on_clock);
  return self;
}

void
rtmp_client_set_funcs (RtmpClient * self, const RtmpClientFuncs * funcs,
    gpointer user_data)
{
  g_return_if_fail (self != NULL && !self->freed && funcs != NULL);

  self->funcs = *funcs;
  self->user_data = user_data;
}

void
rtmp_client_free (RtmpClient * self)
{
  if (self == NULL || self->freed)
    return;

  self->freed = TRUE;
  g_source_destroy (self->event_source);
  g_clear_pointer (&self->event_source, g_source_unref);
  g_source_destroy (self->clock_source);
  g_clear_pointer (&self->clock_source, g_source_unref);
  g_clear_pointer (&self->dial, rtmp_dial_free);
  g_clear_pointer (&self->link, rtmp_link_free);
  g_clear_pointer (&self->caller, rtmp_caller_free);
  g_clear_object (&self->tls_database);
  g_clear_pointer (&self->events, clear_events);
  client_unref (self);
}

void
rtmp_client_start (RtmpClient * self)
{
  g_return_if_fail (self != NULL && !self->freed);

  rtmp_caller_start (self->caller, get_now ());
  pump (self);
}

void
rtmp_client_close (RtmpClient * self)
{
  g_return_if_fail (self != NULL && !self->freed);

  rtmp_caller_close (self->caller, get_now ());
  pump (self);
}

void
rtmp_client_finish (RtmpClient * self)
{
  g_return_if_fail (self != NULL && !self->freed);

  self->finishing = TRUE;
  pump (self);
}

guint
rtmp_client_send (RtmpClient * self, RtmpMessage * const *messages, guint n)
{
  g_return_val_if_fail (self != NULL && !self->freed, 0);

  gint64 now = get_now ();
  guint taken = 0;
  while (taken < n && rtmp_caller_send (self->caller, messages[taken], now))
    taken++;
  if (taken > 0)
    pump (self);
  return taken;
}

guint32
rtmp_client_get_stream (RtmpClient * self)
{
  g_return_val_if_fail (self != NULL && !self->freed, 0);

  return rtmp_caller_get_stream (self->caller);
}

gboolean
rtmp_client_is_full (RtmpClient * self)
{
  g_return_val_if_fail (self != NULL && !self->freed, FALSE);

  self->was_full |= is_over_budget (self, 1);
  return is_over_budget (self, 1);
}

void
rtmp_client_set_rate (RtmpClient * self, guint rate)
{
  g_return_if_fail (self != NULL && !self->freed);

  self->tuning.rate = rate;
  if (self->link != NULL)
    rtmp_link_tune (self->link, &self->tuning);
}

void
rtmp_client_set_chunk_size (RtmpClient * self, guint32 size)
{
  g_return_if_fail (self != NULL && !self->freed);

  rtmp_caller_set_chunk_size (self->caller, size, get_now ());
  pump (self);
}

void
rtmp_client_set_reading (RtmpClient * self, gboolean reading)
{
  g_return_if_fail (self != NULL && !self->freed);

  self->reading = reading;
  if (self->link != NULL)
    rtmp_link_set_reading (self->link, reading);
  rtmp_caller_set_reading (self->caller, reading, get_now ());
  set_clock (self);
}

void
rtmp_client_set_patient (RtmpClient * self, gboolean patient)
{
  g_return_if_fail (self != NULL && !self->freed);

  rtmp_caller_set_patient (self->caller, patient, get_now ());
  set_clock (self);
}

void
rtmp_client_pause (RtmpClient * self, gboolean pause, guint32 time)
{
  g_return_if_fail (self != NULL && !self->freed);

  rtmp_caller_pause (self->caller, pause, time, get_now ());
  pump (self);
}

RtmpCallerState
rtmp_client_get_state (RtmpClient * self)
{
  g_return_val_if_fail (self != NULL && !self->freed, RTMP_CALLER_ENDED);

  return rtmp_caller_get_state (self->caller);
}

gboolean
rtmp_client_get_stats (RtmpClient * self, RtmpSessionStats * stats)
{
  g_return_val_if_fail (self != NULL && !self->freed, FALSE);

  return rtmp_caller_get_stats (self->caller, stats);
}

gint64
rtmp_client_get_round_trip (RtmpClient * self, gboolean * by_system)
{
  g_return_val_if_fail (self != NULL && !self->freed, -1);

  RtmpSessionStats stats;
  *by_system = !rtmp_caller_get_stats (self->caller, &stats)
      || stats.round_trip < 0;
  if (!*by_system)
    return stats.round_trip;
  return self->link != NULL ? rtmp_link_get_round_trip (self->link) : -1;
}

const RtmpCapabilities *
rtmp_client_get_capabilities (RtmpClient * self)
{
  g_return_val_if_fail (self != NULL && !self->freed, NULL);

  return rtmp_caller_get_capabilities (self->caller);
}
