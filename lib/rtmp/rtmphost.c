/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmphost.h"

#include "rtmp/rtmpdebug.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmphostcommands.h"

#define TIMEOUT (10 * G_TIME_SPAN_SECOND)
#define IDLE_TIMEOUT (90 * G_TIME_SPAN_SECOND)
#define STALL_TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define PING_INTERVAL (30 * G_TIME_SPAN_SECOND)
#define CLOSE_TIMEOUT (500 * G_TIME_SPAN_MILLISECOND)

struct _RtmpHost
{
  RtmpHostCommands *commands;
  RtmpSession *session;         /* NULL: ended */
  RtmpQueue queue;
  gint64 connect_timeout;
  gint64 close_timeout;
  gint64 deadline;              /* of the connect, or of the close; -1: none */
  gboolean closing;
  GError *why;                  /* of the close; NULL: our own wish */
};

static gint64
get_time (gint64 given, gint64 usual)
{
  return given > 0 ? given : usual;
}

RtmpHost *
rtmp_host_new (const RtmpHostConfig * config, GRand * random, gint64 now)
{
  g_return_val_if_fail (config != NULL && random != NULL, NULL);

  RtmpSessionConfig session = {
    .is_server = TRUE,
    .handshake_timeout = get_time (config->handshake_timeout, TIMEOUT),
    .idle_timeout = get_time (config->idle_timeout, IDLE_TIMEOUT),
    .stall_timeout = get_time (config->stall_timeout, STALL_TIMEOUT),
    .ping_interval = get_time (config->ping_interval, PING_INTERVAL),
  };
  RtmpHost *self = g_new0 (RtmpHost, 1);
  rtmp_queue_init (&self->queue);
  self->session = rtmp_session_new (&session, random, now);
  self->commands = rtmp_host_commands_new (config, &self->queue, self->session);
  self->connect_timeout = get_time (config->connect_timeout, TIMEOUT);
  self->close_timeout = get_time (config->close_timeout, CLOSE_TIMEOUT);
  self->deadline = now + session.handshake_timeout + self->connect_timeout;
  return self;
}

void
rtmp_host_free (RtmpHost * self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->commands, rtmp_host_commands_free);
  g_clear_pointer (&self->session, rtmp_session_free);
  rtmp_queue_clear (&self->queue);
  g_clear_error (&self->why);
  g_free (self);
}

/* Takes @error. */
static void
end (RtmpHost * self, GError * error)
{
  if (self->session == NULL) {
    g_clear_error (&error);
    return;
  }
  GST_DEBUG ("%p: ended: %s", self,
      error != NULL ? error->message : "in order");
  rtmp_host_commands_end (self->commands);
  g_clear_pointer (&self->session, rtmp_session_free);
  self->deadline = -1;
  rtmp_queue_push (&self->queue, RTMP_EVENT_HANG_UP);
  rtmp_queue_push (&self->queue, RTMP_EVENT_ENDED)->error = error;
}

static void
check_closing (RtmpHost * self)
{
  guint n;

  if (!self->closing || self->session == NULL)
    return;
  rtmp_session_peek (self->session, &n);
  if (n == 0)
    end (self, g_steal_pointer (&self->why));
}

static void
close_for (RtmpHost * self, GError * why, gint64 now)
{
  if (self->closing || self->session == NULL) {
    g_clear_error (&why);
    return;
  }
  self->closing = TRUE;
  self->why = why;
  self->deadline = now + self->close_timeout;
  check_closing (self);
}

void
rtmp_host_close (RtmpHost * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  close_for (self, NULL, now);
}

/* Reads one message. FALSE: there is none; else a media message is in
 * @media. */
static gboolean
read_message (RtmpHost * self, RtmpMessage ** media, gint64 now)
{
  GError *error = NULL;

  RtmpMessage *message = rtmp_session_take (self->session, now, &error);
  if (message == NULL) {
    if (error == NULL)
      return FALSE;
    end (self, error);
    return TRUE;
  }
  /* Who is being shown out is not listened to. */
  if (!self->closing
      && rtmp_host_commands_handle (self->commands, message, &error, now))
    *media = message;
  else
    rtmp_message_unref (message);
  if (error != NULL)
    end (self, error);
  else if (!self->closing && rtmp_host_commands_is_connected (self->commands))
    self->deadline = -1;
  return TRUE;
}

gboolean
rtmp_host_take (RtmpHost * self, RtmpEvent * event, gint64 now)
{
  g_return_val_if_fail (self != NULL && event != NULL, FALSE);

  while (!rtmp_queue_take (&self->queue, event)) {
    RtmpMessage *media = NULL;
    if (self->session == NULL || !read_message (self, &media, now)) {
      check_closing (self);
      return rtmp_queue_take (&self->queue, event);
    }
    if (media != NULL) {
      *event = (RtmpEvent) {
      .kind = RTMP_EVENT_MEDIA,.message = media,.stream =
            rtmp_message_get_head (media)->stream};
      return TRUE;
    }
  }
  return TRUE;
}

