/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitentry.h"

#include "livekit/livekitbase64.h"
#include "livekit/livekitjoin.h"
#include "livekit/livekitjson.h"
#include "livekit/livekitlimits.h"
#include "livekit/livekitverify.h"

#include <string.h>

/* The protocol's numbers up to now have two digits. */
#define MAX_PROTOCOL 10000

LivekitEntryKind
livekit_entry_find (const gchar * path, gboolean * one_connection)
{
  g_return_val_if_fail (path != NULL && one_connection != NULL,
      LIVEKIT_ENTRY_NONE);

  while (path[0] == '/' && path[1] == '/')
    path++;
  *one_connection = g_str_has_prefix (path, "/rtc/v1");
  const gchar *rest = path + strlen (*one_connection ? "/rtc/v1" : "/rtc");
  if (!g_str_has_prefix (path, "/rtc"))
    return LIVEKIT_ENTRY_NONE;
  if (*rest == '\0')
    return LIVEKIT_ENTRY_JOIN;
  return g_str_equal (rest, "/validate") ? LIVEKIT_ENTRY_VALIDATE
      : LIVEKIT_ENTRY_NONE;
}

static gboolean
refuse (GError ** error, guint status, const gchar * text)
{
  g_set_error_literal (error, LIVEKIT_REFUSAL, status, text);
  return FALSE;
}

static GHashTable *
parse_query (const gchar * query, GError ** error)
{
  /* The parser's own error would quote the query, and a token is in there. */
  GHashTable *values = query == NULL || strlen (query) <= LIVEKIT_MAX_QUERY
      ? g_uri_parse_params (query != NULL ? query : "", -1, "&",
      G_URI_PARAMS_WWW_FORM, NULL) : NULL;
  if (values == NULL)
    refuse (error, 400, "cannot read the query");
  return values;
}

static gboolean
is_true (const gchar * value, gboolean otherwise)
{
  if (value == NULL)
    return otherwise;
  return g_str_equal (value, "1") || g_str_equal (value, "true");
}

/* Goes over that of the token. An empty one would take that away. */
static void
set_attribute (LivekitToken * token, const gchar * key, const gchar * value)
{
  if (*value == '\0')
    return;
  if (token->attributes == NULL)
    token->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
        g_free);
  g_hash_table_insert (token->attributes, g_strdup (key), g_strdup (value));
}

/* NULL: no object with strings only. */
static JsonObject *
parse_attributes (const gchar * value)
{
  g_autoptr (GBytes) bytes = livekit_base64_parse (value, strlen (value));
  if (bytes == NULL)
    return NULL;
  gsize size;
  const gchar *text = g_bytes_get_data (bytes, &size);
  g_autoptr (JsonObject) object = text != NULL
      ? livekit_json_parse (text, size, NULL) : NULL;
  if (object == NULL
      || json_object_get_size (object) > LIVEKIT_MAX_JSON_MEMBERS)
    return NULL;

  g_autoptr (GList) names = json_object_get_members (object);
  for (GList * item = names; item != NULL; item = item->next) {
    const gchar *text_of = NULL;
    if (!g_utf8_validate (item->data, -1, NULL)
        || !livekit_json_get_string (object, item->data, &text_of)
        || text_of == NULL)
      return NULL;
  }
  return g_steal_pointer (&object);
}

/* What cannot be read is an error for who asks whether he may come in, and
 * ignored when he comes: livekit-server's way. So is what is empty. */
static gboolean
read_attributes (LivekitEntry * self, const gchar * value, gboolean strict,
    GError ** error)
{
  g_autoptr (JsonObject) object = parse_attributes (value);
  if (object == NULL)
    return !strict || refuse (error, 400, "cannot decode attributes");
  if (json_object_get_size (object) == 0)
    return TRUE;
  if (self->token->grants.can_update_own_metadata != 1)
    return refuse (error, 401, "no permissions to access the room");

  g_autoptr (GList) names = json_object_get_members (object);
  for (GList * item = names; item != NULL; item = item->next)
    set_attribute (self->token, item->data,
        json_object_get_string_member (object, item->data));
  return TRUE;
}

