/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpsession.h"

#include "rtmp/rtmpchunkreader.h"
#include "rtmp/rtmpchunkwriter.h"
#include "rtmp/rtmpdebug.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmphandshake.h"
#include "rtmp/rtmplimits.h"
#include "rtmp/rtmpwindow.h"

/* A peer's clock has milliseconds. */
#define TO_MS(time) ((guint32) ((time) / 1000))

/* Then the other end does not answer pings, and gets no more. */
#define MAX_UNANSWERED 2

/* A ping that has no answer for so long will get none. */
#define PING_PATIENCE (60 * G_TIME_SPAN_SECOND)

struct _RtmpSession
{
  RtmpSessionConfig config;
  RtmpHandshake *handshake;
  RtmpChunkReader *reader;
  RtmpChunkWriter *writer;
  RtmpWindow window;
  GError *error;                /* of the handshake */

  /* The handshake's bytes go before the chunks. */
  GBytes *raw;
  gsize raw_sent;
  GOutputVector raw_vector;

  guint answers;                /* since nothing waited to be sent */
  guint64 messages_in;
  guint64 messages_out;

  /* Deadlines; -1: not running. */
  gint64 open_by;
  gboolean deaf;                /* nobody reads, and so nothing comes */
  gint64 heard;                 /* when anything came last */
  gint64 moved;                 /* when anything went, or began to wait */
  gint64 next_ping;
  gint64 ping_sent;             /* of the one without an answer */
  guint unanswered;             /* in a row */
  gint64 round_trip;
};

static gboolean
is_waiting (const RtmpSession * self)
{
  return self->raw != NULL || (rtmp_session_is_open (self)
      && rtmp_chunk_writer_get_n_messages (self->writer) > 0);
}

/* What waits to be sent has changed. */
static void
watch_output (RtmpSession * self, gint64 now)
{
  if (!is_waiting (self)) {
    self->moved = -1;
    self->answers = 0;
  } else if (self->moved < 0) {
    self->moved = now;
  }
}

static void
take_handshake (RtmpSession * self, gint64 now)
{
  if (self->raw == NULL) {
    self->raw = rtmp_handshake_take (self->handshake);
    self->raw_sent = 0;
  }
  watch_output (self, now);
}

RtmpSession *
rtmp_session_new (const RtmpSessionConfig * config, GRand * random, gint64 now)
{
  g_return_val_if_fail (config != NULL && random != NULL, NULL);

  RtmpSession *self = g_new0 (RtmpSession, 1);
  self->config = *config;
  self->handshake = config->is_server
      ? rtmp_handshake_new_server (TO_MS (now), random)
      : rtmp_handshake_new_client (config->digest, TO_MS (now), random);
  self->reader = rtmp_chunk_reader_new ();
  self->writer = rtmp_chunk_writer_new ();
  rtmp_window_init (&self->window);
  self->open_by = config->handshake_timeout > 0
      ? now + config->handshake_timeout : -1;
  self->heard = now;
  self->moved = -1;
  self->next_ping = -1;
  self->ping_sent = -1;
  self->round_trip = -1;
  take_handshake (self, now);
  return self;
}

void
rtmp_session_free (RtmpSession * self)
{
  if (self == NULL)
    return;

  rtmp_handshake_free (self->handshake);
  rtmp_chunk_reader_free (self->reader);
  rtmp_chunk_writer_free (self->writer);
  g_clear_pointer (&self->raw, g_bytes_unref);
  g_clear_error (&self->error);
  g_free (self);
}

gboolean
rtmp_session_is_open (const RtmpSession * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return rtmp_handshake_is_done (self->handshake);
}

static void
open_session (RtmpSession * self, gint64 now)
{
  GST_DEBUG ("%p: handshake done%s", self,
      rtmp_handshake_is_digest (self->handshake) ? ", with digests" : "");
  self->open_by = -1;
  if (self->config.ping_interval > 0)
    self->next_ping = now + self->config.ping_interval;
  watch_output (self, now);
}

void
rtmp_session_send (RtmpSession * self, RtmpMessage * message, gint64 now)
{
  g_return_if_fail (self != NULL && message != NULL);

  rtmp_chunk_writer_put (self->writer, message, now);
  self->messages_out++;
  watch_output (self, now);
}

gboolean
rtmp_session_answer (RtmpSession * self, RtmpMessage * message, gint64 now)
{
  g_return_val_if_fail (self != NULL && message != NULL, FALSE);

  if (self->answers >= RTMP_MAX_ANSWERS)
    return FALSE;
  self->answers++;
  rtmp_session_send (self, message, now);
  return TRUE;
}

static void
send_control (RtmpSession * self, RtmpMessage * message, gint64 now)
{
  rtmp_session_send (self, message, now);
  rtmp_message_unref (message);
}

