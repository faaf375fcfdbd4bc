/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpsink where a server asks it to go elsewhere (Enhanced RTMP v2, "Reconnect
 * Request"), with servers of our own in threads. */

#include <gst/check/gstcheck.h>

#include "hostwanted.h"
#include "sinkrun.h"
#include "stucklistener.h"

/* What a stop may take, and room for a slow machine. */
#define STOP_LIMIT (20 * G_TIME_SPAN_SECOND)
#define FRAME_MS 40
#define SIZE 3000

static SinkRun *run;
static HostServer *here, *there;
static GString *said;           /* of the sink, a word each */
static guint pushed;            /* frames */

static void
end (void)
{
  g_clear_pointer (&run, sink_run_free);
  g_clear_pointer (&here, host_server_free);
  g_clear_pointer (&there, host_server_free);
  if (said != NULL)
    g_string_free (said, TRUE);
  said = NULL;
}

static gchar *
dup_tc_url (HostServer * server)
{
  return g_strdup_printf ("rtmp://127.0.0.1:%u/live",
      host_server_get_port (server));
}

/* Where nobody listens. */
static gchar *
dup_closed_url (void)
{
  StuckListener *listener = stuck_listener_new_mute (NULL, NULL);
  guint16 port = stuck_listener_get_port (listener);

  stuck_listener_free (listener);
  return g_strdup_printf ("rtmp://127.0.0.1:%u/live", port);
}

static void
wait_for (HostServer * server, HostServerSeen seen, guint64 count)
{
  fail_unless (host_wanted_wait (server, seen, count));
}

static void
push_frames (guint number)
{
  sink_run_push_frames (run, number, SIZE);
  pushed += number;
}

static void
push_rest (guint number)
{
  sink_run_push_rest (run, number, SIZE);
  pushed += number;
}

/* One key frame after the other, until that is so: when the sink itself has
 * heard that it can go over nobody tells. */
static gboolean
push_and_look (gpointer user_data)
{
  if (host_wanted_is_seen (user_data))
    return TRUE;
  push_frames (1);
  return FALSE;
}

static void
push_until (HostServer * server, HostServerSeen seen, guint64 count)
{
  HostWanted wanted = { server, seen, count };

  fail_unless (sink_run_wait (push_and_look, &wanted));
}

/* Five frames are there. */
static void
begin (const HostServerConfig * config, const gchar * properties)
{
  here = host_server_new (config);
  g_autofree gchar *url = host_server_dup_url (here);
  run = sink_run_new (url, properties, FALSE);
  pushed = 0;
  sink_run_push_head (run);
  push_frames (5);
  wait_for (here, HOST_SERVER_MEDIA, 8);
}

static void
finish (void)
{
  GstStructure *structure;

  sink_run_push_eos (run);
  fail_unless (sink_run_wait_for_eos (run));
  said = g_string_new (NULL);
  while ((structure = sink_run_pop_said (run)) != NULL) {
    g_string_append_printf (said, "%s%s", said->len > 0 ? " " : "",
        gst_structure_get_name (structure) + strlen ("rtmp-"));
    if (gst_structure_has_field (structure, "reason"))
      g_string_append_printf (said, ":%s",
          gst_structure_get_string (structure, "reason"));
    gst_structure_free (structure);
  }
}

/* Each frame is as it was pushed, and the next one. */
static void
check_frames (HostServer * server, guint * number)
{
  g_autoptr (GPtrArray) media = host_server_dup_media (server);

  for (guint i = 0; i < media->len; i++) {
    const RtmpMessageHead *head = rtmp_message_get_head (media->pdata[i]);
    gsize size;
    const guint8 *data = rtmp_message_get_data (media->pdata[i], &size);
    if (size != SIZE)
      continue;
    assert_equals_int (head->timestamp, *number * FRAME_MS);
    for (gsize at = 5; at < size; at++)
      assert_equals_int (data[at], (guint8) * number);
    (*number)++;
  }
}

/* What came to @server first are headers and a key frame. */
static void
check_begin (HostServer * server)
{
  g_autoptr (GPtrArray) media = host_server_dup_media (server);
  gsize size;

  fail_unless (media->len > 3);
  assert_equals_int (rtmp_message_get_head (media->pdata[0])->type,
      RTMP_MESSAGE_DATA);
  assert_equals_int (rtmp_message_get_data (media->pdata[1], &size)[1], 0);
  assert_equals_int (rtmp_message_get_data (media->pdata[2], &size)[1], 0);
  assert_equals_int (rtmp_message_get_data (media->pdata[3], &size)[0], 0x17);
  for (guint i = 0; i < 3; i++)
    fail_unless (rtmp_message_get_head (media->pdata[i])->timestamp
        <= rtmp_message_get_head (media->pdata[3])->timestamp);
}

static void
check_all (void)
{
  guint number = 0;

  check_frames (here, &number);
  if (there != NULL)
    check_frames (there, &number);
  assert_equals_int (number, pushed);
}

/* Also where nobody wants it to reconnect: it is no failure. */
GST_START_TEST (test_it_goes_over_at_a_key_frame_and_loses_nothing)
{
  there = host_server_new (&(HostServerConfig) {
      0}
  );
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  g_autofree gchar *url = dup_tc_url (there);
  host_server_send_away (here, url);
  wait_for (there, HOST_SERVER_PUBLISHES, 1);
  push_rest (7);
  wait_for (here, HOST_SERVER_MEDIA, 15);
  assert_equals_uint64 (host_server_count (there, HOST_SERVER_MEDIA), 0);
  push_until (here, HOST_SERVER_ENDS, 1);
  push_frames (20);
  assert_equals_uint64 (sink_run_get_number (run, "reconnects"), 1);
  finish ();
  check_begin (there);
  check_all ();
  assert_equals_string (said->str, "connected publishing reconnecting:asked "
      "connected publishing disconnected:moved disconnected:stop");
  end ();
}

GST_END_TEST;

GST_START_TEST (test_a_place_may_be_told_in_part)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  host_server_send_away (here, "/other");
  wait_for (here, HOST_SERVER_PUBLISHES, 2);
  push_until (here, HOST_SERVER_ENDS, 1);
  push_frames (3);
  finish ();
  check_all ();
  g_autofree gchar *application = host_server_dup_application (here);
  assert_equals_string (application, "other");
  end ();
}

