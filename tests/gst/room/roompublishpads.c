/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* roompublish: its pads, their names and their properties, in every state. */
#include "publishrun.h"

static GstElement *element;

static void
setup (void)
{
  element = gst_object_ref_sink (gst_element_factory_make ("roompublish", "r"));
  /* Nobody listens: what is tested here does not need a room. */
  g_object_set (element, "url", "ws://127.0.0.1:1", "api-key", "devkey",
      "api-secret", PUBLISH_RUN_SECRET, "room", "stage", "identity", "p", NULL);
}

static void
teardown (void)
{
  gst_element_set_state (element, GST_STATE_NULL);
  gst_clear_object (&element);
}

/* The class itself is asked: GstElement finds wrong names before it. */
static GstPad *
request (const gchar * kind, const gchar * name)
{
  g_autofree gchar *template_name = g_strdup_printf ("%s_%%u", kind);
  GstPadTemplate *templ = gst_element_get_pad_template (element, template_name);

  return GST_ELEMENT_GET_CLASS (element)->request_new_pad (element, templ,
      name, NULL);
}

static void
assert_request (const gchar * kind, const gchar * name, const gchar * expected)
{
  GstPad *pad = request (kind, name);

  if (!expected) {
    fail_unless (pad == NULL, "%s gave a pad", name);
    return;
  }
  fail_unless (pad != NULL, "%s gave no pad", name);
  fail_unless_equals_string (GST_PAD_NAME (pad), expected);
}

START_TEST (names_count_up_for_each_kind)
{
  assert_request ("audio", NULL, "audio_0");
  assert_request ("video", NULL, "video_0");
  assert_request ("video", NULL, "video_1");
  assert_request ("audio", NULL, "audio_1");
}

END_TEST;

START_TEST (name_that_was_asked_for_is_given)
{
  assert_request ("video", "video_5", "video_5");
  assert_request ("video", NULL, "video_6");
  assert_request ("video", "video_2", "video_2");
  assert_request ("video", NULL, "video_7");
  assert_request ("audio", NULL, "audio_0");
}

END_TEST;

START_TEST (name_is_given_once)
{
  assert_request ("video", "video_0", "video_0");
  assert_request ("video", "video_0", NULL);
  assert_request ("video", NULL, "video_1");
  fail_unless_equals_int (element->numsinkpads, 2);
}

END_TEST;

START_TEST (released_name_is_free_again)
{
  GstPad *pad = request ("video", "video_3");

  gst_element_release_request_pad (element, pad);
  fail_unless_equals_int (element->numsinkpads, 0);
  assert_request ("video", "video_3", "video_3");
}

END_TEST;

START_TEST (wrong_name_gives_no_pad)
{
  static const gchar *const names[] = { "video_", "video_x", "video_-1",
    "video_+1", "video_ 1", "video_1x", "video_4294967295",
    "video_99999999999999999999", "audio_0", "video", "", "sink_0"
  };

  assert_request ("video", names[_i], NULL);
  fail_unless_equals_int (element->numsinkpads, 0);
  /* And takes no number away. */
  assert_request ("video", NULL, "video_0");
}

END_TEST;

START_TEST (pad_says_what_it_takes)
{
  static const struct
  {
    const gchar *kind;
    const gchar *caps;
    gboolean takes;
  } cases[] = {
    {"video", "video/x-h264", TRUE}, {"video", "video/x-vp8", TRUE},
    {"video", "video/x-vp9", TRUE}, {"video", "video/x-h265", TRUE},
    {"video", "video/x-av1", TRUE}, {"video", "video/x-raw", TRUE},
    {"video", "video/mpeg", FALSE}, {"video", "audio/x-opus", FALSE},
    {"audio", "audio/x-opus", TRUE}, {"audio", "audio/x-mulaw", TRUE},
    {"audio", "audio/x-alaw", TRUE}, {"audio", "audio/x-raw", TRUE},
    {"audio", "audio/mpeg", FALSE}, {"audio", "video/x-vp8", FALSE},
  };
  g_autofree gchar *name = g_strdup_printf ("%s_%%u", cases[_i].kind);
  g_autoptr (GstCaps) templ = gst_pad_template_get_caps
      (gst_element_get_pad_template (element, name));
  g_autoptr (GstCaps) caps = gst_caps_from_string (cases[_i].caps);

  fail_unless_equals_int (gst_caps_can_intersect (templ, caps),
      cases[_i].takes);
}

