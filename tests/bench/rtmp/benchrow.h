/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchRow: one thing that is done again and again, and how it is measured: ns
 * by the clock of the thread, or so many times under callgrind. */
#pragma once

/* Does it at least @count times, and says how often it was. */
typedef unsigned long (*BenchRowFunc) (unsigned long count);

typedef struct {
  const char *name;             /* NULL behind the last */
  BenchRowFunc run;
} BenchRow;

/* The main function of a program with these rows. */
int bench_row_main (const BenchRow *rows, int argc, char **argv);
