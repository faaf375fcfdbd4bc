/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rtmpsrc
 * @title: rtmpsrc
 * @see_also: rtmpdemux, rtmpsink
 *
 * Plays a stream of an RTMP server, as FLV for #rtmpdemux or flvdemux. It takes
 * the properties of rtmp2src, and the options that librtmp knows behind the
 * location. It is a live source: its buffers have the time at which they came.
 * In a pause the server is asked to pause; a recording goes on where it was, and
 * what is live with a key frame.
 *
 * Where the server says that the stream has ended, so does the element. A
 * connection that closes without that is an error, unless
 * #GstRtmpSrc:no-eof-is-error says otherwise.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 rtmpsrc location=rtmp://127.0.0.1/live/test ! rtmpdemux \
 *     name=d d.video_0 ! queue ! decodebin ! autovideosink d.audio_0 ! \
 *     queue ! decodebin ! autoaudiosink
 * ]| Shows what somebody publishes to a server on this machine.
 * |[
 * gst-launch-1.0 rtmpsrc location=rtmp://127.0.0.1/live/test ! rtmpdemux \
 *     name=d d.video_0 ! queue ! h264parse ! roompublish name=r \
 *     url=ws://127.0.0.1:7880 api-key=devkey api-secret=secret room=demo \
 *     identity=rtmp d.audio_0 ! queue ! decodebin ! audioconvert ! \
 *     audioresample ! opusenc ! r.
 * ]| Publishes it into a LiveKit room; H.264 stays as it is.
 *
 * Since: 0.2
 */

#include "gstrtmpsrc.h"

#include "rtmpcalldebug.h"
#include "rtmpplayer.h"
#include "rtmpproperty.h"
#include "rtmpreport.h"
#include "rtmpstats.h"
#include "rtmpurihandler.h"

struct _GstRtmpSrc
{
  GstPushSrc parent;

  RtmpSettings settings;        /* object lock */
  RtmpPlayer *player;           /* object lock for the pointer; made and freed
                                 * by state changes */
  gboolean flushing;            /* object lock */
  GstEvent *end;                /* object lock: that was sent, and is to come
                                 * out */
};

static void init_uri_handler (gpointer iface, gpointer data);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstRtmpSrc, gst_rtmp_src, GST_TYPE_PUSH_SRC,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, init_uri_handler));
/* Above rtmp2src, which has primary and one. */
GST_ELEMENT_REGISTER_DEFINE (rtmpsrc, "rtmpsrc", GST_RANK_PRIMARY + 2,
    GST_TYPE_RTMP_SRC);

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-flv"));

static RtmpPlayer *
ref_player (GstRtmpSrc * self)
{
  GST_OBJECT_LOCK (self);
  RtmpPlayer *player = self->player != NULL
      ? rtmp_player_ref (self->player) : NULL;
  GST_OBJECT_UNLOCK (self);
  return player;
}

static gboolean
connect_now (GstRtmpSrc * self)
{
  g_autoptr (RtmpPlayer) player = ref_player (self);
  g_autoptr (GError) error = NULL;

  if (rtmp_player_start (player, &error))
    return TRUE;
  rtmp_report_error (GST_ELEMENT (self), error);
  return FALSE;
}

/* Not in the loop of the player. */
static gboolean
gst_rtmp_src_stop (GstBaseSrc * src)
{
  GstRtmpSrc *self = GST_RTMP_SRC (src);
  g_autoptr (RtmpPlayer) player = ref_player (self);

  if (player == NULL)
    return TRUE;
  GST_OBJECT_LOCK (self);
  RtmpPlayer *own = g_steal_pointer (&self->player);
  GST_OBJECT_UNLOCK (self);
  if (rtmp_player_stop (player)) {
    rtmp_player_unref (own);
    return TRUE;
  }
  /* Never seen. Better lost than freed under a thread that still runs. */
  GST_ERROR_OBJECT (self, "the connection's thread did not end in time");
  gst_object_ref (self);
  return TRUE;
}

