/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The values in golden/joins.txt were made by golden/generate.mjs with the
 * official definitions, npm package @livekit/protocol 1.52.1. */
#include "livekit/livekitjoin.h"

#include "goldenfile.h"
#include "goldentext.h"
#include "livekit/livekitbase64.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <check.h>
#include <gio/gio.h>
#include <string.h>

static gchar *
write_with_offer (gsize size, gboolean random)
{
  g_autofree gchar *sdp = g_strnfill (size, 'a');
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  for (gsize i = 0; random && i < size; i++)
    sdp[i] = g_rand_int_range (rand, 1, 127);

  Livekit__SessionDescription offer = LIVEKIT__SESSION_DESCRIPTION__INIT;
  offer.sdp = sdp;
  Livekit__JoinRequest join = LIVEKIT__JOIN_REQUEST__INIT;
  join.publisher_offer = &offer;
  return livekit_join_write (&join, NULL);
}

static gint
get_compression (const gchar * value)
{
  g_autoptr (GBytes) bytes = livekit_base64_parse (value, strlen (value));
  Livekit__WrappedJoinRequest *wrapped =
      livekit__wrapped_join_request__unpack (NULL, g_bytes_get_size (bytes),
      g_bytes_get_data (bytes, NULL));
  ck_assert_ptr_nonnull (wrapped);
  gint compression = wrapped->compression;
  livekit__wrapped_join_request__free_unpacked (wrapped, NULL);
  return compression;
}

static gchar *
wrap (gint compression, const gchar * data, gsize size)
{
  Livekit__WrappedJoinRequest wrapped = LIVEKIT__WRAPPED_JOIN_REQUEST__INIT;
  wrapped.compression = compression;
  wrapped.join_request.data = (guint8 *) data;
  wrapped.join_request.len = size;
  gsize length = livekit__wrapped_join_request__get_packed_size (&wrapped);
  g_autofree guint8 *bytes = g_malloc (length + 1);
  livekit__wrapped_join_request__pack (&wrapped, bytes);
  return livekit_base64_write (bytes, length, TRUE);
}

START_TEST (test_each_golden_join_is_read_by_name_and_number)
{
  g_autoptr (GPtrArray) lines = golden_file_read ("joins.txt");
  for (guint i = 0; i < lines->len; i++) {
    const GoldenLine *line = g_ptr_array_index (lines, i);
    g_autoptr (GError) error = NULL;
    g_autoptr (Livekit__JoinRequest) join =
        livekit_join_parse (line->value, &error);
    ck_assert_ptr_null (error);
    g_autofree gchar *text = golden_text_write (&join->base);
    ck_assert_str_eq (text, line->text);
    ck_assert_uint_eq (golden_text_count_unknown (&join->base), 0);
  }
}

END_TEST;

START_TEST (test_a_small_join_is_written_byte_for_byte)
{
  g_autoptr (GPtrArray) lines = golden_file_read ("joins.txt");
  const gchar *golden = golden_file_find (lines, "join", "publisher")->value;

  Livekit__ClientInfo client = LIVEKIT__CLIENT_INFO__INIT;
  client.sdk = LIVEKIT__CLIENT_INFO__SDK__CPP;
  client.version = (gchar *) "0.1.0";
  client.protocol = 17;
  client.os = (gchar *) "linux";
  Livekit__ConnectionSettings settings = LIVEKIT__CONNECTION_SETTINGS__INIT;
  settings.optional_subscriber_allow_pause_case =
      LIVEKIT__CONNECTION_SETTINGS__OPTIONAL_SUBSCRIBER_ALLOW_PAUSE_SUBSCRIBER_ALLOW_PAUSE;
  settings.optional_auto_subscribe_data_track_case =
      LIVEKIT__CONNECTION_SETTINGS__OPTIONAL_AUTO_SUBSCRIBE_DATA_TRACK_AUTO_SUBSCRIBE_DATA_TRACK;
  Livekit__AddTrackRequest track = LIVEKIT__ADD_TRACK_REQUEST__INIT;
  track.cid = (gchar *) "a0";
  track.name = (gchar *) "tone";
  track.source = LIVEKIT__TRACK_SOURCE__MICROPHONE;
  Livekit__AddTrackRequest *tracks[] = { &track };
  Livekit__SessionDescription offer = LIVEKIT__SESSION_DESCRIPTION__INIT;
  offer.type = (gchar *) "offer";
  offer.sdp = (gchar *) "v=0";
  offer.id = 1;
  Livekit__JoinRequest join = LIVEKIT__JOIN_REQUEST__INIT;
  join.client_info = &client;
  join.connection_settings = &settings;
  join.add_track_requests = tracks;
  join.n_add_track_requests = 1;
  join.publisher_offer = &offer;

  g_autofree gchar *value = livekit_join_write (&join, NULL);
  ck_assert_str_eq (value, golden);
}

END_TEST;

START_TEST (test_a_large_join_is_compressed_and_read_back)
{
  g_autofree gchar *small = write_with_offer (LIVEKIT_JOIN_GZIP_FROM / 2,
      FALSE);
  ck_assert_int_eq (get_compression (small), 0);
  g_autofree gchar *large = write_with_offer (100000, FALSE);
  ck_assert_int_eq (get_compression (large), 1);
  ck_assert_uint_lt (strlen (large), 1000);
  g_autoptr (Livekit__JoinRequest) join = livekit_join_parse (large, NULL);
  ck_assert_uint_eq (strlen (join->publisher_offer->sdp), 100000);
}

