/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchRow: see benchrow.h. No GLib: the peer's program has none either. */

#include "benchrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TRIES 5
#define TRY_NS 1e8
#define PROBE 1000

static double
get_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

static double
measure (BenchRowFunc run, unsigned long count)
{
  double before = get_ns ();
  unsigned long done = run (count);

  return (get_ns () - before) / done;
}

static int
compare (const void *a, const void *b)
{
  double one = *(const double *) a, other = *(const double *) b;

  return (one > other) - (one < other);
}

static double
measure_median (BenchRowFunc run)
{
  double found[TRIES];
  unsigned long count = TRY_NS / measure (run, PROBE);

  for (int i = 0; i < TRIES; i++)
    found[i] = measure (run, count);
  qsort (found, TRIES, sizeof *found, compare);
  return found[TRIES / 2];
}

int
bench_row_main (const BenchRow * rows, int argc, char **argv)
{
  for (const BenchRow * row = rows; row->name != NULL; row++) {
    if (argc == 1)
      printf ("{\"row\": \"%s\", \"ns\": %.1f}\n", row->name,
          measure_median (row->run));
    else if (argc == 3 && strcmp (argv[1], row->name) == 0)
      printf ("{\"row\": \"%s\", \"count\": %lu}\n", row->name,
          row->run (strtoul (argv[2], NULL, 10)));
  }
  return 0;
}
