/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A test program may end at any moment after its pipelines: see lifethreads.h.
 * Who counts threads lets them end (stopcensus.h). */
#include "life/lifethreads.h"

static void keep (void) __attribute__((constructor));

static void
keep (void)
{
  life_threads_keep ();
}
