/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpcontrol.h"

#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmperror.h"

static gboolean
read_event (RtmpControl * self, RtmpCursor * cursor)
{
  guint32 event;

  if (!rtmp_cursor_get_u16 (cursor, &event))
    return FALSE;
  self->event = event;
  switch (event) {
    case RTMP_USER_STREAM_BEGIN:
    case RTMP_USER_STREAM_EOF:
    case RTMP_USER_STREAM_DRY:
    case RTMP_USER_STREAM_IS_RECORDED:
    case RTMP_USER_BUFFER_EMPTY:
    case RTMP_USER_BUFFER_READY:
      return rtmp_cursor_get_u32 (cursor, &self->stream);
    case RTMP_USER_SET_BUFFER_LENGTH:
      return rtmp_cursor_get_u32 (cursor, &self->stream)
          && rtmp_cursor_get_u32 (cursor, &self->number);
    case RTMP_USER_PING_REQUEST:
    case RTMP_USER_PING_RESPONSE:
      return rtmp_cursor_get_u32 (cursor, &self->number);
    default:
      return TRUE;
  }
}

gboolean
rtmp_control_read (RtmpControl * self, const RtmpMessage * message,
    GError ** error)
{
  g_return_val_if_fail (self != NULL && message != NULL, FALSE);

  guint type = rtmp_message_get_head (message)->type;
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);
  RtmpCursor cursor;
  gboolean good;
  *self = (RtmpControl) {
  .type = type,.limit = RTMP_BANDWIDTH_DYNAMIC};
  rtmp_cursor_init (&cursor, data, size);
  if (type == RTMP_MESSAGE_USER_CONTROL) {
    good = read_event (self, &cursor);
  } else {
    good = rtmp_cursor_get_u32 (&cursor, &self->number);
    /* Some leave the kind of the limit away. */
    guint8 limit;
    if (good && type == RTMP_MESSAGE_PEER_BANDWIDTH
        && rtmp_cursor_get_u8 (&cursor, &limit) && limit < self->limit)
      self->limit = limit;
  }
  if (!good)
    g_set_error (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL,
        "a %s message is too short", rtmp_message_type_get_name (type));
  return good;
}

static guint8 *
write_event (const RtmpControl * self, guint8 * data)
{
  gboolean ping = self->event == RTMP_USER_PING_REQUEST
      || self->event == RTMP_USER_PING_RESPONSE;

  data = rtmp_put_u16 (data, self->event);
  data = rtmp_put_u32 (data, ping ? self->number : self->stream);
  if (self->event == RTMP_USER_SET_BUFFER_LENGTH)
    data = rtmp_put_u32 (data, self->number);
  return data;
}

RtmpMessage *
rtmp_control_write (const RtmpControl * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  RtmpMessageHead head = {.type = self->type };
  guint8 data[10], *end;
  if (self->type == RTMP_MESSAGE_USER_CONTROL) {
    end = write_event (self, data);
  } else {
    end = rtmp_put_u32 (data, self->number);
    if (self->type == RTMP_MESSAGE_PEER_BANDWIDTH)
      *end++ = self->limit;
  }
  return rtmp_message_new_copy (&head, data, end - data);
}

RtmpMessage *
rtmp_control_new (RtmpMessageType type, guint32 number)
{
  RtmpControl self = {.type = type,.number = number,
    .limit = RTMP_BANDWIDTH_DYNAMIC
  };

  return rtmp_control_write (&self);
}

RtmpMessage *
rtmp_control_new_event (RtmpUserEvent event, guint32 stream)
{
  RtmpControl self = {.type = RTMP_MESSAGE_USER_CONTROL,.event = event,
    .stream = stream
  };

  return rtmp_control_write (&self);
}

RtmpMessage *
rtmp_control_new_ping (RtmpUserEvent event, guint32 time)
{
  RtmpControl self = {.type = RTMP_MESSAGE_USER_CONTROL,.event = event,
    .number = time
  };

  return rtmp_control_write (&self);
}
