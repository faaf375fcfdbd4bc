/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden bytes are what FFmpeg 8.1 writes of one channel; the rest is laid
 * together from Enhanced RTMP v2, "ExAudioTagBody". */
#include "rtmp/rtmpchannels.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>

static gboolean
parse (RtmpChannels * self, const gchar * hex, GError ** error)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);

  return rtmp_channels_parse (self, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), error);
}

START_TEST (test_what_is_read_is_written)
{
  const gchar *all[] = { "01 01 00000004", "00 06", "02 03 00 fe ff",
    "01 18 00ffffff"
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    RtmpChannels self;
    ck_assert (parse (&self, all[i], NULL));
    g_autoptr (GBytes) bytes = rtmp_channels_write (&self);
    hex_bytes_assert (g_bytes_get_data (bytes, NULL),
        g_bytes_get_size (bytes), all[i]);
  }
}

END_TEST;

START_TEST (test_each_order_is_read)
{
  RtmpChannels self;

  ck_assert (parse (&self, "01 01 00000004", NULL));
  ck_assert_uint_eq (self.order, RTMP_CHANNELS_NATIVE);
  ck_assert_uint_eq (self.count, 1);
  ck_assert_uint_eq (self.mask, 4);
  ck_assert (parse (&self, "00 06", NULL));
  ck_assert_uint_eq (self.order, RTMP_CHANNELS_UNSPECIFIED);
  ck_assert_uint_eq (self.count, 6);
  ck_assert (parse (&self, "02 02 03 fe", NULL));
  ck_assert_uint_eq (self.order, RTMP_CHANNELS_CUSTOM);
  ck_assert_uint_eq (self.mapping[0], 3);
  ck_assert_uint_eq (self.mapping[1], RTMP_CHANNEL_UNUSED);
}

END_TEST;

START_TEST (test_what_is_cut_off_is_refused)
{
  const gchar *bad[] = { "", "01", "01 01", "01 01 000000", "02 02 00" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    RtmpChannels self;
    ck_assert_msg (!parse (&self, bad[i], &error), "%s", bad[i]);
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
}

END_TEST;

START_TEST (test_another_order_is_not_supported)
{
  g_autoptr (GError) error = NULL;
  RtmpChannels self;

  ck_assert (!parse (&self, "03 02 00 01", &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_UNSUPPORTED));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpchannels");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_what_is_read_is_written);
  tcase_add_test (tcase, test_each_order_is_read);
  tcase_add_test (tcase, test_what_is_cut_off_is_refused);
  tcase_add_test (tcase, test_another_order_is_not_supported);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
