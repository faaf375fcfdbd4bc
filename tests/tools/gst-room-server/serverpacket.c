/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverpacket.h"

#include <check.h>
#include <string.h>

/* Written after RFC 3550, section 5.1, and RFC 8285, section 4.2: one
 * contributing source, extensions 1 ("v0") and 3 (two bytes), four bytes of
 * payload and two of padding. */
static const guint8 golden[] = {
  0xb1, 0xe2, 0x12, 0x34, 0x00, 0x01, 0x00, 0x02, 0xca, 0xfe, 0xba, 0xbe,
  0x00, 0x00, 0x00, 0x07,
  0xbe, 0xde, 0x00, 0x02, 0x11, 0x76, 0x30, 0x00, 0x31, 0xab, 0xcd, 0x00,
  0xde, 0xad, 0xbe, 0xef, 0x00, 0x02,
};

START_TEST (test_header_is_read)
{
  ServerPacket packet;

  ck_assert (server_packet_parse (&packet, golden, sizeof golden));
  ck_assert_int_eq (packet.pt, 98);
  ck_assert (packet.marker);
  ck_assert_int_eq (packet.seq, 0x1234);
  ck_assert_int_eq (packet.timestamp, 0x10002);
  ck_assert_uint_eq (packet.ssrc, 0xcafebabe);
  ck_assert_int_eq (packet.offset, 28);
  ck_assert_int_eq (packet.size, 4);
}

END_TEST;

START_TEST (test_what_is_cut_off_is_no_packet_or_a_shorter_one)
{
  ServerPacket packet;
  ServerExtensionMap map = { {[SERVER_EXTENSION_MID] = 1}
  };
  ServerExtensions found;

  for (gsize size = 0; size < sizeof golden; size++) {
    g_autofree guint8 *copy = g_memdup2 (golden, size);
    if (!server_packet_parse (&packet, copy, size))
      continue;
    ck_assert_uint_le (packet.offset + packet.size, size);
    server_packet_find_extensions (&packet, copy, &map, &found);
  }
  ck_assert (!server_packet_parse (&packet, golden, 27));
  ck_assert (!server_packet_parse (&packet, (const guint8 *) "GET / HTTP/1",
          12));
}

END_TEST;

START_TEST (test_extensions_are_found_by_number)
{
  ServerExtensionMap map = { {[SERVER_EXTENSION_MID] = 1,
      [SERVER_EXTENSION_ORIENTATION] = 3,[SERVER_EXTENSION_RID] = 2}
  };
  ServerExtensions found;
  ServerPacket packet;

  ck_assert (server_packet_parse (&packet, golden, sizeof golden));
  server_packet_find_extensions (&packet, golden, &map, &found);
  ck_assert_int_eq (found.length[SERVER_EXTENSION_MID], 2);
  ck_assert_int_eq (memcmp (golden + found.offset[SERVER_EXTENSION_MID], "v0",
          2), 0);
  ck_assert_int_eq (found.length[SERVER_EXTENSION_ORIENTATION], 2);
  ck_assert_int_eq (found.length[SERVER_EXTENSION_RID], 0);
}

END_TEST;

START_TEST (test_a_packet_is_made_with_another_header)
{
  static const guint8 expected[] = {
    0x80, 0xe0, 0x00, 0x05, 0x00, 0x00, 0x00, 0x09, 0x00, 0x00, 0x00, 0x07,
    0xde, 0xad, 0xbe, 0xef,
  };
  GstBuffer *buffer = gst_buffer_new_memdup (golden, sizeof golden);
  ServerPacket packet;

  ck_assert (server_packet_parse (&packet, golden, sizeof golden));
  packet.pt = 96;
  packet.seq = 5;
  packet.timestamp = 9;
  packet.ssrc = 7;
  GstBuffer *made = server_packet_make (&packet, buffer, NULL, NULL);
  ck_assert_int_eq (gst_buffer_get_size (made), sizeof expected);
  ck_assert_int_eq (gst_buffer_memcmp (made, 0, expected, sizeof expected), 0);
  gst_buffer_unref (made);
  gst_buffer_unref (buffer);
}

END_TEST;

START_TEST (test_a_payload_is_shared_and_not_copied)
{
  GstBuffer *buffer = gst_buffer_new_memdup (golden, sizeof golden);
  ServerPacket packet;
  GstMapInfo whole, shared;

  ck_assert (server_packet_parse (&packet, golden, sizeof golden));
  GstBuffer *made = server_packet_make (&packet, buffer, NULL, NULL);
  ck_assert_uint_eq (gst_buffer_n_memory (made), 2);
  GstMemory *payload = gst_buffer_peek_memory (made, 1);
  ck_assert (gst_buffer_map (buffer, &whole, GST_MAP_READ));
  ck_assert (gst_memory_map (payload, &shared, GST_MAP_READ));
  ck_assert_ptr_eq (shared.data, whole.data + packet.offset);
  gst_memory_unmap (payload, &shared);
  gst_buffer_unmap (buffer, &whole);
  gst_buffer_unref (made);
  gst_buffer_unref (buffer);
}

END_TEST;

START_TEST (test_a_payload_that_is_not_there_makes_no_packet)
{
  GstBuffer *buffer = gst_buffer_new_memdup (golden, sizeof golden - 1);
  ServerPacket packet;

  ck_assert (server_packet_parse (&packet, golden, sizeof golden));
  packet.size = sizeof golden - packet.offset;
  ck_assert_ptr_null (server_packet_make (&packet, buffer, NULL, NULL));
  gst_buffer_unref (buffer);
}

END_TEST;

START_TEST (test_what_is_passed_on_comes_along_with_another_number)
{
  static const guint8 expected[] = {
    0x90, 0xe2, 0x12, 0x34, 0x00, 0x01, 0x00, 0x02, 0xca, 0xfe, 0xba, 0xbe,
    0xbe, 0xde, 0x00, 0x01, 0x91, 0xab, 0xcd, 0x00,
    0xde, 0xad, 0xbe, 0xef,
  };
  ServerExtensionMap from = { {[SERVER_EXTENSION_MID] = 1,
      [SERVER_EXTENSION_ORIENTATION] = 3}
  };
  ServerExtensionMap to = { {[SERVER_EXTENSION_MID] = 2,
      [SERVER_EXTENSION_ORIENTATION] = 9}
  };
  GstBuffer *buffer = gst_buffer_new_memdup (golden, sizeof golden);
  ServerExtensions found;
  ServerPacket packet;

  ck_assert (server_packet_parse (&packet, golden, sizeof golden));
  server_packet_find_extensions (&packet, golden, &from, &found);
  GstBuffer *made = server_packet_make (&packet, buffer, &found, &to);
  ck_assert_int_eq (gst_buffer_get_size (made), sizeof expected);
  ck_assert_int_eq (gst_buffer_memcmp (made, 0, expected, sizeof expected), 0);
  gst_buffer_unref (made);
  gst_buffer_unref (buffer);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverpacket");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_header_is_read);
  tcase_add_test (tcase, test_what_is_cut_off_is_no_packet_or_a_shorter_one);
  tcase_add_test (tcase, test_extensions_are_found_by_number);
  tcase_add_test (tcase, test_a_packet_is_made_with_another_header);
  tcase_add_test (tcase, test_a_payload_is_shared_and_not_copied);
  tcase_add_test (tcase, test_a_payload_that_is_not_there_makes_no_packet);
  tcase_add_test (tcase,
      test_what_is_passed_on_comes_along_with_another_number);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
