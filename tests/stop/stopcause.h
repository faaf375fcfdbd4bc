/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* StopCause: what can end a scene, how it is done, and what must be said. Each
 * ends with the pipeline, or what was taken out of it, in NULL. */
#pragma once

#include "stopscene.h"

typedef enum {
  STOP_CAUSE_EOS,               /* on all pads */
  STOP_CAUSE_UPSTREAM,          /* an element in front of us fails */
  STOP_CAUSE_SIGNAL,            /* NULL from another thread */
  STOP_CAUSE_SERVER_LEAVE,
  STOP_CAUSE_CUT,
  STOP_CAUSE_REMOVE,            /* taken out of the running pipeline */
  STOP_CAUSE_READY,
  STOP_CAUSE_NULL,
} StopCause;
#define STOP_N_CAUSES (STOP_CAUSE_NULL + 1)

const gchar *stop_cause_get_name (StopCause cause);

/* FALSE: this cannot happen in @phase. */
gboolean stop_cause_is_possible (StopCause cause, StopPhase phase);
/* FALSE: with @input it cannot happen, or not be told from another. */
gboolean stop_cause_takes_input (StopCause cause, StopPhase phase,
    StopInput input);

/* Makes it happen and waits for what follows, to the end. NULL; or what went
 * wrong. @variant: which of the ways to do it. */
gchar *stop_cause_apply (StopCause cause, StopScene *scene, guint variant);

/* Makes both happen at the same moment, in two threads, then NULL. Not with
 * REMOVE, which needs a pipeline that nobody else changes; in a phase from
 * JOINING to LIVE. */
gchar *stop_cause_race (const StopCause causes[2], StopScene *scene,
    guint variant);
