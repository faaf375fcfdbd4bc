/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CallCause: what can end a CallScene, how it is done, and what must be said.
 * Each ends with the pipeline, or what was taken out of it, in NULL. */
#pragma once

#include "callscene.h"

typedef enum {
  CALL_CAUSE_EOS,
  CALL_CAUSE_OTHER,             /* an element beside ours fails */
  CALL_CAUSE_FLUSH,             /* and goes on, then NULL */
  CALL_CAUSE_SIGNAL,            /* NULL from another thread */
  CALL_CAUSE_CLOSE,             /* the server goes */
  CALL_CAUSE_RESET,
  CALL_CAUSE_REMOVE,            /* taken out of the running pipeline */
  CALL_CAUSE_READY,
  CALL_CAUSE_NULL,
} CallCause;
#define CALL_N_CAUSES (CALL_CAUSE_NULL + 1)

const gchar *call_cause_get_name (CallCause cause);

/* FALSE: this cannot happen in @phase. */
gboolean call_cause_is_possible (CallCause cause, CallPhase phase,
    gboolean publish);

/* Makes it happen and waits for what follows, to the end. NULL; or what went
 * wrong. @answered: at the same moment the server does what it was waited
 * for. */
gchar *call_cause_apply (CallCause cause, CallScene *scene,
    gboolean answered);
