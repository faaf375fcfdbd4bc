/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerHost: the whole server as one object: its loop, keys, rooms, sockets,
 * media and routes. It takes no signal and prints nothing. Any thread but its
 * loop's, one at a time, where nothing else is said. */
#pragma once

#include "servermedia.h"
#include "serversite.h"

/* What everybody knows, and so good for this machine only. */
#define SERVER_HOST_KEY "devkey"
#define SERVER_HOST_SECRET "secret"

/* What each answer calls the server, before "/" and its version. */
#define SERVER_HOST_SOFTWARE "gst-room-server"

typedef struct _ServerHost ServerHost;

/* Zero is the default of each; what it points to is copied. */
typedef struct {
  const gchar *address;         /* to listen at; 127.0.0.1 */
  guint16 port;                 /* 0: any */
  gboolean open_watch;          /* watching needs no token */
  gboolean remote_unmute;       /* an administrator may unmute */
  const gchar *record;          /* a folder for all that is published */
  ServerRecorderFuncs recorded; /* all of them, where something is recorded */
  /* What the rooms say, in the loop; may be NULL. */
  void (*heard) (const LivekitRoomEvent *event, gpointer user_data);
  /* Who was not let in, in the loop; may be NULL. */
  LivekitRefusedFunc refused;
  gpointer user_data;           /* theirs */
  ServerMediaConfig media;      /* addresses NULL: server_addresses_list();
                                 * recorder: from the above */
} ServerHostConfig;

typedef struct {
  guint left;                   /* clients that closed in time */
  guint cut;                    /* clients that did not */
  guint stuck;                  /* connections that did not end: there are
                                 * still threads of them, and nothing was
                                 * freed under them */
  guint unfinished;             /* recordings, likewise */
} ServerHostReport;

/* Takes @keys. */
ServerHost *server_host_new (const ServerHostConfig *config,
    LivekitKeys *keys);
/* Stopped, or never started. */
void server_host_free (ServerHost *self);

/* Once: listens and serves. FALSE with @error: the address (G_IO_ERROR, or
 * LIVEKIT_ERROR), the development key where others could use it
 * (G_IO_ERROR_PERMISSION_DENIED), or a folder that cannot be written to
 * (G_FILE_ERROR). */
gboolean server_host_start (ServerHost *self, GError **error);
guint16 server_host_get_port (ServerHost *self);
/* "http://127.0.0.1:7880". The caller frees it. */
gchar *server_host_dup_url (ServerHost *self);
gboolean server_host_has_development_key (ServerHost *self);

/* The keys of @path from now on; FALSE with @error: those as before. */
gboolean server_host_load_keys (ServerHost *self, const gchar *path,
    GError **error);

/* Tells all that the server stops, gives clients @grace_us to close, cuts the
 * rest and joins everything. The first caller does it, others wait for it; each
 * gets the report. TRUE: all left by themselves. */
gboolean server_host_stop (ServerHost *self, gint64 grace_us,
    ServerHostReport *report);
/* From any thread: the grace is over. */
void server_host_cut (ServerHost *self);

/* For tests and who lives in the same process; lent. In the loop only, which
 * runs from start to stop. */
const ServerSite *server_host_get_site (ServerHost *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerHost, server_host_free)
