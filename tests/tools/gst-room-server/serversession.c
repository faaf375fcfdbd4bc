/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serversession.h"

#include <check.h>

static GObject *
dup_of (GstElement * element)
{
  ck_assert (element != NULL);
  gst_object_ref_sink (element);
  GObject *session = server_session_dup (element);
  gst_object_unref (element);
  return session;
}

START_TEST (test_an_rtpsession_has_one)
{
  g_autoptr (GObject) session =
      dup_of (gst_element_factory_make ("rtpsession", NULL));

  ck_assert_str_eq (G_OBJECT_TYPE_NAME (session), "RTPSession");
}

END_TEST;

START_TEST (test_another_element_has_none)
{
  ck_assert (dup_of (gst_element_factory_make ("rtpbin", NULL)) == NULL);
}

END_TEST;

START_TEST (test_an_element_without_a_factory_has_none)
{
  ck_assert (dup_of (gst_pipeline_new (NULL)) == NULL);
  ck_assert (dup_of (g_object_new (GST_TYPE_BIN, NULL)) == NULL);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serversession");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_an_rtpsession_has_one);
  tcase_add_test (tcase, test_another_element_has_none);
  tcase_add_test (tcase, test_an_element_without_a_factory_has_none);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
