/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDialogue: one command of ours is waited for at a time; what a server does
 * not answer, or answers with an error without harm, is not. */

#include "rtmp/rtmpdialogue.h"

#include "rtmp/rtmpamf0.h"
#include "rtmp/rtmpdebug.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmpstatus.h"

#include <math.h>
#include <string.h>

#define ANSWER_TIMEOUT (10 * G_TIME_SPAN_SECOND)
/* Right behind a pause nginx for one says what it says of an end. */
#define PAUSE_TIME (3 * G_TIME_SPAN_SECOND)
#define CHUNK_SIZE 4096
#define BUFFER 3000

/* Those of OBS and Flash players: some servers let in only who they know. */
#define PUBLISHER_VERSION "FMLE/3.0 (compatible; FMSc/1.0)"
#define PLAYER_VERSION "LNX 10,0,32,18"

/* RTMP 7.2.2.1: live, or recorded if there is no live stream of that name. */
#define START_ANY (-2)
#define START_LIVE (-1)

typedef enum
{
  STATE_NEW,
  STATE_CONNECTING,             /* connect was said */
  STATE_CREATING,               /* createStream was said */
  STATE_OPENING,                /* publish or play was said */
  STATE_STARTED,
  STATE_FINISHING,              /* goodbye was said */
  STATE_OVER,
} State;

struct _RtmpDialogue
{
  RtmpQueue *queue;
  RtmpSession *session;
  RtmpUrl *url;
  gchar *stream_name;           /* never NULL */
  RtmpConnect *connect;
  gboolean publish;
  gchar *publish_kind;
  guint32 chunk_size;
  guint buffer;
  guint stop_commands;
  gint64 answer_timeout;

  State state;
  gint64 deadline;              /* of the answer; -1: none is waited for */
  guint transaction;            /* the last that was said */
  guint waited;                 /* whose answer is waited for */
  guint32 stream;
  gboolean stopped;             /* the server has ended what it plays */
  gint64 pause_until;           /* what is said till then is of a pause */
  RtmpCapabilities capabilities;
  gchar *refusal;
  GError *error;
  RtmpDialogueResult result;
};

static gchar *
append_query (const gchar * text, const gchar * query)
{
  if (query == NULL)
    return g_strdup (text);
  /* It begins with "?", of which there is one only. */
  return g_strconcat (text, strchr (text, '?') != NULL ? "&" : "?", query + 1,
      NULL);
}

static RtmpConnect *
new_connect (const RtmpDialogueConfig * config, const gchar * query)
{
  const RtmpUrl *url = config->url;
  RtmpConnect *connect = rtmp_connect_new ();
  RtmpValues *arguments = config->arguments != NULL
      ? config->arguments : url->arguments;
  const gchar *version = config->flash_version != NULL
      ? config->flash_version : url->flash_version;
  g_autofree gchar *tc_url = rtmp_url_dup_tc_url (url);

  if (version == NULL)
    version = config->publish ? PUBLISHER_VERSION : PLAYER_VERSION;
  connect->application = append_query (url->application, query);
  connect->tc_url = append_query (tc_url, query);
  connect->flash_version = g_strdup (version);
  connect->swf_url = g_strdup (url->swf_url);
  connect->page_url = g_strdup (url->page_url);
  connect->plays = !config->publish;
  if (config->capabilities != NULL)
    connect->capabilities = *config->capabilities;
  if (arguments != NULL)
    connect->arguments = rtmp_values_ref (arguments);
  return connect;
}

