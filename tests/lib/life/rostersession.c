/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rostersession.h"

void
session_note (Session * self, gchar what)
{
  gint at = g_atomic_int_add (&self->length, 1);
  g_assert (at < (gint) sizeof (self->log) - 1);
  self->log[at] = what;
}

static void
session_enter (Session * self)
{
  if (g_atomic_int_add (&self->inside, 1) != 0)
    self->overlapped = TRUE;
}

static void
session_leave (Session * self)
{
  g_atomic_int_add (&self->inside, -1);
}

static void
session_notice (gpointer session, gpointer user_data)
{
  Session *self = session;
  session_enter (self);
  session_note (self, 'n');
  if (self->on_notice)
    self->on_notice (self);
  session_leave (self);
}

static void
session_cut (gpointer session, gpointer user_data)
{
  Session *self = session;
  session_enter (self);
  session_note (self, 'c');
  if (self->on_cut)
    self->on_cut (self);
  session_leave (self);
}

static void
session_gone (gpointer session, gint reason, gpointer user_data)
{
  Session *self = session;
  session_enter (self);
  session_note (self, 'g');
  self->reason = reason;
  session_leave (self);
}

void
session_destroy (gpointer session)
{
  session_note (session, 'd');
}

LifeRoster *
session_new_roster (void)
{
  const LifeRosterFuncs funcs = {
    .notice = session_notice,
    .cut = session_cut,
    .gone = session_gone,
  };
  return life_roster_new (&funcs, NULL);
}

void
session_register (Session * self, LifeRoster * roster)
{
  self->roster = roster;
  self->entry = life_roster_register (roster, self, session_destroy);
}

void
session_end (Session * self)
{
  life_entry_end (self->entry, 1);
}

void
session_clear (Session * self)
{
  g_clear_pointer (&self->entry, life_entry_unref);
}
