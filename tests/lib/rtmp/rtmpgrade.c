/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpgrade.h"

#include "hexbytes.h"

#include <check.h>

/* First bytes as FFmpeg 8.1 writes them; those of H.264 and AAC are of Adobe's
 * text. */
typedef struct
{
  guint type;
  const gchar *bytes;
  RtmpGradeKind kind;
  guint8 track;
} Case;

static const Case cases[] = {
  {RTMP_MESSAGE_VIDEO, "17 00 000000 01640028", RTMP_GRADE_HEADER, 0},
  {RTMP_MESSAGE_VIDEO, "17 01 000000 00000001 65", RTMP_GRADE_KEY, 0},
  {RTMP_MESSAGE_VIDEO, "27 01 000000 00000001 41", RTMP_GRADE_FRAME, 0},
  {RTMP_MESSAGE_VIDEO, "22 00", RTMP_GRADE_FRAME, 0},
  {RTMP_MESSAGE_VIDEO, "12 00", RTMP_GRADE_KEY, 0},
  {RTMP_MESSAGE_VIDEO, "90 68766331 01", RTMP_GRADE_HEADER, 0},
  {RTMP_MESSAGE_VIDEO, "D4 68766331 02", RTMP_GRADE_HEADER, 0},
  {RTMP_MESSAGE_VIDEO, "91 68766331 000000 00", RTMP_GRADE_KEY, 0},
  {RTMP_MESSAGE_VIDEO, "A3 68766331 00", RTMP_GRADE_FRAME, 0},
  {RTMP_MESSAGE_VIDEO, "96 00 61766331 01 01", RTMP_GRADE_HEADER, 1},
  {RTMP_MESSAGE_VIDEO, "96 01 61766331 02 000000 00", RTMP_GRADE_KEY, 2},
  {RTMP_MESSAGE_VIDEO, "", RTMP_GRADE_EMPTY, 0},
  /* Broken: not for us to judge. */
  {RTMP_MESSAGE_VIDEO, "91 68", RTMP_GRADE_FRAME, 0},
  {RTMP_MESSAGE_AUDIO, "AF 00 1190", RTMP_GRADE_HEADER, 0},
  {RTMP_MESSAGE_AUDIO, "AF 01 21", RTMP_GRADE_SOUND, 0},
  {RTMP_MESSAGE_AUDIO, "2F FFFB", RTMP_GRADE_SOUND, 0},
  {RTMP_MESSAGE_AUDIO, "90 4F707573 4F", RTMP_GRADE_HEADER, 0},
  {RTMP_MESSAGE_AUDIO, "94 4F707573 01 02 00000003", RTMP_GRADE_HEADER, 0},
  {RTMP_MESSAGE_AUDIO, "91 4F707573 00", RTMP_GRADE_SOUND, 0},
  {RTMP_MESSAGE_AUDIO, "95 01 6D703461 01 21", RTMP_GRADE_SOUND, 1},
  {RTMP_MESSAGE_AUDIO, "", RTMP_GRADE_EMPTY, 0},
  {RTMP_MESSAGE_DATA, "02 000A 6F6E4D65746144617461 03 000009",
      RTMP_GRADE_HEADER, 0},
  {RTMP_MESSAGE_DATA, "02 000D 40736574446174614672616D65"
        "02 000A 6F6E4D65746144617461 03 000009", RTMP_GRADE_HEADER, 0},
  {RTMP_MESSAGE_DATA_AMF3, "00 02 000A 6F6E4D65746144617461 03 000009",
      RTMP_GRADE_HEADER, 0},
  {RTMP_MESSAGE_DATA, "02 0009 6F6E43756550 6F696E 05", RTMP_GRADE_DATA, 0},
  {RTMP_MESSAGE_DATA, "02 000A 6F6E", RTMP_GRADE_DATA, 0},
  {RTMP_MESSAGE_COMMAND, "02 0000", RTMP_GRADE_EMPTY, 0},
};

static RtmpGrade
read_hex (guint type, const gchar * hex)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  RtmpGrade grade;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  rtmp_grade_read (&grade, type, data, size);
  return grade;
}

START_TEST (test_each_kind_is_told)
{
  const Case *item = &cases[_i];
  RtmpGrade grade = read_hex (item->type, item->bytes);

  ck_assert_msg (grade.kind == item->kind, "%s is a %d", item->bytes,
      grade.kind);
  ck_assert_uint_eq (grade.track, item->track);
}

END_TEST;

START_TEST (test_pictures_and_sound_are_media)
{
  for (RtmpGradeKind kind = RTMP_GRADE_EMPTY; kind <= RTMP_GRADE_DATA; kind++) {
    RtmpGrade grade = {.kind = kind };
    ck_assert_int_eq (rtmp_grade_is_media (&grade), kind == RTMP_GRADE_KEY
        || kind == RTMP_GRADE_FRAME || kind == RTMP_GRADE_SOUND);
  }
}

END_TEST;

/* What takes the place of what. */
START_TEST (test_headers_have_a_slot_for_each_thing_they_say)
{
  RtmpGrade config = read_hex (RTMP_MESSAGE_VIDEO, "17 00 000000 01");
  RtmpGrade later = read_hex (RTMP_MESSAGE_VIDEO, "17 00 000000 02");
  RtmpGrade color = read_hex (RTMP_MESSAGE_VIDEO, "D4 68766331 02");
  RtmpGrade second = read_hex (RTMP_MESSAGE_VIDEO, "96 00 61766331 01 01");
  RtmpGrade audio = read_hex (RTMP_MESSAGE_AUDIO, "AF 00 1190");

  ck_assert_uint_eq (config.slot, later.slot);
  ck_assert_uint_ne (config.slot, color.slot);
  ck_assert_uint_ne (config.slot, second.slot);
  ck_assert_uint_ne (config.slot, audio.slot);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpgrade");
  TCase *tcase = tcase_create ("rtmpgrade");
  tcase_add_loop_test (tcase, test_each_kind_is_told, 0, G_N_ELEMENTS (cases));
  tcase_add_test (tcase, test_pictures_and_sound_are_media);
  tcase_add_test (tcase, test_headers_have_a_slot_for_each_thing_they_say);
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
