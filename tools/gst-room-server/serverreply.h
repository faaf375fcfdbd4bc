/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerReply: the answer that one who offered without signalling waits for. It
 * comes once, whatever happens. In the loop. */
#pragma once

#include "life/lifeloop.h"
#include "servermedia.h"

typedef struct _ServerReply ServerReply;

ServerReply *server_reply_new (ServerMediaAnswered answered,
    gpointer user_data, GDestroyNotify destroy);
/* With @sdp or @error, at once; and frees it. */
void server_reply_finish (ServerReply *self, const gchar *sdp,
    const GError *error);
/* The same, as soon as the caller is out of the way. Takes @error. */
void server_reply_refuse (ServerReply *self, LifeLoop *loop, GError *error);
