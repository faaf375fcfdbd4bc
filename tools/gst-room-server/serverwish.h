/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerWish: watching and publishing with one exchange of descriptions by
 * HTTP: WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep). It keeps the resources
 * and speaks HTTP; what a resource does is ServerResource's. In the loop. */
#pragma once

#include "serverpath.h"
#include "serverresource.h"

typedef struct _ServerWish ServerWish;

/* Open at a time. Ours: each may be a connection that sends media. */
#define SERVER_WISH_MAX_RESOURCES 512
/* Until an offer must be answered, in ms. Ours: gathering takes half a second
 * at most. */
#define SERVER_WISH_ANSWER_TIMEOUT 10000

typedef struct {
  const ServerSite *site;       /* borrowed */
  const ServerResourceMedia *media;     /* NULL: ServerMedia's own */
  /* For clients, NULL-terminated, each as a Link header has it:
   * "<stun:HOST:PORT>; rel=\"ice-server\"". Copied; NULL: none. */
  const gchar * const *ice_servers;
  guint max_resources;          /* 0: SERVER_WISH_MAX_RESOURCES */
  guint answer_timeout;         /* ms; 0: SERVER_WISH_ANSWER_TIMEOUT */
} ServerWishConfig;

ServerWish *server_wish_new (const ServerWishConfig *config);
/* Closes first. */
void server_wish_free (ServerWish *self);

/* A request for WHEP, WHIP or a resource. @query may be NULL. */
void server_wish_handle (ServerWish *self, SoupServerMessage *message,
    const ServerPath *path, GHashTable *query);

/* Every event of the rooms: a participant that is over takes its resource with
 * it, whyever: it never connected, its connection failed, the room closed. */
void server_wish_hear (ServerWish *self, const LivekitRoomEvent *event);

/* All end, and nobody gets in any more. */
void server_wish_close (ServerWish *self);

guint server_wish_get_count (ServerWish *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerWish, server_wish_free)
