/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerPath: what the path of a request names: the list of rooms, a room, its
 * events, a way to watch or to publish, one who does so, or what is for
 * programs. Text only; whether there is such a thing is not its business. */
#pragma once

#include <glib.h>

typedef enum {
  SERVER_PATH_NONE,             /* nothing of ours */
  SERVER_PATH_LIST,             /* / */
  SERVER_PATH_LIST_EVENTS,      /* /events */
  SERVER_PATH_ASSET,            /* /page/NAME: id */
  SERVER_PATH_ROOM,             /* /room/ROOM */
  SERVER_PATH_ROOM_EVENTS,      /* /room/ROOM/events */
  SERVER_PATH_WHEP,             /* /room/ROOM/whep */
  SERVER_PATH_WHIP,             /* /room/ROOM/whip */
  SERVER_PATH_API,              /* /api/rooms */
  SERVER_PATH_METRICS,          /* /metrics */
  SERVER_PATH_RESOURCE,         /* /room/ROOM/whep/ID, .../whip/ID: id */
} ServerPathKind;

/* Random bits of an id, in hexadecimal digits: nobody guesses one. */
#define SERVER_PATH_ID_LENGTH 32

typedef struct {
  ServerPathKind kind;
  gchar *room;                  /* NULL: none */
  gchar *id;                    /* NULL: none */
} ServerPath;

/* @path: not escaped any more, from the first slash on. A room whose own name
 * ends like one of the others has no page. */
void server_path_parse (ServerPath *self, const gchar *path);
void server_path_clear (ServerPath *self);

/* Escaped, for Location. @kind: WHEP or WHIP. */
gchar *server_path_write_resource (const gchar *room, ServerPathKind kind,
    const gchar *id);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ServerPath, server_path_clear)
