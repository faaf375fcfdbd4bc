/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpHostCommands: each command has a function in a table. What is answered is
 * bounded by the session; a client that asks and does not read is ended. */

#include "rtmp/rtmphostcommands.h"

#include "rtmp/rtmpamf0writer.h"
#include "rtmp/rtmpdebug.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"
#include "rtmp/rtmpstreams.h"

#define CHUNK_SIZE 4096

typedef enum
{
  STATE_NEW,
  STATE_ASKED,                  /* a connect has come */
  STATE_IN,                     /* and was accepted */
  STATE_OUT,                    /* or was not, or is over */
} State;

struct _RtmpHostCommands
{
  RtmpHostConfig config;
  RtmpQueue *queue;
  RtmpSession *session;
  State state;
  RtmpCapabilities capabilities;
  guint object_encoding;
  gdouble transaction;          /* of the connect */
  GQueue early;                 /* of RtmpCommand: said before it was let in */
  RtmpStreams streams;
  gboolean overrun;             /* too many answers wait */
};

RtmpHostCommands *
rtmp_host_commands_new (const RtmpHostConfig * config, RtmpQueue * queue,
    RtmpSession * session)
{
  g_return_val_if_fail (config != NULL && queue != NULL && session != NULL,
      NULL);

  RtmpHostCommands *self = g_new0 (RtmpHostCommands, 1);
  self->config = *config;
  if (self->config.chunk_size == 0)
    self->config.chunk_size = CHUNK_SIZE;
  if (self->config.window == 0)
    self->config.window = RTMP_DEFAULT_WINDOW;
  self->queue = queue;
  self->session = session;
  g_queue_init (&self->early);
  rtmp_streams_init (&self->streams);
  return self;
}

void
rtmp_host_commands_free (RtmpHostCommands * self)
{
  if (self == NULL)
    return;

  g_queue_clear_full (&self->early, (GDestroyNotify) rtmp_command_free);
  rtmp_streams_clear (&self->streams);
  g_free (self);
}

gboolean
rtmp_host_commands_is_connected (const RtmpHostCommands * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->state != STATE_NEW;
}

gboolean
rtmp_host_commands_can_reconnect (const RtmpHostCommands * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->state == STATE_IN
      && (self->capabilities.caps & RTMP_CAPS_RECONNECT) != 0;
}

gboolean
rtmp_host_commands_plays (RtmpHostCommands * self, guint32 stream)
{
  g_return_val_if_fail (self != NULL, FALSE);

  RtmpStream *own = rtmp_streams_get (&self->streams, stream);
  return own != NULL && own->use == RTMP_STREAM_PLAYS;
}

static void
answer (RtmpHostCommands * self, RtmpMessage * message, gint64 now)
{
  if (!rtmp_session_answer (self->session, message, now))
    self->overrun = TRUE;
  rtmp_message_unref (message);
}

static void
answer_status (RtmpHostCommands * self, guint32 stream, const gchar * level,
    const gchar * code, const gchar * description, gint64 now)
{
  RtmpStream *own = rtmp_streams_get (&self->streams, stream);

  answer (self, rtmp_command_new_status (stream, level, code, description,
          own != NULL ? own->name : NULL), now);
}

static void
push (RtmpHostCommands * self, RtmpEventKind kind, guint32 stream)
{
  rtmp_queue_push (self->queue, kind)->stream = stream;
}

/* Ends what the client does with the stream, which stays. */
static void
stop_stream (RtmpHostCommands * self, guint32 id, gint64 now)
{
  RtmpStream *stream = rtmp_streams_get (&self->streams, id);

  if (stream == NULL)
    return;
  RtmpStreamUse use = stream->use;
  rtmp_stream_set (stream, RTMP_STREAM_IDLE, NULL);
  if (use == RTMP_STREAM_PUBLISHES && self->state == STATE_IN)
    answer_status (self, id, "status", "NetStream.Unpublish.Success",
        "Stopped publishing.", now);
  if (use == RTMP_STREAM_PUBLISHES || use == RTMP_STREAM_WANTS_TO_PUBLISH)
    push (self, RTMP_EVENT_UNPUBLISH, id);
  else if (use == RTMP_STREAM_PLAYS || use == RTMP_STREAM_WANTS_TO_PLAY)
    push (self, RTMP_EVENT_UNPLAY, id);
}

