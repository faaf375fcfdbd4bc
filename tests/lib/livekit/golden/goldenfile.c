/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "goldenfile.h"

#include <check.h>
#include <string.h>

static void
golden_line_free (GoldenLine * self)
{
  g_free (self->what);
  g_free (self->name);
  g_free (self->value);
  g_free (self->text);
  g_free (self);
}

GPtrArray *
golden_file_read (const gchar * name)
{
  g_autofree gchar *path = g_build_filename (GOLDEN_DIR, name, NULL);
  g_autofree gchar *contents = NULL;
  ck_assert_msg (g_file_get_contents (path, &contents, NULL, NULL),
      "cannot read %s", path);

  GPtrArray *lines =
      g_ptr_array_new_with_free_func ((GDestroyNotify) golden_line_free);
  g_auto (GStrv) texts = g_strsplit (contents, "\n", -1);
  for (guint i = 0; texts[i] != NULL && *texts[i] != '\0'; i++) {
    g_auto (GStrv) columns = g_strsplit (texts[i], "\t", -1);
    ck_assert_uint_eq (g_strv_length (columns), 4);
    GoldenLine *line = g_new0 (GoldenLine, 1);
    line->what = g_strdup (columns[0]);
    line->name = g_strdup (columns[1]);
    line->value = g_strdup (columns[2]);
    line->text = g_strdup (columns[3]);
    g_ptr_array_add (lines, line);
  }
  ck_assert_uint_gt (lines->len, 0);
  return lines;
}

const GoldenLine *
golden_file_find (GPtrArray * lines, const gchar * what, const gchar * name)
{
  for (guint i = 0; i < lines->len; i++) {
    const GoldenLine *line = g_ptr_array_index (lines, i);
    if (strcmp (line->what, what) == 0 && strcmp (line->name, name) == 0)
      return line;
  }
  ck_abort_msg ("no golden %s %s", what, name);
  return NULL;
}

GBytes *
golden_line_get_bytes (const GoldenLine * self)
{
  gsize size = strlen (self->value) / 2;
  guint8 *data = g_malloc (size + 1);
  for (gsize i = 0; i < size; i++) {
    data[i] = g_ascii_xdigit_value (self->value[2 * i]) << 4
        | g_ascii_xdigit_value (self->value[2 * i + 1]);
  }
  return g_bytes_new_take (data, size);
}
