/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One list under one lock. What is in it when the closing begins belongs to
 * the closer; who comes later belongs to the thread that registers it. Owners
 * only mark what is due; one thread at a time works on an entry, and does also
 * what became due meanwhile. So notice and cut come once and in order.
 *
 * Each call into a session is a use of it, and its life until end() is one
 * more. Whoever gives back the last use says gone: it comes once, after every
 * other call, and the session is never freed under one. */
#include "life/liferoster.h"

#include "life/lifelock.h"

/* What the closer's own calls may take beside its waits, before others stop
 * waiting for it. */
#define LIFE_ROSTER_CALLS_US G_TIME_SPAN_SECOND

typedef enum
{
  LIFE_ROSTER_OPEN,
  LIFE_ROSTER_GRACE,            /* closing: notice is given */
  LIFE_ROSTER_CUTTING,          /* closing: the grace is over */
  LIFE_ROSTER_CLOSED,
} LifeRosterPhase;

struct _LifeRoster
{
  gint refs;                    /* atomic */
  LifeRosterFuncs funcs;
  gpointer user_data;

  LifeLock lock;                /* guards all below, and in the entries */
  LifeCond cond;                /* somebody has gone, or it is closed */
  LifeRosterPhase phase;
  GQueue entries;               /* of LifeEntry, not ended; holds references */
  guint present;                /* entries for which gone has not returned */
  gint64 close_end_time;
  LifeRosterReport report;
};

struct _LifeEntry
{
  gint refs;                    /* atomic */
  LifeRoster *roster;
  gpointer session;
  GDestroyNotify destroy;

  /* Under the roster's lock. */
  GList link;                   /* in entries until ended */
  guint uses;
  gint reason;
  gboolean ended;
  gboolean busy;                /* a thread works on it */
  gboolean notice_due;
  gboolean noticed;
  gboolean cut_due;
  gboolean cut;
};

