/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomCodec: the table, and what real encoders, demuxers and payloaders make of
 * it. */
#include "roomcodec.h"

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/rtp/gstrtpbuffer.h>
#include <string.h>

#define TWCC_FIELD "extmap-3"

static GstCaps *
caps_of (const gchar * text)
{
  GstCaps *caps = gst_caps_from_string (text);

  fail_unless (caps != NULL, "%s", text);
  return caps;
}

static const RoomCodec *
find (const gchar * text)
{
  g_autoptr (GstCaps) caps = caps_of (text);

  return room_codec_find (caps);
}

GST_START_TEST (payload_types_are_unique)
{
  gboolean taken[128] = { FALSE };

  for (guint i = 0; room_codec_get (i) != NULL; i++) {
    const RoomCodec *codec = room_codec_get (i);

    fail_if (taken[codec->pt], "%s", codec->name);
    taken[codec->pt] = TRUE;
    if (!codec->video)
      continue;
    fail_unless_equals_int (codec->rtx_pt, codec->pt + 1);
    fail_if (taken[codec->rtx_pt], "%s", codec->name);
    taken[codec->rtx_pt] = TRUE;
  }
}

GST_END_TEST;

GST_START_TEST (codecs_are_found_by_caps_and_name)
{
  for (guint i = 0; room_codec_get (i) != NULL; i++) {
    const RoomCodec *codec = room_codec_get (i);

    fail_unless (find (codec->media_type) == codec);
    fail_unless (room_codec_find_name (codec->name) == codec);
  }
  fail_unless (room_codec_find_name ("OPUS") == find ("audio/x-opus"));
}

GST_END_TEST;

GST_START_TEST (other_caps_are_no_codec)
{
  fail_unless (find ("video/x-raw") == NULL);
  fail_unless (find ("audio/mpeg, mpegversion = 4") == NULL);
  fail_unless (find ("ANY") == NULL);
  fail_unless (find ("EMPTY") == NULL);
  fail_unless (room_codec_find (NULL) == NULL);
  fail_unless (room_codec_find_name ("rtx") == NULL);
}

GST_END_TEST;

static void
wait_for_eos (GstBus * bus, const gchar * launch)
{
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      30 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  fail_unless (message != NULL, "%s does not end", launch);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, &debug);
  fail_unless (error == NULL, "%s: %s %s", launch, error->message, debug);
}

/* Runs @launch, which ends in "fakesink name=sink", to its end; gives the caps
 * that came to the sink. */
static GstCaps *
run (const gchar * launch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (launch, &error);
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstBus) bus = NULL;
  GstCaps *caps;

  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  bus = gst_element_get_bus (pipeline);
  wait_for_eos (bus, launch);

  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  pad = gst_element_get_static_pad (sink, "sink");
  caps = gst_pad_get_current_caps (pad);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return caps;
}

/* All that a payloader sent. */
typedef struct
{
  GstCaps *caps;
  GPtrArray *packets;
} Sent;

static void
sent_clear (Sent * self)
{
  g_clear_pointer (&self->caps, gst_caps_unref);
  g_clear_pointer (&self->packets, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sent, sent_clear);

static void
on_handoff (GstElement * sink, GstBuffer * buffer, GstPad * pad, Sent * sent)
{
  if (sent->caps == NULL)
    sent->caps = gst_pad_get_current_caps (pad);
  g_ptr_array_add (sent->packets, gst_buffer_ref (buffer));
}

static GstElement *
make (GstElement * (*factory) (const RoomCodec *, GError **),
    const RoomCodec * codec)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = factory (codec, &error);

  fail_unless (element != NULL, "%s", error ? error->message : "");
  return element;
}

/* A bin of @source with the pad "src". A demuxer has its pad later: identity
 * has one from the start. */
static GstElement *
make_source (const gchar * source)
{
  g_autofree gchar *launch = g_strconcat (source, " ! identity name=end", NULL);
  g_autoptr (GError) error = NULL;
  GstElement *bin = gst_parse_bin_from_description (launch, FALSE, &error);
  g_autoptr (GstElement) end = NULL;
  g_autoptr (GstPad) pad = NULL;

  g_assert_no_error (error);
  end = gst_bin_get_by_name (GST_BIN (bin), "end");
  pad = gst_element_get_static_pad (end, "src");
  gst_element_add_pad (bin, gst_ghost_pad_new ("src", pad));
  return bin;
}

