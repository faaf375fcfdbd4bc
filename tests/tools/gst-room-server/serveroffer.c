/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The offer has the form of Chromium's, shortened. */
#include "serveroffer.h"

#include "livekit/livekitlimits.h"
#include "obsoffer.h"
#include "servercandidate.h"

#include <check.h>
#include <gst/gst.h>
#include <string.h>

#define HEAD "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" \
    "a=group:BUNDLE 0 1 2\r\n"
#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8\r\n" \
    "c=IN IP4 0.0.0.0\r\na=mid:0\r\n" \
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n" \
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n" \
    "a=sendonly\r\na=msid:stream0 track0\r\n" \
    "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n" \
    "a=rtpmap:63 red/48000/2\r\na=rtpmap:9 G722/8000\r\n" \
    "a=ssrc:11 cname:x\r\n"
#define VIDEO "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102\r\n" \
    "c=IN IP4 0.0.0.0\r\na=mid:1\r\na=recvonly\r\n" \
    "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n" \
    "a=rtpmap:102 H264/90000\r\n" \
    "a=fmtp:102 packetization-mode=1;profile-level-id=42e01f\r\n"
#define DATA "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n" \
    "c=IN IP4 0.0.0.0\r\na=mid:2\r\na=sctp-port:5000\r\n"

static ServerOffer *
parse (const gchar * sdp, const ServerOffer * previous)
{
  g_autoptr (GError) error = NULL;
  ServerOffer *offer = server_offer_new (sdp, previous, &error);

  ck_assert_int_eq (offer == NULL, error != NULL);
  return offer;
}

START_TEST (test_sections_are_read)
{
  g_autoptr (ServerOffer) offer = parse (HEAD AUDIO VIDEO DATA, NULL);
  const ServerSection *audio = server_offer_get (offer, 0);
  const ServerSection *video = server_offer_get (offer, 1);

  ck_assert_int_eq (server_offer_get_size (offer), 3);
  ck_assert (audio->media && !audio->video && audio->sends && !audio->receives);
  ck_assert_str_eq (audio->stream, "stream0");
  ck_assert_str_eq (audio->track, "track0");
  ck_assert_int_eq (audio->extensions.id[SERVER_EXTENSION_MID], 4);
  ck_assert_int_eq (audio->extensions.id[SERVER_EXTENSION_AUDIO_LEVEL], 1);
  ck_assert (!server_offer_is_mixed (offer));
  ck_assert (video->media && video->video && !video->sends && video->receives);
  ck_assert (!server_offer_get (offer, 2)->media);
}

END_TEST;

START_TEST (test_an_offer_of_obs_is_read)
{
  g_autoptr (ServerOffer) offer = parse (OBS_OFFER, NULL);
  const ServerSection *audio = server_offer_get (offer, 0);
  const ServerSection *video = server_offer_get (offer, 1);

  ck_assert_uint_eq (server_offer_get_size (offer), 2);
  ck_assert (audio->media && audio->sends && !audio->refused);
  ck_assert (video->media && video->sends && !video->refused);
  ck_assert (video->video && !video->receives);
  ck_assert_uint_eq (g_array_index (video->ssrcs, guint32, 0), 3957928346);
  ck_assert_str_eq (server_section_find_pt (audio, 111)->codec->name, "OPUS");
  ck_assert_str_eq (server_section_find_pt (video, 96)->codec->name, "H264");
}

END_TEST;

START_TEST (test_our_codecs_are_found_by_number_and_numbers_by_codec)
{
  g_autoptr (ServerOffer) offer = parse (HEAD AUDIO VIDEO, NULL);
  const ServerSection *audio = server_offer_get (offer, 0);
  const ServerSection *video = server_offer_get (offer, 1);

  ck_assert_str_eq (server_section_find_pt (audio, 111)->codec->name, "OPUS");
  ck_assert_str_eq (server_section_find_pt (audio, 111)->fmtp,
      "minptime=10;useinbandfec=1");
  ck_assert_str_eq (server_section_find_pt (audio, 8)->codec->name, "PCMA");
  ck_assert_ptr_null (server_section_find_pt (audio, 63));
  ck_assert_ptr_null (server_section_find_pt (video, 97));
  ck_assert_int_eq (server_section_find_format (video,
          server_codec_find ("H264"))->pt, 102);
  ck_assert_ptr_null (server_section_find_format (video,
          server_codec_find ("AV1")));
}

END_TEST;

