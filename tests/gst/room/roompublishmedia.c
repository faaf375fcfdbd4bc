/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* roompublish: what it offers for its media, and the packets on the wire. */
#include "publishrun.h"

#include <string.h>

#include "packetwatch.h"

#define ROOM "roompublish name=r wait-for-subscriber=0 "
#define VIDEO "videotestsrc is-live=true ! video/x-raw,width=160,height=120," \
    "framerate=60/1 ! vp8enc deadline=1 ! r.video_0 "
#define VP8 98
#define TWCC_ID 3

static gchar *
dup_offer (PublishRun * run)
{
  RoomScript *room = publish_run_get_room (run);

  fail_unless (room_script_wait (room,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER, 1));
  Livekit__SignalRequest *request = room_script_dup_request (room,
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER, 0);
  gchar *sdp = g_strdup (request->offer->sdp);
  livekit__signal_request__free_unpacked (request, NULL);
  return sdp;
}

START_TEST (retransmission_and_congestion_control_are_offered)
{
  static const gchar *const lines[] = {
    "\r\na=rtpmap:98 VP8/90000\r\n",
    "\r\na=rtcp-fb:98 nack\r\n",
    "\r\na=rtcp-fb:98 nack pli\r\n",
    "\r\na=rtcp-fb:98 transport-cc\r\n",
    "\r\na=rtpmap:99 rtx/90000\r\n",
    "\r\na=fmtp:99 apt=98\r\n",
    "\r\na=ssrc-group:FID ",
    "\r\na=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-"
        "transport-wide-cc-extensions-01\r\n",
  };
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM VIDEO);

  publish_run_set (run, GST_STATE_PLAYING);
  g_autofree gchar *offer = dup_offer (run);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    fail_unless (strstr (offer, lines[i]) != NULL, "no %s in %s", lines[i],
        offer);
}

END_TEST;

START_TEST (lost_packets_are_sent_again)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM VIDEO);
  PacketWatch *watch = room_answerer_get_watch (publish_run_get_answerer (run));

  packet_watch_lose (watch, VP8);
  publish_run_set (run, GST_STATE_PLAYING);
  fail_unless (packet_watch_wait_repaired (watch, 5));
  publish_run_stop (run);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (packets_are_numbered_for_congestion_control)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM VIDEO);
  PacketWatch *watch = room_answerer_get_watch (publish_run_get_answerer (run));

  packet_watch_number (watch, TWCC_ID);
  publish_run_set (run, GST_STATE_PLAYING);
  fail_unless (packet_watch_wait_numbered (watch, 50));
  publish_run_stop (run);
  publish_run_assert_no_error (run);
}

END_TEST;

static Suite *
roompublishmedia_suite (void)
{
  Suite *suite = suite_create ("roompublishmedia");
  TCase *wire = tcase_create ("wire");

  publish_run_prepare ();
  tcase_add_test (wire, retransmission_and_congestion_control_are_offered);
  tcase_add_test (wire, lost_packets_are_sent_again);
  tcase_add_test (wire, packets_are_numbered_for_congestion_control);
  suite_add_tcase (suite, wire);
  return suite;
}

GST_CHECK_MAIN (roompublishmedia);
