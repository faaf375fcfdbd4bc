/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxFile: see rtmpmuxfile.h. */

#include "rtmpmuxfile.h"

#include "rtmp/rtmpflvtag.h"
#include "rtmpmuxdebug.h"
#include "rtmpmuxtag.h"
#include "rtmptexts.h"

void
rtmp_mux_file_init (RtmpMuxFile * self)
{
  rtmp_mux_index_init (&self->index);
  rtmp_mux_file_start (self, FALSE, 0);
}

void
rtmp_mux_file_clear (RtmpMuxFile * self)
{
  rtmp_mux_index_clear (&self->index);
  g_clear_pointer (&self->metadata, rtmp_metadata_free);
}

void
rtmp_mux_file_start (RtmpMuxFile * self, gboolean indexed, guint room)
{
  self->indexed = indexed;
  self->offset = 0;
  rtmp_mux_index_reset (&self->index, indexed ? room : 0);
  g_clear_pointer (&self->metadata, rtmp_metadata_free);
}

static GstBuffer *
make_file_header (GPtrArray * tracks)
{
  guint8 *header = g_malloc (RTMP_FLV_FILE_HEADER);
  gboolean audio = FALSE, video = FALSE;

  for (guint i = 0; i < tracks->len; i++) {
    const RtmpMuxTrack *track = tracks->pdata[i];
    audio |= !track->video;
    video |= track->video;
  }
  rtmp_flv_write_file_header (audio, video, header);
  GstBuffer *buffer = gst_buffer_new_wrapped (header, RTMP_FLV_FILE_HEADER);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_HEADER);
  return buffer;
}

static RtmpMetadata *
make_metadata (GPtrArray * tracks, const GstTagList * tags)
{
  RtmpMetadata *metadata = rtmp_metadata_new ();

  for (guint i = 0; i < tracks->len; i++) {
    const RtmpMuxTrack *track = tracks->pdata[i];
    RtmpMetadataTrack numbers;
    if (rtmp_mux_track_get_numbers (track, &numbers))
      g_array_append_val (track->video ? metadata->video : metadata->audio,
          numbers);
  }
  rtmp_texts_from_tags (metadata, tags);
  return metadata;
}

static GstBuffer *
make_script_tag (guint64 ms, GBytes * data)
{
  g_autoptr (GstBuffer) payload = gst_buffer_new_wrapped_bytes (data);
  GstBuffer *tag = rtmp_mux_tag_new (RTMP_MESSAGE_DATA, ms, NULL, 0, payload,
      0);

  if (tag != NULL)
    GST_BUFFER_FLAG_SET (tag, GST_BUFFER_FLAG_HEADER);
  return tag;
}

static void
add_metadata_tag (RtmpMuxFile * self, GPtrArray * headers, GPtrArray * tracks,
    const GstTagList * tags, gboolean indexed, guint64 ms)
{
  g_autoptr (RtmpMetadata) metadata = make_metadata (tracks, tags);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = indexed ?
      rtmp_metadata_write_indexed (metadata, self->index.room, &error)
      : rtmp_metadata_write (metadata, &error);
  GstBuffer *tag = data ? make_script_tag (ms, data) : NULL;

  if (tag == NULL) {
    /* Texts of megabytes: the media are good without. */
    GST_WARNING ("no metadata are written: %s",
        error ? error->message : "they are too long");
    return;
  }
  g_ptr_array_add (headers, tag);
  if (indexed) {
    self->metadata = g_steal_pointer (&metadata);
    self->metadata_size = g_bytes_get_size (data);
  }
}

static GPtrArray *
new_headers (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
}

GPtrArray *
rtmp_mux_file_begin (RtmpMuxFile * self, GPtrArray * tracks,
    const GstTagList * tags, gboolean first)
{
  GPtrArray *headers = new_headers ();

  g_ptr_array_add (headers, make_file_header (tracks));
  add_metadata_tag (self, headers, tracks, tags, first && self->indexed, 0);
  for (guint i = 0; i < tracks->len; i++) {
    if (rtmp_mux_track_is_ready (tracks->pdata[i]))
      rtmp_mux_track_announce (tracks->pdata[i], 0, headers);
  }
  return headers;
}

GPtrArray *
rtmp_mux_file_update (RtmpMuxFile * self, GPtrArray * tracks,
    const GstTagList * tags, gboolean metadata, guint64 ms)
{
  GPtrArray *headers = new_headers ();

  if (metadata)
    add_metadata_tag (self, headers, tracks, tags, FALSE, ms);
  for (guint i = 0; i < tracks->len; i++) {
    RtmpMuxTrack *track = tracks->pdata[i];
    if (rtmp_mux_track_is_ready (track) && !track->announced)
      rtmp_mux_track_announce (track, ms, headers);
  }
  return headers;
}

GstCaps *
rtmp_mux_file_make_caps (GPtrArray * headers)
{
  GstCaps *caps = gst_caps_new_empty_simple ("video/x-flv");
  GValue list = G_VALUE_INIT;

  g_value_init (&list, GST_TYPE_ARRAY);
  for (guint i = 0; i < headers->len; i++) {
    GValue value = G_VALUE_INIT;
    g_value_init (&value, GST_TYPE_BUFFER);
    gst_value_set_buffer (&value, headers->pdata[i]);
    gst_value_array_append_and_take_value (&list, &value);
  }
  gst_structure_take_value (gst_caps_get_structure (caps, 0), "streamheader",
      &list);
  return caps;
}

/* Only where something is told: what is not told has no place. */
static void
set_bitrates (RtmpMuxFile * self, GPtrArray * tracks)
{
  RtmpMetadata *metadata = self->metadata;

  for (guint i = 0; i < tracks->len; i++) {
    const RtmpMuxTrack *track = tracks->pdata[i];
    GArray *all = track->video ? metadata->video : metadata->audio;
    for (guint j = 0; j < all->len; j++) {
      RtmpMetadataTrack *numbers = &g_array_index (all, RtmpMetadataTrack, j);
      if (numbers->track == track->number && numbers->bitrate > 0
          && track->bytes > 0)
        numbers->bitrate = track->bytes * 8 / 1000.0 / metadata->duration;
    }
  }
}

GstBuffer *
rtmp_mux_file_end (RtmpMuxFile * self, GPtrArray * tracks,
    GstClockTimeDiff duration)
{
  if (self->metadata == NULL)
    return NULL;
  self->metadata->duration = (gdouble) duration / GST_SECOND;
  self->metadata->file_size = self->offset;
  if (duration > 0)
    set_bitrates (self, tracks);
  g_array_set_size (self->metadata->keys, 0);
  g_array_append_vals (self->metadata->keys, self->index.keys->data,
      self->index.keys->len);
  g_autoptr (GBytes) data =
      rtmp_metadata_write_indexed (self->metadata, self->index.room, NULL);
  g_return_val_if_fail (data != NULL
      && g_bytes_get_size (data) == self->metadata_size, NULL);
  return make_script_tag (0, data);
}
