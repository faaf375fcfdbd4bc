/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitjoin.h"

#include "livekit/livekitbase64.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"
#include "livekit/livekitwire.h"

#include <gio/gio.h>
#include <string.h>

/* A megabyte takes this much when it does not compress, and base64 a third
 * more. */
#define MAX_WRAPPED (LIVEKIT_MAX_JOIN + 4096)
#define MAX_VALUE (MAX_WRAPPED / 3 * 4 + 4)

#define MEMORY ((gsize) LIVEKIT_MAX_JOIN * LIVEKIT_MAX_GROWTH)

static void
set_error (GError ** error, const gchar * what)
{
  g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
      "bad join request: %s", what);
}

/* NULL when @data is broken, ends early, goes on after its end, or gives more
 * than @max_size. */
static GByteArray *
convert (GConverter * converter, const guint8 * data, gsize size,
    gsize max_size)
{
  if (size == 0)
    return NULL;

  g_autoptr (GByteArray) output = g_byte_array_new ();
  gsize done = 0;

  while (TRUE) {
    guint8 piece[4096];
    gsize read, written;
    GConverterResult result = g_converter_convert (converter, data + done,
        size - done, piece, sizeof piece, G_CONVERTER_INPUT_AT_END, &read,
        &written, NULL);
    if (result == G_CONVERTER_ERROR || written > max_size - output->len)
      return NULL;
    done += read;
    g_byte_array_append (output, piece, written);
    if (result == G_CONVERTER_FINISHED)
      return done == size ? g_steal_pointer (&output) : NULL;
  }
}

gchar *
livekit_join_write (const Livekit__JoinRequest * join, GError ** error)
{
  gsize size = livekit__join_request__get_packed_size (join);
  if (size > LIVEKIT_MAX_JOIN) {
    set_error (error, "too large");
    return NULL;
  }
  g_autofree guint8 *data = g_malloc (size);
  livekit__join_request__pack (join, data);
  if (!livekit_wire_check (join->base.descriptor, data, size, MEMORY, error))
    return NULL;

  Livekit__WrappedJoinRequest wrapped = LIVEKIT__WRAPPED_JOIN_REQUEST__INIT;
  wrapped.join_request.data = data;
  wrapped.join_request.len = size;

  g_autoptr (GByteArray) packed = NULL;
  if (size >= LIVEKIT_JOIN_GZIP_FROM) {
    g_autoptr (GZlibCompressor) gzip =
        g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
    packed = convert (G_CONVERTER (gzip), data, size, size);
  }
  if (packed != NULL) {
    wrapped.compression = LIVEKIT__WRAPPED_JOIN_REQUEST__COMPRESSION__GZIP;
    wrapped.join_request.data = packed->data;
    wrapped.join_request.len = packed->len;
  }

  gsize wrapped_size = livekit__wrapped_join_request__get_packed_size
      (&wrapped);
  g_autofree guint8 *bytes = g_malloc (wrapped_size);
  livekit__wrapped_join_request__pack (&wrapped, bytes);
  return livekit_base64_write (bytes, wrapped_size, TRUE);
}

static Livekit__JoinRequest *
parse_join (const guint8 * data, gsize size, GError ** error)
{
  if (!livekit_wire_check (&livekit__join_request__descriptor, data, size,
          MEMORY, error))
    return NULL;
  Livekit__JoinRequest *join = livekit__join_request__unpack (NULL, size, data);
  if (join == NULL)
    set_error (error, "cannot be unpacked");
  return join;
}

static Livekit__JoinRequest *
unwrap (const Livekit__WrappedJoinRequest * wrapped, GError ** error)
{
  const ProtobufCBinaryData *inner = &wrapped->join_request;

  switch (wrapped->compression) {
    case LIVEKIT__WRAPPED_JOIN_REQUEST__COMPRESSION__NONE:
      if (inner->len > LIVEKIT_MAX_JOIN) {
        set_error (error, "too large");
        return NULL;
      }
      return parse_join (inner->data, inner->len, error);
    case LIVEKIT__WRAPPED_JOIN_REQUEST__COMPRESSION__GZIP:
    {
      g_autoptr (GZlibDecompressor) gzip =
          g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
      g_autoptr (GByteArray) plain = convert (G_CONVERTER (gzip), inner->data,
          inner->len, LIVEKIT_MAX_JOIN);
      if (plain == NULL) {
        set_error (error, "broken gzip, or too large");
        return NULL;
      }
      return parse_join (plain->data, plain->len, error);
    }
    default:
      set_error (error, "unknown compression");
      return NULL;
  }
}

Livekit__JoinRequest *
livekit_join_parse (const gchar * value, GError ** error)
{
  gsize length = strlen (value);
  if (length > MAX_VALUE) {
    set_error (error, "too large");
    return NULL;
  }
  g_autoptr (GBytes) bytes = livekit_base64_parse (value, length);
  if (bytes == NULL) {
    set_error (error, "not base64url");
    return NULL;
  }

  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  const ProtobufCMessageDescriptor *type =
      &livekit__wrapped_join_request__descriptor;
  if (!livekit_wire_check (type, data, size, MEMORY, error))
    return NULL;
  Livekit__WrappedJoinRequest *wrapped =
      livekit__wrapped_join_request__unpack (NULL, size, data);
  if (wrapped == NULL) {
    set_error (error, "cannot be unpacked");
    return NULL;
  }
  Livekit__JoinRequest *join = unwrap (wrapped, error);
  livekit__wrapped_join_request__free_unpacked (wrapped, NULL);
  return join;
}

void
livekit_join_free (Livekit__JoinRequest * join)
{
  livekit__join_request__free_unpacked (join, NULL);
}