GST_END_TEST;

static void
assert_stays (const gchar * reason)
{
  g_autofree gchar *expected = g_strdup_printf ("connected publishing "
      "reconnecting:asked move-failed:%s disconnected:stop", reason);

  push_frames (10);
  finish ();
  check_all ();
  assert_equals_uint64 (host_server_count (here, HOST_SERVER_CONNECTIONS), 1);
  assert_equals_string (said->str, expected);
}

GST_START_TEST (test_it_stays_where_the_new_place_lets_nobody_in)
{
  there = host_server_new (&(HostServerConfig) {
      .refuse_connect = "NetConnection.Connect.Rejected"}
  );
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  g_autofree gchar *url = dup_tc_url (there);
  host_server_send_away (here, url);
  fail_unless (sink_run_wait_for_said (run, "rtmp-move-failed"));
  assert_stays ("refused");
  end ();
}

GST_END_TEST;

GST_START_TEST (test_it_stays_where_there_is_no_new_place)
{
  g_autofree gchar *url = dup_closed_url ();

  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  host_server_send_away (here, url);
  fail_unless (sink_run_wait_for_said (run, "rtmp-move-failed"));
  assert_stays ("unreachable");
  end ();
}

GST_END_TEST;

/* A name that is taken is free when we have gone. */
GST_START_TEST (test_where_only_one_may_publish_it_goes_before_it_comes)
{
  begin (&(HostServerConfig) {
      .exclusive = TRUE}
      , "sync=false");
  host_server_send_away (here, NULL);
  wait_for (here, HOST_SERVER_CLOSED, 1);
  push_rest (5);
  wait_for (here, HOST_SERVER_MEDIA, 13);
  assert_equals_uint64 (host_server_count (here, HOST_SERVER_PUBLISHES), 1);
  push_until (here, HOST_SERVER_PUBLISHES, 2);
  finish ();
  check_all ();
  assert_equals_uint64 (host_server_count (here, HOST_SERVER_PUBLISHES), 2);
  assert_equals_uint64 (host_server_count (here, HOST_SERVER_CONNECTIONS), 3);
  end ();
}

