/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LoopRun: a GMainContext that a test turns until something has come true. */
#pragma once

#include <glib.h>

typedef gboolean (*LoopRunFunc) (gpointer user_data);

/* A context that is the thread's default until pop(), which lets go of what the
 * last operations still hold. */
GMainContext *loop_run_push (void);
void loop_run_pop (GMainContext *context);

/* FALSE after a time that only a broken test needs. */
gboolean loop_run_until (GMainContext *context, LoopRunFunc func,
    gpointer user_data);
gboolean loop_run_until_count (GMainContext *context, const guint *counter,
    guint count);
/* Turns it as long as something is ready at once, and a little longer. */
void loop_run_settle (GMainContext *context);

/* That this process has open. */
guint loop_run_count_descriptors (void);
