/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpmetadata.h"

#include "rtmp/rtmpamf0.h"
#include "rtmp/rtmpvaluebuilder.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* What a number of track 0 is called, and in the maps of the others. The first
 * name of an offset is the one that is written. */
typedef struct
{
  const gchar *name;
  const gchar *name_in_map;
  gsize offset;
} Row;

#define OFFSET(field) offsetof (RtmpMetadataTrack, field)

static const Row video_rows[] = {
  {"width", "width", OFFSET (width)},
  {"height", "height", OFFSET (height)},
  {"videodatarate", "videodatarate", OFFSET (bitrate)},
  {"framerate", "framerate", OFFSET (frame_rate)},
};

static const Row audio_rows[] = {
  {"audiodatarate", "audiodatarate", OFFSET (bitrate)},
  {"audiosamplerate", "samplerate", OFFSET (sample_rate)},
  {"audiosamplesize", "samplesize", OFFSET (sample_size)},
  {"audiochannels", "channels", OFFSET (channels)},
  /* What some say in the maps too. */
  {NULL, "audiosamplerate", OFFSET (sample_rate)},
  {NULL, "audiosamplesize", OFFSET (sample_size)},
  {NULL, "audiochannels", OFFSET (channels)},
};

typedef struct
{
  const Row *rows;
  guint n_rows;
  const gchar *codec;
  const gchar *map;
} Kind;

static const Kind kinds[2] = {
  {audio_rows, G_N_ELEMENTS (audio_rows), "audiocodecid",
      "audioTrackIdInfoMap"},
  {video_rows, G_N_ELEMENTS (video_rows), "videocodecid",
      "videoTrackIdInfoMap"},
};

static void
clear_text (gpointer data)
{
  RtmpMetadataText *text = data;

  g_free (text->name);
  g_free (text->text);
}

RtmpMetadata *
rtmp_metadata_new (void)
{
  RtmpMetadata *self = g_new0 (RtmpMetadata, 1);

  self->video = g_array_new (FALSE, TRUE, sizeof (RtmpMetadataTrack));
  self->audio = g_array_new (FALSE, TRUE, sizeof (RtmpMetadataTrack));
  self->keys = g_array_new (FALSE, TRUE, sizeof (RtmpMetadataKey));
  self->texts = g_array_new (FALSE, TRUE, sizeof (RtmpMetadataText));
  g_array_set_clear_func (self->texts, clear_text);
  return self;
}

void
rtmp_metadata_free (RtmpMetadata * self)
{
  g_array_unref (self->video);
  g_array_unref (self->audio);
  g_array_unref (self->keys);
  g_array_unref (self->texts);
  g_free (self);
}

/* -- Reading. -- */

/* The one argument of onMetaData, which encoders that publish put behind
 * another name. */
static const RtmpValue *
find_metadata (const RtmpValues * values)
{
  for (guint i = 0; i < 2; i++) {
    const gchar *name = rtmp_value_get_string (rtmp_values_get (values, i));
    if (g_strcmp0 (name, "onMetaData") == 0)
      return rtmp_values_get (values, i + 1);
  }
  return NULL;
}

static gdouble
get_number (const RtmpValue * all, const gchar * name)
{
  gdouble number = rtmp_value_get_number (rtmp_value_lookup (all, name), 0);

  return isfinite (number) && number > 0 ? number : 0;
}

/* TRUE when it says anything. */
static gboolean
read_track (RtmpMetadataTrack * self, const RtmpValue * all, gboolean video,
    gboolean in_map)
{
  const Kind *kind = &kinds[video];
  gboolean told = FALSE;

  for (guint i = 0; i < kind->n_rows; i++) {
    const Row *row = &kind->rows[i];
    const gchar *name = in_map ? row->name_in_map : row->name;
    gdouble number = name ? get_number (all, name) : 0;
    if (number > 0) {
      *(gdouble *) ((guint8 *) self + row->offset) = number;
      told = TRUE;
    }
  }
  const RtmpValue *stereo = rtmp_value_lookup (all, "stereo");
  if (!video && self->channels == 0
      && rtmp_value_get_kind (stereo) == RTMP_VALUE_BOOLEAN)
    self->channels = rtmp_value_get_boolean (stereo, FALSE) ? 2 : 1;
  /* 0 is a codec of audio. */
  gdouble codec =
      rtmp_value_get_number (rtmp_value_lookup (all, kind->codec), -1);
  self->codec = rtmp_codec_from_number (codec, video);
  self->enhanced = codec == rtmp_codec_get_fourcc (self->codec)
      && self->codec != RTMP_CODEC_UNKNOWN;
  return told || self->codec != RTMP_CODEC_UNKNOWN;
}