END_TEST;

START_TEST (pads_come_and_go_in_every_state)
{
  static const GstState states[] = { GST_STATE_NULL, GST_STATE_READY,
    GST_STATE_PAUSED, GST_STATE_PLAYING
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    gst_element_set_state (element, states[i]);
    g_autoptr (GstPad) video =
        gst_element_request_pad_simple (element, "video_%u");
    g_autoptr (GstPad) audio =
        gst_element_request_pad_simple (element, "audio_7");
    fail_unless (video != NULL && audio != NULL);
    fail_unless_equals_int (GST_PAD_IS_ACTIVE (video),
        states[i] >= GST_STATE_PAUSED);
    gst_element_release_request_pad (element, video);
    gst_element_release_request_pad (element, audio);
    fail_unless_equals_int (element->numsinkpads, 0);
  }
}

END_TEST;

START_TEST (pads_stay_through_the_states)
{
  g_autoptr (GstPad) pad = gst_object_ref (request ("video", NULL));

  for (guint i = 0; i < 3; i++) {
    gst_element_set_state (element, GST_STATE_PLAYING);
    fail_unless (GST_PAD_IS_ACTIVE (pad));
    gst_element_set_state (element, GST_STATE_NULL);
    fail_if (GST_PAD_IS_ACTIVE (pad));
    fail_unless_equals_int (element->numsinkpads, 1);
  }
  gst_element_release_request_pad (element, pad);
}

END_TEST;

START_TEST (defaults_are_those_of_the_documentation)
{
  g_autofree gchar *name = NULL;
  g_autofree gchar *stream = NULL;
  g_autofree gchar *sid = NULL;
  gboolean muted = TRUE;
  gint source = -1;

  g_object_get (request ("video", "video_3"), "track-name", &name, "stream",
      &stream, "track-sid", &sid, "muted", &muted, "source", &source, NULL);
  fail_unless_equals_string (name, "video_3");
  fail_unless (stream == NULL || *stream == '\0');
  fail_unless (sid == NULL);
  fail_if (muted);
  fail_unless_equals_int (source, 0);
}

END_TEST;

START_TEST (properties_are_set_by_name_of_the_pad)
{
  g_autoptr (GstPad) pad = gst_object_ref (request ("video", NULL));
  g_autofree gchar *name = NULL;
  g_autofree gchar *stream = NULL;
  gboolean muted = FALSE;
  g_auto (GValue) source = G_VALUE_INIT;

  gst_child_proxy_set (GST_CHILD_PROXY (element), "video_0::track-name",
      "stage", "video_0::stream", "group", "video_0::muted", TRUE, NULL);
  gst_util_set_object_arg (G_OBJECT (pad), "source", "screen-share");
  gst_child_proxy_get (GST_CHILD_PROXY (element), "video_0::track-name",
      &name, "video_0::stream", &stream, "video_0::muted", &muted, NULL);
  gst_child_proxy_get_property (GST_CHILD_PROXY (element), "video_0::source",
      &source);
  fail_unless_equals_string (name, "stage");
  fail_unless_equals_string (stream, "group");
  fail_unless (muted);
  g_autofree gchar *nick = gst_value_serialize (&source);
  fail_unless_equals_string (nick, "screen-share");
}

END_TEST;

START_TEST (name_without_a_value_is_the_pad_s)
{
  g_autoptr (GstPad) pad = gst_object_ref (request ("audio", NULL));
  g_autofree gchar *name = NULL;

  g_object_set (pad, "track-name", "voice", NULL);
  g_object_set (pad, "track-name", NULL, NULL);
  g_object_get (pad, "track-name", &name, NULL);
  fail_unless_equals_string (name, "audio_0");
}

END_TEST;

