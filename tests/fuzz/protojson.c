/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzztarget.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitprotojson.h"
#include "livekit/livekitroomservice.pb-c.h"
#include "livekit/livekitwire.h"

#include <string.h>

/* NULL: no message. */
static ProtobufCMessage *
read_message (const ProtobufCMessageDescriptor * type, const gchar * text,
    gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = livekit_proto_json_parse (type, text, length,
      &error);
  FUZZ_REQUIRE ((bytes == NULL) == (error != NULL));
  if (bytes == NULL)
    return NULL;

  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gboolean good = livekit_wire_check (type, data, size,
      LIVEKIT_MAX_BODY * LIVEKIT_MAX_GROWTH, &error);
  FUZZ_REQUIRE (good == (error == NULL));
  if (!good)
    return NULL;
  /* What we write ourselves is never broken. */
  ProtobufCMessage *message =
      protobuf_c_message_unpack (type, NULL, size, data);
  FUZZ_REQUIRE (message != NULL);
  return message;
}

static GBytes *
pack (const ProtobufCMessage * message)
{
  gsize size = protobuf_c_message_get_packed_size (message);
  guint8 *data = g_malloc (size + 1);

  protobuf_c_message_pack (message, data);
  return g_bytes_new_take (data, size);
}

static void
try (const ProtobufCMessageDescriptor * type, const gchar * text, gsize length)
{
  ProtobufCMessage *message = read_message (type, text, length);
  if (message == NULL)
    return;

  /* What was read can be written either way, and is the same when read again.
   * Of nothing there is nothing to see, and most of it is another type's. */
  g_autoptr (GBytes) bytes = pack (message);
  for (guint style = 0; g_bytes_get_size (bytes) > 0
      && style <= LIVEKIT_PROTO_JSON_WHOLE; style++) {
    g_autofree gchar *json = livekit_proto_json_write (message, style);
    ProtobufCMessage *again = read_message (type, json, strlen (json));
    FUZZ_REQUIRE (again != NULL);
    g_autoptr (GBytes) second = pack (again);
    FUZZ_REQUIRE (g_bytes_equal (bytes, second));
    protobuf_c_message_free_unpacked (again, NULL);
  }
  protobuf_c_message_free_unpacked (message, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  try (&livekit__signal_request__descriptor, (const gchar *) data, size);
  try (&livekit__create_room_request__descriptor, (const gchar *) data, size);
  try (&livekit__update_participant_request__descriptor,
      (const gchar *) data, size);
  try (&livekit__speakers_changed__descriptor, (const gchar *) data, size);
  return 0;
}
