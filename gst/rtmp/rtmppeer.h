/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpPeer: what is linked to a pad of ours, and what it can do. */
#pragma once

#include <gst/gst.h>

/* Whether it can go to any byte. */
gboolean rtmp_peer_is_seekable (GstPad *pad);

/* Whether it can be read anywhere. */
gboolean rtmp_peer_can_be_pulled (GstPad *pad);
