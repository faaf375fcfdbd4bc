/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherRoom: see the header. */
#include "publisherroom.h"

#define ROOM_FACTORY "roompublish"

static gboolean
is_room (GstElement * element)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  return factory && g_strcmp0 (GST_OBJECT_NAME (factory), ROOM_FACTORY) == 0;
}

static gint
compare_room (gconstpointer item, gconstpointer user_data)
{
  return is_room (g_value_get_object (item)) ? 0 : 1;
}

static gboolean
count_room (const GValue * item, GValue * count, gpointer user_data)
{
  if (is_room (g_value_get_object (item)))
    g_value_set_uint (count, g_value_get_uint (count) + 1);
  return TRUE;
}

gboolean
publisher_room_find (GstBin * pipeline, GstElement ** room, GError ** error)
{
  GstIterator *iterator = gst_bin_iterate_recurse (pipeline);
  g_auto (GValue) found = G_VALUE_INIT;
  g_auto (GValue) count = G_VALUE_INIT;

  *room = NULL;
  g_value_init (&count, G_TYPE_UINT);
  gst_iterator_fold (iterator, count_room, &count, NULL);
  gst_iterator_resync (iterator);
  if (gst_iterator_find_custom (iterator, compare_room, &found, NULL))
    *room = g_value_dup_object (&found);
  gst_iterator_free (iterator);

  if (g_value_get_uint (&count) < 2)
    return TRUE;
  g_clear_object (room);
  g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK,
      "the pipeline has %u " ROOM_FACTORY " elements; gst-publisher runs one",
      g_value_get_uint (&count));
  return FALSE;
}

GstElement *
publisher_room_prepare (void)
{
  GstElement *room = gst_element_factory_make (ROOM_FACTORY, NULL);
  if (!room)
    return NULL;
  gst_object_ref_sink (room);
  /* One that cannot be made ready says so when the pipeline starts. */
  gst_element_set_state (room, GST_STATE_READY);
  return room;
}

void
publisher_room_discard (GstElement * room)
{
  if (!room)
    return;
  gst_element_set_state (room, GST_STATE_NULL);
  gst_object_unref (room);
}

GstElement *
publisher_room_add (GstBin * pipeline, GstElement * room, GError ** error)
{
  if (!room) {
    g_set_error_literal (error, GST_PARSE_ERROR,
        GST_PARSE_ERROR_NO_SUCH_ELEMENT, "the element " ROOM_FACTORY
        " is not installed: is its folder in GST_PLUGIN_PATH?");
    return NULL;
  }
  gst_bin_add (pipeline, room);
  return gst_object_ref (room);
}

/* NULL for an empty one. */
static gchar *
dup_property (GstElement * room, const gchar * name)
{
  g_autofree gchar *value = NULL;
  g_object_get (room, name, &value, NULL);
  return value && *value ? g_steal_pointer (&value) : NULL;
}

gboolean
publisher_room_has_server (GstElement * room)
{
  g_autofree gchar *url = dup_property (room, "url");
  return url != NULL;
}

void
publisher_room_read_names (GstElement * room, PublisherOptions * options)
{
  if (!options->room)
    options->room = dup_property (room, "room");
  if (!options->identity)
    options->identity = dup_property (room, "identity");
}

void
publisher_room_set_allowed_users (GstElement * room, gchar ** users)
{
  g_auto (GValue) list = G_VALUE_INIT;
  g_value_init (&list, GST_TYPE_ARRAY);

  for (gchar ** user = users; *user; user++) {
    GValue item = G_VALUE_INIT;
    g_value_init (&item, G_TYPE_STRING);
    g_value_set_string (&item, *user);
    gst_value_array_append_and_take_value (&list, &item);
  }
  g_object_set_property (G_OBJECT (room), "allowed-users", &list);
}

void
publisher_room_configure (GstElement * room, const PublisherOptions * options)
{
  const struct
  {
    const gchar *property;
    const gchar *value;
  } strings[] = {
    {"url", options->url},
    {"api-key", options->api_key},
    {"api-secret", options->api_secret},
    {"room", options->room},
    {"identity", options->identity},
    {"participant-name", options->name},
    {"metadata", options->metadata},
  };

  /* The element would take a token from the environment, and a token wins
   * over a key: when a key is to be used, there must be none. */
  if (options->token || options->api_key)
    g_object_set (room, "token", options->token, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++) {
    if (strings[i].value)
      g_object_set (room, strings[i].property, strings[i].value, NULL);
  }
  if (options->allowed_users)
    publisher_room_set_allowed_users (room, options->allowed_users);
}
