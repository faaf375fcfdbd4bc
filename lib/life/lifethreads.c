/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifethreads.h"

#include <glib.h>

void
life_threads_keep (void)
{
  g_thread_pool_set_max_unused_threads (-1);
  g_thread_pool_set_max_idle_time (0);
}
