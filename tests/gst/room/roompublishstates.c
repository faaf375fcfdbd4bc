/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* roompublish: its states, alone and in pipelines, with a room, without one and
 * with one that says nothing. */
#include "publishrun.h"

#include <gst/check/gstharness.h>
#include <stdlib.h>

#include "clientrun.h"

#define AUDIO "audiotestsrc is-live=true ! mulawenc ! r. "
#define VIDEO "videotestsrc is-live=true ! video/x-raw,width=160,height=120 " \
    "! vp8enc deadline=1 ! r. "
#define FILES "audiotestsrc num-buffers=1000 ! mulawenc ! r. "
#define ROOM "roompublish name=r "

START_TEST (paused_does_not_wait_for_a_server)
{
  static const RoomScriptPhase phases[] = { ROOM_SCRIPT_ACCEPT,
    ROOM_SCRIPT_UPGRADE, ROOM_SCRIPT_JOIN
  };
  RoomScriptConfig config = {.hang = phases[_i] };
  g_autoptr (PublishRun) run = publish_run_new (FILES ROOM, &config);

  fail_unless_equals_int (publish_run_set (run, GST_STATE_PAUSED),
      GST_STATE_CHANGE_SUCCESS);
  fail_unless_equals_int (publish_run_set (run, GST_STATE_PLAYING),
      GST_STATE_CHANGE_SUCCESS);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
  /* It was on its way, and says that it no longer is. */
  fail_unless_equals_int (publish_run_count (run, "room-disconnected"), 1);
}

END_TEST;

START_TEST (live_pipeline_stays_live)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_ACCEPT };
  g_autoptr (PublishRun) run = publish_run_new (VIDEO AUDIO ROOM, &config);

  fail_unless_equals_int (publish_run_set (run, GST_STATE_PAUSED),
      GST_STATE_CHANGE_NO_PREROLL);
  fail_unless_equals_int (publish_run_set (run, GST_STATE_PLAYING),
      GST_STATE_CHANGE_SUCCESS);
}

END_TEST;

START_TEST (other_sinks_preroll_beside_it)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_UPGRADE };
  g_autoptr (PublishRun) run =
      publish_run_new ("audiotestsrc num-buffers=99 ! fakesink " ROOM, &config);

  publish_run_set (run, GST_STATE_PAUSED);
  publish_run_wait_state (run, GST_STATE_PAUSED);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (it_is_a_sink_in_every_state)
{
  g_autoptr (PublishRun) run = publish_run_new (ROOM, NULL);
  GstElement *element = publish_run_get_element (run);

  for (GstState state = GST_STATE_NULL; state <= GST_STATE_PLAYING; state++) {
    gst_element_set_state (element, state);
    fail_unless (GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK));
    fail_if (GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SOURCE));
  }
}

END_TEST;

START_TEST (refused_connection_is_one_error)
{
  static const gchar *const lines[] = { ROOM, VIDEO ROOM, FILES ROOM,
    VIDEO AUDIO ROOM
  };
  g_autoptr (PublishRun) run = publish_run_new (lines[_i], NULL);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_assert_error (run, "unreachable", "");
  fail_unless_equals_int (publish_run_count (run, "room-disconnected"), 1);
}

END_TEST;

START_TEST (missing_settings_fail_the_start_with_words)
{
  static const struct
  {
    const gchar *property;
    const gchar *value;
    const gchar *reason;
    const gchar *words;
  } cases[] = {
    {"url", NULL, "url", "url"},
    {"url", "ftp://127.0.0.1", "url", ""},
    {"token", NULL, "credentials", "api-key is missing"},
    {"token", "nonsense", "credentials", "token"},
  };
  g_autoptr (PublishRun) run = publish_run_new (ROOM, NULL);

  g_unsetenv ("LIVEKIT_URL");
  g_object_set (publish_run_get_element (run), cases[_i].property,
      cases[_i].value, NULL);
  gst_element_set_state (publish_run_get_pipeline (run), GST_STATE_PAUSED);
  publish_run_assert_error (run, cases[_i].reason, cases[_i].words);
}

END_TEST;

START_TEST (it_starts_again_after_an_error)
{
  g_autoptr (PublishRun) run = publish_run_new (AUDIO ROOM, NULL);
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) room = room_script_new (&config);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_assert_error (run, "unreachable", "");
  g_object_set (publish_run_get_element (run), "url",
      room_script_get_url (room), NULL);
  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-joined", 1);
  publish_run_stop (run);
  fail_unless_equals_int (publish_run_count (run, "error"), 1);
}

END_TEST;

static gboolean
has_state (PublishRun * run, gpointer wanted)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_object_get_property (G_OBJECT (publish_run_get_element (run)),
      "connection-state", &value);
  g_autofree gchar *nick = gst_value_serialize (&value);
  return g_str_equal (nick, wanted);
}

