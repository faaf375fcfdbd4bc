/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomNegotiation: which offers it makes and what becomes of the publications,
 * with stand-ins for the media connection and the publications whose functions
 * are defined here and come before those of the library. */
#include "roomnegotiation.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "livekit/livekiterror.h"

#define MS G_TIME_SPAN_MILLISECOND
#define NOW (1000 * MS)
#define LATER (NOW + 200 * MS)

#define HEAD "v=0\r\no=- 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
#define OFFER HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:0 PCMU/8000\r\n" \
    "a=sendonly\r\na=ssrc:1 msid:room cid-0\r\n"
#define ANSWER HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:0 PCMU/8000\r\n" \
    "a=recvonly\r\n"
#define REFUSAL HEAD "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=inactive\r\n"

static guint offers_made;
static guint times_prepared;
static gboolean can_be_prepared;
static GString *answers_set;
static GString *offers_sent;
static guint times_settled;
static GError *failure;

RoomPeer *
room_peer_ref (RoomPeer * self)
{
  return self;
}

void
room_peer_unref (RoomPeer * self)
{
}

void
room_peer_create_offer (RoomPeer * self)
{
  offers_made++;
}

void
room_peer_set_answer (RoomPeer * self, const gchar * sdp)
{
  g_string_append (answers_set, sdp);
}

void
room_track_set_lapse (RoomTrack * self, gint64 lapse)
{
}

const RoomCodec *
room_track_get_codec (RoomTrack * self)
{
  return room_codec_find_name ("PCMU");
}

gboolean
room_track_set_playing (RoomTrack * self, gboolean playing, gint64 end_time)
{
  return TRUE;
}

void
room_publication_free (RoomPublication * self)
{
  gst_object_unref (self->pad);
  g_free (self->cid);
  g_free (self);
}

gint64
room_publication_get_deadline (const RoomPublication * self)
{
  return -1;
}

guint64
room_publication_sample (RoomPublication * self, gint64 now)
{
  return 0;
}

static gboolean
on_prepare (RoomPublication * publication, gpointer user_data)
{
  ck_assert_int_eq (publication->state, ROOM_PUBLICATION_DESCRIBED);
  times_prepared++;
  return can_be_prepared;
}

static void
on_send_offer (const gchar * sdp, gpointer user_data)
{
  g_string_append (offers_sent, sdp);
}

static void
on_settled (gpointer user_data)
{
  times_settled++;
}

static void
on_failed (const GError * error, gpointer user_data)
{
  ck_assert_ptr_null (failure);
  failure = g_error_copy (error);
}

static RoomCast *cast;
static RoomNegotiation *negotiation;

static void
setup (void)
{
  static const RoomNegotiationFuncs funcs = {
    on_prepare, on_send_offer, on_settled, on_failed
  };

  offers_made = times_settled = times_prepared = 0;
  can_be_prepared = TRUE;
  answers_set = g_string_new (NULL);
  offers_sent = g_string_new (NULL);
  cast = room_cast_new ();
  negotiation = room_negotiation_new (NULL, cast, &funcs, NULL);
}

static void
teardown (void)
{
  room_negotiation_free (negotiation);
  room_cast_free (cast);
  g_string_free (answers_set, TRUE);
  g_string_free (offers_sent, TRUE);
  g_clear_error (&failure);
}

static RoomPublication *
add (RoomPublicationState state)
{
  RoomPublication *publication = g_new0 (RoomPublication, 1);

  publication->state = state;
  publication->cid = g_strdup_printf ("cid-%u", room_cast_get_size (cast));
  publication->pad = (GstRoomPublishPad *)
      gst_object_ref_sink (gst_pad_new ("audio_7", GST_PAD_SINK));
  room_cast_add (cast, publication);
  return publication;
}

static void
want (void)
{
  room_negotiation_set_ready (negotiation, TRUE);
  room_negotiation_want (negotiation, NOW);
}

static void
offer (void)
{
  want ();
  room_negotiation_check (negotiation, NOW);
  ck_assert_uint_eq (offers_made, 1);
  room_negotiation_described (negotiation, OFFER, NULL);
}

static void
settle (void)
{
  room_negotiation_answer (negotiation, ANSWER);
  room_negotiation_answered (negotiation, NULL);
}

static void
assert_failed (LivekitError code, const gchar * words)
{
  ck_assert (g_error_matches (failure, LIVEKIT_ERROR, code));
  ck_assert_msg (strstr (failure->message, words) != NULL, "%s",
      failure->message);
}

START_TEST (nothing_wanted_makes_no_offer)
{
  add (ROOM_PUBLICATION_DESCRIBED);
  room_negotiation_set_ready (negotiation, TRUE);
  ck_assert_int_eq (room_negotiation_get_deadline (negotiation), -1);
  room_negotiation_check (negotiation, NOW);
  ck_assert_uint_eq (offers_made, 0);
}

END_TEST;

