/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitClient: a session joined to a link and a clock.
 * Two sources: one hands events to the user before anything else is read, one
 * is the session's clock and comes after the socket, so that what has arrived
 * is heard before somebody is called silent. */

#include "livekit/livekitclient.h"

#include "livekit/livekitlink.h"

#define EVENTS_PRIORITY G_PRIORITY_HIGH
#define CLOCK_PRIORITY (G_PRIORITY_DEFAULT + 10)

struct _LivekitClient
{
  gint ref_count;               /* owner, and a running hand-out */
  gboolean freed;
  LivekitClientFunc func;
  gpointer user_data;
  LivekitSession *session;
  LivekitLink *link;
  GQueue events;                /* of LivekitEvent, for the user */
  GSource *event_source;
  GSource *clock_source;
};

static void
client_unref (LivekitClient * self)
{
  if (--self->ref_count == 0)
    g_free (self);
}

/* Does what the session wants done, and puts the rest in line for the user. */
static void
pump (LivekitClient * self)
{
  LivekitEvent *next;

  while ((next = livekit_session_take (self->session)) != NULL) {
    g_autoptr (LivekitEvent) event = next;
    switch (event->type) {
      case LIVEKIT_EVENT_DIAL:
        livekit_link_dial (self->link, event->uri, event->token);
        break;
      case LIVEKIT_EVENT_SEND:
        livekit_link_send (self->link, event->bytes);
        break;
      case LIVEKIT_EVENT_HANG_UP:
        livekit_link_hang_up (self->link);
        break;
      default:
        g_queue_push_tail (&self->events, g_steal_pointer (&event));
        break;
    }
  }
  if (!g_queue_is_empty (&self->events))
    g_source_set_ready_time (self->event_source, 0);
  g_source_set_ready_time (self->clock_source,
      livekit_session_get_deadline (self->session));
}

static gboolean
on_events (gpointer user_data)
{
  LivekitClient *self = user_data;
  LivekitEvent *next;

  g_source_set_ready_time (self->event_source, -1);
  self->ref_count++;
  while (!self->freed && (next = g_queue_pop_head (&self->events)) != NULL) {
    g_autoptr (LivekitEvent) event = next;
    self->func (self, event, self->user_data);
  }
  gboolean keep = !self->freed;
  client_unref (self);
  return keep;
}

