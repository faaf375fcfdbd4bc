/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomPeer: what it lets go of. */
#include "roompeer.h"

#include <gst/check/gstcheck.h>

#define CAPS "application/x-rtp,media=audio,encoding-name=PCMU," \
    "clock-rate=8000,payload=0,ssrc=(uint)1"

static void
on_described (const gchar * sdp, const GError * error, gpointer user_data)
{
}

static void
on_candidate (guint mline, const gchar * candidate, gpointer user_data)
{
}

static void
on_state (GstWebRTCPeerConnectionState state, gpointer user_data)
{
}

static const RoomPeerFuncs funcs = {
  .described = on_described,
  .candidate = on_candidate,
  .state_changed = on_state,
};

static void
do_create_offer (gpointer peer)
{
  room_peer_create_offer (peer);
}

static void
do_close (gpointer peer)
{
  room_peer_close (peer);
}

static void
offer_and_stop (RoomConfig * config)
{
  GstElement *bin = gst_object_ref_sink (gst_bin_new (NULL));
  LifeLoop *loop = life_loop_new ("peer");
  RoomPeer *peer = room_peer_new (GST_BIN (bin), loop, "publisher", config,
      &funcs, NULL, NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  g_autofree gchar *track_id = NULL;
  gpointer element = room_peer_get_element (peer);

  g_object_add_weak_pointer (element, &element);
  life_loop_start (loop, NULL);
  gst_element_set_state (bin, GST_STATE_PLAYING);
  g_autoptr (GstPad) pad =
      room_peer_request_pad (peer, caps, FALSE, "room", &track_id);
  /* Three, so that webrtcbin ends with some of them still to do. */
  for (guint i = 0; i < 3; i++)
    life_loop_call (loop, do_create_offer, peer, NULL, G_TIME_SPAN_MINUTE);
  life_loop_call (loop, do_close, peer, NULL, G_TIME_SPAN_MINUTE);
  fail_unless (life_loop_stop (loop, G_TIME_SPAN_MINUTE));
  gst_element_set_state (bin, GST_STATE_READY);
  room_peer_release_pad (peer, pad);
  room_peer_remove (peer);
  gst_clear_object (&pad);
  room_peer_unref (peer);
  life_loop_unref (loop);
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_object_unref (bin);
  fail_unless (element == NULL, "webrtcbin is still held");
}

START_TEST (stop_while_offers_are_made_leaves_nothing)
{
  RoomConfig *config = room_config_new ();

  for (guint i = 0; i < 50; i++)
    offer_and_stop (config);
  room_config_free (config);
}

END_TEST;

static GstPadProbeReturn
on_packet (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  (*(guint *) count)++;
  return GST_PAD_PROBE_DROP;
}

static void
send_one (GstPad * pad)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  fail_unless (gst_pad_set_active (pad, TRUE));
  gst_pad_send_event (pad, gst_event_new_stream_start ("room"));
  gst_pad_send_event (pad, gst_event_new_segment (&segment));
  fail_unless_equals_int (gst_pad_chain (pad, gst_buffer_new ()), GST_FLOW_OK);
  gst_pad_set_active (pad, FALSE);
}

/* The element is webrtcbin's when the server has offered channels. */
START_TEST (nothing_comes_in_for_data_channels_once_it_is_closed)
{
  GstElement *bin = gst_object_ref_sink (gst_bin_new (NULL));
  GstElement *decoder = gst_element_factory_make ("sctpdec", NULL);
  RoomConfig *config = room_config_new ();
  LifeLoop *loop = life_loop_new ("peer");
  RoomPeer *peer = room_peer_new (GST_BIN (bin), loop, "subscriber", config,
      &funcs, NULL, NULL);
  guint came = 0;

  gst_bin_add (GST_BIN (room_peer_get_element (peer)), decoder);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (decoder, "sink");
  life_loop_start (loop, NULL);
  life_loop_call (loop, do_close, peer, NULL, G_TIME_SPAN_MINUTE);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_packet, &came, NULL);
  send_one (pad);
  fail_unless_equals_int (came, 0);
  fail_unless (life_loop_stop (loop, G_TIME_SPAN_MINUTE));
  room_peer_remove (peer);
  room_peer_unref (peer);
  life_loop_unref (loop);
  room_config_free (config);
  gst_object_unref (bin);
}

END_TEST;

static Suite *
roompeer_suite (void)
{
  Suite *suite = suite_create ("roompeer");
  TCase *tcase = tcase_create ("roompeer");

  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, stop_while_offers_are_made_leaves_nothing);
  tcase_add_test (tcase, nothing_comes_in_for_data_channels_once_it_is_closed);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (roompeer);
