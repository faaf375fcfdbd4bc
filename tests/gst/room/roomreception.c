/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomReception: report blocks of every kind of packet, on a clock of the
 * test's own. */
#include "roomreception.h"

#include <check.h>
#include <gst/rtp/rtp.h>

#define OURS 0x1111
#define OTHER 0x2222
#define NOW 1000
/* 1970-01-01 00:00:10: in NTP 2208988810 s, whose low 16 bits are 0x7e8a. */
#define REAL (10 * G_USEC_PER_SEC)
#define NTP_NOW ((guint32) 0x7e8a << 16)
#define UNITS(seconds) ((guint32) ((seconds) * 65536))

static RoomReception *reception;

static void
setup (void)
{
  gst_init (NULL, NULL);
  reception = room_reception_new ();
}

static void
teardown (void)
{
  room_reception_unref (reception);
}

typedef struct
{
  guint ssrc;
  gint lost;
  guint32 lsr, dlsr;
} Block;

static GstBuffer *
make_report (GstRTCPType type, const Block * blocks, guint n)
{
  GstBuffer *buffer = gst_rtcp_buffer_new (1400);
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;

  gst_rtcp_buffer_map (buffer, GST_MAP_READWRITE, &rtcp);
  gst_rtcp_buffer_add_packet (&rtcp, type, &packet);
  if (type == GST_RTCP_TYPE_RR)
    gst_rtcp_packet_rr_set_ssrc (&packet, 0x3333);
  else
    gst_rtcp_packet_sr_set_sender_info (&packet, 0x3333, 0, 0, 0, 0);
  for (guint i = 0; i < n; i++)
    gst_rtcp_packet_add_rb (&packet, blocks[i].ssrc, 0, blocks[i].lost, 0, 0,
        blocks[i].lsr, blocks[i].dlsr);
  gst_rtcp_buffer_unmap (&rtcp);
  return buffer;
}

static void
take (GstRTCPType type, const Block * blocks, guint n, gint64 now)
{
  g_autoptr (GstBuffer) buffer = make_report (type, blocks, n);

  room_reception_take (reception, buffer, now, REAL);
}

static void
assert_report (guint ssrc, gint lost, guint64 round_trip)
{
  RoomReceptionReport report;

  ck_assert (room_reception_get (reception, ssrc, &report));
  ck_assert_int_eq (report.lost, lost);
  ck_assert_uint_eq (report.round_trip, round_trip);
}

static void
assert_unknown (guint ssrc)
{
  RoomReceptionReport report;

  ck_assert (!room_reception_get (reception, ssrc, &report));
  ck_assert_int_eq (report.lost, 0);
  ck_assert_uint_eq (report.round_trip, 0);
}

START_TEST (nothing_is_known_at_first)
{
  assert_unknown (OURS);
  assert_unknown (0);
  ck_assert_int_eq (room_reception_get_last (reception), 0);
}

END_TEST;

START_TEST (each_stream_has_its_own_report)
{
  Block blocks[] = { {OURS, 7, NTP_NOW - UNITS (3), UNITS (2.5)},
  {OTHER, -1, NTP_NOW - UNITS (1), UNITS (0.75)}
  };

  take (_i ? GST_RTCP_TYPE_SR : GST_RTCP_TYPE_RR, blocks, 2, NOW);
  assert_report (OURS, 7, GST_SECOND / 2);
  assert_report (OTHER, -1, GST_SECOND / 4);
  assert_unknown (0x3333);
  ck_assert_int_eq (room_reception_get_last (reception), NOW);
}

END_TEST;

START_TEST (newest_report_counts)
{
  Block first = { OURS, 1, NTP_NOW - UNITS (1), 0 };
  Block second = { OURS, 2, NTP_NOW - UNITS (2), 0 };

  take (GST_RTCP_TYPE_RR, &first, 1, NOW);
  take (GST_RTCP_TYPE_RR, &second, 1, NOW + 5);
  assert_report (OURS, 2, 2 * GST_SECOND);
  ck_assert_int_eq (room_reception_get_last (reception), NOW + 5);
}

END_TEST;

