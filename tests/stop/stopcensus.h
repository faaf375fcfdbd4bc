/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* StopCensus: what this process holds: descriptors, threads and GStreamer's
 * objects. Taken before and after, it shows what a stop has left behind. */
#pragma once

#include <gst/gst.h>

typedef struct {
  guint descriptors;
  guint threads;
  gint objects;                 /* GstObject made and not freed since prepare */
} StopCensus;

/* After gst_init(). Also lets idle threads of pools end at once. */
void stop_census_prepare (void);

/* Waits until nothing changes any more. */
void stop_census_take (StopCensus *self);
/* Waits until there is no more than @self of anything; FALSE, and it prints
 * what there is, when there still is after a while. */
gboolean stop_census_is_back (const StopCensus *self);

/* Resident memory in KiB; 0 with a sanitizer, which keeps what is freed. */
guint stop_census_get_memory (void);
