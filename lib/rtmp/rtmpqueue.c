/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpqueue.h"

#include "rtmp/rtmpdebug.h"

void
rtmp_queue_init (RtmpQueue * self)
{
  g_return_if_fail (self != NULL);

  self->events = g_array_new (FALSE, TRUE, sizeof (RtmpEvent));
  self->taken = 0;
}

void
rtmp_queue_clear (RtmpQueue * self)
{
  g_return_if_fail (self != NULL);

  for (guint i = self->taken; i < self->events->len; i++)
    rtmp_event_clear (&g_array_index (self->events, RtmpEvent, i));
  g_clear_pointer (&self->events, g_array_unref);
}

RtmpEvent *
rtmp_queue_push (RtmpQueue * self, RtmpEventKind kind)
{
  g_return_val_if_fail (self != NULL, NULL);

  GST_LOG ("%p: %s", self, rtmp_event_kind_get_name (kind));
  g_array_set_size (self->events, self->events->len + 1);
  RtmpEvent *event =
      &g_array_index (self->events, RtmpEvent, self->events->len - 1);
  event->kind = kind;
  return event;
}

gboolean
rtmp_queue_take (RtmpQueue * self, RtmpEvent * event)
{
  g_return_val_if_fail (self != NULL && event != NULL, FALSE);

  if (self->taken == self->events->len)
    return FALSE;
  *event = g_array_index (self->events, RtmpEvent, self->taken++);
  if (self->taken == self->events->len) {
    g_array_set_size (self->events, 0);
    self->taken = 0;
  }
  return TRUE;
}
