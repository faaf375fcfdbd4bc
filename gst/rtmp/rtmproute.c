/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpRoute: see rtmproute.h. */

#include "rtmproute.h"

#include "rtmp/rtmplimits.h"

void
rtmp_route_init (RtmpRoute * self, const RtmpUrl * home)
{
  *self = (RtmpRoute) {
  .home = rtmp_url_copy (home),.here = rtmp_url_copy (home)};
}

void
rtmp_route_clear (RtmpRoute * self)
{
  g_clear_pointer (&self->home, rtmp_url_free);
  g_clear_pointer (&self->here, rtmp_url_free);
}

gboolean
rtmp_route_is_home (const RtmpRoute * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  g_autofree gchar *home = rtmp_url_dup_tc_url (self->home);
  g_autofree gchar *here = rtmp_url_dup_tc_url (self->here);
  return g_str_equal (home, here);
}

gboolean
rtmp_route_ask (RtmpRoute * self, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (now - self->moved_at >= RTMP_MOVES_TIME)
    self->moves = 0;
  if (self->moves >= RTMP_MAX_MOVES)
    return FALSE;
  self->moves++;
  self->moved_at = now;
  return TRUE;
}

void
rtmp_route_go (RtmpRoute * self, const RtmpUrl * url)
{
  g_return_if_fail (self != NULL && url != NULL);

  RtmpUrl *here = rtmp_url_copy (url);
  rtmp_url_free (self->here);
  self->here = here;
}

void
rtmp_route_return (RtmpRoute * self)
{
  g_return_if_fail (self != NULL);

  rtmp_route_go (self, self->home);
}
