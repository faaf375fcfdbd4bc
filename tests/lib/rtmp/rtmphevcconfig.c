/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden record is what x265 and h265parse make of a test picture. */
#include "rtmp/rtmphevcconfig.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <check.h>

#define GOLDEN "01 04 08000000 9e0800000000 3f f000 fc ff f8 f8 0000 0f 03" \
  "20 0001 0017 40010c01ffff0408000003009e0800000300003f959809" \
  "21 0001 0030 4201010408000003009e0800000300003f90014101e2cb2b3492657ff8" \
  "0008000b506060604000000300400000078222" \
  "a2 0001 0007 4401c1aabbccdd"

static RtmpHevcConfig *
parse (const gchar * hex, GError ** error)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);

  return rtmp_hevc_config_parse (g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), error);
}

START_TEST (test_a_record_is_read)
{
  g_autoptr (RtmpHevcConfig) self = parse (GOLDEN, NULL);

  ck_assert (self != NULL);
  ck_assert_uint_eq (self->profile, 4);
  ck_assert_uint_eq (self->compatibility, 0x08000000);
  ck_assert_uint_eq (self->level, 63);
  ck_assert_uint_eq (self->chroma_format, 3);
  ck_assert_uint_eq (self->luma_depth, 8);
  ck_assert_uint_eq (self->temporal_layers, 1);
  ck_assert (self->temporal_nested);
  ck_assert_uint_eq (self->length_size, 4);
  ck_assert_uint_eq (self->arrays->len, 3);
  const RtmpHevcArray *last = &g_array_index (self->arrays, RtmpHevcArray, 2);
  ck_assert_uint_eq (last->type, 34);
  ck_assert (last->complete);
  hex_bytes_assert (g_bytes_get_data (last->units->pdata[0], NULL), 7,
      "4401c1aabbccdd");
}

END_TEST;

START_TEST (test_what_is_read_is_written)
{
  const gchar *records[] = { GOLDEN,
    "01 61 60000000 900000000000 5d ffff ff fd fa fb 1900 57 00"
  };

  for (guint i = 0; i < G_N_ELEMENTS (records); i++) {
    g_autoptr (RtmpHevcConfig) self = parse (records[i], NULL);
    ck_assert (self != NULL);
    g_autoptr (GBytes) bytes = rtmp_hevc_config_write (self);
    hex_bytes_assert (g_bytes_get_data (bytes, NULL),
        g_bytes_get_size (bytes), records[i]);
  }
}

END_TEST;

START_TEST (test_a_record_cut_at_any_length_is_refused)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (GOLDEN);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize length = 0; length < size; length++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) cut = g_bytes_new (data, length);
    ck_assert (rtmp_hevc_config_parse (g_bytes_get_data (cut, NULL), length,
            &error) == NULL);
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
}

END_TEST;

START_TEST (test_a_record_of_another_kind_or_too_long_is_refused)
{
  g_autofree guint8 *endless = g_malloc0 (RTMP_MAX_CONFIG + 1);

  /* Another version; lengths of three bytes. */
  ck_assert (parse ("02 04 08000000 9e0800000000 3f f000 fc ff f8 f8 0000 0f"
          "00", NULL) == NULL);
  ck_assert (parse ("01 04 08000000 9e0800000000 3f f000 fc ff f8 f8 0000 0e"
          "00", NULL) == NULL);
  ck_assert (rtmp_hevc_config_parse (endless, RTMP_MAX_CONFIG + 1, NULL) ==
      NULL);
}

END_TEST;

START_TEST (test_more_than_a_record_can_say_is_not_written)
{
  g_autoptr (RtmpHevcConfig) self = rtmp_hevc_config_new ();

  for (guint i = 0; i < 256; i++)
    rtmp_hevc_config_add (self, 32, TRUE, rtmp_nal_units_new ());
  ck_assert (rtmp_hevc_config_write (self) == NULL);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmphevcconfig");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_record_is_read);
  tcase_add_test (tcase, test_what_is_read_is_written);
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
