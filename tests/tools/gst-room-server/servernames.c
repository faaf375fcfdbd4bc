/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servernames.h"

#include <check.h>
#include <string.h>

static const gchar sdp[] =
    "v=0\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
    "a=msid:PA_a|camera TR_1\r\n"
    "a=ssrc:7 msid:PA_a|camera TR_1\r\n"
    "a=ssrc:7 cname:us\r\n"
    "a=ssrc-group:FID 7 8\r\n"
    "a=inactive\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
    "a=msid:PA_a|camera TR_1\r\n" "a=ssrc:9 cname:us\r\n" "a=sendonly\r\n";

START_TEST (test_an_inactive_section_has_no_name)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autofree gchar *written = server_names_write (sdp, none, none);

  ck_assert_str_eq (written, "v=0\r\n"
      "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
      "a=inactive\r\n"
      "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
      "a=msid:PA_a|camera TR_1\r\n" "a=ssrc:9 cname:us\r\n" "a=sendonly\r\n");
}

END_TEST;

START_TEST (test_a_name_of_nobody_is_left_out)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autofree gchar *written = server_names_write ("m=audio 9 x 0\r\n"
      "a=ssrc:1 msid:s webrtctransceiver3\r\n" "a=sendonly\r\n", none, none);

  ck_assert_str_eq (written, "m=audio 9 x 0\r\na=sendonly\r\n");
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("servernames");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_an_inactive_section_has_no_name);
  tcase_add_test (tcase, test_a_name_of_nobody_is_left_out);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
