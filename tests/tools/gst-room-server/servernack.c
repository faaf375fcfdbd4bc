/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* With GStreamer's RTP session: first one that does not run, so that each
 * packet that it would send is ours, then one that does. */
#include "servernack.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/rtp/gstrtcpbuffer.h>
#include <gst/rtp/gstrtpbuffer.h>

#define MTU 1400
#define SSRC 0x11223344
#define OTHER_SSRC 0x55667788
#define OUR_SSRC 0x0a0b0c0d
#define WAIT_TIME (30 * G_TIME_SPAN_SECOND)

typedef struct
{
  GstElement *bin;
  GstElement *session;
  GObject *internal;
} Scene;

static void
scene_begin (Scene * scene)
{
  scene->bin = gst_object_ref_sink (gst_bin_new (NULL));
  server_nack_watch (GST_BIN (scene->bin));
  scene->session = gst_element_factory_make ("rtpsession", NULL);
  gst_bin_add (GST_BIN (scene->bin), scene->session);
  g_object_get (scene->session, "internal-session", &scene->internal, NULL);
}

static void
scene_end (Scene * scene)
{
  g_object_unref (scene->internal);
  gst_object_unref (scene->bin);
}

/* As it comes from a track. */
static void
ask (Scene * scene, guint32 ssrc, guint16 seq)
{
  g_autoptr (GstPad) pad =
      gst_element_get_static_pad (scene->session, "recv_rtp_src");

  gst_pad_send_event (pad, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
          gst_structure_new ("GstRTPRetransmissionRequest", "seqnum",
              G_TYPE_UINT, (guint) seq, "ssrc", G_TYPE_UINT, ssrc, "delay",
              G_TYPE_UINT, 0, "deadline", G_TYPE_UINT, 0, "avg-rtt",
              G_TYPE_UINT, 0, NULL)));
}

/* How many requests the session itself has seen. */
static guint
count_requests (Scene * scene)
{
  g_autoptr (GstStructure) stats = NULL;
  guint count = G_MAXUINT;

  g_object_get (scene->session, "stats", &stats, NULL);
  ck_assert (gst_structure_get_uint (stats, "recv-rtx-req-count", &count));
  return count;
}

static void
still_begin (Scene * scene)
{
  scene_begin (scene);
  gst_object_unref (gst_element_request_pad_simple (scene->session,
          "recv_rtp_sink"));
}

/* A packet that the session is about to send: with those of @types, 0 at their
 * end. */
static GstBuffer *
make_packet (guint mtu, const guint * types)
{
  GstBuffer *buffer = gst_rtcp_buffer_new (mtu);
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;

  gst_rtcp_buffer_map (buffer, GST_MAP_READWRITE, &rtcp);
  for (; *types != 0; types++) {
    ck_assert (gst_rtcp_buffer_add_packet (&rtcp, *types, &packet));
    switch (*types) {
      case GST_RTCP_TYPE_SR:
        gst_rtcp_packet_sr_set_sender_info (&packet, OUR_SSRC, 0, 0, 0, 0);
        break;
      case GST_RTCP_TYPE_RR:
        gst_rtcp_packet_rr_set_ssrc (&packet, OUR_SSRC);
        break;
      case GST_RTCP_TYPE_BYE:
        gst_rtcp_packet_bye_add_ssrc (&packet, OUR_SSRC);
        break;
      default:
        gst_rtcp_packet_fb_set_type (&packet, 15);
        gst_rtcp_packet_fb_set_sender_ssrc (&packet, OUR_SSRC);
    }
  }
  gst_rtcp_buffer_unmap (&rtcp);
  return buffer;
}

/* What is behind those of @types then; NULL: nothing, and it need not be
 * sent. */
static GBytes *
send_packet (Scene * scene, guint mtu, const guint * types)
{
  g_autoptr (GstBuffer) buffer = make_packet (mtu, types);
  gsize before = gst_buffer_get_size (buffer);
  gboolean needed = FALSE;
  gpointer data;
  gsize size;

  g_signal_emit_by_name (scene->internal, "on-sending-rtcp", buffer, FALSE,
      &needed);
  ck_assert_int_eq (needed, gst_buffer_get_size (buffer) > before);
  if (!needed)
    return NULL;
  gst_buffer_extract_dup (buffer, before, -1, &data, &size);
  return g_bytes_new_take (data, size);
}

