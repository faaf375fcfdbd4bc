/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "race.h"

/* Then give the processor away: the other side may need this one. */
#define RACE_SPINS 1000

typedef struct
{
  const RaceFuncs *funcs;
  gpointer user_data;
  guint rounds;
  gint left_round;              /* atomic: at the starting line */
  gint right_round;             /* atomic */
  gint right_done;              /* atomic */
} Race;

static void
race_wait_for (gint * round, gint wanted)
{
  for (guint n = 0; g_atomic_int_get (round) < wanted; n++) {
    if (n > RACE_SPINS)
      g_thread_yield ();
  }
}

/* Another number of turns for each round and side. */
static void
race_hold_up (guint seed)
{
  gint turns = (seed * 2654435761u) >> 26;
  gint zero = 0;
  while (turns-- > 0)
    g_atomic_int_get (&zero);
}

static gpointer
race_run_right (gpointer user_data)
{
  Race *self = user_data;
  for (guint round = 1; round <= self->rounds; round++) {
    g_atomic_int_set (&self->right_round, round);
    race_wait_for (&self->left_round, round);
    race_hold_up (round * 2);
    self->funcs->right (self->user_data);
    g_atomic_int_set (&self->right_done, round);
  }
  return NULL;
}

void
race_run (guint rounds, const RaceFuncs * funcs, gpointer user_data)
{
  Race self = {.funcs = funcs,.user_data = user_data,.rounds = rounds };
  GThread *right = g_thread_new ("race", race_run_right, &self);
  for (guint round = 1; round <= rounds; round++) {
    funcs->prepare (user_data);
    race_wait_for (&self.right_round, round);
    g_atomic_int_set (&self.left_round, round);
    race_hold_up (round * 2 + 1);
    funcs->left (user_data);
    race_wait_for (&self.right_done, round);
    funcs->judge (user_data);
  }
  g_thread_join (right);
}
