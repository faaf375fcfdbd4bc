/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GoldenFile: the lines of a file that generate.mjs made, in the folder of
 * this header. */
#pragma once

#include <glib.h>

typedef struct {
  gchar *what;
  gchar *name;
  gchar *value;
  gchar *text;
} GoldenLine;

/* Of GoldenLine. Fails the test when the file cannot be read. */
GPtrArray *golden_file_read (const gchar *name);
/* Fails the test when there is none. */
const GoldenLine *golden_file_find (GPtrArray *lines, const gchar *what,
    const gchar *name);
/* The value's hex as bytes. */
GBytes *golden_line_get_bytes (const GoldenLine *self);
