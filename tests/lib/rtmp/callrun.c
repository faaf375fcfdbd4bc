/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "callrun.h"

#include "rtmp/rtmperror.h"

#include <string.h>

static void
event_free (gpointer data)
{
  rtmp_event_clear (data);
  g_free (data);
}

CallRun *
call_run_new (const gchar * url, const RtmpCallerConfig * config)
{
  CallRun *self = g_new0 (CallRun, 1);
  RtmpCallerConfig own = *config;

  self->now = CALL_RUN_BEGIN;
  self->random = g_rand_new_with_seed (1);
  self->url = rtmp_url_parse (url, NULL);
  g_assert_nonnull (self->url);
  own.dialogue.url = self->url;
  self->caller = rtmp_caller_new (&own, self->random);
  self->events = g_ptr_array_new_with_free_func (event_free);
  self->commands =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rtmp_command_free);
  self->messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rtmp_message_unref);
  return self;
}

void
call_run_free (CallRun * self)
{
  rtmp_caller_free (self->caller);
  rtmp_session_free (self->server);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->commands);
  g_ptr_array_unref (self->messages);
  rtmp_url_free (self->url);
  g_rand_free (self->random);
  g_free (self);
}

static void
open_dial (CallRun * self)
{
  RtmpSessionConfig config = {.is_server = TRUE };

  g_clear_pointer (&self->server, rtmp_session_free);
  self->server = rtmp_session_new (&config, self->random, self->now);
  self->dials++;
  rtmp_caller_opened (self->caller, self->now);
}

static void
take_events (CallRun * self)
{
  RtmpEvent event;

  while (rtmp_caller_take (self->caller, &event, self->now)) {
    /* Nothing comes behind the end. */
    g_assert_cmpuint (call_run_count (self, RTMP_EVENT_ENDED), ==, 0);
    if (event.kind == RTMP_EVENT_DIAL) {
      rtmp_event_clear (&event);
      open_dial (self);
    } else if (event.kind == RTMP_EVENT_HANG_UP) {
      g_clear_pointer (&self->server, rtmp_session_free);
    } else {
      g_ptr_array_add (self->events, g_memdup2 (&event, sizeof event));
    }
  }
}

static void
take_messages (CallRun * self)
{
  RtmpMessage *message;

  while (self->server != NULL
      && (message = rtmp_session_take (self->server, self->now, NULL))) {
    if (rtmp_message_get_head (message)->type == RTMP_MESSAGE_COMMAND) {
      RtmpCommand *command = rtmp_command_parse (message, NULL);
      g_assert_nonnull (command);
      g_ptr_array_add (self->commands, command);
      rtmp_message_unref (message);
    } else {
      g_ptr_array_add (self->messages, message);
    }
  }
}

static GBytes *
take_bytes (const GOutputVector * vectors, guint n)
{
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    g_byte_array_append (bytes, vectors[i].buffer, vectors[i].size);
  return g_byte_array_free_to_bytes (bytes);
}

static gboolean
move_up (CallRun * self)
{
  guint n;
  const GOutputVector *vectors = rtmp_caller_peek (self->caller, &n);

  if (n == 0 || self->server == NULL)
    return FALSE;
  g_autoptr (GBytes) bytes = take_bytes (vectors, n);
  gsize size = g_bytes_get_size (bytes);
  rtmp_session_feed (self->server, bytes, g_bytes_get_data (bytes, NULL), size,
      self->now);
  take_messages (self);
  rtmp_caller_advance (self->caller, size, self->now);
  take_events (self);
  return TRUE;
}

static gboolean
move_down (CallRun * self)
{
  guint n = 0;
  const GOutputVector *vectors = self->server != NULL
      ? rtmp_session_peek (self->server, &n) : NULL;

  if (n == 0)
    return FALSE;
  g_autoptr (GBytes) bytes = take_bytes (vectors, n);
  gsize size = g_bytes_get_size (bytes);
  rtmp_session_advance (self->server, size, self->now);
  rtmp_caller_feed (self->caller, bytes, g_bytes_get_data (bytes, NULL), size,
      self->now);
  take_events (self);
  return TRUE;
}

