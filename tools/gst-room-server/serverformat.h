/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerFormat: one payload type of a section: a codec and the parameters that
 * an SDP gives it; and whether one end's suits the other's. A plain value, no
 * media is looked at. */
#pragma once

#include "servercodec.h"

#include <gst/gst.h>

typedef struct {
  guint pt;
  const ServerCodec *codec;
  gchar *fmtp;                  /* "key=value;..."; NULL: not said */
} ServerFormat;

void server_format_clear (ServerFormat *self);

/* What an offer of ours says of a stream of @codec that is sent as @fmtp (may
 * be NULL): one number for all streams of that profile, as in one connection a
 * number must mean one thing. */
void server_format_init_own (ServerFormat *self, const ServerCodec *codec,
    const gchar *fmtp);

/* The parameters as fields of @caps. */
void server_format_write (const ServerFormat *self, GstCaps *caps);

/* The value of @key in @fmtp (may be NULL), without regard to case; NULL: not
 * said. The caller frees it. */
gchar *server_format_dup_value (const gchar *fmtp, const gchar *key);

/* How well one who offers to receive @receiver is served with a stream of
 * @codec that is sent as @stream (either may be NULL): 0: not at all, higher is
 * better. Levels do not count: receivers take more than they say. */
guint server_format_rate (const ServerCodec *codec, const gchar *stream,
    const gchar *receiver);
