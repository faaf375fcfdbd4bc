/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherJson: see the header. */
#include "publisherjson.h"

#include <math.h>

static JsonNode *value_to_node (const GValue * value);

JsonObject *
publisher_json_new (const gchar * event)
{
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "event", event);
  return object;
}

static JsonNode *
structure_to_node (const GstStructure * structure)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  publisher_json_add_structure (object, structure);
  json_node_take_object (node, object);
  return node;
}

static JsonNode *
array_to_node (const GValue * value)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < gst_value_array_get_size (value); i++) {
    JsonNode *item = value_to_node (gst_value_array_get_value (value, i));
    if (item)
      json_array_add_element (array, item);
  }
  json_node_take_array (node, array);
  return node;
}

static JsonNode *
number_to_node (const GValue * value)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);
  g_auto (GValue) number = G_VALUE_INIT;

  if (G_VALUE_HOLDS_FLOAT (value) || G_VALUE_HOLDS_DOUBLE (value)) {
    g_value_init (&number, G_TYPE_DOUBLE);
    g_value_transform (value, &number);
    if (isfinite (g_value_get_double (&number)))
      json_node_set_double (node, g_value_get_double (&number));
    else
      json_node_init_null (node);
  } else {
    g_value_init (&number, G_TYPE_INT64);
    g_value_transform (value, &number);
    json_node_set_int (node, g_value_get_int64 (&number));
  }
  return node;
}

static JsonNode *
value_to_node (const GValue * value)
{
  if (GST_VALUE_HOLDS_STRUCTURE (value))
    return structure_to_node (gst_value_get_structure (value));
  if (GST_VALUE_HOLDS_ARRAY (value))
    return array_to_node (value);
  if (G_VALUE_HOLDS_STRING (value)) {
    JsonNode *node = json_node_new (JSON_NODE_VALUE);
    if (g_value_get_string (value))
      json_node_set_string (node, g_value_get_string (value));
    else
      json_node_init_null (node);
    return node;
  }
  if (G_VALUE_HOLDS_BOOLEAN (value)) {
    JsonNode *node = json_node_new (JSON_NODE_VALUE);
    json_node_set_boolean (node, g_value_get_boolean (value));
    return node;
  }
  if (g_value_type_transformable (G_VALUE_TYPE (value), G_TYPE_INT64))
    return number_to_node (value);
  return NULL;
}

static gboolean
add_field (GQuark field, const GValue * value, gpointer user_data)
{
  JsonNode *node = value_to_node (value);
  if (node)
    json_object_set_member (user_data, g_quark_to_string (field), node);
  return TRUE;
}

void
publisher_json_add_structure (JsonObject * object,
    const GstStructure * structure)
{
  gst_structure_foreach (structure, add_field, object);
}

gchar *
publisher_json_to_line (JsonObject * object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, object);
  return json_to_string (node, FALSE);
}
