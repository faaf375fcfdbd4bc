/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerApi: what the server holds and has done, for programs that ask by HTTP:
 * the rooms in JSON, and figures in the format of Prometheus (ServerMetrics).
 * It changes nothing. In the loop. */
#pragma once

#include "serverpath.h"
#include "serversite.h"

#include <libsoup/soup.h>

typedef struct _ServerApi ServerApi;

/* The server's time begins now. @site is borrowed. */
ServerApi *server_api_new (const ServerSite *site);
void server_api_free (ServerApi *self);

/* @path: SERVER_PATH_API or SERVER_PATH_METRICS. */
void server_api_handle (ServerApi *self, SoupServerMessage *message,
    const ServerPath *path);

/* Every event of the rooms. */
void server_api_hear (ServerApi *self, const LivekitRoomEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerApi, server_api_free)
