/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Race: lets two threads do something at the same moment, many times.
 * Both sides wait for each other at a starting line, then each is held up by a
 * few turns that differ per round. Asserts belong into judge(). */
#pragma once

#include <glib.h>

#define RACE_ROUNDS 10000

typedef struct {
  void (*prepare) (gpointer user_data);
  void (*left) (gpointer user_data);    /* in the caller's thread */
  void (*right) (gpointer user_data);   /* in another */
  void (*judge) (gpointer user_data);   /* both are done */
} RaceFuncs;

void race_run (guint rounds, const RaceFuncs *funcs, gpointer user_data);
