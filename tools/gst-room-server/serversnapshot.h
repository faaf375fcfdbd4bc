/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSnapshot: what the page is told of the rooms, as one line of JSON: all
 * that it shows, every time. Hidden participants are counted and not named. It
 * is for people; programs ask the API. In the loop. */
#pragma once

#include "livekit/livekitrooms.h"

/* How long the page keeps a tile whose publisher has gone, in ms. Ours: long
 * enough for a restart, and shorter than his fans are kept. */
#define SERVER_SNAPSHOT_LINGER 10000

/* {"rooms":[{"name","publishers","tracks","watchers"}]}, by name. Watchers are
 * participants: a page is one for each publisher that it plays. */
gchar *server_snapshot_write_list (LivekitRooms *rooms);

/* {"room","linger","watchers","publishers":[{"identity","name","key",
 * "tracks":[{"name","kind","source","codec","muted","width","height","key"}]}]}
 * of live tracks; a room that is not there is empty. The keys are those of
 * server_shelf_make_key(). */
gchar *server_snapshot_write_room (LivekitRooms *rooms, const gchar *name);

/* A live track of @publisher, an identity; NULL: of anyone. */
gboolean server_snapshot_has_tracks (LivekitRoom *room,
    const gchar *publisher);