START_TEST (pads_are_the_first_children)
{
  GstChildProxy *proxy = GST_CHILD_PROXY (element);
  GstPad *video = request ("video", NULL);
  GstPad *audio = request ("audio", NULL);
  g_autoptr (GObject) child_0 = gst_child_proxy_get_child_by_index (proxy, 0);
  g_autoptr (GObject) child_1 = gst_child_proxy_get_child_by_index (proxy, 1);

  fail_unless_equals_int (gst_child_proxy_get_children_count (proxy), 2);
  fail_unless (child_0 == G_OBJECT (video));
  fail_unless (child_1 == G_OBJECT (audio));
  fail_unless (gst_child_proxy_get_child_by_index (proxy, 2) == NULL);
  fail_unless (gst_child_proxy_get_child_by_name (proxy, "video_9") == NULL);
  /* What is inside comes after them. */
  gst_element_set_state (element, GST_STATE_PAUSED);
  g_autoptr (GObject) inner = gst_child_proxy_get_child_by_index (proxy, 2);
  fail_unless (GST_IS_ELEMENT (inner));
}

END_TEST;

START_TEST (launch_line_sets_pads_that_are_not_there_yet)
{
  g_autoptr (PublishRun) run =
      publish_run_new ("roompublish name=r video_0::track-name=stage "
      "video_0::source=screen-share video_0::muted=true "
      "audio_0::stream=group videotestsrc ! x264enc ! r.video_0 "
      "audiotestsrc ! opusenc ! r.", NULL);
  g_autoptr (GstPad) video = publish_run_get_pad (run, "video_0");
  g_autoptr (GstPad) audio = publish_run_get_pad (run, "audio_0");
  g_autofree gchar *name = NULL;
  g_autofree gchar *stream = NULL;
  gboolean muted = FALSE;
  gint source = 0;

  g_object_get (video, "track-name", &name, "muted", &muted, "source",
      &source, NULL);
  g_object_get (audio, "stream", &stream, NULL);
  fail_unless_equals_string (name, "stage");
  fail_unless_equals_string (stream, "group");
  fail_unless (muted);
  /* As on the wire (livekit_models.proto). */
  fail_unless_equals_int (source, 3);
}

END_TEST;

static gpointer
request_and_release (gpointer unused)
{
  for (guint i = 0; i < 30; i++) {
    GstPad *pad = gst_element_request_pad_simple (element,
        i % 2 ? "video_%u" : "audio_%u");
    g_assert_nonnull (pad);
    gst_element_release_request_pad (element, pad);
    gst_object_unref (pad);
  }
  return NULL;
}

START_TEST (threads_come_and_go_with_pads_while_the_state_changes)
{
  GThread *threads[3];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("pads", request_and_release, NULL);
  for (guint i = 0; i < 10; i++) {
    gst_element_set_state (element, GST_STATE_PLAYING);
    gst_element_set_state (element, i % 2 ? GST_STATE_READY : GST_STATE_NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  fail_unless_equals_int (element->numsinkpads, 0);
}

END_TEST;

static Suite *
roompublishpads_suite (void)
{
  Suite *suite = suite_create ("roompublishpads");
  TCase *names = tcase_create ("names");
  TCase *states = tcase_create ("states");
  TCase *properties = tcase_create ("properties");

  publish_run_prepare ();
  tcase_add_checked_fixture (names, setup, teardown);
  tcase_add_test (names, names_count_up_for_each_kind);
  tcase_add_test (names, name_that_was_asked_for_is_given);
  tcase_add_test (names, name_is_given_once);
  tcase_add_test (names, released_name_is_free_again);
  tcase_add_loop_test (names, wrong_name_gives_no_pad, 0, 12);
  tcase_add_loop_test (names, pad_says_what_it_takes, 0, 14);
  suite_add_tcase (suite, names);

  tcase_add_checked_fixture (states, setup, teardown);
  tcase_add_test (states, pads_come_and_go_in_every_state);
  tcase_add_test (states, pads_stay_through_the_states);
  tcase_add_test (states,
      threads_come_and_go_with_pads_while_the_state_changes);
  suite_add_tcase (suite, states);

  tcase_add_checked_fixture (properties, setup, teardown);
  tcase_add_test (properties, defaults_are_those_of_the_documentation);
  tcase_add_test (properties, properties_are_set_by_name_of_the_pad);
  tcase_add_test (properties, name_without_a_value_is_the_pad_s);
  tcase_add_test (properties, pads_are_the_first_children);
  tcase_add_test (properties, launch_line_sets_pads_that_are_not_there_yet);
  suite_add_tcase (suite, properties);
  return suite;
}

GST_CHECK_MAIN (roompublishpads);
