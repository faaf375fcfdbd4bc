/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden bytes are what FFmpeg 8.1 writes; names from Enhanced RTMP v2,
 * "Metadata Frame". */
#include "rtmp/rtmpcolorinfo.h"

#include "hexbytes.h"
#include "rtmp/rtmpamf0.h"

#include <check.h>
#include <math.h>
#include <string.h>

static gboolean
read_hex (RtmpColorInfo * self, const gchar * hex)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  g_autoptr (RtmpValues) values =
      rtmp_amf0_parse (g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), NULL);

  ck_assert (values != NULL);
  return rtmp_color_info_read (self, values);
}

static void
assert_same (const RtmpColorInfo * self)
{
  g_autoptr (RtmpValues) values = rtmp_color_info_write (self);
  RtmpColorInfo again;

  ck_assert (rtmp_color_info_read (&again, values));
  ck_assert (memcmp (&again, self, sizeof again) == 0);
}

/* "colorInfo" */
#define NAME "02 0009 636f6c6f72496e666f"

START_TEST (test_an_empty_one_of_ffmpeg_is_read)
{
  static const RtmpColorInfo nothing;
  RtmpColorInfo self;

  ck_assert (read_hex (&self, NAME
          "03 000b 636f6c6f72436f6e666967 03 000009 000009"));
  ck_assert (memcmp (&self, &nothing, sizeof self) == 0);
}

END_TEST;

START_TEST (test_colours_are_written_as_the_text_names_them)
{
  RtmpColorInfo self = {.primaries = 9 };
  g_autoptr (RtmpValues) values = rtmp_color_info_write (&self);
  g_autoptr (GBytes) bytes = rtmp_amf0_write_bytes (values);

  hex_bytes_assert (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
      NAME "03 000b 636f6c6f72436f6e666967 03"
      "000e 636f6c6f725072696d6172696573 00 4022000000000000 000009 000009");
}

END_TEST;

START_TEST (test_what_is_written_is_read)
{
  RtmpColorInfo all = { 10, 9, 16, 9, 400, 1000, 0.708, 0.292, 0.17, 0.797,
    0.131, 0.046, 0.3127, 0.329, 1000, 0.0001
  };
  RtmpColorInfo light = {.max_cll = 600 };
  RtmpColorInfo first_and_last = {.bit_depth = 8,.min_luminance = 1 };

  assert_same (&all);
  assert_same (&light);
  assert_same (&first_and_last);
}

END_TEST;

START_TEST (test_nothing_takes_back_what_was_said)
{
  RtmpColorInfo nothing = { 0 };
  g_autoptr (RtmpValues) values = rtmp_color_info_write (&nothing);
  g_autoptr (GBytes) bytes = rtmp_amf0_write_bytes (values);

  hex_bytes_assert (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
      NAME "06");
  assert_same (&nothing);
}

END_TEST;

START_TEST (test_numbers_that_cannot_be_are_not_told)
{
  RtmpColorInfo self;

  /* bitDepth NaN, colorPrimaries -1, transferCharacteristics a text. */
  ck_assert (read_hex (&self, NAME "03 000b 636f6c6f72436f6e666967 03"
          "0008 6269744465707468 00 7ff8000000000000"
          "000e 636f6c6f725072696d6172696573 00 bff0000000000000"
          "0017 7472616e736665724368617261637465726973746963 73 02 0001 31"
          "000009 000009"));
  ck_assert_double_eq (self.bit_depth, 0);
  ck_assert_double_eq (self.primaries, 0);
  ck_assert_double_eq (self.transfer, 0);
}

END_TEST;

START_TEST (test_other_names_are_passed_over)
{
  RtmpColorInfo self;

  /* "x": 1, and nothing more; then the same before a colorInfo. */
  ck_assert (!read_hex (&self, "02 0001 78 00 3ff0000000000000"));
  ck_assert (!read_hex (&self, NAME));
  ck_assert (read_hex (&self, "02 0001 78 00 3ff0000000000000" NAME "06"));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpcolorinfo");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_an_empty_one_of_ffmpeg_is_read);
  tcase_add_test (tcase, test_colours_are_written_as_the_text_names_them);
  tcase_add_test (tcase, test_what_is_written_is_read);
  tcase_add_test (tcase, test_nothing_takes_back_what_was_said);
  tcase_add_test (tcase, test_numbers_that_cannot_be_are_not_told);
  tcase_add_test (tcase, test_other_names_are_passed_over);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