static LifeEntry *
life_entry_ref (LifeEntry * self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
life_entry_unref (LifeEntry * self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  life_roster_unref (self->roster);
  g_free (self);
}

/* FALSE when it has ended already. */
static gboolean
life_entry_begin_use (LifeEntry * self)
{
  LIFE_LOCK_HOLD (&self->roster->lock);
  if (self->ended)
    return FALSE;
  self->uses++;
  return TRUE;
}

static void
life_entry_end_use (LifeEntry * self)
{
  LifeRoster *roster = self->roster;

  life_lock_lock (&roster->lock);
  gboolean last = --self->uses == 0;
  life_lock_unlock (&roster->lock);
  if (!last)
    return;

  if (roster->funcs.gone)
    roster->funcs.gone (self->session, self->reason, roster->user_data);
  if (self->destroy)
    self->destroy (self->session);

  life_lock_lock (&roster->lock);
  roster->present--;
  if (roster->phase == LIFE_ROSTER_GRACE
      || roster->phase == LIFE_ROSTER_CUTTING) {
    if (self->cut)
      roster->report.cut++;
    else
      roster->report.left++;
  }
  life_cond_broadcast (&roster->cond);
  life_lock_unlock (&roster->lock);
}

/* Does what is due, unless another thread is at it: then that one does. */
static void
life_entry_work (LifeEntry * self)
{
  LifeRoster *roster = self->roster;

  life_lock_lock (&roster->lock);
  if (self->ended || self->busy) {
    life_lock_unlock (&roster->lock);
    return;
  }
  self->busy = TRUE;
  self->uses++;
  while (!self->ended) {
    void (*func) (gpointer, gpointer) = NULL;
    if (self->notice_due && !self->noticed) {
      self->noticed = TRUE;
      func = roster->funcs.notice;
    } else if (self->cut_due && !self->cut) {
      self->cut = TRUE;
      func = roster->funcs.cut;
    } else {
      break;
    }
    life_lock_unlock (&roster->lock);
    if (func)
      func (self->session, roster->user_data);
    life_lock_lock (&roster->lock);
  }
  self->busy = FALSE;
  life_lock_unlock (&roster->lock);
  life_entry_end_use (self);
}

gboolean
life_entry_end (LifeEntry * self, gint reason)
{
  LifeRoster *roster = self->roster;

  life_lock_lock (&roster->lock);
  gboolean first = !self->ended;
  if (first) {
    self->ended = TRUE;
    self->reason = reason;
    g_queue_unlink (&roster->entries, &self->link);
  }
  life_lock_unlock (&roster->lock);
  if (!first)
    return FALSE;

  /* The caller's reference may be the session's, which goes here. */
  life_entry_end_use (self);
  life_entry_unref (self);
  return TRUE;
}

LifeRoster *
life_roster_new (const LifeRosterFuncs * funcs, gpointer user_data)
{
  LifeRoster *self = g_new0 (LifeRoster, 1);
  self->refs = 1;
  self->funcs = *funcs;
  self->user_data = user_data;
  life_lock_init (&self->lock);
  life_cond_init (&self->cond);
  g_queue_init (&self->entries);
  return self;
}

LifeRoster *
life_roster_ref (LifeRoster * self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

/* The entries hold references: there is none left. */
void
life_roster_unref (LifeRoster * self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  life_cond_clear (&self->cond);
  life_lock_clear (&self->lock);
  g_free (self);
}

LifeEntry *
life_roster_register (LifeRoster * self, gpointer session,
    GDestroyNotify destroy)
{
  LifeEntry *entry = g_new0 (LifeEntry, 1);
  entry->refs = 2;              /* the caller, the list */
  entry->roster = life_roster_ref (self);
  entry->session = session;
  entry->destroy = destroy;
  entry->link.data = entry;
  entry->uses = 1;

  life_lock_lock (&self->lock);
  g_queue_push_tail_link (&self->entries, &entry->link);
  self->present++;
  entry->notice_due = self->phase >= LIFE_ROSTER_GRACE;
  entry->cut_due = self->phase >= LIFE_ROSTER_CUTTING;
  gboolean straggler = entry->notice_due;
  life_lock_unlock (&self->lock);

  if (straggler)
    life_entry_work (entry);
  return entry;
}

guint
life_roster_get_count (LifeRoster * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  return self->entries.length;
}

gboolean
life_roster_is_closing (LifeRoster * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  return self->phase != LIFE_ROSTER_OPEN;
}

/* With the lock held. */
static GPtrArray *
life_roster_snapshot (LifeRoster * self)
{
  GPtrArray *snapshot = g_ptr_array_new_full (self->entries.length,
      (GDestroyNotify) life_entry_unref);
  for (GList * link = self->entries.head; link; link = link->next)
    g_ptr_array_add (snapshot, life_entry_ref (link->data));
  return snapshot;
}

void
life_roster_foreach (LifeRoster * self, GFunc func, gpointer user_data)
{
  life_lock_lock (&self->lock);
  g_autoptr (GPtrArray) snapshot = life_roster_snapshot (self);
  life_lock_unlock (&self->lock);

  for (guint i = 0; i < snapshot->len; i++) {
    LifeEntry *entry = g_ptr_array_index (snapshot, i);
    if (!life_entry_begin_use (entry))
      continue;
    func (entry->session, user_data);
    life_entry_end_use (entry);
  }
}

/* Enters @phase and makes due what it asks of all who are in, under the lock
 * that the caller holds; then does it without. */
static void
life_roster_enter (LifeRoster * self, LifeRosterPhase phase)
{
  self->phase = phase;
  GPtrArray *snapshot = life_roster_snapshot (self);
  for (guint i = 0; i < snapshot->len; i++) {
    LifeEntry *entry = g_ptr_array_index (snapshot, i);
    entry->notice_due = TRUE;
    entry->cut_due = phase == LIFE_ROSTER_CUTTING;
  }
  life_lock_unlock (&self->lock);

  for (guint i = 0; i < snapshot->len; i++)
    life_entry_work (g_ptr_array_index (snapshot, i));
  g_ptr_array_unref (snapshot);

  life_lock_lock (&self->lock);
}

/* With the lock held. TRUE when all have gone. */
static gboolean
life_roster_wait_for_all (LifeRoster * self, gint64 end_time)
{
  while (self->present > 0) {
    if (!life_cond_wait_until (&self->cond, &self->lock, end_time))
      break;
  }
  return self->present == 0;
}

/* With the lock held. */
static void
life_roster_wait_for_closer (LifeRoster * self)
{
  gint64 end_time = self->close_end_time;
  if (end_time < G_MAXINT64 - LIFE_ROSTER_CALLS_US)
    end_time += LIFE_ROSTER_CALLS_US;
  while (self->phase != LIFE_ROSTER_CLOSED) {
    if (!life_cond_wait_until (&self->cond, &self->lock, end_time))
      break;
  }
}

void
life_roster_close (LifeRoster * self, gint64 grace_us, gint64 cut_us,
    LifeRosterReport * report)
{
  gint64 grace_end_time = life_cond_end_time (grace_us);

  life_lock_lock (&self->lock);
  if (self->phase == LIFE_ROSTER_OPEN) {
    self->close_end_time = cut_us > G_MAXINT64 - grace_end_time ?
        G_MAXINT64 : grace_end_time + cut_us;
    life_roster_enter (self, LIFE_ROSTER_GRACE);
    if (!life_roster_wait_for_all (self, grace_end_time)) {
      life_roster_enter (self, LIFE_ROSTER_CUTTING);
      life_roster_wait_for_all (self, self->close_end_time);
    }
    self->report.stuck = self->present;
    self->phase = LIFE_ROSTER_CLOSED;
    life_cond_broadcast (&self->cond);
  } else {
    life_roster_wait_for_closer (self);
  }
  if (report)
    *report = self->report;
  life_lock_unlock (&self->lock);
}