RtmpDialogue *
rtmp_dialogue_new (const RtmpDialogueConfig * config, const gchar * query,
    RtmpQueue * queue, RtmpSession * session)
{
  g_return_val_if_fail (config != NULL && config->url != NULL, NULL);
  g_return_val_if_fail (queue != NULL && session != NULL, NULL);

  const RtmpUrl *url = config->url;
  RtmpDialogue *self = g_new0 (RtmpDialogue, 1);
  self->queue = queue;
  self->session = session;
  self->url = rtmp_url_copy (url);
  self->stream_name = g_strdup (url->stream != NULL ? url->stream : "");
  self->connect = new_connect (config, query);
  self->publish = config->publish;
  self->publish_kind = g_strdup (config->publish_kind != NULL
      ? config->publish_kind : "live");
  self->chunk_size = config->chunk_size > 0 ? config->chunk_size : CHUNK_SIZE;
  self->buffer = config->buffer > 0 ? config->buffer
      : url->buffer >= 0 ? (guint) url->buffer : BUFFER;
  self->stop_commands = config->stop_commands;
  self->answer_timeout = config->answer_timeout > 0
      ? config->answer_timeout : ANSWER_TIMEOUT;
  self->deadline = -1;
  return self;
}

void
rtmp_dialogue_free (RtmpDialogue * self)
{
  if (self == NULL)
    return;

  rtmp_url_free (self->url);
  rtmp_connect_free (self->connect);
  g_free (self->stream_name);
  g_free (self->publish_kind);
  g_free (self->refusal);
  g_clear_error (&self->error);
  g_free (self);
}

gboolean
rtmp_dialogue_is_started (const RtmpDialogue * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->state == STATE_STARTED;
}

gboolean
rtmp_dialogue_is_stopped (const RtmpDialogue * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->stopped;
}

guint32
rtmp_dialogue_get_stream (const RtmpDialogue * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->stream;
}

const RtmpCapabilities *
rtmp_dialogue_get_capabilities (const RtmpDialogue * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->capabilities;
}

const gchar *
rtmp_dialogue_get_refusal (const RtmpDialogue * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->refusal;
}

static void
say (RtmpDialogue * self, RtmpMessage * message, gint64 now)
{
  rtmp_session_send (self->session, message, now);
  rtmp_message_unref (message);
}

/* Says something whose answer does not matter. */
static void
call (RtmpDialogue * self, const gchar * name, const gchar * text, gint64 now)
{
  say (self, rtmp_command_new_call (0, name, ++self->transaction, text), now);
}

static void
wait_for_answer (RtmpDialogue * self, State state, gint64 now)
{
  GST_DEBUG ("%p: state %d", self, state);
  self->state = state;
  self->waited = self->transaction;
  self->deadline = now + self->answer_timeout;
}

void
rtmp_dialogue_begin (RtmpDialogue * self, gint64 now)
{
  g_return_if_fail (self != NULL && self->state == STATE_NEW);

  say (self, rtmp_connect_write (self->connect, ++self->transaction), now);
  wait_for_answer (self, STATE_CONNECTING, now);
}

static void
end (RtmpDialogue * self, GError * error)
{
  self->state = STATE_OVER;
  self->deadline = -1;
  self->result = RTMP_DIALOGUE_ENDED;
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
}

static void
create_stream (RtmpDialogue * self, gint64 now)
{
  if (self->publish) {
    rtmp_session_set_chunk_size (self->session, self->chunk_size, now);
    call (self, "releaseStream", self->stream_name, now);
    call (self, "FCPublish", self->stream_name, now);
  }
  call (self, "createStream", NULL, now);
  wait_for_answer (self, STATE_CREATING, now);
}

static void
play (RtmpDialogue * self, gint64 now)
{
  gdouble start = self->url->live > 0 ? START_LIVE : START_ANY;
  gdouble duration = -1;
  RtmpControl buffer = {.type = RTMP_MESSAGE_USER_CONTROL,
    .event = RTMP_USER_SET_BUFFER_LENGTH,.stream = self->stream,
    .number = self->buffer
  };

  if (!isnan (self->url->start))
    start = self->url->start;
  if (!isnan (self->url->stop))
    duration = MAX (self->url->stop - MAX (start, 0), 0);
  if (self->url->subscribe != NULL)
    call (self, "FCSubscribe", self->url->subscribe, now);
  else if (self->url->live > 0)
    call (self, "FCSubscribe", self->stream_name, now);
  say (self, rtmp_command_new_play (self->stream, ++self->transaction,
          self->stream_name, start, duration), now);
  say (self, rtmp_control_write (&buffer), now);
}

