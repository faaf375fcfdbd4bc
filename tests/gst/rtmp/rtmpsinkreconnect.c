/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What rtmpsink says again, and from where on it goes on, after its connection
 * was lost: message by message, as the server got it. */
#include <gst/check/gstcheck.h>

#include "hostwanted.h"
#include "rtmp/rtmpmessage.h"
#include "sinkrun.h"

#define FRAME_MS 40

static SinkRun *run;
static HostServer *server;

static void
end (void)
{
  g_clear_pointer (&run, sink_run_free);
  g_clear_pointer (&server, host_server_free);
}

static void
begin (const gchar * properties, gboolean live)
{
  server = host_server_new (&(HostServerConfig) {
      0}
  );
  g_autofree gchar *url = host_server_dup_url (server);
  run = sink_run_new (url, properties, live);
}

static void
wait_for (HostServerSeen seen, guint64 count)
{
  fail_unless (host_wanted_wait (server, seen, count));
}

static void
assert_head (const RtmpMessage * message, guint8 type, guint8 head, guint8 kind)
{
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);

  assert_equals_int (rtmp_message_get_head (message)->type, type);
  fail_unless (size >= 2);
  assert_equals_int (data[0], head);
  assert_equals_int (data[1], kind);
}

static guint32
get_time (GPtrArray * media, guint index)
{
  return rtmp_message_get_head (media->pdata[index])->timestamp;
}

/* From message @index on: what has to be known first, then a key frame, and
 * times that go on, each later than the last. Returns that of the key frame. */
static guint32
assert_begun_anew (guint index)
{
  g_autoptr (GPtrArray) media = host_server_dup_media (server);

  fail_unless (media->len > index + 3);
  assert_head (media->pdata[index], RTMP_MESSAGE_DATA, 2, 0);
  assert_head (media->pdata[index + 1], RTMP_MESSAGE_VIDEO, 0x17, 0);
  assert_head (media->pdata[index + 2], RTMP_MESSAGE_AUDIO, 0xaf, 0);
  assert_head (media->pdata[index + 3], RTMP_MESSAGE_VIDEO, 0x17, 1);
  fail_unless (get_time (media, index + 3) > get_time (media, index - 1));
  for (guint i = index + 4; i < media->len; i++)
    fail_unless (get_time (media, i) > get_time (media, i - 1), "%u", i);
  return get_time (media, index + 3);
}

GST_START_TEST (test_it_goes_on_with_its_headers_and_a_key_frame)
{
  begin ("sync=false reconnect=lost reconnect-delay=10", FALSE);
  sink_run_push_head (run);
  sink_run_push_frames (run, 5, 1000);
  wait_for (HOST_SERVER_MEDIA, 8);
  host_server_cut (server);
  wait_for (HOST_SERVER_PUBLISHES, 2);
  /* Of which nobody can make a picture any more. */
  sink_run_push_rest (run, 3, 1000);
  sink_run_push_frames (run, 10, 1000);
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_for_eos (run));
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_MEDIA),
      8 + 3 + 10);
  assert_equals_int (assert_begun_anew (8), (5 + 3) * FRAME_MS);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_LAST_TIME),
      (5 + 3 + 9) * FRAME_MS);
  assert_equals_uint64 (sink_run_get_number (run, "reconnects"), 1);
  end ();
}

GST_END_TEST;

/* It waits meanwhile, and is all sent: from the first key frame on. */
GST_START_TEST (test_what_is_not_live_waits_for_the_outage_to_end)
{
  begin ("sync=false reconnect=lost reconnect-delay=300", FALSE);
  sink_run_push_head (run);
  sink_run_push_frames (run, 5, 1000);
  wait_for (HOST_SERVER_MEDIA, 8);
  host_server_cut (server);
  fail_unless (sink_run_wait_until_lost (run));
  sink_run_push_rest (run, 3, 1000);
  sink_run_push_frames (run, 20, 1000);
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_for_eos (run));
  assert_equals_int (assert_begun_anew (8), (5 + 3) * FRAME_MS);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_MEDIA),
      8 + 3 + 20);
  end ();
}

GST_END_TEST;

static gboolean
goes_on (gpointer user_data)
{
  guint *pushed = user_data;

  sink_run_push_rest (run, 1, 1000);
  (*pushed)++;
  return host_server_count (server, HOST_SERVER_PUBLISHES) == 2;
}

/* It does not wait: what is too old when there is a server again is gone. */
GST_START_TEST (test_what_is_live_is_dropped_in_an_outage)
{
  guint pushed = 0;

  begin ("sync=false reconnect=lost reconnect-delay=600 "
      "max-queue-time=50000000", TRUE);
  sink_run_push_head (run);
  sink_run_push_frames (run, 5, 1000);
  wait_for (HOST_SERVER_MEDIA, 8);
  host_server_cut (server);
  fail_unless (sink_run_wait_until_lost (run));
  fail_unless (sink_run_wait (goes_on, &pushed));
  fail_unless (sink_run_wait_until_taken (run));
  fail_unless (sink_run_get_number (run, "dropped-messages") > 0);
  sink_run_push_frames (run, 10, 1000);
  wait_for (HOST_SERVER_MEDIA, 8 + 3 + 10);
  assert_equals_int (assert_begun_anew (8), (5 + pushed) * FRAME_MS);
  end ();
}

GST_END_TEST;

static Suite *
rtmpsinkreconnect_suite (void)
{
  Suite *suite = suite_create ("rtmpsinkreconnect");
  TCase *tcase = tcase_create ("rtmpsinkreconnect");
  tcase_add_test (tcase, test_it_goes_on_with_its_headers_and_a_key_frame);
  tcase_add_test (tcase, test_what_is_not_live_waits_for_the_outage_to_end);
  tcase_add_test (tcase, test_what_is_live_is_dropped_in_an_outage);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpsinkreconnect);