static const guint nothing[] = { 0 };
static const guint sender_report[] = { GST_RTCP_TYPE_SR, 0 };
static const guint receiver_report[] = { GST_RTCP_TYPE_RR, 0 };
static const guint key_frame[] = { GST_RTCP_TYPE_PSFB, 0 };
static const guint arrivals[] = { GST_RTCP_TYPE_RTPFB, 0 };
static const guint bye[] = { GST_RTCP_TYPE_RR, GST_RTCP_TYPE_BYE, 0 };

/* A machine that was busy elsewhere meanwhile has let the wishes pass. */
static gboolean
was_late (gint64 since)
{
  return g_get_monotonic_time () - since >= SERVER_NACK_TIME;
}

static void
assert_bytes (GBytes * bytes, const guint8 * expected, gsize size)
{
  ck_assert (bytes != NULL);
  ck_assert_uint_eq (g_bytes_get_size (bytes), size);
  ck_assert (memcmp (g_bytes_get_data (bytes, NULL), expected, size) == 0);
}

/* RFC 4585, section 6.2.1. */
START_TEST (test_a_stream_has_one_nack_in_the_shortest_form)
{
  static const guint8 expected[] = {
    0x81, 205, 0, 4, 0x0a, 0x0b, 0x0c, 0x0d, 0x11, 0x22, 0x33, 0x44,
    /* 0xfffa, and 5, 6 and 16 behind it; 11 alone. */
    0xff, 0xfa, 0x80, 0x30, 0x00, 0x0b, 0x00, 0x00,
  };
  static const guint *const packets[] = { sender_report, receiver_report,
    key_frame
  };
  g_autoptr (GBytes) sent = NULL;
  Scene scene;
  gint64 begin;

  still_begin (&scene);
  do {
    g_clear_pointer (&sent, g_bytes_unref);
    begin = g_get_monotonic_time ();
    ask (&scene, SSRC, 11);
    ask (&scene, SSRC, 0);
    ask (&scene, SSRC, 0xffff);
    ask (&scene, SSRC, 10);
    ask (&scene, SSRC, 0xfffa);
    ask (&scene, SSRC, 0);
    sent = send_packet (&scene, MTU, packets[_i]);
  } while (was_late (begin));
  assert_bytes (sent, expected, sizeof expected);
  /* Our next source has nothing to add. */
  ck_assert (send_packet (&scene, MTU, receiver_report) == NULL);
  ck_assert_uint_eq (count_requests (&scene), 0);
  scene_end (&scene);
}

END_TEST;

START_TEST (test_each_stream_has_its_own)
{
  static const guint8 expected[] = {
    0x81, 205, 0, 3, 0x0a, 0x0b, 0x0c, 0x0d, 0x11, 0x22, 0x33, 0x44,
    0x00, 0x07, 0x00, 0x01,
    0x81, 205, 0, 3, 0x0a, 0x0b, 0x0c, 0x0d, 0x55, 0x66, 0x77, 0x88,
    0x00, 0x07, 0x00, 0x00,
  };
  g_autoptr (GBytes) sent = NULL;
  Scene scene;
  gint64 begin;

  still_begin (&scene);
  do {
    g_clear_pointer (&sent, g_bytes_unref);
    begin = g_get_monotonic_time ();
    ask (&scene, SSRC, 7);
    ask (&scene, OTHER_SSRC, 7);
    ask (&scene, SSRC, 8);
    sent = send_packet (&scene, MTU, receiver_report);
  } while (was_late (begin));
  assert_bytes (sent, expected, sizeof expected);
  scene_end (&scene);
}

END_TEST;

/* A small packet of its own needs one of our names, which the first report
 * tells. */
START_TEST (test_it_waits_for_a_packet_that_it_may_stand_in)
{
  static const guint8 expected[] = {
    0x81, 205, 0, 3, 0x0a, 0x0b, 0x0c, 0x0d, 0x11, 0x22, 0x33, 0x44,
    0x00, 0x07, 0x00, 0x00,
  };
  static const guint *const others[] = { nothing, arrivals, bye };
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  Scene scene;
  gint64 begin;

  do {
    g_clear_pointer (&first, g_bytes_unref);
    g_clear_pointer (&second, g_bytes_unref);
    still_begin (&scene);
    begin = g_get_monotonic_time ();
    ask (&scene, SSRC, 7);
    ck_assert (send_packet (&scene, MTU, others[_i]) == NULL);
    first = send_packet (&scene, MTU, receiver_report);
    ask (&scene, SSRC, 7);
    second = send_packet (&scene, MTU, nothing);
    scene_end (&scene);
  } while (was_late (begin));
  assert_bytes (first, expected, sizeof expected);
  assert_bytes (second, expected, sizeof expected);
}

