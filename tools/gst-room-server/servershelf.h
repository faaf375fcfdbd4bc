/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerShelf: the fans of all rooms, each by who publishes it, under which
 * name and how it is coded. One whose publisher has gone is kept for a while,
 * so that those who watch go on with it when he comes back. In the loop. */
#pragma once

#include "life/lifeloop.h"
#include "serverrecorder.h"
#include "serverreport.h"

/* Fans that wait for a publisher; beyond, the oldest ends. */
#define SERVER_SHELF_MAX_WAITING 256

typedef struct _ServerShelf ServerShelf;

/* @keep_us: how long a fan waits. @recorder (lent; may be NULL) is told of each
 * that has a publisher. */
ServerShelf *server_shelf_new (LifeLoop *loop, gint64 keep_us,
    ServerRecorder *recorder);
/* Ends all fans. */
void server_shelf_free (ServerShelf *self);

/* For a track that is published now: the fan that waits for it, or a new one.
 * @ordinal: of his tracks of that name. Lent until it is given back. */
ServerFan *server_shelf_take (ServerShelf *self, const gchar *room,
    const gchar *identity, const gchar *name, guint ordinal,
    const ServerCodec *codec);
/* The track is no more: @fan waits, and ends when nobody takes it in time. */
void server_shelf_give_back (ServerShelf *self, ServerFan *fan);
/* The room is over, and its fans end. */
void server_shelf_clear_room (ServerShelf *self, const gchar *room);

guint server_shelf_get_count (ServerShelf *self);
guint server_shelf_count_waiting (ServerShelf *self);

/* Adds what all fans have got, and those that ended. */
void server_shelf_count (ServerShelf *self, ServerReportTotals *totals);

/* What stands for a publisher (@name NULL) or a track of his, in descriptions
 * and for pages: the same after he has come back, and safe in any of them.
 * Browsers take no description in which two sections have the same. */
gchar *server_shelf_make_key (const gchar *identity, const gchar *name,
    guint ordinal, gboolean video);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerShelf, server_shelf_free)
