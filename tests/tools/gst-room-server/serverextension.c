/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverextension.h"

#include <check.h>
#include <string.h>

#define LEVEL "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
#define ORIENTATION "urn:3gpp:video-orientation"
#define MID "urn:ietf:params:rtp-hdrext:sdes:mid"
#define RID "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
#define REPAIRED "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"

START_TEST (test_numbers_are_read)
{
  ServerExtensionMap map = { 0 };

  server_extension_map_add (&map, "1 " LEVEL " vad=on");
  server_extension_map_add (&map, "14/sendonly " MID);
  /* Unknown; no number; one that is kept free; one of the long form. */
  server_extension_map_add (&map, "3 urn:example:other");
  server_extension_map_add (&map, "x " ORIENTATION);
  server_extension_map_add (&map, "0 " ORIENTATION);
  server_extension_map_add (&map, "15 " ORIENTATION);
  server_extension_map_add (&map, "300 " ORIENTATION);
  server_extension_map_add (&map, "");
  ck_assert_int_eq (map.id[SERVER_EXTENSION_AUDIO_LEVEL], 1);
  ck_assert_int_eq (map.id[SERVER_EXTENSION_MID], 14);
  ck_assert_int_eq (map.id[SERVER_EXTENSION_ORIENTATION], 0);
}

END_TEST;

START_TEST (test_one_name_of_a_size_alone_is_none)
{
  ServerExtensionMap map = { 0 };

  server_extension_map_add (&map, "5 " RID);
  server_extension_map_tidy (&map);
  ck_assert_int_eq (map.id[SERVER_EXTENSION_RID], 0);
  server_extension_map_add (&map, "5 " RID);
  server_extension_map_add (&map, "6 " REPAIRED);
  server_extension_map_tidy (&map);
  ck_assert_int_eq (map.id[SERVER_EXTENSION_RID], 5);
  ck_assert_int_eq (map.id[SERVER_EXTENSION_REPAIRED_RID], 6);
}

END_TEST;

START_TEST (test_numbers_become_fields)
{
  ServerExtensionMap map = { 0 };
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/x-rtp");
  g_autoptr (GstCaps) expected = gst_caps_from_string ("application/x-rtp, "
      "extmap-7=(string)\"" ORIENTATION "\"");

  map.id[SERVER_EXTENSION_ORIENTATION] = 7;
  server_extension_map_write (&map, caps);
  ck_assert (gst_caps_is_equal (caps, expected));
}

END_TEST;

/* In one connection a number means one thing. */
START_TEST (test_our_own_numbers_agree)
{
  const ServerExtensionMap *audio = server_extension_get_own (FALSE);
  const ServerExtensionMap *video = server_extension_get_own (TRUE);

  for (guint i = 0; i < SERVER_EXTENSION_COUNT; i++) {
    for (guint k = 0; k < SERVER_EXTENSION_COUNT; k++) {
      if (audio->id[i] != 0 && audio->id[i] == video->id[k])
        ck_assert_uint_eq (i, k);
      if (i != k && video->id[i] != 0)
        ck_assert_uint_ne (video->id[i], video->id[k]);
    }
  }
}

END_TEST;

/* Written after RFC 8285, section 4.2: 1 (one byte), padding, 4 (three
 * bytes), 2 (one byte). */
static const guint8 one_byte[] = {
  0x10, 0x85, 0x00, 0x42, 'a', 'b', 'c', 0x20, 0x03, 0x00, 0x00, 0x00,
};

/* Section 4.3: the same, and 4 has twenty bytes. */
static const guint8 two_bytes[] = {
  0x01, 0x01, 0x85, 0x00, 0x04, 0x14,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
  0x02, 0x01, 0x03, 0x00,
};

static const ServerExtensionMap from = {
  {[SERVER_EXTENSION_AUDIO_LEVEL] = 1,[SERVER_EXTENSION_ORIENTATION] = 2,
      [SERVER_EXTENSION_DEPENDENCY] = 4},
};

