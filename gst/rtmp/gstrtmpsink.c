/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rtmpsink
 * @title: rtmpsink
 * @see_also: rtmpmux, rtmpsrc
 *
 * Publishes FLV, of #rtmpmux or flvmux, to an RTMP server. It takes the
 * properties of rtmp2sink, and the options that librtmp knows behind the
 * location. Connecting begins when the element goes to PAUSED, and PAUSED does
 * not wait for it.
 *
 * When the network is slower than the stream, what is live is dropped up to the
 * next key frame once it has waited for #GstRtmpSink:max-queue-time; what is
 * not live waits, and the pipeline with it. At the end of the stream all is
 * sent and the goodbye is said before the element says so.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! x264enc tune=zerolatency \
 *     key-int-max=60 ! rtmpmux name=mux ! rtmpsink \
 *     location=rtmp://127.0.0.1/live/test audiotestsrc is-live=true ! \
 *     avenc_aac ! mux.
 * ]| Publishes a test pattern with a tone to a server on this machine.
 * |[
 * gst-launch-1.0 filesrc location=talk.flv ! flvdemux name=d d.video ! queue ! \
 *     h264parse ! rtmpmux name=mux ! rtmpsink \
 *     location=rtmps://live.example.com/app/$KEY d.audio ! queue ! aacparse ! \
 *     mux.
 * ]| Publishes a file as it is to a service, over TLS, in real time.
 *
 * To see it: `gst-launch-1.0 rtmpsrc location=rtmp://127.0.0.1/live/test !
 * rtmpdemux ! decodebin ! autovideosink`, or any RTMP player.
 *
 * Since: 0.2
 */

#include "gstrtmpsink.h"

#include "rtmpcalldebug.h"
#include "rtmplend.h"
#include "rtmpproperty.h"
#include "rtmppublisher.h"
#include "rtmpreport.h"
#include "rtmpstats.h"
#include "rtmpurihandler.h"

struct _GstRtmpSink
{
  GstBaseSink parent;

  RtmpSettings settings;        /* object lock */
  RtmpPublisher *publisher;     /* object lock for the pointer; made and freed
                                 * by state changes and the streaming thread */
  gboolean flushing;            /* object lock */

  /* The streaming thread. */
  gboolean live_known;
  gboolean live;
};

static void init_uri_handler (gpointer iface, gpointer data);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstRtmpSink, gst_rtmp_sink, GST_TYPE_BASE_SINK,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, init_uri_handler));
/* Above rtmp2sink, which has primary and one. */
GST_ELEMENT_REGISTER_DEFINE (rtmpsink, "rtmpsink", GST_RANK_PRIMARY + 2,
    GST_TYPE_RTMP_SINK);

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-flv"));

static RtmpPublisher *
ref_publisher (GstRtmpSink * self)
{
  GST_OBJECT_LOCK (self);
  RtmpPublisher *publisher = self->publisher != NULL
      ? rtmp_publisher_ref (self->publisher) : NULL;
  GST_OBJECT_UNLOCK (self);
  return publisher;
}

