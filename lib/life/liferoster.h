/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeRoster: who is in, and exactly one owner for each at shutdown.
 * Closing flag and snapshot are taken under one lock; who registers later
 * sees the flag under the same lock and is drained by itself. Thread-safe. */
#pragma once

#include <glib.h>

typedef struct _LifeRoster LifeRoster;
typedef struct _LifeEntry LifeEntry;

/* What the roster does to a session. Called without any lock, each at most
 * once per session, notice before cut before gone, never two at a time. None
 * may block; any may be NULL. */
typedef struct {
  void (*notice) (gpointer session, gpointer user_data);   /* please go */
  void (*cut) (gpointer session, gpointer user_data);      /* go now */
  /* The session has ended: fires exactly once, whoever ended it; after it
   * nothing of the session is in any list. */
  void (*gone) (gpointer session, gint reason, gpointer user_data);
} LifeRosterFuncs;

/* Of those who were in when the closing began or came during it; each counts
 * once. */
typedef struct {
  guint left;           /* went by themselves, after the notice or before */
  guint cut;            /* went after they had been cut */
  guint stuck;          /* were still there when the last deadline passed */
} LifeRosterReport;

LifeRoster *life_roster_new (const LifeRosterFuncs *funcs, gpointer user_data);
LifeRoster *life_roster_ref (LifeRoster *self);
void life_roster_unref (LifeRoster *self);

/* Takes @session (freed with @destroy after gone). While the roster is closing
 * the newcomer is given notice at once, before this returns, and cut at the
 * end of the grace; after that it is cut at once too. The caller owns the
 * entry and must end it: the roster keeps a session until then. */
LifeEntry *life_roster_register (LifeRoster *self, gpointer session,
    GDestroyNotify destroy);

/* The session has ended. TRUE for the call that ended it. Gone comes before
 * this returns or, while the session is being called, right after that call in
 * the thread of it. */
gboolean life_entry_end (LifeEntry *self, gint reason);
void life_entry_unref (LifeEntry *self);

guint life_roster_get_count (LifeRoster *self);
gboolean life_roster_is_closing (LifeRoster *self);

/* Calls @func for a snapshot of the sessions, without the lock. A session
 * that ends meanwhile is left out or, if it is in @func, is gone after it. */
void life_roster_foreach (LifeRoster *self, GFunc func, gpointer user_data);

/* notice to all -> waits @grace_us -> cuts the rest -> waits @cut_us until all
 * have gone, stragglers included. Blocks at most grace + cut. The first caller
 * does it; others wait for it and get the same report. Not from within the
 * roster's own functions. @report may be NULL. */
void life_roster_close (LifeRoster *self, gint64 grace_us, gint64 cut_us,
    LifeRosterReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LifeRoster, life_roster_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LifeEntry, life_entry_unref)
