/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherDescription: see the header. */
#include "publisherdescription.h"

#include <string.h>

/* gst-launch protects only blanks; a tab in a value would be lost there. The
 * grammar knows no escaped new line: it becomes a blank. */
static void
append_word (GString * line, const gchar * word)
{
  gboolean quoted = FALSE;

  for (const gchar * c = word; *c; c++) {
    if (*c == '"' && (!quoted || c[-1] != '\\'))
      quoted = !quoted;
    if (quoted || !g_ascii_isspace (*c)) {
      g_string_append_c (line, *c);
    } else {
      g_string_append_c (line, '\\');
      g_string_append_c (line, *c == '\n' ? ' ' : *c);
    }
  }
}

gchar *
publisher_description_join (const gchar * const *words)
{
  if (!words || !words[0])
    return NULL;

  g_autoptr (GString) line = g_string_new (NULL);
  if (!words[1]) {
    g_string_append (line, words[0]);
  } else {
    for (const gchar * const *word = words; *word; word++) {
      if (line->len > 0)
        g_string_append_c (line, ' ');
      append_word (line, *word);
    }
  }
  g_autofree gchar *stripped = g_strstrip (g_strdup (line->str));
  return *stripped ? g_steal_pointer (&stripped) : NULL;
}

/* The words of @line as the grammar sees them: white space that is quoted or
 * escaped does not separate. */
static gchar **
split_line (const gchar * line)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (GString) word = g_string_new (NULL);
  gchar quote = 0;

  for (const gchar * c = line; *c; c++) {
    if (*c == '\\' && c[1]) {
      g_string_append_c (word, *c++);
    } else if (quote && *c == quote) {
      quote = 0;
    } else if (!quote && (*c == '"' || *c == '\'')) {
      quote = *c;
    } else if (!quote && g_ascii_isspace (*c)) {
      if (word->len > 0)
        g_strv_builder_add (words, word->str);
      g_string_truncate (word, 0);
      continue;
    }
    g_string_append_c (word, *c);
  }
  if (word->len > 0)
    g_strv_builder_add (words, word->str);
  return g_strv_builder_end (words);
}

/* "video/x-h264", "audio/x-opus,channels=2", "video/x-raw(ANY)" */
static gboolean
is_caps (const gchar * word)
{
  gsize length = strspn (word, "abcdefghijklmnopqrstuvwxyz");
  return length > 0 && word[length] == '/' && g_ascii_isalpha (word[length + 1])
      && !strstr (word, "://");
}

/* The grammar takes caps between two elements only. Here a branch may end in
 * them: "x264enc ! video/x-h264,profile=main" becomes a capsfilter. */
static gchar *
allow_caps_at_ends (const gchar * line)
{
  g_auto (GStrv) words = split_line (line);
  g_autoptr (GString) result = g_string_new (NULL);

  for (guint i = 0; words[i]; i++) {
    if (i > 0)
      g_string_append_c (result, ' ');
    if (i == 0 || !g_str_equal (words[i - 1], "!") || !is_caps (words[i])) {
      g_string_append (result, words[i]);
      continue;
    }
    guint last = i;
    while (g_str_has_suffix (words[last], ",") && words[last + 1])
      last++;
    gboolean open = !words[last + 1] || !g_str_equal (words[last + 1], "!");
    if (open)
      g_string_append (result, "capsfilter caps=");
    for (; i <= last; i++)
      g_string_append_printf (result, "%s%s", words[i],
          i == last ? "" : open ? "\\ " : " ");
    i = last;
  }
  return g_string_free (g_steal_pointer (&result), FALSE);
}

static gchar *
describe_missing (GstParseContext * context)
{
  g_auto (GStrv) missing = gst_parse_context_get_missing_elements (context);
  if (!missing || !missing[0])
    return NULL;
  return g_strjoinv (", ", missing);
}

GstElement *
publisher_description_parse (const gchar * description, GError ** error)
{
  g_autoptr (GstParseContext) context = gst_parse_context_new ();
  g_autoptr (GError) failure = NULL;
  g_autofree gchar *line = allow_caps_at_ends (description);
  GstElement *element = gst_parse_launch_full (line, context,
      GST_PARSE_FLAG_FATAL_ERRORS, &failure);
  explicit_bzero (line, strlen (line));

  if (!element) {
    g_autofree gchar *missing = describe_missing (context);
    if (missing) {
      g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT,
          "this GStreamer has no element %s", missing);
    } else {
      g_propagate_error (error, g_steal_pointer (&failure));
    }
    return NULL;
  }
  if (GST_IS_PIPELINE (element))
    return gst_object_ref_sink (element);

  GstElement *pipeline = gst_pipeline_new (NULL);
  gst_bin_add (GST_BIN (pipeline), element);
  return gst_object_ref_sink (pipeline);
}
