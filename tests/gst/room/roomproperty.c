/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomProperty: each property on a bare object that does what the element
 * does with them. */
#include "roomproperty.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define TEST_TYPE_HOLDER (test_holder_get_type ())
G_DECLARE_FINAL_TYPE (TestHolder, test_holder, TEST, HOLDER, GObject);
struct _TestHolder
{
  GObject parent;
  RoomConfig *config;
};

G_DEFINE_FINAL_TYPE (TestHolder, test_holder, G_TYPE_OBJECT);

static void
test_holder_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * spec)
{
  fail_unless (room_property_set (TEST_HOLDER (object)->config, id, value));
}

static void
test_holder_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * spec)
{
  fail_unless (room_property_get (TEST_HOLDER (object)->config, id, value));
}

static void
test_holder_finalize (GObject * object)
{
  room_config_free (TEST_HOLDER (object)->config);
  G_OBJECT_CLASS (test_holder_parent_class)->finalize (object);
}

static void
test_holder_class_init (TestHolderClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = test_holder_set_property;
  object_class->get_property = test_holder_get_property;
  object_class->finalize = test_holder_finalize;
  room_property_install_all (object_class);
}

static void
test_holder_init (TestHolder * self)
{
  self->config = room_config_new ();
}

static TestHolder *holder;

static void
setup (void)
{
  g_unsetenv ("LIVEKIT_URL");
  g_unsetenv ("LIVEKIT_TOKEN");
  g_unsetenv ("LIVEKIT_API_KEY");
  g_unsetenv ("LIVEKIT_API_SECRET");
  holder = g_object_new (TEST_TYPE_HOLDER, NULL);
}

static void
teardown (void)
{
  g_clear_object (&holder);
}

static GParamSpec *
find_spec (const gchar * name)
{
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (holder), name);

  fail_unless (spec != NULL, "%s", name);
  return spec;
}

static void
assert_list (gchar ** list, const gchar * expected)
{
  g_autofree gchar *joined = list ? g_strjoinv (" ", list) : NULL;

  fail_unless_equals_string (joined, expected);
}

GST_START_TEST (text_is_set_read_and_reset)
{
  static const gchar *const names[] = { "url", "api-key", "room", "identity",
    "participant-name", "metadata", "stun-server"
  };
  const gchar *name = names[__i__];
  g_autofree gchar *before = NULL;
  g_autofree gchar *after = NULL;

  g_object_get (holder, name, &before, NULL);
  fail_unless (before == NULL);
  g_object_set (holder, name, "some text", NULL);
  g_object_get (holder, name, &after, NULL);
  fail_unless_equals_string (after, "some text");
  g_object_set (holder, name, NULL, NULL);
  g_object_get (holder, name, &before, NULL);
  fail_unless (before == NULL);
}

GST_END_TEST;

GST_START_TEST (text_goes_to_its_own_member)
{
  g_object_set (holder, "url", "1", "token", "2", "api-key", "3",
      "api-secret", "4", "room", "5", "identity", "6", "participant-name", "7",
      "metadata", "8", "stun-server", "9", NULL);
  fail_unless_equals_string (holder->config->url, "1");
  fail_unless_equals_string (holder->config->token, "2");
  fail_unless_equals_string (holder->config->api_key, "3");
  fail_unless_equals_string (holder->config->api_secret, "4");
  fail_unless_equals_string (holder->config->room, "5");
  fail_unless_equals_string (holder->config->identity, "6");
  fail_unless_equals_string (holder->config->participant_name, "7");
  fail_unless_equals_string (holder->config->metadata, "8");
  fail_unless_equals_string (holder->config->stun_server, "9");
}

GST_END_TEST;

GST_START_TEST (secrets_cannot_be_read)
{
  static const gchar *const names[] = { "token", "api-secret", "turn-servers" };
  GParamSpec *spec = find_spec (names[__i__]);

  fail_if (spec->flags & G_PARAM_READABLE);
  fail_unless (spec->flags & G_PARAM_WRITABLE);
}

GST_END_TEST;

GST_START_TEST (only_the_allowed_users_change_while_it_runs)
{
  guint n;
  g_autofree GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (holder), &n);
  guint found = 0;

  for (guint i = 0; i < n; i++) {
    gboolean playing = (specs[i]->flags & GST_PARAM_MUTABLE_PLAYING) != 0;
    gboolean ready = (specs[i]->flags & GST_PARAM_MUTABLE_READY) != 0;
    gboolean users = g_str_equal (specs[i]->name, "allowed-users");
    fail_unless_equals_int (playing, users);
    fail_unless_equals_int (ready, !users);
    found += users;
  }
  fail_unless_equals_int (found, 1);
  for (guint id = ROOM_PROPERTY_URL; id <= ROOM_PROPERTY_LAST; id++)
    fail_unless_equals_int (room_property_is_mutable (id),
        id == ROOM_PROPERTY_ALLOWED_USERS);
}

GST_END_TEST;