void
rtmp_host_commands_end (RtmpHostCommands * self)
{
  g_return_if_fail (self != NULL);

  self->state = STATE_OUT;
  for (guint32 id = 1; id <= RTMP_MAX_STREAMS; id++)
    stop_stream (self, id, 0);
  rtmp_streams_clear (&self->streams);
}

static gchar *
dup_text (const RtmpCommand * command, guint index)
{
  const gchar *text =
      rtmp_value_get_string (rtmp_command_get_argument (command, index));

  return text != NULL ? g_utf8_make_valid (text, -1) : g_strdup ("");
}

static void
on_create_stream (RtmpHostCommands * self, const RtmpCommand * command,
    gint64 now)
{
  guint32 id = rtmp_streams_add (&self->streams);

  if (id == 0)
    answer (self, rtmp_command_new_error (command->transaction,
            "NetConnection.Call.Failed", "Too many streams."), now);
  else
    answer (self, rtmp_command_new_stream_result (command->transaction, id),
        now);
}

static void
on_publish (RtmpHostCommands * self, const RtmpCommand * command, gint64 now)
{
  RtmpStream *stream = rtmp_streams_get (&self->streams, command->stream);
  g_autofree gchar *name = dup_text (command, 0);

  if (stream == NULL || stream->use != RTMP_STREAM_IDLE || *name == '\0') {
    answer_status (self, command->stream, "error",
        "NetStream.Publish.BadName", "No such stream, no name, or in use.",
        now);
    return;
  }
  rtmp_stream_set (stream, RTMP_STREAM_WANTS_TO_PUBLISH, name);
  RtmpEvent *event = rtmp_queue_push (self->queue, RTMP_EVENT_PUBLISH);
  event->stream = command->stream;
  event->name = g_steal_pointer (&name);
  g_autofree gchar *kind = dup_text (command, 1);
  /* Its case differs among encoders. */
  event->code = g_ascii_strdown (*kind != '\0' ? kind : "live", -1);
}

/* Who plays on a stream that plays already wants another thing there. */
static void
on_play (RtmpHostCommands * self, const RtmpCommand * command, gint64 now)
{
  RtmpStream *stream = rtmp_streams_get (&self->streams, command->stream);
  g_autofree gchar *name = dup_text (command, 0);

  if (stream == NULL || stream->use == RTMP_STREAM_PUBLISHES
      || stream->use == RTMP_STREAM_WANTS_TO_PUBLISH || *name == '\0') {
    answer_status (self, command->stream, "error", "NetStream.Play.Failed",
        "No such stream, no name, or in use.", now);
    return;
  }
  stop_stream (self, command->stream, now);
  rtmp_stream_set (stream, RTMP_STREAM_WANTS_TO_PLAY, name);
  RtmpEvent *event = rtmp_queue_push (self->queue, RTMP_EVENT_PLAY);
  event->stream = command->stream;
  event->name = g_steal_pointer (&name);
  event->start = rtmp_value_get_number (rtmp_command_get_argument (command, 1),
      -2);
  event->duration = rtmp_value_get_number (rtmp_command_get_argument (command,
          2), -1);
}

static void
on_close_stream (RtmpHostCommands * self, const RtmpCommand * command,
    gint64 now)
{
  stop_stream (self, command->stream, now);
}

