/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden header is what FFmpeg 8.1 writes; the rest is laid together from
 * RFC 7845, 5.1. */
#include "rtmp/rtmpopusconfig.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>
#include <string.h>

#define GOLDEN "4f70757348656164 01 01 3801 80bb0000 0000 00"
#define SURROUND "4f70757348656164 01 06 3801 80bb0000 00ff 01 04 02" \
  "00 04 01 02 03 05"

static gboolean
parse (RtmpOpusConfig * self, const gchar * hex, GError ** error)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);

  return rtmp_opus_config_parse (self, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), error);
}

START_TEST (test_a_header_is_read)
{
  RtmpOpusConfig self;

  ck_assert (parse (&self, GOLDEN, NULL));
  ck_assert_uint_eq (self.channels, 1);
  ck_assert_uint_eq (self.pre_skip, 312);
  ck_assert_uint_eq (self.rate, 48000);
  ck_assert_int_eq (self.gain, 0);
  ck_assert_uint_eq (self.streams, 1);
  ck_assert_uint_eq (self.coupled, 0);

  ck_assert (parse (&self, SURROUND, NULL));
  ck_assert_uint_eq (self.channels, 6);
  ck_assert_int_eq (self.gain, -256);
  ck_assert_uint_eq (self.family, 1);
  ck_assert_uint_eq (self.streams, 4);
  ck_assert_uint_eq (self.coupled, 2);
  ck_assert_uint_eq (self.mapping[1], 4);
}

END_TEST;

START_TEST (test_what_is_read_is_written)
{
  const gchar *headers[] = { GOLDEN, SURROUND };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++) {
    RtmpOpusConfig self;
    ck_assert (parse (&self, headers[i], NULL));
    g_autoptr (GBytes) bytes = rtmp_opus_config_write (&self);
    hex_bytes_assert (g_bytes_get_data (bytes, NULL),
        g_bytes_get_size (bytes), headers[i]);
  }
}

END_TEST;

START_TEST (test_what_is_no_header_is_refused)
{
  const gchar *bad[] = {
    /* Another word, another major version, no channels, three channels in a
     * family that has two, more coupled streams than streams, none at all. */
    "4f70757348656165 01 01 3801 80bb0000 0000 00",
    "4f70757348656164 10 01 3801 80bb0000 0000 00",
    "4f70757348656164 01 00 3801 80bb0000 0000 00",
    "4f70757348656164 01 03 3801 80bb0000 0000 00",
    "4f70757348656164 01 02 3801 80bb0000 0000 01 01 02 00 01",
    "4f70757348656164 01 02 3801 80bb0000 0000 01 00 00 00 01",
    "4f70757348656164 01 02 3801 80bb0000 0000 01 ff 01 00 01",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    RtmpOpusConfig self;
    ck_assert_msg (!parse (&self, bad[i], &error), "%s", bad[i]);
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
}

END_TEST;

START_TEST (test_a_header_cut_at_any_length_is_refused)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (SURROUND);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize length = 0; length < size; length++) {
    g_autoptr (GBytes) cut = g_bytes_new (data, length);
    RtmpOpusConfig self;
    ck_assert (!rtmp_opus_config_parse (&self, g_bytes_get_data (cut, NULL),
            length, NULL));
  }
}

END_TEST;

START_TEST (test_as_many_channels_as_there_can_be_are_written)
{
  RtmpOpusConfig self = { 255, 0, 0, 0, 255, 255, 0 }, again;

  memset (self.mapping, 3, sizeof self.mapping);
  g_autoptr (GBytes) bytes = rtmp_opus_config_write (&self);
  ck_assert (rtmp_opus_config_parse (&again, g_bytes_get_data (bytes, NULL),
          g_bytes_get_size (bytes), NULL));
  ck_assert_uint_eq (again.mapping[254], 3);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpopusconfig");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_header_is_read);
  tcase_add_test (tcase, test_what_is_read_is_written);
  tcase_add_test (tcase, test_what_is_no_header_is_refused);
  tcase_add_test (tcase, test_a_header_cut_at_any_length_is_refused);
  tcase_add_test (tcase, test_as_many_channels_as_there_can_be_are_written);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
