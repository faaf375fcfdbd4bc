/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherbus.h"

#include <check.h>

#include "life/lifelatch.h"

static GstElement *pipeline;
static GMainContext *context;
static PublisherBus *bus;
static GString *heard;
static LifeLatch *inside;       /* a thread is in on_eos() */
static LifeLatch *released;     /* and may leave it; NULL: at once */

static void
on_failed (PublisherExit reason, const gchar * text, gboolean no_way_out,
    gpointer user_data)
{
  g_string_append_printf (heard, "failed %d %s%s;",
      publisher_exit_get_code (reason), text, no_way_out ? ", no way out" : "");
}

static void
open_latch (LifeLatch * latch)
{
  life_latch_trip (latch, 1, NULL);
  life_latch_finish (latch);
}

static void
wait_for_latch (LifeLatch * latch)
{
  while (!life_latch_wait (latch, G_MAXINT64));
}

static void
on_eos (gpointer user_data)
{
  if (released) {
    open_latch (inside);
    wait_for_latch (released);
  }
  g_string_append (heard, "eos;");
}

static void
on_room (const GstStructure * message, gpointer user_data)
{
  g_string_append_printf (heard, "%s;", gst_structure_get_name (message));
}

static void
on_text (PublisherOutputLevel level, const gchar * event, const gchar * text,
    gpointer user_data)
{
  g_string_append_printf (heard, "%d %s %s;", level, event, text);
}

static void
on_buffered (gboolean enough, gpointer user_data)
{
  g_string_append (heard, enough ? "enough;" : "not enough;");
}

static void
on_latency (gpointer user_data)
{
  g_string_append (heard, "latency;");
}

static void
on_clock_lost (gpointer user_data)
{
  g_string_append (heard, "clock;");
}

static void
setup (void)
{
  static const PublisherBusFuncs funcs = { on_failed, on_eos, on_room, on_text,
    on_buffered, on_latency, on_clock_lost
  };
  pipeline = gst_object_ref_sink (gst_pipeline_new ("pipe"));
  context = g_main_context_new ();
  heard = g_string_new (NULL);
  /* In NULL a pipeline throws its messages away. */
  gst_element_set_state (pipeline, GST_STATE_READY);
  g_autoptr (GstBus) pipeline_bus = gst_element_get_bus (pipeline);
  gst_message_unref (gst_bus_pop (pipeline_bus));
  bus = publisher_bus_new (pipeline, context, &funcs, NULL);
}

static void
teardown (void)
{
  publisher_bus_free (bus);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  g_main_context_unref (context);
  g_string_free (heard, TRUE);
}

/* Takes @message. Posting is what streaming threads do. */
static void
post (GstMessage * message)
{
  g_autoptr (GstBus) pipeline_bus = gst_element_get_bus (pipeline);
  ck_assert (gst_bus_post (pipeline_bus, message));
}

static void
post_structure (const gchar * text)
{
  GstStructure *structure = gst_structure_from_string (text, NULL);
  ck_assert_ptr_nonnull (structure);
  post (gst_message_new_element (GST_OBJECT (pipeline), structure));
}

static void
post_error (GQuark domain, gint code, const gchar * room_reason)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "broken");
  GstStructure *details = room_reason ? gst_structure_new ("details",
      "room-reason", G_TYPE_STRING, room_reason, NULL) : NULL;
  post (gst_message_new_error_with_details (GST_OBJECT (pipeline), error, NULL,
          details));
}

static void
post_buffering (gint percent, GstBufferingMode mode)
{
  GstMessage *message =
      gst_message_new_buffering (GST_OBJECT (pipeline), percent);
  gst_message_set_buffering_stats (message, mode, -1, -1, -1);
  post (message);
}

static void
iterate (void)
{
  while (g_main_context_iteration (context, FALSE));
}

/* Compares what was heard since the last time. */
static void
assert_heard (const gchar * expected)
{
  ck_assert_str_eq (heard->str, expected);
  g_string_truncate (heard, 0);
}

START_TEST (test_an_error_is_told_at_once_with_its_meaning)
{
  post_error (GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED, NULL);
  assert_heard ("failed 70 pipe: broken, no way out;");
  post_error (GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, NULL);
  assert_heard ("failed 70 pipe: broken;");
  post_error (GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_WRITE, "removed");
  assert_heard ("failed 79 broken;");
}

END_TEST;

START_TEST (test_the_end_is_told_at_once)
{
  post (gst_message_new_eos (GST_OBJECT (pipeline)));
  assert_heard ("eos;");
}

END_TEST;

START_TEST (test_the_end_of_the_room_is_told_at_once)
{
  post_structure ("room-disconnected, reason=lost, text=(string)\"no answer\"");
  assert_heard ("failed 75 no answer;");
}

END_TEST;

