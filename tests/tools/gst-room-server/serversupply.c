/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serversupply.h"

#include <check.h>

static LifeLoop *loop;
static ServerShelf *shelf;
static ServerSupply *supply;
static ServerOffer *offer;

/* Video of two codecs, and one that nobody knows. */
static const gchar sdp[] = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n"
    "a=sendonly\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 VP9/90000\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 98\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n"
    "a=sendonly\r\na=rtpmap:98 X-NEW/90000\r\n";

static void
setup (void)
{
  loop = life_loop_new ("supply");
  shelf = server_shelf_new (loop, G_TIME_SPAN_HOUR, NULL);
  supply = server_supply_new (shelf, "stage", "ann");
  offer = server_offer_new (sdp, NULL, NULL);
  ck_assert_ptr_nonnull (offer);
}

static void
teardown (void)
{
  server_supply_free (supply);
  server_shelf_free (shelf);
  server_offer_unref (offer);
  life_loop_unref (loop);
}

static void
add (const gchar * sid, const gchar * name, const gchar * codec, gboolean muted)
{
  LivekitRoomEvent added = {.track = (gchar *) sid,.name = (gchar *) name,
    .codec = (gchar *) codec,.video = TRUE,.flag = muted
  };

  server_supply_add (supply, &added);
}

START_TEST (test_a_track_is_pending_until_it_has_a_section)
{
  add ("TR_1", "cam", NULL, FALSE);
  const ServerSupplyTrack *track = server_supply_find (supply, "TR_1");
  ck_assert_ptr_null (track->fan);
  ck_assert_ptr_null (server_supply_find_section (supply, 0));
  const ServerCodec *codec = server_supply_open (supply, "TR_1", 0,
      server_offer_get (offer, 0));
  ck_assert_str_eq (codec->name, "VP8");
  ck_assert_ptr_eq (server_supply_find_section (supply, 0), track);
  ck_assert_ptr_nonnull (track->fan);
}

END_TEST;

START_TEST (test_the_codec_that_was_meant_is_taken)
{
  add ("TR_1", "cam", "vp9", FALSE);
  ck_assert_str_eq (server_supply_open (supply, "TR_1", 0,
          server_offer_get (offer, 0))->name, "VP9");
}

END_TEST;

START_TEST (test_one_that_is_not_offered_is_no_wish)
{
  add ("TR_1", "cam", "h264", FALSE);
  ck_assert_str_eq (server_supply_open (supply, "TR_1", 0,
          server_offer_get (offer, 0))->name, "VP8");
}

END_TEST;

START_TEST (test_what_nobody_knows_is_not_taken)
{
  add ("TR_1", "cam", NULL, FALSE);
  ck_assert_ptr_null (server_supply_open (supply, "TR_1", 1,
          server_offer_get (offer, 1)));
  ck_assert_ptr_null (server_supply_open (supply, "TR_2", 0,
          server_offer_get (offer, 0)));
  ck_assert_uint_eq (server_shelf_get_count (shelf), 0);
}

END_TEST;

START_TEST (test_one_that_is_removed_leaves_its_fan_for_the_next)
{
  add ("TR_1", "cam", NULL, FALSE);
  server_supply_open (supply, "TR_1", 0, server_offer_get (offer, 0));
  ServerFan *fan = server_supply_find (supply, "TR_1")->fan;
  server_supply_remove (supply, "TR_1");
  ck_assert_uint_eq (server_shelf_count_waiting (shelf), 1);
  add ("TR_2", "cam", NULL, FALSE);
  server_supply_open (supply, "TR_2", 0, server_offer_get (offer, 0));
  ck_assert_ptr_eq (server_supply_find (supply, "TR_2")->fan, fan);
}

END_TEST;

START_TEST (test_names_are_counted)
{
  g_autofree gchar *first = server_supply_make_name (supply, TRUE);
  add ("TR_1", first, NULL, FALSE);
  g_autofree gchar *second = server_supply_make_name (supply, TRUE);
  add ("TR_2", second, NULL, FALSE);
  g_autofree gchar *third = server_supply_make_name (supply, TRUE);
  g_autofree gchar *sound = server_supply_make_name (supply, FALSE);

  ck_assert_str_eq (first, "video");
  ck_assert_str_eq (second, "video-2");
  ck_assert_str_eq (third, "video-3");
  ck_assert_str_eq (sound, "audio");
}

END_TEST;

/* The codec that it was answered with stays. */
START_TEST (test_a_track_finds_the_section_that_came_before_it)
{
  LivekitRoomEvent added = {.track = (gchar *) "TR_1",.cid = (gchar *) "c1",
    .video = TRUE
  };
  g_autofree gchar *mid = NULL;

  ck_assert_str_eq (server_supply_park (supply, 0,
          server_offer_get (offer, 0))->name, "VP8");
  ck_assert_ptr_null (server_supply_park (supply, 1,
          server_offer_get (offer, 1)));
  ck_assert_ptr_null (server_supply_claim (supply, &added, &mid));
  add ("TR_1", "cam", "vp9", FALSE);
  ck_assert_str_eq (server_supply_claim (supply, &added, &mid)->name, "VP8");
  ck_assert_str_eq (mid, "0");
  ck_assert_ptr_eq (server_supply_find_section (supply, 0),
      server_supply_find (supply, "TR_1"));
}

END_TEST;

START_TEST (test_a_section_with_a_name_waits_for_its_own_track)
{
  g_autofree gchar *named = g_strconcat (sdp, "a=msid:s c2\r\n"
      "a=rtpmap:98 VP8/90000\r\n", NULL);
  g_autoptr (ServerOffer) other = server_offer_new (named, NULL, NULL);
  LivekitRoomEvent added = {.track = (gchar *) "TR_1",.cid = (gchar *) "c1",
    .video = TRUE
  };
  g_autofree gchar *mid = NULL;

  ck_assert_ptr_nonnull (server_supply_park (supply, 1,
          server_offer_get (other, 1)));
  add ("TR_1", "cam", NULL, FALSE);
  ck_assert_ptr_null (server_supply_claim (supply, &added, &mid));
  add ("TR_2", "desk", NULL, FALSE);
  added.track = (gchar *) "TR_2";
  added.cid = (gchar *) "c2";
  ck_assert_ptr_nonnull (server_supply_claim (supply, &added, &mid));
  ck_assert_str_eq (mid, "1");
}

END_TEST;

START_TEST (test_a_section_that_is_taken_back_waits_no_more)
{
  LivekitRoomEvent added = {.track = (gchar *) "TR_1",.cid = (gchar *) "c1",
    .video = TRUE
  };
  g_autofree gchar *mid = NULL;

  server_supply_park (supply, 0, server_offer_get (offer, 0));
  server_supply_unpark (supply, 0);
  add ("TR_1", "cam", NULL, FALSE);
  ck_assert_ptr_null (server_supply_claim (supply, &added, &mid));
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serversupply");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_track_is_pending_until_it_has_a_section);
  tcase_add_test (tcase, test_the_codec_that_was_meant_is_taken);
  tcase_add_test (tcase, test_one_that_is_not_offered_is_no_wish);
  tcase_add_test (tcase, test_what_nobody_knows_is_not_taken);
  tcase_add_test (tcase, test_one_that_is_removed_leaves_its_fan_for_the_next);
  tcase_add_test (tcase, test_names_are_counted);
  tcase_add_test (tcase, test_a_track_finds_the_section_that_came_before_it);
  tcase_add_test (tcase, test_a_section_with_a_name_waits_for_its_own_track);
  tcase_add_test (tcase, test_a_section_that_is_taken_back_waits_no_more);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
