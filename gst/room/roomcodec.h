/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomCodec: what the room takes, one fixed row per codec, and the payloader
 * and parser that go with it. A constant table: any thread. It knows nothing of
 * pads, tracks or the connection. */
#pragma once

#include <gst/gst.h>

/* The id of transport-wide-cc on every video payloader of a connection. */
#define ROOM_CODEC_TWCC_ID 3

typedef struct {
  const gchar *name;          /* as in the SDP: "H264" */
  const gchar *mime;          /* as the server lists it: "video/H264" */
  gboolean video;
  const gchar *media_type;    /* name of the caps: "video/x-h264" */
  const gchar *parser;        /* factory in front of the payloader, or NULL;
                               * Opus: completes bare caps */
  const gchar *payloader;     /* factory */
  guint pt;                   /* the codec's one payload type; the server takes
                               * no second one on the same connection */
  guint rtx_pt;               /* video: pt + 1, written over what webrtcbin
                               * picks (room_sdp_widen); audio: 0 */
  guint clock_rate;
  guint channels;             /* written into rtpmap; 0: not written */
  const gchar *fmtp;          /* fmtp of the widened offer, or NULL. H.264's is
                               * an entry of the server to the letter */
} RoomCodec;

/* In order of preference, video first; NULL after the last. */
const RoomCodec *room_codec_get (guint index);

/* By the first structure of @caps; NULL: none of ours (raw, unknown, empty). */
const RoomCodec *room_codec_find (const GstCaps *caps);

/* By the name in an SDP, in any case; NULL: none of ours. */
const RoomCodec *room_codec_find_name (const gchar *name);

/* The payloader, and for video the parser, are installed. */
gboolean room_codec_is_available (const RoomCodec *self);

/* Floating reference, or NULL with @error (GST_CORE_ERROR_MISSING_PLUGIN).
 * All that depends on the codec is set: payload type, mtu, picture ids,
 * parameter sets, and on video the transport-wide-cc extension. */
GstElement *room_codec_make_payloader (const RoomCodec *self, GError **error);

/* Whether @caps cannot go to the payloader without the parser. */
gboolean room_codec_needs_parser (const RoomCodec *self, const GstCaps *caps);

/* Floating reference; only for a codec that names a parser. */
GstElement *room_codec_make_parser (const RoomCodec *self, GError **error);

/* A frame of 20 ms that sounds like nothing; audio codecs only. */
GstBuffer *room_codec_make_silence (const RoomCodec *self);
