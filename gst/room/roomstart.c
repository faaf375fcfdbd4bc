/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomStart: see roomstart.h. */

#include "roomstart.h"

typedef struct
{
  gpointer member;
  guint epoch;                  /* counts its flushes */
  gboolean held;
  gboolean ready;
  gboolean begun;
  gint64 running_time;
} StartMember;

struct _RoomStart
{
  RoomStartFunc begin;
  gpointer user_data;
  GPtrArray *members;
  gboolean anchored;            /* offset is that of epoch */
  guint epoch;
  gint64 offset;
  gint64 deadline;              /* -1: nobody is waiting for others */
};

RoomStart *
room_start_new (RoomStartFunc begin, gpointer user_data)
{
  RoomStart *self = g_new0 (RoomStart, 1);

  self->begin = begin;
  self->user_data = user_data;
  self->members = g_ptr_array_new_with_free_func (g_free);
  self->deadline = -1;
  return self;
}

void
room_start_free (RoomStart * self)
{
  g_ptr_array_unref (self->members);
  g_free (self);
}

static StartMember *
find (RoomStart * self, gpointer member)
{
  for (guint i = 0; i < self->members->len; i++) {
    StartMember *entry = g_ptr_array_index (self->members, i);
    if (entry->member == member)
      return entry;
  }
  return NULL;
}

void
room_start_add (RoomStart * self, gpointer member)
{
  StartMember *entry = g_new0 (StartMember, 1);

  entry->member = member;
  entry->epoch = self->epoch;
  g_ptr_array_add (self->members, entry);
}

void
room_start_remove (RoomStart * self, gpointer member)
{
  StartMember *entry = find (self, member);

  if (entry)
    g_ptr_array_remove (self->members, entry);
}

static gboolean
can_begin (const StartMember * entry)
{
  return entry->held && entry->ready && !entry->begun;
}

static void
note_waiting (RoomStart * self, const StartMember * entry, gint64 now)
{
  if (can_begin (entry) && self->deadline < 0)
    self->deadline = now + ROOM_START_PATIENCE;
}

void
room_start_held (RoomStart * self, gpointer member, gint64 running_time,
    gint64 now)
{
  StartMember *entry = find (self, member);

  if (!entry || entry->begun)
    return;
  entry->held = TRUE;
  entry->running_time = running_time;
  note_waiting (self, entry, now);
}

void
room_start_ready (RoomStart * self, gpointer member, gint64 now)
{
  StartMember *entry = find (self, member);

  if (!entry)
    return;
  entry->ready = TRUE;
  note_waiting (self, entry, now);
}

void
room_start_rewound (RoomStart * self, gpointer member)
{
  StartMember *entry = find (self, member);

  if (!entry || !entry->begun)
    return;
  entry->begun = FALSE;
  entry->held = FALSE;
  entry->epoch++;
}

gint64
room_start_get_deadline (RoomStart * self)
{
  return self->deadline;
}

/* The epoch of those that can begin now has no offset yet: wait for the others
 * until the deadline, then the earliest of them stands for "now". */
static gboolean
anchor (RoomStart * self, guint epoch, gint64 now, gint64 running_time)
{
  gint64 first = G_MAXINT64;

  for (guint i = 0; i < self->members->len; i++) {
    StartMember *entry = g_ptr_array_index (self->members, i);
    gboolean awaited = entry->epoch < epoch || !can_begin (entry);
    if (awaited && now < self->deadline)
      return FALSE;
    if (!awaited)
      first = MIN (first, entry->running_time);
  }
  self->anchored = TRUE;
  self->epoch = epoch;
  self->offset = running_time - first;
  return TRUE;
}

void
room_start_check (RoomStart * self, gint64 now, gint64 running_time)
{
  g_autoptr (GPtrArray) beginners = g_ptr_array_new ();
  guint epoch = 0;

  for (guint i = 0; i < self->members->len; i++) {
    StartMember *entry = g_ptr_array_index (self->members, i);
    if (can_begin (entry)) {
      g_ptr_array_add (beginners, entry);
      epoch = MAX (epoch, entry->epoch);
    }
  }
  if (beginners->len == 0) {
    self->deadline = -1;
    return;
  }
  if ((!self->anchored || epoch > self->epoch)
      && !anchor (self, epoch, now, running_time))
    return;
  self->deadline = -1;
  for (guint i = 0; i < beginners->len; i++) {
    StartMember *entry = g_ptr_array_index (beginners, i);
    entry->begun = TRUE;
    entry->epoch = self->epoch;
    self->begin (entry->member, self->offset, self->user_data);
  }
}
