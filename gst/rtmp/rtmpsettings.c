/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpSettings: see rtmpsettings.h. */

#include "rtmpsettings.h"

#include <string.h>

#include "rtmp/rtmparguments.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#define LOCATION "rtmp://localhost/live/myStream"
#define TIMEOUT 10

/* Between two attempts. */
#define MAX_DELAY (30 * G_TIME_SPAN_SECOND)
#define JITTER 0.3

void
rtmp_settings_init (RtmpSettings * self)
{
  *self = (RtmpSettings) {
  0};
  self->url = rtmp_url_parse (LOCATION, NULL);
  self->authmod = RTMP_AUTHMOD_AUTO;
  self->timeout = TIMEOUT;
  self->stall_timeout = 30;
  self->tls_flags = G_TLS_CERTIFICATE_VALIDATE_ALL;
  self->async_connect = TRUE;
  self->reconnect_delay = 1000;
  self->chunk_size = 4096;
  self->stop_commands = RTMP_STOP_FCUNPUBLISH | RTMP_STOP_DELETE_STREAM;
  self->max_queue_time = 3 * GST_SECOND;
  self->max_queue_bytes = 8 * 1024 * 1024;
  self->idle_timeout = 90;
  self->no_eof_is_error = TRUE;
}

void
rtmp_settings_clear (RtmpSettings * self)
{
  g_clear_pointer (&self->url, rtmp_url_free);
  g_clear_pointer (&self->location, g_free);
  g_clear_error (&self->location_error);
  g_clear_pointer (&self->username, g_free);
  g_clear_pointer (&self->password, g_free);
  g_clear_pointer (&self->flash_version, g_free);
  g_clear_pointer (&self->connect_arguments, g_free);
  g_clear_pointer (&self->ca_file, g_free);
  g_clear_object (&self->tls_database);
}

void
rtmp_settings_copy (const RtmpSettings * from, RtmpSettings * self)
{
  *self = *from;
  self->url = rtmp_url_copy (from->url);
  self->location = g_strdup (from->location);
  self->location_error = from->location_error != NULL
      ? g_error_copy (from->location_error) : NULL;
  self->username = g_strdup (from->username);
  self->password = g_strdup (from->password);
  self->flash_version = g_strdup (from->flash_version);
  self->connect_arguments = g_strdup (from->connect_arguments);
  self->ca_file = g_strdup (from->ca_file);
  if (from->tls_database != NULL)
    g_object_ref (self->tls_database);
}

void
rtmp_settings_set_location (RtmpSettings * self, const gchar * text)
{
  GError *error = NULL;
  RtmpUrl *url = rtmp_url_parse (text != NULL ? text : LOCATION, &error);

  g_clear_error (&self->location_error);
  g_free (self->location);
  self->location = g_strdup (text);
  self->location_error = error;
  if (url == NULL)
    return;
  rtmp_url_free (self->url);
  self->url = url;
}

static gchar *
make_location (const RtmpUrl * url)
{
  guint16 usual = url->secure ? RTMP_DEFAULT_TLS_PORT : RTMP_DEFAULT_PORT;
  gboolean is_ipv6 = strchr (url->host, ':') != NULL;
  GString *text = g_string_new (url->secure ? "rtmps://" : "rtmp://");

  g_string_append_printf (text, is_ipv6 ? "[%s]" : "%s", url->host);
  if (url->port != usual)
    g_string_append_printf (text, ":%u", url->port);
  g_string_append_printf (text, "/%s", url->application);
  if (url->stream != NULL)
    g_string_append_printf (text, "/%s", url->stream);
  return g_string_free (text, FALSE);
}

gchar *
rtmp_settings_dup_location (const RtmpSettings * self)
{
  return self->location != NULL ? g_strdup (self->location)
      : make_location (self->url);
}

void
rtmp_settings_touch (RtmpSettings * self)
{
  g_clear_pointer (&self->location, g_free);
  g_clear_error (&self->location_error);
}

void
rtmp_settings_set_secure (RtmpSettings * self, gboolean secure)
{
  guint16 usual = self->url->secure ? RTMP_DEFAULT_TLS_PORT : RTMP_DEFAULT_PORT;

  if (self->url->port == usual)
    self->url->port = secure ? RTMP_DEFAULT_TLS_PORT : RTMP_DEFAULT_PORT;
  self->url->secure = secure;
  rtmp_settings_touch (self);
}

/* What rtmpmux writes and rtmpdemux reads. */
static void
set_capabilities (RtmpCapabilities * self, gboolean publish)
{
  *self = (RtmpCapabilities) {
  .caps =
        RTMP_CAPS_RECONNECT | RTMP_CAPS_MULTITRACK | RTMP_CAPS_MODEX |
        RTMP_CAPS_NANOSECONDS,.video_function =
        RTMP_VIDEO_HDR | RTMP_VIDEO_METADATA,};
  for (guint i = 0; i < RTMP_N_CODECS; i++)
    if (rtmp_codec_get_fourcc (i) != 0)
      self->codecs[i] = publish ? RTMP_CAN_ENCODE : RTMP_CAN_DECODE;
}

