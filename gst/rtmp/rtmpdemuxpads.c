/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxPads: see rtmpdemuxpads.h. */

#include "rtmpdemuxpads.h"

#include <gst/pbutils/pbutils.h>

#include "rtmpdemuxdebug.h"

/* How far a pad may be behind before it is told so, in ms: whoever waits for
 * all of them has to go on. */
#define LAG 1000

void
rtmp_demux_pads_init (RtmpDemuxPads * self, GstElement * element,
    GstPadEventFunction on_event, GstPadQueryFunction on_query)
{
  self->element = element;
  self->on_event = on_event;
  self->on_query = on_query;
  self->tracks = g_ptr_array_new_with_free_func ((GDestroyNotify)
      rtmp_demux_track_free);
  self->flows = gst_flow_combiner_new ();
  rtmp_demux_pads_reset (self);
}

void
rtmp_demux_pads_clear (RtmpDemuxPads * self)
{
  g_clear_pointer (&self->tracks, g_ptr_array_unref);
  g_clear_pointer (&self->flows, gst_flow_combiner_free);
  g_clear_pointer (&self->tags, gst_tag_list_unref);
}

static void
remove_pad (RtmpDemuxPads * self, RtmpDemuxTrack * track)
{
  if (track->pad == NULL)
    return;
  gst_flow_combiner_remove_pad (self->flows, track->pad);
  gst_pad_set_active (track->pad, FALSE);
  gst_element_remove_pad (self->element, track->pad);
  gst_clear_object (&track->pad);
}

void
rtmp_demux_pads_reset (RtmpDemuxPads * self)
{
  for (guint i = 0; i < self->tracks->len; i++)
    remove_pad (self, self->tracks->pdata[i]);
  g_ptr_array_set_size (self->tracks, 0);
  gst_flow_combiner_reset (self->flows);
  g_clear_pointer (&self->tags, gst_tag_list_unref);
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  self->group = GST_GROUP_ID_INVALID;
  self->has_segment = FALSE;
  self->seqnum = GST_SEQNUM_INVALID;
  self->position = 0;
  self->n_pads = 0;
  self->complete = FALSE;
}

RtmpDemuxTrack *
rtmp_demux_pads_get_track (RtmpDemuxPads * self, gboolean video, guint8 number)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    RtmpDemuxTrack *track = self->tracks->pdata[i];
    if (track->video == video && track->number == number)
      return track;
  }
  RtmpDemuxTrack *track = rtmp_demux_track_new (video, number);
  g_ptr_array_add (self->tracks, track);
  return track;
}

/* -- A pad and what it must be told first. -- */

static GstEvent *
new_segment_event (RtmpDemuxPads * self)
{
  GstEvent *event = gst_event_new_segment (&self->segment);

  if (self->seqnum != GST_SEQNUM_INVALID)
    gst_event_set_seqnum (event, self->seqnum);
  return event;
}

static void
send_stream_start (RtmpDemuxPads * self, GstPad * pad)
{
  g_autofree gchar *id =
      gst_pad_create_stream_id (pad, self->element, GST_OBJECT_NAME (pad));
  GstEvent *event = gst_event_new_stream_start (id);

  if (self->group == GST_GROUP_ID_INVALID)
    self->group = gst_util_group_id_next ();
  gst_event_set_group_id (event, self->group);
  gst_pad_push_event (pad, event);
}

static void
send_tags (RtmpDemuxPads * self, RtmpDemuxTrack * track, gdouble bitrate)
{
  GstTagList *tags = gst_tag_list_new_empty ();

  gst_pb_utils_add_codec_description_to_tag_list (tags, NULL, track->caps);
  if (bitrate >= 1 && bitrate < G_MAXUINT / 1000)
    gst_tag_list_add (tags, GST_TAG_MERGE_REPLACE, GST_TAG_NOMINAL_BITRATE,
        (guint) (bitrate * 1000), NULL);
  gst_pad_push_event (track->pad, gst_event_new_tag (tags));
}

static GstPad *
new_pad (RtmpDemuxPads * self, RtmpDemuxTrack * track)
{
  g_autofree gchar *name = g_strdup_printf ("%s_%u",
      track->video ? "video" : "audio", track->number);
  GstPadTemplate *template =
      gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS
      (self->element), track->video ? "video_%u" : "audio_%u");
  GstPad *pad = gst_pad_new_from_template (template, name);

  gst_pad_set_event_function (pad, self->on_event);
  gst_pad_set_query_function (pad, self->on_query);
  gst_pad_use_fixed_caps (pad);
  gst_pad_set_active (pad, TRUE);
  return pad;
}

static void
add_pad (RtmpDemuxPads * self, RtmpDemuxTrack * track, gdouble bitrate)
{
  track->pad = gst_object_ref_sink (new_pad (self, track));
  track->discont = TRUE;
  track->position = self->position;
  self->n_pads++;
  gst_flow_combiner_add_pad (self->flows, track->pad);
  send_stream_start (self, track->pad);
  gst_pad_push_event (track->pad, gst_event_new_caps (track->caps));
  if (self->has_segment)
    gst_pad_push_event (track->pad, new_segment_event (self));
  if (self->tags != NULL)
    gst_pad_push_event (track->pad,
        gst_event_new_tag (gst_tag_list_ref (self->tags)));
  send_tags (self, track, bitrate);
  GST_INFO_OBJECT (track->pad, "%" GST_PTR_FORMAT, track->caps);
  gst_element_add_pad (self->element, track->pad);
}

