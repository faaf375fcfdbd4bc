/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpurloptions.h"

#include "rtmp/rtmparguments.h"
#include "rtmp/rtmperror.h"

#include <string.h>

typedef enum
{
  KIND_TEXT,
  KIND_FLAG,
  KIND_INTEGER,
  KIND_SECONDS,
} Kind;

/* Those that say something here. The others of librtmp are a SOCKS proxy
 * (socks), what makes a server believe in a Flash player (swfVfy, swfAge), a
 * playlist around the stream (playlist) and a service that is no more (jtv). */
static const struct
{
  const gchar *name;
  Kind kind;
  gsize offset;
} options[] = {
  {"app", KIND_TEXT, G_STRUCT_OFFSET (RtmpUrl, application)},
  {"tcUrl", KIND_TEXT, G_STRUCT_OFFSET (RtmpUrl, tc_url)},
  {"pageUrl", KIND_TEXT, G_STRUCT_OFFSET (RtmpUrl, page_url)},
  {"swfUrl", KIND_TEXT, G_STRUCT_OFFSET (RtmpUrl, swf_url)},
  {"flashVer", KIND_TEXT, G_STRUCT_OFFSET (RtmpUrl, flash_version)},
  {"playpath", KIND_TEXT, G_STRUCT_OFFSET (RtmpUrl, stream)},
  {"subscribe", KIND_TEXT, G_STRUCT_OFFSET (RtmpUrl, subscribe)},
  {"token", KIND_TEXT, G_STRUCT_OFFSET (RtmpUrl, secure_token)},
  {"pubUser", KIND_TEXT, G_STRUCT_OFFSET (RtmpUrl, user)},
  {"pubPasswd", KIND_TEXT, G_STRUCT_OFFSET (RtmpUrl, password)},
  {"live", KIND_FLAG, G_STRUCT_OFFSET (RtmpUrl, live)},
  {"buffer", KIND_INTEGER, G_STRUCT_OFFSET (RtmpUrl, buffer)},
  {"timeout", KIND_INTEGER, G_STRUCT_OFFSET (RtmpUrl, timeout)},
  {"start", KIND_SECONDS, G_STRUCT_OFFSET (RtmpUrl, start)},
  {"stop", KIND_SECONDS, G_STRUCT_OFFSET (RtmpUrl, stop)},
};

static gboolean
set_bad (GError ** error, const gchar * name, const gchar * why)
{
  g_set_error (error, RTMP_ERROR, RTMP_ERROR_URL, "the URL's option %s %s",
      name, why);
  return FALSE;
}

static gint
parse_flag (const gchar * value)
{
  const gchar *true_words[] = { "1", "on", "yes", "true" };

  for (guint i = 0; i < G_N_ELEMENTS (true_words); i++) {
    if (g_ascii_strcasecmp (value, true_words[i]) == 0)
      return 1;
  }
  return 0;
}

static gboolean
set_option (RtmpUrl * url, guint i, gchar * value, GError ** error)
{
  gpointer field = G_STRUCT_MEMBER_P (url, options[i].offset);
  gchar *end = NULL;

  switch (options[i].kind) {
    case KIND_TEXT:
      /* Escaped, they would come through where those in the open are refused. */
      for (const gchar * p = value; *p != '\0'; p++) {
        if (g_ascii_iscntrl (*p))
          return set_bad (error, options[i].name,
              "has control characters in it");
      }
      g_free (*(gchar **) field);
      *(gchar **) field = g_strdup (value);
      return TRUE;
    case KIND_FLAG:
      *(gint *) field = parse_flag (value);
      return TRUE;
    case KIND_INTEGER:{
      guint64 number;
      if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT, &number, NULL))
        return set_bad (error, options[i].name, "is not a whole number");
      *(gint *) field = number;
      return TRUE;
    }
    case KIND_SECONDS:{
      gdouble seconds = g_ascii_strtod (value, &end);
      if (end == value || *end != '\0' || !(seconds >= 0 && seconds <= 1e9))
        return set_bad (error, options[i].name, "is not a time in seconds");
      *(gdouble *) field = seconds;
      return TRUE;
    }
  }
  g_return_val_if_reached (FALSE);
}

/* FALSE without an error: nobody knows it. */
static gboolean
apply_one (RtmpUrl * url, RtmpValueBuilder * arguments, const gchar * name,
    gchar * value, GError ** error)
{
  if (g_ascii_strcasecmp (name, "conn") == 0)
    return rtmp_arguments_add (arguments, value, error);
  for (guint i = 0; i < G_N_ELEMENTS (options); i++) {
    if (g_ascii_strcasecmp (name, options[i].name) == 0)
      return set_option (url, i, value, error);
  }
  return FALSE;
}

static gboolean
apply_word (RtmpUrl * url, RtmpValueBuilder * arguments, GPtrArray * ignored,
    const gchar * word, GError ** error)
{
  const gchar *equals = strchr (word, '=');
  g_autoptr (GError) bad = NULL;

  if (equals == NULL) {
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_URL,
        "the URL has a space in it, and no option behind it");
    return FALSE;
  }
  g_autofree gchar *name = g_strndup (word, equals - word);
  g_autofree gchar *value = rtmp_arguments_unescape (equals + 1);
  if (value == NULL || !g_utf8_validate (value, -1, NULL))
    return set_bad (error, name, "has a \\ without two digits behind it, "
        "or is not in UTF-8");
  if (apply_one (url, arguments, name, value, &bad))
    return TRUE;
  if (bad != NULL) {
    g_propagate_error (error, g_steal_pointer (&bad));
    return FALSE;
  }
  g_ptr_array_add (ignored, g_steal_pointer (&name));
  return TRUE;
}

gboolean
rtmp_url_options_apply (RtmpUrl * url, const gchar * text, GError ** error)
{
  g_return_val_if_fail (url != NULL && text != NULL, FALSE);

  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (GPtrArray) ignored = g_ptr_array_new_with_free_func (g_free);
  g_auto (RtmpValueBuilder) arguments;
  rtmp_value_builder_init (&arguments);
  for (gchar ** word = words; *word != NULL; word++) {
    if (**word != '\0' && !apply_word (url, &arguments, ignored, *word, error))
      return FALSE;
  }
  g_autoptr (RtmpValues) values = rtmp_arguments_end (&arguments, error);
  if (values == NULL)
    return FALSE;
  g_clear_pointer (&url->arguments, rtmp_values_unref);
  if (rtmp_values_get_count (values) > 0)
    url->arguments = g_steal_pointer (&values);
  if (ignored->len > 0) {
    g_ptr_array_add (ignored, NULL);
    g_strfreev (url->ignored);
    url->ignored =
        (gchar **) g_ptr_array_free (g_steal_pointer (&ignored), FALSE);
  }
  return TRUE;
}