/* @source, then what the table says, to the end of the stream. @probe sees all
 * buffers between the two, when given. */
static Sent
send (const gchar * source, const gchar * codec_name, GstPadProbeCallback probe)
{
  const RoomCodec *codec = room_codec_find_name (codec_name);
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  GstElement *bin = make_source (source);
  GstElement *payloader = make (room_codec_make_payloader, codec);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  Sent sent = { NULL, g_ptr_array_new_with_free_func ((GDestroyNotify)
        gst_buffer_unref)
  };

  pad = gst_element_get_static_pad (bin, "src");
  if (probe != NULL)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, probe, NULL, NULL);
  g_object_set (sink, "signal-handoffs", TRUE, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (on_handoff), &sent);

  gst_bin_add_many (GST_BIN (pipeline), bin, payloader, sink, NULL);
  if (codec->parser != NULL) {
    GstElement *parser = make (room_codec_make_parser, codec);

    gst_bin_add (GST_BIN (pipeline), parser);
    fail_unless (gst_element_link_many (bin, parser, payloader, sink, NULL));
  } else {
    fail_unless (gst_element_link_many (bin, payloader, sink, NULL));
  }

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  wait_for_eos (bus, source);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless (sent.caps != NULL);
  return sent;
}

static void
assert_sends (const gchar * source, const gchar * codec_name)
{
  const RoomCodec *codec = room_codec_find_name (codec_name);
  g_auto (Sent) sent = send (source, codec_name, NULL);
  const GstStructure *structure = gst_caps_get_structure (sent.caps, 0);
  gint pt = -1;

  gst_structure_get_int (structure, "payload", &pt);
  fail_unless_equals_int (pt, codec->pt);
  fail_unless (g_ascii_strcasecmp (gst_structure_get_string (structure,
              "encoding-name"), codec->name) == 0);
  fail_unless_equals_int (gst_structure_has_field (structure, TWCC_FIELD),
      codec->video);
  for (guint i = 0; i < sent.packets->len; i++)
    /* 1200 and the header extension. */
    fail_unless (gst_buffer_get_size (sent.packets->pdata[i]) <= 1208);
}

#define SMALL "videotestsrc num-buffers=5 ! video/x-raw,format=I420 ! "

GST_START_TEST (payloaders_send_what_the_table_says)
{
  assert_sends (SMALL "x264enc", "H264");
  assert_sends (SMALL "vp8enc", "VP8");
  assert_sends (SMALL "vp9enc", "VP9");
  assert_sends (SMALL "x265enc", "H265");
  assert_sends ("audiotestsrc num-buffers=5 ! opusenc", "opus");
  assert_sends ("audiotestsrc num-buffers=5 ! mulawenc", "PCMU");
  assert_sends ("audiotestsrc num-buffers=5 ! alawenc", "PCMA");
}

GST_END_TEST;

/* Muxes, then demuxes and payloads: as a file played into the room. */
static void
assert_file (const gchar * encoder, const gchar * muxer, const gchar * demuxer,
    const gchar * codec_name)
{
  g_autofree gchar *path = NULL;
  g_autofree gchar *write = NULL;
  g_autofree gchar *read = NULL;
  g_autoptr (GError) error = NULL;
  gint fd = g_file_open_tmp ("roomcodec-XXXXXX", &path, &error);
  GstCaps *none;

  g_assert_no_error (error);
  g_close (fd, NULL);
  write = g_strdup_printf ("%s ! %s ! filesink name=sink location=%s", encoder,
      muxer, path);
  none = run (write);
  gst_clear_caps (&none);

  read = g_strdup_printf ("filesrc location=%s ! %s", path, demuxer);
  assert_sends (read, codec_name);
  g_unlink (path);
}

GST_START_TEST (files_are_sent)
{
  assert_file (SMALL "x264enc ! h264parse", "mp4mux", "qtdemux", "H264");
  assert_file (SMALL "x264enc ! h264parse", "matroskamux", "matroskademux",
      "H264");
  assert_file (SMALL "x264enc ! h264parse", "mpegtsmux", "tsdemux", "H264");
  assert_file (SMALL "x265enc ! h265parse", "mp4mux", "qtdemux", "H265");
  assert_file (SMALL "x265enc ! h265parse ! "
      "video/x-h265,stream-format=hev1", "mp4mux", "qtdemux", "H265");
  assert_file (SMALL "vp8enc", "webmmux", "matroskademux", "VP8");
  assert_file (SMALL "vp9enc", "webmmux", "matroskademux", "VP9");
  assert_file ("audiotestsrc num-buffers=5 ! opusenc", "oggmux", "oggdemux",
      "opus");
  assert_file ("audiotestsrc num-buffers=5 ! opusenc", "mp4mux", "qtdemux",
      "opus");
}

