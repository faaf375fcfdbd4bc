/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpcaller.h"

#include "rtmp/rtmpdebug.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <string.h>

#define DIAL_TIMEOUT (10 * G_TIME_SPAN_SECOND)
#define HANDSHAKE_TIMEOUT (10 * G_TIME_SPAN_SECOND)
#define IDLE_TIMEOUT (90 * G_TIME_SPAN_SECOND)
#define STALL_TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define CLOSE_TIMEOUT (500 * G_TIME_SPAN_MILLISECOND)

/* To be told that a user is wanted, to name one, to answer the challenge. */
#define MAX_DIALS 3

struct _RtmpCaller
{
  RtmpCallerConfig config;      /* its pointers are to what follows */
  RtmpUrl *url;
  gchar *publish_kind;
  gchar *flash_version;
  RtmpCapabilities capabilities;
  RtmpValues *arguments;
  gchar *user;
  gchar *password;

  GRand *random;
  RtmpQueue queue;
  RtmpCallerState state;
  RtmpSession *session;         /* of the open connection */
  RtmpDialogue *dialogue;
  guint dials;
  gboolean deaf;                /* nothing is read */
  gboolean paused;              /* of this connection */
  gboolean patient;             /* silence is no loss */
  gchar *query;                 /* of the next connect; secret */
  gint64 deadline;              /* of the dial, or of the close; -1: none */
  gboolean goodbye_waits;       /* for an answer */
};

static gint64
get_time (gint64 given, gint64 usual)
{
  return given > 0 ? given : usual;
}

static void
set_times (RtmpCallerConfig * config)
{
  config->dial_timeout = get_time (config->dial_timeout, DIAL_TIMEOUT);
  config->handshake_timeout =
      get_time (config->handshake_timeout, HANDSHAKE_TIMEOUT);
  if (config->idle_timeout >= 0)
    config->idle_timeout = get_time (config->idle_timeout, IDLE_TIMEOUT);
  config->stall_timeout = get_time (config->stall_timeout, STALL_TIMEOUT);
  config->close_timeout = get_time (config->close_timeout, CLOSE_TIMEOUT);
}

RtmpCaller *
rtmp_caller_new (const RtmpCallerConfig * config, GRand * random)
{
  g_return_val_if_fail (config != NULL && config->dialogue.url != NULL, NULL);
  g_return_val_if_fail (random != NULL, NULL);

  const RtmpDialogueConfig *dialogue = &config->dialogue;
  RtmpCaller *self = g_new0 (RtmpCaller, 1);
  self->config = *config;
  set_times (&self->config);
  self->url = rtmp_url_copy (dialogue->url);
  self->config.dialogue.url = self->url;
  self->publish_kind = g_strdup (dialogue->publish_kind);
  self->config.dialogue.publish_kind = self->publish_kind;
  self->flash_version = g_strdup (dialogue->flash_version);
  self->config.dialogue.flash_version = self->flash_version;
  if (dialogue->capabilities != NULL) {
    self->capabilities = *dialogue->capabilities;
    self->config.dialogue.capabilities = &self->capabilities;
  }
  if (dialogue->arguments != NULL)
    self->arguments = rtmp_values_ref (dialogue->arguments);
  self->user = g_strdup (config->user != NULL ? config->user : self->url->user);
  self->password = g_strdup (config->password != NULL ? config->password
      : self->url->password);
  self->random = g_rand_copy (random);
  g_rand_int (random);
  rtmp_queue_init (&self->queue);
  self->deadline = -1;
  return self;
}

static void
drop_connection (RtmpCaller * self)
{
  g_clear_pointer (&self->dialogue, rtmp_dialogue_free);
  g_clear_pointer (&self->session, rtmp_session_free);
}

void
rtmp_caller_free (RtmpCaller * self)
{
  if (self == NULL)
    return;

  drop_connection (self);
  rtmp_queue_clear (&self->queue);
  rtmp_url_free (self->url);
  g_clear_pointer (&self->arguments, rtmp_values_unref);
  g_free (self->publish_kind);
  g_free (self->flash_version);
  g_free (self->user);
  g_free (self->password);
  g_free (self->query);
  g_rand_free (self->random);
  g_free (self);
}

RtmpCallerState
rtmp_caller_get_state (const RtmpCaller * self)
{
  g_return_val_if_fail (self != NULL, RTMP_CALLER_ENDED);

  return self->state;
}

/* Takes @error. Bytes that were not read are read no more. However it ends
 * behind a goodbye, it is in order. */
