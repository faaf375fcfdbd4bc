/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serveranswer.h"

#include <check.h>
#include <gst/gst.h>

/* In the form of Chromium's, shortened. */
#define HEAD "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n" \
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n" \
    "a=recvonly\r\na=rtpmap:111 opus/48000/2\r\n"
#define VIDEO "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n" \
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n" \
    "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n" \
    "a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n" \
    "a=sendonly\r\na=rtpmap:96 VP8/90000\r\n"
#define SIZES "a=rid:q send\r\na=rid:h send\r\na=simulcast:send q;h\r\n"

static gchar *
answer_to (const gchar * sdp, const gchar * offer_sdp)
{
  g_autoptr (ServerOffer) offer = server_offer_new (offer_sdp, NULL, NULL);

  ck_assert_ptr_nonnull (offer);
  return server_answer_write (sdp, offer);
}

START_TEST (test_names_in_packets_are_accepted_under_their_numbers)
{
  g_autofree gchar *written = answer_to ("v=0\r\n"
      "m=audio 9 x 111\r\na=mid:0\r\na=inactive\r\n"
      "m=video 9 x 96\r\na=mid:1\r\na=recvonly\r\n", HEAD AUDIO VIDEO);

  ck_assert_str_eq (written, "v=0\r\n"
      "m=audio 9 x 111\r\na=mid:0\r\n"
      "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=inactive\r\n"
      "m=video 9 x 96\r\na=mid:1\r\n"
      "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
      "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
      "a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n"
      "a=fmtp:96 x-google-start-bitrate=1000\r\n" "a=recvonly\r\n");
}

END_TEST;

START_TEST (test_one_of_several_sizes_is_taken)
{
  g_autofree gchar *written = answer_to ("m=audio 9 x 111\r\na=mid:0\r\n"
      "m=video 9 x 96\r\na=mid:1\r\n", HEAD AUDIO VIDEO SIZES);

  ck_assert (g_str_has_suffix (written,
          "repaired-rtp-stream-id\r\na=rid:h recv\r\n"
          "a=simulcast:recv h\r\n"
          "a=fmtp:96 x-google-start-bitrate=1000\r\n"));
}

END_TEST;

START_TEST (test_what_was_not_offered_is_not_accepted)
{
  const gchar *answer = "m=audio 9 x 111\r\na=mid:0\r\na=sendonly\r\n"
      "m=video 9 x 96\r\na=mid:1\r\na=sendonly\r\n";
  g_autofree gchar *written = answer_to (answer, HEAD
      "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=recvonly\r\n"
      "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n"
      "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n");

  ck_assert_str_eq (written, answer);
}

END_TEST;

#define TRANSPORT "http://www.ietf.org/id/" \
    "draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"

START_TEST (test_only_video_is_counted)
{
  g_autofree gchar *written = answer_to ("m=audio 9 x 111\r\na=mid:0\r\n"
      "m=video 9 x 96\r\na=mid:1\r\n", HEAD
      "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=extmap:3 " TRANSPORT
      "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=recvonly\r\n"
      "a=extmap:3 " TRANSPORT);

  ck_assert_str_eq (written, "m=audio 9 x 111\r\na=mid:0\r\n"
      "m=video 9 x 96\r\na=mid:1\r\na=extmap:3 " TRANSPORT);
}

END_TEST;

START_TEST (test_a_browser_may_begin_with_more)
{
  g_autofree gchar *written = answer_to ("m=audio 9 x 111\r\na=mid:0\r\n"
      "a=fmtp:111 useinbandfec=1\r\n"
      "m=video 9 x 102 103\r\na=mid:1\r\na=fmtp:103 apt=102\r\n"
      "a=fmtp:102 packetization-mode=1\r\n", HEAD
      "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
      "m=video 9 UDP/TLS/RTP/SAVPF 102\r\na=mid:1\r\n");

  ck_assert_str_eq (written, "m=audio 9 x 111\r\na=mid:0\r\n"
      "a=fmtp:111 useinbandfec=1\r\n"
      "m=video 9 x 102 103\r\na=mid:1\r\na=fmtp:103 apt=102\r\n"
      "a=fmtp:102 packetization-mode=1;x-google-start-bitrate=1000\r\n");
}

END_TEST;

START_TEST (test_both_forms_of_extensions_go_when_they_were_offered)
{
  const gchar *answer = "v=0\r\nm=audio 9 x 111\r\na=mid:0\r\n";
  g_autofree gchar *mixed = answer_to (answer, HEAD
      "a=extmap-allow-mixed\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
      "a=mid:0\r\n");
  g_autofree gchar *plain = answer_to (answer, HEAD
      "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n");

  ck_assert_str_eq (mixed, "v=0\r\na=extmap-allow-mixed\r\n"
      "m=audio 9 x 111\r\na=mid:0\r\n");
  ck_assert_str_eq (plain, answer);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serveranswer");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase,
      test_names_in_packets_are_accepted_under_their_numbers);
  tcase_add_test (tcase, test_one_of_several_sizes_is_taken);
  tcase_add_test (tcase, test_what_was_not_offered_is_not_accepted);
  tcase_add_test (tcase, test_only_video_is_counted);
  tcase_add_test (tcase, test_a_browser_may_begin_with_more);
  tcase_add_test (tcase,
      test_both_forms_of_extensions_go_when_they_were_offered);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
