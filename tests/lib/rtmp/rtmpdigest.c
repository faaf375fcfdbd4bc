/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden digests were made with Python's hmac, after the description that
 * is public ("RTMP complex handshake"): of the block whose byte i is
 * i * i + 7 * i. */
#include "rtmp/rtmpdigest.h"

#include "hexbytes.h"
#include "rtmp/rtmplimits.h"

#include <check.h>
#include <string.h>

static guint8 block[RTMP_HANDSHAKE_BLOCK];

static void
setup (void)
{
  for (guint i = 0; i < RTMP_HANDSHAKE_BLOCK; i++)
    block[i] = i * i + 7 * i;
}

static const struct
{
  RtmpDigestMaker maker;
  RtmpDigestScheme scheme;
  gsize place;
  const gchar *digest;
} golden[] = {
  {RTMP_DIGEST_PLAYER, RTMP_DIGEST_FIRST, 644,
      "699d83bf013e8138bbe11a8ecb6f285a0989f4d39adc05b6b93407a22e3cae7d"},
  {RTMP_DIGEST_PLAYER, RTMP_DIGEST_SECOND, 1056,
      "bc03a595e175fca80301a713ab1b0f8dd80962a6dfd26a032b6b7edcd672046e"},
  {RTMP_DIGEST_SERVER, RTMP_DIGEST_FIRST, 644,
      "909eed3c41af4ee65201a0cc5980861afade8f5dc7f4353bfd9b03c16c2d6a52"},
  {RTMP_DIGEST_SERVER, RTMP_DIGEST_SECOND, 1056,
      "3c76e6ee0577bf0656b54a9fe5c4c4158a9fdd8afae9f4bb3fe748e62647e0d4"},
};

START_TEST (test_a_digest_is_imprinted)
{
  const guint8 *digest = rtmp_digest_imprint (block, golden[_i].maker,
      golden[_i].scheme);

  ck_assert_uint_eq (digest - block, golden[_i].place);
  hex_bytes_assert (digest, RTMP_DIGEST_SIZE, golden[_i].digest);
}

END_TEST;

START_TEST (test_it_is_found_again)
{
  const guint8 *digest = rtmp_digest_imprint (block, golden[_i].maker,
      golden[_i].scheme);
  RtmpDigestScheme scheme;

  ck_assert_ptr_eq (rtmp_digest_find (block, golden[_i].maker, &scheme),
      digest);
  ck_assert_int_eq (scheme, golden[_i].scheme);
  /* The other end has another key. */
  ck_assert_ptr_null (rtmp_digest_find (block, !golden[_i].maker, &scheme));
}

END_TEST;

START_TEST (test_one_changed_byte_and_there_is_none)
{
  const gsize places[] = { 0, 5, 700, 1535 };
  RtmpDigestScheme scheme;

  rtmp_digest_imprint (block, golden[_i].maker, golden[_i].scheme);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    block[places[i]] ^= 1;
    ck_assert_ptr_null (rtmp_digest_find (block, golden[_i].maker, &scheme));
    block[places[i]] ^= 1;
  }
}

END_TEST;

/* The place is a sum modulo 728: at its largest the digest ends where its part
 * does. */
START_TEST (test_it_stays_within_its_part)
{
  for (guint sum = 0; sum <= 4 * 255; sum++) {
    for (guint i = 0; i < 4; i++) {
      guint8 byte = CLAMP ((gint) sum - (gint) (255 * i), 0, 255);
      block[8 + i] = byte;
      block[772 + i] = byte;
    }
    gsize first = rtmp_digest_imprint (block, RTMP_DIGEST_PLAYER,
        RTMP_DIGEST_FIRST) - block;
    gsize second = rtmp_digest_imprint (block, RTMP_DIGEST_PLAYER,
        RTMP_DIGEST_SECOND) - block;
    ck_assert (first >= 12 && first + RTMP_DIGEST_SIZE <= 772);
    ck_assert (second >= 776 && second + RTMP_DIGEST_SIZE <= 1536);
  }
}

END_TEST;

START_TEST (test_an_answer_is_signed)
{
  guint8 digest[RTMP_DIGEST_SIZE];

  for (guint i = 0; i < RTMP_DIGEST_SIZE; i++)
    digest[i] = i;
  rtmp_digest_sign (block, RTMP_DIGEST_PLAYER, digest);
  hex_bytes_assert (block + 1504, RTMP_DIGEST_SIZE,
      "30d246bbeb47b0f59e906fd1adc8ea6b718378efb0e474dbbd3361701cb5c870");
  rtmp_digest_sign (block, RTMP_DIGEST_SERVER, digest);
  hex_bytes_assert (block + 1504, RTMP_DIGEST_SIZE,
      "3b02eb0a39b3ecd8c21d93374c802e52843c8ceb83cc65b1d86f4926f7f8824d");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpdigest");
  TCase *tcase = tcase_create ("rtmpdigest");
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_loop_test (tcase, test_a_digest_is_imprinted, 0,
      G_N_ELEMENTS (golden));
  tcase_add_loop_test (tcase, test_it_is_found_again, 0, G_N_ELEMENTS (golden));
  tcase_add_loop_test (tcase, test_one_changed_byte_and_there_is_none, 0,
      G_N_ELEMENTS (golden));
  tcase_add_test (tcase, test_it_stays_within_its_part);
  tcase_add_test (tcase, test_an_answer_is_signed);
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