static gboolean
read_older (LivekitEntry * self, GHashTable * values, gboolean strict,
    GError ** error)
{
  const gchar *protocol = g_hash_table_lookup (values, "protocol");
  const gchar *sid = g_hash_table_lookup (values, "sid");
  const gchar *attributes = g_hash_table_lookup (values, "attributes");
  guint64 number = 0;

  if (protocol != NULL
      && g_ascii_string_to_unsigned (protocol, 10, 0, MAX_PROTOCOL, &number,
          NULL))
    self->protocol = number;
  self->auto_subscribe =
      is_true (g_hash_table_lookup (values, "auto_subscribe"), TRUE);
  if (is_true (g_hash_table_lookup (values, "reconnect"), FALSE))
    self->resumes = g_utf8_make_valid (sid != NULL ? sid : "", -1);
  return attributes == NULL || *attributes == '\0'
      || read_attributes (self, attributes, strict, error);
}

static gboolean
read_join_request (LivekitEntry * self, const gchar * value, GError ** error)
{
  if (value == NULL || *value == '\0')
    return refuse (error, 400, "join_request is required");
  g_autoptr (GError) failure = NULL;
  self->join = livekit_join_parse (value, &failure);
  if (self->join == NULL) {
    g_set_error (error, LIVEKIT_REFUSAL, 400, "cannot unmarshal %s",
        failure->message);
    return FALSE;
  }

  const Livekit__JoinRequest *join = self->join;
  const Livekit__ConnectionSettings *settings = join->connection_settings;
  if (join->client_info != NULL)
    self->protocol = CLAMP (join->client_info->protocol, 0, MAX_PROTOCOL);
  self->auto_subscribe = settings != NULL && settings->auto_subscribe;
  if (join->reconnect)
    self->resumes = g_strdup (join->participant_sid);

  LivekitToken *token = self->token;
  if (join->metadata[0] == '\0' && join->n_participant_attributes == 0)
    return TRUE;
  if (token->grants.can_update_own_metadata != 1)
    return refuse (error, 401, "no permissions to access the room");
  if (join->metadata[0] != '\0') {
    g_free (token->metadata);
    token->metadata = g_strdup (join->metadata);
  }
  for (gsize i = 0; i < join->n_participant_attributes; i++)
    set_attribute (token, join->participant_attributes[i]->key,
        join->participant_attributes[i]->value);
  return TRUE;
}

static gboolean
check_sizes (const LivekitToken * token, GError ** error)
{
  gsize size = 0;

  if (token->metadata != NULL && strlen (token->metadata)
      > LIVEKIT_MAX_METADATA)
    return refuse (error, 400, "metadata size exceeds limits");
  if (token->attributes != NULL) {
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init (&iter, token->attributes);
    while (g_hash_table_iter_next (&iter, &key, &value))
      size += strlen (key) + strlen (value);
  }
  if (size > LIVEKIT_MAX_ATTRIBUTES)
    return refuse (error, 400, "attributes size exceeds limits");
  return TRUE;
}

LivekitEntry *
livekit_entry_read (const LivekitKeys * keys, const gchar * path,
    const gchar * query, const gchar * authorization, gint64 now,
    GError ** error)
{
  g_return_val_if_fail (keys != NULL, NULL);

  gboolean newer;
  LivekitEntryKind kind = livekit_entry_find (path, &newer);
  g_return_val_if_fail (kind != LIVEKIT_ENTRY_NONE, NULL);
  g_autoptr (GHashTable) values = parse_query (query, error);
  if (values == NULL)
    return NULL;

  g_autoptr (LivekitEntry) self = g_new0 (LivekitEntry, 1);
  self->token = livekit_verify_token (keys, authorization,
      g_hash_table_lookup (values, "access_token"), now, error);
  if (self->token == NULL || !livekit_verify_join (self->token, error))
    return NULL;

  /* The older path takes the newer parameter too, and is the newer one then. */
  const gchar *join = g_hash_table_lookup (values, "join_request");
  self->one_connection = newer || join != NULL;
  gboolean good = self->one_connection ? read_join_request (self, join, error)
      : read_older (self, values, kind == LIVEKIT_ENTRY_VALIDATE, error);
  if (!good || !check_sizes (self->token, error))
    return NULL;
  return g_steal_pointer (&self);
}

LivekitEntry *
livekit_entry_new_quiet (LivekitToken * token)
{
  g_return_val_if_fail (token != NULL, NULL);

  LivekitEntry *self = g_new0 (LivekitEntry, 1);
  self->token = token;
  self->one_connection = TRUE;
  self->auto_subscribe = TRUE;
  self->quiet = TRUE;
  return self;
}

void
livekit_entry_free (LivekitEntry * self)
{
  if (self == NULL)
    return;

  livekit_token_free (self->token);
  g_free (self->resumes);
  if (self->join != NULL)
    livekit_join_free (self->join);
  g_free (self);
}
