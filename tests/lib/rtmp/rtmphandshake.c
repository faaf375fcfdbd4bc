/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmphandshake.h"

#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmpdigest.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <check.h>
#include <string.h>

#define BLOCK RTMP_HANDSHAKE_BLOCK
#define TIME 0x01020304

static GRand *generator;

static void
setup (void)
{
  generator = g_rand_new_with_seed (1);
}

static void
teardown (void)
{
  g_clear_pointer (&generator, g_rand_free);
}

/* Gives all of @bytes in steps; what is not used has to be @rest bytes. */
static void
feed (RtmpHandshake * handshake, GBytes * bytes, gsize step, gsize rest)
{
  gsize size, used;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  while (size > 0) {
    ck_assert (rtmp_handshake_feed (handshake, data, MIN (step, size), &used,
            NULL));
    data += used;
    size -= used;
    if (used < MIN (step, size + used))
      break;
  }
  ck_assert_uint_eq (size, rest);
}

/* A server of the test: version, S1 with @version in it, an answer. */
static GBytes *
new_server_bytes (guint32 version)
{
  guint8 *data = g_malloc (1 + 2 * BLOCK);

  data[0] = RTMP_VERSION;
  for (guint i = 0; i < 2 * BLOCK; i++)
    data[1 + i] = i * 31;
  rtmp_put_u32 (data + 5, version);
  return g_bytes_new_take (data, 1 + 2 * BLOCK);
}

static void
run (RtmpHandshake * client, RtmpHandshake * server, gsize step)
{
  while (TRUE) {
    g_autoptr (GBytes) up = rtmp_handshake_take (client);
    if (up != NULL)
      feed (server, up, step, 0);
    g_autoptr (GBytes) down = rtmp_handshake_take (server);
    if (down != NULL)
      feed (client, down, step, 0);
    if (up == NULL && down == NULL)
      return;
  }
}

START_TEST (test_both_ends_come_to_an_end)
{
  const gsize steps[] = { 1, 7, 1536, 1537, G_MAXSIZE };

  for (guint digest = 0; digest < 2; digest++) {
    for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
      g_autoptr (RtmpHandshake) client =
          rtmp_handshake_new_client (digest, TIME, generator);
      g_autoptr (RtmpHandshake) server =
          rtmp_handshake_new_server (TIME, generator);
      run (client, server, steps[i]);
      ck_assert (rtmp_handshake_is_done (client));
      ck_assert (rtmp_handshake_is_done (server));
      ck_assert_int_eq (rtmp_handshake_is_digest (client), digest);
      ck_assert_int_eq (rtmp_handshake_is_digest (server), digest);
    }
  }
}

END_TEST;

/* RTMP 5.2.2, 5.2.3 */
START_TEST (test_a_plain_client_begins_with_a_time_and_zero)
{
  g_autoptr (RtmpHandshake) client =
      rtmp_handshake_new_client (FALSE, TIME, generator);
  g_autoptr (GBytes) bytes = rtmp_handshake_take (client);
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  ck_assert_uint_eq (g_bytes_get_size (bytes), 1 + BLOCK);
  ck_assert_uint_eq (data[0], 3);
  ck_assert_uint_eq (rtmp_get_u32 (data + 1), TIME);
  ck_assert_uint_eq (rtmp_get_u32 (data + 5), 0);
  ck_assert_ptr_null (rtmp_handshake_take (client));
}

END_TEST;

START_TEST (test_no_two_are_the_same)
{
  g_autoptr (RtmpHandshake) one =
      rtmp_handshake_new_client (FALSE, TIME, generator);
  g_autoptr (RtmpHandshake) two =
      rtmp_handshake_new_client (FALSE, TIME, generator);
  g_autoptr (GBytes) one_bytes = rtmp_handshake_take (one);
  g_autoptr (GBytes) two_bytes = rtmp_handshake_take (two);

  ck_assert (!g_bytes_equal (one_bytes, two_bytes));
}

END_TEST;

/* RTMP 5.2.4: what the server sent, back; rtmpdump and ffmpeg send the very
 * bytes. */
START_TEST (test_a_client_sends_the_block_back)
{
  const guint32 versions[] = { 0, 0x04050001 };

  for (guint i = 0; i < G_N_ELEMENTS (versions); i++) {
    /* The second server says that it has a digest, and has none. */
    g_autoptr (RtmpHandshake) client =
        rtmp_handshake_new_client (i, TIME, generator);
    g_autoptr (GBytes) bytes = new_server_bytes (versions[i]);
    g_autoptr (GBytes) first = rtmp_handshake_take (client);
    feed (client, bytes, G_MAXSIZE, 0);
    g_autoptr (GBytes) answer = rtmp_handshake_take (client);
    g_autoptr (GBytes) wanted = g_bytes_new_from_bytes (bytes, 1, BLOCK);
    ck_assert (g_bytes_equal (answer, wanted));
    ck_assert (rtmp_handshake_is_done (client));
    ck_assert (!rtmp_handshake_is_digest (client));
  }
}

