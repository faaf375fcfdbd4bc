/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverloss.h"

/* What comes out of order by so little has not been lost. */
#define PATIENCE (10 * G_TIME_SPAN_MILLISECOND)

void
server_loss_init (ServerLoss * self)
{
  self->begun = FALSE;
  self->count = 0;
}

static void
forget (ServerLoss * self, guint index)
{
  self->missing[index] = self->missing[--self->count];
}

static void
miss (ServerLoss * self, guint16 seq, gint64 now)
{
  self->missing[self->count++] = (ServerLossEntry) {
  .seq = seq,.due = now + PATIENCE};
}

void
server_loss_note (ServerLoss * self, guint16 seq, gint64 now)
{
  gint16 distance = seq - self->highest;

  /* So far away is another beginning, or cannot be caught up with. */
  if (!self->begun || distance > SERVER_LOSS_MAX
      || distance < -SERVER_LOSS_MAX * 16) {
    self->begun = TRUE;
    self->highest = seq;
    self->count = 0;
    return;
  }
  for (guint i = 0; distance <= 0 && i < self->count; i++) {
    if (self->missing[i].seq == seq) {
      forget (self, i);
      return;
    }
  }
  for (gint i = 1; i < distance && self->count < SERVER_LOSS_MAX; i++)
    miss (self, self->highest + i, now);
  if (distance > 0)
    self->highest = seq;
}

gboolean
server_loss_take (ServerLoss * self, guint16 * seq, gint64 now)
{
  for (guint i = 0; i < self->count; i++) {
    ServerLossEntry *entry = &self->missing[i];
    if (entry->due > now)
      continue;
    *seq = entry->seq;
    entry->due = now + SERVER_LOSS_INTERVAL;
    if (++entry->tries == SERVER_LOSS_TRIES)
      forget (self, i);
    return TRUE;
  }
  return FALSE;
}
