/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpcommand.h"

#include "rtmp/rtmpamf0.h"
#include "rtmp/rtmpamf0writer.h"
#include "rtmp/rtmperror.h"

/* The body is AMF0 in both; that of type 17 has a byte in front, which some
 * encoders leave away. */
static RtmpValues *
parse_values (const RtmpMessage * message, GError ** error)
{
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);

  if (rtmp_message_get_head (message)->type == RTMP_MESSAGE_COMMAND_AMF3
      && size > 0 && data[0] == 0) {
    data++;
    size--;
  }
  return rtmp_amf0_parse (data, size, error);
}

RtmpCommand *
rtmp_command_parse (const RtmpMessage * message, GError ** error)
{
  g_return_val_if_fail (message != NULL, NULL);

  g_autoptr (RtmpValues) values = parse_values (message, error);
  if (values == NULL)
    return NULL;
  const gchar *name = rtmp_value_get_string (rtmp_values_get (values, 0));
  if (name == NULL || *name == '\0') {
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL,
        "a command has no name");
    return NULL;
  }
  RtmpCommand *self = g_new0 (RtmpCommand, 1);
  self->transaction = rtmp_value_get_number (rtmp_values_get (values, 1), 0);
  self->stream = rtmp_message_get_head (message)->stream;
  self->name = name;
  self->values = g_steal_pointer (&values);
  return self;
}

void
rtmp_command_free (RtmpCommand * self)
{
  if (self == NULL)
    return;

  rtmp_values_unref (self->values);
  g_free (self);
}

const RtmpValue *
rtmp_command_get_object (const RtmpCommand * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return rtmp_values_get (self->values, 2);
}

const RtmpValue *
rtmp_command_get_argument (const RtmpCommand * self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);

  return rtmp_values_get (self->values, 3 + index);
}

static void
begin (RtmpAmf0Writer * writer, const gchar * name, gdouble transaction)
{
  rtmp_amf0_writer_init (writer);
  rtmp_amf0_writer_add_string (writer, NULL, name);
  rtmp_amf0_writer_add_number (writer, NULL, transaction);
  rtmp_amf0_writer_add_null (writer, NULL);
}

static RtmpMessage *
end (RtmpAmf0Writer * writer, guint32 stream)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_COMMAND,.stream = stream };

  return rtmp_amf0_writer_end (writer, &head);
}

RtmpMessage *
rtmp_command_new_call (guint32 stream, const gchar * name,
    gdouble transaction, const gchar * text)
{
  g_return_val_if_fail (name != NULL, NULL);

  RtmpAmf0Writer writer;
  begin (&writer, name, transaction);
  if (text != NULL)
    rtmp_amf0_writer_add_string (&writer, NULL, text);
  return end (&writer, stream);
}

RtmpMessage *
rtmp_command_new_token_answer (GBytes * answer)
{
  g_return_val_if_fail (answer != NULL, NULL);

  RtmpAmf0Writer writer;
  gsize size;
  const guint8 *data = g_bytes_get_data (answer, &size);
  begin (&writer, "secureTokenResponse", 0);
  rtmp_amf0_writer_add_text (&writer, NULL, data, size);
  return end (&writer, 0);
}

RtmpMessage *
rtmp_command_new_publish (guint32 stream, gdouble transaction,
    const gchar * name, const gchar * kind)
{
  g_return_val_if_fail (name != NULL && kind != NULL, NULL);

  RtmpAmf0Writer writer;
  begin (&writer, "publish", transaction);
  rtmp_amf0_writer_add_string (&writer, NULL, name);
  rtmp_amf0_writer_add_string (&writer, NULL, kind);
  return end (&writer, stream);
}

