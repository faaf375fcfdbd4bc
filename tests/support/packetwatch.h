/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PacketWatch: the wire in front of a webrtcbin, in a test. Sees the RTP
 * packets that come in, before anything is made of them; loses some on demand
 * and sees whether they come again (RFC 4588). Thread-safe. */
#pragma once

#include <gst/gst.h>

typedef struct _PacketWatch PacketWatch;

PacketWatch *packet_watch_new (void);
void packet_watch_free (PacketWatch *self);

/* Watches what comes in at @webrtc, which must not outlive the watch. Before
 * it is negotiated. */
void packet_watch_attach (PacketWatch *self, GstElement *webrtc);

/* From here on one packet in ten of that payload type gets lost. Then @webrtc
 * asks for it again, and the sender sends it with the next payload type. */
void packet_watch_lose (PacketWatch *self, guint payload_type);
gboolean packet_watch_is_losing (PacketWatch *self);

/* The numbers of transport-wide congestion control are looked for in the header
 * extension @id. */
void packet_watch_number (PacketWatch *self, guint id);

/* Waits until so many lost packets have come again, whole; FALSE when they
 * did not within a time that only a broken test needs. */
gboolean packet_watch_wait_repaired (PacketWatch *self, guint count);
/* Waits until so many packets in a row came with a number, each the one after
 * the last. */
gboolean packet_watch_wait_numbered (PacketWatch *self, guint count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PacketWatch, packet_watch_free)
