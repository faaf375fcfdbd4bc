/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What cannot be told to wait for each other with connections: see serverleg
 * for the rest. */
#include "servertrack.h"

#include "packets.h"
#include "serversupply.h"

#include <gst/check/gstcheck.h>

#define SSRC 0x11223344
#define CALL_TIME (30 * G_TIME_SPAN_SECOND)

#define OFFER "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" \
    "m=video 9 UDP/TLS/RTP/SAVPF 98\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n" \
    "a=sendonly\r\na=rtpmap:98 VP8/90000\r\na=ssrc:287454020 cname:x\r\n"

typedef struct _Scene
{
  LifeLoop *loop;
  GstPad *pad;
  GstPad *peer;
  ServerOffer *offer;
  ServerTrack *track;
  gint held;
  void (*act) (struct _Scene * scene);  /* NULL: nothing */
  guint found;
  guint passed;
} Scene;

static gint
find (const ServerPacket * packet, const guint8 * data, ServerOffer ** offer,
    gpointer user_data)
{
  Scene *scene = user_data;

  *offer = server_offer_ref (scene->offer);
  return 0;
}

static void
on_found (ServerTrack * track, gpointer user_data)
{
  Scene *scene = user_data;

  scene->found++;
}

static GstFlowReturn
chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  Scene *scene = gst_pad_get_element_private (pad);

  scene->passed++;
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

/* What is found in here is told behind it. */
static void
send_packet (gpointer data)
{
  Scene *scene = data;

  gst_pad_push (scene->pad, packets_make (1, 0, TRUE, 20));
  ck_assert (server_track_is_found (scene->track));
  if (scene->act != NULL)
    scene->act (scene);
}

static void
do_nothing (gpointer data)
{
}

static void
withdraw (Scene * scene)
{
  server_track_withdraw (scene->track);
}

static Scene
run (void (*act) (Scene * scene))
{
  Scene scene = {.loop = life_loop_new ("track"),.act = act };
  g_autoptr (ServerSync) sync = server_sync_new ();
  GstSegment segment;

  ck_assert (life_loop_start (scene.loop, NULL));
  scene.offer = server_offer_new (OFFER, NULL, NULL);
  scene.pad = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  scene.peer = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  gst_pad_set_chain_function (scene.peer, chain);
  gst_pad_set_element_private (scene.peer, &scene);
  gst_pad_set_active (scene.peer, TRUE);
  gst_pad_set_active (scene.pad, TRUE);
  gst_pad_link (scene.pad, scene.peer);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (scene.pad, gst_event_new_stream_start ("s"));
  gst_pad_push_event (scene.pad, gst_event_new_segment (&segment));
  scene.track =
      server_track_new (scene.loop, scene.pad, SSRC, sync, &scene.held, find,
      on_found, &scene, NULL);
  ck_assert (life_loop_call (scene.loop, send_packet, &scene, NULL, CALL_TIME));
  ck_assert (life_loop_call (scene.loop, do_nothing, NULL, NULL, CALL_TIME));
  server_track_close (scene.track);
  gst_pad_push (scene.pad, packets_make (2, 0, TRUE, 20));
  server_track_unref (scene.track);
  ck_assert (life_loop_stop (scene.loop, CALL_TIME));
  life_loop_unref (scene.loop);
  gst_object_unref (scene.pad);
  gst_object_unref (scene.peer);
  server_offer_unref (scene.offer);
  return scene;
}

START_TEST (test_it_is_told_once_what_it_is)
{
  ck_assert_uint_eq (run (NULL).found, 1);
}

END_TEST;

START_TEST (test_what_was_taken_back_meanwhile_is_not_told)
{
  ck_assert_uint_eq (run (withdraw).found, 0);
}

END_TEST;

/* Whether the offer names it, has taken it back, or the track is closed. */
START_TEST (test_nothing_goes_on_to_webrtcbin)
{
  ck_assert_uint_eq (run (NULL).passed, 0);
  ck_assert_uint_eq (run (withdraw).passed, 0);
}

END_TEST;

static void
fill (Scene * scene)
{
  for (guint i = 0; i < 10 * SERVER_TRACK_MAX_HELD; i++)
    gst_pad_push (scene->pad, packets_make (i, 0, TRUE, 5000));
  ck_assert_int_le (scene->held, SERVER_TRACK_MAX_BYTES);
  ck_assert_int_gt (scene->held, SERVER_TRACK_MAX_BYTES - 10000);
}

START_TEST (test_what_is_kept_has_a_limit_and_goes_with_it)
{
  ck_assert_int_eq (run (fill).held, 0);
}

END_TEST;

static void
attach_to_none (Scene * scene)
{
  g_autoptr (ServerSupply) supply = server_supply_new (NULL, "stage", "ann");

  ck_assert_int_gt (scene->held, 0);
  ck_assert (!server_supply_attach (supply, scene->track));
  gst_pad_push (scene->pad, packets_make (2, 0, TRUE, 20));
  ck_assert_int_eq (scene->held, 0);
}

static void
attach_to_parked (Scene * scene)
{
  g_autoptr (ServerSupply) supply = server_supply_new (NULL, "stage", "ann");

  server_supply_park (supply, 0, server_offer_get (scene->offer, 0));
  ck_assert (server_supply_attach (supply, scene->track));
  ck_assert_int_gt (scene->held, 0);
  /* One stream of a section is enough. */
  ck_assert (!server_supply_attach (supply, scene->track));
  ck_assert_int_eq (scene->held, 0);
}

START_TEST (test_nothing_is_kept_that_feeds_nothing)
{
  run (attach_to_none);
  run (attach_to_parked);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("servertrack");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_it_is_told_once_what_it_is);
  tcase_add_test (tcase, test_what_was_taken_back_meanwhile_is_not_told);
  tcase_add_test (tcase, test_nothing_goes_on_to_webrtcbin);
  tcase_add_test (tcase, test_what_is_kept_has_a_limit_and_goes_with_it);
  tcase_add_test (tcase, test_nothing_is_kept_that_feeds_nothing);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