START_TEST (test_values_are_found_in_both_forms)
{
  ServerExtensions found = { 0 };

  server_extensions_parse (&found, &from, 0xbede, one_byte, sizeof one_byte,
      16);
  ck_assert_int_eq (found.offset[SERVER_EXTENSION_AUDIO_LEVEL], 17);
  ck_assert_int_eq (found.length[SERVER_EXTENSION_AUDIO_LEVEL], 1);
  ck_assert_int_eq (found.offset[SERVER_EXTENSION_DEPENDENCY], 20);
  ck_assert_int_eq (found.length[SERVER_EXTENSION_DEPENDENCY], 3);
  ck_assert_int_eq (found.offset[SERVER_EXTENSION_ORIENTATION], 24);
  memset (&found, 0, sizeof found);
  server_extensions_parse (&found, &from, 0x1003, two_bytes, sizeof two_bytes,
      0);
  ck_assert_int_eq (found.length[SERVER_EXTENSION_DEPENDENCY], 20);
  ck_assert_int_eq (found.offset[SERVER_EXTENSION_ORIENTATION], 28);
  memset (&found, 0, sizeof found);
  server_extensions_parse (&found, &from, 0x1234, one_byte, sizeof one_byte, 0);
  ck_assert_int_eq (found.length[SERVER_EXTENSION_AUDIO_LEVEL], 0);
}

END_TEST;

START_TEST (test_what_is_cut_off_is_not_there)
{
  for (gsize size = 0; size < sizeof two_bytes; size++) {
    g_autofree guint8 *copy = g_memdup2 (two_bytes, size);
    ServerExtensions found = { 0 };
    server_extensions_parse (&found, &from, 0x1000, copy, size, 0);
    for (guint i = 0; i < SERVER_EXTENSION_COUNT; i++)
      ck_assert_uint_le (found.offset[i] + found.length[i], size);
  }
}

END_TEST;

START_TEST (test_values_are_written_with_other_numbers)
{
  static const guint8 expected[] = {
    0xbe, 0xde, 0x00, 0x02, 0xa0, 0x03, 0xb2, 'a', 'b', 'c', 0x00, 0x00,
  };
  ServerExtensionMap to = {
    {[SERVER_EXTENSION_ORIENTATION] = 10,[SERVER_EXTENSION_DEPENDENCY] = 11,
        [SERVER_EXTENSION_PLAYOUT_DELAY] = 12,[SERVER_EXTENSION_MID] = 13},
  };
  ServerExtensions found = { 0 };
  guint8 made[sizeof expected];

  server_extensions_parse (&found, &from, 0xbede, one_byte, sizeof one_byte, 0);
  ck_assert_int_eq (server_extensions_get_size (&found, &to), sizeof expected);
  server_extensions_write (&found, &to, one_byte, made);
  ck_assert_int_eq (memcmp (made, expected, sizeof expected), 0);
}

END_TEST;

START_TEST (test_a_long_value_goes_only_to_who_takes_the_long_form)
{
  ServerExtensionMap to = { {[SERVER_EXTENSION_DEPENDENCY] = 5,
      [SERVER_EXTENSION_ORIENTATION] = 6}
  };
  ServerExtensions found = { 0 }, again = { 0 };
  guint8 made[64];

  server_extensions_parse (&found, &from, 0x1000, two_bytes, sizeof two_bytes,
      0);
  /* The other one still goes. */
  ck_assert_int_eq (server_extensions_get_size (&found, &to), 8);
  to.mixed = TRUE;
  guint size = server_extensions_get_size (&found, &to);
  ck_assert_int_eq (size, 4 + 28);
  server_extensions_write (&found, &to, two_bytes, made);
  server_extensions_parse (&again, &to, made[0] << 8 | made[1], made + 4,
      size - 4, 4);
  ck_assert_int_eq (again.length[SERVER_EXTENSION_DEPENDENCY], 20);
  ck_assert_int_eq (memcmp (made + again.offset[SERVER_EXTENSION_DEPENDENCY],
          two_bytes + 6, 20), 0);
  ck_assert_int_eq (made[again.offset[SERVER_EXTENSION_ORIENTATION]], 3);
}

END_TEST;

START_TEST (test_nothing_for_the_other_end_takes_no_bytes)
{
  ServerExtensionMap to = { {[SERVER_EXTENSION_MID] = 13}
  };
  ServerExtensions found = { 0 };

  server_extensions_parse (&found, &from, 0xbede, one_byte, sizeof one_byte, 0);
  ck_assert_int_eq (server_extensions_get_size (&found, &to), 0);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverextension");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_numbers_are_read);
  tcase_add_test (tcase, test_one_name_of_a_size_alone_is_none);
  tcase_add_test (tcase, test_numbers_become_fields);
  tcase_add_test (tcase, test_our_own_numbers_agree);
  tcase_add_test (tcase, test_values_are_found_in_both_forms);
  tcase_add_test (tcase, test_what_is_cut_off_is_not_there);
  tcase_add_test (tcase, test_values_are_written_with_other_numbers);
  tcase_add_test (tcase,
      test_a_long_value_goes_only_to_who_takes_the_long_form);
  tcase_add_test (tcase, test_nothing_for_the_other_end_takes_no_bytes);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
