/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerCodec: what the room passes on, one fixed row for each codec. A
 * constant table, any thread. Nothing is decoded, so no element stands behind a
 * row. */
#pragma once

#include "serverkeyframe.h"

typedef struct {
  const gchar *name;          /* as in the SDP: "H264" */
  gboolean video;
  guint pt;                   /* payload type in offers of ours; audio and
                               * video share the connection */
  guint clock_rate;
  guint channels;             /* as in rtpmap; 0: not written */
  const gchar *fmtp;          /* in offers of ours, or NULL */
  ServerKeyFrameFunc begins_key_frame;  /* NULL: each packet stands alone */
} ServerCodec;

/* In order of preference; NULL after the last. */
const ServerCodec *server_codec_get (guint index);

/* By the name in an SDP, in any case; NULL: none of ours. */
const ServerCodec *server_codec_find (const gchar *name);
