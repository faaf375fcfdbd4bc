/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitkeys.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <string.h>

struct _LivekitKeys
{
  GHashTable *secrets;          /* by key */
};

/* Nothing of a secret stays in memory that someone else is given. */
static void
secret_free (gpointer data)
{
  gchar *secret = data;

  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

LivekitKeys *
livekit_keys_new (void)
{
  LivekitKeys *self = g_new0 (LivekitKeys, 1);

  self->secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      secret_free);
  return self;
}

void
livekit_keys_free (LivekitKeys * self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->secrets);
  g_free (self);
}

/* NULL, or what is wrong with @line. */
static const gchar *
add_line (GHashTable * secrets, const gchar * line)
{
  const gchar *colon = strchr (line, ':');
  if (colon == NULL)
    return "is not \"key: secret\"";

  g_autofree gchar *key = g_strstrip (g_strndup (line, colon - line));
  gchar *secret = g_strstrip (g_strdup (colon + 1));
  const gchar *wrong = NULL;
  if (*key == '\0')
    wrong = "has no key";
  else if (*secret == '\0')
    wrong = "has no secret";
  else if (g_hash_table_contains (secrets, key))
    wrong = "repeats a key";
  else if (g_hash_table_size (secrets) >= LIVEKIT_MAX_KEYS)
    wrong = "is one key too many";
  if (wrong != NULL)
    secret_free (secret);
  else
    g_hash_table_insert (secrets, g_steal_pointer (&key), secret);
  return wrong;
}

static gboolean
load (LivekitKeys * self, const gchar * text, const gchar * separator,
    const gchar * unit, GError ** error)
{
  if (strlen (text) > LIVEKIT_MAX_KEYS_TEXT || !g_utf8_validate (text, -1,
          NULL)) {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_CREDENTIALS,
        "the API keys are too long, or no UTF-8");
    return FALSE;
  }

  g_autoptr (GHashTable) secrets = g_hash_table_new_full (g_str_hash,
      g_str_equal, g_free, secret_free);
  gchar **lines = g_strsplit (text, separator, -1);
  const gchar *wrong = NULL;
  guint number = 0;
  for (guint i = 0; lines[i] != NULL; i++) {
    gchar *line = g_strstrip (lines[i]);
    if (wrong == NULL && *line != '\0' && *line != '#') {
      wrong = add_line (secrets, line);
      number = i + 1;
    }
    explicit_bzero (line, strlen (line));
  }
  g_strfreev (lines);
  if (wrong == NULL && g_hash_table_size (secrets) == 0) {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_CREDENTIALS,
        "no API keys given");
    return FALSE;
  }
  if (wrong != NULL) {
    g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_CREDENTIALS,
        "%s %u of the API keys %s", unit, number, wrong);
    return FALSE;
  }
  g_hash_table_unref (self->secrets);
  self->secrets = g_steal_pointer (&secrets);
  return TRUE;
}

gboolean
livekit_keys_load_file (LivekitKeys * self, const gchar * path, GError ** error)
{
  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  g_autoptr (GError) failure = NULL;
  gchar *text = NULL;
  gsize size = 0;
  if (!g_file_get_contents (path, &text, &size, &failure)) {
    g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_CREDENTIALS,
        "cannot read the API keys: %s", failure->message);
    return FALSE;
  }
  /* A file with a NUL in it would be read only up to there. */
  gboolean done = FALSE;
  if (strlen (text) != size)
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_CREDENTIALS,
        "the file of the API keys is not a text");
  else
    done = load (self, text, "\n", "line", error);
  explicit_bzero (text, size);
  g_free (text);
  return done;
}

gboolean
livekit_keys_load_text (LivekitKeys * self, const gchar * text, GError ** error)
{
  g_return_val_if_fail (self != NULL && text != NULL, FALSE);

  return load (self, text, "\n", "line", error);
}

gboolean
livekit_keys_load_pairs (LivekitKeys * self, const gchar * pairs,
    GError ** error)
{
  g_return_val_if_fail (self != NULL && pairs != NULL, FALSE);

  return load (self, pairs, ",", "pair", error);
}

const gchar *
livekit_keys_get_secret (const LivekitKeys * self, const gchar * key)
{
  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  return g_hash_table_lookup (self->secrets, key);
}

guint
livekit_keys_get_count (const LivekitKeys * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return g_hash_table_size (self->secrets);
}

void
livekit_keys_swap (LivekitKeys * self, LivekitKeys * other)
{
  g_return_if_fail (self != NULL && other != NULL);

  GHashTable *secrets = self->secrets;
  self->secrets = other->secrets;
  other->secrets = secrets;
}
