/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerPage: the files of the page, as they were compiled in. They hold
 * nothing of any room, so that everyone may have them; what they show, they ask
 * for. In the loop. */
#pragma once

#include "serverpath.h"

#include <libsoup/soup.h>

typedef struct _ServerPage ServerPage;

ServerPage *server_page_new (void);
void server_page_free (ServerPage *self);

/* A request for LIST, ROOM or ASSET. */
void server_page_handle (ServerPage *self, SoupServerMessage *message,
    const ServerPath *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerPage, server_page_free)
