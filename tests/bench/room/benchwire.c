/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "benchwire.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct _BenchWire
{
  FILE *in;
  FILE *out;
  LifeLoop *loop;
  BenchWireFunc take;
  gpointer user_data;
  GMutex lock;                  /* guards out */
};

typedef struct
{
  BenchWire *wire;
  BenchMessage message;
} Delivery;

static void
deliver (gpointer data)
{
  Delivery *delivery = data;

  delivery->wire->take (&delivery->message, delivery->wire->user_data);
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  g_free (delivery->message.text);
  g_free (delivery);
}

static gboolean
read_message (BenchWire * self, BenchMessage * message)
{
  guint size;

  if (fscanf (self->in, "%u %c %u %u", &message->member, &message->what,
          &message->mline, &size) != 4 || fgetc (self->in) != '\n')
    return FALSE;
  message->text = g_malloc0 (size + 1);
  return fread (message->text, 1, size, self->in) == size;
}

static gpointer
run (gpointer data)
{
  BenchWire *self = data;

  for (;;) {
    Delivery *delivery = g_new0 (Delivery, 1);
    delivery->wire = self;
    if (!read_message (self, &delivery->message))
      _exit (0);
    life_loop_post (self->loop, deliver, delivery, delivery_free);
  }
  return NULL;
}

BenchWire *
bench_wire_new (int fd, LifeLoop * loop, BenchWireFunc take, gpointer user_data)
{
  BenchWire *self = g_new0 (BenchWire, 1);

  self->in = fdopen (fd, "r");
  self->out = fdopen (dup (fd), "w");
  self->loop = loop;
  self->take = take;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  g_thread_unref (g_thread_new ("bench-wire", run, self));
  return self;
}

void
bench_wire_send (BenchWire * self, guint member, gchar what, guint mline,
    const gchar * text)
{
  g_mutex_lock (&self->lock);
  fprintf (self->out, "%u %c %u %zu\n%s", member, what, mline, strlen (text),
      text);
  fflush (self->out);
  g_mutex_unlock (&self->lock);
}
