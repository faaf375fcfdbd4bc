/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the golden file has the message, the bytes are those that LiveKit's own
 * definitions make; see livekitsignal.c for how they came about. */
#include "livekit/livekitrequest.h"

#include "goldenfile.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitsignal.h"

#include <check.h>
#include <string.h>

/* Takes @bytes. */
static void
assert_golden (GBytes * bytes, const gchar * name)
{
  g_autoptr (GPtrArray) lines = golden_file_read ("signals.txt");
  g_autoptr (GBytes) golden =
      golden_line_get_bytes (golden_file_find (lines, "request", name));

  ck_assert_ptr_nonnull (bytes);
  ck_assert (g_bytes_equal (bytes, golden));
  g_bytes_unref (bytes);
}

/* Takes @bytes. */
static Livekit__SignalRequest *
read_back (GBytes * bytes)
{
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_nonnull (bytes);
  Livekit__SignalRequest *request =
      livekit_signal_parse_request (bytes, &error);
  ck_assert_ptr_null (error);
  g_bytes_unref (bytes);
  return request;
}

START_TEST (test_the_bytes_are_those_of_the_official_definitions)
{
  static const gchar *const two[] = { "ann", "bob", NULL };
  static const gchar *const nobody[] = { NULL };

  assert_golden (livekit_request_offer (1, "v=0", NULL), "=offer");
  assert_golden (livekit_request_answer (241, "v=0", NULL), "=answer");
  assert_golden (livekit_request_mute ("TR_VC", TRUE, NULL), "=mute");
  assert_golden (livekit_request_leave (NULL), "=leave");
  assert_golden (livekit_request_allowed (nobody, NULL), "=allow-nobody");
  assert_golden (livekit_request_allowed (two, NULL), "=allow-two");
  assert_golden (livekit_request_ping (1767323045000, 12, NULL), "=ping_req");
  assert_golden (livekit_request_video_size ("TR_VC", 640, 360, NULL),
      "=update_video_track");
}

END_TEST;

START_TEST (test_everyone_is_a_list_of_its_own)
{
  g_autoptr (Livekit__SignalRequest) request =
      read_back (livekit_request_allowed (NULL, NULL));

  ck_assert (request->subscription_permission->all_participants);
  ck_assert_uint_eq (request->subscription_permission->n_track_permissions, 0);
}

END_TEST;

START_TEST (test_a_video_track_has_one_layer_of_the_highest_quality)
{
  LivekitTrackRequest track = {.cid = "c1",.name = "cam",.video = TRUE,
    .source = LIVEKIT_SOURCE_SCREEN_SHARE,.width = 1920,.height = 1080,
    .bitrate = 4000000,.muted = TRUE,.stream = "main"
  };
  g_autoptr (Livekit__SignalRequest) request =
      read_back (livekit_request_add_track (&track, NULL));
  const Livekit__AddTrackRequest *add = request->add_track;

  ck_assert_str_eq (add->cid, "c1");
  ck_assert_str_eq (add->name, "cam");
  ck_assert_str_eq (add->stream, "main");
  ck_assert_int_eq (add->type, LIVEKIT__TRACK_TYPE__VIDEO);
  ck_assert_int_eq (add->source, LIVEKIT__TRACK_SOURCE__SCREEN_SHARE);
  ck_assert (add->muted);
  ck_assert_uint_eq (add->width, 1920);
  ck_assert_uint_eq (add->n_layers, 1);
  ck_assert_int_eq (add->layers[0]->quality, LIVEKIT__VIDEO_QUALITY__HIGH);
  ck_assert_uint_eq (add->layers[0]->height, 1080);
  ck_assert_uint_eq (add->layers[0]->bitrate, 4000000);
  ck_assert_uint_eq (add->n_audio_features, 0);
}

END_TEST;

START_TEST (test_an_audio_track_says_what_it_cannot_change)
{
  LivekitTrackRequest track = {.cid = "c1",.channels = 1 };
  g_autoptr (Livekit__SignalRequest) mono =
      read_back (livekit_request_add_track (&track, NULL));
  track.channels = 2;
  g_autoptr (Livekit__SignalRequest) stereo =
      read_back (livekit_request_add_track (&track, NULL));

  ck_assert_int_eq (mono->add_track->type, LIVEKIT__TRACK_TYPE__AUDIO);
  ck_assert (mono->add_track->disable_red);
  ck_assert_uint_eq (mono->add_track->n_audio_features, 1);
  ck_assert_int_eq (mono->add_track->audio_features[0],
      LIVEKIT__AUDIO_TRACK_FEATURE__TF_NO_DTX);
  ck_assert_uint_eq (mono->add_track->n_layers, 0);
  ck_assert_uint_eq (stereo->add_track->n_audio_features, 2);
  ck_assert (stereo->add_track->stereo);
}

END_TEST;

START_TEST (test_a_candidate_travels_as_json)
{
  g_autoptr (Livekit__SignalRequest) request = read_back
      (livekit_request_trickle (LIVEKIT_TARGET_SUBSCRIBER, 3,
          "candidate:1 \"", NULL));

  ck_assert_int_eq (request->trickle->target,
      LIVEKIT__SIGNAL_TARGET__SUBSCRIBER);
  ck_assert_ptr_nonnull (strstr (request->trickle->candidateinit,
          "candidate:1 \\\""));
  ck_assert_ptr_nonnull (strstr (request->trickle->candidateinit, "3"));
}

END_TEST;

START_TEST (test_metadata_and_attributes_are_both_optional)
{
  g_autoptr (GHashTable) attributes =
      g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (attributes, (gpointer) "a", (gpointer) "1");
  g_autoptr (Livekit__SignalRequest) both =
      read_back (livekit_request_metadata ("m", attributes, NULL));
  g_autoptr (Livekit__SignalRequest) none =
      read_back (livekit_request_metadata (NULL, NULL, NULL));

  ck_assert_str_eq (both->update_metadata->metadata, "m");
  ck_assert_str_eq (both->update_metadata->attributes[0]->value, "1");
  ck_assert_str_eq (none->update_metadata->metadata, "");
  ck_assert_uint_eq (none->update_metadata->n_attributes, 0);
}

END_TEST;

START_TEST (test_text_that_is_not_utf8_is_an_error)
{
  LivekitTrackRequest track = {.cid = "c1",.name = "\xff" };
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (livekit_request_add_track (&track, &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitrequest");
  TCase *tcase = tcase_create ("livekitrequest");
  tcase_add_test (tcase, test_the_bytes_are_those_of_the_official_definitions);
  tcase_add_test (tcase, test_everyone_is_a_list_of_its_own);
  tcase_add_test (tcase,
      test_a_video_track_has_one_layer_of_the_highest_quality);
  tcase_add_test (tcase, test_an_audio_track_says_what_it_cannot_change);
  tcase_add_test (tcase, test_a_candidate_travels_as_json);
  tcase_add_test (tcase, test_metadata_and_attributes_are_both_optional);
  tcase_add_test (tcase, test_text_that_is_not_utf8_is_an_error);
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
