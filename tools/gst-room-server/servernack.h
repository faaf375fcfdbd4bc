/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerNack: asks a publisher for packets once more (generic NACK, RFC 4585,
 * section 6.2.1), in the place of webrtcbin's RTP session, which ends the
 * process over a stream that begins while it has one to send. Thread-safe. */
#pragma once

#include "serverloss.h"

#include <gst/gst.h>

/* Of all streams of a connection; more at once are not asked for. In the worst
 * case they fill 1 KB of an RTCP packet. */
#define SERVER_NACK_MAX 256
/* So long does a wish wait for an RTCP packet. Who still misses it has asked
 * again by then. */
#define SERVER_NACK_TIME (2 * SERVER_LOSS_INTERVAL)

/* Before anything is in @bin: looks at each element that comes into it. */
void server_nack_watch (GstBin *bin);
