/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitwire.h"

#include "livekit/livekit.pb-c.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <check.h>
#include <string.h>

#define LOTS (1024 * 1024)

static void
assert_good (const ProtobufCMessageDescriptor * type, const gchar * data,
    gsize size)
{
  g_autoptr (GError) error = NULL;
  ck_assert (livekit_wire_check (type, (const guint8 *) data, size, LOTS,
          &error));
  ck_assert_ptr_null (error);
}

static void
assert_bad (const ProtobufCMessageDescriptor * type, const gchar * data,
    gsize size, const gchar * why)
{
  g_autoptr (GError) error = NULL;
  ck_assert (!livekit_wire_check (type, (const guint8 *) data, size, LOTS,
          &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL));
  ck_assert_msg (strstr (error->message, why) != NULL, "%s", error->message);
}

/* MuteTrackRequest: 1 sid, 2 muted. */
#define MUTE &livekit__mute_track_request__descriptor
#define GOOD(bytes) assert_good (MUTE, bytes, sizeof bytes - 1)
#define BAD(bytes, why) assert_bad (MUTE, bytes, sizeof bytes - 1, why)

START_TEST (test_whole_messages_pass)
{
  GOOD ("");
  GOOD ("\x0a\x01x");
  GOOD ("\x0a\x01x\x10\x01");
  GOOD ("\x10\x01\x0a\x01x");
  GOOD ("\x0a\x02\xc3\xb6");
}

END_TEST;

START_TEST (test_fields_of_any_wire_type_that_are_unknown_pass)
{
  GOOD ("\x78\x05");
  GOOD ("\x79" "12345678");
  GOOD ("\x7a\x02\xff\xff");
  GOOD ("\x7d" "1234");
  GOOD ("\xf8\xff\xff\xff\x0f\x01");
}

END_TEST;

START_TEST (test_groups_and_reserved_wire_types_are_refused)
{
  BAD ("\x7b\x7c", "wire type");
  BAD ("\x7c", "wire type");
  BAD ("\x7e", "wire type");
  BAD ("\x7f", "wire type");
}

END_TEST;