static gboolean
on_clock (gpointer user_data)
{
  LivekitClient *self = user_data;

  g_source_set_ready_time (self->clock_source, -1);
  livekit_session_tick (self->session, g_get_monotonic_time ());
  pump (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_source (GSource * source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSource *
add_source (LivekitClient * self, const gchar * name, gint priority,
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

static void
on_opened (gpointer user_data)
{
  LivekitClient *self = user_data;

  livekit_session_opened (self->session, g_get_monotonic_time ());
  pump (self);
}

static void
on_refused (guint status, const gchar * body, const GError * error,
    gpointer user_data)
{
  LivekitClient *self = user_data;

  livekit_session_refused (self->session, status, body, error,
      g_get_monotonic_time ());
  pump (self);
}

static void
on_message (GBytes * message, gpointer user_data)
{
  LivekitClient *self = user_data;

  livekit_session_feed (self->session, message, g_get_monotonic_time ());
  pump (self);
}

static void
on_closed (const GError * error, gpointer user_data)
{
  LivekitClient *self = user_data;

  livekit_session_closed (self->session, error, g_get_monotonic_time ());
  pump (self);
}

LivekitClient *
livekit_client_new (const LivekitSessionConfig * config, gboolean ssl_strict,
    LivekitClientFunc func, gpointer user_data)
{
  static const LivekitLinkFuncs funcs = {
    .opened = on_opened,
    .refused = on_refused,
    .message = on_message,
    .closed = on_closed,
  };

  g_return_val_if_fail (config != NULL && func != NULL, NULL);

  LivekitSessionConfig timed = *config;
  if (timed.unix_time == 0)
    timed.unix_time = g_get_real_time () / G_TIME_SPAN_SECOND;
  LivekitClient *self = g_new0 (LivekitClient, 1);
  self->ref_count = 1;
  self->func = func;
  self->user_data = user_data;
  self->session = livekit_session_new (&timed);
  self->link = livekit_link_new (&funcs, self);
  livekit_link_set_ssl_strict (self->link, ssl_strict);
  g_queue_init (&self->events);
  self->event_source =
      add_source (self, "livekit-client-events", EVENTS_PRIORITY, on_events);
  self->clock_source =
      add_source (self, "livekit-client-clock", CLOCK_PRIORITY, on_clock);
  return self;
}

void
livekit_client_free (LivekitClient * self)
{
  g_return_if_fail (self != NULL && !self->freed);

  self->freed = TRUE;
  g_source_destroy (self->event_source);
  g_clear_pointer (&self->event_source, g_source_unref);
  g_source_destroy (self->clock_source);
  g_clear_pointer (&self->clock_source, g_source_unref);
  g_clear_pointer (&self->link, livekit_link_free);
  g_clear_pointer (&self->session, livekit_session_free);
  g_queue_clear_full (&self->events, (GDestroyNotify) livekit_event_free);
  client_unref (self);
}

void
livekit_client_start (LivekitClient * self)
{
  g_return_if_fail (self != NULL);

  livekit_session_start (self->session, g_get_monotonic_time ());
  pump (self);
}

void
livekit_client_leave (LivekitClient * self)
{
  g_return_if_fail (self != NULL);

  livekit_session_leave (self->session, g_get_monotonic_time ());
  pump (self);
}

void
livekit_client_add_track (LivekitClient * self,
    const LivekitTrackRequest * request)
{
  g_return_if_fail (self != NULL && request != NULL);

  livekit_session_add_track (self->session, request, g_get_monotonic_time ());
  pump (self);
}

void
livekit_client_forget_track (LivekitClient * self, const gchar * cid)
{
  g_return_if_fail (self != NULL && cid != NULL);

  livekit_session_forget_track (self->session, cid);
  pump (self);
}

gboolean
livekit_client_can_offer (LivekitClient * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return livekit_session_can_offer (self->session);
}

guint
livekit_client_offer (LivekitClient * self, const gchar * sdp)
{
  g_return_val_if_fail (self != NULL && sdp != NULL, 0);

  guint id = livekit_session_offer (self->session, sdp,
      g_get_monotonic_time ());
  pump (self);
  return id;
}

void
livekit_client_answer (LivekitClient * self, guint id, const gchar * sdp)
{
  g_return_if_fail (self != NULL && sdp != NULL);

  livekit_session_answer (self->session, id, sdp);
  pump (self);
}

void
livekit_client_trickle (LivekitClient * self, LivekitTarget target,
    guint mline, const gchar * candidate)
{
  g_return_if_fail (self != NULL && candidate != NULL);

  livekit_session_trickle (self->session, target, mline, candidate);
  pump (self);
}

void
livekit_client_set_muted (LivekitClient * self, const gchar * sid,
    gboolean muted)
{
  g_return_if_fail (self != NULL && sid != NULL);

  livekit_session_set_muted (self->session, sid, muted);
  pump (self);
}

void
livekit_client_set_video_size (LivekitClient * self, const gchar * sid,
    guint width, guint height)
{
  g_return_if_fail (self != NULL && sid != NULL);

  livekit_session_set_video_size (self->session, sid, width, height);
  pump (self);
}

void
livekit_client_set_allowed (LivekitClient * self,
    const gchar * const *identities)
{
  g_return_if_fail (self != NULL);

  livekit_session_set_allowed (self->session, identities);
  pump (self);
}

LivekitSessionState
livekit_client_get_state (LivekitClient * self)
{
  g_return_val_if_fail (self != NULL, LIVEKIT_SESSION_ENDED);

  return livekit_session_get_state (self->session);
}
