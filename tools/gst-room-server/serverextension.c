/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverextension.h"

#include <gst/base/gstbytereader.h>
#include <string.h>

#define ONE_BYTE 0xbede
#define TWO_BYTES 0x1000        /* and any lower four bits */

/* As many as the one-byte form can number, and the longest value in it. */
#define MAX_ID 14
#define MAX_SHORT 16

#define HEAD_SIZE 4

static const gchar *const uris[SERVER_EXTENSION_COUNT] = {
  [SERVER_EXTENSION_AUDIO_LEVEL] =
      "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  [SERVER_EXTENSION_ORIENTATION] = "urn:3gpp:video-orientation",
  [SERVER_EXTENSION_PLAYOUT_DELAY] =
      "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
  [SERVER_EXTENSION_CAPTURE_TIME] =
      "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
  [SERVER_EXTENSION_DEPENDENCY] = "https://aomediacodec.github.io/"
      "av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
  [SERVER_EXTENSION_MID] = "urn:ietf:params:rtp-hdrext:sdes:mid",
  [SERVER_EXTENSION_RID] = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
  [SERVER_EXTENSION_REPAIRED_RID] =
      "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
  [SERVER_EXTENSION_TRANSPORT] = "http://www.ietf.org/id/"
      "draft-holmer-rmcat-transport-wide-cc-extensions-01",
};

/* One number means one thing in all sections of a connection. */
static const ServerExtensionMap own_maps[] = {
  {{[SERVER_EXTENSION_AUDIO_LEVEL] = 1,[SERVER_EXTENSION_CAPTURE_TIME] = 4}},
  {{[SERVER_EXTENSION_ORIENTATION] = 2,[SERVER_EXTENSION_PLAYOUT_DELAY] = 3,
          [SERVER_EXTENSION_CAPTURE_TIME] =
              4,[SERVER_EXTENSION_DEPENDENCY] = 5}},
};

gint
server_extension_find (const gchar * uri)
{
  for (guint i = 0; i < SERVER_EXTENSION_COUNT; i++) {
    if (g_str_equal (uri, uris[i]))
      return i;
  }
  return -1;
}

const gchar *
server_extension_get_uri (ServerExtensionKind kind)
{
  return uris[kind];
}

const ServerExtensionMap *
server_extension_get_own (gboolean video)
{
  return &own_maps[video ? 1 : 0];
}

void
server_extension_map_add (ServerExtensionMap * self, const gchar * value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 3);
  gchar *end = NULL;

  if (words[0] == NULL || words[1] == NULL)
    return;
  guint64 id = g_ascii_strtoull (words[0], &end, 10);
  gint kind = server_extension_find (words[1]);
  if (kind < 0 || id == 0 || id > MAX_ID || (*end != '\0' && *end != '/'))
    return;
  self->id[kind] = id;
}

void
server_extension_map_tidy (ServerExtensionMap * self)
{
  if (self->id[SERVER_EXTENSION_RID] != 0
      && self->id[SERVER_EXTENSION_REPAIRED_RID] != 0)
    return;
  self->id[SERVER_EXTENSION_RID] = 0;
  self->id[SERVER_EXTENSION_REPAIRED_RID] = 0;
}

void
server_extension_map_write (const ServerExtensionMap * self, GstCaps * caps)
{
  for (guint i = 0; i < SERVER_EXTENSION_COUNT; i++) {
    g_autofree gchar *field = g_strdup_printf ("extmap-%u", self->id[i]);
    if (self->id[i] != 0)
      gst_caps_set_simple (caps, field, G_TYPE_STRING, uris[i], NULL);
  }
}

static gint
find_kind (const ServerExtensionMap * map, guint id)
{
  for (guint i = 0; i < SERVER_EXTENSION_COUNT; i++) {
    if (map->id[i] == id)
      return i;
  }
  return -1;
}

/* The head of the next element, and FALSE behind the last. */
static gboolean
read_head (GstByteReader * reader, gboolean two_bytes, guint * id,
    guint * length)
{
  guint8 head, size;

  do {
    if (!gst_byte_reader_get_uint8 (reader, &head))
      return FALSE;
    /* Padding: RFC 8285, section 4.2. */
  } while (head == 0);
  if (two_bytes) {
    if (!gst_byte_reader_get_uint8 (reader, &size))
      return FALSE;
    *id = head;
    *length = size;
    return TRUE;
  }
  *id = head >> 4;
  *length = (head & 0x0f) + 1;
  return *id != 15;
}

void
server_extensions_parse (ServerExtensions * self,
    const ServerExtensionMap * map, guint profile, const guint8 * body,
    guint size, guint offset)
{
  gboolean two_bytes = (profile & 0xfff0) == TWO_BYTES;
  GstByteReader reader;
  guint id, length;

  if (profile != ONE_BYTE && !two_bytes)
    return;
  gst_byte_reader_init (&reader, body, size);
  while (read_head (&reader, two_bytes, &id, &length)) {
    guint position = offset + gst_byte_reader_get_pos (&reader);
    gint kind = id != 0 ? find_kind (map, id) : -1;
    if (!gst_byte_reader_skip (&reader, length))
      return;
    if (kind < 0)
      continue;
    self->offset[kind] = position;
    self->length[kind] = length;
  }
}

static gboolean
is_passed (const ServerExtensions * self, const ServerExtensionMap * to,
    guint kind)
{
  return self->length[kind] != 0 && to->id[kind] != 0
      && (to->mixed || self->length[kind] <= MAX_SHORT);
}

static gboolean
needs_two_bytes (const ServerExtensions * self, const ServerExtensionMap * to)
{
  for (guint i = 0; i < SERVER_EXTENSION_PASSED; i++) {
    if (is_passed (self, to, i) && self->length[i] > MAX_SHORT)
      return TRUE;
  }
  return FALSE;
}

guint
server_extensions_get_size (const ServerExtensions * self,
    const ServerExtensionMap * to)
{
  guint head = needs_two_bytes (self, to) ? 2 : 1;
  guint size = 0;

  for (guint i = 0; i < SERVER_EXTENSION_PASSED; i++) {
    if (is_passed (self, to, i))
      size += head + self->length[i];
  }
  return size > 0 ? HEAD_SIZE + (size + 3) / 4 * 4 : 0;
}

void
server_extensions_write (const ServerExtensions * self,
    const ServerExtensionMap * to, const guint8 * packet, guint8 * data)
{
  gboolean two_bytes = needs_two_bytes (self, to);
  guint size = server_extensions_get_size (self, to);
  guint8 *next = data + HEAD_SIZE;

  GST_WRITE_UINT16_BE (data, two_bytes ? TWO_BYTES : ONE_BYTE);
  GST_WRITE_UINT16_BE (data + 2, (size - HEAD_SIZE) / 4);
  for (guint i = 0; i < SERVER_EXTENSION_PASSED; i++) {
    if (!is_passed (self, to, i))
      continue;
    if (two_bytes) {
      *next++ = to->id[i];
      *next++ = self->length[i];
    } else {
      *next++ = to->id[i] << 4 | (self->length[i] - 1);
    }
    memcpy (next, packet + self->offset[i], self->length[i]);
    next += self->length[i];
  }
  memset (next, 0, data + size - next);
}
