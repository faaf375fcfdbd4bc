/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerLoss: which packets of one stream are missing and are to be asked for
 * again. For streams that have no jitterbuffer to do it. A plain value without
 * clock or lock; times are monotonic microseconds. */
#pragma once

#include <glib.h>

/* More at once are not asked for: then only a key frame helps. */
#define SERVER_LOSS_MAX 64
/* How long between two requests for one packet, and how often. */
#define SERVER_LOSS_INTERVAL (60 * G_TIME_SPAN_MILLISECOND)
#define SERVER_LOSS_TRIES 8

typedef struct {
  guint16 seq;
  guint8 tries;
  gint64 due;
} ServerLossEntry;

typedef struct {
  gboolean begun;
  guint16 highest;
  guint count;
  ServerLossEntry missing[SERVER_LOSS_MAX];
} ServerLoss;

void server_loss_init (ServerLoss *self);
/* A packet has come. */
void server_loss_note (ServerLoss *self, guint16 seq, gint64 now);
/* The next one to ask for now; FALSE: there is none. */
gboolean server_loss_take (ServerLoss *self, guint16 *seq, gint64 now);
