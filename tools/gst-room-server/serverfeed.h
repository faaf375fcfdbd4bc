/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerFeed: server-sent events for the page: a snapshot of the rooms, or of
 * one, at once and after each change. Each is whole, so one that cannot be
 * written in time is replaced by the next: nothing piles up. In the loop. */
#pragma once

#include "serverpath.h"
#include "serversite.h"

typedef struct _ServerFeed ServerFeed;

/* At a time. Ours: each is a socket that stays open. */
#define SERVER_FEED_MAX_LISTENERS 256
/* Between two signs of life, in ms. Ours: shorter than proxies wait. */
#define SERVER_FEED_HEARTBEAT 10000
/* For what is written to be taken, in ms. Ours. */
#define SERVER_FEED_STALL 20000

typedef struct {
  const ServerSite *site;       /* borrowed */
  guint max_listeners;          /* 0: the default, as in all */
  guint heartbeat;
  guint stall;
} ServerFeedConfig;

ServerFeed *server_feed_new (const ServerFeedConfig *config);
/* Closes first. */
void server_feed_free (ServerFeed *self);

/* A request for LIST_EVENTS or ROOM_EVENTS. */
void server_feed_handle (ServerFeed *self, SoupServerMessage *message,
    const ServerPath *path);

/* Every event of the rooms. */
void server_feed_hear (ServerFeed *self, const LivekitRoomEvent *event);

/* All are told what there is now, and ended; nobody listens any more. */
void server_feed_close (ServerFeed *self);

guint server_feed_get_count (ServerFeed *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerFeed, server_feed_free)