RtmpMessage *
rtmp_command_new_play (guint32 stream, gdouble transaction,
    const gchar * name, gdouble start, gdouble duration)
{
  g_return_val_if_fail (name != NULL, NULL);

  RtmpAmf0Writer writer;
  begin (&writer, "play", transaction);
  rtmp_amf0_writer_add_string (&writer, NULL, name);
  rtmp_amf0_writer_add_number (&writer, NULL, start);
  /* Left away where it says nothing, as other clients do. */
  if (duration >= 0)
    rtmp_amf0_writer_add_number (&writer, NULL, duration);
  return end (&writer, stream);
}

RtmpMessage *
rtmp_command_new_delete_stream (gdouble transaction, guint32 stream)
{
  RtmpAmf0Writer writer;

  begin (&writer, "deleteStream", transaction);
  rtmp_amf0_writer_add_number (&writer, NULL, stream);
  return end (&writer, 0);
}

RtmpMessage *
rtmp_command_new_pause (guint32 stream, gboolean pause, guint32 time)
{
  RtmpAmf0Writer writer;

  begin (&writer, "pause", 0);
  rtmp_amf0_writer_add_boolean (&writer, NULL, pause);
  rtmp_amf0_writer_add_number (&writer, NULL, time);
  return end (&writer, stream);
}

RtmpMessage *
rtmp_command_new_stream_result (gdouble transaction, guint32 stream)
{
  RtmpAmf0Writer writer;

  begin (&writer, "_result", transaction);
  rtmp_amf0_writer_add_number (&writer, NULL, stream);
  return end (&writer, 0);
}

RtmpMessage *
rtmp_command_new_empty_result (gdouble transaction)
{
  RtmpAmf0Writer writer;

  begin (&writer, "_result", transaction);
  return end (&writer, 0);
}

static void
add_info (RtmpAmf0Writer * writer, const gchar * level, const gchar * code,
    const gchar * description, const gchar * name)
{
  rtmp_amf0_writer_open_object (writer, NULL);
  if (level != NULL)
    rtmp_amf0_writer_add_string (writer, "level", level);
  if (code != NULL)
    rtmp_amf0_writer_add_string (writer, "code", code);
  if (description != NULL)
    rtmp_amf0_writer_add_string (writer, "description", description);
  if (name != NULL)
    rtmp_amf0_writer_add_string (writer, "details", name);
  rtmp_amf0_writer_close (writer);
}

RtmpMessage *
rtmp_command_new_error (gdouble transaction, const gchar * code,
    const gchar * description)
{
  RtmpAmf0Writer writer;

  begin (&writer, "_error", transaction);
  add_info (&writer, "error", code, description, NULL);
  return end (&writer, 0);
}

RtmpMessage *
rtmp_command_new_status (guint32 stream, const gchar * level,
    const gchar * code, const gchar * description, const gchar * name)
{
  g_return_val_if_fail (level != NULL && code != NULL, NULL);

  RtmpAmf0Writer writer;
  begin (&writer, "onStatus", 0);
  add_info (&writer, level, code, description, name);
  return end (&writer, stream);
}

RtmpMessage *
rtmp_command_new_notice (const gchar * name, const gchar * code,
    const gchar * description)
{
  g_return_val_if_fail (name != NULL && code != NULL, NULL);

  RtmpAmf0Writer writer;
  begin (&writer, name, 0);
  add_info (&writer, NULL, code, description, NULL);
  return end (&writer, 0);
}

RtmpMessage *
rtmp_command_new_reconnect (const gchar * tc_url, const gchar * description)
{
  RtmpAmf0Writer writer;

  begin (&writer, "onStatus", 0);
  rtmp_amf0_writer_open_object (&writer, NULL);
  if (tc_url != NULL)
    rtmp_amf0_writer_add_string (&writer, "tcUrl", tc_url);
  rtmp_amf0_writer_add_string (&writer, "code",
      "NetConnection.Connect.ReconnectRequest");
  if (description != NULL)
    rtmp_amf0_writer_add_string (&writer, "description", description);
  rtmp_amf0_writer_add_string (&writer, "level", "status");
  rtmp_amf0_writer_close (&writer);
  return end (&writer, 0);
}