static void
set_auth (const RtmpSettings * self, RtmpCallerConfig * config)
{
  config->user = self->username;
  config->password = self->password;
  config->auth_disabled = self->authmod == RTMP_AUTHMOD_NONE;
  if (self->authmod == RTMP_AUTHMOD_ADOBE)
    config->auth_method = RTMP_AUTH_ADOBE;
  if (self->authmod == RTMP_AUTHMOD_LLNW)
    config->auth_method = RTMP_AUTH_LLNW;
}

static void
set_times (const RtmpSettings * self, RtmpCallerConfig * config)
{
  gint64 timeout = (self->timeout > 0 ? self->timeout : TIMEOUT)
      * (gint64) G_TIME_SPAN_SECOND;

  if (self->url->timeout > 0)
    timeout = self->url->timeout * (gint64) G_TIME_SPAN_SECOND;
  config->dial_timeout = timeout;
  config->handshake_timeout = timeout;
  config->dialogue.answer_timeout = timeout;
  config->stall_timeout =
      MAX (self->stall_timeout, 1) * (gint64) G_TIME_SPAN_SECOND;
  config->idle_timeout = self->idle_timeout > 0
      ? self->idle_timeout * (gint64) G_TIME_SPAN_SECOND : -1;
}

/* Read anew for each connection: authorities are changed while a stream
 * runs. */
static gboolean
set_tls (const RtmpSettings * self, RtmpClientConfig * config, GError ** error)
{
  const RtmpUrl *url = config->caller.dialogue.url;
  g_autoptr (GError) why = NULL;

  config->tls_flags = G_TLS_CERTIFICATE_VALIDATE_ALL & ~self->tls_flags;
  if (self->tls_database != NULL) {
    config->tls_database = g_object_ref (self->tls_database);
    return TRUE;
  }
  if (self->ca_file == NULL || !url->secure)
    return TRUE;
  g_autofree gchar *path = g_canonicalize_filename (self->ca_file, NULL);
  config->tls_database = g_tls_file_database_new (path, &why);
  if (config->tls_database != NULL)
    return TRUE;
  g_set_error (error, RTMP_ERROR, RTMP_ERROR_TLS,
      "cannot read whom to trust from %s: %s", self->ca_file, why->message);
  return FALSE;
}

void
rtmp_settings_clear_config (RtmpClientConfig * config)
{
  g_clear_pointer (&config->caller.dialogue.arguments, rtmp_values_unref);
  g_clear_object (&config->tls_database);
}

/* kbit to bytes. */
static guint
get_rate (const RtmpSettings * self)
{
  return MIN (self->peak_kbps, G_MAXUINT / 125) * 125;
}

void
rtmp_settings_tune (const RtmpSettings * self, RtmpClient * client)
{
  rtmp_client_set_rate (client, get_rate (self));
  rtmp_client_set_chunk_size (client, self->chunk_size);
}

gboolean
rtmp_settings_make_config (const RtmpSettings * self, const RtmpUrl * url,
    gboolean publish, RtmpClientConfig * config,
    RtmpCapabilities * capabilities, GError ** error)
{
  RtmpValues *arguments = NULL;

  if (self->location_error != NULL) {
    g_propagate_error (error, g_error_copy (self->location_error));
    return FALSE;
  }
  if (self->connect_arguments != NULL) {
    arguments = rtmp_arguments_parse (self->connect_arguments, error);
    if (arguments == NULL)
      return FALSE;
  }
  set_capabilities (capabilities, publish);
  *config = (RtmpClientConfig) {
  .rate = get_rate (self),};
  config->caller.dialogue = (RtmpDialogueConfig) {
  .url = url,.publish = publish,.flash_version =
        self->flash_version,.capabilities = capabilities,.arguments =
        arguments,.chunk_size = self->chunk_size,.stop_commands =
        self->stop_commands,};
  /* As whom it calls itself does: Flash players show digests, without which
   * Adobe's servers give them no H.264; OBS does not. */
  config->caller.digest = !publish;
  set_auth (self, &config->caller);
  set_times (self, &config->caller);
  if (set_tls (self, config, error))
    return TRUE;
  rtmp_settings_clear_config (config);
  return FALSE;
}

LifeBackoff *
rtmp_settings_new_backoff (const RtmpSettings * self, guint unwanted)
{
  LifeBackoffPolicy policy = { 0 };

  policy.first_us = self->reconnect_delay * G_TIME_SPAN_MILLISECOND;
  policy.factor = 2;
  policy.cap_us = MAX_DELAY;
  policy.jitter = JITTER;
  policy.max_tries = self->reconnect == RTMP_RECONNECT_NEVER ? unwanted
      : self->reconnect_attempts;
  return life_backoff_new (&policy, NULL, NULL);
}
