/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomSdp: on offers that webrtcbin itself makes, and on hand-written ones. */
#include "roomsdp.h"

#include <gst/check/gstcheck.h>
#include <gst/sdp/sdp.h>
#include <string.h>

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include "roomcodec.h"

#define H264_CAPS "application/x-rtp, media = video, encoding-name = H264, " \
    "clock-rate = 90000, payload = 96, packetization-mode = (string) 1, " \
    "profile-level-id = (string) 42c015, " \
    "sprop-parameter-sets = (string) \"Z0LAFdkBQfsB,aMuMsg==\", " \
    "extmap-3 = (string) \"http://www.ietf.org/id/draft-holmer-rmcat-" \
    "transport-wide-cc-extensions-01\""
#define VP8_CAPS "application/x-rtp, media = video, encoding-name = VP8, " \
    "clock-rate = 90000, payload = 98"
#define OPUS_CAPS "application/x-rtp, media = audio, encoding-name = OPUS, " \
    "clock-rate = 48000, payload = 111, encoding-params = (string) 2, " \
    "sprop-stereo = (string) 1"
#define PCMU_CAPS "application/x-rtp, media = audio, encoding-name = PCMU, " \
    "clock-rate = 8000, payload = 0"

#define HEAD "v=0\r\no=- 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
#define H264_FMTP \
    "packetization-mode=1;profile-level-id=42e01f;level-asymmetry-allowed=1"

static GstElement *pipeline;
static GstElement *webrtcbin;
static GPtrArray *sources;

/* START_TEST, not GST_START_TEST, where this fixture is used: the latter waits
 * for all tasks to end before teardown() stops them. */
static void
setup (void)
{
  pipeline = gst_pipeline_new (NULL);
  webrtcbin = gst_element_factory_make ("webrtcbin", NULL);
  fail_unless (webrtcbin != NULL);
  gst_util_set_object_arg (G_OBJECT (webrtcbin), "bundle-policy", "max-compat");
  gst_bin_add (GST_BIN (pipeline), webrtcbin);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  sources = g_ptr_array_new_with_free_func (gst_object_unref);
}

static void
teardown (void)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_ptr_array_unref (sources);
  gst_object_unref (pipeline);
}

/* An offer needs no more of a track than its caps. */
static void
add_track (const gchar * text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GstPad) sink = NULL;
  GstPad *source = gst_pad_new (NULL, GST_PAD_SRC);

  gst_caps_set_simple (caps, "ssrc", G_TYPE_UINT, sources->len + 1000, NULL);
  g_ptr_array_add (sources, gst_object_ref_sink (source));
  sink = gst_element_request_pad_simple (webrtcbin, "sink_%u");
  g_object_get (sink, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "direction",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY,
      "do-nack", strstr (text, "video") != NULL, NULL);

  fail_unless_equals_int (gst_pad_link (source, sink), GST_PAD_LINK_OK);
  gst_pad_set_active (source, TRUE);
  gst_pad_push_event (source, gst_event_new_stream_start ("track"));
  gst_pad_push_event (source, gst_event_new_caps (caps));
}

static void
set_inactive (guint index)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  g_signal_emit_by_name (webrtcbin, "get-transceiver", index, &transceiver);
  g_object_set (transceiver, "direction",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE, NULL);
}

static gchar *
create_offer (void)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;

  g_signal_emit_by_name (webrtcbin, "create-offer", NULL, promise);
  fail_unless_equals_int (gst_promise_wait (promise),
      GST_PROMISE_RESULT_REPLIED);
  gst_structure_get (gst_promise_get_reply (promise), "offer",
      GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, NULL);
  fail_unless (offer != NULL);
  return gst_sdp_message_as_text (offer->sdp);
}

static GstSDPMessage *
parse (const gchar * text)
{
  GstSDPMessage *message = NULL;

  fail_unless_equals_int (gst_sdp_message_new_from_text (text, &message),
      GST_SDP_OK);
  return message;
}

/* Widens what webrtcbin offers now, and parses that. */
static GstSDPMessage *
widen_offer (void)
{
  g_autofree gchar *offer = create_offer ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *widened = room_sdp_widen (offer, &error);

  fail_unless (widened != NULL, "%s in %s", error ? error->message : "", offer);
  return parse (widened);
}