static void
end (RtmpCaller * self, GError * error)
{
  if (self->state >= RTMP_CALLER_CLOSING)
    g_clear_error (&error);
  if (self->state == RTMP_CALLER_ENDED)
    return;
  GST_DEBUG ("%p: ended: %s", self,
      error != NULL ? error->message : "in order");
  self->state = RTMP_CALLER_ENDED;
  self->deadline = -1;
  drop_connection (self);
  rtmp_queue_push (&self->queue, RTMP_EVENT_HANG_UP);
  rtmp_queue_push (&self->queue, RTMP_EVENT_ENDED)->error = error;
}

static void
dial (RtmpCaller * self, gint64 now)
{
  drop_connection (self);
  self->state = RTMP_CALLER_DIALLING;
  self->deadline = now + self->config.dial_timeout;
  self->dials++;
  rtmp_queue_push (&self->queue, RTMP_EVENT_DIAL)->url =
      rtmp_url_copy (self->url);
}

static gboolean
has_credentials (RtmpCaller * self)
{
  return self->user != NULL && self->password != NULL
      && !self->config.auth_disabled;
}

void
rtmp_caller_start (RtmpCaller * self, gint64 now)
{
  g_return_if_fail (self != NULL && self->state == RTMP_CALLER_IDLE);

  if (self->config.dialogue.publish && self->url->stream == NULL) {
    end (self, g_error_new_literal (RTMP_ERROR, RTMP_ERROR_URL,
            "the URL names no stream to publish"));
    return;
  }
  if (has_credentials (self)
      && self->config.auth_method != RTMP_AUTH_NONE)
    self->query = rtmp_auth_new_first_query (self->config.auth_method,
        self->user);
  dial (self, now);
}

static void
watch_silence (RtmpCaller * self, gint64 now)
{
  rtmp_session_set_reading (self->session,
      !self->deaf && !self->paused && !self->patient, now);
}

void
rtmp_caller_opened (RtmpCaller * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->state != RTMP_CALLER_DIALLING)
    return;
  RtmpSessionConfig config = {
    .digest = self->config.digest,
    .handshake_timeout = self->config.handshake_timeout,
    .stall_timeout = self->config.stall_timeout,
    .ping_interval = self->config.ping_interval,
    .ping_back = TRUE,
  };
  /* A publisher may hear nothing for long: servers acknowledge megabytes. That
   * the server takes what is sent shows that it lives. */
  if (!self->config.dialogue.publish)
    config.idle_timeout = MAX (self->config.idle_timeout, 0);
  self->paused = FALSE;
  self->session = rtmp_session_new (&config, self->random, now);
  watch_silence (self, now);
  self->dialogue = rtmp_dialogue_new (&self->config.dialogue, self->query,
      &self->queue, self->session);
  self->state = RTMP_CALLER_HANDSHAKE;
  self->deadline = -1;
}

void
rtmp_caller_refused (RtmpCaller * self, const GError * error, gint64 now)
{
  g_return_if_fail (self != NULL && error != NULL);

  if (self->state == RTMP_CALLER_DIALLING)
    end (self, g_error_copy (error));
}

void
rtmp_caller_feed (RtmpCaller * self, GBytes * owner, const guint8 * data,
    gsize size, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->session != NULL)
    rtmp_session_feed (self->session, owner, data, size, now);
}

/* The server wants to know who it is: connects once more, or gives up. */
static void
answer_demand (RtmpCaller * self, RtmpAuthDemand * demand, GError * error,
    gint64 now)
{
  const gchar *method = rtmp_auth_method_get_name (demand->method);
  g_autofree gchar *application = g_strndup (self->url->application,
      strcspn (self->url->application, "?"));

  if (!has_credentials (self)) {
    end (self, g_error_new (RTMP_ERROR, RTMP_ERROR_UNAUTHORIZED,
            "server wants a user and a password (%s)", method));
  } else if (demand->step == RTMP_AUTH_FAILED) {
    end (self, g_error_new (RTMP_ERROR, RTMP_ERROR_UNAUTHORIZED,
            "server knows no such user, or not with this password (%s)",
            method));
  } else if (self->dials >= MAX_DIALS) {
    end (self, g_error_new (RTMP_ERROR, RTMP_ERROR_UNAUTHORIZED,
            "server asks for the password again and again (%s)", method));
  } else {
    g_free (self->query);
    self->query = demand->step == RTMP_AUTH_NEEDED
        ? rtmp_auth_new_first_query (demand->method, self->user)
        : rtmp_auth_new_answer_query (demand, self->user, self->password,
        application, g_rand_int (self->random));
    dial (self, now);
  }
  g_clear_error (&error);
}