END_TEST;

/* Each word is one that stands alone. */
static guint
count_words (GBytes * bytes)
{
  return bytes != NULL ? g_bytes_get_size (bytes) / 4 - 3 : 0;
}

START_TEST (test_what_has_no_room_comes_with_the_next)
{
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  Scene scene;
  gint64 begin;

  still_begin (&scene);
  do {
    g_clear_pointer (&first, g_bytes_unref);
    g_clear_pointer (&second, g_bytes_unref);
    begin = g_get_monotonic_time ();
    for (guint i = 0; i < 10; i++)
      ask (&scene, SSRC, i * 100);
    /* Those of the report, of the NACK, and four. */
    first = send_packet (&scene, 8 + 12 + 4 * 4, receiver_report);
    second = send_packet (&scene, MTU, receiver_report);
  } while (was_late (begin));
  ck_assert_uint_eq (count_words (first), 4);
  ck_assert_uint_eq (count_words (second), 6);
  scene_end (&scene);
}

END_TEST;

START_TEST (test_there_is_a_limit)
{
  g_autoptr (GBytes) sent = NULL;
  Scene scene;
  gint64 begin;

  still_begin (&scene);
  do {
    g_clear_pointer (&sent, g_bytes_unref);
    begin = g_get_monotonic_time ();
    for (guint i = 0; i < SERVER_NACK_MAX + 10; i++)
      ask (&scene, SSRC, i * 100);
    sent = send_packet (&scene, MTU, receiver_report);
  } while (was_late (begin));
  ck_assert_uint_eq (count_words (sent), SERVER_NACK_MAX);
  scene_end (&scene);
}

END_TEST;

START_TEST (test_what_nobody_asks_for_again_is_forgotten)
{
  Scene scene;

  still_begin (&scene);
  ask (&scene, SSRC, 7);
  gint64 end_time = g_get_monotonic_time () + SERVER_NACK_TIME;
  while (g_get_monotonic_time () < end_time)
    g_poll (NULL, 0, 10);
  ck_assert (send_packet (&scene, MTU, receiver_report) == NULL);
  scene_end (&scene);
}

END_TEST;

/* One that runs. */
typedef struct
{
  Scene scene;
  GstHarness *packets;
  GstHarness *reports;
  guint16 seq;
  guint asked[G_MAXUINT16 + 1];
  guint sent[G_MAXUINT16 + 1];
  guint small;                  /* packets with nothing but a NACK */
} Run;

static GstCaps *
on_request_caps (GstElement * session, guint pt, gpointer unused)
{
  return gst_caps_from_string ("application/x-rtp, media=video, "
      "clock-rate=90000, encoding-name=VP8, payload=96");
}

static Run *
run_begin (gboolean reduced)
{
  Run *run = g_new0 (Run, 1);
  GstElement *session;

  scene_begin (&run->scene);
  session = run->scene.session;
  gst_util_set_object_arg (G_OBJECT (session), "rtp-profile", "avpf");
  g_object_set (run->scene.internal, "internal-ssrc", OUR_SSRC,
      "rtcp-reduced-size", reduced, "bandwidth", 1e7, NULL);
  g_signal_connect (session, "request-pt-map", G_CALLBACK (on_request_caps),
      NULL);
  run->packets =
      gst_harness_new_with_element (session, "recv_rtp_sink", "recv_rtp_src");
  run->reports = gst_harness_new_with_element (session, NULL, "send_rtcp_src");
  gst_harness_use_systemclock (run->packets);
  gst_harness_set_src_caps_str (run->packets, "application/x-rtp");
  return run;
}

static void
run_end (Run * run)
{
  gst_harness_teardown (run->reports);
  gst_harness_teardown (run->packets);
  scene_end (&run->scene);
  g_free (run);
}