/* All values of @key that begin with "PT ". */
static guint
count_of (const GstSDPMedia * media, const gchar * key, guint pt,
    const gchar ** last)
{
  g_autofree gchar *prefix = g_strdup_printf ("%u ", pt);
  guint count = 0;

  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);

    if (!g_str_equal (attribute->key, key)
        || !g_str_has_prefix (attribute->value, prefix))
      continue;
    count++;
    if (last != NULL)
      *last = attribute->value + strlen (prefix);
  }
  return count;
}

static gboolean
has_format (const GstSDPMedia * media, guint pt)
{
  g_autofree gchar *format = g_strdup_printf ("%u", pt);
  guint count = 0;

  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++)
    count += g_str_equal (gst_sdp_media_get_format (media, i), format);
  fail_unless (count <= 1, "payload type %u twice", pt);
  return count == 1;
}

static void
assert_codec (const GstSDPMedia * media, const RoomCodec * codec)
{
  const gchar *map = NULL;
  g_autofree gchar *name = g_strdup_printf ("%s/", codec->name);
  const gchar *rtx = NULL;

  fail_unless (has_format (media, codec->pt), "%s", codec->name);
  fail_unless_equals_int (count_of (media, "rtpmap", codec->pt, &map), 1);
  fail_unless (g_ascii_strncasecmp (map, name, strlen (name)) == 0);
  if (!codec->video)
    return;

  fail_unless_equals_int (count_of (media, "rtcp-fb", codec->pt, NULL), 4);
  fail_unless (has_format (media, codec->rtx_pt), "%s", codec->name);
  fail_unless_equals_int (count_of (media, "rtpmap", codec->rtx_pt, &rtx), 1);
  fail_unless_equals_string (rtx, "rtx/90000");
  fail_unless_equals_int (count_of (media, "fmtp", codec->rtx_pt, &rtx), 1);
  fail_unless_equals_int (atoi (rtx + strlen ("apt=")), codec->pt);
}

static void
assert_all_codecs (const GstSDPMedia * media)
{
  gboolean video = g_str_equal (gst_sdp_media_get_media (media), "video");
  guint formats = 0;

  for (guint i = 0; room_codec_get (i) != NULL; i++) {
    const RoomCodec *codec = room_codec_get (i);

    if (codec->video != video || !room_codec_is_available (codec))
      continue;
    assert_codec (media, codec);
    formats += video ? 2 : 1;
  }
  fail_unless_equals_int (gst_sdp_media_formats_len (media), formats);
}

static void
assert_first_format (const GstSDPMedia * media, const gchar * format)
{
  fail_unless_equals_string (gst_sdp_media_get_format (media, 0), format);
}

START_TEST (first_section_of_each_kind_lists_all_codecs)
{
  g_autoptr (GstSDPMessage) message = NULL;

  add_track (H264_CAPS);
  add_track (VP8_CAPS);
  add_track (OPUS_CAPS);
  message = widen_offer ();

  fail_unless_equals_int (gst_sdp_message_medias_len (message), 3);
  assert_all_codecs (gst_sdp_message_get_media (message, 0));
  assert_all_codecs (gst_sdp_message_get_media (message, 2));
}

END_TEST;

START_TEST (own_codec_stays_first)
{
  g_autoptr (GstSDPMessage) message = NULL;

  add_track (VP8_CAPS);
  add_track (PCMU_CAPS);
  message = widen_offer ();

  assert_first_format (gst_sdp_message_get_media (message, 0), "98");
  assert_first_format (gst_sdp_message_get_media (message, 1), "0");
}

END_TEST;

START_TEST (later_section_keeps_its_one_codec)
{
  g_autoptr (GstSDPMessage) message = NULL;
  const GstSDPMedia *media;
  const gchar *fmtp = NULL;

  add_track (VP8_CAPS);
  add_track (H264_CAPS);
  message = widen_offer ();

  media = gst_sdp_message_get_media (message, 1);
  fail_unless_equals_int (gst_sdp_media_formats_len (media), 2);
  assert_codec (media, room_codec_find_name ("H264"));
  fail_unless_equals_int (count_of (media, "fmtp", 96, &fmtp), 1);
  fail_unless (strstr (fmtp, "profile-level-id=42c015") != NULL);
}

END_TEST;

START_TEST (h264_is_exact_in_the_widened_section)
{
  g_autoptr (GstSDPMessage) message = NULL;
  const gchar *fmtp = NULL;

  add_track (H264_CAPS);
  message = widen_offer ();

  fail_unless_equals_int (count_of (gst_sdp_message_get_media (message, 0),
          "fmtp", 96, &fmtp), 1);
  fail_unless_equals_string (fmtp, H264_FMTP);
}