static void
open_stream (RtmpDialogue * self, gint64 now)
{
  if (self->publish)
    say (self, rtmp_command_new_publish (self->stream, ++self->transaction,
            self->stream_name, self->publish_kind), now);
  else
    play (self, now);
  wait_for_answer (self, STATE_OPENING, now);
}

static void
handle_result (RtmpDialogue * self, const RtmpCommand * command, gint64 now)
{
  if (command->transaction != self->waited)
    return;
  if (self->state == STATE_CONNECTING) {
    rtmp_connect_read_success (command, &self->capabilities);
    rtmp_queue_push (self->queue, RTMP_EVENT_CONNECTED);
    RtmpMessage *answer =
        rtmp_connect_new_token_answer (command, self->url->secure_token);
    /* One that asks wants to know it before all else. */
    if (answer != NULL)
      say (self, answer, now);
    create_stream (self, now);
    return;
  }
  if (self->state != STATE_CREATING)
    return;
  self->stream = rtmp_value_get_integer (rtmp_command_get_argument (command,
          0), 1, G_MAXUINT32, 0);
  if (self->stream == 0) {
    end (self, g_error_new_literal (RTMP_ERROR, RTMP_ERROR_PROTOCOL,
            "server made a stream and did not say which"));
    return;
  }
  open_stream (self, now);
}

static const gchar *
get_wish (RtmpDialogue * self)
{
  if (self->state == STATE_CONNECTING)
    return "connect";
  if (self->state == STATE_CREATING)
    return "a stream";
  return self->publish ? "publish" : "play";
}

static void
handle_error (RtmpDialogue * self, const RtmpCommand * command)
{
  const RtmpValue *info = rtmp_command_get_argument (command, 0);
  RtmpStatus status;

  /* releaseStream and FCPublish are refused by many, to no harm. */
  if (command->transaction != self->waited || self->deadline < 0)
    return;
  rtmp_status_read (&status, info != NULL ? info
      : rtmp_command_get_object (command));
  gboolean first = self->state == STATE_CONNECTING;
  end (self, rtmp_status_new_error (&status, get_wish (self), self->url));
  if (first) {
    self->refusal = g_strdup (status.description);
    self->result = RTMP_DIALOGUE_REFUSED;
  }
}

static void
start (RtmpDialogue * self)
{
  if (self->state != STATE_OPENING)
    return;
  self->state = STATE_STARTED;
  self->deadline = -1;
  rtmp_queue_push (self->queue, RTMP_EVENT_STARTED)->stream = self->stream;
}

static void
stop (RtmpDialogue * self, const gchar * code, gint64 now)
{
  if (self->stopped || self->publish || self->state != STATE_STARTED
      || (now < self->pause_until
          && !g_str_equal (code, "NetStream.Play.Complete")))
    return;
  self->stopped = TRUE;
  rtmp_queue_push (self->queue, RTMP_EVENT_STOPPED)->code = g_strdup (code);
}

static void
report (RtmpDialogue * self, const RtmpStatus * status)
{
  RtmpEvent *event = rtmp_queue_push (self->queue, RTMP_EVENT_STATUS);

  event->code = rtmp_status_dup_words (status->code, self->url);
  event->text = rtmp_status_dup_words (status->description, self->url);
}

static void
handle_reconnect (RtmpDialogue * self, const RtmpStatus * status)
{
  g_autoptr (GError) error = NULL;
  RtmpUrl *url = status->tc_url == NULL ? rtmp_url_copy (self->url)
      : rtmp_url_resolve (self->url, status->tc_url, &error);

  if (url == NULL) {
    GST_WARNING ("%p: not reconnecting: %s", self, error->message);
    return;
  }
  RtmpEvent *event = rtmp_queue_push (self->queue, RTMP_EVENT_RECONNECT);
  /* What is secret here, and what is there. */
  g_autofree gchar *text =
      rtmp_url_dup_redacted (self->url, status->description);
  event->text = rtmp_status_dup_words (text, url);
  event->url = url;
}

