/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverrewrite.h"

#include <string.h>

/* Further apart than this, and it is no reordering: the producer has begun to
 * count anew (RFC 3550, appendix A.1). */
#define MAX_JUMP 3000

void
server_rewrite_init (ServerRewrite * self, guint clock_rate)
{
  *self = (ServerRewrite) {
  .clock_rate = clock_rate};
}

static void
begin_run (ServerRewrite * self, const ServerPacket * packet, guint turn,
    guint run, gint64 arrival)
{
  if (self->begun)
    self->seq_delta = self->highest_out + 1 - packet->seq;
  if (self->begun && turn != self->turn) {
    gint64 passed = MAX (arrival - self->last_arrival, 0);
    guint32 ticks = MAX (gst_util_uint64_scale (passed, self->clock_rate,
            G_USEC_PER_SEC), 1);
    self->timestamp_delta = self->last_timestamp + ticks - packet->timestamp;
  }
  self->begun = TRUE;
  self->turn = turn;
  self->run = run;
  self->first_in = packet->seq;
  /* So that this packet is the highest. */
  self->highest_in = self->first_in - 1;
  memset (self->sent, 0, sizeof self->sent);
}

gboolean
server_rewrite_apply (ServerRewrite * self, ServerPacket * packet, guint turn,
    guint run, gint64 arrival)
{
  gint distance = (gint16) (packet->seq - (guint16) self->highest_in);

  if (!self->begun || turn != self->turn || run != self->run
      || ABS (distance) > MAX_JUMP) {
    begin_run (self, packet, turn, run, arrival);
    distance = 1;
  }
  gint64 number = self->highest_in + distance;
  gint64 *sent = &self->sent[number & (G_N_ELEMENTS (self->sent) - 1)];
  if (number < self->first_in
      || number <= self->highest_in - SERVER_REWRITE_WINDOW
      || *sent == number + 1)
    return FALSE;
  *sent = number + 1;
  packet->seq += self->seq_delta;
  packet->timestamp += self->timestamp_delta;
  if (number > self->highest_in) {
    self->highest_in = number;
    self->highest_out = packet->seq;
    self->last_timestamp = packet->timestamp;
    self->last_arrival = arrival;
  }
  return TRUE;
}
