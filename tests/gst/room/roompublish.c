/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* roompublish: that it is what docs/roompublish.md says, and no more. */
#include "publishrun.h"

#include <string.h>

#include "livekit/livekiterror.h"

static GstElement *element;
static gchar *page;

static void
setup (void)
{
  element = gst_object_ref_sink (gst_element_factory_make ("roompublish", "r"));
  fail_unless (g_file_get_contents (DOCUMENT, &page, NULL, NULL));
}

static void
teardown (void)
{
  gst_clear_object (&element);
  g_clear_pointer (&page, g_free);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

/* The names in the first column of the table under @head, sorted. In a row the
 * last thing between ticks before the second bar is the name. */
static gchar *
list_documented (const gchar * head)
{
  const gchar *table = strstr (page, head);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  fail_unless (table != NULL, "%s", head);
  const gchar *end = strstr (table, "\n\n");
  g_autofree gchar *text = g_strndup (table, end - table);
  g_auto (GStrv) rows = g_strsplit (text, "\n", -1);
  /* After the head and the line under it. */
  for (guint i = 2; rows[i]; i++) {
    g_auto (GStrv) columns = g_strsplit (rows[i], "|", 3);
    g_auto (GStrv) parts = g_strsplit (columns[1], "`", -1);
    guint n = g_strv_length (parts);
    fail_unless (n >= 3, "%s", rows[i]);
    g_ptr_array_add (names, g_strdup (parts[n - 2]));
  }
  g_ptr_array_sort (names, compare);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (gchar **) names->pdata);
}

/* The properties that the class of @object adds to its parent's, sorted. */
static gchar *
list_own (gpointer object)
{
  guint n;
  g_autofree GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    if (specs[i]->owner_type == G_OBJECT_TYPE (object))
      g_ptr_array_add (names, (gpointer) specs[i]->name);
  g_ptr_array_sort (names, compare);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (gchar **) names->pdata);
}

START_TEST (element_is_a_sink_of_the_plugin_room)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  fail_unless_equals_string (gst_plugin_feature_get_plugin_name
      (GST_PLUGIN_FEATURE (factory)), "room");
  fail_unless_equals_int (gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE
          (factory)), GST_RANK_NONE);
  fail_unless (gst_element_factory_list_is_type (factory,
          GST_ELEMENT_FACTORY_TYPE_SINK));
}

END_TEST;

START_TEST (documented_properties_are_all_there_are)
{
  g_autofree gchar *documented = list_documented ("| property | type");
  g_autofree gchar *own = list_own (element);

  fail_unless_equals_string (own, documented);
}

END_TEST;

START_TEST (documented_properties_of_a_pad_are_all_there_are)
{
  GstPad *pad = gst_element_request_pad_simple (element, "video_%u");
  g_autofree gchar *documented = list_documented ("| pad property | type");
  g_autofree gchar *own = list_own (pad);

  fail_unless_equals_string (own, documented);
  gst_element_release_request_pad (element, pad);
  gst_object_unref (pad);
}

END_TEST;

static gchar *
list_nicks (gpointer object, const gchar * property)
{
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (object), property);
  GEnumClass *values = G_PARAM_SPEC_ENUM (spec)->enum_class;
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < values->n_values; i++)
    g_string_append_printf (list, "%s`%s`", i > 0 ? ", " : "",
        values->values[i].value_nick);
  return g_string_free (list, FALSE);
}

START_TEST (choices_are_documented_in_full)
{
  GstPad *pad = gst_element_request_pad_simple (element, "video_%u");
  g_autofree gchar *sources = list_nicks (pad, "source");
  g_autofree gchar *states = list_nicks (element, "connection-state");
  g_autofree gchar *policies = list_nicks (element, "ice-transport-policy");

  fail_unless (strstr (page, sources) != NULL, "%s", sources);
  fail_unless (strstr (page, states) != NULL, "%s", states);
  fail_unless (strstr (page, policies) != NULL, "%s", policies);
  gst_element_release_request_pad (element, pad);
  gst_object_unref (pad);
}

END_TEST;

START_TEST (reasons_are_documented_in_full)
{
  g_autofree gchar *reason =
      g_strdup_printf ("`%s`", livekit_error_get_nick (_i));
  const gchar *list = strstr (page, "has the field `room-reason`");

  fail_unless (list != NULL);
  const gchar *found = strstr (list, reason);
  fail_unless (found != NULL && found < strstr (list, "\n\n"), "%s", reason);
}

END_TEST;

START_TEST (statistics_have_the_documented_fields)
{
  g_autoptr (PublishRun) run = publish_run_new_connected
      ("audiotestsrc is-live=true ! mulawenc ! roompublish name=r");
  g_autoptr (GstStructure) stats = NULL;
  const gchar *section = strstr (page, "## `stats`");

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  g_object_get (publish_run_get_element (run), "stats", &stats, NULL);
  const GValue *tracks = gst_structure_get_value (stats, "tracks");
  fail_unless_equals_int (gst_value_array_get_size (tracks), 1);
  const GstStructure *track =
      gst_value_get_structure (gst_value_array_get_value (tracks, 0));
  fail_unless (gst_structure_n_fields (track) > 0);
  for (gint i = 0; i < gst_structure_n_fields (track); i++) {
    g_autofree gchar *name =
        g_strdup_printf ("`%s`", gst_structure_nth_field_name (track, i));
    fail_unless (strstr (section, name) != NULL, "%s", name);
  }
  for (gint i = 0; i < gst_structure_n_fields (stats); i++) {
    g_autofree gchar *name =
        g_strdup_printf ("`%s`", gst_structure_nth_field_name (stats, i));
    fail_unless (strstr (section, name) != NULL, "%s", name);
  }
}

END_TEST;

static Suite *
roompublish_suite (void)
{
  Suite *suite = suite_create ("roompublish");
  TCase *tcase = tcase_create ("documentation");

  publish_run_prepare ();
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, element_is_a_sink_of_the_plugin_room);
  tcase_add_test (tcase, documented_properties_are_all_there_are);
  tcase_add_test (tcase, documented_properties_of_a_pad_are_all_there_are);
  tcase_add_test (tcase, choices_are_documented_in_full);
  tcase_add_loop_test (tcase, reasons_are_documented_in_full,
      LIVEKIT_ERROR_URL, LIVEKIT_ERROR_MEDIA + 1);
  tcase_add_test (tcase, statistics_have_the_documented_fields);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (roompublish);
