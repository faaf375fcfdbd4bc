/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* StopRecord: what a bus has said, kept without a reference to anything.
 * Messages come in any thread; all functions are thread-safe. */
#pragma once

#include <gst/gst.h>

typedef struct _StopRecord StopRecord;

/* Takes what comes to @bus, which stays empty. @element is the one whose errors
 * count as "error"; those of others are "upstream-error". Other names: "eos",
 * "room-joined" and so on. */
StopRecord *stop_record_new (GstBus *bus, GstElement *element);
/* The bus says nothing to it any more. */
void stop_record_free (StopRecord *self);

/* Waits until @name came @count times; FALSE when it has not within a time that
 * only a broken test needs. */
gboolean stop_record_wait (StopRecord *self, const gchar *name, guint count);
guint stop_record_count (StopRecord *self, const gchar *name);
/* Of all names, whoever spoke. */
guint stop_record_count_all (StopRecord *self);
/* The reason in the first @name, NULL: there is none. */
gchar *stop_record_dup_reason (StopRecord *self, const gchar *name);
/* Everything in order, for a failed test. */
gchar *stop_record_dup_text (StopRecord *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StopRecord, stop_record_free)
