/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitNest: a GMainContext that runs inside another, so that what was begun
 * on it can be brought to its end when the outer one runs no more.
 * Lives in the thread, and on the thread-default context, it was made in. */
#pragma once

#include <glib.h>

typedef struct _LivekitNest LivekitNest;

/* TRUE when nothing that was begun is left. Called in the thread that runs the
 * nest at that time. */
typedef gboolean (*LivekitNestDoneFunc) (gpointer user_data);

LivekitNest *livekit_nest_new (void);

/* Between the two the nest is the thread's default context: for what begins
 * something on it. While the nest runs it is so by itself. */
void livekit_nest_enter (LivekitNest *self);
void livekit_nest_leave (LivekitNest *self);

/* Between the two the outer context is the default again: for what the nest
 * calls and does not belong to it. */
void livekit_nest_step_out (LivekitNest *self);
void livekit_nest_step_in (LivekitNest *self);

/* Takes the nest out of its outer context at once, and frees it. Does not
 * wait: what needs time until @done, because it is in the hands of a thread, is
 * run by a thread made for it. Then, once, @finish (@user_data), after which
 * nothing of the nest is left. May be called by what the nest runs. */
void livekit_nest_close (LivekitNest *self, LivekitNestDoneFunc done,
    GDestroyNotify finish, gpointer user_data);
