/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* docs/rtmp.md names every property of the four elements. */
#include <gst/check/gstcheck.h>

static gchar *
read_page (void)
{
  gchar *page = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (PAGE, &page, NULL, &error);
  g_assert_no_error (error);
  return page;
}

static void
assert_named (const gchar * page, const gchar * element, const gchar * name)
{
  g_autofree gchar *quoted = g_strdup_printf ("`%s`", name);

  fail_unless (strstr (page, quoted) != NULL, "%s of %s", name, element);
}

/* Those of base classes are GStreamer's to explain. */
static guint
assert_properties (const gchar * page, const gchar * name)
{
  GstElement *element =
      gst_object_ref_sink (gst_element_factory_make (name, NULL));
  guint n, own = 0;
  g_autofree GParamSpec **properties =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);

  for (guint i = 0; i < n; i++) {
    if (properties[i]->owner_type != G_OBJECT_TYPE (element))
      continue;
    own++;
    assert_named (page, name, properties[i]->name);
  }
  gst_object_unref (element);
  return own;
}

GST_START_TEST (test_every_property_is_named)
{
  g_autofree gchar *page = read_page ();

  fail_unless (assert_properties (page, "rtmpsink") > 20);
  fail_unless (assert_properties (page, "rtmpsrc") > 20);
  fail_unless (assert_properties (page, "rtmpmux") >= 4);
  assert_properties (page, "rtmpdemux");
}

GST_END_TEST;

static Suite *
rtmpdocumented_suite (void)
{
  Suite *suite = suite_create ("rtmpdocumented");
  TCase *tcase = tcase_create ("rtmpdocumented");
  tcase_add_test (tcase, test_every_property_is_named);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpdocumented);
