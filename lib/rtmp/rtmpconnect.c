/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpconnect.h"

#include "rtmp/rtmperror.h"
#include "rtmp/rtmptoken.h"
#include "rtmp/rtmpvaluebuilder.h"

/* What players have said since the days of Flash: all classic codecs but those
 * of other makers' hardware, and 15 of which nobody remembers why. */
#define PLAYER_CAPABILITIES 15
#define PLAYER_AUDIO_CODECS 4071
#define PLAYER_VIDEO_CODECS 252

/* And servers. */
#define SERVER_VERSION "FMS/3,0,1,123"
#define SERVER_CAPABILITIES 31

RtmpConnect *
rtmp_connect_new (void)
{
  return g_new0 (RtmpConnect, 1);
}

void
rtmp_connect_free (RtmpConnect * self)
{
  if (self == NULL)
    return;

  g_free (self->application);
  g_free (self->tc_url);
  g_free (self->flash_version);
  g_free (self->swf_url);
  g_free (self->page_url);
  g_clear_pointer (&self->arguments, rtmp_values_unref);
  g_free (self);
}

static gchar *
dup_member (const RtmpValue * object, const gchar * name)
{
  const gchar *text = rtmp_value_get_string (rtmp_value_lookup (object, name));

  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

static RtmpValues *
copy_arguments (const RtmpCommand * command, GError ** error)
{
  const RtmpValue *argument;
  g_auto (RtmpValueBuilder) builder;

  rtmp_value_builder_init (&builder);
  for (guint i = 0; (argument = rtmp_command_get_argument (command, i)); i++)
    rtmp_value_builder_add_value (&builder, NULL, argument);
  return rtmp_value_builder_end (&builder, error);
}

RtmpConnect *
rtmp_connect_parse (const RtmpCommand * command, GError ** error)
{
  g_return_val_if_fail (command != NULL, NULL);

  const RtmpValue *object = rtmp_command_get_object (command);
  g_autoptr (RtmpConnect) self = rtmp_connect_new ();
  self->application = dup_member (object, "app");
  if (self->application == NULL) {
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL,
        "a connect names no application");
    return NULL;
  }
  self->tc_url = dup_member (object, "tcUrl");
  self->flash_version = dup_member (object, "flashVer");
  self->swf_url = dup_member (object, "swfUrl");
  self->page_url = dup_member (object, "pageUrl");
  self->plays = rtmp_value_lookup (object, "audioCodecs") != NULL;
  self->object_encoding = rtmp_value_get_integer (rtmp_value_lookup (object,
          "objectEncoding"), 0, 3, 0);
  rtmp_capabilities_read (&self->capabilities, object);
  self->arguments = copy_arguments (command, error);
  return self->arguments != NULL ? g_steal_pointer (&self) : NULL;
}

static void
add_text (RtmpAmf0Writer * writer, const gchar * name, const gchar * text)
{
  if (text != NULL)
    rtmp_amf0_writer_add_string (writer, name, text);
}

static RtmpMessage *
end (RtmpAmf0Writer * writer)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_COMMAND };

  return rtmp_amf0_writer_end (writer, &head);
}

RtmpMessage *
rtmp_connect_write (const RtmpConnect * self, gdouble transaction)
{
  g_return_val_if_fail (self != NULL && self->application != NULL, NULL);

  RtmpAmf0Writer writer;
  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_add_string (&writer, NULL, "connect");
  rtmp_amf0_writer_add_number (&writer, NULL, transaction);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_add_string (&writer, "app", self->application);
  rtmp_amf0_writer_add_string (&writer, "type", "nonprivate");
  add_text (&writer, "flashVer", self->flash_version);
  add_text (&writer, "swfUrl", self->swf_url);
  add_text (&writer, "tcUrl", self->tc_url);
  if (self->plays) {
    rtmp_amf0_writer_add_boolean (&writer, "fpad", FALSE);
    rtmp_amf0_writer_add_number (&writer, "capabilities", PLAYER_CAPABILITIES);
    rtmp_amf0_writer_add_number (&writer, "audioCodecs", PLAYER_AUDIO_CODECS);
    rtmp_amf0_writer_add_number (&writer, "videoCodecs", PLAYER_VIDEO_CODECS);
  }
  if (self->plays || self->capabilities.video_function != 0)
    rtmp_amf0_writer_add_number (&writer, "videoFunction",
        self->capabilities.video_function | RTMP_VIDEO_SEEK);
  add_text (&writer, "pageUrl", self->page_url);
  if (self->plays || self->object_encoding != 0)
    rtmp_amf0_writer_add_number (&writer, "objectEncoding",
        self->object_encoding);
  rtmp_capabilities_write (&self->capabilities, &writer);
  rtmp_amf0_writer_close (&writer);
  for (guint i = 0; self->arguments != NULL
      && i < rtmp_values_get_count (self->arguments); i++)
    rtmp_amf0_writer_add_value (&writer, NULL,
        rtmp_values_get (self->arguments, i));
  return end (&writer);
}

RtmpMessage *
rtmp_connect_new_success (gdouble transaction, guint object_encoding,
    const RtmpCapabilities * capabilities)
{
  g_return_val_if_fail (capabilities != NULL, NULL);

  RtmpAmf0Writer writer;
  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_add_string (&writer, NULL, "_result");
  rtmp_amf0_writer_add_number (&writer, NULL, transaction);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_add_string (&writer, "fmsVer", SERVER_VERSION);
  rtmp_amf0_writer_add_number (&writer, "capabilities", SERVER_CAPABILITIES);
  rtmp_amf0_writer_add_number (&writer, "mode", 1);
  if (capabilities->video_function != 0)
    rtmp_amf0_writer_add_number (&writer, "videoFunction",
        capabilities->video_function);
  rtmp_capabilities_write (capabilities, &writer);
  rtmp_amf0_writer_close (&writer);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_add_string (&writer, "level", "status");
  rtmp_amf0_writer_add_string (&writer, "code",
      "NetConnection.Connect.Success");
  rtmp_amf0_writer_add_string (&writer, "description", "Connection succeeded.");
  rtmp_amf0_writer_add_number (&writer, "objectEncoding", object_encoding);
  rtmp_amf0_writer_close (&writer);
  return end (&writer);
}

void
rtmp_connect_read_success (const RtmpCommand * command,
    RtmpCapabilities * capabilities)
{
  g_return_if_fail (command != NULL && capabilities != NULL);

  *capabilities = (RtmpCapabilities) {
  0};
  rtmp_capabilities_read (capabilities, rtmp_command_get_object (command));
  rtmp_capabilities_read (capabilities, rtmp_command_get_argument (command, 0));
}

RtmpMessage *
rtmp_connect_new_token_answer (const RtmpCommand * command, const gchar * token)
{
  g_return_val_if_fail (command != NULL, NULL);

  const gchar *challenge =
      rtmp_value_get_string (rtmp_value_lookup (rtmp_command_get_argument
          (command, 0), "secureToken"));
  if (challenge == NULL || token == NULL)
    return NULL;
  g_autoptr (GBytes) answer = rtmp_token_answer (token, challenge);
  return answer != NULL ? rtmp_command_new_token_answer (answer) : NULL;
}