static void
on_state (GObject * object, GParamSpec * spec, gpointer user_data)
{
  GString *seen = user_data;
  g_auto (GValue) value = G_VALUE_INIT;

  g_object_get_property (object, "connection-state", &value);
  g_autofree gchar *nick = gst_value_serialize (&value);
  g_string_append_printf (seen, "%s ", nick);
}

START_TEST (connection_state_goes_through_the_run)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (AUDIO ROOM);
  g_autoptr (GString) seen = g_string_new (NULL);

  fail_unless (has_state (run, (gpointer) "idle"));
  g_signal_connect (publish_run_get_element (run), "notify::connection-state",
      G_CALLBACK (on_state), seen);
  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_until (run, has_state, (gpointer) "published");
  publish_run_stop (run);
  fail_unless_equals_string (seen->str,
      "joining joined published leaving left idle ");
}

END_TEST;

START_TEST (failure_stays_to_be_seen)
{
  g_autoptr (PublishRun) run = publish_run_new (ROOM, NULL);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-disconnected", 1);
  publish_run_until (run, has_state, (gpointer) "failed");
  publish_run_stop (run);
  fail_unless (has_state (run, (gpointer) "idle"));
}

END_TEST;

static void
stop_in_handler (GObject * element, GParamSpec * spec, gpointer user_data)
{
  gint *result = user_data;

  if (g_atomic_int_get (result) == GST_STATE_CHANGE_SUCCESS)
    g_atomic_int_set (result, gst_element_set_state (GST_ELEMENT (element),
            GST_STATE_NULL));
}

static gboolean
was_refused (PublishRun * run, gpointer result)
{
  return g_atomic_int_get ((gint *) result) == GST_STATE_CHANGE_FAILURE;
}

START_TEST (it_cannot_be_stopped_in_its_own_thread)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_JOIN };
  gint result = GST_STATE_CHANGE_SUCCESS;
  g_autoptr (PublishRun) run = publish_run_new (AUDIO ROOM, &config);

  g_signal_connect (publish_run_get_element (run), "notify::connection-state",
      G_CALLBACK (stop_in_handler), &result);
  publish_run_set (run, GST_STATE_PLAYING);
  /* The state comes before the handler that is told of it: a stop between the
   * two would be the first to tell, and hold what the handler wants. */
  publish_run_until (run, was_refused, &result);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
  fail_unless (has_state (run, (gpointer) "idle"));
}

END_TEST;

START_TEST (statistics_of_nothing_are_idle)
{
  g_autoptr (PublishRun) run = publish_run_new (ROOM, NULL);
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (publish_run_get_element (run), "stats", &stats, NULL);
  fail_unless (gst_structure_has_name (stats, "room-stats"));
  fail_unless_equals_string (gst_structure_get_string (stats,
          "connection-state"), "idle");
}

END_TEST;

START_TEST (settings_stand_while_it_runs)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_UPGRADE };
  g_autoptr (PublishRun) run = publish_run_new (ROOM, &config);
  GstElement *element = publish_run_get_element (run);
  g_autofree gchar *during = NULL;
  g_autofree gchar *after = NULL;

  g_object_set (element, "room", "before", NULL);
  publish_run_set (run, GST_STATE_PAUSED);
  g_object_set (element, "room", "during", NULL);
  g_object_get (element, "room", &during, NULL);
  fail_unless_equals_string (during, "before");
  publish_run_stop (run);
  g_object_set (element, "room", "after", NULL);
  g_object_get (element, "room", &after, NULL);
  fail_unless_equals_string (after, "after");
}

END_TEST;

static gboolean
has_closed (PublishRun * run, gpointer open)
{
  return client_run_count_descriptors () <= *(guint *) open;
}

START_TEST (cycles_leave_nothing_open)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (VIDEO AUDIO ROOM);
  guint open = 0;

  for (guint i = 1; i <= 8; i++) {
    publish_run_set (run, GST_STATE_PLAYING);
    publish_run_wait (run, "room-track-published", 2 * i);
    publish_run_stop (run);
    publish_run_wait (run, "room-track-unpublished", 2 * i);
    /* The first makes what is made once. */
    if (i == 2)
      open = client_run_count_descriptors ();
  }
  /* The server's ends are closed in its own thread. */
  publish_run_until (run, has_closed, &open);
  publish_run_assert_no_error (run);
}

END_TEST;

/* TEST_SEED=... runs the same storm again. */
static GRand *
new_storm (void)
{
  const gchar *given = g_getenv ("TEST_SEED");
  guint32 seed = given ? (guint32) strtoul (given, NULL, 10)
      : (guint32) g_get_real_time ();

  g_print ("TEST_SEED=%u\n", seed);
  return g_rand_new_with_seed (seed);
}

