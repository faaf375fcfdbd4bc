/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sink: takes what a ServerConsumer delivers, checks that it is one row, and
 * can be made to stall. For tests. Thread-safe. */
#pragma once

#include "serverconsumer.h"

typedef struct _Sink Sink;

extern const ServerConsumerFuncs sink_funcs;

Sink *sink_new (void);
/* Given to the consumer with sink_funcs, which lets go of one reference. */
Sink *sink_ref (Sink *self);
void sink_unref (Sink *self);

/* From now on deliver() does not return; and again it does. */
void sink_stall (Sink *self);
void sink_release (Sink *self);
/* The next delivery is the last that is wanted. */
void sink_refuse (Sink *self);

/* Waits for that many packets in all; FALSE after a time that only a broken
 * test needs. */
gboolean sink_wait (Sink *self, guint packets);
/* Waits until deliver() is being stalled. */
gboolean sink_wait_stalled (Sink *self);

/* Header of the packet @index. */
ServerPacket sink_get (Sink *self, guint index);
guint sink_get_count (Sink *self);
/* How often a number did not follow the one before. */
guint sink_get_breaks (Sink *self);
/* How often deliver() was called. */
guint sink_get_deliveries (Sink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sink, sink_unref)