static gboolean
gst_rtmp_src_start (GstBaseSrc * src)
{
  GstRtmpSrc *self = GST_RTMP_SRC (src);

  GST_OBJECT_LOCK (self);
  self->player = rtmp_player_new (GST_ELEMENT (self), &self->settings);
  rtmp_player_set_flushing (self->player, self->flushing);
  gboolean early = self->settings.async_connect;
  GST_OBJECT_UNLOCK (self);
  if (!early || connect_now (self))
    return TRUE;
  gst_rtmp_src_stop (src);
  return FALSE;
}

/* The streaming thread. An end that was sent comes out as it is: the base class,
 * which would make one more, is told that it has. */
static gboolean
push_end (GstRtmpSrc * self)
{
  GST_OBJECT_LOCK (self);
  GstEvent *end = self->flushing ? NULL : g_steal_pointer (&self->end);
  GST_OBJECT_UNLOCK (self);
  if (end == NULL)
    return FALSE;
  gst_pad_push_event (GST_BASE_SRC_PAD (self), end);
  return TRUE;
}

static GstFlowReturn
gst_rtmp_src_create (GstPushSrc * src, GstBuffer ** buffer)
{
  GstRtmpSrc *self = GST_RTMP_SRC (src);
  g_autoptr (RtmpPlayer) player = ref_player (self);
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow = GST_FLOW_OK;

  if (player == NULL)
    return GST_FLOW_ERROR;
  if (push_end (self))
    return GST_FLOW_EOS;
  if (!rtmp_player_is_started (player) && !connect_now (self))
    return GST_FLOW_EOS;
  *buffer = rtmp_player_take (player, &flow, &error);
  if (error != NULL)
    rtmp_report_error (GST_ELEMENT (self), error);
  if (flow == GST_FLOW_EOS)
    push_end (self);
  /* It is posted: for another flow the base class would post one more. */
  return flow == GST_FLOW_ERROR ? GST_FLOW_EOS : flow;
}

/* One that was sent and has not come out. */
static void
forget_end (GstRtmpSrc * self)
{
  GST_OBJECT_LOCK (self);
  GstEvent *end = g_steal_pointer (&self->end);
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&end, gst_event_unref);
}

static void
set_flushing (GstRtmpSrc * self, gboolean flushing)
{
  if (flushing)
    forget_end (self);
  GST_OBJECT_LOCK (self);
  self->flushing = flushing;
  if (self->player != NULL)
    rtmp_player_set_flushing (self->player, flushing);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_rtmp_src_unlock (GstBaseSrc * src)
{
  set_flushing (GST_RTMP_SRC (src), TRUE);
  return TRUE;
}

static gboolean
gst_rtmp_src_unlock_stop (GstBaseSrc * src)
{
  set_flushing (GST_RTMP_SRC (src), FALSE);
  return TRUE;
}

static void
set_paused (GstRtmpSrc * self, gboolean paused)
{
  g_autoptr (RtmpPlayer) player = ref_player (self);

  if (player != NULL)
    rtmp_player_set_paused (player, paused);
}

/* A handler of ours runs in the thread that a stop would end. */
static gboolean
is_in_handler (GstRtmpSrc * self)
{
  g_autoptr (RtmpPlayer) player = ref_player (self);

  return player != NULL && rtmp_player_is_current (player);
}

static GstStateChangeReturn
gst_rtmp_src_change_state (GstElement * element, GstStateChange change)
{
  GstRtmpSrc *self = GST_RTMP_SRC (element);

  if (change == GST_STATE_CHANGE_PAUSED_TO_READY && is_in_handler (self)) {
    GST_ERROR_OBJECT (self, "cannot be stopped in a handler of its own");
    return GST_STATE_CHANGE_FAILURE;
  }
  if (change == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    set_paused (self, FALSE);
  if (change == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    set_paused (self, TRUE);
  if (change == GST_STATE_CHANGE_READY_TO_NULL)
    forget_end (self);
  return GST_ELEMENT_CLASS (gst_rtmp_src_parent_class)->change_state (element,
      change);
}

/* Streaming may have paused since: what is downstream did not take it. */
static void
resume_task (GstRtmpSrc * self)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);

  GST_OBJECT_LOCK (pad);
  GstTask *task = GST_PAD_TASK (pad);
  if (task != NULL && GST_PAD_MODE (pad) == GST_PAD_MODE_PUSH)
    gst_task_start (task);
  GST_OBJECT_UNLOCK (pad);
}

/* Any thread. The base class would wait for the streaming thread, and that may
 * wait downstream for this one. */
static void
take_end (GstRtmpSrc * self, GstEvent * event)
{
  GST_OBJECT_LOCK (self);
  GstEvent *old = self->end;
  self->end = event;
  if (self->player != NULL)
    rtmp_player_interrupt (self->player);
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&old, gst_event_unref);
  resume_task (self);
}