static void
read_tracks (GArray * tracks, const RtmpValue * all, gboolean video)
{
  const RtmpValue *map = rtmp_value_lookup (all, kinds[video].map);
  RtmpMetadataTrack first = { 0 };

  if (read_track (&first, all, video, FALSE))
    g_array_append_val (tracks, first);
  for (const RtmpValue * each = rtmp_value_next (map, NULL); each != NULL;
      each = rtmp_value_next (map, each)) {
    RtmpMetadataTrack track = { 0 };
    guint64 number;
    const gchar *name = rtmp_value_get_name (each);
    if (name == NULL || !g_ascii_string_to_unsigned (name, 10, 1, G_MAXUINT8,
            &number, NULL))
      continue;
    track.track = number;
    read_track (&track, each, video, TRUE);
    g_array_append_val (tracks, track);
  }
}

/* Two lists of the same length, as it should be. */
static void
read_keys (GArray * keys, const RtmpValue * index)
{
  const RtmpValue *times = rtmp_value_lookup (index, "times");
  const RtmpValue *offsets = rtmp_value_lookup (index, "filepositions");
  const RtmpValue *time = rtmp_value_next (times, NULL);
  const RtmpValue *offset = rtmp_value_next (offsets, NULL);

  while (time != NULL && offset != NULL) {
    RtmpMetadataKey key = { rtmp_value_get_number (time, NAN),
      rtmp_value_get_number (offset, NAN)
    };
    if (isfinite (key.time) && key.time >= 0 && isfinite (key.offset)
        && key.offset > 0)
      g_array_append_val (keys, key);
    time = rtmp_value_next (times, time);
    offset = rtmp_value_next (offsets, offset);
  }
}

static void
read_texts (RtmpMetadata * self, const RtmpValue * all)
{
  for (const RtmpValue * each = rtmp_value_next (all, NULL); each != NULL;
      each = rtmp_value_next (all, each)) {
    const gchar *name = rtmp_value_get_name (each);
    const gchar *text = rtmp_value_get_string (each);
    /* Other writers have theirs as a text, under various names. */
    if (name != NULL && text != NULL && !g_str_has_suffix (name, "filler"))
      rtmp_metadata_add_text (self, name, text);
  }
}

RtmpMetadata *
rtmp_metadata_read (const RtmpValues * values)
{
  const RtmpValue *all = find_metadata (values);

  if (all == NULL)
    return NULL;
  RtmpMetadata *self = rtmp_metadata_new ();
  self->duration = get_number (all, "duration");
  self->file_size = get_number (all, "filesize");
  read_tracks (self->video, all, TRUE);
  read_tracks (self->audio, all, FALSE);
  read_keys (self->keys, rtmp_value_lookup (all, "keyframes"));
  read_texts (self, all);
  return self;
}

const RtmpMetadataTrack *
rtmp_metadata_get_track (const RtmpMetadata * self, gboolean video,
    guint8 track)
{
  GArray *tracks = video ? self->video : self->audio;

  for (guint i = 0; i < tracks->len; i++) {
    const RtmpMetadataTrack *each =
        &g_array_index (tracks, RtmpMetadataTrack, i);
    if (each->track == track)
      return each;
  }
  return NULL;
}

void
rtmp_metadata_add_text (RtmpMetadata * self, const gchar * name,
    const gchar * text)
{
  RtmpMetadataText added = { g_strdup (name), g_strdup (text) };

  g_array_append_val (self->texts, added);
}

/* -- Writing. -- */

static void
add_number (RtmpValueBuilder * builder, const gchar * name, gdouble number)
{
  if (number > 0)
    rtmp_value_builder_add_number (builder, name, number);
}

/* One that has no number of the kind asked for is told by the other. */
static gdouble
get_codec_number (const RtmpMetadataTrack * self)
{
  gint classic = rtmp_codec_get_classic (self->codec);
  guint32 fourcc = rtmp_codec_get_fourcc (self->codec);

  if (classic < 0 || (self->enhanced && fourcc != 0))
    return fourcc;
  return classic;
}