GST_END_TEST;

GST_START_TEST (depayloaded_streams_are_sent)
{
  assert_sends (SMALL "x264enc ! rtph264pay ! rtph264depay", "H264");
  assert_sends (SMALL "x264enc ! rtph264pay ! rtph264depay ! "
      "video/x-h264,stream-format=byte-stream,alignment=nal", "H264");
  assert_sends ("audiotestsrc num-buffers=5 ! opusenc ! rtpopuspay ! "
      "rtpopusdepay", "opus");
}

GST_END_TEST;

static guint32
read_be (const guint8 * data, guint bytes)
{
  guint32 number = 0;

  for (guint i = 0; i < bytes; i++)
    number = number << 8 | data[i];
  return number;
}

/* Counts the H.264 units of @type (RFC 6184: single, STAP-A, first FU-A). */
static guint
count_units (const Sent * sent, guint8 type)
{
  guint count = 0;

  for (guint i = 0; i < sent->packets->len; i++) {
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
    const guint8 *data;
    guint length;

    fail_unless (gst_rtp_buffer_map (sent->packets->pdata[i], GST_MAP_READ,
            &rtp));
    data = gst_rtp_buffer_get_payload (&rtp);
    length = gst_rtp_buffer_get_payload_len (&rtp);
    if ((data[0] & 0x1f) == 24) {
      for (guint at = 1; at + 2 < length; at += 2 + read_be (data + at, 2))
        count += (data[at + 2] & 0x1f) == type;
    } else if ((data[0] & 0x1f) == 28) {
      count += (data[1] & 0x80) != 0 && (data[1] & 0x1f) == type;
    } else {
      count += (data[0] & 0x1f) == type;
    }
    gst_rtp_buffer_unmap (&rtp);
  }
  return count;
}

/* Takes the parameter sets out of an avc stream: they stand in its caps only,
 * as in most files. */
static GstPadProbeReturn
strip_parameter_sets (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstBuffer *stripped = gst_buffer_new ();
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize at = 0; at + 4 < map.size;) {
    gsize length = 4 + read_be (map.data + at, 4);
    guint8 type = map.data[at + 4] & 0x1f;

    if (type != 7 && type != 8 && type != 9)
      stripped = gst_buffer_append (stripped, gst_buffer_new_memdup (map.data
              + at, length));
    at += length;
  }
  gst_buffer_unmap (buffer, &map);
  gst_buffer_copy_into (stripped, buffer, GST_BUFFER_COPY_METADATA, 0, -1);
  gst_buffer_unref (buffer);
  GST_PAD_PROBE_INFO_DATA (info) = stripped;
  return GST_PAD_PROBE_OK;
}

#define THREE_KEYS "videotestsrc num-buffers=30 ! video/x-raw,format=I420 ! " \
    "x264enc key-int-max=10 ! video/x-h264,stream-format="

static void
assert_parameter_sets (const Sent * sent)
{
  fail_unless_equals_int (count_units (sent, 5), 3);
  fail_unless_equals_int (count_units (sent, 7), 3);
  fail_unless_equals_int (count_units (sent, 8), 3);
}

GST_START_TEST (parameter_sets_come_once_with_each_key_frame)
{
  g_auto (Sent) bytes = send (THREE_KEYS "byte-stream", "H264", NULL);
  g_auto (Sent) avc = send (THREE_KEYS "avc", "H264", NULL);

  assert_parameter_sets (&bytes);
  assert_parameter_sets (&avc);
}

GST_END_TEST;

GST_START_TEST (parameter_sets_come_from_the_caps_too)
{
  g_auto (Sent) sent = send (THREE_KEYS "avc", "H264", strip_parameter_sets);

  assert_parameter_sets (&sent);
}

GST_END_TEST;

static GstHarness *
harness_new (const gchar * codec_name, const gchar * caps)
{
  g_autoptr (GstElement) payloader = gst_object_ref_sink (make
      (room_codec_make_payloader, room_codec_find_name (codec_name)));
  GstHarness *harness = gst_harness_new_with_element (payloader, "sink", "src");

  gst_harness_set_src_caps_str (harness, caps);
  return harness;
}

