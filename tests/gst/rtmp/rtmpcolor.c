/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpcolor.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define HDR "video/x-h265, bit-depth-luma=(uint)10, colorimetry=bt2100-pq, " \
  "mastering-display-info=(string)\"35400:14600:8500:39850:6550:2300:" \
  "15635:16450:10000000:1\", content-light-level=(string)\"1000:400\""

START_TEST (test_colours_of_caps_are_told)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (HDR);
  RtmpColorInfo color;

  ck_assert (rtmp_color_from_caps (&color, caps));
  fail_unless_equals_float (color.bit_depth, 10);
  fail_unless_equals_float (color.primaries, 9);
  fail_unless_equals_float (color.transfer, 16);
  fail_unless_equals_float (color.matrix, 9);
  fail_unless_equals_float (color.red_x, 0.708);
  fail_unless_equals_float (color.white_y, 0.329);
  fail_unless_equals_float (color.max_luminance, 1000);
  fail_unless_equals_float (color.min_luminance, 0.0001);
  fail_unless_equals_float (color.max_cll, 1000);
  fail_unless_equals_float (color.max_fall, 400);
}

END_TEST;

START_TEST (test_ordinary_colours_are_not_worth_a_message)
{
  const gchar *plain[] = { "video/x-h264", "video/x-h264, colorimetry=bt709",
    "video/x-h264, colorimetry=nonsense"
  };

  for (guint i = 0; i < G_N_ELEMENTS (plain); i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (plain[i]);
    RtmpColorInfo color;
    ck_assert_msg (!rtmp_color_from_caps (&color, caps), "%s", plain[i]);
  }
}

END_TEST;

START_TEST (test_what_is_told_comes_back)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (HDR);
  g_autoptr (GstCaps) bare =
      gst_caps_from_string ("video/x-h265, bit-depth-luma=(uint)10");
  RtmpColorInfo color;

  ck_assert (rtmp_color_from_caps (&color, caps));
  rtmp_color_to_caps (&color, bare);
  gst_check_caps_equal (bare, caps);
}

END_TEST;

START_TEST (test_nothing_takes_back_what_was_told)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (HDR);
  g_autoptr (GstCaps) bare =
      gst_caps_from_string ("video/x-h265, bit-depth-luma=(uint)10");
  RtmpColorInfo nothing = { 0 };

  rtmp_color_to_caps (&nothing, caps);
  gst_check_caps_equal (caps, bare);
}

END_TEST;

START_TEST (test_numbers_that_cannot_be_are_held_to_what_can)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-h265");
  RtmpColorInfo color = { 0, 999, 999, 999, 1e300, 1e300, 1e300, 1, 1, 1, 1, 1,
    1e300, 1, 1e300, 1e300
  };

  rtmp_color_to_caps (&color, caps);
  ck_assert (gst_caps_is_fixed (caps));
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  Suite *suite = suite_create ("rtmpcolor");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_colours_of_caps_are_told);
  tcase_add_test (tcase, test_ordinary_colours_are_not_worth_a_message);
  tcase_add_test (tcase, test_what_is_told_comes_back);
  tcase_add_test (tcase, test_nothing_takes_back_what_was_told);
  tcase_add_test (tcase, test_numbers_that_cannot_be_are_held_to_what_can);
  suite_add_tcase (suite, tcase);
  return gst_check_run_suite (suite, "rtmpcolor", __FILE__);
}
