/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeNest: a GMainContext that runs inside another, so that what was begun
 * on it can be brought to its end when the outer one runs no more.
 * Lives in the thread, and on the thread-default context, it was made in. */
#pragma once

#include <glib.h>

typedef struct _LifeNest LifeNest;

/* TRUE when nothing that was begun is left. Called in the thread that runs the
 * nest at that time. */
typedef gboolean (*LifeNestDoneFunc) (gpointer user_data);

LifeNest *life_nest_new (void);

/* Between the two the nest is the thread's default context: for what begins
 * something on it. While the nest runs it is so by itself. */
void life_nest_enter (LifeNest *self);
void life_nest_leave (LifeNest *self);

/* Between the two the outer context is the default again: for what the nest
 * calls and does not belong to it. */
void life_nest_step_out (LifeNest *self);
void life_nest_step_in (LifeNest *self);

/* Takes the nest out of its outer context at once, and frees it. Does not
 * wait: what needs time until @done, because it is in the hands of a thread, is
 * run by a thread made for it. Then, once, @finish (@user_data), after which
 * nothing of the nest is left. May be called by what the nest runs. */
void life_nest_close (LifeNest *self, LifeNestDoneFunc done,
    GDestroyNotify finish, gpointer user_data);
