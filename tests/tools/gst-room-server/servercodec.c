/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servercodec.h"

#include <check.h>

START_TEST (test_names_are_found_in_any_case)
{
  ck_assert_str_eq (server_codec_find ("opus")->name, "OPUS");
  ck_assert_str_eq (server_codec_find ("h264")->name, "H264");
  ck_assert_ptr_null (server_codec_find ("rtx"));
  ck_assert_ptr_null (server_codec_find (NULL));
}

END_TEST;

START_TEST (test_each_payload_type_is_given_once)
{
  gboolean taken[128] = { FALSE };

  for (guint i = 0; server_codec_get (i) != NULL; i++) {
    const ServerCodec *codec = server_codec_get (i);
    ck_assert (!taken[codec->pt]);
    taken[codec->pt] = TRUE;
    /* For retransmission. */
    if (codec->video) {
      ck_assert (!taken[codec->pt + 1]);
      taken[codec->pt + 1] = TRUE;
    }
  }
}

END_TEST;

START_TEST (test_video_knows_its_key_frames_and_audio_has_none)
{
  for (guint i = 0; server_codec_get (i) != NULL; i++) {
    const ServerCodec *codec = server_codec_get (i);
    ck_assert_int_eq (codec->begins_key_frame != NULL, codec->video);
  }
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("servercodec");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_names_are_found_in_any_case);
  tcase_add_test (tcase, test_each_payload_type_is_given_once);
  tcase_add_test (tcase, test_video_knows_its_key_frames_and_audio_has_none);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