START_TEST (offer_waits_until_the_room_is_ready)
{
  add (ROOM_PUBLICATION_DESCRIBED);
  room_negotiation_want (negotiation, NOW);
  ck_assert_int_eq (room_negotiation_get_deadline (negotiation), -1);
  room_negotiation_check (negotiation, LATER);
  ck_assert_uint_eq (offers_made, 0);
  ck_assert (!room_negotiation_has_begun (negotiation));
  room_negotiation_set_ready (negotiation, TRUE);
  room_negotiation_check (negotiation, LATER);
  ck_assert_uint_eq (offers_made, 1);
  ck_assert (room_negotiation_has_begun (negotiation));
}

END_TEST;

START_TEST (pads_without_caps_are_awaited_for_a_while)
{
  RoomPublication *known = add (ROOM_PUBLICATION_DESCRIBED);
  RoomPublication *unknown = add (ROOM_PUBLICATION_WAITING);

  want ();
  room_negotiation_check (negotiation, LATER - 1);
  ck_assert_uint_eq (offers_made, 0);
  ck_assert_int_eq (room_negotiation_get_deadline (negotiation), LATER);
  room_negotiation_check (negotiation, LATER);
  ck_assert_uint_eq (offers_made, 1);
  ck_assert_int_eq (known->state, ROOM_PUBLICATION_OFFERED);
  ck_assert_int_eq (unknown->state, ROOM_PUBLICATION_WAITING);
}

END_TEST;

START_TEST (with_nobody_to_wait_for_the_offer_is_due_at_once)
{
  add (ROOM_PUBLICATION_DESCRIBED);
  want ();
  ck_assert_int_ge (room_negotiation_get_deadline (negotiation), 0);
  ck_assert_int_le (room_negotiation_get_deadline (negotiation), NOW);
}

END_TEST;

START_TEST (patience_counts_from_the_first_wish)
{
  add (ROOM_PUBLICATION_DESCRIBED);
  add (ROOM_PUBLICATION_WAITING);
  want ();
  room_negotiation_want (negotiation, NOW + 150 * MS);
  ck_assert_int_eq (room_negotiation_get_deadline (negotiation), LATER);
}

END_TEST;

START_TEST (wish_without_a_change_makes_no_offer)
{
  add (ROOM_PUBLICATION_PUBLISHED);
  want ();
  room_negotiation_check (negotiation, NOW);
  ck_assert_uint_eq (offers_made, 0);
  ck_assert_int_eq (room_negotiation_get_deadline (negotiation), -1);
}

END_TEST;

START_TEST (answer_makes_tracks_accepted)
{
  RoomPublication *track = add (ROOM_PUBLICATION_DESCRIBED);

  offer ();
  ck_assert_int_eq (track->state, ROOM_PUBLICATION_OFFERED);
  ck_assert_ptr_nonnull (strstr (offers_sent->str, "cid-0"));
  settle ();
  ck_assert_str_eq (answers_set->str, ANSWER);
  ck_assert_int_eq (track->state, ROOM_PUBLICATION_ACCEPTED);
  ck_assert_uint_eq (times_settled, 1);
}

END_TEST;

START_TEST (each_new_track_is_prepared_once)
{
  add (ROOM_PUBLICATION_DESCRIBED);
  add (ROOM_PUBLICATION_DESCRIBED);
  add (ROOM_PUBLICATION_PUBLISHED);
  add (ROOM_PUBLICATION_ENDING);
  offer ();
  ck_assert_uint_eq (times_prepared, 2);
}

END_TEST;

START_TEST (track_that_cannot_be_prepared_is_not_offered)
{
  RoomPublication *track = add (ROOM_PUBLICATION_DESCRIBED);

  can_be_prepared = FALSE;
  want ();
  room_negotiation_check (negotiation, NOW);
  ck_assert_uint_eq (offers_made, 0);
  ck_assert_int_eq (track->state, ROOM_PUBLICATION_DESCRIBED);
}

END_TEST;

START_TEST (sent_offer_is_widened)
{
  add (ROOM_PUBLICATION_DESCRIBED);
  offer ();
  ck_assert_ptr_nonnull (strstr (offers_sent->str, "PCMA/8000"));
}

END_TEST;

START_TEST (track_that_ends_is_undone_by_an_offer)
{
  RoomPublication *track = add (ROOM_PUBLICATION_ENDING);

  offer ();
  ck_assert_int_eq (track->state, ROOM_PUBLICATION_UNDOING);
  settle ();
  ck_assert_int_eq (track->state, ROOM_PUBLICATION_ENDED);
}

END_TEST;

START_TEST (one_offer_is_under_way_at_a_time)
{
  add (ROOM_PUBLICATION_DESCRIBED);
  offer ();
  RoomPublication *second = add (ROOM_PUBLICATION_DESCRIBED);
  room_negotiation_want (negotiation, NOW);
  ck_assert_int_eq (room_negotiation_get_deadline (negotiation), -1);
  room_negotiation_check (negotiation, LATER);
  room_negotiation_answer (negotiation, ANSWER);
  room_negotiation_check (negotiation, LATER);
  ck_assert_uint_eq (offers_made, 1);
  ck_assert_int_eq (second->state, ROOM_PUBLICATION_DESCRIBED);
  room_negotiation_answered (negotiation, NULL);
  room_negotiation_check (negotiation, LATER);
  ck_assert_uint_eq (offers_made, 2);
  ck_assert_int_eq (second->state, ROOM_PUBLICATION_OFFERED);
}

