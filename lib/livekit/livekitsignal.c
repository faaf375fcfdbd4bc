/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitsignal.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"
#include "livekit/livekitwire.h"

static gpointer
parse_message (const ProtobufCMessageDescriptor * type, GBytes * bytes,
    gsize max_size, GError ** error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  if (size > max_size) {
    g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "%s message of %" G_GSIZE_FORMAT " bytes is too large",
        type->short_name, size);
    return NULL;
  }
  if (!livekit_wire_check (type, data, size, max_size * LIVEKIT_MAX_GROWTH,
          error))
    return NULL;

  /* What the check lets pass can still be refused, as a packed list that ends
   * inside a number. */
  gpointer message = protobuf_c_message_unpack (type, NULL, size, data);
  if (message == NULL)
    g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "bad %s message: cannot be unpacked", type->short_name);
  return message;
}

static GBytes *
write_message (const ProtobufCMessage * message, gsize max_size,
    GError ** error)
{
  const ProtobufCMessageDescriptor *type = message->descriptor;
  gsize size = protobuf_c_message_get_packed_size (message);
  if (size > max_size) {
    g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "%s message of %" G_GSIZE_FORMAT " bytes is too large",
        type->short_name, size);
    return NULL;
  }

  g_autofree guint8 *data = g_malloc (size);
  protobuf_c_message_pack (message, data);
  if (!livekit_wire_check (type, data, size, max_size * LIVEKIT_MAX_GROWTH,
          error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), size);
}

Livekit__SignalResponse *
livekit_signal_parse_response (GBytes * bytes, GError ** error)
{
  return parse_message (&livekit__signal_response__descriptor, bytes,
      LIVEKIT_MAX_RESPONSE, error);
}

Livekit__SignalRequest *
livekit_signal_parse_request (GBytes * bytes, GError ** error)
{
  return parse_message (&livekit__signal_request__descriptor, bytes,
      LIVEKIT_MAX_REQUEST, error);
}

GBytes *
livekit_signal_write_request (const Livekit__SignalRequest * request,
    GError ** error)
{
  return write_message (&request->base, LIVEKIT_MAX_REQUEST, error);
}

GBytes *
livekit_signal_write_response (const Livekit__SignalResponse * response,
    GError ** error)
{
  return write_message (&response->base, LIVEKIT_MAX_RESPONSE, error);
}

void
livekit_signal_response_free (Livekit__SignalResponse * response)
{
  livekit__signal_response__free_unpacked (response, NULL);
}

void
livekit_signal_request_free (Livekit__SignalRequest * request)
{
  livekit__signal_request__free_unpacked (request, NULL);
}
