/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmparguments.h"

#include "rtmp/rtmperror.h"

#include <string.h>

gchar *
rtmp_arguments_unescape (const gchar * text)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (GString) plain = g_string_new (NULL);
  for (const gchar * p = text; *p != '\0'; p++) {
    if (*p != '\\') {
      g_string_append_c (plain, *p);
      continue;
    }
    if (!g_ascii_isxdigit (p[1]) || !g_ascii_isxdigit (p[2]))
      return NULL;
    gchar byte = g_ascii_xdigit_value (p[1]) << 4 | g_ascii_xdigit_value (p[2]);
    if (byte == '\0')
      return NULL;
    g_string_append_c (plain, byte);
    p += 2;
  }
  return g_string_free (g_steal_pointer (&plain), FALSE);
}

static gboolean
set_bad (GError ** error, const gchar * why)
{
  g_set_error (error, RTMP_ERROR, RTMP_ERROR_URL,
      "a connect argument %s; B:1, N:1.5, S:text, Z:, O:1 ... O:0 are known, "
      "and NB:name:1 ... in an object", why);
  return FALSE;
}

static gboolean
add_number (RtmpValueBuilder * builder, const gchar * name, const gchar * text,
    GError ** error)
{
  gchar *end;
  gdouble number = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0')
    return set_bad (error, "is not the number it says");
  rtmp_value_builder_add_number (builder, name, number);
  return TRUE;
}

/* An object begins with 1 and ends with 0, which needs no name. */
static gboolean
add_object (RtmpValueBuilder * builder, const gchar * name, const gchar * text,
    GError ** error)
{
  if (g_str_equal (text, "0")) {
    if (builder->depth == 0)
      return set_bad (error, "ends an object that did not begin");
    rtmp_value_builder_close (builder);
    return TRUE;
  }
  if (!g_str_equal (text, "1"))
    return set_bad (error, "is not 0 or 1");
  if ((name != NULL) != (builder->depth > 0))
    return set_bad (error, "has a name outside an object, or none in one");
  rtmp_value_builder_open_object (builder, name, NULL);
  return TRUE;
}

static gboolean
add (RtmpValueBuilder * builder, gchar type, const gchar * name,
    const gchar * text, GError ** error)
{
  if (type == 'O')
    return add_object (builder, name, text, error);
  if ((name != NULL) != (builder->depth > 0))
    return set_bad (error, "has a name outside an object, or none in one");
  switch (type) {
    case 'B':
      if (!g_str_equal (text, "0") && !g_str_equal (text, "1"))
        return set_bad (error, "is not 0 or 1");
      rtmp_value_builder_add_boolean (builder, name, *text == '1');
      return TRUE;
    case 'N':
      return add_number (builder, name, text, error);
    case 'S':
      rtmp_value_builder_add_string (builder, name, text);
      return TRUE;
    case 'Z':
      rtmp_value_builder_add_null (builder, name);
      return TRUE;
    default:
      return set_bad (error, "has a kind that is none");
  }
}

gboolean
rtmp_arguments_add (RtmpValueBuilder * builder, const gchar * text,
    GError ** error)
{
  g_return_val_if_fail (builder != NULL && text != NULL, FALSE);

  g_autofree gchar *name = NULL;
  gchar type = text[0];
  /* "NB:name:1", and "N:1" is a number. */
  if (type == 'N' && text[1] != ':' && text[1] != '\0') {
    type = text[1];
    const gchar *end = text[2] == ':' ? strchr (text + 3, ':') : NULL;
    if (end == NULL)
      return set_bad (error, "with a name has no colon behind it");
    name = g_strndup (text + 3, end - (text + 3));
    text = end + 1;
  } else {
    if (type == '\0' || text[1] != ':')
      return set_bad (error, "has no colon behind its kind");
    text += 2;
  }
  if (!add (builder, type, name, text, error))
    return FALSE;
  return !rtmp_value_builder_set_error (builder, error);
}

RtmpValues *
rtmp_arguments_end (RtmpValueBuilder * builder, GError ** error)
{
  g_return_val_if_fail (builder != NULL, NULL);

  if (builder->depth > 0) {
    set_bad (error, "begins an object that does not end");
    rtmp_value_builder_clear (builder);
    return NULL;
  }
  return rtmp_value_builder_end (builder, error);
}

RtmpValues *
rtmp_arguments_parse (const gchar * text, GError ** error)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_auto (RtmpValueBuilder) builder;
  rtmp_value_builder_init (&builder);
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", -1);
  for (gchar ** word = words; *word != NULL; word++) {
    if (**word == '\0')
      continue;
    if (!g_str_has_prefix (*word, "conn=")) {
      set_bad (error, "does not begin with conn=");
      return NULL;
    }
    g_autofree gchar *plain = rtmp_arguments_unescape (*word + 5);
    if (plain == NULL) {
      set_bad (error, "has a backslash without two digits behind it");
      return NULL;
    }
    if (!rtmp_arguments_add (&builder, plain, error))
      return NULL;
  }
  return rtmp_arguments_end (&builder, error);
}
