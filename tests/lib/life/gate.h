/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gate: a door that one thread opens and others wait at.
 * With it a test holds a thread where it wants it, without sleeping. */
#pragma once

#include "life/lifelock.h"

#define GATE_PATIENCE (20 * G_TIME_SPAN_SECOND)

typedef struct {
  LifeLock lock;
  LifeCond cond;
  gboolean open;        /* under lock */
} Gate;

void gate_init (Gate *self);
void gate_clear (Gate *self);

/* Both fit as a callback; @self is a Gate. */
void gate_open (gpointer self);
void gate_pass (gpointer self);

/* FALSE when nobody opened it in GATE_PATIENCE. */
gboolean gate_wait (Gate *self);
