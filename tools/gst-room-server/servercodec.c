/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerCodec: the table. Retransmission takes the payload type after each. */
#include "servercodec.h"

static const ServerCodec codecs[] = {
  {"H264", TRUE, 96, 90000, 0,
        "packetization-mode=1;profile-level-id=42e01f;level-asymmetry-allowed=1",
      server_key_frame_begins_h264},
  {"VP8", TRUE, 98, 90000, 0, NULL, server_key_frame_begins_vp8},
  {"VP9", TRUE, 100, 90000, 0, "profile-id=0",
      server_key_frame_begins_vp9},
  {"AV1", TRUE, 102, 90000, 0, NULL, server_key_frame_begins_av1},
  {"H265", TRUE, 104, 90000, 0, NULL, server_key_frame_begins_h265},
  {"OPUS", FALSE, 111, 48000, 2,
      "minptime=10;useinbandfec=1", NULL},
  {"PCMU", FALSE, 0, 8000, 0, NULL, NULL},
  {"PCMA", FALSE, 8, 8000, 0, NULL, NULL},
};

const ServerCodec *
server_codec_get (guint index)
{
  return index < G_N_ELEMENTS (codecs) ? &codecs[index] : NULL;
}

const ServerCodec *
server_codec_find (const gchar * name)
{
  if (name == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (g_ascii_strcasecmp (codecs[i].name, name) == 0)
      return &codecs[i];
  }
  return NULL;
}