static gboolean
gst_rtmp_src_send_event (GstElement * element, GstEvent * event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    take_end (GST_RTMP_SRC (element), event);
    return TRUE;
  }
  /* It cannot be; and the base class would wait for the streaming thread
   * first. */
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEEK) {
    gst_event_unref (event);
    return FALSE;
  }
  return GST_ELEMENT_CLASS (gst_rtmp_src_parent_class)->send_event (element,
      event);
}

static gboolean
gst_rtmp_src_is_seekable (GstBaseSrc * src)
{
  return FALSE;
}

/* -- Properties. -- */

static void
gst_rtmp_src_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * spec)
{
  GstRtmpSrc *self = GST_RTMP_SRC (object);

  if (id == RTMP_PROPERTY_STATS) {
    g_autoptr (RtmpPlayer) player = ref_player (self);
    g_value_take_boxed (value, player != NULL ? rtmp_player_get_stats (player)
        : rtmp_stats_new_idle (FALSE));
    return;
  }
  rtmp_property_get (object, &self->settings, id, value, spec);
}

static void
gst_rtmp_src_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * spec)
{
  GstRtmpSrc *self = GST_RTMP_SRC (object);

  rtmp_property_set (object, &self->settings, (gpointer *) & self->player, id,
      value, spec);
}

static GstURIType
get_uri_type (GType type)
{
  return GST_URI_SRC;
}

static void
init_uri_handler (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = get_uri_type;
  rtmp_uri_handler_init (handler);
}

static void
gst_rtmp_src_finalize (GObject * object)
{
  GstRtmpSrc *self = GST_RTMP_SRC (object);

  rtmp_settings_clear (&self->settings);
  g_clear_pointer (&self->end, gst_event_unref);
  G_OBJECT_CLASS (gst_rtmp_src_parent_class)->finalize (object);
}

static void
gst_rtmp_src_class_init (GstRtmpSrcClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *src_class = GST_BASE_SRC_CLASS (klass);

  object_class->set_property = gst_rtmp_src_set_property;
  object_class->get_property = gst_rtmp_src_get_property;
  object_class->finalize = gst_rtmp_src_finalize;
  element_class->change_state = gst_rtmp_src_change_state;
  element_class->send_event = gst_rtmp_src_send_event;
  src_class->start = gst_rtmp_src_start;
  src_class->stop = gst_rtmp_src_stop;
  src_class->unlock = gst_rtmp_src_unlock;
  src_class->unlock_stop = gst_rtmp_src_unlock_stop;
  src_class->is_seekable = gst_rtmp_src_is_seekable;
  GST_PUSH_SRC_CLASS (klass)->create = gst_rtmp_src_create;

  rtmp_property_install_common (object_class);
  rtmp_property_install_source (object_class);

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "RTMP source",
      "Source/Network", "Plays a stream of an RTMP server, as FLV",
      "gst-room-rtmp");
}

static void
gst_rtmp_src_init (GstRtmpSrc * self)
{
  GstBaseSrc *src = GST_BASE_SRC (self);

  rtmp_settings_init (&self->settings);
  gst_base_src_set_live (src, TRUE);
  gst_base_src_set_format (src, GST_FORMAT_TIME);
  gst_base_src_set_do_timestamp (src, TRUE);
}