/* @before: one that was dismissed; NULL: none. */
static void
prepare (GstRtmpSink * self, RtmpPublisher * before)
{
  GST_OBJECT_LOCK (self);
  self->publisher = before != NULL
      ? rtmp_publisher_new_next (before, &self->settings)
      : rtmp_publisher_new (GST_ELEMENT (self), &self->settings);
  rtmp_publisher_set_flushing (self->publisher, self->flushing);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
connect_now (GstRtmpSink * self)
{
  g_autoptr (RtmpPublisher) publisher = ref_publisher (self);
  g_autoptr (GError) error = NULL;

  if (rtmp_publisher_start (publisher, &error))
    return TRUE;
  rtmp_report_error (GST_ELEMENT (self), error);
  return FALSE;
}

/* Not in the loop of the publisher. FALSE: it may be in use still. */
static gboolean
dismiss (GstRtmpSink * self)
{
  g_autoptr (RtmpPublisher) publisher = ref_publisher (self);

  if (publisher == NULL)
    return TRUE;
  GST_OBJECT_LOCK (self);
  RtmpPublisher *own = g_steal_pointer (&self->publisher);
  GST_OBJECT_UNLOCK (self);
  if (rtmp_publisher_stop (publisher)) {
    rtmp_publisher_unref (own);
    return TRUE;
  }
  /* Never seen. Better lost than freed under a thread that still runs. */
  GST_ERROR_OBJECT (self, "the connection's thread did not end in time");
  gst_object_ref (self);
  return FALSE;
}

/* -- Streaming. -- */

static gboolean
is_live (GstRtmpSink * self)
{
  if (!self->live_known) {
    g_autoptr (GstQuery) query = gst_query_new_latency ();
    gboolean live = FALSE;
    if (gst_pad_peer_query (GST_BASE_SINK_PAD (self), query))
      gst_query_parse_latency (query, &live, NULL, NULL);
    GST_OBJECT_LOCK (self);
    self->live = live && self->settings.max_queue_time > 0;
    GST_OBJECT_UNLOCK (self);
    self->live_known = TRUE;
  }
  return self->live;
}

static GstFlowReturn
get_end (RtmpPublisher * publisher)
{
  return rtmp_publisher_has_failed (publisher) ? GST_FLOW_ERROR : GST_FLOW_EOS;
}

static GstFlowReturn
push (GstRtmpSink * self, RtmpPublisher * publisher, GBytes * bytes)
{
  g_autoptr (GError) error = NULL;
  RtmpOutboxResult result;
  gboolean live = is_live (self);

  while (rtmp_publisher_push (publisher, bytes, live, &result, &error)) {
    if (result == RTMP_OUTBOX_CLOSED)
      return get_end (publisher);
    if (result != RTMP_OUTBOX_FLUSHING)
      return GST_FLOW_OK;
    /* Either a pause, and it goes on behind it; or the end. */
    GstFlowReturn flow = gst_base_sink_wait_preroll (GST_BASE_SINK (self));
    if (flow != GST_FLOW_OK)
      return flow;
    bytes = NULL;
  }
  rtmp_report_error (GST_ELEMENT (self), error);
  return GST_FLOW_ERROR;
}

/* The one that is there; a new one when there was an end of stream, and now
 * there is data again. */
static RtmpPublisher *
ref_open_publisher (GstRtmpSink * self)
{
  g_autoptr (RtmpPublisher) publisher = ref_publisher (self);

  if (publisher != NULL && rtmp_publisher_is_finished (publisher)) {
    if (!dismiss (self))
      return NULL;
    prepare (self, publisher);
    g_clear_pointer (&publisher, rtmp_publisher_unref);
    publisher = ref_publisher (self);
  }
  if (publisher == NULL || (!rtmp_publisher_is_started (publisher)
          && !connect_now (self)))
    return NULL;
  return g_steal_pointer (&publisher);
}

static GstFlowReturn
gst_rtmp_sink_render (GstBaseSink * sink, GstBuffer * buffer)
{
  GstRtmpSink *self = GST_RTMP_SINK (sink);
  g_autoptr (RtmpPublisher) publisher = ref_open_publisher (self);

  if (publisher == NULL)
    return GST_FLOW_ERROR;
  g_autoptr (GBytes) bytes = rtmp_lend_bytes (gst_buffer_ref (buffer));
  if (bytes == NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, READ, (NULL),
        ("a buffer cannot be read"));
    return GST_FLOW_ERROR;
  }
  return push (self, publisher, bytes);
}

static GstFlowReturn
finish (GstRtmpSink * self)
{
  g_autoptr (RtmpPublisher) publisher = ref_publisher (self);

  if (publisher == NULL || !rtmp_publisher_is_started (publisher))
    return GST_FLOW_OK;
  while (rtmp_publisher_finish (publisher) == RTMP_OUTBOX_FLUSHING) {
    GstFlowReturn flow = gst_base_sink_wait_preroll (GST_BASE_SINK (self));
    if (flow != GST_FLOW_OK)
      return flow;
  }
  return rtmp_publisher_has_failed (publisher) ? GST_FLOW_ERROR : GST_FLOW_OK;
}

/* Behind the last buffer, and before the element says that it has ended. */
static GstFlowReturn
gst_rtmp_sink_wait_event (GstBaseSink * sink, GstEvent * event)
{
  GstFlowReturn flow =
      GST_BASE_SINK_CLASS (gst_rtmp_sink_parent_class)->wait_event (sink,
      event);

  if (flow != GST_FLOW_OK || GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    return flow;
  return finish (GST_RTMP_SINK (sink));
}

static gboolean
gst_rtmp_sink_event (GstBaseSink * sink, GstEvent * event)
{
  GstRtmpSink *self = GST_RTMP_SINK (sink);
  g_autoptr (RtmpPublisher) publisher = ref_publisher (self);

  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP && publisher != NULL)
    rtmp_publisher_flush (publisher);
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
    self->live_known = FALSE;
  return GST_BASE_SINK_CLASS (gst_rtmp_sink_parent_class)->event (sink, event);
}

