/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden record is what x264 and FFmpeg 8.1 make of a test picture; the
 * short ones are laid together from ISO/IEC 14496-15, 5.3.3.1.2. */
#include "rtmp/rtmpavcconfig.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <check.h>

#define GOLDEN "01 64 00 0d ff e1 0019" \
  "6764000dacd94141fb0110000003001000000303" "20f1429960" \
  "01 0006 68ebe3cb22c0 fd f8 f8 00"
#define BASELINE "01 42 c0 1e fd e1 0002 6742 01 0001 68"

static RtmpAvcConfig *
parse (const gchar * hex, GError ** error)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);

  return rtmp_avc_config_parse (g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), error);
}

static void
assert_kept (const gchar * hex)
{
  g_autoptr (RtmpAvcConfig) self = parse (hex, NULL);
  ck_assert (self != NULL);
  g_autoptr (GBytes) bytes = rtmp_avc_config_write (self);
  hex_bytes_assert (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
      hex);
}

START_TEST (test_a_record_is_read)
{
  g_autoptr (RtmpAvcConfig) self = parse (GOLDEN, NULL);

  ck_assert (self != NULL);
  ck_assert_uint_eq (self->profile, 100);
  ck_assert_uint_eq (self->level, 13);
  ck_assert_uint_eq (self->length_size, 4);
  ck_assert_uint_eq (self->sps->len, 1);
  ck_assert_uint_eq (g_bytes_get_size (self->sps->pdata[0]), 25);
  ck_assert_uint_eq (self->pps->len, 1);
  ck_assert (self->has_format);
  ck_assert_uint_eq (self->chroma_format, 1);
  ck_assert_uint_eq (self->luma_depth, 8);
}

END_TEST;

START_TEST (test_what_is_read_is_written)
{
  assert_kept (GOLDEN);
  assert_kept (BASELINE);
  /* No sets at all, as where they are in the frames. */
  assert_kept ("01 42 c0 1e ff e0 00");
  /* High, with an extension, and without the part of the high profiles. */
  assert_kept ("01 64 00 1e ff e0 00 fd f8 f8 01 0002 6d00");
  assert_kept ("01 64 00 1e ff e0 00");
}

END_TEST;

START_TEST (test_a_broken_high_part_is_overlooked)
{
  g_autoptr (RtmpAvcConfig) self = parse ("01 64 00 1e ff e0 00 fd f8 f8 02"
      "0001 6d", NULL);

  ck_assert (self != NULL);
  ck_assert (!self->has_format);
  ck_assert_uint_eq (self->sps_extensions->len, 0);
}

END_TEST;

START_TEST (test_lengths_of_three_bytes_are_refused)
{
  g_autoptr (GError) error = NULL;

  ck_assert (parse ("01 42 c0 1e fe e0 00", &error) == NULL);
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
}

END_TEST;

START_TEST (test_a_record_cut_at_any_length_is_refused)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (BASELINE);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize length = 0; length < size; length++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) cut = g_bytes_new (data, length);
    ck_assert (rtmp_avc_config_parse (g_bytes_get_data (cut, NULL), length,
            &error) == NULL);
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
}

END_TEST;

START_TEST (test_a_record_of_another_kind_or_too_long_is_refused)
{
  g_autofree guint8 *endless = g_malloc0 (RTMP_MAX_CONFIG + 1);

  ck_assert (parse ("00 00 00 01 67 42", NULL) == NULL);
  endless[0] = 1;
  endless[4] = 3;
  ck_assert (rtmp_avc_config_parse (endless, RTMP_MAX_CONFIG + 1, NULL) ==
      NULL);
}

END_TEST;

START_TEST (test_more_than_a_record_can_say_is_not_written)
{
  g_autoptr (RtmpAvcConfig) self = rtmp_avc_config_new ();

  for (guint i = 0; i < 32; i++)
    g_ptr_array_add (self->sps, g_bytes_new_static ("g", 1));
  ck_assert (rtmp_avc_config_write (self) == NULL);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpavcconfig");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_record_is_read);
  tcase_add_test (tcase, test_what_is_read_is_written);
  tcase_add_test (tcase, test_a_broken_high_part_is_overlooked);
  tcase_add_test (tcase, test_lengths_of_three_bytes_are_refused);
  tcase_add_test (tcase, test_a_record_cut_at_any_length_is_refused);
  tcase_add_test (tcase, test_a_record_of_another_kind_or_too_long_is_refused);
  tcase_add_test (tcase, test_more_than_a_record_can_say_is_not_written);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
