/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherOutput: what people and programs get to read.
 * A thread of its own writes, so that a terminal that is held, or a pipe that
 * nobody reads, stops no one. It knows lines, not rooms. */
#pragma once

#include <json-glib/json-glib.h>

typedef struct _PublisherOutput PublisherOutput;

typedef enum {
  PUBLISHER_OUTPUT_ERROR,       /* always, to standard error */
  PUBLISHER_OUTPUT_WARNING,     /* to standard error, unless quiet */
  PUBLISHER_OUTPUT_EVENT,       /* to standard output, unless quiet */
  PUBLISHER_OUTPUT_DETAIL,      /* only when verbose */
} PublisherOutputLevel;

typedef struct {
  gint out_fd;
  gint err_fd;
  gboolean json;                /* objects on out_fd, texts only on err_fd */
  gboolean quiet;
  gboolean verbose;
  gboolean status_line;         /* out_fd is a terminal that can redraw */
} PublisherOutputConfig;

/* TRUE when @fd is a terminal that knows how to return to the first column. */
gboolean publisher_output_is_terminal (gint fd);

/* The descriptors stay the caller's. */
PublisherOutput *publisher_output_new (const PublisherOutputConfig *config,
    GError **error);

/* Any thread, never blocks. @text is for people (NULL: nothing to say), and
 * @object, which is taken and gets a "time", for programs (may be NULL).
 * When too much waits to be written, events are dropped and counted. */
void publisher_output_say (PublisherOutput *self, PublisherOutputLevel level,
    const gchar *text, JsonObject *object);

/* Redraws the status line; nothing without a terminal. */
void publisher_output_set_status (PublisherOutput *self, const gchar *line);

/* TRUE when there is a status line to be redrawn. */
gboolean publisher_output_has_status (PublisherOutput *self);

/* How many columns the terminal has now. */
guint publisher_output_get_width (PublisherOutput *self);

/* Writes what waits. FALSE when that took longer than @timeout_us; then the
 * thread is left behind and nothing may be freed. */
gboolean publisher_output_close (PublisherOutput *self, gint64 timeout_us);

/* After a close that went well. */
void publisher_output_free (PublisherOutput *self);
