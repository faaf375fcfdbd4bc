/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerWeb: all that is asked by HTTP: the page, its events, the ways to watch
 * and to publish, and what programs are told. It hands each request to whom it
 * is for. In the loop. */
#pragma once

#include "serverwish.h"

typedef struct _ServerWeb ServerWeb;

/* Adds its routes to the server of @config's site, which must not run any more
 * when it is freed. */
ServerWeb *server_web_new (const ServerWishConfig *config);
/* Closes first. */
void server_web_free (ServerWeb *self);

/* Every event of the rooms, after the media has handled it. */
void server_web_hear (ServerWeb *self, const LivekitRoomEvent *event);

/* Who watches or publishes is ended, and events too; the page stays,
 * and so does what programs are told. */
void server_web_close (ServerWeb *self);

/* Who watches or publishes by HTTP, and pages that listen. */
guint server_web_count_resources (ServerWeb *self);
guint server_web_count_listeners (ServerWeb *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerWeb, server_web_free)