/* @loss: in 256 parts. */
static void
take_block (guint loss, gint lost, guint jitter)
{
  g_autoptr (GstBuffer) buffer = gst_rtcp_buffer_new (1400);
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;

  gst_rtcp_buffer_map (buffer, GST_MAP_READWRITE, &rtcp);
  gst_rtcp_buffer_add_packet (&rtcp, GST_RTCP_TYPE_RR, &packet);
  gst_rtcp_packet_rr_set_ssrc (&packet, 0x3333);
  gst_rtcp_packet_add_rb (&packet, OURS, loss, lost, 0, jitter, 0, 0);
  gst_rtcp_buffer_unmap (&rtcp);
  room_reception_take (reception, buffer, NOW, REAL);
}

START_TEST (all_of_a_block_is_read)
{
  RoomReceptionReport report;

  take_block (0, 7, 90);
  take_block (64, 5, 900);
  ck_assert (room_reception_get (reception, OURS, &report));
  ck_assert_int_eq (report.lost, 5);
  ck_assert_int_eq (report.most_lost, 7);
  ck_assert_uint_eq (report.jitter, 900);
  ck_assert (report.loss == 0.25);
}

END_TEST;

START_TEST (round_trip_needs_a_sender_report_of_ours)
{
  Block block = { OURS, 3, 0, 0 };

  take (GST_RTCP_TYPE_RR, &block, 1, NOW);
  assert_report (OURS, 3, 0);
}

END_TEST;

START_TEST (shorter_than_the_unit_is_still_measured)
{
  Block block = { OURS, 0, NTP_NOW - UNITS (1), UNITS (1) + 1 };

  take (GST_RTCP_TYPE_RR, &block, 1, NOW);
  assert_report (OURS, 0, GST_SECOND / 65536);
}

END_TEST;

START_TEST (oldest_stream_makes_room)
{
  for (guint i = 1; i <= ROOM_RECEPTION_MAX_STREAMS + 1; i++) {
    Block block = { i, (gint) i, 0, 0 };
    take (GST_RTCP_TYPE_RR, &block, 1, NOW + i);
  }
  assert_unknown (1);
  assert_report (2, 2, 0);
  assert_report (ROOM_RECEPTION_MAX_STREAMS + 1,
      ROOM_RECEPTION_MAX_STREAMS + 1, 0);
}

END_TEST;

START_TEST (blocks_that_are_claimed_and_not_there_are_not_read)
{
  Block block = { OURS, 5, 0, 0 };
  g_autoptr (GstBuffer) buffer = make_report (GST_RTCP_TYPE_RR, &block, 1);
  gsize size = gst_buffer_get_size (buffer);
  guint8 *data = g_malloc (size);

  gst_buffer_extract (buffer, 0, data, size);
  data[0] |= 0x1f;
  g_autoptr (GstBuffer) bad = gst_buffer_new_wrapped (data, size);
  room_reception_take (reception, bad, NOW, REAL);
  assert_report (OURS, 5, 0);
}

END_TEST;

START_TEST (any_piece_of_a_packet_is_harmless)
{
  Block block = { OURS, 5, 0, 0 };
  g_autoptr (GstBuffer) buffer = make_report (GST_RTCP_TYPE_SR, &block, 1);

  for (gsize size = 1; size < gst_buffer_get_size (buffer); size++) {
    guint8 *data = g_malloc (size);
    gst_buffer_extract (buffer, 0, data, size);
    g_autoptr (GstBuffer) piece = gst_buffer_new_wrapped (data, size);
    room_reception_take (reception, piece, NOW, REAL);
  }
  assert_unknown (OURS);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("roomreception");
  TCase *tcase = tcase_create ("reception");
  SRunner *runner = srunner_create (suite);
  int failed;

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, nothing_is_known_at_first);
  tcase_add_loop_test (tcase, each_stream_has_its_own_report, 0, 2);
  tcase_add_test (tcase, newest_report_counts);
  tcase_add_test (tcase, all_of_a_block_is_read);
  tcase_add_test (tcase, round_trip_needs_a_sender_report_of_ours);
  tcase_add_test (tcase, shorter_than_the_unit_is_still_measured);
  tcase_add_test (tcase, oldest_stream_makes_room);
  tcase_add_test (tcase, blocks_that_are_claimed_and_not_there_are_not_read);
  tcase_add_test (tcase, any_piece_of_a_packet_is_harmless);

  srunner_run_all (runner, CK_ENV);
  failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