static void
on_delete_stream (RtmpHostCommands * self, const RtmpCommand * command,
    gint64 now)
{
  guint32 id = rtmp_value_get_integer (rtmp_command_get_argument (command, 0),
      1, RTMP_MAX_STREAMS, 0);

  stop_stream (self, id, now);
  rtmp_streams_remove (&self->streams, id);
}

static void
on_fc_publish (RtmpHostCommands * self, const RtmpCommand * command, gint64 now)
{
  g_autofree gchar *name = dup_text (command, 0);

  answer (self, rtmp_command_new_empty_result (command->transaction), now);
  answer (self, rtmp_command_new_notice ("onFCPublish",
          "NetStream.Publish.Start", name), now);
}

static void
on_fc_unpublish (RtmpHostCommands * self, const RtmpCommand * command,
    gint64 now)
{
  g_autofree gchar *name = dup_text (command, 0);
  guint32 id = rtmp_streams_find_publisher (&self->streams, name);

  answer (self, rtmp_command_new_notice ("onFCUnpublish",
          "NetStream.Unpublish.Success", name), now);
  if (id != 0)
    stop_stream (self, id, now);
}

static void
on_fc_subscribe (RtmpHostCommands * self, const RtmpCommand * command,
    gint64 now)
{
  g_autofree gchar *name = dup_text (command, 0);

  answer (self, rtmp_command_new_notice ("onFCSubscribe",
          "NetStream.Play.Start", name), now);
}

static void
on_pause (RtmpHostCommands * self, const RtmpCommand * command, gint64 now)
{
  gboolean pause = rtmp_value_get_boolean (rtmp_command_get_argument (command,
          0), FALSE);

  if (!rtmp_host_commands_plays (self, command->stream))
    return;
  RtmpEvent *event = rtmp_queue_push (self->queue, RTMP_EVENT_PAUSE);
  event->stream = command->stream;
  event->flag = pause;
  answer_status (self, command->stream, "status", pause
      ? "NetStream.Pause.Notify" : "NetStream.Unpause.Notify", NULL, now);
}

static void
on_seek (RtmpHostCommands * self, const RtmpCommand * command, gint64 now)
{
  answer_status (self, command->stream, "error", "NetStream.Seek.Failed",
      "A live stream has no other place.", now);
}

/* It has no length that is known. */
static void
on_get_stream_length (RtmpHostCommands * self, const RtmpCommand * command,
    gint64 now)
{
  answer (self, rtmp_command_new_stream_result (command->transaction, 0), now);
}

static void
on_release_stream (RtmpHostCommands * self, const RtmpCommand * command,
    gint64 now)
{
  if (command->transaction != 0)
    answer (self, rtmp_command_new_empty_result (command->transaction), now);
}

static void
on_nothing (RtmpHostCommands * self, const RtmpCommand * command, gint64 now)
{
}

static const struct
{
  const gchar *name;
  void (*func) (RtmpHostCommands * self, const RtmpCommand * command,
      gint64 now);
} commands[] = {
  {"createStream", on_create_stream},
  {"publish", on_publish},
  {"play", on_play},
  {"closeStream", on_close_stream},
  {"deleteStream", on_delete_stream},
  {"releaseStream", on_release_stream},
  {"FCPublish", on_fc_publish},
  {"FCUnpublish", on_fc_unpublish},
  {"FCSubscribe", on_fc_subscribe},
  {"pause", on_pause},
  {"seek", on_seek},
  {"getStreamLength", on_get_stream_length},
  {"_checkbw", on_release_stream},
  /* Answers to nothing of ours, and wishes for what is the user's to do. */
  {"_result", on_nothing},
  {"_error", on_nothing},
  {"receiveAudio", on_nothing},
  {"receiveVideo", on_nothing},
};

static void
handle_command (RtmpHostCommands * self, const RtmpCommand * command,
    gint64 now)
{
  GST_LOG ("%p: command %s", self, command->name);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (command->name, commands[i].name)) {
      commands[i].func (self, command, now);
      return;
    }
  }
  /* 7.2.1.2: who wants an answer gets one. */
  if (command->transaction != 0)
    answer (self, rtmp_command_new_error (command->transaction,
            "NetConnection.Call.Failed", "No such command."), now);
}

