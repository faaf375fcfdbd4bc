/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitqueue.h"

#include "livekit/livekitdebug.h"

void
livekit_queue_init (LivekitQueue * self)
{
  g_return_if_fail (self != NULL);

  g_queue_init (&self->events);
}

void
livekit_queue_clear (LivekitQueue * self)
{
  g_return_if_fail (self != NULL);

  g_queue_clear_full (&self->events, (GDestroyNotify) livekit_event_free);
}

LivekitEvent *
livekit_queue_push (LivekitQueue * self, LivekitEventType type)
{
  g_return_val_if_fail (self != NULL, NULL);

  LivekitEvent *event = livekit_event_new (type);
  GST_LOG ("%p: %s", self, livekit_event_type_get_name (type));
  g_queue_push_tail (&self->events, event);
  return event;
}

gboolean
livekit_queue_push_send (LivekitQueue * self, GBytes * bytes, GError * error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (bytes == NULL) {
    GST_WARNING ("%p: not sent: %s", self, error->message);
    g_error_free (error);
    return FALSE;
  }
  livekit_queue_push (self, LIVEKIT_EVENT_SEND)->bytes = bytes;
  return TRUE;
}

LivekitEvent *
livekit_queue_take (LivekitQueue * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_queue_pop_head (&self->events);
}
