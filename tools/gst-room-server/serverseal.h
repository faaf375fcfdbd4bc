/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSeal: encrypts the RTP packets that webrtcbin sends, in the place of
 * its srtpenc and with the keys that this has been given. It is there for what
 * it costs; RTCP, and what is agreed on otherwise, goes the usual way. */
#pragma once

#include <gst/gst.h>

/* Before anything is in @bin: looks at each element that comes into it. */
void server_seal_watch (GstBin *bin);
