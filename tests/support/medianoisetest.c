/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "medianoise.h"

#include <gst/check/gstcheck.h>

#include <signal.h>

/* As srtpdec's, one after the other. */
static const gchar *const unnamed[] = {
  "gst_pad_create_stream_id_internal: assertion 'parent->numsinkpads <= 1' "
      "failed",
  "gst_event_new_stream_start: assertion 'stream_id != NULL' failed",
  "gst_pad_push_event: assertion 'GST_IS_EVENT (event)' failed",
};

static void
complain (const gchar * message)
{
  g_log ("GStreamer", G_LOG_LEVEL_CRITICAL, "%s", message);
}

static void
complain_of_srtpdec (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (unnamed); i++)
    complain (unnamed[i]);
}

START_TEST (test_what_is_known_ends_no_test)
{
  gst_init (NULL, NULL);
  media_noise_allow ();
  complain_of_srtpdec ();
  complain_of_srtpdec ();
  g_log ("GLib", G_LOG_LEVEL_CRITICAL, "g_hash_table_foreach: assertion "
      "'version == hash_table->version' failed");
}

END_TEST;

START_TEST (test_what_is_known_ends_no_test_of_gstcheck)
{
  gst_check_init (NULL, NULL);
  media_noise_allow ();
  complain_of_srtpdec ();
  complain_of_srtpdec ();
}

END_TEST;

START_TEST (test_what_comes_alone_is_an_end)
{
  gst_init (NULL, NULL);
  media_noise_allow ();
  complain_of_srtpdec ();
  complain (unnamed[_i]);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("medianoise");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase, test_what_is_known_ends_no_test);
  tcase_add_test (tcase, test_what_is_known_ends_no_test_of_gstcheck);
  tcase_add_loop_test_raise_signal (tcase, test_what_comes_alone_is_an_end,
      SIGTRAP, 1, G_N_ELEMENTS (unnamed));
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