START_TEST (test_bad_field_numbers_are_refused)
{
  BAD ("\x00\x01", "field number");
  BAD ("\x80", "field number");
  BAD ("\xff\xff\xff\xff\x1f\x01", "field number");
  BAD ("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "field number");
}

END_TEST;

START_TEST (test_values_that_end_too_early_are_refused)
{
  BAD ("\x0a", "truncated");
  BAD ("\x0a\x02x", "truncated");
  BAD ("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x", "truncated");
  BAD ("\x10", "truncated");
  BAD ("\x10\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", "truncated");
  BAD ("\x79" "1234567", "truncated");
  BAD ("\x7d" "123", "truncated");
}

END_TEST;

START_TEST (test_a_known_field_of_another_wire_type_is_refused)
{
  BAD ("\x08\x01", "wrong wire type");
  BAD ("\x12\x01\x01", "wrong wire type");
  BAD ("\x15" "1234", "wrong wire type");
}

END_TEST;

START_TEST (test_text_must_be_utf8_without_a_nul)
{
  BAD ("\x0a\x01\xff", "UTF-8");
  BAD ("\x0a\x02\xc3\x28", "UTF-8");
  BAD ("\x0a\x03" "a\0b", "UTF-8");
}

END_TEST;

START_TEST (test_a_singular_field_given_twice_is_refused)
{
  BAD ("\x10\x01\x10\x01", "twice");
  BAD ("\x0a\x01x\x0a\x01y", "twice");
}

END_TEST;

START_TEST (test_two_members_of_a_oneof_are_refused)
{
  /* SignalResponse: 16 refresh_token, 18 pong. */
  assert_bad (&livekit__signal_response__descriptor,
      "\x82\x01\x01x\x90\x01\x01", 7, "twice");
}

END_TEST;

START_TEST (test_a_list_may_come_packed_or_not)
{
  /* UpdateLocalAudioTrack: 2 features, a list of enums. */
  const ProtobufCMessageDescriptor *type =
      &livekit__update_local_audio_track__descriptor;
  assert_good (type, "\x12\x02\x01\x02", 4);
  assert_good (type, "\x10\x01\x10\x02", 4);
}

END_TEST;

START_TEST (test_memory_is_counted_for_each_sort_of_field)
{
  static const struct
  {
    const ProtobufCMessageDescriptor *type;
    guint8 bytes[3];
    gsize size;
  } sorts[] = {
    /* TrackPermission.track_sids, StreamStateUpdate.stream_states,
     * UpdateLocalAudioTrack.features, and an unknown field. */
    {&livekit__track_permission__descriptor, {0x1a, 0x00}, 2},
    {&livekit__stream_state_update__descriptor, {0x0a, 0x00}, 2},
    {&livekit__update_local_audio_track__descriptor, {0x10, 0x01}, 2},
    {&livekit__update_local_audio_track__descriptor, {0x12, 0x01, 0x01}, 3},
    {&livekit__ping__descriptor, {0x78, 0x01}, 2},
  };
  for (guint i = 0; i < G_N_ELEMENTS (sorts); i++) {
    g_autoptr (GByteArray) array = g_byte_array_new ();
    for (guint j = 0; j < 1000; j++)
      g_byte_array_append (array, sorts[i].bytes, sorts[i].size);
    g_autoptr (GError) error = NULL;
    ck_assert (livekit_wire_check (sorts[i].type, array->data, array->len,
            1000 * 200, NULL));
    ck_assert (!livekit_wire_check (sorts[i].type, array->data, array->len,
            1000 * 4, &error));
    ck_assert_ptr_nonnull (strstr (error->message, "when unpacked"));
  }
}

END_TEST;

/* A message that holds itself, which no message of the protocol does. */
extern const ProtobufCMessageDescriptor nested;

static const ProtobufCFieldDescriptor nested_fields[] = {
  {.name = "inner",.id = 1,.label = PROTOBUF_C_LABEL_NONE,
      .type = PROTOBUF_C_TYPE_MESSAGE,.descriptor = &nested},
};

static const ProtobufCIntRange nested_ranges[] = { {1, 0}, {0, 1} };

const ProtobufCMessageDescriptor nested = {
  .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
  .short_name = "Nested",
  .sizeof_message = 64,
  .n_fields = 1,
  .fields = nested_fields,
  .n_field_ranges = 1,
  .field_ranges = nested_ranges,
};

START_TEST (test_nesting_has_a_limit)
{
  /* The outermost message counts; each one inside has two bytes in front. */
  for (guint depth = 1; depth < 60; depth++) {
    gchar data[2 * 60];
    gsize size = 2 * (depth - 1);
    for (gsize i = 0; i < size; i += 2) {
      data[i] = 0x0a;
      data[i + 1] = size - i - 2;
    }
    if (depth <= LIVEKIT_MAX_DEPTH)
      assert_good (&nested, data, size);
    else
      assert_bad (&nested, data, size, "too deep");
  }
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekitwire");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_whole_messages_pass);
  tcase_add_test (tcase, test_fields_of_any_wire_type_that_are_unknown_pass);
  tcase_add_test (tcase, test_groups_and_reserved_wire_types_are_refused);
  tcase_add_test (tcase, test_bad_field_numbers_are_refused);
  tcase_add_test (tcase, test_values_that_end_too_early_are_refused);
  tcase_add_test (tcase, test_a_known_field_of_another_wire_type_is_refused);
  tcase_add_test (tcase, test_text_must_be_utf8_without_a_nul);
  tcase_add_test (tcase, test_a_singular_field_given_twice_is_refused);
  tcase_add_test (tcase, test_two_members_of_a_oneof_are_refused);
  tcase_add_test (tcase, test_a_list_may_come_packed_or_not);
  tcase_add_test (tcase, test_memory_is_counted_for_each_sort_of_field);
  tcase_add_test (tcase, test_nesting_has_a_limit);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