static gboolean
is_end_of_play (const RtmpStatus * status)
{
  return rtmp_status_is (status, "NetStream.Play.Stop")
      || rtmp_status_is (status, "NetStream.Play.Complete")
      || rtmp_status_is (status, "NetStream.Play.UnpublishNotify");
}

static void
handle_status (RtmpDialogue * self, const RtmpStatus * status, gint64 now)
{
  report (self, status);
  if (rtmp_status_is (status, "NetConnection.Connect.ReconnectRequest"))
    handle_reconnect (self, status);
  else if (g_str_equal (status->code, self->publish
          ? "NetStream.Publish.Start" : "NetStream.Play.Start"))
    start (self);
  else if (is_end_of_play (status))
    stop (self, status->code, now);
  else if (rtmp_status_is (status, "NetStream.Pause.Notify"))
    self->pause_until = now + PAUSE_TIME;
  else if (rtmp_status_is (status, "NetStream.Unpause.Notify"))
    self->pause_until = now;
  else if (rtmp_status_is (status, "NetStream.Unpublish.Success")
      && self->state == STATE_FINISHING)
    self->result = RTMP_DIALOGUE_DONE;
  else if (rtmp_status_is (status, "NetConnection.Connect.Closed")
      || (rtmp_status_is (status, "NetStream.Unpublish.Success")
          && self->publish))
    end (self, rtmp_status_new_end (status, self->url));
  else if (status->is_error && self->state < STATE_STARTED)
    end (self, rtmp_status_new_error (status, get_wish (self), self->url));
  else if (status->is_error && self->state == STATE_STARTED)
    end (self, rtmp_status_new_end (status, self->url));
}

static void
handle_command (RtmpDialogue * self, const RtmpCommand * command, gint64 now)
{
  RtmpStatus status;

  GST_LOG ("%p: command %s", self, command->name);
  if (g_str_equal (command->name, "_result")) {
    handle_result (self, command, now);
  } else if (g_str_equal (command->name, "_error")) {
    handle_error (self, command);
  } else if (g_str_equal (command->name, "onStatus")) {
    rtmp_status_read (&status, rtmp_command_get_argument (command, 0));
    handle_status (self, &status, now);
  } else if (g_str_equal (command->name, "onFCUnpublish")) {
    if (self->state == STATE_FINISHING)
      self->result = RTMP_DIALOGUE_DONE;
  } else if (g_str_equal (command->name, "_onbwcheck")) {
    g_autoptr (RtmpMessage) answer =
        rtmp_command_new_empty_result (command->transaction);
    rtmp_session_answer (self->session, answer, now);
  } else if (g_str_equal (command->name, "close")) {
    end (self, g_error_new_literal (RTMP_ERROR, RTMP_ERROR_CLOSED,
            "server has closed the connection"));
  }
  /* All else, onBWDone for one, wants nothing of us. */
}

/* TRUE: media, for the user. */
static gboolean
handle_data (RtmpDialogue * self, const RtmpMessage * message, gint64 now)
{
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);
  RtmpStatus status;

  if (rtmp_message_get_head (message)->type == RTMP_MESSAGE_DATA_AMF3
      && size > 0 && data[0] == 0) {
    data++;
    size--;
  }
  g_autoptr (RtmpValues) values = rtmp_amf0_parse (data, size, NULL);
  if (values == NULL)
    return TRUE;
  const gchar *name = rtmp_value_get_string (rtmp_values_get (values, 0));
  /* Says that samples may be looked at, which nobody asks for. */
  if (g_strcmp0 (name, "|RtmpSampleAccess") == 0)
    return FALSE;
  if (g_strcmp0 (name, "onStatus") != 0
      && g_strcmp0 (name, "onPlayStatus") != 0)
    return TRUE;
  for (guint i = 1; i < rtmp_values_get_count (values); i++) {
    rtmp_status_read (&status, rtmp_values_get (values, i));
    if (is_end_of_play (&status))
      stop (self, status.code, now);
  }
  return FALSE;
}

