/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerPacket: the header of one RTP packet (RFC 3550), as far as a room reads
 * it. A plain value; it keeps no bytes. */
#pragma once

#include <gst/gst.h>

typedef struct {
  guint8 pt;
  gboolean marker;
  guint16 seq;
  guint32 timestamp;
  guint32 ssrc;
  guint offset;                 /* of the payload */
  guint size;                   /* of the payload, without padding */
} ServerPacket;

/* FALSE: no RTP packet of version 2. */
gboolean server_packet_parse (ServerPacket *self, const guint8 *data,
    gsize size);

/* The header extension @id (1 to 14; RFC 8285, one-byte form) within @data, and
 * its length; NULL: it is not there. */
const guint8 *server_packet_find_extension (const guint8 *data, gsize size,
    guint id, guint *length);

/* A packet with the header @self and the payload that @buffer has at its
 * offset. Extensions and contributing sources do not come along: their numbers
 * belong to the connection they came on. One allocation and one copy, which the
 * encryption would make anyway of a packet in two pieces. */
GstBuffer *server_packet_make (const ServerPacket *self, GstBuffer *buffer);
