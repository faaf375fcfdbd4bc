/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serversrtp.h"

#include <check.h>
#include <string.h>

/* RFC 3711, appendix B.3; the packet is that of libsrtp's srtp_validate(). */
static const guint8 key[SERVER_SRTP_KEY_SIZE] = {
  0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f, 0xa3, 0x2c,
  0x06, 0xde, 0x41, 0x39, 0x0e, 0xc6, 0x75, 0xad, 0x49, 0x8a, 0xfe, 0xeb,
  0xb6, 0x96, 0x0b, 0x3a, 0xab, 0xe6
};

static const guint8 plain[] = {
  0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe, 0xba, 0xbe,
  0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab,
  0xab, 0xab, 0xab, 0xab
};

static const guint8 sealed[] = {
  0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe, 0xba, 0xbe,
  0x4e, 0x55, 0xdc, 0x4c, 0xe7, 0x99, 0x78, 0xd8, 0x8c, 0xa4, 0xd2, 0x15,
  0x94, 0x9d, 0x24, 0x02, 0xb7, 0x8d, 0x6a, 0xcc, 0x99, 0xea, 0x17, 0x9b,
  0x8d, 0xbb
};

typedef struct
{
  ServerSrtp *srtp;
  guint8 packet[sizeof sealed];
  guint8 ssrc;                  /* its last byte */
}
Row;

static void
begin (Row * row)
{
  row->srtp = server_srtp_new (key);
  row->ssrc = plain[11];
}

static gboolean
protect (Row * row, guint16 seq)
{
  memcpy (row->packet, plain, sizeof plain);
  row->packet[2] = seq >> 8;
  row->packet[3] = seq & 0xff;
  row->packet[11] = row->ssrc;
  return server_srtp_protect (row->srtp, row->packet, sizeof plain);
}

START_TEST (test_a_packet_is_what_others_make_of_it)
{
  Row row;

  begin (&row);
  ck_assert (protect (&row, 0x1234));
  ck_assert_mem_eq (row.packet, sealed, sizeof sealed);
  server_srtp_free (row.srtp);
}

END_TEST;

START_TEST (test_sources_and_extensions_stay_readable)
{
  static const guint8 head[] = {
    0x91, 0x60, 0x00, 0x01, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3,
    0xbe, 0xde, 0x00, 0x01, 0x10, 0xff, 0x00, 0x00
  };
  g_autoptr (ServerSrtp) srtp = server_srtp_new (key);
  static const guint8 body[8];
  guint8 packet[sizeof head + sizeof body + SERVER_SRTP_TAG_SIZE] = { 0 };

  memcpy (packet, head, sizeof head);
  ck_assert (server_srtp_protect (srtp, packet, sizeof head + sizeof body));
  ck_assert_mem_eq (packet, head, sizeof head);
  ck_assert_mem_ne (packet + sizeof head, body, sizeof body);
}

END_TEST;

START_TEST (test_a_number_is_used_once)
{
  Row row;

  begin (&row);
  ck_assert (protect (&row, 10));
  ck_assert (!protect (&row, 10));
  ck_assert (protect (&row, 12));
  ck_assert (protect (&row, 11));
  ck_assert (!protect (&row, 11));
  ck_assert (!protect (&row, 12));
  server_srtp_free (row.srtp);
}

END_TEST;

START_TEST (test_what_receivers_cannot_tell_any_more_is_refused)
{
  Row row;

  begin (&row);
  ck_assert (protect (&row, 1000));
  ck_assert (protect (&row, 2000));
  ck_assert (protect (&row, 2000 - 127));
  ck_assert (!protect (&row, 2000 - 128));
  ck_assert (!protect (&row, 1000));
  /* Nor may there be a number below the first one of all. */
  server_srtp_free (row.srtp);
  begin (&row);
  ck_assert (protect (&row, 3));
  ck_assert (protect (&row, 0));
  ck_assert (!protect (&row, 65535));
  server_srtp_free (row.srtp);
}

END_TEST;

START_TEST (test_numbers_go_on_beyond_sixteen_bits)
{
  guint8 first[sizeof sealed];
  Row row;

  begin (&row);
  ck_assert (protect (&row, 1));
  memcpy (first, row.packet, sizeof first);
  ck_assert (protect (&row, 30000));
  ck_assert (protect (&row, 60000));
  ck_assert (protect (&row, 65535));
  ck_assert (protect (&row, 1));
  ck_assert_mem_ne (row.packet + 12, first + 12, sizeof first - 12);
  /* What is late comes from before. */
  ck_assert (!protect (&row, 65535));
  ck_assert (protect (&row, 65534));
  ck_assert (!protect (&row, 1));
  server_srtp_free (row.srtp);
}

END_TEST;

START_TEST (test_each_stream_has_its_own_numbers)
{
  Row row;

  begin (&row);
  ck_assert (protect (&row, 10));
  row.ssrc ^= 1;
  ck_assert (protect (&row, 10));
  ck_assert (!protect (&row, 10));
  server_srtp_free (row.srtp);
}

END_TEST;

START_TEST (test_what_is_no_packet_is_refused)
{
  Row row;

  begin (&row);
  memcpy (row.packet, plain, sizeof plain);
  ck_assert (!server_srtp_protect (row.srtp, row.packet, 11));
  row.packet[0] = 0x40;
  ck_assert (!server_srtp_protect (row.srtp, row.packet, sizeof plain));
  row.packet[0] = 0x8f;
  ck_assert (!server_srtp_protect (row.srtp, row.packet, sizeof plain));
  ck_assert_mem_eq (row.packet + 1, plain + 1, sizeof plain - 1);
  server_srtp_free (row.srtp);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serversrtp");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_packet_is_what_others_make_of_it);
  tcase_add_test (tcase, test_sources_and_extensions_stay_readable);
  tcase_add_test (tcase, test_a_number_is_used_once);
  tcase_add_test (tcase, test_what_receivers_cannot_tell_any_more_is_refused);
  tcase_add_test (tcase, test_numbers_go_on_beyond_sixteen_bits);
  tcase_add_test (tcase, test_each_stream_has_its_own_numbers);
  tcase_add_test (tcase, test_what_is_no_packet_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
