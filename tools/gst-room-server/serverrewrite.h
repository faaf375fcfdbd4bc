/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerRewrite: numbers and times of the packets that one consumer gets, in
 * one unbroken row, whatever was left out before and whoever produces them. A
 * plain value without clock or lock; packets may come out of order. */
#pragma once

#include "serverpacket.h"

/* Further behind than this, and a packet is not sent: SRTP takes the sender's
 * own numbers for a replay when they are older than 128 (RFC 3711, section
 * 3.3.2), and webrtcbin ends the connection over it. */
#define SERVER_REWRITE_WINDOW 100

typedef struct {
  guint clock_rate;             /* of the timestamps */
  gboolean begun;
  guint turn;                   /* of the producer */
  guint run;                    /* of packets without a cut */
  gint64 first_in;              /* extended number of the run's first packet */
  gint64 highest_in;
  gint64 sent[128];             /* number + 1, by number modulo the length */
  guint16 highest_out;
  guint16 seq_delta;            /* out - in */
  guint32 timestamp_delta;
  guint32 last_timestamp;       /* out, of the highest number */
  gint64 last_arrival;          /* of that packet, monotonic us */
} ServerRewrite;

void server_rewrite_init (ServerRewrite *self, guint clock_rate);

/* Changes seq and timestamp of @packet. Packets of a new @turn or @run follow
 * the last one sent without a gap in the numbers. Within a turn the times stay
 * as far apart as they are; a new turn's go on as much later as it arrived.
 * FALSE: it must not be sent. It is older than the run, which has no number for
 * it, or than the window; or it has been sent before. */
gboolean server_rewrite_apply (ServerRewrite *self, ServerPacket *packet,
    guint turn, guint run, gint64 arrival);
