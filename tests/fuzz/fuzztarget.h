/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FuzzTarget: what one program of this folder is: a function that takes any
 * bytes. libFuzzer calls it, or replay.c does with the seeds. */
#pragma once

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static inline void G_GNUC_NORETURN
fuzz_target_fail (const gchar *file, gint line, const gchar *condition)
{
  fprintf (stderr, "%s:%d: not true: %s\n", file, line, condition);
  abort ();
}

/* Unlike an assertion, never compiled out. */
#define FUZZ_REQUIRE(condition) \
  G_STMT_START { \
    if (!(condition)) \
      fuzz_target_fail (__FILE__, __LINE__, #condition); \
  } G_STMT_END