static guint32
pull_rtp_time (GstHarness * harness)
{
  g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  guint32 time;

  fail_unless (gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp));
  time = gst_rtp_buffer_get_timestamp (&rtp);
  gst_rtp_buffer_unmap (&rtp);
  return time;
}

static GstBuffer *
block (gsize size, GstClockTime pts, guint64 offset)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_memset (buffer, 0, 0xff, size);
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_OFFSET (buffer) = offset;
  return buffer;
}

GST_START_TEST (gap_in_the_input_is_a_gap_in_rtp_time)
{
  GstHarness *harness = harness_new ("PCMU",
      "audio/x-mulaw, rate = 8000, channels = 1");
  guint32 start;

  gst_harness_push (harness, block (160, 0, 0));
  gst_harness_push (harness, block (160, 1 * GST_SECOND, 160));
  start = pull_rtp_time (harness);
  fail_unless_equals_int (pull_rtp_time (harness) - start, 8000);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (long_pcm_blocks_become_short_packets)
{
  GstHarness *harness = harness_new ("PCMA",
      "audio/x-alaw, rate = 8000, channels = 1");

  gst_harness_push (harness, block (8000, 0, 0));
  fail_unless_equals_int (gst_harness_buffers_received (harness), 50);
  gst_harness_teardown (harness);
}

GST_END_TEST;

static gboolean
needs_parser (const gchar * text)
{
  g_autoptr (GstCaps) caps = caps_of (text);

  return room_codec_needs_parser (room_codec_find (caps), caps);
}

GST_START_TEST (opus_is_completed_only_when_its_caps_are_bare)
{
  fail_if (needs_parser ("audio/x-opus, channels = 2, "
          "channel-mapping-family = 0"));
  fail_unless (needs_parser ("audio/x-opus"));
  fail_unless (needs_parser ("audio/x-opus, channels = 2"));
  fail_if (needs_parser ("audio/x-opus, channel-mapping-family = 0"));
  fail_unless (needs_parser ("video/x-h264"));
  fail_if (needs_parser ("video/x-vp8"));
  fail_if (needs_parser ("audio/x-mulaw"));
}

GST_END_TEST;

GST_START_TEST (bare_opus_is_sent)
{
  assert_sends ("audiotestsrc num-buffers=5 ! opusenc ! "
      "capssetter replace=true join=false caps=audio/x-opus", "opus");
}

GST_END_TEST;

GST_START_TEST (missing_element_is_named)
{
  static const RoomCodec none = { "X", "video/X", TRUE, "video/x-x",
    "nosuchparse", "nosuchpay", 96, 97, 90000, 0, NULL
  };
  g_autoptr (GError) error = NULL;

  fail_if (room_codec_is_available (&none));
  fail_unless (room_codec_make_payloader (&none, &error) == NULL);
  fail_unless (g_error_matches (error, GST_CORE_ERROR,
          GST_CORE_ERROR_MISSING_PLUGIN));
  fail_unless (strstr (error->message, "nosuchpay") != NULL);
  g_clear_error (&error);
  fail_unless (room_codec_make_parser (&none, &error) == NULL);
  fail_unless (strstr (error->message, "nosuchparse") != NULL);
}

GST_END_TEST;

static Suite *
roomcodec_suite (void)
{
  Suite *suite = suite_create ("roomcodec");
  TCase *table = tcase_create ("table");
  TCase *elements = tcase_create ("elements");

  suite_add_tcase (suite, table);
  tcase_add_test (table, payload_types_are_unique);
  tcase_add_test (table, codecs_are_found_by_caps_and_name);
  tcase_add_test (table, other_caps_are_no_codec);
  tcase_add_test (table, opus_is_completed_only_when_its_caps_are_bare);
  tcase_add_test (table, missing_element_is_named);

  suite_add_tcase (suite, elements);
  tcase_add_test (elements, payloaders_send_what_the_table_says);
  tcase_add_test (elements, files_are_sent);
  tcase_add_test (elements, depayloaded_streams_are_sent);
  tcase_add_test (elements, parameter_sets_come_once_with_each_key_frame);
  tcase_add_test (elements, parameter_sets_come_from_the_caps_too);
  tcase_add_test (elements, gap_in_the_input_is_a_gap_in_rtp_time);
  tcase_add_test (elements, long_pcm_blocks_become_short_packets);
  tcase_add_test (elements, bare_opus_is_sent);
  return suite;
}

GST_CHECK_MAIN (roomcodec);
