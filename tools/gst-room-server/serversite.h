/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSite: what a route finds in the server that it belongs to. All is
 * borrowed, lives as long as any route, and is for the loop. */
#pragma once

#include "life/lifeloop.h"
#include "livekit/livekitserver.h"
#include "servermedia.h"

typedef struct _ServerAccess ServerAccess;

typedef struct {
  LifeLoop *loop;
  LivekitServer *server;
  LivekitRooms *rooms;
  LivekitKeys *keys;
  ServerMedia *media;
  ServerAccess *access;         /* who may see or do what; NULL: not asked */
} ServerSite;
