/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerHttp: what the routes of the page and of its media say in HTTP, all in
 * the same way. Whether a request is let in is ServerAccess's to say. */
#pragma once

#include <libsoup/soup.h>

/* @text: a sentence without its end of line, or NULL for no body. */
void server_http_answer (SoupServerMessage *message, guint status,
    const gchar *text);

/* @methods: those that there are, "GET, HEAD". */
void server_http_refuse_method (SoupServerMessage *message,
    const gchar *methods);

/* For what browsers show or run: it is what it says it is, is in nobody's
 * frame, takes nothing from elsewhere, and tells nobody where it is. */
void server_http_protect (SoupServerMessage *message);

/* The value of a request header; NULL: none. Lent. */
const gchar *server_http_get_header (SoupServerMessage *message,
    const gchar *name);

/* A weak comparison of @etag with what If-None-Match or If-Match lists. "*"
 * fits any. */
gboolean server_http_lists_etag (const gchar *list, const gchar *etag);