END_TEST;

/* ffmpeg plays only from a server whose version is 0, or whose digest is
 * good. */
START_TEST (test_a_plain_server_says_no_version)
{
  /* No version; and one without a digest behind it. */
  const guint32 versions[] = { 0, 0x09007c02 };

  for (guint i = 0; i < G_N_ELEMENTS (versions); i++) {
    g_autoptr (RtmpHandshake) server =
        rtmp_handshake_new_server (TIME, generator);
    g_autoptr (GBytes) bytes = new_server_bytes (versions[i]);
    g_autoptr (GBytes) first = g_bytes_new_from_bytes (bytes, 0, 1 + BLOCK);
    feed (server, first, G_MAXSIZE, 0);
    g_autoptr (GBytes) answer = rtmp_handshake_take (server);
    const guint8 *data = g_bytes_get_data (answer, NULL);
    ck_assert_uint_eq (g_bytes_get_size (answer), 1 + 2 * BLOCK);
    ck_assert_uint_eq (data[0], 3);
    ck_assert_uint_eq (rtmp_get_u32 (data + 1), TIME);
    ck_assert_uint_eq (rtmp_get_u32 (data + 5), 0);
    ck_assert_mem_eq (data + 1 + BLOCK,
        (const guint8 *) g_bytes_get_data (first, NULL) + 1, BLOCK);
    ck_assert (!rtmp_handshake_is_done (server));
  }
}

END_TEST;

/* A client that imprints its digest where @scheme has it. */
static void
check_server_answers (RtmpDigestScheme scheme)
{
  g_autoptr (RtmpHandshake) server = rtmp_handshake_new_server (TIME,
      generator);
  guint8 first[1 + BLOCK];
  guint8 digest[RTMP_DIGEST_SIZE];
  RtmpDigestScheme found;

  first[0] = 3;
  for (guint i = 0; i < BLOCK; i++)
    first[1 + i] = i * 5;
  memcpy (digest, rtmp_digest_imprint (first + 1, RTMP_DIGEST_PLAYER, scheme),
      RTMP_DIGEST_SIZE);
  g_autoptr (GBytes) bytes = g_bytes_new (first, sizeof first);
  feed (server, bytes, G_MAXSIZE, 0);
  ck_assert (rtmp_handshake_is_digest (server));
  g_autoptr (GBytes) answer = rtmp_handshake_take (server);
  const guint8 *data = g_bytes_get_data (answer, NULL);
  ck_assert_uint_ne (rtmp_get_u32 (data + 5), 0);
  ck_assert_ptr_nonnull (rtmp_digest_find (data + 1, RTMP_DIGEST_SERVER,
          &found));
  ck_assert_int_eq (found, scheme);
  guint8 copy[BLOCK];
  memcpy (copy, data + 1 + BLOCK, BLOCK);
  rtmp_digest_sign (copy, RTMP_DIGEST_SERVER, digest);
  ck_assert_mem_eq (copy, data + 1 + BLOCK, BLOCK);
}

START_TEST (test_a_server_answers_a_digest_in_its_scheme)
{
  check_server_answers (RTMP_DIGEST_FIRST);
  check_server_answers (RTMP_DIGEST_SECOND);
}

END_TEST;

START_TEST (test_a_client_answers_a_digest)
{
  for (RtmpDigestScheme scheme = 0; scheme <= RTMP_DIGEST_SECOND; scheme++) {
    g_autoptr (RtmpHandshake) client =
        rtmp_handshake_new_client (TRUE, TIME, generator);
    g_autoptr (GBytes) first = rtmp_handshake_take (client);
    const guint8 *sent = g_bytes_get_data (first, NULL);
    RtmpDigestScheme found;
    ck_assert_ptr_nonnull (rtmp_digest_find (sent + 1, RTMP_DIGEST_PLAYER,
            &found));

    g_autoptr (GBytes) plain = new_server_bytes (0x0d0e0a0d);
    gsize size;
    guint8 *data = g_bytes_unref_to_data (g_steal_pointer (&plain), &size);
    guint8 digest[RTMP_DIGEST_SIZE];
    memcpy (digest, rtmp_digest_imprint (data + 1, RTMP_DIGEST_SERVER, scheme),
        RTMP_DIGEST_SIZE);
    g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);
    feed (client, bytes, G_MAXSIZE, 0);
    ck_assert (rtmp_handshake_is_digest (client));
    g_autoptr (GBytes) answer = rtmp_handshake_take (client);
    guint8 copy[BLOCK];
    memcpy (copy, g_bytes_get_data (answer, NULL), BLOCK);
    rtmp_digest_sign (copy, RTMP_DIGEST_PLAYER, digest);
    ck_assert_mem_eq (copy, g_bytes_get_data (answer, NULL), BLOCK);
  }
}

