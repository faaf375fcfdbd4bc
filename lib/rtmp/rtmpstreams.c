/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpstreams.h"

void
rtmp_streams_init (RtmpStreams * self)
{
  g_return_if_fail (self != NULL);

  *self = (RtmpStreams) {
  0};
}

void
rtmp_streams_clear (RtmpStreams * self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < RTMP_MAX_STREAMS; i++)
    rtmp_stream_set (&self->streams[i], RTMP_STREAM_FREE, NULL);
}

guint32
rtmp_streams_add (RtmpStreams * self)
{
  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < RTMP_MAX_STREAMS; i++) {
    if (self->streams[i].use == RTMP_STREAM_FREE) {
      self->streams[i].use = RTMP_STREAM_IDLE;
      return i + 1;
    }
  }
  return 0;
}

RtmpStream *
rtmp_streams_get (RtmpStreams * self, guint32 id)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (id < 1 || id > RTMP_MAX_STREAMS
      || self->streams[id - 1].use == RTMP_STREAM_FREE)
    return NULL;
  return &self->streams[id - 1];
}

void
rtmp_streams_remove (RtmpStreams * self, guint32 id)
{
  RtmpStream *stream = rtmp_streams_get (self, id);

  if (stream != NULL)
    rtmp_stream_set (stream, RTMP_STREAM_FREE, NULL);
}

guint32
rtmp_streams_find_publisher (RtmpStreams * self, const gchar * name)
{
  g_return_val_if_fail (self != NULL && name != NULL, 0);

  for (guint i = 0; i < RTMP_MAX_STREAMS; i++) {
    RtmpStream *stream = &self->streams[i];
    if ((stream->use == RTMP_STREAM_PUBLISHES
            || stream->use == RTMP_STREAM_WANTS_TO_PUBLISH)
        && g_strcmp0 (stream->name, name) == 0)
      return i + 1;
  }
  return 0;
}

void
rtmp_stream_set (RtmpStream * self, RtmpStreamUse use, const gchar * name)
{
  g_return_if_fail (self != NULL);

  gchar *copy = g_strdup (name);
  g_free (self->name);
  self->name = copy;
  self->use = use;
}
