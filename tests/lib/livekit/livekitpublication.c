/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitpublication.h"

#include "livekit/livekitlimits.h"

#include <check.h>

static void
fill (Livekit__AddTrackRequest * request, gint type, gint source)
{
  livekit__add_track_request__init (request);
  request->cid = (gchar *) "c1";
  request->name = (gchar *) "name";
  request->type = (Livekit__TrackType) type;
  request->source = (Livekit__TrackSource) source;
}

START_TEST (test_the_sid_tells_kind_and_source)
{
  static const struct
  {
    gint type, source;
    const gchar *sid, *stream;
  } rows[] = {
    {LIVEKIT__TRACK_TYPE__VIDEO, LIVEKIT_SOURCE_CAMERA, "TR_VCx", "camera"},
    {LIVEKIT__TRACK_TYPE__VIDEO, LIVEKIT_SOURCE_SCREEN_SHARE, "TR_VSx",
        "screen"},
    {LIVEKIT__TRACK_TYPE__AUDIO, LIVEKIT_SOURCE_MICROPHONE, "TR_AMx",
        "camera"},
    {LIVEKIT__TRACK_TYPE__AUDIO, LIVEKIT_SOURCE_SCREEN_SHARE_AUDIO, "TR_Asx",
        "screen"},
    {LIVEKIT__TRACK_TYPE__AUDIO, LIVEKIT_SOURCE_UNKNOWN, "TR_AUx", ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Livekit__AddTrackRequest request;
    LivekitPublicationMessage view;
    fill (&request, rows[i].type, rows[i].source);
    g_autoptr (LivekitPublication) track =
        livekit_publication_new (&request, "x");
    ck_assert_str_eq (track->sid, rows[i].sid);
    livekit_publication_to_message (track, &view);
    ck_assert_str_eq (view.message.stream, rows[i].stream);
    ck_assert_str_eq (view.message.name, "name");
  }
}

END_TEST;

START_TEST (test_a_codec_is_told_when_it_is_live)
{
  Livekit__AddTrackRequest request;
  LivekitPublicationMessage view;
  fill (&request, LIVEKIT__TRACK_TYPE__VIDEO, LIVEKIT_SOURCE_CAMERA);
  g_autoptr (LivekitPublication) track =
      livekit_publication_new (&request, "x");

  livekit_publication_to_message (track, &view);
  ck_assert_uint_eq (view.message.n_codecs, 0);
  g_free (track->mime);
  track->mime = g_strdup ("video/H264");
  track->live = TRUE;
  livekit_publication_to_message (track, &view);
  ck_assert_uint_eq (view.message.n_codecs, 1);
  ck_assert_str_eq (view.message.codecs[0]->mime_type, "video/H264");
  ck_assert_str_eq (view.message.codecs[0]->cid, "c1");
}

END_TEST;

START_TEST (test_it_outlives_the_request)
{
  Livekit__AddTrackRequest request;
  g_autofree gchar *cid = g_strdup ("own");
  fill (&request, LIVEKIT__TRACK_TYPE__AUDIO, LIVEKIT_SOURCE_MICROPHONE);
  request.cid = cid;
  Livekit__SimulcastCodec codec = LIVEKIT__SIMULCAST_CODEC__INIT;
  Livekit__SimulcastCodec *codecs[] = { &codec };
  codec.cid = (gchar *) "second";
  request.simulcast_codecs = codecs;
  request.n_simulcast_codecs = 1;
  g_autoptr (LivekitPublication) track =
      livekit_publication_new (&request, "x");
  cid[0] = '-';

  ck_assert (livekit_publication_has_cid (track, "own"));
  ck_assert (livekit_publication_has_cid (track, "second"));
  ck_assert (!livekit_publication_has_cid (track, "-wn"));
}

END_TEST;

START_TEST (test_features_are_replaced)
{
  Livekit__AddTrackRequest request;
  LivekitPublicationMessage view;
  Livekit__AudioTrackFeature features[] = {
    LIVEKIT__AUDIO_TRACK_FEATURE__TF_STEREO
  };
  fill (&request, LIVEKIT__TRACK_TYPE__AUDIO, LIVEKIT_SOURCE_MICROPHONE);
  g_autoptr (LivekitPublication) track =
      livekit_publication_new (&request, "x");

  livekit_publication_set_features (track, features, 1);
  livekit_publication_set_features (track, features, 1);
  livekit_publication_to_message (track, &view);
  ck_assert_uint_eq (view.message.n_audio_features, 1);
}

END_TEST;

START_TEST (test_what_cannot_be_taken_has_its_reason)
{
  Livekit__AddTrackRequest request;
  g_autofree gchar *text = g_strnfill (LIVEKIT_MAX_NAME + 1, 'x');

  fill (&request, LIVEKIT__TRACK_TYPE__AUDIO, LIVEKIT_SOURCE_MICROPHONE);
  ck_assert_int_eq (livekit_publication_check (&request),
      LIVEKIT__REQUEST_RESPONSE__REASON__OK);
  request.type = LIVEKIT__TRACK_TYPE__DATA;
  ck_assert_int_eq (livekit_publication_check (&request),
      LIVEKIT__REQUEST_RESPONSE__REASON__UNSUPPORTED_TYPE);
  fill (&request, LIVEKIT__TRACK_TYPE__AUDIO, LIVEKIT_SOURCE_MICROPHONE);
  request.name = text;
  ck_assert_int_eq (livekit_publication_check (&request),
      LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_NAME);
  fill (&request, LIVEKIT__TRACK_TYPE__AUDIO, LIVEKIT_SOURCE_MICROPHONE);
  request.cid = (gchar *) "";
  ck_assert_int_eq (livekit_publication_check (&request),
      LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_HANDLE);
  fill (&request, LIVEKIT__TRACK_TYPE__AUDIO, LIVEKIT_SOURCE_MICROPHONE);
  request.stream = text;
  ck_assert_int_eq (livekit_publication_check (&request),
      LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_REQUEST);
  fill (&request, LIVEKIT__TRACK_TYPE__AUDIO, LIVEKIT_SOURCE_MICROPHONE);
  request.n_audio_features = LIVEKIT_MAX_TRACK_ITEMS + 1;
  ck_assert_int_eq (livekit_publication_check (&request),
      LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_REQUEST);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitpublication");
  TCase *tcase = tcase_create ("livekitpublication");
  tcase_add_test (tcase, test_the_sid_tells_kind_and_source);
  tcase_add_test (tcase, test_a_codec_is_told_when_it_is_live);
  tcase_add_test (tcase, test_it_outlives_the_request);
  tcase_add_test (tcase, test_features_are_replaced);
  tcase_add_test (tcase, test_what_cannot_be_taken_has_its_reason);
  suite_add_tcase (suite, tcase);
  return suite;
}

int
main (void)
{
  SRunner *runner = srunner_create (create_suite ());
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