END_TEST;

START_TEST (test_what_comes_behind_is_left)
{
  g_autoptr (RtmpHandshake) client =
      rtmp_handshake_new_client (FALSE, TIME, generator);
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes) bytes = new_server_bytes (0);
  gsize used;

  g_byte_array_append (array, g_bytes_get_data (bytes, NULL), 1 + 2 * BLOCK);
  g_byte_array_append (array, (const guint8 *) "chunk", 5);
  ck_assert (rtmp_handshake_feed (client, array->data, array->len, &used,
          NULL));
  ck_assert_uint_eq (used, array->len - 5);
  ck_assert (rtmp_handshake_feed (client, array->data, 5, &used, NULL));
  ck_assert_uint_eq (used, 0);
}

END_TEST;

static void
assert_refused (RtmpHandshake * handshake, guint8 byte, const gchar * why)
{
  g_autoptr (GError) error = NULL;
  gsize used;

  ck_assert (!rtmp_handshake_feed (handshake, &byte, 1, &used, &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_HANDSHAKE));
  ck_assert_msg (strstr (error->message, why) != NULL, "%s", error->message);
  /* And so it stays. */
  byte = RTMP_VERSION;
  ck_assert (!rtmp_handshake_feed (handshake, &byte, 1, &used, NULL));
}

START_TEST (test_other_protocols_are_refused)
{
  const guint8 texts[] = { 'G', 'H', ' ', 0xff };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (RtmpHandshake) client =
        rtmp_handshake_new_client (FALSE, TIME, generator);
    assert_refused (client, texts[i], "server does not speak RTMP");
    g_autoptr (RtmpHandshake) server =
        rtmp_handshake_new_server (TIME, generator);
    assert_refused (server, texts[i], "client does not speak RTMP");
  }
}

END_TEST;

START_TEST (test_encrypted_kinds_are_refused)
{
  const guint8 kinds[] = { 6, 8, 9 };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (RtmpHandshake) client =
        rtmp_handshake_new_client (FALSE, TIME, generator);
    assert_refused (client, kinds[i], "encrypted");
    g_autoptr (RtmpHandshake) server =
        rtmp_handshake_new_server (TIME, generator);
    assert_refused (server, kinds[i], "encrypted");
  }
}

END_TEST;

/* RTMP 5.2.2: who does not know the version answers with 3. */
START_TEST (test_a_server_answers_other_versions_with_its_own)
{
  g_autoptr (RtmpHandshake) server = rtmp_handshake_new_server (TIME,
      generator);
  guint8 first[1 + BLOCK] = { 31 };
  g_autoptr (GBytes) bytes = g_bytes_new (first, sizeof first);

  feed (server, bytes, G_MAXSIZE, 0);
  g_autoptr (GBytes) answer = rtmp_handshake_take (server);
  ck_assert_uint_eq (*(const guint8 *) g_bytes_get_data (answer, NULL), 3);
  g_autoptr (RtmpHandshake) client =
      rtmp_handshake_new_client (FALSE, TIME, generator);
  assert_refused (client, 4, "server does not speak RTMP");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmphandshake");
  TCase *tcase = tcase_create ("rtmphandshake");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_both_ends_come_to_an_end);
  tcase_add_test (tcase, test_a_plain_client_begins_with_a_time_and_zero);
  tcase_add_test (tcase, test_no_two_are_the_same);
  tcase_add_test (tcase, test_a_client_sends_the_block_back);
  tcase_add_test (tcase, test_a_plain_server_says_no_version);
  tcase_add_test (tcase, test_a_server_answers_a_digest_in_its_scheme);
  tcase_add_test (tcase, test_a_client_answers_a_digest);
  tcase_add_test (tcase, test_what_comes_behind_is_left);
  tcase_add_test (tcase, test_other_protocols_are_refused);
  tcase_add_test (tcase, test_encrypted_kinds_are_refused);
  tcase_add_test (tcase, test_a_server_answers_other_versions_with_its_own);
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
