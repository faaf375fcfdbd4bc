/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hostrun.h"

#include "rtmp/rtmperror.h"
#include "rtmp/rtmpstatus.h"

#include <string.h>

static void
event_free (gpointer data)
{
  rtmp_event_clear (data);
  g_free (data);
}

HostRun *
host_run_new (const RtmpHostConfig * config)
{
  HostRun *self = g_new0 (HostRun, 1);
  RtmpSessionConfig client = { 0 };

  self->now = HOST_RUN_BEGIN;
  self->random = g_rand_new_with_seed (1);
  self->host = rtmp_host_new (config, self->random, self->now);
  self->client = rtmp_session_new (&client, self->random, self->now);
  self->events = g_ptr_array_new_with_free_func (event_free);
  self->commands =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rtmp_command_free);
  self->messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rtmp_message_unref);
  return self;
}

void
host_run_free (HostRun * self)
{
  rtmp_host_free (self->host);
  rtmp_session_free (self->client);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->commands);
  g_ptr_array_unref (self->messages);
  g_rand_free (self->random);
  g_free (self);
}

static void
take_events (HostRun * self)
{
  RtmpEvent event;

  while (rtmp_host_take (self->host, &event, self->now)) {
    /* Nothing comes behind the end. */
    g_assert_cmpuint (host_run_count (self, RTMP_EVENT_ENDED), ==, 0);
    if (event.kind == RTMP_EVENT_HANG_UP)
      g_clear_pointer (&self->client, rtmp_session_free);
    else
      g_ptr_array_add (self->events, g_memdup2 (&event, sizeof event));
  }
}

static void
take_messages (HostRun * self)
{
  RtmpMessage *message;

  while (self->client != NULL
      && (message = rtmp_session_take (self->client, self->now, NULL))) {
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
move_down (HostRun * self)
{
  guint n;
  const GOutputVector *vectors = rtmp_host_peek (self->host, &n);

  if (n == 0 || self->client == NULL)
    return FALSE;
  g_autoptr (GBytes) bytes = take_bytes (vectors, n);
  gsize size = g_bytes_get_size (bytes);
  rtmp_session_feed (self->client, bytes, g_bytes_get_data (bytes, NULL), size,
      self->now);
  take_messages (self);
  rtmp_host_advance (self->host, size, self->now);
  take_events (self);
  return TRUE;
}

static gboolean
move_up (HostRun * self)
{
  guint n = 0;
  const GOutputVector *vectors = self->client != NULL
      ? rtmp_session_peek (self->client, &n) : NULL;

  if (n == 0)
    return FALSE;
  g_autoptr (GBytes) bytes = take_bytes (vectors, n);
  gsize size = g_bytes_get_size (bytes);
  rtmp_session_advance (self->client, size, self->now);
  rtmp_host_feed (self->host, bytes, g_bytes_get_data (bytes, NULL), size,
      self->now);
  take_events (self);
  return TRUE;
}

void
host_run_pump (HostRun * self)
{
  take_events (self);
  while (move_up (self) || move_down (self));
}

void
host_run_say (HostRun * self, RtmpMessage * message)
{
  g_assert_nonnull (self->client);
  rtmp_session_send (self->client, message, self->now);
  rtmp_message_unref (message);
  host_run_pump (self);
}

void
host_run_pass (HostRun * self, gint64 time)
{
  gint64 until = self->now + time;

  while (TRUE) {
    gint64 deadline = rtmp_host_get_deadline (self->host);
    if (deadline < 0 || deadline > until)
      break;
    self->now = MAX (self->now, deadline);
    rtmp_host_tick (self->host, self->now);
    host_run_pump (self);
    /* A tick moves its own deadline, or it would be called for ever. */
    g_assert_true (rtmp_host_get_deadline (self->host) != deadline);
  }
  self->now = until;
}

void
host_run_connect (HostRun * self, guint caps)
{
  g_autoptr (RtmpConnect) connect = rtmp_connect_new ();

  connect->application = g_strdup ("live");
  connect->capabilities.caps = caps;
  host_run_say (self, rtmp_connect_write (connect, 1));
  g_assert_cmpuint (host_run_count (self, RTMP_EVENT_CONNECT), ==, 1);
}

void
host_run_let_in (HostRun * self)
{
  host_run_connect (self, 0);
  g_assert_true (rtmp_host_accept_connect (self->host, self->now));
  host_run_pump (self);
}

void
host_run_make_stream (HostRun * self)
{
  host_run_let_in (self);
  host_run_say (self, rtmp_command_new_call (0, "createStream", 2, NULL));
}

static void
accept (HostRun * self, RtmpMessage * wish)
{
  host_run_make_stream (self);
  host_run_say (self, wish);
  g_assert_true (rtmp_host_accept (self->host, 1, self->now));
  host_run_pump (self);
}

void
host_run_publish (HostRun * self)
{
  accept (self, rtmp_command_new_publish (1, 3, "key", "live"));
}

void
host_run_play (HostRun * self)
{
  accept (self, rtmp_command_new_play (1, 3, "key", -2, -1));
}

const RtmpEvent *
host_run_find (HostRun * self, RtmpEventKind kind, guint count)
{
  for (guint i = 0; i < self->events->len; i++) {
    RtmpEvent *event = g_ptr_array_index (self->events, i);
    if (event->kind == kind && --count == 0)
      return event;
  }
  return NULL;
}

guint
host_run_count (HostRun * self, RtmpEventKind kind)
{
  guint count = 0;

  while (host_run_find (self, kind, count + 1) != NULL)
    count++;
  return count;
}

const RtmpCommand *
host_run_find_command (HostRun * self, const gchar * name, guint count)
{
  for (guint i = 0; i < self->commands->len; i++) {
    RtmpCommand *command = g_ptr_array_index (self->commands, i);
    if (g_str_equal (command->name, name) && --count == 0)
      return command;
  }
  return NULL;
}

void
host_run_assert_status (HostRun * self, guint32 stream, const gchar * code)
{
  const RtmpCommand *command;

  for (guint i = 1; (command = host_run_find_command (self, "onStatus", i));
      i++) {
    RtmpStatus status;
    rtmp_status_read (&status, rtmp_command_get_argument (command, 0));
    if (command->stream == stream && rtmp_status_is (&status, code))
      return;
  }
  g_error ("no %s was heard", code);
}

void
host_run_assert_ended (HostRun * self, gint code, const gchar * why)
{
  const RtmpEvent *event = host_run_find (self, RTMP_EVENT_ENDED, 1);

  g_assert_nonnull (event);
  g_assert_error (event->error, RTMP_ERROR, code);
  if (strstr (event->error->message, why) == NULL)
    g_error ("\"%s\" is not in \"%s\"", why, event->error->message);
}