END_TEST;

START_TEST (opus_keeps_its_own_fmtp)
{
  g_autoptr (GstSDPMessage) message = NULL;
  const gchar *fmtp = NULL;

  add_track (OPUS_CAPS);
  message = widen_offer ();

  fail_unless_equals_int (count_of (gst_sdp_message_get_media (message, 0),
          "fmtp", 111, &fmtp), 1);
  fail_unless (strstr (fmtp, "sprop-stereo=1") != NULL);
}

END_TEST;

/* webrtcbin numbers RTX by the order of the sections: 96 for a VP8 that stands
 * alone, another when H.264 comes to it. The server keeps the first. */
START_TEST (rtx_payload_type_is_the_same_in_every_offer)
{
  g_autoptr (GstSDPMessage) first = NULL;
  g_autoptr (GstSDPMessage) second = NULL;

  add_track (VP8_CAPS);
  first = widen_offer ();
  add_track (H264_CAPS);
  second = widen_offer ();

  assert_codec (gst_sdp_message_get_media (first, 0),
      room_codec_find_name ("VP8"));
  assert_codec (gst_sdp_message_get_media (second, 0),
      room_codec_find_name ("VP8"));
  assert_codec (gst_sdp_message_get_media (second, 1),
      room_codec_find_name ("H264"));
}

END_TEST;

START_TEST (everything_else_stays_as_it_was)
{
  static const gchar *const kept[] = {
    "\r\na=group:BUNDLE video0 audio1\r\n", "\r\na=sendonly\r\n",
    "\r\na=mid:video0\r\n", "\r\na=mid:audio1\r\n", "\r\na=ssrc-group:FID ",
    "\r\na=fingerprint:sha-256 ", "\r\na=extmap:3 http", "\r\na=ice-pwd:",
    "\r\na=ssrc:1000 msid:", "\r\na=ssrc:1001 msid:",
  };
  g_autofree gchar *offer = NULL;
  g_autofree gchar *widened = NULL;

  add_track (H264_CAPS);
  add_track (OPUS_CAPS);
  offer = create_offer ();
  widened = room_sdp_widen (offer, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++) {
    fail_unless (strstr (offer, kept[i]) != NULL, "%s", kept[i]);
    fail_unless (strstr (widened, kept[i]) != NULL, "%s", kept[i]);
  }
}

END_TEST;

START_TEST (same_offer_is_widened_alike)
{
  g_autofree gchar *offer = NULL;
  g_autofree gchar *once = NULL;
  g_autofree gchar *again = NULL;

  add_track (VP8_CAPS);
  offer = create_offer ();
  once = room_sdp_widen (offer, NULL);
  again = room_sdp_widen (offer, NULL);
  fail_unless_equals_string (once, again);
}

END_TEST;

START_TEST (inactive_first_section_is_still_the_one_that_is_widened)
{
  g_autoptr (GstSDPMessage) message = NULL;

  add_track (H264_CAPS);
  add_track (VP8_CAPS);
  set_inactive (0);
  message = widen_offer ();

  fail_unless (gst_sdp_media_get_attribute_val (gst_sdp_message_get_media
          (message, 0), "inactive") != NULL);
  assert_all_codecs (gst_sdp_message_get_media (message, 0));
  fail_unless_equals_int (gst_sdp_media_formats_len (gst_sdp_message_get_media
          (message, 1)), 2);
}

END_TEST;

static void
assert_not_widened (const gchar * offer, const gchar * word)
{
  g_autoptr (GError) error = NULL;

  fail_unless (room_sdp_widen (offer, &error) == NULL);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FORMAT));
  fail_unless (strstr (error->message, word) != NULL, "%s", error->message);
}

GST_START_TEST (offer_without_media_is_an_error)
{
  assert_not_widened (HEAD "a=group:BUNDLE\r\n", "no media");
  assert_not_widened ("", "no media");
  assert_not_widened ("no description", "no media");
  assert_not_widened (NULL, "no media");
}

GST_END_TEST;