/* One that is not told any more is no loss: a later one says more. */
static void
answer_control (RtmpSession * self, RtmpMessage * message, gint64 now)
{
  rtmp_session_answer (self, message, now);
  rtmp_message_unref (message);
}

void
rtmp_session_set_chunk_size (RtmpSession * self, guint32 size, gint64 now)
{
  g_return_if_fail (self != NULL && size >= 1 && size <= RTMP_MAX_CHUNK_SIZE);

  if (rtmp_chunk_writer_get_chunk_size (self->writer) != size)
    send_control (self, rtmp_control_new (RTMP_MESSAGE_SET_CHUNK_SIZE, size),
        now);
}

void
rtmp_session_tell_window (RtmpSession * self, guint32 window, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (rtmp_window_tell (&self->window, window))
    send_control (self, rtmp_control_new (RTMP_MESSAGE_WINDOW_SIZE, window),
        now);
}

void
rtmp_session_feed (RtmpSession * self, GBytes * owner, const guint8 * data,
    gsize size, gint64 now)
{
  g_return_if_fail (self != NULL && (data != NULL || size == 0));

  guint32 number;
  self->heard = now;
  gboolean due = rtmp_window_receive (&self->window, size, &number);
  if (!rtmp_session_is_open (self) && self->error == NULL) {
    gsize used;
    rtmp_handshake_feed (self->handshake, data, size, &used, &self->error);
    take_handshake (self, now);
    if (!rtmp_session_is_open (self))
      return;
    open_session (self, now);
    data += used;
    size -= used;
  }
  if (due && rtmp_session_is_open (self))
    answer_control (self, rtmp_control_new (RTMP_MESSAGE_ACKNOWLEDGEMENT,
            number), now);
  rtmp_chunk_reader_feed (self->reader, owner, data, size);
}

static void
handle_pong (RtmpSession * self, guint32 time, gint64 now)
{
  if (self->ping_sent < 0 || time != TO_MS (self->ping_sent))
    return;
  self->round_trip = now - self->ping_sent;
  self->ping_sent = -1;
  self->unanswered = 0;
}

/* One at a time is measured: an answer may be on its way when the next ping
 * goes. */
static RtmpMessage *
new_ping (RtmpSession * self, gint64 now)
{
  if (self->ping_sent < 0 || now - self->ping_sent >= PING_PATIENCE)
    self->ping_sent = now;
  return rtmp_control_new_ping (RTMP_USER_PING_REQUEST, TO_MS (now));
}

static void
ping_back (RtmpSession * self, gint64 now)
{
  if (!self->config.ping_back || self->unanswered >= MAX_UNANSWERED)
    return;
  self->unanswered++;
  g_autoptr (RtmpMessage) ping = new_ping (self, now);
  rtmp_session_answer (self, ping, now);
}

/* TRUE: dealt with. */
static gboolean
handle_event (RtmpSession * self, const RtmpControl * control, gint64 now)
{
  if (control->event == RTMP_USER_PING_REQUEST) {
    g_autoptr (RtmpMessage) pong =
        rtmp_control_new_ping (RTMP_USER_PING_RESPONSE, control->number);
    rtmp_session_answer (self, pong, now);
    ping_back (self, now);
    return TRUE;
  }
  if (control->event == RTMP_USER_PING_RESPONSE) {
    handle_pong (self, control->number, now);
    return TRUE;
  }
  return FALSE;
}

static gboolean
handle_control (RtmpSession * self, const RtmpMessage * message, gint64 now)
{
  g_autoptr (GError) error = NULL;
  RtmpControl control;
  guint32 window;

  if (!rtmp_control_read (&control, message, &error)) {
    GST_WARNING ("%p: ignored: %s", self, error->message);
    return TRUE;
  }
  switch (control.type) {
    case RTMP_MESSAGE_ACKNOWLEDGEMENT:
      rtmp_window_heard (&self->window, control.number);
      return TRUE;
    case RTMP_MESSAGE_USER_CONTROL:
      return handle_event (self, &control, now);
    case RTMP_MESSAGE_WINDOW_SIZE:
      rtmp_window_set (&self->window, control.number);
      return TRUE;
    case RTMP_MESSAGE_PEER_BANDWIDTH:
      if (rtmp_window_set_bandwidth (&self->window, &control, &window))
        answer_control (self, rtmp_control_new (RTMP_MESSAGE_WINDOW_SIZE,
                window), now);
      return TRUE;
    default:
      /* The reader has obeyed it. */
      return TRUE;
  }
}

RtmpMessage *
rtmp_session_take (RtmpSession * self, gint64 now, GError ** error)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->error != NULL) {
    if (error != NULL)
      *error = g_error_copy (self->error);
    return NULL;
  }
  RtmpMessage *message;
  while ((message = rtmp_chunk_reader_take (self->reader, error)) != NULL) {
    self->messages_in++;
    if (rtmp_message_get_head (message)->type > RTMP_MESSAGE_PEER_BANDWIDTH
        || !handle_control (self, message, now))
      return message;
    rtmp_message_unref (message);
  }
  return NULL;
}

