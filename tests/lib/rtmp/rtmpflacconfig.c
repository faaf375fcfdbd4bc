/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden block is what FFmpeg 8.1 writes, without marker; with it, what
 * RFC 9639 asks for. */
#include "rtmp/rtmpflacconfig.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>

#define BLOCK "1200 1200 00041a 0004ff 0bb800f000017700" \
  "957e0a09f97871af8c611d306a8ab5ad"
#define GOLDEN "664c6143 80000022" BLOCK

static gboolean
parse (RtmpFlacConfig * self, const gchar * hex, GError ** error)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);

  return rtmp_flac_config_parse (self, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), error);
}

START_TEST (test_a_header_is_read_with_and_without_marker)
{
  const gchar *headers[] = { GOLDEN, BLOCK };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++) {
    RtmpFlacConfig self;
    ck_assert (parse (&self, headers[i], NULL));
    ck_assert_uint_eq (self.min_block, 4608);
    ck_assert_uint_eq (self.min_frame, 1050);
    ck_assert_uint_eq (self.max_frame, 1279);
    ck_assert_uint_eq (self.rate, 48000);
    ck_assert_uint_eq (self.channels, 1);
    ck_assert_uint_eq (self.depth, 16);
    ck_assert_uint_eq (self.samples, 96000);
    g_autoptr (GBytes) bytes = rtmp_flac_config_write (&self);
    hex_bytes_assert (g_bytes_get_data (bytes, NULL),
        g_bytes_get_size (bytes), GOLDEN);
  }
}

END_TEST;

START_TEST (test_all_fields_are_kept)
{
  const gchar *all = "664c6143 80000022 0010 ffff 000001 ffffff"
      "ffffffffffffffff" "000102030405060708090a0b0c0d0e0f";
  RtmpFlacConfig self;

  ck_assert (parse (&self, all, NULL));
  ck_assert_uint_eq (self.channels, 8);
  ck_assert_uint_eq (self.depth, 32);
  ck_assert_uint_eq (self.rate, 0xfffff);
  g_autoptr (GBytes) bytes = rtmp_flac_config_write (&self);
  hex_bytes_assert (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
      all);
}

END_TEST;

START_TEST (test_what_is_no_header_is_refused)
{
  /* Another block, no rate. */
  const gchar *bad[] = { "664c6143 84000022" BLOCK,
    "664c6143 80000022 1200 1200 00041a 0004ff 000000f000017700"
        "957e0a09f97871af8c611d306a8ab5ad"
  };
  g_autoptr (GBytes) bytes = hex_bytes_new (GOLDEN);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  RtmpFlacConfig self;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert (!parse (&self, bad[i], &error));
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
  for (gsize length = 0; length < size; length++) {
    g_autoptr (GBytes) cut = g_bytes_new (data, length);
    ck_assert (!rtmp_flac_config_parse (&self, g_bytes_get_data (cut, NULL),
            length, NULL));
  }
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpflacconfig");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_header_is_read_with_and_without_marker);
  tcase_add_test (tcase, test_all_fields_are_kept);
  tcase_add_test (tcase, test_what_is_no_header_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