static void
handle_refusal (RtmpCaller * self, GError * error, gint64 now)
{
  g_autoptr (RtmpAuthDemand) demand =
      rtmp_auth_demand_parse (rtmp_dialogue_get_refusal (self->dialogue));

  if (demand->step == RTMP_AUTH_NOT_ASKED)
    end (self, error);
  else
    answer_demand (self, demand, error, now);
}

/* No word when it is what the server knows. */
static void
say_chunk_size (RtmpCaller * self, gint64 now)
{
  guint32 size = self->config.dialogue.chunk_size;

  if (self->state == RTMP_CALLER_STARTED && self->config.dialogue.publish
      && size > 0)
    rtmp_session_set_chunk_size (self->session, size, now);
}

static void
handle_outcome (RtmpCaller * self, RtmpDialogueResult result, GError * error,
    gint64 now)
{
  if (self->state == RTMP_CALLER_CLOSING) {
    if (result != RTMP_DIALOGUE_GOES_ON)
      self->goodbye_waits = FALSE;
    g_clear_error (&error);
  } else if (result == RTMP_DIALOGUE_REFUSED) {
    handle_refusal (self, error, now);
  } else if (result == RTMP_DIALOGUE_ENDED) {
    end (self, error);
  } else if (rtmp_dialogue_is_started (self->dialogue)) {
    self->state = RTMP_CALLER_STARTED;
    say_chunk_size (self, now);
  }
}

/* The goodbye is out, and nobody answers it any more. */
static void
check_closing (RtmpCaller * self)
{
  guint n;

  if (self->state != RTMP_CALLER_CLOSING || self->goodbye_waits)
    return;
  rtmp_session_peek (self->session, &n);
  if (n == 0)
    end (self, NULL);
}

/* Reads one message. FALSE: there is none; else a media message is in
 * @media. */
static gboolean
read_message (RtmpCaller * self, RtmpMessage ** media, gint64 now)
{
  GError *error = NULL;
  RtmpDialogueResult result;

  RtmpMessage *message = rtmp_session_take (self->session, now, &error);
  if (error != NULL) {
    end (self, error);
    return TRUE;
  }
  if (self->state == RTMP_CALLER_HANDSHAKE
      && rtmp_session_is_open (self->session)) {
    self->state = RTMP_CALLER_OPENING;
    rtmp_dialogue_begin (self->dialogue, now);
  }
  if (message == NULL)
    return FALSE;
  if (rtmp_dialogue_handle (self->dialogue, message, &result, &error, now))
    *media = message;
  else
    rtmp_message_unref (message);
  handle_outcome (self, result, error, now);
  return TRUE;
}

gboolean
rtmp_caller_take (RtmpCaller * self, RtmpEvent * event, gint64 now)
{
  g_return_val_if_fail (self != NULL && event != NULL, FALSE);

  while (!rtmp_queue_take (&self->queue, event)) {
    RtmpMessage *media = NULL;
    if (self->session == NULL || !read_message (self, &media, now)) {
      check_closing (self);
      return rtmp_queue_take (&self->queue, event);
    }
    if (media == NULL)
      continue;
    /* What the message caused goes before it. */
    if (rtmp_queue_take (&self->queue, event)) {
      rtmp_queue_push (&self->queue, RTMP_EVENT_MEDIA)->message = media;
      return TRUE;
    }
    *event = (RtmpEvent) {
    .kind = RTMP_EVENT_MEDIA,.message = media};
    return TRUE;
  }
  return TRUE;
}

const GOutputVector *
rtmp_caller_peek (RtmpCaller * self, guint * n)
{
  g_return_val_if_fail (self != NULL && n != NULL, NULL);

  if (self->session != NULL)
    return rtmp_session_peek (self->session, n);
  *n = 0;
  return NULL;
}

void
rtmp_caller_advance (RtmpCaller * self, gsize size, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->session == NULL)
    return;
  rtmp_session_advance (self->session, size, now);
  check_closing (self);
}