GST_START_TEST (section_of_an_unknown_codec_is_an_error)
{
  assert_not_widened (HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
      "a=rtpmap:96 THEORA/90000\r\n", "no codec");
  assert_not_widened (HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n", "no codec");
  assert_not_widened (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\n"
      "a=rtpmap:96 H264/90000\r\n", "no codec");
  assert_not_widened (HEAD "m=video 9 UDP/TLS/RTP/SAVPF x\r\n", "no codec");
}

GST_END_TEST;

GST_START_TEST (second_payload_type_of_a_codec_is_an_error)
{
  assert_not_widened (HEAD "m=video 9 UDP/TLS/RTP/SAVPF 97\r\n"
      "a=rtpmap:97 H264/90000\r\n", "97");
}

GST_END_TEST;

GST_START_TEST (section_that_is_off_may_be_empty)
{
  g_autofree gchar *widened =
      room_sdp_widen (HEAD "m=video 0 UDP/TLS/RTP/SAVPF 0\r\n"
      "a=inactive\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
      NULL);

  fail_unless (widened != NULL);
  fail_unless (strstr (widened, "m=video 0 UDP/TLS/RTP/SAVPF 0\r\n") != NULL);
  fail_unless (strstr (widened, "webrtc-datachannel") != NULL);
}

GST_END_TEST;

GST_START_TEST (media_sections_are_counted)
{
  fail_unless_equals_int (room_sdp_count_media (NULL), 0);
  fail_unless_equals_int (room_sdp_count_media (""), 0);
  fail_unless_equals_int (room_sdp_count_media (HEAD), 0);
  fail_unless_equals_int (room_sdp_count_media ("m=audio 9 x 0"), 1);
  fail_unless_equals_int (room_sdp_count_media (HEAD "m=audio 9 x 0\r\n"
          "a=m=\r\nm=video 9 x 0\r\n"), 2);
}

GST_END_TEST;

GST_START_TEST (section_of_a_track_is_found)
{
  static const gchar offer[] = HEAD
      "m=video 9 x 96\r\na=ssrc:1 msid:s track1\r\na=ssrc:1 cname:c track2\r\n"
      "m=audio 9 x 111\r\na=ssrc:2 msid:s track11\r\n";
  guint mline = 7;

  fail_unless (room_sdp_find_track (offer, "track1", &mline));
  fail_unless_equals_int (mline, 0);
  fail_unless (room_sdp_find_track (offer, "track11", &mline));
  fail_unless_equals_int (mline, 1);
  fail_if (room_sdp_find_track (offer, "track2", &mline));
  fail_if (room_sdp_find_track (offer, "1", &mline));
  fail_if (room_sdp_find_track (HEAD, "track1", &mline));
}

GST_END_TEST;

GST_START_TEST (refused_sections_of_an_answer_are_found)
{
  static const gchar answer[] = HEAD
      "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=recvonly\r\n"
      "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\n"
      "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=inactive\r\n";

  fail_if (room_sdp_is_refused (answer, 0));
  fail_unless (room_sdp_is_refused (answer, 1));
  fail_unless (room_sdp_is_refused (answer, 2));
  fail_unless (room_sdp_is_refused (answer, 3));
  fail_unless (room_sdp_is_refused (NULL, 0));
}

GST_END_TEST;

static Suite *
roomsdp_suite (void)
{
  Suite *suite = suite_create ("roomsdp");
  TCase *real = tcase_create ("webrtcbin");
  TCase *text = tcase_create ("text");

  suite_add_tcase (suite, real);
  tcase_add_checked_fixture (real, setup, teardown);
  tcase_add_test (real, first_section_of_each_kind_lists_all_codecs);
  tcase_add_test (real, own_codec_stays_first);
  tcase_add_test (real, later_section_keeps_its_one_codec);
  tcase_add_test (real, h264_is_exact_in_the_widened_section);
  tcase_add_test (real, opus_keeps_its_own_fmtp);
  tcase_add_test (real, rtx_payload_type_is_the_same_in_every_offer);
  tcase_add_test (real, everything_else_stays_as_it_was);
  tcase_add_test (real, same_offer_is_widened_alike);
  tcase_add_test (real,
      inactive_first_section_is_still_the_one_that_is_widened);

  suite_add_tcase (suite, text);
  tcase_add_test (text, offer_without_media_is_an_error);
  tcase_add_test (text, section_of_an_unknown_codec_is_an_error);
  tcase_add_test (text, second_payload_type_of_a_codec_is_an_error);
  tcase_add_test (text, section_that_is_off_may_be_empty);
  tcase_add_test (text, media_sections_are_counted);
  tcase_add_test (text, section_of_a_track_is_found);
  tcase_add_test (text, refused_sections_of_an_answer_are_found);
  return suite;
}

GST_CHECK_MAIN (roomsdp);
