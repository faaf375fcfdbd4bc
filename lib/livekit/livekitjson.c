/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitjson.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitjsontext.h"
#include "livekit/livekitlimits.h"

JsonObject *
livekit_json_parse (const gchar * text, gsize length, GError ** error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  if (!livekit_json_text_check (text, length, error))
    return NULL;
  /* The parser's own error would quote the text. */
  if (!json_parser_load_from_data (parser, text, length, NULL)) {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "JSON cannot be parsed");
    return NULL;
  }
  JsonNode *root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "JSON is not an object");
    return NULL;
  }
  return json_node_dup_object (root);
}

/* NULL for a member that is absent or null. */
static JsonNode *
get_node (JsonObject * object, const gchar * name)
{
  JsonNode *node = json_object_get_member (object, name);
  return node == NULL || JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

gboolean
livekit_json_get_string (JsonObject * object, const gchar * name,
    const gchar ** value)
{
  JsonNode *node = get_node (object, name);
  if (node == NULL)
    return TRUE;
  /* An escape can still have made half a surrogate pair. */
  if (!JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING
      || !g_utf8_validate (json_node_get_string (node), -1, NULL))
    return FALSE;
  *value = json_node_get_string (node);
  return TRUE;
}

gboolean
livekit_json_get_number (JsonObject * object, const gchar * name,
    gint64 * value)
{
  JsonNode *node = get_node (object, name);
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_INT64) {
    *value = json_node_get_int (node);
    return TRUE;
  }
  if (json_node_get_value_type (node) != G_TYPE_DOUBLE)
    return FALSE;

  /* RFC 7519, section 2: a NumericDate may have a fraction. Beyond 2^53 a
   * double is not exact. */
  gdouble number = json_node_get_double (node);
  if (!(number >= -9007199254740992.0 && number <= 9007199254740992.0))
    return FALSE;
  *value = (gint64) number;
  return TRUE;
}

gboolean
livekit_json_get_boolean (JsonObject * object, const gchar * name,
    gboolean * value)
{
  JsonNode *node = get_node (object, name);
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return FALSE;
  *value = json_node_get_boolean (node);
  return TRUE;
}

gboolean
livekit_json_get_object (JsonObject * object, const gchar * name,
    JsonObject ** value)
{
  JsonNode *node = get_node (object, name);
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  *value = json_node_get_object (node);
  return TRUE;
}

gboolean
livekit_json_get_array (JsonObject * object, const gchar * name,
    JsonArray ** value)
{
  JsonNode *node = get_node (object, name);
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  *value = json_node_get_array (node);
  return TRUE;
}