void
rtmp_caller_closed (RtmpCaller * self, const GError * error, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->session == NULL)
    return;
  if (rtmp_dialogue_is_stopped (self->dialogue))
    end (self, NULL);
  else if (error != NULL)
    end (self, g_error_copy (error));
  else if (self->state == RTMP_CALLER_STARTED)
    end (self, g_error_new_literal (RTMP_ERROR, RTMP_ERROR_LOST,
            "server has closed the connection without a word"));
  else
    end (self, g_error_new_literal (RTMP_ERROR, RTMP_ERROR_LOST,
            "server has closed the connection before it answered"));
}

void
rtmp_caller_set_reading (RtmpCaller * self, gboolean reading, gint64 now)
{
  g_return_if_fail (self != NULL);

  self->deaf = !reading;
  if (self->session != NULL)
    watch_silence (self, now);
}

void
rtmp_caller_set_patient (RtmpCaller * self, gboolean patient, gint64 now)
{
  g_return_if_fail (self != NULL);

  self->patient = patient;
  if (self->session != NULL)
    watch_silence (self, now);
}

void
rtmp_caller_pause (RtmpCaller * self, gboolean pause, guint32 time, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->state != RTMP_CALLER_STARTED)
    return;
  self->paused = pause;
  watch_silence (self, now);
  rtmp_dialogue_pause (self->dialogue, pause, time, now);
}

gboolean
rtmp_caller_send (RtmpCaller * self, RtmpMessage * message, gint64 now)
{
  g_return_val_if_fail (self != NULL && message != NULL, FALSE);

  if (self->state != RTMP_CALLER_STARTED)
    return FALSE;
  rtmp_session_send (self->session, message, now);
  return TRUE;
}

guint32
rtmp_caller_get_stream (const RtmpCaller * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->dialogue != NULL ? rtmp_dialogue_get_stream (self->dialogue) : 0;
}

void
rtmp_caller_set_chunk_size (RtmpCaller * self, guint32 size, gint64 now)
{
  g_return_if_fail (self != NULL && size >= 1 && size <= RTMP_MAX_CHUNK_SIZE);

  self->config.dialogue.chunk_size = size;
  say_chunk_size (self, now);
}

void
rtmp_caller_close (RtmpCaller * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  switch (self->state) {
    case RTMP_CALLER_CLOSING:
    case RTMP_CALLER_ENDED:
      return;
    case RTMP_CALLER_OPENING:
    case RTMP_CALLER_STARTED:
      self->state = RTMP_CALLER_CLOSING;
      self->deadline = now + self->config.close_timeout;
      self->goodbye_waits = rtmp_dialogue_finish (self->dialogue, now);
      check_closing (self);
      return;
    default:
      end (self, NULL);
      return;
  }
}

static gint64
earlier (gint64 a, gint64 b)
{
  if (a < 0 || b < 0)
    return MAX (a, b);
  return MIN (a, b);
}

gint64
rtmp_caller_get_deadline (const RtmpCaller * self)
{
  g_return_val_if_fail (self != NULL, -1);

  gint64 deadline = self->deadline;
  if (self->session != NULL)
    deadline = earlier (deadline, rtmp_session_get_deadline (self->session));
  if (self->dialogue != NULL)
    deadline = earlier (deadline, rtmp_dialogue_get_deadline (self->dialogue));
  return deadline;
}

void
rtmp_caller_tick (RtmpCaller * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  GError *error = NULL;
  if (self->deadline >= 0 && now >= self->deadline) {
    if (self->state == RTMP_CALLER_DIALLING)
      error = g_error_new (RTMP_ERROR, RTMP_ERROR_UNREACHABLE,
          "%s did not answer within %d s", self->url->host,
          (gint) (self->config.dial_timeout / G_TIME_SPAN_SECOND));
    end (self, error);
    return;
  }
  if (self->session == NULL)
    return;
  if (!rtmp_session_tick (self->session, now, &error)
      || !rtmp_dialogue_tick (self->dialogue, now, &error))
    end (self, error);
}

gboolean
rtmp_caller_get_stats (const RtmpCaller * self, RtmpSessionStats * stats)
{
  g_return_val_if_fail (self != NULL && stats != NULL, FALSE);

  if (self->session == NULL)
    return FALSE;
  rtmp_session_get_stats (self->session, stats);
  return TRUE;
}

gint64
rtmp_caller_get_delay (const RtmpCaller * self, gint64 now)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->session != NULL
      ? rtmp_session_get_delay (self->session, now) : 0;
}

const RtmpCapabilities *
rtmp_caller_get_capabilities (const RtmpCaller * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->dialogue != NULL
      ? rtmp_dialogue_get_capabilities (self->dialogue) : NULL;
}