void
call_run_pump (CallRun * self)
{
  take_events (self);
  while (move_up (self) || move_down (self));
}

void
call_run_say (CallRun * self, RtmpMessage * message)
{
  g_assert_nonnull (self->server);
  rtmp_session_send (self->server, message, self->now);
  rtmp_message_unref (message);
  call_run_pump (self);
}

void
call_run_pass (CallRun * self, gint64 time)
{
  gint64 until = self->now + time;

  while (TRUE) {
    gint64 deadline = rtmp_caller_get_deadline (self->caller);
    if (deadline < 0 || deadline > until)
      break;
    self->now = MAX (self->now, deadline);
    rtmp_caller_tick (self->caller, self->now);
    call_run_pump (self);
    /* A tick moves its own deadline, or it would be called for ever. */
    g_assert_true (rtmp_caller_get_deadline (self->caller) != deadline);
  }
  self->now = until;
}

void
call_run_hang_up (CallRun * self)
{
  g_clear_pointer (&self->server, rtmp_session_free);
  rtmp_caller_closed (self->caller, NULL, self->now);
  take_events (self);
}

void
call_run_connect (CallRun * self)
{
  rtmp_caller_start (self->caller, self->now);
  call_run_pump (self);
  g_assert_nonnull (call_run_find_command (self, "connect", 1));
}

void
call_run_let_in (CallRun * self)
{
  RtmpCapabilities none = { 0 };

  if (self->dials == 0)
    call_run_connect (self);
  call_run_say (self, rtmp_connect_new_success (1, 0, &none));
}

void
call_run_make_stream (CallRun * self)
{
  call_run_let_in (self);
  const RtmpCommand *command = call_run_find_command (self, "createStream", 1);
  g_assert_nonnull (command);
  call_run_say (self, rtmp_command_new_stream_result (command->transaction, 1));
}

void
call_run_begin (CallRun * self)
{
  call_run_make_stream (self);
  gboolean plays = call_run_find_command (self, "play", 1) != NULL;
  call_run_say (self, rtmp_command_new_status (1, "status", plays
          ? "NetStream.Play.Start" : "NetStream.Publish.Start", NULL, NULL));
  g_assert_cmpuint (call_run_count (self, RTMP_EVENT_STARTED), ==, 1);
}

const RtmpEvent *
call_run_find (CallRun * self, RtmpEventKind kind, guint count)
{
  for (guint i = 0; i < self->events->len; i++) {
    RtmpEvent *event = g_ptr_array_index (self->events, i);
    if (event->kind == kind && --count == 0)
      return event;
  }
  return NULL;
}

guint
call_run_count (CallRun * self, RtmpEventKind kind)
{
  guint count = 0;

  while (call_run_find (self, kind, count + 1) != NULL)
    count++;
  return count;
}

const RtmpCommand *
call_run_find_command (CallRun * self, const gchar * name, guint count)
{
  for (guint i = 0; i < self->commands->len; i++) {
    RtmpCommand *command = g_ptr_array_index (self->commands, i);
    if (g_str_equal (command->name, name) && --count == 0)
      return command;
  }
  return NULL;
}

void
call_run_assert_ended (CallRun * self, gint code, const gchar * why)
{
  const RtmpEvent *event = call_run_find (self, RTMP_EVENT_ENDED, 1);

  g_assert_nonnull (event);
  g_assert_error (event->error, RTMP_ERROR, code);
  if (strstr (event->error->message, why) == NULL)
    g_error ("\"%s\" is not in \"%s\"", why, event->error->message);
  g_assert_cmpint (rtmp_caller_get_state (self->caller), ==, RTMP_CALLER_ENDED);
}

void
call_run_assert_ended_in_order (CallRun * self)
{
  const RtmpEvent *event = call_run_find (self, RTMP_EVENT_ENDED, 1);

  g_assert_nonnull (event);
  g_assert_no_error (event->error);
}
