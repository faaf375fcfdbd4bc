/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From encoder to decoder, through two legs and a fan. */
#include "mediaroom.h"

#include "stopcensus.h"

#include <gst/check/gstcheck.h>

#define RED 0xff0000
#define GREEN 0x00ff00

#define RED_PICTURE "videotestsrc is-live=true pattern=red " \
    "! video/x-raw, width=320, height=240, framerate=15/1 "
#define GREEN_PICTURE "videotestsrc is-live=true pattern=green " \
    "! video/x-raw, width=320, height=240, framerate=15/1 "
#define VP8 "! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=10000"
#define TONE "audiotestsrc is-live=true freq=440 samplesperbuffer=960 " \
    "! audio/x-raw, rate=48000, channels=2 ! opusenc"

START_TEST (test_picture_and_tone_arrive)
{
  MediaRoom *room = media_room_new ();
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);

  ck_assert (media_room_wait_fans (room, 2));
  MediaMember *watcher = media_room_watch (room, _i);
  ck_assert (media_member_wait_colour (watcher, RED));
  ck_assert (media_member_wait_tone (watcher, 440));
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverleg");
  TCase *tcase = tcase_create ("all");
  tcase_add_loop_test (tcase, test_picture_and_tone_arrive,
      MEDIA_SERVER_OFFERS, MEDIA_CLIENT_OFFERS + 1);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
