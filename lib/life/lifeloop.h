/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeLoop: one thread, its GMainContext and its loop.
 * Everything that belongs to the loop is touched only there; others post. A
 * loop is started once and stopped once; for the next start make a new one. */
#pragma once

#include <glib.h>

typedef struct _LifeLoop LifeLoop;
typedef void (*LifeLoopFunc) (gpointer user_data);

LifeLoop *life_loop_new (const gchar *name);
LifeLoop *life_loop_ref (LifeLoop *self);
/* The last reference may go in any thread, the loop's own included. Without a
 * stop before, it asks the thread to end and does not wait for it. */
void life_loop_unref (LifeLoop *self);

/* Starts the thread; the context is its thread default. Fails when the system
 * gives no thread or the loop was stopped. Posts made before wait for it. */
gboolean life_loop_start (LifeLoop *self, GError **error);

/* Borrowed; valid as long as the loop. */
GMainContext *life_loop_get_context (LifeLoop *self);
gboolean life_loop_is_current (LifeLoop *self);

/* Runs @func in the loop, after what was posted before, never at once.
 * @destroy (may be NULL) is called once in any case. FALSE when the loop has
 * been stopped: @func will not run. */
gboolean life_loop_post (LifeLoop *self, LifeLoopFunc func,
    gpointer user_data, GDestroyNotify destroy);

/* As post, and waits for at most @timeout_us until @func has returned. Called
 * in the loop itself it runs @func directly. FALSE when the deadline passed
 * (then @func still runs, or is running, or was dropped by the stop). */
gboolean life_loop_call (LifeLoop *self, LifeLoopFunc func,
    gpointer user_data, GDestroyNotify destroy, gint64 timeout_us);

/* Attaches a one-shot or repeated (as @func returns) timeout named @name, a
 * static string. The caller owns the source and ends it with
 * g_source_destroy() in the loop. */
GSource *life_loop_add_timeout (LifeLoop *self, const gchar *name,
    gint64 delay_us, GSourceFunc func, gpointer user_data,
    GDestroyNotify destroy);

/* Runs what was posted before, refuses more, ends the thread and joins it.
 * TRUE when the thread has ended; FALSE when it did not within @timeout_us (it
 * is then left to end by itself and nothing is freed under it). In the loop's
 * own thread it asks the loop to quit and returns TRUE without a join.
 * Calling it again is allowed and waits as well. */
gboolean life_loop_stop (LifeLoop *self, gint64 timeout_us);

#define life_loop_assert_current(self) \
    g_assert (life_loop_is_current (self))

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LifeLoop, life_loop_unref)