GST_END_TEST;

/* Somebody else has the name there, and back we go. */
GST_START_TEST (test_a_name_that_stays_taken_brings_it_back)
{
  there = host_server_new (&(HostServerConfig) {
      .refuse_stream = "NetStream.Publish.BadName"}
  );
  begin (&(HostServerConfig) {
      0}
      , "sync=false reconnect-delay=10");
  g_autofree gchar *url = dup_tc_url (there);
  host_server_send_away (here, url);
  wait_for (there, HOST_SERVER_CLOSED, 1);
  push_until (here, HOST_SERVER_PUBLISHES, 2);
  finish ();
  check_all ();
  end ();
}

GST_END_TEST;

GST_START_TEST (test_a_server_that_goes_before_the_key_frame_is_followed)
{
  there = host_server_new (&(HostServerConfig) {
      0}
  );
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  g_autofree gchar *url = dup_tc_url (there);
  host_server_send_away (here, url);
  wait_for (there, HOST_SERVER_PUBLISHES, 1);
  host_server_cut (here);
  wait_for (there, HOST_SERVER_MEDIA, 3);
  push_frames (10);
  finish ();
  check_begin (there);
  check_all ();
  assert_equals_string (said->str, "connected publishing reconnecting:asked "
      "connected disconnected:lost publishing disconnected:stop");
  end ();
}

GST_END_TEST;

/* What is dialled then need not answer at once. */
GST_START_TEST (test_and_where_nobody_is_there_it_comes_back)
{
  g_autofree gchar *url = dup_closed_url ();

  begin (&(HostServerConfig) {
      0}
      , "sync=false reconnect-delay=10");
  StuckListener *mute = stuck_listener_new_mute (NULL, NULL);
  g_autofree gchar *mute_url = g_strdup_printf ("rtmp://127.0.0.1:%u/live",
      stuck_listener_get_port (mute));
  host_server_send_away (here, mute_url);
  fail_unless (sink_run_wait_for_said (run, "rtmp-reconnecting"));
  host_server_cut (here);
  fail_unless (sink_run_wait_for_said (run, "rtmp-disconnected"));
  stuck_listener_free (mute);
  wait_for (here, HOST_SERVER_PUBLISHES, 2);
  push_frames (10);
  finish ();
  check_all ();
  end ();
}

GST_END_TEST;

/* Both send us to the other. */
GST_START_TEST (test_servers_cannot_send_us_around_for_ever)
{
  HostServerConfig config = { 0 };
  there = host_server_new (&config);
  g_autofree gchar *url = dup_tc_url (there);

  here = host_server_new (&(HostServerConfig) {
      .send_to = url}
  );
  g_autofree gchar *back = dup_tc_url (here);
  g_autofree gchar *origin = host_server_dup_url (here);
  run = sink_run_new (origin, "sync=false", FALSE);
  pushed = 0;
  sink_run_push_head (run);
  for (guint i = 1; i <= 4; i++) {
    push_until (here, HOST_SERVER_ENDS, i);
    host_server_send_away (there, back);
    push_until (there, HOST_SERVER_ENDS, i);
  }
  push_frames (10);
  finish ();
  assert_equals_uint64 (host_server_count (there, HOST_SERVER_PUBLISHES), 4);
  end ();
}

GST_END_TEST;

static void
assert_stops (void)
{
  gint64 before = g_get_monotonic_time ();

  end ();
  fail_unless (g_get_monotonic_time () - before < STOP_LIMIT);
}