static void
set_flushing (GstRtmpSink * self, gboolean flushing)
{
  GST_OBJECT_LOCK (self);
  self->flushing = flushing;
  if (self->publisher != NULL)
    rtmp_publisher_set_flushing (self->publisher, flushing);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_rtmp_sink_unlock (GstBaseSink * sink)
{
  set_flushing (GST_RTMP_SINK (sink), TRUE);
  return TRUE;
}

static gboolean
gst_rtmp_sink_unlock_stop (GstBaseSink * sink)
{
  set_flushing (GST_RTMP_SINK (sink), FALSE);
  return TRUE;
}

/* -- State. -- */

static gboolean
begin (GstRtmpSink * self)
{
  prepare (self, NULL);
  GST_OBJECT_LOCK (self);
  gboolean early = self->settings.async_connect;
  GST_OBJECT_UNLOCK (self);
  self->live_known = FALSE;
  if (!early || connect_now (self))
    return TRUE;
  dismiss (self);
  return FALSE;
}

/* A handler of ours runs in the thread that a stop would end. */
static gboolean
is_in_handler (GstRtmpSink * self)
{
  g_autoptr (RtmpPublisher) publisher = ref_publisher (self);

  return publisher != NULL && rtmp_publisher_is_current (publisher);
}

static GstStateChangeReturn
gst_rtmp_sink_change_state (GstElement * element, GstStateChange change)
{
  GstRtmpSink *self = GST_RTMP_SINK (element);

  if (change == GST_STATE_CHANGE_PAUSED_TO_READY && is_in_handler (self)) {
    GST_ERROR_OBJECT (self, "cannot be stopped in a handler of its own");
    return GST_STATE_CHANGE_FAILURE;
  }
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED && !begin (self))
    return GST_STATE_CHANGE_FAILURE;

  GstStateChangeReturn result =
      GST_ELEMENT_CLASS (gst_rtmp_sink_parent_class)->change_state (element,
      change);

  if (change == GST_STATE_CHANGE_PAUSED_TO_READY
      || (change == GST_STATE_CHANGE_READY_TO_PAUSED
          && result == GST_STATE_CHANGE_FAILURE))
    dismiss (self);
  return result;
}

/* -- Properties. -- */

static void
gst_rtmp_sink_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * spec)
{
  GstRtmpSink *self = GST_RTMP_SINK (object);

  if (id == RTMP_PROPERTY_STATS) {
    g_autoptr (RtmpPublisher) publisher = ref_publisher (self);
    g_value_take_boxed (value, publisher != NULL
        ? rtmp_publisher_get_stats (publisher)
        : rtmp_stats_new_idle (TRUE));
    return;
  }
  rtmp_property_get (object, &self->settings, id, value, spec);
}

/* Under the lock, so that of two who set one the last wins: it only posts. */
static void
tune (GstRtmpSink * self)
{
  GST_OBJECT_LOCK (self);
  if (self->publisher != NULL)
    rtmp_publisher_tune (self->publisher, self->settings.chunk_size,
        self->settings.peak_kbps);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rtmp_sink_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * spec)
{
  GstRtmpSink *self = GST_RTMP_SINK (object);

  rtmp_property_set (object, &self->settings, (gpointer *) & self->publisher,
      id, value, spec);
  if (rtmp_property_is_mutable (id))
    tune (self);
}

static GstURIType
get_uri_type (GType type)
{
  return GST_URI_SINK;
}

static void
init_uri_handler (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = get_uri_type;
  rtmp_uri_handler_init (handler);
}

static void
gst_rtmp_sink_finalize (GObject * object)
{
  GstRtmpSink *self = GST_RTMP_SINK (object);

  rtmp_settings_clear (&self->settings);
  G_OBJECT_CLASS (gst_rtmp_sink_parent_class)->finalize (object);
}

static void
gst_rtmp_sink_class_init (GstRtmpSinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);

  object_class->set_property = gst_rtmp_sink_set_property;
  object_class->get_property = gst_rtmp_sink_get_property;
  object_class->finalize = gst_rtmp_sink_finalize;
  element_class->change_state = gst_rtmp_sink_change_state;
  sink_class->render = gst_rtmp_sink_render;
  sink_class->wait_event = gst_rtmp_sink_wait_event;
  sink_class->event = gst_rtmp_sink_event;
  sink_class->unlock = gst_rtmp_sink_unlock;
  sink_class->unlock_stop = gst_rtmp_sink_unlock_stop;

  rtmp_property_install_common (object_class);
  rtmp_property_install_sink (object_class);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "RTMP sink",
      "Sink/Network", "Publishes FLV to an RTMP server", "gst-room-rtmp");
}

static void
gst_rtmp_sink_init (GstRtmpSink * self)
{
  rtmp_settings_init (&self->settings);
}