const GOutputVector *
rtmp_session_peek (RtmpSession * self, guint * n)
{
  g_return_val_if_fail (self != NULL && n != NULL, NULL);

  if (self->raw != NULL) {
    gsize size;
    const guint8 *data = g_bytes_get_data (self->raw, &size);
    self->raw_vector.buffer = data + self->raw_sent;
    self->raw_vector.size = size - self->raw_sent;
    *n = 1;
    return &self->raw_vector;
  }
  if (rtmp_session_is_open (self))
    return rtmp_chunk_writer_peek (self->writer, n);
  *n = 0;
  return NULL;
}

void
rtmp_session_advance (RtmpSession * self, gsize size, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (size == 0)
    return;
  rtmp_window_send (&self->window, size);
  if (self->raw != NULL) {
    self->raw_sent += size;
    if (self->raw_sent == g_bytes_get_size (self->raw)) {
      g_clear_pointer (&self->raw, g_bytes_unref);
      take_handshake (self, now);
    }
  } else {
    rtmp_chunk_writer_advance (self->writer, size);
  }
  self->moved = now;
  watch_output (self, now);
}

static gint64
earlier (gint64 a, gint64 b)
{
  if (a < 0 || b < 0)
    return MAX (a, b);
  return MIN (a, b);
}

static gint64
get_idle_deadline (const RtmpSession * self)
{
  return self->config.idle_timeout > 0 && !self->deaf
      ? self->heard + self->config.idle_timeout : -1;
}

static gint64
get_stall_deadline (const RtmpSession * self)
{
  return self->config.stall_timeout > 0 && self->moved >= 0
      ? self->moved + self->config.stall_timeout : -1;
}

gint64
rtmp_session_get_deadline (const RtmpSession * self)
{
  g_return_val_if_fail (self != NULL, -1);

  gint64 deadline = earlier (self->open_by, self->next_ping);
  deadline = earlier (deadline, get_idle_deadline (self));
  return earlier (deadline, get_stall_deadline (self));
}

static gboolean
has_passed (gint64 deadline, gint64 now)
{
  return deadline >= 0 && now >= deadline;
}

static gint
to_seconds (gint64 time)
{
  return time / G_TIME_SPAN_SECOND;
}

gboolean
rtmp_session_tick (RtmpSession * self, gint64 now, GError ** error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (has_passed (self->open_by, now)) {
    g_set_error (error, RTMP_ERROR, RTMP_ERROR_TIMEOUT,
        "the other end did not finish the handshake within %d s",
        to_seconds (self->config.handshake_timeout));
    return FALSE;
  }
  if (has_passed (get_stall_deadline (self), now)) {
    g_set_error (error, RTMP_ERROR, RTMP_ERROR_STALLED,
        "the other end has taken nothing for %d s",
        to_seconds (self->config.stall_timeout));
    return FALSE;
  }
  if (has_passed (get_idle_deadline (self), now)) {
    g_set_error (error, RTMP_ERROR, RTMP_ERROR_LOST,
        "connection lost: nothing came for %d s",
        to_seconds (self->config.idle_timeout));
    return FALSE;
  }
  if (has_passed (self->next_ping, now)) {
    self->next_ping = now + self->config.ping_interval;
    send_control (self, new_ping (self, now), now);
  }
  return TRUE;
}

void
rtmp_session_set_idle_timeout (RtmpSession * self, gint64 timeout)
{
  g_return_if_fail (self != NULL);

  self->config.idle_timeout = timeout;
}

void
rtmp_session_set_reading (RtmpSession * self, gboolean reading, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->deaf && reading)
    self->heard = now;
  self->deaf = !reading;
}

void
rtmp_session_get_stats (const RtmpSession * self, RtmpSessionStats * stats)
{
  g_return_if_fail (self != NULL && stats != NULL);

  *stats = (RtmpSessionStats) {
  .bytes_in = self->window.received,.bytes_out =
        self->window.sent,.messages_in = self->messages_in,.messages_out =
        self->messages_out,.chunk_size_in =
        rtmp_chunk_reader_get_chunk_size (self->reader),.chunk_size_out =
        rtmp_chunk_writer_get_chunk_size (self->writer),.window_in =
        self->window.window,.window_out = self->window.told,.confirmed =
        self->window.acknowledged,.acknowledged =
        self->window.confirmed,.queued_messages =
        rtmp_chunk_writer_get_n_messages (self->writer),.queued_bytes =
        rtmp_chunk_writer_get_size (self->writer),.round_trip =
        self->round_trip,};
}

gint64
rtmp_session_get_delay (const RtmpSession * self, gint64 now)
{
  g_return_val_if_fail (self != NULL, 0);

  gint64 oldest = rtmp_chunk_writer_get_oldest (self->writer);
  return oldest >= 0 ? now - oldest : 0;
}