GST_START_TEST (test_it_can_be_stopped_on_its_way)
{
  g_autoptr (StuckListener) full = stuck_listener_new_full ();
  g_autoptr (StuckListener) mute = stuck_listener_new_mute (NULL, NULL);
  guint16 ports[] = { stuck_listener_get_port (full),
    stuck_listener_get_port (mute)
  };

  for (guint i = 0; i < G_N_ELEMENTS (ports); i++) {
    g_autofree gchar *url = g_strdup_printf ("rtmp://127.0.0.1:%u/live",
        ports[i]);
    begin (&(HostServerConfig) {
        0}
        , "sync=false");
    host_server_send_away (here, url);
    fail_unless (sink_run_wait_for_said (run, "rtmp-reconnecting"));
    assert_stops ();
  }
}

GST_END_TEST;

GST_START_TEST (test_it_can_be_stopped_when_it_could_go)
{
  there = host_server_new (&(HostServerConfig) {
      0}
  );
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  g_autofree gchar *url = dup_tc_url (there);
  host_server_send_away (here, url);
  wait_for (there, HOST_SERVER_PUBLISHES, 1);
  assert_stops ();
}

GST_END_TEST;

/* The old one takes nothing, and has a goodbye to hear. */
GST_START_TEST (test_it_can_be_stopped_while_it_parts)
{
  there = host_server_new (&(HostServerConfig) {
      0}
  );
  g_autofree gchar *url = dup_tc_url (there);
  here = host_server_new (&(HostServerConfig) {
      .deaf = TRUE,.send_to = url}
  );
  g_autofree gchar *origin = host_server_dup_url (here);
  run = sink_run_new (origin, "sync=false", FALSE);
  pushed = 0;
  sink_run_push_head (run);
  push_frames (1);
  push_until (there, HOST_SERVER_MEDIA, 4);
  assert_stops ();
}

GST_END_TEST;

/* And the end of the stream waits for it. */
GST_START_TEST (test_an_end_right_behind_loses_nothing)
{
  there = host_server_new (&(HostServerConfig) {
      0}
  );
  g_autofree gchar *url = dup_tc_url (there);
  here = host_server_new (&(HostServerConfig) {
      .deaf = TRUE,.send_to = url}
  );
  g_autofree gchar *origin = host_server_dup_url (here);
  run = sink_run_new (origin, "sync=false", FALSE);
  pushed = 0;
  sink_run_push_head (run);
  push_frames (1);
  wait_for (there, HOST_SERVER_PUBLISHES, 1);
  push_rest (50);
  push_until (there, HOST_SERVER_MEDIA, 4);
  host_server_listen (here);
  finish ();
  check_all ();
  end ();
}

GST_END_TEST;

static Suite *
rtmpsinkmove_suite (void)
{
  Suite *suite = suite_create ("rtmpsinkmove");
  TCase *tcase = tcase_create ("rtmpsinkmove");
  tcase_add_test (tcase, test_it_goes_over_at_a_key_frame_and_loses_nothing);
  tcase_add_test (tcase, test_a_place_may_be_told_in_part);
  tcase_add_test (tcase, test_it_stays_where_the_new_place_lets_nobody_in);
  tcase_add_test (tcase, test_it_stays_where_there_is_no_new_place);
  tcase_add_test (tcase,
      test_where_only_one_may_publish_it_goes_before_it_comes);
  tcase_add_test (tcase, test_a_name_that_stays_taken_brings_it_back);
  tcase_add_test (tcase,
      test_a_server_that_goes_before_the_key_frame_is_followed);
  tcase_add_test (tcase, test_and_where_nobody_is_there_it_comes_back);
  tcase_add_test (tcase, test_servers_cannot_send_us_around_for_ever);
  tcase_add_test (tcase, test_it_can_be_stopped_on_its_way);
  tcase_add_test (tcase, test_it_can_be_stopped_when_it_could_go);
  tcase_add_test (tcase, test_it_can_be_stopped_while_it_parts);
  tcase_add_test (tcase, test_an_end_right_behind_loses_nothing);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpsinkmove);
