/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherSecret: see the header. */
#include "publishersecret.h"

#include <gio/gio.h>
#include <string.h>

/* A token with large attributes is a few kilobytes. */
#define SECRET_MAX_BYTES (64 * 1024)

static const gchar *const secret_options[] = { "--token", "--api-secret" };

static const gchar *const secret_properties[] =
    { "token=", "api-secret=", "turn-servers=" };

void
publisher_secret_free (gchar * secret)
{
  if (!secret)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

gchar *
publisher_secret_read (const gchar * path, GError ** error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  if (!stream)
    return NULL;

  g_autofree gchar *data = g_malloc0 (SECRET_MAX_BYTES + 1);
  gsize size = 0;
  gchar *secret = NULL;
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), data,
          SECRET_MAX_BYTES + 1, &size, NULL, error)) {
    g_prefix_error (error, "%s: ", path);
  } else if (size > SECRET_MAX_BYTES) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "%s is too large to hold a secret", path);
  } else if (memchr (data, 0, size) || !g_utf8_validate (data, size, NULL)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "%s is not text", path);
  } else if (*g_strstrip (data) == '\0') {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "%s is empty", path);
  } else {
    secret = g_strdup (data);
  }
  explicit_bzero (data, SECRET_MAX_BYTES + 1);
  return secret;
}

static void
wipe (gchar * from, gsize size)
{
  memset (from, '*', size);
}

/* The value of a property ends at white space, unless it is quoted. */
static void
wipe_property_value (gchar * value)
{
  gchar quote = *value == '"' || *value == '\'' ? *value : 0;
  if (quote)
    value++;
  gsize size = 0;
  while (value[size] && (quote ? value[size] != quote
          : !g_ascii_isspace (value[size])))
    size++;
  wipe (value, size);
}

static void
wipe_properties (gchar * word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (secret_properties); i++) {
    const gchar *name = secret_properties[i];
    for (gchar * at = strstr (word, name); at; at = strstr (at + 1, name)) {
      if (at == word || g_ascii_isspace (at[-1]))
        wipe_property_value (at + strlen (name));
    }
  }
}

/* TRUE when the value is the next argument. */
static gboolean
wipe_option (gchar * argument)
{
  for (gsize i = 0; i < G_N_ELEMENTS (secret_options); i++) {
    gsize length = strlen (secret_options[i]);
    if (strncmp (argument, secret_options[i], length) != 0)
      continue;
    if (argument[length] == '\0')
      return TRUE;
    if (argument[length] == '=')
      wipe (argument + length + 1, strlen (argument + length + 1));
  }
  return FALSE;
}

void
publisher_secret_wipe_arguments (gint argc, gchar ** argv)
{
  for (gint i = 1; i < argc; i++) {
    if (wipe_option (argv[i]) && i + 1 < argc) {
      i++;
      wipe (argv[i], strlen (argv[i]));
    } else {
      wipe_properties (argv[i]);
    }
  }
}