void
rtmp_demux_pads_expose (RtmpDemuxPads * self, RtmpDemuxTrack * track,
    gdouble bitrate)
{
  g_autoptr (GstCaps) before =
      track->pad ? gst_pad_get_current_caps (track->pad) : NULL;

  if (before != NULL && gst_caps_is_equal (before, track->caps))
    return;
  /* What comes behind cannot be asked to become another element: it gets a pad
   * of its own. */
  if (before != NULL
      && !g_str_equal (gst_structure_get_name (gst_caps_get_structure (before,
                  0)), gst_structure_get_name (gst_caps_get_structure
              (track->caps, 0)))) {
    gst_pad_push_event (track->pad, gst_event_new_eos ());
    remove_pad (self, track);
  }
  if (track->pad == NULL) {
    add_pad (self, track, bitrate);
    return;
  }
  gst_pad_push_event (track->pad, gst_event_new_caps (track->caps));
  send_tags (self, track, bitrate);
}

/* -- To all. -- */

typedef struct
{
  GstEvent *event;
  gboolean any;
} ToAll;

static gboolean
send_to (GstElement * element, GstPad * pad, gpointer data)
{
  ToAll *to = data;

  to->any = TRUE;
  gst_pad_push_event (pad, gst_event_ref (to->event));
  return TRUE;
}

gboolean
rtmp_demux_pads_send (RtmpDemuxPads * self, GstEvent * event)
{
  ToAll to = { event, FALSE };

  gst_element_foreach_src_pad (self->element, send_to, &to);
  gst_event_unref (event);
  return to.any;
}

void
rtmp_demux_pads_set_segment (RtmpDemuxPads * self, const GstSegment * segment,
    guint32 seqnum)
{
  self->segment = *segment;
  self->seqnum = seqnum;
  self->has_segment = TRUE;
  rtmp_demux_pads_send (self, new_segment_event (self));
}

void
rtmp_demux_pads_end_segment (RtmpDemuxPads * self)
{
  gint64 stop = self->segment.stop;
  GstMessage *message = gst_message_new_segment_done (GST_OBJECT
      (self->element), GST_FORMAT_TIME, stop);
  GstEvent *event = gst_event_new_segment_done (GST_FORMAT_TIME, stop);

  gst_message_set_seqnum (message, self->seqnum);
  gst_event_set_seqnum (event, self->seqnum);
  gst_element_post_message (self->element, message);
  rtmp_demux_pads_send (self, event);
}

void
rtmp_demux_pads_set_tags (RtmpDemuxPads * self, GstTagList * tags)
{
  g_clear_pointer (&self->tags, gst_tag_list_unref);
  self->tags = tags;
  if (tags != NULL)
    rtmp_demux_pads_send (self, gst_event_new_tag (gst_tag_list_ref (tags)));
}

/* One that has nothing to say must not hold up the others. */
static void
wake_others (RtmpDemuxPads * self, gint64 time)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    RtmpDemuxTrack *track = self->tracks->pdata[i];
    if (track->pad == NULL || time - track->position <= LAG)
      continue;
    gst_pad_push_event (track->pad,
        gst_event_new_gap (track->position * GST_MSECOND,
            (time - track->position) * GST_MSECOND));
    track->position = time;
  }
}

GstFlowReturn
rtmp_demux_pads_push (RtmpDemuxPads * self, RtmpDemuxTrack * track,
    GstBuffer * buffer, gint64 time)
{
  if (track->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  track->discont = FALSE;
  track->position = time;
  self->position = MAX (self->position, time);
  wake_others (self, time);
  GstFlowReturn flow = gst_pad_push (track->pad, buffer);
  return gst_flow_combiner_update_pad_flow (self->flows, track->pad, flow);
}

void
rtmp_demux_pads_mark_discont (RtmpDemuxPads * self, gint64 time)
{
  gst_flow_combiner_reset (self->flows);
  self->position = time;
  for (guint i = 0; i < self->tracks->len; i++) {
    RtmpDemuxTrack *track = self->tracks->pdata[i];
    track->discont = TRUE;
    track->position = time;
  }
}

void
rtmp_demux_pads_complete (RtmpDemuxPads * self)
{
  if (self->complete)
    return;
  self->complete = TRUE;
  gst_element_no_more_pads (self->element);
}

gboolean
rtmp_demux_pads_have (const RtmpDemuxPads * self, gboolean video,
    GArray * numbers)
{
  gboolean any = FALSE;
  guint named = 0;

  for (guint i = 0; i < self->tracks->len; i++) {
    const RtmpDemuxTrack *track = self->tracks->pdata[i];
    /* One of which nothing can be made does not come either. */
    if (track->video != video || (track->pad == NULL && !track->warned))
      continue;
    any = TRUE;
    for (guint j = 0; numbers != NULL && j < numbers->len; j++)
      named += g_array_index (numbers, RtmpMetadataTrack, j).track
          == track->number;
  }
  return any && (numbers == NULL || named >= numbers->len);
}