static void
handle_event (RtmpDialogue * self, const RtmpMessage * message, gint64 now)
{
  RtmpControl control;

  if (rtmp_control_read (&control, message, NULL)
      && control.event == RTMP_USER_STREAM_EOF
      && control.stream == self->stream)
    stop (self, "StreamEOF", now);
}

/* What is well formed and cannot be read here is not for us. */
static void
parse_command (RtmpDialogue * self, const RtmpMessage * message, gint64 now)
{
  GError *error = NULL;
  g_autoptr (RtmpCommand) command = rtmp_command_parse (message, &error);

  if (command != NULL) {
    handle_command (self, command, now);
  } else if (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_UNSUPPORTED)) {
    GST_WARNING ("%p: command ignored: %s", self, error->message);
    g_error_free (error);
  } else {
    end (self, error);
  }
}

static gboolean
handle_message (RtmpDialogue * self, RtmpMessage * message, gint64 now)
{
  switch (rtmp_message_get_head (message)->type) {
    case RTMP_MESSAGE_USER_CONTROL:
      handle_event (self, message, now);
      return FALSE;
    case RTMP_MESSAGE_COMMAND:
    case RTMP_MESSAGE_COMMAND_AMF3:
      parse_command (self, message, now);
      return FALSE;
    case RTMP_MESSAGE_DATA:
    case RTMP_MESSAGE_DATA_AMF3:
      return handle_data (self, message, now);
    case RTMP_MESSAGE_AUDIO:
    case RTMP_MESSAGE_VIDEO:
    case RTMP_MESSAGE_AGGREGATE:
      return TRUE;
    default:
      /* Shared objects, and what is no type at all. */
      return FALSE;
  }
}

gboolean
rtmp_dialogue_handle (RtmpDialogue * self, RtmpMessage * message,
    RtmpDialogueResult * result, GError ** error, gint64 now)
{
  g_return_val_if_fail (self != NULL && message != NULL && result != NULL,
      FALSE);

  gboolean is_media = FALSE;
  if (self->state != STATE_OVER)
    is_media = handle_message (self, message, now);
  *result = self->result;
  if (self->error != NULL && error != NULL)
    *error = g_error_copy (self->error);
  if (!is_media || self->publish || self->state > STATE_STARTED)
    return FALSE;
  /* Some send media before they say that they do. */
  start (self);
  return self->state == STATE_STARTED;
}

gint64
rtmp_dialogue_get_deadline (const RtmpDialogue * self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->deadline;
}

gboolean
rtmp_dialogue_tick (RtmpDialogue * self, gint64 now, GError ** error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->deadline < 0 || now < self->deadline)
    return TRUE;
  g_set_error (error, RTMP_ERROR, RTMP_ERROR_TIMEOUT,
      "server did not answer the wish for %s within %d s", get_wish (self),
      (gint) (self->answer_timeout / G_TIME_SPAN_SECOND));
  return FALSE;
}

void
rtmp_dialogue_pause (RtmpDialogue * self, gboolean pause, guint32 time,
    gint64 now)
{
  g_return_if_fail (self != NULL);

  if (!self->publish && self->state == STATE_STARTED && !self->stopped)
    say (self, rtmp_command_new_pause (self->stream, pause, time), now);
}

gboolean
rtmp_dialogue_finish (RtmpDialogue * self, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  gboolean has_stream = self->state == STATE_OPENING
      || self->state == STATE_STARTED;
  guint stop_commands = self->publish ? self->stop_commands
      : RTMP_STOP_DELETE_STREAM;
  self->state = STATE_FINISHING;
  self->deadline = -1;
  if (!has_stream)
    return FALSE;
  if (stop_commands & RTMP_STOP_FCUNPUBLISH)
    call (self, "FCUnpublish", self->stream_name, now);
  if (stop_commands & RTMP_STOP_CLOSE_STREAM)
    say (self, rtmp_command_new_call (self->stream, "closeStream", 0, NULL),
        now);
  if (stop_commands & RTMP_STOP_DELETE_STREAM)
    say (self, rtmp_command_new_delete_stream (++self->transaction,
            self->stream), now);
  return self->publish && stop_commands != 0;
}
