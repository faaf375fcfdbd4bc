/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes laid together by hand from Enhanced RTMP v2, "Enhanced Video", which
 * has the same header as "Enhanced Audio". */
#include "rtmp/rtmpenhanced.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>

#define MULTITRACK 6

typedef struct
{
  GBytes *bytes;
  RtmpCursor cursor;
  RtmpEnhanced enhanced;
} Message;

static void
clear (Message * self)
{
  g_bytes_unref (self->bytes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Message, clear);

/* The first byte has the type in its low bits. */
static gboolean
start (Message * self, const gchar * hex, GError ** error)
{
  gsize size;
  guint8 first;

  self->bytes = hex_bytes_new (hex);
  rtmp_cursor_init (&self->cursor, g_bytes_get_data (self->bytes, &size),
      g_bytes_get_size (self->bytes));
  ck_assert (rtmp_cursor_get_u8 (&self->cursor, &first));
  return rtmp_enhanced_read_changes (&self->enhanced, first & 0xf,
      &self->cursor, error)
      && rtmp_enhanced_read_tracks (&self->enhanced, MULTITRACK,
      &self->cursor, error);
}

static void
assert_part (Message * self, guint track, guint32 fourcc, const gchar * hex)
{
  g_autoptr (GError) error = NULL;
  RtmpEnhancedPart part;

  ck_assert (rtmp_enhanced_read_part (&self->enhanced, &self->cursor, &part,
          &error));
  ck_assert_uint_eq (part.track, track);
  ck_assert_uint_eq (part.fourcc, fourcc);
  hex_bytes_assert (part.data, part.size, hex);
}

static void
assert_no_more (Message * self)
{
  g_autoptr (GError) error = NULL;
  RtmpEnhancedPart part;

  ck_assert (!rtmp_enhanced_read_part (&self->enhanced, &self->cursor, &part,
          &error));
  ck_assert (error == NULL);
}

#define AV01 0x61763031
#define VP09 0x76703039

START_TEST (test_a_plain_message_is_of_track_0)
{
  g_auto (Message) message = { 0 };

  ck_assert (start (&message, "91 61763031 aabb", NULL));
  ck_assert_uint_eq (message.enhanced.type, 1);
  ck_assert_uint_eq (message.enhanced.tracks, RTMP_TRACKS_PLAIN);
  ck_assert_uint_eq (message.enhanced.nanoseconds, 0);
  assert_part (&message, 0, AV01, "aabb");
}

END_TEST;

START_TEST (test_one_track_says_which)
{
  g_auto (Message) message = { 0 };

  ck_assert (start (&message, "96 01 61763031 07 aabb", NULL));
  ck_assert_uint_eq (message.enhanced.type, 1);
  ck_assert_uint_eq (message.enhanced.tracks, RTMP_TRACKS_ONE);
  assert_part (&message, 7, AV01, "aabb");
}

END_TEST;

START_TEST (test_many_tracks_say_how_long_each_is)
{
  g_auto (Message) message = { 0 };

  ck_assert (start (&message, "96 11 61763031"
          " 00 000002 aabb  02 000000  01 000001 cc", NULL));
  ck_assert_uint_eq (message.enhanced.tracks, RTMP_TRACKS_MANY);
  assert_part (&message, 0, AV01, "aabb");
  assert_part (&message, 2, AV01, "");
  assert_part (&message, 1, AV01, "cc");
  assert_no_more (&message);
}

END_TEST;

START_TEST (test_many_codecs_say_each_its_own)
{
  g_auto (Message) message = { 0 };

  ck_assert (start (&message, "96 20"
          " 61763031 00 000002 aabb  76703039 01 000001 cc", NULL));
  ck_assert_uint_eq (message.enhanced.type, 0);
  ck_assert_uint_eq (message.enhanced.tracks, RTMP_TRACKS_MANY_CODECS);
  assert_part (&message, 0, AV01, "aabb");
  assert_part (&message, 1, VP09, "cc");
  assert_no_more (&message);
}

END_TEST;

START_TEST (test_nanoseconds_are_read)
{
  g_auto (Message) message = { 0 };

  /* Three bytes of data say 999999; type 0, then packet type 1. */
  ck_assert (start (&message, "97 02 0f423f 01 61763031 aa", NULL));
  ck_assert_uint_eq (message.enhanced.type, 1);
  ck_assert_uint_eq (message.enhanced.nanoseconds, 999999);
  assert_part (&message, 0, AV01, "aa");
}

END_TEST;

START_TEST (test_nanoseconds_of_more_than_a_millisecond_are_none)
{
  g_auto (Message) message = { 0 };

  ck_assert (start (&message, "97 02 0f4240 01 61763031 aa", NULL));
  ck_assert_uint_eq (message.enhanced.nanoseconds, 0);
}

END_TEST;

START_TEST (test_other_changes_are_skipped)
{
  g_auto (Message) message = { 0 };

  /* One of type 3 with one byte, one of type 0 that is too short, and then the
   * nanoseconds, with a byte too many. */
  ck_assert (start (&message, "97 00 ff 37  01 0001 07  03 00000299 06"
          " 01 61763031 07 aa", NULL));
  ck_assert_uint_eq (message.enhanced.nanoseconds, 2);
  ck_assert_uint_eq (message.enhanced.tracks, RTMP_TRACKS_ONE);
  assert_part (&message, 7, AV01, "aa");
}

END_TEST;

START_TEST (test_a_size_of_256_is_said_in_sixteen_bits)
{
  /* 255 + 1 is 256: then 299 + 1. */
  g_autoptr (GString) hex = g_string_new ("97 ff 012b 000005");
  g_auto (Message) message = { 0 };

  for (guint i = 3; i < 300; i++)
    g_string_append (hex, "ee");
  g_string_append (hex, "01 61763031 aa");
  ck_assert (start (&message, hex->str, NULL));
  ck_assert_uint_eq (message.enhanced.nanoseconds, 5);
  assert_part (&message, 0, AV01, "aa");
}

END_TEST;

START_TEST (test_what_is_cut_off_is_refused)
{
  const gchar *whole[] = { "97 02 0f423f 01 61763031", "96 01 61763031" };

  for (guint i = 0; i < G_N_ELEMENTS (whole); i++) {
    g_autofree gchar *packed = g_strdup (whole[i]);
    GString *text = g_string_new (packed);
    g_string_replace (text, " ", "", 0);
    for (gsize length = 2; length < text->len; length += 2) {
      g_autofree gchar *cut = g_strndup (text->str, length);
      g_autoptr (GError) error = NULL;
      g_auto (Message) message = { 0 };
      ck_assert_msg (!start (&message, cut, &error), "%s", cut);
      ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
    }
    g_string_free (text, TRUE);
  }
}

END_TEST;

START_TEST (test_a_track_that_is_cut_off_is_refused)
{
  const gchar *bad[] = { "96 01 61763031", "96 11 61763031 00",
    "96 11 61763031 00 0000", "96 11 61763031 00 000002 aa", "96 21 617630",
    "96 21 61763031", "96 21 61763031 00 000001"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (Message) message = { 0 };
    RtmpEnhancedPart part;
    ck_assert (start (&message, bad[i], NULL));
    ck_assert_msg (!rtmp_enhanced_read_part (&message.enhanced,
            &message.cursor, &part, &error), "%s", bad[i]);
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
}

END_TEST;

START_TEST (test_tracks_of_tracks_are_refused)
{
  const gchar *bad[] = { "96 06 61763031", "96 07 61763031" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (Message) message = { 0 };
    ck_assert (!start (&message, bad[i], &error));
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
}

END_TEST;

START_TEST (test_an_unknown_form_of_tracks_is_not_supported)
{
  g_autoptr (GError) error = NULL;
  g_auto (Message) message = { 0 };

  ck_assert (!start (&message, "96 31 61763031", &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_UNSUPPORTED));
}

END_TEST;

static void
assert_written (const RtmpEnhanced * self, const gchar * hex)
{
  guint8 out[RTMP_ENHANCED_MAX_HEADER];
  guint size = rtmp_enhanced_write (self, 0x90, MULTITRACK, 7, out);

  ck_assert_uint_le (size, sizeof out);
  hex_bytes_assert (out, size, hex);
}

START_TEST (test_what_is_written_is_the_shortest_form)
{
  RtmpEnhanced enhanced = { 1, 0, RTMP_TRACKS_PLAIN, AV01 };

  assert_written (&enhanced, "91 61763031");
  enhanced.tracks = RTMP_TRACKS_ONE;
  assert_written (&enhanced, "96 01 61763031 07");
  enhanced.nanoseconds = 999999;
  assert_written (&enhanced, "97 02 0f423f 06 01 61763031 07");
  enhanced.tracks = RTMP_TRACKS_PLAIN;
  assert_written (&enhanced, "97 02 0f423f 01 61763031");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpenhanced");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_plain_message_is_of_track_0);
  tcase_add_test (tcase, test_one_track_says_which);
  tcase_add_test (tcase, test_many_tracks_say_how_long_each_is);
  tcase_add_test (tcase, test_many_codecs_say_each_its_own);
  tcase_add_test (tcase, test_nanoseconds_are_read);
  tcase_add_test (tcase, test_nanoseconds_of_more_than_a_millisecond_are_none);
  tcase_add_test (tcase, test_other_changes_are_skipped);
  tcase_add_test (tcase, test_a_size_of_256_is_said_in_sixteen_bits);
  tcase_add_test (tcase, test_what_is_cut_off_is_refused);
  tcase_add_test (tcase, test_a_track_that_is_cut_off_is_refused);
  tcase_add_test (tcase, test_tracks_of_tracks_are_refused);
  tcase_add_test (tcase, test_an_unknown_form_of_tracks_is_not_supported);
  tcase_add_test (tcase, test_what_is_written_is_the_shortest_form);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
