/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpRoute: where a connection goes: to the user's location, or where a server
 * has sent us; and how often servers may do that. A plain value, no clock. */
#pragma once

#include "rtmp/rtmpurl.h"

typedef struct {
  RtmpUrl *home;                /* the user's */
  RtmpUrl *here;                /* of the next connection */
  guint moves;                  /* in a row that were asked for */
  gint64 moved_at;              /* the last of them */
} RtmpRoute;

void rtmp_route_init (RtmpRoute *self, const RtmpUrl *home);
void rtmp_route_clear (RtmpRoute *self);
/* The next connection goes to the user's. */
gboolean rtmp_route_is_home (const RtmpRoute *self);

/* A server asks to go elsewhere. FALSE: too often, not to be followed. */
gboolean rtmp_route_ask (RtmpRoute *self, gint64 now);
void rtmp_route_go (RtmpRoute *self, const RtmpUrl *url);
/* It did not do there: back to the user's. */
void rtmp_route_return (RtmpRoute *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RtmpRoute, rtmp_route_clear)
