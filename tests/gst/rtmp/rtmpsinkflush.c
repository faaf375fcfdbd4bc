/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpsink when it is flushed, against a server of our own in a thread. */

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#include "hostwanted.h"
#include "rtmp/rtmpflvtag.h"
#include "sinkrun.h"

static HostServer *server;
static GstHarness *harness;

static void
begin (const HostServerConfig * config)
{
  server = host_server_new (config);
  g_autofree gchar *url = host_server_dup_url (server);
  g_autofree gchar *line = g_strdup_printf ("rtmpsink sync=false "
      "max-queue-bytes=100000000 location=%s", url);

  harness = gst_harness_new_parse (line);
  gst_harness_set_src_caps_str (harness, "video/x-flv");
}

/* At the end of each test, not behind it: GstCheck first waits for all
 * threads. */
static void
end (void)
{
  g_clear_pointer (&harness, gst_harness_teardown);
  g_clear_pointer (&server, host_server_free);
}

static void
wait_for (HostServerSeen seen, guint64 count)
{
  fail_unless (host_wanted_wait (server, seen, count));
}

/* One tag of video that begins with @head, behind the beginning of a file or
 * not. */
static void
push_tag (gboolean with_header, guint32 time, const gchar * head, gsize size)
{
  RtmpFlvTag tag = {.type = RTMP_MESSAGE_VIDEO,.timestamp = time,.size = size };
  guint8 header[RTMP_FLV_FILE_HEADER], start[RTMP_FLV_TAG_HEADER];
  guint8 trailer[RTMP_FLV_TAG_TRAILER];
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *frame = g_malloc0 (size);

  if (with_header) {
    rtmp_flv_write_file_header (FALSE, TRUE, header);
    g_byte_array_append (bytes, header, sizeof header);
  }
  memcpy (frame, head, 6);
  rtmp_flv_tag_write_header (&tag, start);
  g_byte_array_append (bytes, start, sizeof start);
  g_byte_array_append (bytes, frame, size);
  rtmp_flv_tag_write_trailer (&tag, trailer);
  g_byte_array_append (bytes, trailer, sizeof trailer);
  assert_equals_int (gst_harness_push (harness,
          gst_buffer_new_memdup (bytes->data, bytes->len)), GST_FLOW_OK);
}

static void
push_key_frame (gboolean with_header, guint32 time, gsize size)
{
  push_tag (with_header, time, "\x17\x01\x00\x00\x00\x01", size);
}

/* The configuration of H.264 at the beginning of a file. */
static void
push_configuration (void)
{
  push_tag (TRUE, 0, "\x17\x00\x00\x00\x00\x01", 9);
}

static void
flush (void)
{
  GstSegment segment;

  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
}

/* A muxer begins a new file, or only goes on. */
GST_START_TEST (test_behind_a_flush_a_tag_or_a_file_may_begin)
{
  begin (&(HostServerConfig) {
      0});
  for (guint i = 0; i < 3; i++) {
    push_key_frame (i != 1, 0, 6);
    wait_for (HOST_SERVER_MEDIA, i + 1);
    flush ();
  }
  end ();
}

GST_END_TEST;

/* Also where it is not far back. */
GST_START_TEST (test_times_go_on_behind_a_flush)
{
  begin (&(HostServerConfig) {
      0}
  );
  push_key_frame (TRUE, 500, 6);
  wait_for (HOST_SERVER_MEDIA, 1);
  flush ();
  push_key_frame (FALSE, 0, 6);
  push_key_frame (FALSE, 40, 6);
  wait_for (HOST_SERVER_MEDIA, 3);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_LAST_TIME), 540);
  end ();
}

GST_END_TEST;

/* Then it is another publication. */
GST_START_TEST (test_behind_the_end_as_well)
{
  begin (&(HostServerConfig) {
      0}
  );
  for (guint i = 0; i < 3; i++) {
    push_key_frame (i != 1, 0, 6);
    wait_for (HOST_SERVER_PUBLISHES, i + 1);
    gst_harness_push_event (harness, gst_event_new_eos ());
    assert_equals_uint64 (host_server_count (server, HOST_SERVER_MEDIA), i + 1);
    assert_equals_uint64 (host_server_count (server, HOST_SERVER_ENDS), i + 1);
    flush ();
  }
  end ();
}

GST_END_TEST;

/* A whole publication, then a flush. */
static void
publish_once (void)
{
  push_configuration ();
  push_key_frame (FALSE, 0, 6);
  gst_harness_push_event (harness, gst_event_new_eos ());
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_HEADERS), 1);
  flush ();
}

