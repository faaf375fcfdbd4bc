/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpPeer: see rtmppeer.h. */

#include "rtmppeer.h"

gboolean
rtmp_peer_is_seekable (GstPad * pad)
{
  g_autoptr (GstQuery) query = gst_query_new_seeking (GST_FORMAT_BYTES);
  gboolean seekable = FALSE;

  if (gst_pad_peer_query (pad, query))
    gst_query_parse_seeking (query, NULL, &seekable, NULL, NULL);
  return seekable;
}

gboolean
rtmp_peer_can_be_pulled (GstPad * pad)
{
  g_autoptr (GstQuery) query = gst_query_new_scheduling ();

  return gst_pad_peer_query (pad, query)
      && gst_query_has_scheduling_mode_with_flags (query, GST_PAD_MODE_PULL,
      GST_SCHEDULING_FLAG_SEEKABLE);
}
