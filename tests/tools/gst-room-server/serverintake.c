/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What no honest client does: see serverleg for the others. */
#include "serverintake.h"

#include "packets.h"

#include <gst/check/gstcheck.h>

#define CALL_TIME (30 * G_TIME_SPAN_SECOND)

/* As many as are taken, and as many as come. */
#define MOST 256
#define MANY 300

static void
on_described (const gchar * sdp, const GError * error, gpointer data)
{
}

static void
on_answered (const GError * error, gpointer data)
{
}

static void
on_candidate (guint mline, const gchar * candidate, gpointer data)
{
}

static void
on_state (GstWebRTCPeerConnectionState state, gpointer data)
{
}

static void
on_track (ServerTrack * track, gpointer data)
{
}

static void
on_failed (const GError * error, gpointer data)
{
}

static const ServerPeerFuncs funcs = {
  on_described, on_answered, on_candidate, on_state, on_failed,
};

/* One packet of a stream that nobody has offered. */
static GstFlowReturn
send_packet (GstPad * src, guint32 ssrc)
{
  GstBuffer *packet = packets_make (1, 0, TRUE, 20);
  guint32 number = GUINT32_TO_BE (ssrc);

  gst_buffer_fill (packet, 8, &number, sizeof number);
  return gst_pad_push (src, packet);
}

/* What a client can make of them costs memory and threads, and what is refused
 * must not go on to webrtcbin either, nor what comes after the end: a pad that
 * is not linked tells. */
START_TEST (test_streams_without_end_are_dropped)
{
  const ServerPeerConfig config = { 0 };
  LifeLoop *loop = life_loop_new ("intake");
  GstSegment segment;

  ck_assert (life_loop_start (loop, NULL));
  ServerPeer *peer = server_peer_new (loop, &config, &funcs, NULL, NULL);
  ServerIntake *intake =
      server_intake_new (loop, peer, on_track, on_track, NULL);
  GstElement *demux = gst_element_factory_make ("rtpssrcdemux", NULL);
  gst_bin_add (server_peer_get_bin (peer), demux);
  gst_element_set_state (demux, GST_STATE_PLAYING);
  GstPad *src = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  GstPad *sink = gst_element_get_static_pad (demux, "sink");
  ck_assert_int_eq (gst_pad_link (src, sink), GST_PAD_LINK_OK);
  gst_pad_set_active (src, TRUE);
  gst_pad_push_event (src, gst_event_new_stream_start ("s"));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (src, gst_event_new_segment (&segment));

  for (guint i = 1; i <= MANY; i++)
    ck_assert_int_eq (send_packet (src, i), GST_FLOW_OK);
  /* One for packets and one for reports. */
  ck_assert_uint_eq (demux->numsrcpads, 2 * MOST);
  server_intake_close (intake);
  ck_assert_int_eq (send_packet (src, 1), GST_FLOW_OK);

  gst_pad_set_active (src, FALSE);
  gst_pad_unlink (src, sink);
  gst_object_unref (sink);
  gst_object_unref (src);
  server_peer_close (peer);
  server_peer_shut (peer);
  server_intake_unref (intake);
  server_peer_unref (peer);
  ck_assert (life_loop_stop (loop, CALL_TIME));
  life_loop_unref (loop);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverintake");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_streams_without_end_are_dropped);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
