/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeWriter: a thread that writes to descriptors, so that a terminal that is
 * held, or a pipe that nobody reads, stops no one. What may wait has a limit;
 * what is more is dropped, and how many lines were is told. */
#pragma once

#include "life/lifeloop.h"

/* Lines that may wait for a slow reader. */
#define LIFE_WRITER_MAX_PENDING 1000

typedef struct _LifeWriter LifeWriter;

typedef enum {
  LIFE_WRITER_ALWAYS,           /* is written however much waits */
  LIFE_WRITER_LINE,             /* may be dropped, which is told */
  LIFE_WRITER_PASSING,          /* may be dropped, there will be a newer one */
} LifeWriterWeight;

/* Its thread is named @name. What was dropped is told at @out: in words, or as
 * an object, {"event":"dropped","count":N}, when @json. */
LifeWriter *life_writer_new (const gchar *name, gint out, gboolean json,
    GError **error);

/* Any thread, never blocks. Takes @text; @fd stays the caller's. */
void life_writer_say (LifeWriter *self, LifeWriterWeight weight, gint fd,
    gchar *text);

/* As life_writer_say(), of what is put together only in the thread, by @func
 * with the two below. @destroy (may be NULL) is called in any case. */
void life_writer_post (LifeWriter *self, LifeWriterWeight weight,
    LifeLoopFunc func, gpointer user_data, GDestroyNotify destroy);

/* In the thread. After an error nothing more goes to @fd: nobody reads. */
void life_writer_write (LifeWriter *self, gint fd, const gchar *text);
void life_writer_write_dropped (LifeWriter *self);

/* Writes what waits. FALSE when that took longer than @timeout_us; then the
 * thread is left behind and nothing may be freed. */
gboolean life_writer_close (LifeWriter *self, gint64 timeout_us);
/* After a close that went well. */
void life_writer_free (LifeWriter *self);
