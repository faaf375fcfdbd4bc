/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpsrc where a server asks it to go elsewhere (Enhanced RTMP v2, "Reconnect
 * Request"), with servers of our own in threads. */

#include <gst/check/gstcheck.h>

#include "hostserver.h"
#include "rtmp/rtmpflvreader.h"
#include "rtmp/rtmpgrade.h"
#include "stucklistener.h"

#define WAIT_TIME (60 * GST_SECOND)
/* What a stop may take, and room for a slow machine. */
#define STOP_LIMIT (20 * G_TIME_SPAN_SECOND)
#define FRAME_MS 40
/* Frames from one key frame to the next. */
#define GROUP 10
/* Of which none is shown sooner than 2 ms behind the one before. */
#define MANY 15000

static HostServer *here, *there;
static GstElement *pipeline;
static GstBus *bus;

/* Of the streaming thread, under the lock. */
static GMutex lock;
static RtmpFlvReader *reader;
static guint frames, sounds;    /* that came, each the next one */
static guint32 last_time;
static guint wrong, backwards;  /* how many */
static guint disconts;

static void
take_tag (const RtmpFlvTag * tag)
{
  RtmpGrade grade;
  gsize size;
  const guint8 *data = g_bytes_get_data (tag->data, &size);

  rtmp_grade_read (&grade, tag->type, data, size);
  if (!rtmp_grade_is_media (&grade))
    return;
  guint number = data[size - 2] << 8 | data[size - 1];
  guint *counter = tag->type == RTMP_MESSAGE_VIDEO ? &frames : &sounds;
  wrong += number != *counter || tag->timestamp != number * FRAME_MS;
  (*counter)++;
  backwards += tag->timestamp < last_time;
  last_time = tag->timestamp;
}

static GstPadProbeReturn
on_buffer (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_auto (RtmpFlvTag) tag = { 0 };
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  g_autoptr (GBytes) bytes = g_bytes_new (map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  g_mutex_lock (&lock);
  disconts += GST_BUFFER_IS_DISCONT (buffer);
  rtmp_flv_reader_feed (reader, bytes);
  while (rtmp_flv_reader_take (reader, &tag, NULL)) {
    take_tag (&tag);
    rtmp_flv_tag_clear (&tag);
  }
  g_mutex_unlock (&lock);
  return GST_PAD_PROBE_OK;
}

static guint
get (const guint * counter)
{
  g_mutex_lock (&lock);
  guint number = *counter;
  g_mutex_unlock (&lock);
  return number;
}

static void
end_pipeline (void)
{
  if (pipeline != NULL)
    gst_element_set_state (pipeline, GST_STATE_NULL);
  g_clear_object (&bus);
  g_clear_object (&pipeline);
  g_clear_pointer (&reader, rtmp_flv_reader_free);
}

static void
end (void)
{
  end_pipeline ();
  g_clear_pointer (&here, host_server_free);
  g_clear_pointer (&there, host_server_free);
}

static void
wait_for (HostServer * server, HostServerSeen seen, guint64 count)
{
  gint64 last = g_get_monotonic_time () + WAIT_TIME / 1000;

  while (host_server_count (server, seen) < count
      && g_get_monotonic_time () < last)
    g_poll (NULL, 0, 2);
  fail_unless (host_server_count (server, seen) >= count);
}

static void
wait_until (const guint * counter, guint count)
{
  gint64 last = g_get_monotonic_time () + WAIT_TIME / 1000;

  while (get (counter) < count && g_get_monotonic_time () < last)
    g_poll (NULL, 0, 2);
  fail_unless (get (counter) >= count, "%u of %u", get (counter), count);
}

static void
wait_for_said (const gchar * name)
{
  gboolean found = FALSE;

  while (!found) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        WAIT_TIME, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
    fail_unless (message != NULL);
    assert_equals_string (GST_MESSAGE_TYPE_NAME (message), "element");
    found = gst_message_has_name (message, name);
  }
}

static RtmpMessage *
new_message (guint type, guint32 time, const gchar * head, gsize size,
    guint number)
{
  RtmpMessageHead message = {.type = type,.timestamp = time };
  guint8 data[16] = { 0 };

  memcpy (data, head, size);
  data[size] = number >> 8;
  data[size + 1] = number;
  return rtmp_message_new_copy (&message, data, size + 2);
}

static void
show_head (HostServer * server)
{
  host_server_show (server, new_message (RTMP_MESSAGE_VIDEO, 0,
          "\x17\x00\x00\x00\x00\x01\x64\x00", 8, 0));
  host_server_show (server, new_message (RTMP_MESSAGE_AUDIO, 0, "\xaf\x00", 2,
          0x1190));
}

static void
show_sound (HostServer * server, guint number, guint32 later)
{
  host_server_show (server, new_message (RTMP_MESSAGE_AUDIO,
          number * FRAME_MS + later, "\xaf\x01", 2, number));
}

/* A frame, and a sound that is as old. */
static void
show (HostServer * server, guint number, guint32 later)
{
  guint32 time = number * FRAME_MS + later;

  host_server_show (server, new_message (RTMP_MESSAGE_VIDEO, time,
          number % GROUP == 0 ? "\x17\x01\x00\x00\x00"
          : "\x27\x01\x00\x00\x00", 5, number));
  show_sound (server, number, later);
}

/* It plays, and has half a group. */
static void
begin (const gchar * properties)
{
  g_autoptr (GError) error = NULL;

  here = host_server_new (&(HostServerConfig) {
      0});
  g_autofree gchar *url = host_server_dup_url (here);
  g_autofree gchar *line = g_strdup_printf ("rtmpsrc name=src location=%s %s "
      "! fakesink name=sink sync=false", url, properties);
  reader = rtmp_flv_reader_new ();
  frames = sounds = disconts = wrong = backwards = 0;
  last_time = 0;
  pipeline = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  bus = gst_element_get_bus (pipeline);
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, NULL, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  wait_for (here, HOST_SERVER_PLAYS, 1);
  show_head (here);
  for (guint i = 0; i < GROUP / 2; i++)
    show (here, i, 0);
  wait_until (&sounds, GROUP / 2);
}

static void
send_away (void)
{
  g_autofree gchar *url = g_strdup_printf ("rtmp://127.0.0.1:%u/live",
      host_server_get_port (there));

  host_server_send_away (here, url);
  wait_for (there, HOST_SERVER_PLAYS, 1);
  show_head (there);
}

/* Both show the same, one of them some frames ahead. */
static void
move (gint ahead)
{
  guint number = GROUP / 2;

  there = host_server_new (&(HostServerConfig) {
      0});
  begin ("");
  send_away ();
  while (host_server_count (here, HOST_SERVER_CLOSED) == 0 && number < MANY) {
    show (here, number, 0);
    if ((gint) number + ahead >= 0)
      show (there, number + ahead, 0);
    number++;
    g_poll (NULL, 0, 2);
  }
  fail_unless (number < MANY);
  for (guint i = 0; i < GROUP; i++)
    show (there, number++ + ahead, 0);
  wait_until (&frames, number + ahead);
  wait_until (&sounds, number + ahead);
  assert_equals_int (get (&wrong), 0);
  assert_equals_int (get (&backwards), 0);
  assert_equals_int (get (&disconts), 2);
  wait_for_said ("rtmp-reconnecting");
  wait_for_said ("rtmp-connected");
  wait_for_said ("rtmp-playing");
  wait_for_said ("rtmp-disconnected");
  end ();
}

GST_START_TEST (test_nothing_is_lost_or_doubled_where_both_are_as_far)
{
  move (0);
}

GST_END_TEST;

GST_START_TEST (test_nothing_is_lost_or_doubled_where_the_new_one_is_ahead)
{
  move (4);
}

GST_END_TEST;

GST_START_TEST (test_nothing_is_lost_or_doubled_where_it_is_behind)
{
  move (-4);
}

GST_END_TEST;

/* It counts from somewhere else: there is no telling, but times go on. */
GST_START_TEST (test_other_times_go_on_where_the_old_ones_were)
{
  there = host_server_new (&(HostServerConfig) {
      0}
  );
  begin ("");
  send_away ();
  for (guint i = GROUP; i < 2 * GROUP; i++)
    show (there, i, 1000000);
  wait_until (&frames, GROUP / 2 + GROUP);
  assert_equals_int (get (&backwards), 0);
  assert_equals_int (get (&disconts), 2);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_it_stays_where_the_new_place_lets_nobody_in)
{
  there = host_server_new (&(HostServerConfig) {
      .refuse_stream = "NetStream.Play.StreamNotFound"}
  );
  begin ("");
  g_autofree gchar *url = g_strdup_printf ("rtmp://127.0.0.1:%u/live",
      host_server_get_port (there));
  host_server_send_away (here, url);
  wait_for_said ("rtmp-move-failed");
  for (guint i = GROUP / 2; i < 3 * GROUP; i++)
    show (here, i, 0);
  wait_until (&sounds, 3 * GROUP);
  assert_equals_int (get (&wrong), 0);
  assert_equals_int (get (&disconts), 1);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_whom_to_trust_there_has_to_be_known)
{
  begin ("ssl-ca-file=/no/such/file");
  host_server_send_away (here, "rtmps://127.0.0.1:1/live");
  wait_for_said ("rtmp-reconnecting");
  wait_for_said ("rtmp-move-failed");
  for (guint i = GROUP / 2; i < GROUP; i++)
    show (here, i, 0);
  wait_until (&sounds, GROUP);
  end ();
}

GST_END_TEST;

/* Who publishes was sent away too: that is no end. */
GST_START_TEST (test_an_end_on_the_way_is_none)
{
  there = host_server_new (&(HostServerConfig) {
      0}
  );
  begin ("");
  send_away ();
  host_server_end_plays (here);
  wait_for_said ("rtmp-reconnecting");
  wait_for_said ("rtmp-disconnected");
  wait_for_said ("rtmp-playing");
  for (guint i = GROUP / 2; i < 2 * GROUP; i++)
    show (there, i, 0);
  wait_until (&frames, 2 * GROUP - GROUP / 2);
  assert_equals_int (get (&backwards), 0);
  host_server_end_plays (there);
  g_autoptr (GstMessage) eos = gst_bus_timed_pop_filtered (bus, WAIT_TIME,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  assert_equals_string (GST_MESSAGE_TYPE_NAME (eos), "eos");
  end ();
}

GST_END_TEST;

/* There is nobody, and the user wants no reconnecting. */
GST_START_TEST (test_a_server_that_goes_early_is_followed)
{
  there = host_server_new (&(HostServerConfig) {
      0}
  );
  begin ("");
  send_away ();
  host_server_cut (here);
  wait_for_said ("rtmp-playing");
  for (guint i = GROUP; i < 2 * GROUP; i++)
    show (there, i, 0);
  wait_until (&frames, GROUP / 2 + GROUP);
  assert_equals_int (get (&backwards), 0);
  end ();
}

GST_END_TEST;

/* Nothing need come behind it. */
GST_START_TEST (test_what_waits_at_the_new_one_comes_when_the_old_one_goes)
{
  there = host_server_new (&(HostServerConfig) {
      0}
  );
  begin ("");
  send_away ();
  for (guint i = GROUP; i < 2 * GROUP; i++)
    show (there, i, 0);
  /* So that it has come, mostly: else it comes behind. */
  show_sound (here, GROUP / 2, 0);
  wait_until (&sounds, GROUP / 2 + 1);
  host_server_cut (here);
  wait_until (&frames, GROUP / 2 + GROUP);
  assert_equals_int (get (&backwards), 0);
  end ();
}

GST_END_TEST;

/* Nothing can be begun with where there were pictures, until it is clear that
 * there are none any more. */
GST_START_TEST (test_where_pictures_have_stopped_sound_goes_on)
{
  guint number = GROUP / 2;

  there = host_server_new (&(HostServerConfig) {
      0}
  );
  begin ("");
  send_away ();
  host_server_cut (here);
  while (get (&sounds) == GROUP / 2 && number < MANY) {
    show_sound (there, number++, 0);
    g_poll (NULL, 0, 20);
  }
  fail_unless (number < MANY);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_it_can_be_stopped_at_any_time)
{
  g_autoptr (StuckListener) mute = stuck_listener_new_mute (NULL, NULL);

  for (guint i = 0; i < 2; i++) {
    there = host_server_new (&(HostServerConfig) {
        0}
    );
    begin ("");
    if (i == 0) {
      g_autofree gchar *url = g_strdup_printf ("rtmp://127.0.0.1:%u/live",
          stuck_listener_get_port (mute));
      host_server_send_away (here, url);
      wait_for_said ("rtmp-reconnecting");
    } else {
      send_away ();
      show (there, GROUP, 0);
    }
    gint64 before = g_get_monotonic_time ();
    end_pipeline ();
    fail_unless (g_get_monotonic_time () - before < STOP_LIMIT);
    end ();
  }
}

GST_END_TEST;

static Suite *
rtmpsrcmove_suite (void)
{
  Suite *suite = suite_create ("rtmpsrcmove");
  TCase *tcase = tcase_create ("rtmpsrcmove");
  tcase_add_test (tcase, test_nothing_is_lost_or_doubled_where_both_are_as_far);
  tcase_add_test (tcase,
      test_nothing_is_lost_or_doubled_where_the_new_one_is_ahead);
  tcase_add_test (tcase, test_nothing_is_lost_or_doubled_where_it_is_behind);
  tcase_add_test (tcase, test_other_times_go_on_where_the_old_ones_were);
  tcase_add_test (tcase, test_it_stays_where_the_new_place_lets_nobody_in);
  tcase_add_test (tcase, test_whom_to_trust_there_has_to_be_known);
  tcase_add_test (tcase, test_an_end_on_the_way_is_none);
  tcase_add_test (tcase, test_a_server_that_goes_early_is_followed);
  tcase_add_test (tcase,
      test_what_waits_at_the_new_one_comes_when_the_old_one_goes);
  tcase_add_test (tcase, test_where_pictures_have_stopped_sound_goes_on);
  tcase_add_test (tcase, test_it_can_be_stopped_at_any_time);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpsrcmove);