END_TEST;

START_TEST (answer_to_nothing_is_ignored)
{
  room_negotiation_answer (negotiation, ANSWER);
  ck_assert_uint_eq (answers_set->len, 0);
  add (ROOM_PUBLICATION_DESCRIBED);
  offer ();
  settle ();
  room_negotiation_answer (negotiation, REFUSAL);
  ck_assert_str_eq (answers_set->str, ANSWER);
  ck_assert_ptr_null (failure);
}

END_TEST;

START_TEST (refused_section_names_pad_and_codec)
{
  add (ROOM_PUBLICATION_DESCRIBED);
  offer ();
  room_negotiation_answer (negotiation, REFUSAL);
  assert_failed (LIVEKIT_ERROR_TRACK_REFUSED, "audio_7");
  assert_failed (LIVEKIT_ERROR_TRACK_REFUSED, "PCMU");
  ck_assert_uint_eq (answers_set->len, 0);
}

END_TEST;

START_TEST (section_that_was_taken_before_may_be_refused)
{
  RoomPublication *track = add (ROOM_PUBLICATION_DESCRIBED);

  offer ();
  settle ();
  track->state = ROOM_PUBLICATION_ENDING;
  room_negotiation_want (negotiation, NOW);
  room_negotiation_check (negotiation, NOW);
  room_negotiation_described (negotiation, OFFER, NULL);
  room_negotiation_answer (negotiation, REFUSAL);
  room_negotiation_answered (negotiation, NULL);
  ck_assert_ptr_null (failure);
  ck_assert_int_eq (track->state, ROOM_PUBLICATION_ENDED);
}

END_TEST;

START_TEST (offer_that_cannot_be_made_says_why)
{
  g_autoptr (GError) error = g_error_new_literal (GST_WEBRTC_ERROR,
      GST_WEBRTC_ERROR_INVALID_STATE, "it is closed");

  add (ROOM_PUBLICATION_DESCRIBED);
  want ();
  room_negotiation_check (negotiation, NOW);
  room_negotiation_described (negotiation, NULL, _i ? error : NULL);
  assert_failed (LIVEKIT_ERROR_MEDIA, _i ? "it is closed" : "no reason");
  ck_assert_uint_eq (offers_sent->len, 0);
}

END_TEST;

START_TEST (offer_that_is_none_is_not_sent)
{
  add (ROOM_PUBLICATION_DESCRIBED);
  want ();
  room_negotiation_check (negotiation, NOW);
  room_negotiation_described (negotiation, "nonsense", NULL);
  assert_failed (LIVEKIT_ERROR_MEDIA, "no offer could be made");
  ck_assert_uint_eq (offers_sent->len, 0);
}

END_TEST;

START_TEST (answer_that_cannot_be_set_says_why)
{
  g_autoptr (GError) error = g_error_new_literal (GST_WEBRTC_ERROR,
      GST_WEBRTC_ERROR_SDP_SYNTAX_ERROR, "it is no SDP");

  add (ROOM_PUBLICATION_DESCRIBED);
  offer ();
  room_negotiation_answer (negotiation, ANSWER);
  room_negotiation_answered (negotiation, error);
  assert_failed (LIVEKIT_ERROR_MEDIA, "it is no SDP");
  ck_assert_uint_eq (times_settled, 0);
}

END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("roomnegotiation");
  TCase *tcase = tcase_create ("offer");
  TCase *failing = tcase_create ("failing");

  gst_init (&argc, &argv);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, nothing_wanted_makes_no_offer);
  tcase_add_test (tcase, offer_waits_until_the_room_is_ready);
  tcase_add_test (tcase, pads_without_caps_are_awaited_for_a_while);
  tcase_add_test (tcase, with_nobody_to_wait_for_the_offer_is_due_at_once);
  tcase_add_test (tcase, patience_counts_from_the_first_wish);
  tcase_add_test (tcase, wish_without_a_change_makes_no_offer);
  tcase_add_test (tcase, answer_makes_tracks_accepted);
  tcase_add_test (tcase, each_new_track_is_prepared_once);
  tcase_add_test (tcase, track_that_cannot_be_prepared_is_not_offered);
  tcase_add_test (tcase, sent_offer_is_widened);
  tcase_add_test (tcase, track_that_ends_is_undone_by_an_offer);
  tcase_add_test (tcase, one_offer_is_under_way_at_a_time);
  tcase_add_test (tcase, answer_to_nothing_is_ignored);
  suite_add_tcase (suite, tcase);

  tcase_add_checked_fixture (failing, setup, teardown);
  tcase_add_test (failing, refused_section_names_pad_and_codec);
  tcase_add_test (failing, section_that_was_taken_before_may_be_refused);
  tcase_add_loop_test (failing, offer_that_cannot_be_made_says_why, 0, 2);
  tcase_add_test (failing, offer_that_is_none_is_not_sent);
  tcase_add_test (failing, answer_that_cannot_be_set_says_why);
  suite_add_tcase (suite, failing);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
