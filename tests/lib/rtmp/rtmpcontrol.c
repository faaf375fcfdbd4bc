/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Golden bytes are laid together by hand from "Adobe's Real Time Messaging
 * Protocol" 1.0; the section is named beside each. */
#include "rtmp/rtmpcontrol.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>

static RtmpMessage *
new_message (guint type, const gchar * hex)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  RtmpMessageHead head = {.type = type };

  return rtmp_message_new (&head, bytes);
}

static RtmpControl
read_control (guint type, const gchar * hex)
{
  g_autoptr (RtmpMessage) message = new_message (type, hex);
  g_autoptr (GError) error = NULL;
  RtmpControl control;

  ck_assert (rtmp_control_read (&control, message, &error));
  ck_assert_int_eq (control.type, type);
  /* What was read is written as it was. */
  g_autoptr (RtmpMessage) again = rtmp_control_write (&control);
  ck_assert_uint_eq (rtmp_message_get_head (again)->chunk_stream, 2);
  ck_assert_uint_eq (rtmp_message_get_head (again)->stream, 0);
  hex_bytes_assert (rtmp_message_get_data (again, NULL),
      rtmp_message_get_size (again), hex);
  return control;
}

START_TEST (test_messages_with_a_number_are_read)
{
  /* 5.4.1 to 5.4.4 */
  for (guint type = RTMP_MESSAGE_SET_CHUNK_SIZE;
      type <= RTMP_MESSAGE_WINDOW_SIZE; type++) {
    if (type == RTMP_MESSAGE_USER_CONTROL)
      continue;
    ck_assert_uint_eq (read_control (type, "01020304").number, 0x01020304);
  }
}

END_TEST;

START_TEST (test_a_bandwidth_has_a_kind)
{
  /* 5.4.5 */
  RtmpControl control = read_control (6, "002625a0 01");

  ck_assert_uint_eq (control.number, 2500000);
  ck_assert_int_eq (control.limit, RTMP_BANDWIDTH_SOFT);
  ck_assert_int_eq (read_control (6, "002625a0 00").limit, RTMP_BANDWIDTH_HARD);
}

END_TEST;

START_TEST (test_a_kind_that_is_none_is_dynamic)
{
  const gchar *odd[] = { "002625a0", "002625a0 07" };

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++) {
    g_autoptr (RtmpMessage) message = new_message (6, odd[i]);
    RtmpControl control;
    ck_assert (rtmp_control_read (&control, message, NULL));
    ck_assert_int_eq (control.limit, RTMP_BANDWIDTH_DYNAMIC);
  }
}

END_TEST;

START_TEST (test_events_of_a_stream_are_read)
{
  /* 7.1.7 */
  const guint events[] = { 0, 1, 2, 4, 31, 32 };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++) {
    g_autofree gchar *hex = g_strdup_printf ("%04x 01020304", events[i]);
    RtmpControl control = read_control (4, hex);
    ck_assert_uint_eq (control.event, events[i]);
    ck_assert_uint_eq (control.stream, 0x01020304);
  }
}

END_TEST;

START_TEST (test_other_events_have_a_number)
{
  /* 7.1.7 */
  RtmpControl buffer = read_control (4, "0003 00000001 00000bb8");
  ck_assert_uint_eq (buffer.stream, 1);
  ck_assert_uint_eq (buffer.number, 3000);
  ck_assert_uint_eq (read_control (4, "0006 01020304").number, 0x01020304);
  ck_assert_uint_eq (read_control (4, "0007 01020304").number, 0x01020304);
}

END_TEST;

START_TEST (test_an_unknown_event_is_read_as_far_as_its_number)
{
  g_autoptr (RtmpMessage) message = new_message (4, "001a");
  RtmpControl control;

  ck_assert (rtmp_control_read (&control, message, NULL));
  ck_assert_uint_eq (control.event, 26);
}

END_TEST;

START_TEST (test_what_is_too_short_is_refused)
{
  const struct
  {
    guint type;
    const gchar *hex;
  } cut[] = { {1, ""}, {3, "010203"}, {4, ""}, {4, "00"}, {4, "0000"},
  {4, "0000 010203"}, {4, "0003 00000001"}, {4, "0003 00000001 010203"},
  {4, "0006 010203"}, {5, "00"}, {6, "010203"}
  };

  for (guint i = 0; i < G_N_ELEMENTS (cut); i++) {
    g_autoptr (RtmpMessage) message = new_message (cut[i].type, cut[i].hex);
    g_autoptr (GError) error = NULL;
    RtmpControl control;
    ck_assert (!rtmp_control_read (&control, message, &error));
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL));
  }
}

END_TEST;

static void
assert_message (RtmpMessage * message, guint type, const gchar * hex)
{
  ck_assert_uint_eq (rtmp_message_get_head (message)->type, type);
  hex_bytes_assert (rtmp_message_get_data (message, NULL),
      rtmp_message_get_size (message), hex);
  rtmp_message_unref (message);
}

START_TEST (test_each_has_a_short_way_to_make_it)
{
  assert_message (rtmp_control_new (RTMP_MESSAGE_SET_CHUNK_SIZE, 4096), 1,
      "00001000");
  assert_message (rtmp_control_new (RTMP_MESSAGE_PEER_BANDWIDTH, 2500000), 6,
      "002625a0 02");
  assert_message (rtmp_control_new_event (RTMP_USER_STREAM_BEGIN, 1), 4,
      "0000 00000001");
  assert_message (rtmp_control_new_ping (RTMP_USER_PING_RESPONSE, 7), 4,
      "0007 00000007");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpcontrol");
  TCase *tcase = tcase_create ("rtmpcontrol");
  tcase_add_test (tcase, test_messages_with_a_number_are_read);
  tcase_add_test (tcase, test_a_bandwidth_has_a_kind);
  tcase_add_test (tcase, test_a_kind_that_is_none_is_dynamic);
  tcase_add_test (tcase, test_events_of_a_stream_are_read);
  tcase_add_test (tcase, test_other_events_have_a_number);
  tcase_add_test (tcase, test_an_unknown_event_is_read_as_far_as_its_number);
  tcase_add_test (tcase, test_what_is_too_short_is_refused);
  tcase_add_test (tcase, test_each_has_a_short_way_to_make_it);
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