static void
add_track (RtmpValueBuilder * builder, const RtmpMetadataTrack * self,
    gboolean video)
{
  const Kind *kind = &kinds[video];
  gboolean in_map = self->track > 0;

  for (guint i = 0; i < kind->n_rows; i++) {
    const Row *row = &kind->rows[i];
    if (row->name != NULL)
      add_number (builder, in_map ? row->name_in_map : row->name,
          *(const gdouble *) ((const guint8 *) self + row->offset));
  }
  if (!video && !in_map)
    rtmp_value_builder_add_boolean (builder, "stereo", self->channels > 1);
  if (self->codec != RTMP_CODEC_UNKNOWN)
    rtmp_value_builder_add_number (builder, kind->codec,
        get_codec_number (self));
}

static void
add_tracks (RtmpValueBuilder * builder, GArray * tracks, gboolean video)
{
  gboolean open = FALSE;

  for (guint i = 0; i < tracks->len; i++) {
    const RtmpMetadataTrack *track =
        &g_array_index (tracks, RtmpMetadataTrack, i);
    if (track->track == 0)
      add_track (builder, track, video);
  }
  for (guint i = 0; i < tracks->len; i++) {
    const RtmpMetadataTrack *track =
        &g_array_index (tracks, RtmpMetadataTrack, i);
    if (track->track == 0)
      continue;
    g_autofree gchar *name = g_strdup_printf ("%u", track->track);
    if (!open)
      rtmp_value_builder_open_object (builder, kinds[video].map, NULL);
    open = TRUE;
    rtmp_value_builder_open_object (builder, name, NULL);
    add_track (builder, track, video);
    rtmp_value_builder_close (builder);
  }
  if (open)
    rtmp_value_builder_close (builder);
}

static void
add_keys (RtmpValueBuilder * builder, GArray * keys)
{
  rtmp_value_builder_open_object (builder, "keyframes", NULL);
  rtmp_value_builder_open_array (builder, "times");
  for (guint i = 0; i < keys->len; i++)
    rtmp_value_builder_add_number (builder, NULL,
        g_array_index (keys, RtmpMetadataKey, i).time);
  rtmp_value_builder_close (builder);
  rtmp_value_builder_open_array (builder, "filepositions");
  for (guint i = 0; i < keys->len; i++)
    rtmp_value_builder_add_number (builder, NULL,
        g_array_index (keys, RtmpMetadataKey, i).offset);
  rtmp_value_builder_close (builder);
  rtmp_value_builder_close (builder);
}

/* Stands where the index may grow. Not a text: FFmpeg gives up at one of more
 * than a KiB. */
static void
add_filler (RtmpValueBuilder * builder, guint keys)
{
  rtmp_value_builder_open_array (builder, "filler");
  for (guint i = 0; i < 2 * keys; i++)
    rtmp_value_builder_add_number (builder, NULL, 0);
  rtmp_value_builder_close (builder);
}

/* @room -1: no index. */
static GBytes *
write_values (const RtmpMetadata * self, gint room, GError ** error)
{
  gboolean indexed = room >= 0;
  g_auto (RtmpValueBuilder) builder;

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_add_string (&builder, NULL, "onMetaData");
  rtmp_value_builder_open_map (&builder, NULL);
  if (indexed || self->duration > 0)
    rtmp_value_builder_add_number (&builder, "duration", self->duration);
  if (indexed || self->file_size > 0)
    rtmp_value_builder_add_number (&builder, "filesize", self->file_size);
  add_tracks (&builder, self->video, TRUE);
  add_tracks (&builder, self->audio, FALSE);
  for (guint i = 0; i < self->texts->len; i++) {
    const RtmpMetadataText *text =
        &g_array_index (self->texts, RtmpMetadataText, i);
    rtmp_value_builder_add_string (&builder, text->name, text->text);
  }
  if (indexed) {
    add_keys (&builder, self->keys);
    add_filler (&builder, room - self->keys->len);
  }
  rtmp_value_builder_close (&builder);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, error);
  return values ? rtmp_amf0_write_bytes (values) : NULL;
}

GBytes *
rtmp_metadata_write (const RtmpMetadata * self, GError ** error)
{
  return write_values (self, -1, error);
}

GBytes *
rtmp_metadata_write_indexed (const RtmpMetadata * self, guint room,
    GError ** error)
{
  g_return_val_if_fail (room <= RTMP_METADATA_MAX_ROOM, NULL);
  g_return_val_if_fail (self->keys->len <= room, NULL);

  return write_values (self, room, error);
}
