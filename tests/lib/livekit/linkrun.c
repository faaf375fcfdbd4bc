/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "linkrun.h"

#include "livekit/livekitrequest.h"

#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define LOOK_EVERY_MS 5

static void
count (LinkRun * self, guint * counter)
{
  (*counter)++;
  if (self->free_at == counter)
    g_clear_pointer (&self->link, livekit_link_free);
}

static void
keep_error (LinkRun * self, const GError * error)
{
  g_clear_error (&self->error);
  if (error != NULL)
    self->error = g_error_copy (error);
}

static void
on_opened (gpointer user_data)
{
  LinkRun *self = user_data;

  count (self, &self->opened);
}

static void
on_refused (guint status, const gchar * body, const GError * error,
    gpointer user_data)
{
  LinkRun *self = user_data;

  self->status = status;
  g_free (self->body);
  self->body = g_strdup (body);
  keep_error (self, error);
  count (self, &self->refused);
}

static void
on_message (GBytes * message, gpointer user_data)
{
  LinkRun *self = user_data;

  self->size = g_bytes_get_size (message);
  count (self, &self->messages);
}

static void
on_closed (const GError * error, gpointer user_data)
{
  LinkRun *self = user_data;

  keep_error (self, error);
  count (self, &self->closed);
}

LinkRun *
link_run_new (gboolean ssl_strict)
{
  static const LivekitLinkFuncs funcs = {
    .opened = on_opened,
    .refused = on_refused,
    .message = on_message,
    .closed = on_closed,
  };
  LinkRun *self = g_new0 (LinkRun, 1);

  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  self->link = livekit_link_new (&funcs, self);
  livekit_link_set_ssl_strict (self->link, ssl_strict);
  return self;
}

static gboolean
on_look (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
link_run_free (LinkRun * self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->link, livekit_link_free);
  /* Lets go of what the last operations still hold. */
  while (g_main_context_iteration (self->context, FALSE));
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_clear_error (&self->error);
  g_free (self->body);
  g_free (self);
}

static gboolean
iterate (LinkRun * self, gint64 end_time)
{
  GSource *look = g_timeout_source_new (LOOK_EVERY_MS);

  g_source_set_callback (look, on_look, NULL, NULL);
  g_source_attach (look, self->context);
  g_main_context_iteration (self->context, TRUE);
  g_source_destroy (look);
  g_source_unref (look);
  return g_get_monotonic_time () < end_time;
}

gboolean
link_run_until (LinkRun * self, const guint * counter, guint count_wanted)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIMEOUT;

  while (*counter < count_wanted && iterate (self, end_time));
  return *counter == count_wanted;
}

gboolean
link_run_until_seen (LinkRun * self, RoomScript * room, RoomScriptSeen seen)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIMEOUT;

  while (room_script_count (room, seen) == 0 && iterate (self, end_time));
  return room_script_count (room, seen) > 0;
}

GBytes *
link_run_new_leave (void)
{
  return livekit_request_leave (NULL);
}
