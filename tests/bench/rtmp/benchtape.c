/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "benchtape.h"

#include "rtmp/rtmpflvreader.h"

/* Between the last tag of a round and the first of the next. */
#define SEAM 33

struct _BenchTape
{
  GArray *tags;                 /* of RtmpFlvTag */
  guint at;
  guint32 begin;                /* of this round, ms */
  guint32 length;
  RtmpFlvTag shown;             /* its data is of tags */
};

BenchTape *
bench_tape_new (const gchar * file)
{
  BenchTape *self = g_new0 (BenchTape, 1);
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *contents = NULL;
  RtmpFlvTag tag;
  gsize size;

  if (!g_file_get_contents (file, &contents, &size, &error))
    g_error ("%s", error->message);
  self->tags = g_array_new (FALSE, FALSE, sizeof (RtmpFlvTag));
  g_array_set_clear_func (self->tags, (GDestroyNotify) rtmp_flv_tag_clear);
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&contents),
      size);
  rtmp_flv_reader_feed (reader, bytes);
  while (rtmp_flv_reader_take (reader, &tag, &error)) {
    self->length = MAX (self->length, tag.timestamp + SEAM);
    g_array_append_val (self->tags, tag);
  }
  if (error != NULL || self->length == 0)
    g_error ("%s: %s", file, error != NULL ? error->message : "no tags");
  return self;
}

void
bench_tape_free (BenchTape * self)
{
  g_array_unref (self->tags);
  g_free (self);
}

const RtmpFlvTag *
bench_tape_next (BenchTape * self)
{
  do {
    if (self->at == self->tags->len) {
      self->at = 0;
      self->begin += self->length;
    }
    self->shown = g_array_index (self->tags, RtmpFlvTag, self->at++);
  } while (self->begin > 0 && self->shown.type == RTMP_MESSAGE_DATA);
  self->shown.timestamp += self->begin;
  return &self->shown;
}