static void
handle_connect (RtmpHostCommands * self, const RtmpCommand * command,
    GError ** error)
{
  RtmpConnect *connect = rtmp_connect_parse (command, error);

  if (connect == NULL)
    return;
  self->state = STATE_ASKED;
  self->transaction = command->transaction;
  self->capabilities = connect->capabilities;
  self->object_encoding = connect->object_encoding;
  rtmp_queue_push (self->queue, RTMP_EVENT_CONNECT)->connect = connect;
}

/* Takes @command. */
static void
dispatch (RtmpHostCommands * self, RtmpCommand * command, GError ** error,
    gint64 now)
{
  g_autoptr (RtmpCommand) own = command;
  gboolean is_connect = g_str_equal (own->name, "connect");

  if ((self->state == STATE_NEW) != is_connect) {
    g_set_error (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL, is_connect
        ? "client connects twice" : "client does not begin with a connect");
  } else if (is_connect) {
    handle_connect (self, own, error);
  } else if (self->state == STATE_IN) {
    handle_command (self, own, now);
  } else if (self->state == STATE_ASKED) {
    if (self->early.length >= RTMP_MAX_EARLY)
      self->overrun = TRUE;
    else
      g_queue_push_tail (&self->early, g_steal_pointer (&own));
  }
  if (self->overrun && *error == NULL)
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_LIMIT,
        "client asks for more than it listens to");
}

/* What is well formed and cannot be read here is not for us. */
static void
parse_command (RtmpHostCommands * self, const RtmpMessage * message,
    GError ** error, gint64 now)
{
  RtmpCommand *command = rtmp_command_parse (message, error);

  if (command != NULL)
    dispatch (self, command, error, now);
  else if (g_error_matches (*error, RTMP_ERROR, RTMP_ERROR_UNSUPPORTED))
    g_clear_error (error);
}

gboolean
rtmp_host_commands_handle (RtmpHostCommands * self, RtmpMessage * message,
    GError ** error, gint64 now)
{
  g_return_val_if_fail (self != NULL && message != NULL && error != NULL,
      FALSE);

  const RtmpMessageHead *head = rtmp_message_get_head (message);
  RtmpStream *stream;
  switch (head->type) {
    case RTMP_MESSAGE_COMMAND:
    case RTMP_MESSAGE_COMMAND_AMF3:
      parse_command (self, message, error, now);
      return FALSE;
    case RTMP_MESSAGE_AUDIO:
    case RTMP_MESSAGE_VIDEO:
    case RTMP_MESSAGE_DATA:
    case RTMP_MESSAGE_DATA_AMF3:
    case RTMP_MESSAGE_AGGREGATE:
      stream = rtmp_streams_get (&self->streams, head->stream);
      return stream != NULL && stream->use == RTMP_STREAM_PUBLISHES;
    default:
      return FALSE;
  }
}

gboolean
rtmp_host_commands_accept_connect (RtmpHostCommands * self, GError ** error,
    gint64 now)
{
  g_return_val_if_fail (self != NULL && error != NULL, FALSE);

  RtmpCommand *command;
  if (self->state != STATE_ASKED)
    return FALSE;
  self->state = STATE_IN;
  rtmp_session_tell_window (self->session, self->config.window, now);
  answer (self, rtmp_control_new (RTMP_MESSAGE_PEER_BANDWIDTH,
          self->config.window), now);
  rtmp_session_set_chunk_size (self->session, self->config.chunk_size, now);
  answer (self, rtmp_connect_new_success (self->transaction,
          self->object_encoding, &self->config.capabilities), now);
  while (*error == NULL && (command = g_queue_pop_head (&self->early)) != NULL)
    dispatch (self, command, error, now);
  return TRUE;
}

