/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stands in for libFuzzer where there is none: gives a target each file of the
 * folder named on the command line, whole, cut, and with bytes changed. */
#include "fuzztarget.h"

#include <stdio.h>
#include <string.h>

/* Where a seed is cut and changed, at most about twice as many: a sanitizer on a
 * slow machine has to be done in seconds. */
#define PLACES 256

/* A copy of the exact size, so that a sanitizer sees any read beyond it. */
static void
run (const gchar * contents, gsize size)
{
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));
  memcpy (copy, contents, size);
  LLVMFuzzerTestOneInput (copy, size);
}

static void
run_variants (gchar * contents, gsize size)
{
  gsize step = MAX (1, size / PLACES);

  run (contents, size);
  for (gsize i = 0; i < size; i += step) {
    run (contents, i);
    gchar kept = contents[i];
    contents[i] = kept ^ (1 << (i / step % 8));
    run (contents, size);
    contents[i] = 0xff;
    run (contents, size);
    contents[i] = kept;
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = g_dir_open (argc == 2 ? argv[1] : "", 0, &error);
  if (folder == NULL) {
    fprintf (stderr, "usage: %s FOLDER: %s\n", argv[0], error->message);
    return 2;
  }

  guint seeds = 0;
  const gchar *name;
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree gchar *path = g_build_filename (argv[1], name, NULL);
    g_autofree gchar *contents = NULL;
    gsize size;
    if (!g_file_get_contents (path, &contents, &size, &error)) {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
    run_variants (contents, size);
    seeds++;
  }
  printf ("%u seeds\n", seeds);
  return seeds > 0 ? 0 : 1;
}