/* Of the next publication, too, nobody understands a frame without them. */
GST_START_TEST (test_what_goes_on_has_its_headers_again)
{
  begin (&(HostServerConfig) {
      0}
  );
  publish_once ();
  push_key_frame (FALSE, 0, 6);
  push_key_frame (FALSE, 40, 6);
  wait_for (HOST_SERVER_MEDIA, 5);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_PUBLISHES), 2);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_HEADERS), 2);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_what_begins_anew_has_its_own)
{
  begin (&(HostServerConfig) {
      0}
  );
  publish_once ();
  push_key_frame (TRUE, 0, 6);
  push_key_frame (FALSE, 40, 6);
  wait_for (HOST_SERVER_MEDIA, 4);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_PUBLISHES), 2);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_HEADERS), 1);
  end ();
}

GST_END_TEST;

/* They stay, and what follows them goes. */
GST_START_TEST (test_a_flush_leaves_headers_that_were_not_sent)
{
  begin (&(HostServerConfig) {
      .hang = HOST_SERVER_START}
  );
  push_configuration ();
  push_key_frame (FALSE, 0, 6);
  wait_for (HOST_SERVER_WISHES, 1);
  flush ();
  push_key_frame (FALSE, 80, 6);
  host_server_listen (server);
  wait_for (HOST_SERVER_MEDIA, 2);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_HEADERS), 1);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_LAST_TIME), 80);
  end ();
}

GST_END_TEST;

typedef struct
{
  gint begun;                   /* atomic, both */
  gint returned;
} Eos;

static gpointer
push_eos (gpointer user_data)
{
  Eos *eos = user_data;

  gst_harness_push_event (harness, gst_event_new_eos ());
  g_atomic_int_set (&eos->returned, TRUE);
  return NULL;
}

static GstPadProbeReturn
on_event (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Eos *eos = user_data;

  if (GST_EVENT_TYPE (info->data) == GST_EVENT_EOS)
    g_atomic_int_set (&eos->begun, TRUE);
  return GST_PAD_PROBE_OK;
}

static gboolean
has_begun (gpointer user_data)
{
  Eos *eos = user_data;

  return g_atomic_int_get (&eos->begun);
}

/* More than all buffers hold, for a server that reads nothing. */
#define MUCH 400
#define LARGE 100000

GST_START_TEST (test_a_flush_takes_the_end_back)
{
  Eos eos = { 0 };

  begin (&(HostServerConfig) {
      .deaf = TRUE}
  );
  push_key_frame (TRUE, 0, 6);
  wait_for (HOST_SERVER_PUBLISHES, 1);
  for (guint i = 0; i < MUCH; i++)
    push_key_frame (FALSE, 0, LARGE);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (harness->element,
      "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, &eos,
      NULL);
  GThread *thread = g_thread_new ("eos", push_eos, &eos);
  fail_unless (sink_run_wait (has_begun, &eos));
  /* It waits for the server; a flush that comes earlier shows nothing. */
  for (guint i = 0; i < 30; i++)
    g_poll (NULL, 0, 10);
  fail_if (g_atomic_int_get (&eos.returned));
  flush ();
  g_thread_join (thread);
  g_clear_object (&pad);
  push_key_frame (FALSE, 5000, 6);
  host_server_listen (server);
  wait_for (HOST_SERVER_LAST_TIME, 5000);
  push_key_frame (FALSE, 6000, 6);
  wait_for (HOST_SERVER_LAST_TIME, 6000);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_ENDS), 0);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_PUBLISHES), 1);
  end ();
}

GST_END_TEST;

static Suite *
rtmpsinkflush_suite (void)
{
  Suite *suite = suite_create ("rtmpsinkflush");
  TCase *tcase = tcase_create ("rtmpsinkflush");
  tcase_add_test (tcase, test_behind_a_flush_a_tag_or_a_file_may_begin);
  tcase_add_test (tcase, test_times_go_on_behind_a_flush);
  tcase_add_test (tcase, test_behind_the_end_as_well);
  tcase_add_test (tcase, test_what_goes_on_has_its_headers_again);
  tcase_add_test (tcase, test_what_begins_anew_has_its_own);
  tcase_add_test (tcase, test_a_flush_leaves_headers_that_were_not_sent);
  tcase_add_test (tcase, test_a_flush_takes_the_end_back);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpsinkflush);
