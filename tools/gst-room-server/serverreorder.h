/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerReorder: the packets of one consumer in order again, for who cannot
 * take them as they come. A lost one is waited for as long as it may still be
 * sent again. It has no clock and no lock; times are monotonic microseconds. */
#pragma once

#include "serverrewrite.h"

/* For so long: by then a client has asked several times. It may be overtaken
 * by SERVER_REWRITE_WINDOW others. */
#define SERVER_REORDER_TIME (500 * G_TIME_SPAN_MILLISECOND)

typedef struct _ServerReorder ServerReorder;

typedef struct {
  GstBuffer *buffer;            /* the taker's */
  guint32 timestamp;
  gint64 arrival;
  gboolean gap;                 /* one or more before it were given up */
} ServerReorderItem;

ServerReorder *server_reorder_new (void);
void server_reorder_free (ServerReorder *self);

/* Takes @buffer, an RTP packet; what is none, or comes too late, is dropped. */
void server_reorder_push (ServerReorder *self, GstBuffer *buffer,
    gint64 arrival);

/* The next in the row. FALSE: it has not come yet. @now: G_MAXINT64 waits for
 * nothing any more. */
gboolean server_reorder_take (ServerReorder *self, ServerReorderItem *item,
    gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerReorder, server_reorder_free)