/* As Chromium offers it. */
#define H264 "m=video 9 UDP/TLS/RTP/SAVPF 103 107 109 117 39 112\r\n" \
    "c=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\n" \
    "a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;" \
    "profile-level-id=42001f\r\n" \
    "a=rtpmap:103 H264/90000\r\na=rtpmap:107 H264/90000\r\n" \
    "a=rtpmap:109 H264/90000\r\na=rtpmap:117 H264/90000\r\n" \
    "a=rtpmap:39 H264/90000\r\na=rtpmap:112 H264/90000\r\n" \
    "a=fmtp:107 packetization-mode=0;profile-level-id=42001f\r\n" \
    "a=fmtp:109 packetization-mode=1;profile-level-id=42e01f\r\n" \
    "a=fmtp:117 packetization-mode=0;profile-level-id=42e01f\r\n" \
    "a=fmtp:39 packetization-mode=1;profile-level-id=4d001f\r\n" \
    "a=fmtp:112 packetization-mode=1;profile-level-id=64001f\r\n"

START_TEST (test_a_stream_gets_the_number_that_fits)
{
  static const struct
  {
    const gchar *fmtp;
    guint pt;
  } cases[] = {
    {"packetization-mode=1;profile-level-id=42c016", 109},
    {"packetization-mode=0;profile-level-id=42e01f", 117},
    {"packetization-mode=1;profile-level-id=42001f", 103},
    {"packetization-mode=1;profile-level-id=4d4028", 39},
    {"packetization-mode=1;profile-level-id=640028", 112},
    {NULL, 107},
  };
  g_autoptr (ServerOffer) offer = parse (HEAD H264, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    ck_assert_uint_eq (server_section_choose (server_offer_get (offer, 0),
            server_codec_find ("H264"), cases[i].fmtp)->pt, cases[i].pt);
  ck_assert_ptr_null (server_section_choose (server_offer_get (offer, 0),
          server_codec_find ("VP9"), NULL));
}

END_TEST;

START_TEST (test_streams_are_found_by_number_or_mid)
{
  g_autoptr (ServerOffer) offer = parse (HEAD AUDIO VIDEO, NULL);

  ck_assert_int_eq (server_offer_find (offer, 11, NULL, 0), 0);
  ck_assert_int_eq (server_offer_find (offer, 12, NULL, 0), -1);
  ck_assert_int_eq (server_offer_find (offer, 12, "1x", 1), 1);
  ck_assert_int_eq (server_offer_find (offer, 12, "7", 1), -1);
}

END_TEST;

#define RID \
    "a=extmap:10/sendonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
#define REPAIRED \
    "a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n"

/* The rid that is chosen of "a=simulcast:" @value. */
static gchar *
choose (const gchar * value)
{
  g_autofree gchar *sdp = g_strdup_printf (HEAD AUDIO VIDEO
      RID REPAIRED "a=simulcast:%s\r\n", value);
  g_autoptr (ServerOffer) offer = parse (sdp, NULL);

  ck_assert_int_eq (server_offer_get (offer,
          1)->extensions.id[SERVER_EXTENSION_RID], 10);
  return g_strdup (server_offer_get (offer, 1)->rid);
}

START_TEST (test_the_best_of_several_sizes_is_chosen)
{
  const gchar *cases[][2] = {
    {"send q;h;f", "f"}, {"send q;h", "h"}, {"recv x send hi,alt;lo", "hi"},
    {"send ~paused;lo", "lo"}, {"recv q;h;f", NULL}, {"send", NULL},
    {"send ;", NULL}, {"send a=b", NULL},
    {"send abcdefghijklmnopqrstuvwxyz0123456789", NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *rid = choose (cases[i][0]);
    ck_assert_pstr_eq (rid, cases[i][1]);
  }
}

END_TEST;

START_TEST (test_half_of_the_names_of_sizes_is_none)
{
  g_autoptr (ServerOffer) half =
      parse (HEAD VIDEO RID "a=simulcast:send q;h\r\n", NULL);
  g_autoptr (ServerOffer) whole = parse (HEAD VIDEO RID REPAIRED, NULL);

  ck_assert_ptr_null (server_offer_get (half, 0)->rid);
  /* And webrtcbin does not get to see it. */
  ck_assert_str_eq (server_offer_get_text (half),
      HEAD VIDEO "a=simulcast:send q;h\r\n");
  ck_assert_str_eq (server_offer_get_text (whole), HEAD VIDEO RID REPAIRED);
}

END_TEST;

#define ADDRESS "a=candidate:1 1 UDP 2122 127.0.0.1 9000 typ host\r\n"
#define NAME "a=candidate:1 1 UDP 2122 somebody.local 9000 typ host\r\n"

/* Whatever else GStreamer takes for such a line. */
START_TEST (test_webrtcbin_gets_no_names_to_look_up)
{
  g_autoptr (ServerOffer) offer = parse (HEAD NAME AUDIO NAME ADDRESS " " NAME
      "\t" ADDRESS "a= candidate:1 1 UDP 2122 somebody.local 9 typ host\r\n",
      NULL);
  g_autoptr (ServerOffer) answer = server_offer_new_answer (HEAD AUDIO NAME
      ADDRESS NAME, HEAD AUDIO, NULL);

  ck_assert_str_eq (server_offer_get_text (offer),
      HEAD AUDIO ADDRESS "\t" ADDRESS);
  ck_assert_str_eq (server_offer_get_text (answer), HEAD AUDIO ADDRESS);
}

END_TEST;

START_TEST (test_webrtcbin_gets_so_many_candidates)
{
  g_autoptr (GString) text = g_string_new (HEAD AUDIO);
  guint count = 0;

  for (guint i = 0; i < SERVER_CANDIDATE_MAX + 10; i++)
    g_string_append (text, ADDRESS);
  g_autoptr (ServerOffer) offer = parse (text->str, NULL);
  for (const gchar * at = server_offer_get_text (offer);
      (at = strstr (at, ADDRESS)) != NULL; at++)
    count++;
  ck_assert_uint_eq (count, SERVER_CANDIDATE_MAX);
}

END_TEST;

START_TEST (test_both_forms_of_extensions_may_be_mixed)
{
  g_autoptr (ServerOffer) offer = parse ("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"
      "s=-\r\nt=0 0\r\na=extmap-allow-mixed\r\n" AUDIO, NULL);

  ck_assert (server_offer_is_mixed (offer));
  ck_assert (server_offer_get (offer, 0)->extensions.mixed);
}

END_TEST;

START_TEST (test_what_webrtcbin_would_not_survive_is_refused)
{
  g_autoptr (ServerOffer) both = parse (HEAD AUDIO VIDEO, NULL);

  /* Nothing, no mid, one mid twice, two mids. */
  ck_assert_ptr_null (parse (HEAD, NULL));
  ck_assert_ptr_null (parse ("nonsense", NULL));
  ck_assert_ptr_null (parse (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", NULL));
  ck_assert_ptr_null (parse (HEAD AUDIO AUDIO, NULL));
  ck_assert_ptr_null (parse (HEAD AUDIO "a=mid:7\r\n" VIDEO, NULL));
  ck_assert_ptr_null (parse (HEAD AUDIO VIDEO "a=mid\r\n", NULL));
  /* And what was agreed on before, changed. */
  ck_assert_ptr_null (parse (HEAD AUDIO, both));
  ck_assert_ptr_null (parse (HEAD VIDEO AUDIO, both));
}

END_TEST;

static gboolean
answers (const gchar * sdp, const gchar * own)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ServerOffer) answer = server_offer_new_answer (sdp, own, &error);

  ck_assert_int_eq (answer == NULL, error != NULL);
  return answer != NULL;
}

#define REFUSED "m=video 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:1\r\na=inactive\r\n"

START_TEST (test_an_answer_has_the_sections_of_the_offer)
{
  const gchar *own = HEAD AUDIO VIDEO DATA;

  ck_assert (answers (HEAD AUDIO VIDEO DATA, own));
  ck_assert (answers (HEAD AUDIO REFUSED DATA, own));
  /* Nothing, one less, one more, in another order, another kind. */
  ck_assert (!answers ("", own));
  ck_assert (!answers (HEAD, own));
  ck_assert (!answers (HEAD AUDIO VIDEO, own));
  ck_assert (!answers (HEAD AUDIO VIDEO, HEAD AUDIO));
  ck_assert (!answers (HEAD VIDEO AUDIO DATA, own));
  ck_assert (!answers (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:2\r\n",
          HEAD DATA));
  /* Another mid, one more, none. */
  ck_assert (!answers (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:1\r\n",
          HEAD AUDIO));
  ck_assert (!answers (HEAD AUDIO "a=mid:7\r\n", HEAD AUDIO));
  ck_assert (!answers (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", HEAD AUDIO));
}

END_TEST;

#define PORTLESS "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n" \
    "a=bundle-only\r\na=recvonly\r\na=rtpmap:96 VP8/90000\r\n"
#define ALONE "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" \
    "a=group:LS 0 1\r\na=group:BUNDLE 0 2\r\n"

START_TEST (test_a_section_without_a_port_goes_with_its_bundle)
{
  const gchar *own = HEAD AUDIO VIDEO DATA;
  g_autoptr (ServerOffer) bundled =
      server_offer_new_answer (HEAD AUDIO PORTLESS DATA, own, NULL);
  g_autoptr (ServerOffer) alone =
      server_offer_new_answer (ALONE AUDIO PORTLESS DATA, own, NULL);
  g_autoptr (ServerOffer) refused =
      server_offer_new_answer (HEAD AUDIO REFUSED DATA, own, NULL);

  ck_assert (!server_offer_get (bundled, 1)->refused);
  ck_assert (server_offer_get (bundled, 1)->receives);
  /* For webrtcbin, which reads the port alone. */
  ck_assert (strstr (server_offer_get_text (bundled),
          "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n") != NULL);
  ck_assert (server_offer_get (alone, 1)->refused);
  ck_assert (!server_offer_get (alone, 1)->receives);
  ck_assert_str_eq (server_offer_get_text (alone), ALONE AUDIO PORTLESS DATA);
  ck_assert (server_offer_get (refused, 1)->refused);
}

END_TEST;

START_TEST (test_a_text_without_end_is_refused)
{
  g_autofree gchar *text = g_malloc (LIVEKIT_MAX_SDP + 2);

  memset (text, 'a', LIVEKIT_MAX_SDP + 1);
  text[LIVEKIT_MAX_SDP + 1] = '\0';
  ck_assert_ptr_null (parse (text, NULL));
}

END_TEST;

/* @sections without a port, and as many groups as there is room for. */
static gchar *
make_long_offer (guint sections)
{
  GString *text = g_string_new ("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\n"
      "t=0 0\r\na=group:BUNDLE 7\r\n");
  g_autoptr (GString) media = g_string_new (NULL);

  for (guint i = 0; i < sections; i++)
    g_string_append_printf (media,
        "m=audio 0 a 0\r\na=bundle-only\r\na=mid:%u\r\n", i);
  while (text->len + media->len + strlen ("a=group:a\r\n") <= LIVEKIT_MAX_SDP)
    g_string_append (text, "a=group:a\r\n");
  g_string_append (text, media->str);
  return g_string_free (text, FALSE);
}

/* These two take minutes where each section looks at all the groups. */
START_TEST (test_many_groups_are_read_once)
{
  g_autofree gchar *sdp = make_long_offer (SERVER_OFFER_MAX_SECTIONS);
  g_autoptr (ServerOffer) offer = parse (sdp, NULL);
  g_autoptr (ServerOffer) answer = server_offer_new_answer (sdp, sdp, NULL);

  ck_assert_uint_eq (server_offer_get_size (offer), SERVER_OFFER_MAX_SECTIONS);
  ck_assert_uint_eq (server_offer_get_size (answer), SERVER_OFFER_MAX_SECTIONS);
  for (guint i = 0; i < SERVER_OFFER_MAX_SECTIONS; i++)
    ck_assert_int_eq (server_offer_get (offer, i)->refused, i != 7);
}

END_TEST;

START_TEST (test_of_too_many_sections_none_is_read)
{
  g_autofree gchar *sdp = make_long_offer (4000);
  g_autoptr (GError) error = NULL, unlike = NULL;

  ck_assert_ptr_null (server_offer_new (sdp, NULL, &error));
  ck_assert_str_eq (error->message, "the client's offer cannot be used: it has"
      " no media section, or too many");
  ck_assert_ptr_null (server_offer_new_answer (sdp, HEAD AUDIO, &unlike));
  ck_assert_str_eq (unlike->message, "the client's answer cannot be used: it"
      " has not as many media sections as our offer");
}

END_TEST;

START_TEST (test_no_text_is_refused)
{
  ck_assert_ptr_null (parse ("", NULL));
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serveroffer");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_sections_are_read);
  tcase_add_test (tcase, test_an_offer_of_obs_is_read);
  tcase_add_test (tcase,
      test_our_codecs_are_found_by_number_and_numbers_by_codec);
  tcase_add_test (tcase, test_a_stream_gets_the_number_that_fits);
  tcase_add_test (tcase, test_streams_are_found_by_number_or_mid);
  tcase_add_test (tcase, test_the_best_of_several_sizes_is_chosen);
  tcase_add_test (tcase, test_half_of_the_names_of_sizes_is_none);
  tcase_add_test (tcase, test_webrtcbin_gets_no_names_to_look_up);
  tcase_add_test (tcase, test_webrtcbin_gets_so_many_candidates);
  tcase_add_test (tcase, test_both_forms_of_extensions_may_be_mixed);
  tcase_add_test (tcase, test_what_webrtcbin_would_not_survive_is_refused);
  tcase_add_test (tcase, test_an_answer_has_the_sections_of_the_offer);
  tcase_add_test (tcase, test_a_section_without_a_port_goes_with_its_bundle);
  tcase_add_test (tcase, test_a_text_without_end_is_refused);
  tcase_add_test (tcase, test_many_groups_are_read_once);
  tcase_add_test (tcase, test_of_too_many_sections_none_is_read);
  tcase_add_test (tcase, test_no_text_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