gboolean
rtmp_host_commands_refuse_connect (RtmpHostCommands * self,
    const gchar * code, const gchar * description, gint64 now)
{
  g_return_val_if_fail (self != NULL && code != NULL, FALSE);

  if (self->state != STATE_ASKED)
    return FALSE;
  self->state = STATE_OUT;
  answer (self, rtmp_command_new_error (self->transaction, code, description),
      now);
  return TRUE;
}

static void
accept_publish (RtmpHostCommands * self, guint32 id, RtmpStream * stream,
    gint64 now)
{
  rtmp_stream_set (stream, RTMP_STREAM_PUBLISHES, stream->name);
  answer (self, rtmp_control_new_event (RTMP_USER_STREAM_BEGIN, id), now);
  answer_status (self, id, "status", "NetStream.Publish.Start",
      "Started publishing.", now);
}

/* Says that samples may be looked at, which old players ask for. */
static RtmpMessage *
new_sample_access (guint32 id)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_DATA,.stream = id };
  RtmpAmf0Writer writer;

  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_add_string (&writer, NULL, "|RtmpSampleAccess");
  rtmp_amf0_writer_add_boolean (&writer, NULL, TRUE);
  rtmp_amf0_writer_add_boolean (&writer, NULL, TRUE);
  return rtmp_amf0_writer_end (&writer, &head);
}

static void
accept_play (RtmpHostCommands * self, guint32 id, RtmpStream * stream,
    gint64 now)
{
  rtmp_stream_set (stream, RTMP_STREAM_PLAYS, stream->name);
  answer (self, rtmp_control_new_event (RTMP_USER_STREAM_BEGIN, id), now);
  answer_status (self, id, "status", "NetStream.Play.Reset",
      "Playing and resetting.", now);
  answer_status (self, id, "status", "NetStream.Play.Start",
      "Started playing.", now);
  answer (self, new_sample_access (id), now);
}

gboolean
rtmp_host_commands_accept (RtmpHostCommands * self, guint32 id, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  RtmpStream *stream = rtmp_streams_get (&self->streams, id);
  if (stream == NULL)
    return FALSE;
  if (stream->use == RTMP_STREAM_WANTS_TO_PUBLISH)
    accept_publish (self, id, stream, now);
  else if (stream->use == RTMP_STREAM_WANTS_TO_PLAY)
    accept_play (self, id, stream, now);
  else
    return FALSE;
  return TRUE;
}

gboolean
rtmp_host_commands_refuse (RtmpHostCommands * self, guint32 id,
    const gchar * code, const gchar * description, gint64 now)
{
  g_return_val_if_fail (self != NULL && code != NULL, FALSE);

  RtmpStream *stream = rtmp_streams_get (&self->streams, id);
  if (stream == NULL || (stream->use != RTMP_STREAM_WANTS_TO_PUBLISH
          && stream->use != RTMP_STREAM_WANTS_TO_PLAY))
    return FALSE;
  answer_status (self, id, "error", code, description, now);
  rtmp_stream_set (stream, RTMP_STREAM_IDLE, NULL);
  return TRUE;
}

/* ffmpeg ends on the statuses, rtmp2src on the event. */
gboolean
rtmp_host_commands_end_play (RtmpHostCommands * self, guint32 id, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (!rtmp_host_commands_plays (self, id))
    return FALSE;
  answer (self, rtmp_control_new_event (RTMP_USER_STREAM_EOF, id), now);
  answer_status (self, id, "status", "NetStream.Play.UnpublishNotify",
      "Stopped publishing.", now);
  answer_status (self, id, "status", "NetStream.Play.Stop",
      "Stopped playing.", now);
  rtmp_stream_set (rtmp_streams_get (&self->streams, id), RTMP_STREAM_IDLE,
      NULL);
  return TRUE;
}
