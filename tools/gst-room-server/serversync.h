/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSync: when what one client sends was captured. His sender reports say
 * which moment of his clock the timestamps of each stream mean, and the packet
 * that was on the way for the shortest time says what our clock showed then. So
 * sound and picture of one moment stay of one moment, however long each was on
 * the way. Thread-safe; times are monotonic microseconds. */
#pragma once

#include <gst/gst.h>

/* Streams with reports; more are passed on as they come. */
#define SERVER_SYNC_MAX_STREAMS 256

typedef struct _ServerSync ServerSync;

ServerSync *server_sync_new (void);
ServerSync *server_sync_ref (ServerSync *self);
void server_sync_unref (ServerSync *self);

/* Before anything is in @bin: reads the reports that come in there. */
void server_sync_watch (ServerSync *self, GstBin *bin);
/* One compound RTCP packet. */
void server_sync_note_report (ServerSync *self, GstBuffer *report);

/* When the packet of @ssrc with @timestamp was captured, which is not after
 * @arrival; just then, as long as no report says more. */
gint64 server_sync_get_time (ServerSync *self, guint32 ssrc,
    guint32 timestamp, guint clock_rate, gint64 arrival);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerSync, server_sync_unref)
