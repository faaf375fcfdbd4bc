/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sessionrun.h"

#include "livekit/livekiterror.h"
#include "livekit/livekittoken.h"

#define SECRET "a secret of thirty-two characters or more"
#define UNIX_NOW 1700000000

gchar *
session_run_new_token (gint64 now, gint can_publish)
{
  g_autoptr (LivekitToken) token = livekit_token_new ();
  g_autoptr (GError) error = NULL;

  token->key = g_strdup ("devkey");
  token->identity = g_strdup ("publisher");
  token->expires = now + 3600;
  token->grants.room = g_strdup ("stage");
  token->grants.room_join = 1;
  token->grants.can_publish = can_publish;
  gchar *jwt = livekit_token_mint (token, SECRET, now, &error);
  g_assert_no_error (error);
  return jwt;
}

SessionRun *
session_run_new (const LivekitSessionConfig * config)
{
  SessionRun *self = g_new0 (SessionRun, 1);

  self->session = livekit_session_new (config);
  self->now = SESSION_RUN_BEGIN;
  self->events =
      g_ptr_array_new_with_free_func ((GDestroyNotify) livekit_event_free);
  self->sent = g_ptr_array_new_with_free_func ((GDestroyNotify)
      livekit_signal_request_free);
  return self;
}

SessionRun *
session_run_new_open (void)
{
  g_autofree gchar *token = session_run_new_token (UNIX_NOW, -1);
  LivekitSessionConfig config = {.url = "ws://room.test",.token = token,
    .client_version = "0.0.0",.unix_time = UNIX_NOW
  };
  SessionRun *self = session_run_new (&config);

  livekit_session_start (self->session, self->now);
  livekit_session_opened (self->session, self->now);
  session_run_take (self);
  return self;
}

SessionRun *
session_run_new_joined (void)
{
  SessionRun *self = session_run_new_open ();

  session_run_feed (self, script_reply_join (NULL, NULL));
  return self;
}

void
session_run_free (SessionRun * self)
{
  g_return_if_fail (self != NULL);

  livekit_session_free (self->session);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->sent);
  g_free (self);
}

void
session_run_take (SessionRun * self)
{
  LivekitEvent *event;

  while ((event = livekit_session_take (self->session)) != NULL) {
    /* Nothing comes after the end. */
    g_assert_cmpuint (session_run_count (self, LIVEKIT_EVENT_ENDED), ==, 0);
    if (event->type != LIVEKIT_EVENT_SEND) {
      g_ptr_array_add (self->events, event);
      continue;
    }
    g_autoptr (GError) error = NULL;
    g_ptr_array_add (self->sent,
        livekit_signal_parse_request (event->bytes, &error));
    g_assert_no_error (error);
    livekit_event_free (event);
  }
}

void
session_run_feed (SessionRun * self, GBytes * message)
{
  livekit_session_feed (self->session, message, self->now);
  g_bytes_unref (message);
  session_run_take (self);
}

void
session_run_pass (SessionRun * self, gint64 time)
{
  gint64 until = self->now + time;

  while (TRUE) {
    gint64 deadline = livekit_session_get_deadline (self->session);
    if (deadline < 0 || deadline > until)
      break;
    self->now = MAX (self->now, deadline);
    livekit_session_tick (self->session, self->now);
    session_run_take (self);
    /* A tick moves its own deadline, or it would be called for ever. */
    g_assert_true (livekit_session_get_deadline (self->session) != deadline);
  }
  self->now = until;
}

const LivekitEvent *
session_run_find (SessionRun * self, LivekitEventType type, guint count)
{
  for (guint i = 0; i < self->events->len; i++) {
    LivekitEvent *event = g_ptr_array_index (self->events, i);
    if (event->type == type && --count == 0)
      return event;
  }
  return NULL;
}

guint
session_run_count (SessionRun * self, LivekitEventType type)
{
  guint count = 0;

  while (session_run_find (self, type, count + 1) != NULL)
    count++;
  return count;
}

const Livekit__SignalRequest *
session_run_find_sent (SessionRun * self,
    Livekit__SignalRequest__MessageCase kind, guint count)
{
  for (guint i = 0; i < self->sent->len; i++) {
    Livekit__SignalRequest *request = g_ptr_array_index (self->sent, i);
    if (request->message_case == kind && --count == 0)
      return request;
  }
  return NULL;
}

guint
session_run_count_sent (SessionRun * self,
    Livekit__SignalRequest__MessageCase kind)
{
  guint count = 0;

  while (session_run_find_sent (self, kind, count + 1) != NULL)
    count++;
  return count;
}

void
session_run_assert_ended (SessionRun * self, gint code)
{
  const LivekitEvent *ended = session_run_find (self, LIVEKIT_EVENT_ENDED, 1);

  g_assert_nonnull (ended);
  g_assert_true (g_ptr_array_index (self->events, self->events->len - 1)
      == ended);
  g_assert_cmpint (livekit_session_get_state (self->session), ==,
      LIVEKIT_SESSION_ENDED);
  g_assert_cmpint (livekit_session_get_deadline (self->session), ==, -1);
  if (code == 0)
    g_assert_no_error (ended->error);
  else
    g_assert_error (ended->error, LIVEKIT_ERROR, code);
}

void
session_run_assert_going_on (SessionRun * self)
{
  g_assert_cmpuint (session_run_count (self, LIVEKIT_EVENT_ENDED), ==, 0);
  g_assert_cmpint (livekit_session_get_state (self->session), !=,
      LIVEKIT_SESSION_ENDED);
}
