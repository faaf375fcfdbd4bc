/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpwindow.h"

#include "rtmp/rtmplimits.h"

void
rtmp_window_init (RtmpWindow * self)
{
  g_return_if_fail (self != NULL);

  *self = (RtmpWindow) {
  .window = RTMP_DEFAULT_WINDOW,.limit = RTMP_BANDWIDTH_DYNAMIC};
}

/* At half of the window, so that the other end never has to wait for it. */
gboolean
rtmp_window_receive (RtmpWindow * self, gsize size, guint32 * number)
{
  g_return_val_if_fail (self != NULL && number != NULL, FALSE);

  self->received += size;
  if (self->received - self->acknowledged < MAX (self->window / 2, 1))
    return FALSE;
  self->acknowledged = self->received;
  *number = self->received;
  return TRUE;
}

void
rtmp_window_send (RtmpWindow * self, gsize size)
{
  g_return_if_fail (self != NULL);

  self->sent += size;
}

void
rtmp_window_heard (RtmpWindow * self, guint32 number)
{
  g_return_if_fail (self != NULL);

  guint64 confirmed = self->confirmed
      + (guint32) (number - (guint32) self->confirmed);
  if (confirmed <= self->sent)
    self->confirmed = confirmed;
}

void
rtmp_window_set (RtmpWindow * self, guint32 window)
{
  g_return_if_fail (self != NULL);

  self->window = window;
}

gboolean
rtmp_window_tell (RtmpWindow * self, guint32 window)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->told == window)
    return FALSE;
  self->told = window;
  return TRUE;
}

gboolean
rtmp_window_set_bandwidth (RtmpWindow * self, const RtmpControl * bandwidth,
    guint32 * window)
{
  g_return_val_if_fail (self != NULL && bandwidth != NULL && window != NULL,
      FALSE);

  RtmpBandwidthLimit limit = bandwidth->limit;
  *window = bandwidth->number;
  /* 5.4.5: dynamic is hard if the last was, and else says nothing; which is
   * what all servers send first, and expect an answer to. */
  if (limit == RTMP_BANDWIDTH_SOFT && self->told != 0)
    *window = MIN (*window, self->told);
  if (limit != RTMP_BANDWIDTH_DYNAMIC)
    self->limit = limit;
  else if (self->limit != RTMP_BANDWIDTH_HARD && self->told != 0)
    return FALSE;
  return *window > 0 && rtmp_window_tell (self, *window);
}
