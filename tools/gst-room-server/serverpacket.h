/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerPacket: the header of one RTP packet (RFC 3550), as far as a room reads
 * it. A plain value; it keeps no bytes. */
#pragma once

#include "serverextension.h"

typedef struct {
  guint8 pt;
  gboolean marker;
  guint16 seq;
  guint32 timestamp;
  guint32 ssrc;
  guint offset;                 /* of the payload */
  guint size;                   /* of the payload, without padding */
  guint16 profile;              /* of the header extension */
  guint16 body;                 /* offset of its elements */
  guint16 body_size;            /* 0: there are none */
} ServerPacket;

/* FALSE: no RTP packet of version 2. */
gboolean server_packet_parse (ServerPacket *self, const guint8 *data,
    gsize size);

/* What the packet in @data, of which @self was read, has of the extensions in
 * @map. */
void server_packet_find_extensions (const ServerPacket *self,
    const guint8 *data, const ServerExtensionMap *map,
    ServerExtensions *extensions);

/* A packet with the header @self, the payload that @buffer has at its offset
 * and, of @extensions of that buffer, those which are passed on and @to knows
 * (both may be NULL). Contributing sources do not come along. The payload is
 * not copied: it is shared with @buffer, and so with all who get it. NULL:
 * @buffer has no such payload. */
GstBuffer *server_packet_make (const ServerPacket *self, GstBuffer *buffer,
    const ServerExtensions *extensions, const ServerExtensionMap *to);
