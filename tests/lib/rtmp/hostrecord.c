/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hostrecord.h"

#include "rtmp/rtmpgrade.h"

void
host_record_init (HostRecord * self)
{
  *self = (HostRecord) {
    .media = g_ptr_array_new_with_free_func ((GDestroyNotify)
      rtmp_message_unref)};
  life_lock_init (&self->lock);
}

void
host_record_clear (HostRecord * self)
{
  life_lock_clear (&self->lock);
  g_ptr_array_unref (self->media);
  g_free (self->application);
}

void
host_record_count (HostRecord * self, HostServerSeen seen)
{
  LIFE_LOCK_HOLD (&self->lock);
  self->seen[seen]++;
}

void
host_record_add (HostRecord * self, RtmpMessage * message, guint32 chunk_size)
{
  const RtmpMessageHead *head = rtmp_message_get_head (message);
  RtmpGrade grade;
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);

  rtmp_grade_read (&grade, head->type, data, size);
  LIFE_LOCK_HOLD (&self->lock);
  g_ptr_array_add (self->media, rtmp_message_flatten (message));
  self->seen[HOST_SERVER_MEDIA]++;
  self->seen[HOST_SERVER_HEADERS] += grade.kind == RTMP_GRADE_HEADER;
  self->seen[HOST_SERVER_BYTES] += rtmp_message_get_size (message);
  self->seen[HOST_SERVER_LAST_TIME] = head->timestamp;
  self->seen[HOST_SERVER_CHUNK_SIZE] = chunk_size;
}

void
host_record_set_application (HostRecord * self, const gchar * application)
{
  LIFE_LOCK_HOLD (&self->lock);
  g_free (self->application);
  self->application = g_strdup (application);
}

guint64
host_record_get (HostRecord * self, HostServerSeen seen)
{
  LIFE_LOCK_HOLD (&self->lock);
  return self->seen[seen];
}

GPtrArray *
host_record_dup_media (HostRecord * self)
{
  GPtrArray *media =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rtmp_message_unref);

  LIFE_LOCK_HOLD (&self->lock);
  for (guint i = 0; i < self->media->len; i++)
    g_ptr_array_add (media, rtmp_message_ref (self->media->pdata[i]));
  return media;
}

gchar *
host_record_dup_application (HostRecord * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  return g_strdup (self->application);
}
