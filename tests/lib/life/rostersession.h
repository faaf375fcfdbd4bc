/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Session: what a roster keeps in its tests. It writes down what is done to it
 * and may do something when it is. */
#pragma once

#include "life/liferoster.h"

#include "gate.h"

typedef struct _Session Session;
struct _Session {
  LifeRoster *roster;
  LifeEntry *entry;
  gchar log[16];        /* n notice, c cut, g gone, d destroy */
  gint length;          /* of log; atomic */
  gint inside;          /* notice, cut, gone now running; atomic */
  gboolean overlapped;  /* two of them were */
  gint reason;
  void (*on_notice) (Session *self);
  void (*on_cut) (Session *self);
  Gate *gate;           /* for the two above, as the next */
  Session *next;
};

/* A roster of Sessions. */
LifeRoster *session_new_roster (void);

void session_register (Session *self, LifeRoster *roster);
/* With reason 1. */
void session_end (Session *self);
void session_clear (Session *self);

void session_note (Session *self, gchar what);
/* As a GDestroyNotify: notes d. */
void session_destroy (gpointer self);
