/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clientrun.h"

#include "livekit/livekiterror.h"
#include "livekit/livekittoken.h"

#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)

/* How often a condition that no source announces is looked at. */
#define LOOK_EVERY_MS 5

struct _ClientRun
{
  LivekitSessionConfig config;
  gchar *token;
  gboolean ssl_strict;
  GMainContext *context;
  LivekitClient *client;
  GPtrArray *events;            /* of LivekitEvent */
  gint free_at;                 /* a LivekitEventType; -1: not by itself */
};

gchar *
client_run_new_token (void)
{
  g_autoptr (LivekitToken) token = livekit_token_new ();
  g_autoptr (GError) error = NULL;

  token->key = g_strdup ("devkey");
  token->identity = g_strdup ("publisher");
  token->grants.room = g_strdup ("stage");
  token->grants.room_join = 1;
  gchar *jwt = livekit_token_mint (token, CLIENT_RUN_SECRET,
      g_get_real_time () / G_USEC_PER_SEC, &error);
  g_assert_no_error (error);
  return jwt;
}

/* What tests look at. */
static LivekitEvent *
copy_event (const LivekitEvent * event)
{
  LivekitEvent *copy = livekit_event_new (event->type);

  copy->cid = g_strdup (event->cid);
  copy->sid = g_strdup (event->sid);
  copy->sdp = g_strdup (event->sdp);
  copy->candidate = g_strdup (event->candidate);
  copy->id = event->id;
  copy->target = event->target;
  copy->mline = event->mline;
  copy->flag = event->flag;
  copy->number = event->number;
  copy->error = event->error != NULL ? g_error_copy (event->error) : NULL;
  if (event->joined != NULL) {
    copy->joined = livekit_joined_new ();
    copy->joined->room = g_strdup (event->joined->room);
    copy->joined->identity = g_strdup (event->joined->identity);
    copy->joined->one_connection = event->joined->one_connection;
  }
  return copy;
}

static void
on_event (LivekitClient * client, const LivekitEvent * event,
    gpointer user_data)
{
  ClientRun *self = user_data;

  g_assert_true (client == self->client);
  g_ptr_array_add (self->events, copy_event (event));
  if ((gint) event->type == self->free_at)
    client_run_free_client (self);
}

void
client_run_renew (ClientRun * self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->client, livekit_client_free);
  g_ptr_array_set_size (self->events, 0);
  self->client =
      livekit_client_new (&self->config, self->ssl_strict, on_event, self);
}

ClientRun *
client_run_new_full (const LivekitSessionConfig * config, gboolean ssl_strict)
{
  g_return_val_if_fail (config != NULL, NULL);

  ClientRun *self = g_new0 (ClientRun, 1);
  self->config = *config;
  self->token = client_run_new_token ();
  if (config->token == NULL)
    self->config.token = self->token;
  self->ssl_strict = ssl_strict;
  self->free_at = -1;
  self->events =
      g_ptr_array_new_with_free_func ((GDestroyNotify) livekit_event_free);
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  client_run_renew (self);
  return self;
}

ClientRun *
client_run_new (const gchar * url)
{
  LivekitSessionConfig config = {.url = url };

  return client_run_new_full (&config, TRUE);
}

void
client_run_free (ClientRun * self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->client, livekit_client_free);
  g_ptr_array_unref (self->events);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_free (self->token);
  g_free (self);
}

LivekitClient *
client_run_get_client (ClientRun * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->client;
}

void
client_run_free_client_at (ClientRun * self, LivekitEventType type)
{
  g_return_if_fail (self != NULL);

  self->free_at = type;
}

void
client_run_free_client (ClientRun * self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->client, livekit_client_free);
}

gboolean
client_run_has_client (ClientRun * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->client != NULL;
}

static gboolean
on_look (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
client_run_iterate_until (ClientRun * self, gboolean (*done) (gpointer),
    gpointer user_data)
{
  g_return_val_if_fail (self != NULL && done != NULL, FALSE);

  gint64 end_time = g_get_monotonic_time () + WAIT_TIMEOUT;
  GSource *look = g_timeout_source_new (LOOK_EVERY_MS);
  g_source_set_static_name (look, "client-run-look");
  g_source_set_callback (look, on_look, NULL, NULL);
  g_source_attach (look, self->context);
  gboolean is_done = done (user_data);
  while (!is_done && g_get_monotonic_time () < end_time) {
    g_main_context_iteration (self->context, TRUE);
    is_done = done (user_data);
  }
  g_source_destroy (look);
  g_source_unref (look);
  return is_done;
}

static LivekitEvent *
find_event (ClientRun * self, LivekitEventType type, guint count)
{
  for (guint i = 0; i < self->events->len; i++) {
    LivekitEvent *event = g_ptr_array_index (self->events, i);
    if (event->type == type && --count == 0)
      return event;
  }
  return NULL;
}

typedef struct
{
  ClientRun *self;
  LivekitEventType type;
  guint count;
} Wanted;

static gboolean
has_come_or_never_will (gpointer user_data)
{
  Wanted *wanted = user_data;

  return find_event (wanted->self, wanted->type, wanted->count) != NULL
      || find_event (wanted->self, LIVEKIT_EVENT_ENDED, 1) != NULL;
}

const LivekitEvent *
client_run_until (ClientRun * self, LivekitEventType type, guint count)
{
  g_return_val_if_fail (self != NULL && count > 0, NULL);

  Wanted wanted = { self, type, count };
  client_run_iterate_until (self, has_come_or_never_will, &wanted);
  return find_event (self, type, count);
}

guint
client_run_count (ClientRun * self, LivekitEventType type)
{
  g_return_val_if_fail (self != NULL, 0);

  guint count = 0;
  while (find_event (self, type, count + 1) != NULL)
    count++;
  return count;
}

typedef struct
{
  RoomScript *room;
  gint seen;
  guint count;
} Sight;

static gboolean
was_seen (gpointer user_data)
{
  Sight *sight = user_data;

  return room_script_count (sight->room, sight->seen) >= sight->count;
}

void
client_run_assert_seen (ClientRun * self, RoomScript * room, gint seen,
    guint count)
{
  g_return_if_fail (self != NULL && room != NULL);

  Sight sight = { room, seen, count };
  g_assert_true (client_run_iterate_until (self, was_seen, &sight));
}

void
client_run_assert_ended (ClientRun * self, gint code)
{
  g_return_if_fail (self != NULL);

  const LivekitEvent *ended = client_run_until (self, LIVEKIT_EVENT_ENDED, 1);
  g_assert_nonnull (ended);
  g_assert_cmpuint (client_run_count (self, LIVEKIT_EVENT_ENDED), ==, 1);
  if (code == 0)
    g_assert_no_error (ended->error);
  else
    g_assert_error (ended->error, LIVEKIT_ERROR, code);
}

guint
client_run_count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  /* Without the one the reading itself needs. */
  return count - 1;
}