const GOutputVector *
rtmp_host_peek (RtmpHost * self, guint * n)
{
  g_return_val_if_fail (self != NULL && n != NULL, NULL);

  if (self->session != NULL)
    return rtmp_session_peek (self->session, n);
  *n = 0;
  return NULL;
}

void
rtmp_host_advance (RtmpHost * self, gsize size, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->session == NULL)
    return;
  rtmp_session_advance (self->session, size, now);
  check_closing (self);
}

static gint64
earlier (gint64 a, gint64 b)
{
  if (a < 0 || b < 0)
    return MAX (a, b);
  return MIN (a, b);
}

gint64
rtmp_host_get_deadline (const RtmpHost * self)
{
  g_return_val_if_fail (self != NULL, -1);

  if (self->session == NULL)
    return -1;
  return earlier (self->deadline, rtmp_session_get_deadline (self->session));
}

void
rtmp_host_tick (RtmpHost * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  GError *error = NULL;
  if (self->session == NULL)
    return;
  if (!rtmp_session_tick (self->session, now, &error)) {
    end (self, error);
    return;
  }
  if (self->deadline < 0 || now < self->deadline)
    return;
  if (self->closing)
    end (self, g_steal_pointer (&self->why));
  else
    end (self, g_error_new (RTMP_ERROR, RTMP_ERROR_TIMEOUT,
            "client did not connect within %d s",
            (gint) (self->connect_timeout / G_TIME_SPAN_SECOND)));
}

void
rtmp_host_feed (RtmpHost * self, GBytes * owner, const guint8 * data,
    gsize size, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->session != NULL)
    rtmp_session_feed (self->session, owner, data, size, now);
}

void
rtmp_host_closed (RtmpHost * self, const GError * error, gint64 now)
{
  g_return_if_fail (self != NULL);

  end (self, error != NULL ? g_error_copy (error) : NULL);
}

gboolean
rtmp_host_accept_connect (RtmpHost * self, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  GError *error = NULL;
  if (self->session == NULL || self->closing)
    return FALSE;
  gboolean accepted = rtmp_host_commands_accept_connect (self->commands,
      &error, now);
  if (error != NULL)
    end (self, error);
  return accepted;
}

gboolean
rtmp_host_refuse_connect (RtmpHost * self, const gchar * code,
    const gchar * description, gint64 now)
{
  g_return_val_if_fail (self != NULL && code != NULL, FALSE);

  if (self->session == NULL || self->closing
      || !rtmp_host_commands_refuse_connect (self->commands, code, description,
          now))
    return FALSE;
  close_for (self, g_error_new (RTMP_ERROR, RTMP_ERROR_REFUSED,
          "client was refused: %s", code), now);
  return TRUE;
}

gboolean
rtmp_host_accept (RtmpHost * self, guint32 stream, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->session != NULL && !self->closing
      && rtmp_host_commands_accept (self->commands, stream, now);
}

gboolean
rtmp_host_refuse (RtmpHost * self, guint32 stream, const gchar * code,
    const gchar * description, gint64 now)
{
  g_return_val_if_fail (self != NULL && code != NULL, FALSE);

  return self->session != NULL && !self->closing
      && rtmp_host_commands_refuse (self->commands, stream, code, description,
      now);
}

gboolean
rtmp_host_send (RtmpHost * self, RtmpMessage * message, gint64 now)
{
  g_return_val_if_fail (self != NULL && message != NULL, FALSE);

  if (self->session == NULL || self->closing
      || !rtmp_host_commands_plays (self->commands,
          rtmp_message_get_head (message)->stream))
    return FALSE;
  rtmp_session_send (self->session, message, now);
  return TRUE;
}

gboolean
rtmp_host_end_play (RtmpHost * self, guint32 stream, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->session != NULL && !self->closing
      && rtmp_host_commands_end_play (self->commands, stream, now);
}

gboolean
rtmp_host_request_reconnect (RtmpHost * self, const gchar * tc_url,
    const gchar * description, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->session == NULL || self->closing
      || !rtmp_host_commands_can_reconnect (self->commands))
    return FALSE;
  g_autoptr (RtmpMessage) message =
      rtmp_command_new_reconnect (tc_url, description);
  rtmp_session_send (self->session, message, now);
  return TRUE;
}

void
rtmp_host_get_stats (const RtmpHost * self, RtmpSessionStats * stats)
{
  g_return_if_fail (self != NULL && stats != NULL);

  *stats = (RtmpSessionStats) {
  0};
  if (self->session != NULL)
    rtmp_session_get_stats (self->session, stats);
}

gint64
rtmp_host_get_delay (const RtmpHost * self, gint64 now)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->session != NULL
      ? rtmp_session_get_delay (self->session, now) : 0;
}