static void
push (Run * run)
{
  GstBuffer *buffer = gst_rtp_buffer_new_allocate (2, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  gst_rtp_buffer_map (buffer, GST_MAP_READWRITE, &rtp);
  gst_rtp_buffer_set_payload_type (&rtp, 96);
  gst_rtp_buffer_set_seq (&rtp, run->seq++);
  gst_rtp_buffer_set_ssrc (&rtp, SSRC);
  gst_rtp_buffer_unmap (&rtp);
  GST_BUFFER_PTS (buffer) =
      gst_element_get_current_running_time (run->scene.session);
  ck_assert_int_eq (gst_harness_push (run->packets, buffer), GST_FLOW_OK);
}

static void
note_nack (Run * run, GstRTCPPacket * packet)
{
  const guint8 *fci = gst_rtcp_packet_fb_get_fci (packet);

  ck_assert_uint_eq (gst_rtcp_packet_fb_get_media_ssrc (packet), SSRC);
  ck_assert_uint_eq (gst_rtcp_packet_fb_get_sender_ssrc (packet), OUR_SSRC);
  for (guint i = 0; i < gst_rtcp_packet_fb_get_fci_length (packet); i++) {
    guint16 seq = GST_READ_UINT16_BE (fci + 4 * i);
    guint bits = GST_READ_UINT16_BE (fci + 4 * i + 2) << 1 | 1;
    for (guint k = 0; k <= 16; k++)
      run->sent[(guint16) (seq + k)] += bits >> k & 1;
  }
}

static void
note_report (Run * run, GstBuffer * buffer)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;

  ck_assert (gst_rtcp_buffer_validate_reduced (buffer));
  gst_rtcp_buffer_map (buffer, GST_MAP_READ, &rtcp);
  ck_assert (gst_rtcp_buffer_get_first_packet (&rtcp, &packet));
  if (gst_rtcp_packet_get_type (&packet) == GST_RTCP_TYPE_RTPFB)
    run->small++;
  do {
    if (gst_rtcp_packet_get_type (&packet) == GST_RTCP_TYPE_RTPFB)
      note_nack (run, &packet);
  } while (gst_rtcp_packet_move_to_next (&packet));
  gst_rtcp_buffer_unmap (&rtcp);
}

/* Copied, for the thread sanitizer does not see the harness's queue. */
static void
take_reports (Run * run)
{
  GstBuffer *report;

  while ((report = gst_harness_try_pull (run->reports)) != NULL) {
    g_autoptr (GstBuffer) copy = gst_buffer_copy_deep (report);
    gst_buffer_unref (report);
    note_report (run, copy);
  }
}

/* As often as a track does, until it has been sent. */
static void
ask_until_sent (Run * run, guint16 seq)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIME;
  gint64 due = 0;

  while (run->sent[seq] == 0) {
    gint64 now = g_get_monotonic_time ();
    ck_assert_int_lt (now, end_time);
    if (now >= due) {
      run->asked[seq]++;
      ask (&run->scene, SSRC, seq);
      due = now + SERVER_LOSS_INTERVAL;
    }
    push (run);
    g_poll (NULL, 0, 2);
    take_reports (run);
  }
}

START_TEST (test_what_is_missing_is_sent_and_nothing_else)
{
  static const guint16 lost[] = { 65535, 0, 17, 18, 40 };
  gboolean reduced = _i;
  Run *run = run_begin (reduced);

  for (guint i = 0; i < G_N_ELEMENTS (lost) || (reduced && run->small == 0);
      i++)
    ask_until_sent (run, lost[i % G_N_ELEMENTS (lost)]
        + i / G_N_ELEMENTS (lost) * 100);
  for (guint seq = 0; seq <= G_MAXUINT16; seq++)
    ck_assert_uint_le (run->sent[seq], run->asked[seq]);
  ck_assert (reduced || run->small == 0);
  ck_assert_uint_eq (count_requests (&run->scene), 0);
  run_end (run);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("servernack");
  TCase *tcase = tcase_create ("all");
  tcase_add_loop_test (tcase, test_a_stream_has_one_nack_in_the_shortest_form,
      0, 3);
  tcase_add_test (tcase, test_each_stream_has_its_own);
  tcase_add_loop_test (tcase, test_it_waits_for_a_packet_that_it_may_stand_in,
      0, 3);
  tcase_add_test (tcase, test_what_has_no_room_comes_with_the_next);
  tcase_add_test (tcase, test_there_is_a_limit);
  tcase_add_test (tcase, test_what_nobody_asks_for_again_is_forgotten);
  tcase_add_loop_test (tcase, test_what_is_missing_is_sent_and_nothing_else, 0,
      2);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