GST_START_TEST (each_property_says_what_it_is_for)
{
  guint n;
  g_autofree GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (holder), &n);

  fail_unless_equals_int (n, ROOM_PROPERTY_LAST);
  for (guint i = 0; i < n; i++)
    fail_unless (strlen (g_param_spec_get_blurb (specs[i])) > 10);
}

GST_END_TEST;

GST_START_TEST (default_is_what_the_object_begins_with)
{
  static const gchar *const names[] = { "ice-transport-policy",
    "ice-tcp-only", "ssl-strict", "wait-for-subscriber"
  };
  GParamSpec *spec = find_spec (names[__i__]);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, spec->value_type);
  g_object_get_property (G_OBJECT (holder), spec->name, &value);
  fail_unless (g_param_value_defaults (spec, &value));
}

GST_END_TEST;

GST_START_TEST (numbers_and_choices_are_set_and_read)
{
  GstWebRTCICETransportPolicy policy;
  gboolean tcp_only, strict;
  guint wait;

  gst_util_set_object_arg (G_OBJECT (holder), "ice-transport-policy", "relay");
  g_object_set (holder, "ice-tcp-only", TRUE, "ssl-strict", FALSE,
      "wait-for-subscriber", 0, NULL);
  g_object_get (holder, "ice-transport-policy", &policy, "ice-tcp-only",
      &tcp_only, "ssl-strict", &strict, "wait-for-subscriber", &wait, NULL);
  fail_unless_equals_int (policy, GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY);
  fail_unless (tcp_only);
  fail_if (strict);
  fail_unless_equals_int (wait, 0);
}

GST_END_TEST;

GST_START_TEST (list_is_written_as_in_a_launch_line)
{
  g_auto (GValue) value = G_VALUE_INIT;

  gst_util_set_object_arg (G_OBJECT (holder), "allowed-users", "<anna, ben>");
  assert_list (holder->config->allowed_users, "anna ben");
  g_value_init (&value, GST_TYPE_ARRAY);
  g_object_get_property (G_OBJECT (holder), "allowed-users", &value);
  fail_unless_equals_int (gst_value_array_get_size (&value), 2);
  fail_unless_equals_string (g_value_get_string (gst_value_array_get_value
          (&value, 1)), "ben");
}

GST_END_TEST;

GST_START_TEST (empty_list_is_not_the_same_as_none)
{
  fail_unless (holder->config->allowed_users == NULL);
  gst_util_set_object_arg (G_OBJECT (holder), "allowed-users", "<>");
  assert_list (holder->config->allowed_users, "");
}

GST_END_TEST;

GST_START_TEST (turn_servers_are_set)
{
  gst_util_set_object_arg (G_OBJECT (holder), "turn-servers",
      "<\"turn://u:p@example.com:3478\", \"turns://u:p@example.com\">");
  assert_list (holder->config->turn_servers,
      "turn://u:p@example.com:3478 turns://u:p@example.com");
}

GST_END_TEST;

GST_START_TEST (attributes_are_set_read_and_reset)
{
  g_autoptr (GstStructure) given =
      gst_structure_new ("attributes", "place", G_TYPE_STRING, "hall", NULL);
  g_autoptr (GstStructure) read = NULL;
  GstStructure *none = NULL;

  g_object_set (holder, "attributes", given, NULL);
  g_object_get (holder, "attributes", &read, NULL);
  fail_unless (gst_structure_is_equal (given, read));
  g_object_set (holder, "attributes", NULL, NULL);
  g_object_get (holder, "attributes", &none, NULL);
  fail_unless (none == NULL);
}

GST_END_TEST;

GST_START_TEST (others_are_left_to_the_element)
{
  g_autoptr (RoomConfig) config = room_config_new ();
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_BOOLEAN);
  fail_if (room_property_set (config, ROOM_PROPERTY_LAST + 1, &value));
  fail_if (room_property_get (config, ROOM_PROPERTY_LAST + 1, &value));
  fail_if (room_property_get (config, ROOM_PROPERTY_TURN_SERVERS, &value));
}

GST_END_TEST;

static Suite *
roomproperty_suite (void)
{
  Suite *suite = suite_create ("roomproperty");
  TCase *tcase = tcase_create ("property");

  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, text_is_set_read_and_reset, 0, 7);
  tcase_add_test (tcase, text_goes_to_its_own_member);
  tcase_add_loop_test (tcase, secrets_cannot_be_read, 0, 3);
  tcase_add_test (tcase, only_the_allowed_users_change_while_it_runs);
  tcase_add_test (tcase, each_property_says_what_it_is_for);
  tcase_add_loop_test (tcase, default_is_what_the_object_begins_with, 0, 4);
  tcase_add_test (tcase, numbers_and_choices_are_set_and_read);
  tcase_add_test (tcase, list_is_written_as_in_a_launch_line);
  tcase_add_test (tcase, empty_list_is_not_the_same_as_none);
  tcase_add_test (tcase, turn_servers_are_set);
  tcase_add_test (tcase, attributes_are_set_read_and_reset);
  tcase_add_test (tcase, others_are_left_to_the_element);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (roomproperty);