START_TEST (storm_of_states_ends_in_peace)
{
  static const RoomScriptPhase phases[] = { ROOM_SCRIPT_NEVER,
    ROOM_SCRIPT_UPGRADE, ROOM_SCRIPT_JOIN, ROOM_SCRIPT_ADD_TRACK,
    ROOM_SCRIPT_OFFER
  };
  RoomScriptConfig config = {.hang = phases[_i] };
  g_autoptr (PublishRun) run = publish_run_new (VIDEO FILES ROOM, &config);
  GRand *storm = new_storm ();

  for (guint i = 0; i < 25; i++)
    publish_run_set (run, g_rand_int_range (storm, GST_STATE_NULL,
            GST_STATE_PLAYING + 1));
  g_rand_free (storm);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
  publish_run_set (run, GST_STATE_PLAYING);
  if (phases[_i] == ROOM_SCRIPT_NEVER)
    publish_run_wait (run, "room-joined", 1);
}

END_TEST;

START_TEST (storm_while_published_ends_in_peace)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (VIDEO AUDIO ROOM);
  GRand *storm = new_storm ();

  for (guint i = 0; i < 12; i++) {
    publish_run_set (run, GST_STATE_PLAYING);
    guint seen = publish_run_count (run, "room-track-published");
    publish_run_wait (run, "room-track-published", seen + 1);
    publish_run_set (run, g_rand_int_range (storm, GST_STATE_NULL,
            GST_STATE_PAUSED));
  }
  g_rand_free (storm);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
}

END_TEST;

/* The harness changes states in a thread of its own, the test pushes, asks and
 * requests meanwhile. */
START_TEST (harness_changes_states_under_all_that_is_asked)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *token = client_run_new_token ();
  GstElement *element = gst_element_factory_make ("roompublish", NULL);

  gst_object_ref_sink (element);
  g_object_set (element, "url", room_script_get_url (room), "token", token,
      NULL);
  GstHarness *harness = gst_harness_new_with_element (element, "audio_%u",
      NULL);
  g_autoptr (GstCaps) caps =
      gst_caps_from_string ("audio/x-mulaw,rate=8000,channels=1");
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 160, NULL);
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  GstHarnessThread *states = gst_harness_stress_statechange_start (harness);
  GstHarnessThread *data = gst_harness_stress_push_buffer_start (harness, caps,
      &segment, buffer);

  for (guint i = 0; i < 40; i++) {
    g_autoptr (GstStructure) stats = NULL;
    GstPad *pad = gst_element_request_pad_simple (element, "video_%u");
    g_object_get (element, "stats", &stats, NULL);
    gst_element_release_request_pad (element, pad);
    gst_object_unref (pad);
  }
  gst_harness_stress_thread_stop (data);
  fail_unless (gst_harness_stress_thread_stop (states) > 0);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_harness_teardown (harness);
  gst_object_unref (element);
}

END_TEST;

static Suite *
roompublishstates_suite (void)
{
  Suite *suite = suite_create ("roompublishstates");
  TCase *start = tcase_create ("start");
  TCase *run = tcase_create ("run");
  TCase *storm = tcase_create ("storm");

  publish_run_prepare ();
  tcase_add_loop_test (start, paused_does_not_wait_for_a_server, 0, 3);
  tcase_add_test (start, live_pipeline_stays_live);
  tcase_add_test (start, other_sinks_preroll_beside_it);
  tcase_add_test (start, it_is_a_sink_in_every_state);
  tcase_add_loop_test (start, refused_connection_is_one_error, 0, 4);
  tcase_add_loop_test (start, missing_settings_fail_the_start_with_words, 0, 4);
  tcase_add_test (start, it_starts_again_after_an_error);
  suite_add_tcase (suite, start);

  tcase_add_test (run, connection_state_goes_through_the_run);
  tcase_add_test (run, failure_stays_to_be_seen);
  tcase_add_test (run, statistics_of_nothing_are_idle);
  tcase_add_test (run, it_cannot_be_stopped_in_its_own_thread);
  tcase_add_test (run, settings_stand_while_it_runs);
  tcase_add_test (run, cycles_leave_nothing_open);
  suite_add_tcase (suite, run);

  tcase_add_loop_test (storm, storm_of_states_ends_in_peace, 0, 5);
  tcase_add_test (storm, storm_while_published_ends_in_peace);
  tcase_add_test (storm, harness_changes_states_under_all_that_is_asked);
  suite_add_tcase (suite, storm);
  return suite;
}

GST_CHECK_MAIN (roompublishstates);