END_TEST;

START_TEST (test_what_does_not_shrink_is_read_back_too)
{
  g_autofree gchar *value = write_with_offer (100000, TRUE);
  g_autoptr (Livekit__JoinRequest) join = livekit_join_parse (value, NULL);
  ck_assert_uint_eq (strlen (join->publisher_offer->sdp), 100000);
}

END_TEST;

START_TEST (test_the_value_needs_no_escape_but_for_padding)
{
  g_autofree gchar *value = write_with_offer (3000, TRUE);
  ck_assert_uint_eq (strlen (value) % 4, 0);
  ck_assert_uint_eq (strspn (value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
          "abcdefghijklmnopqrstuvwxyz0123456789-_="), strlen (value));
}

END_TEST;

START_TEST (test_a_join_beyond_the_limit_is_not_written)
{
  ck_assert_ptr_null (write_with_offer (LIVEKIT_MAX_JOIN, FALSE));
}

END_TEST;

START_TEST (test_text_that_is_not_utf8_is_not_written)
{
  Livekit__JoinRequest join = LIVEKIT__JOIN_REQUEST__INIT;
  join.metadata = (gchar *) "\xc3\x28";
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_join_write (&join, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "UTF-8"));
}

END_TEST;

static void
assert_refused (const gchar * value, const gchar * why)
{
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_join_parse (value, &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL));
  ck_assert_ptr_nonnull (strstr (error->message, why));
}

START_TEST (test_what_is_no_join_is_refused)
{
  assert_refused ("a+b/", "base64");
  assert_refused ("_____w==", "bad");
  g_autofree gchar *odd = wrap (2, "", 0);
  assert_refused (odd, "unknown compression");
  g_autofree gchar *garbage = wrap (0, "\xff\xff\xff", 3);
  assert_refused (garbage, "JoinRequest");
  g_autofree gchar *no_gzip = wrap (1, "abc", 3);
  assert_refused (no_gzip, "gzip");
  g_autofree gchar *nothing = wrap (1, "", 0);
  assert_refused (nothing, "gzip");
}

END_TEST;

START_TEST (test_a_value_beyond_the_limit_is_refused_unread)
{
  g_autofree gchar *value = g_strnfill (2 * LIVEKIT_MAX_JOIN, '*');
  assert_refused (value, "too large");
}

END_TEST;

START_TEST (test_gzip_that_grows_beyond_the_limit_is_refused)
{
  gsize size = 16 * LIVEKIT_MAX_JOIN, done = 0, total = 0;
  g_autofree guint8 *zeros = g_malloc0 (size);
  g_autofree gchar *packed = g_malloc (LIVEKIT_MAX_JOIN);
  g_autoptr (GZlibCompressor) gzip =
      g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  GConverterResult result = G_CONVERTER_CONVERTED;
  while (result == G_CONVERTER_CONVERTED) {
    gsize read, written;
    result = g_converter_convert (G_CONVERTER (gzip), zeros + done,
        size - done, packed + total, LIVEKIT_MAX_JOIN - total,
        G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
    done += read;
    total += written;
  }
  ck_assert_int_eq (result, G_CONVERTER_FINISHED);
  g_autofree gchar *value = wrap (1, packed, total);
  assert_refused (value, "gzip");
}

END_TEST;

START_TEST (test_a_compressed_join_cut_at_any_length_is_refused)
{
  g_autofree gchar *whole = write_with_offer (5000, FALSE);
  g_autoptr (GBytes) bytes = livekit_base64_parse (whole, strlen (whole));
  Livekit__WrappedJoinRequest *wrapped =
      livekit__wrapped_join_request__unpack (NULL, g_bytes_get_size (bytes),
      g_bytes_get_data (bytes, NULL));
  for (gsize size = 0; size < wrapped->join_request.len; size++) {
    g_autofree gchar *value = wrap (1,
        (const gchar *) wrapped->join_request.data, size);
    assert_refused (value, "gzip");
  }
  livekit__wrapped_join_request__free_unpacked (wrapped, NULL);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekitjoin");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_each_golden_join_is_read_by_name_and_number);
  tcase_add_test (tcase, test_a_small_join_is_written_byte_for_byte);
  tcase_add_test (tcase, test_a_large_join_is_compressed_and_read_back);
  tcase_add_test (tcase, test_what_does_not_shrink_is_read_back_too);
  tcase_add_test (tcase, test_the_value_needs_no_escape_but_for_padding);
  tcase_add_test (tcase, test_a_join_beyond_the_limit_is_not_written);
  tcase_add_test (tcase, test_text_that_is_not_utf8_is_not_written);
  tcase_add_test (tcase, test_what_is_no_join_is_refused);
  tcase_add_test (tcase, test_a_value_beyond_the_limit_is_refused_unread);
  tcase_add_test (tcase, test_gzip_that_grows_beyond_the_limit_is_refused);
  tcase_add_test (tcase, test_a_compressed_join_cut_at_any_length_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