START_TEST (test_leaving_is_no_failure)
{
  post_structure ("room-disconnected, reason=left");
  assert_heard ("");
  iterate ();
  assert_heard ("room-disconnected;");
}

END_TEST;

START_TEST (test_messages_of_the_room_are_told_in_the_loop)
{
  post_structure ("room-joined, room=stage");
  assert_heard ("");
  iterate ();
  assert_heard ("room-joined;");
}

END_TEST;

START_TEST (test_messages_of_other_elements_are_not)
{
  post_structure ("level, rms=1.0");
  iterate ();
  assert_heard ("");
}

END_TEST;

START_TEST (test_warnings_and_infos_are_texts)
{
  g_autoptr (GError) error = g_error_new_literal (GST_CORE_ERROR,
      GST_CORE_ERROR_CLOCK, "late");
  post (gst_message_new_warning (GST_OBJECT (pipeline), error, NULL));
  post (gst_message_new_info (GST_OBJECT (pipeline), error, NULL));
  iterate ();
  assert_heard ("1 warning pipe: late;3 info pipe: late;");
}

END_TEST;

START_TEST (test_only_the_state_of_the_whole_is_told)
{
  GstElement *child = gst_element_factory_make ("fakesrc", NULL);
  gst_bin_add (GST_BIN (pipeline), child);
  post (gst_message_new_state_changed (GST_OBJECT (child), GST_STATE_NULL,
          GST_STATE_READY, GST_STATE_VOID_PENDING));
  post (gst_message_new_state_changed (GST_OBJECT (pipeline), GST_STATE_NULL,
          GST_STATE_READY, GST_STATE_VOID_PENDING));
  iterate ();
  assert_heard ("3 state the pipeline is READY;");
}

END_TEST;

START_TEST (test_buffering_is_told_when_it_begins_and_ends)
{
  post_buffering (10, GST_BUFFERING_STREAM);
  post_buffering (50, GST_BUFFERING_STREAM);
  post_buffering (100, GST_BUFFERING_STREAM);
  post_buffering (100, GST_BUFFERING_STREAM);
  iterate ();
  assert_heard ("not enough;enough;");
}

END_TEST;

START_TEST (test_a_live_source_does_not_buffer)
{
  post_buffering (10, GST_BUFFERING_LIVE);
  iterate ();
  assert_heard ("");
}

END_TEST;

START_TEST (test_latency_and_clock_are_told)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  post (gst_message_new_latency (GST_OBJECT (pipeline)));
  post (gst_message_new_clock_lost (GST_OBJECT (pipeline), clock));
  iterate ();
  assert_heard ("latency;clock;");
}

END_TEST;

START_TEST (test_what_waits_can_be_drained)
{
  post_structure ("room-joined, room=stage");
  publisher_bus_drain (bus);
  assert_heard ("room-joined;");
}

END_TEST;

static gpointer
post_eos (gpointer unused)
{
  post (gst_message_new_eos (GST_OBJECT (pipeline)));
  return NULL;
}

/* Once nothing new is told. */
static gpointer
release_when_closed (gpointer unused)
{
  gsize before;
  do {
    before = heard->len;
    post_structure ("room-disconnected, reason=removed");
  } while (heard->len > before);
  open_latch (released);
  return NULL;
}

START_TEST (test_a_thread_that_is_posting_is_waited_for)
{
  inside = life_latch_new ();
  released = life_latch_new ();
  GThread *poster = g_thread_new ("poster", post_eos, NULL);
  wait_for_latch (inside);
  GThread *releaser = g_thread_new ("releaser", release_when_closed, NULL);
  g_clear_pointer (&bus, publisher_bus_free);
  ck_assert (g_str_has_suffix (heard->str, "eos;"));
  g_thread_join (poster);
  g_thread_join (releaser);
  g_clear_pointer (&inside, life_latch_unref);
  g_clear_pointer (&released, life_latch_unref);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("publisherbus");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_an_error_is_told_at_once_with_its_meaning);
  tcase_add_test (tcase, test_the_end_is_told_at_once);
  tcase_add_test (tcase, test_the_end_of_the_room_is_told_at_once);
  tcase_add_test (tcase, test_leaving_is_no_failure);
  tcase_add_test (tcase, test_messages_of_the_room_are_told_in_the_loop);
  tcase_add_test (tcase, test_messages_of_other_elements_are_not);
  tcase_add_test (tcase, test_warnings_and_infos_are_texts);
  tcase_add_test (tcase, test_only_the_state_of_the_whole_is_told);
  tcase_add_test (tcase, test_buffering_is_told_when_it_begins_and_ends);
  tcase_add_test (tcase, test_a_live_source_does_not_buffer);
  tcase_add_test (tcase, test_latency_and_clock_are_told);
  tcase_add_test (tcase, test_what_waits_can_be_drained);
  tcase_add_test (tcase, test_a_thread_that_is_posting_is_waited_for);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
