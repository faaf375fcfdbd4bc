/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherProbe: see the header.
 * It has a context of its own, so that nobody else's sources run in the wait.
 * Only the head of the answer is read. */
#include "publisherprobe.h"

#include <libsoup/soup.h>

#include "livekit/livekittoken.h"

/* For the token: the server looks at it at once. */
#define TOKEN_SECONDS 60

typedef struct
{
  const PublisherProbeConfig *config;
  SoupMessage *message;
  GCancellable *cancellable;
  gboolean done;
  PublisherProbeResult result;
} Probe;

static gchar *
mint_token (const PublisherProbeConfig * config)
{
  g_autoptr (LivekitToken) token = livekit_token_new ();
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  token->key = g_strdup (config->key);
  token->identity = g_strdup ("probe");
  token->expires = now + TOKEN_SECONDS;
  token->grants.room = g_strdup ("probe");
  token->grants.room_join = 1;
  return livekit_token_mint (token, config->secret, now, NULL);
}

static gboolean
is_ours (const Probe * self)
{
  const gchar *software = soup_message_headers_get_one
      (soup_message_get_response_headers (self->message), "Server");

  return soup_message_get_status (self->message) == SOUP_STATUS_OK && software
      && g_str_has_prefix (software, self->config->software);
}

static void
on_answered (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Probe *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body =
      soup_session_send_finish (SOUP_SESSION (source), result, &error);

  self->done = TRUE;
  self->result = body && is_ours (self) ? PUBLISHER_PROBE_OURS :
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ?
      PUBLISHER_PROBE_NOBODY : PUBLISHER_PROBE_OTHER;
}

static gboolean
on_timeout (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

/* In the context, which is this thread's default. */
static void
ask (Probe * self, GMainContext * context, gint64 timeout_us)
{
  /* A proxy is not asked about this machine. */
  g_autoptr (SoupSession) session =
      soup_session_new_with_options ("proxy-resolver", NULL, NULL);
  g_autoptr (GSource) timeout = g_timeout_source_new (timeout_us / 1000);

  g_source_set_static_name (timeout, "publisher-probe");
  g_source_set_callback (timeout, on_timeout, self->cancellable, NULL);
  g_source_attach (timeout, context);
  soup_session_send_async (session, self->message, G_PRIORITY_DEFAULT,
      self->cancellable, on_answered, self);
  while (!self->done)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (timeout);
  soup_session_abort (session);
}

PublisherProbeResult
publisher_probe_run (const PublisherProbeConfig * config, gint64 timeout_us)
{
  g_autofree gchar *token = mint_token (config);
  g_autofree gchar *url =
      g_strdup_printf ("http://127.0.0.1:%u/rtc/validate", config->port);
  g_autofree gchar *credentials = g_strdup_printf ("Bearer %s", token);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GMainContext) context = g_main_context_new ();
  Probe self = {.config = config,.message = message,
    .cancellable = cancellable,
  };

  soup_message_headers_append (soup_message_get_request_headers (message),
      "Authorization", credentials);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_main_context_push_thread_default (context);
  ask (&self, context, timeout_us);
  g_main_context_pop_thread_default (context);
  return self.result;
}
