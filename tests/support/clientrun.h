/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ClientRun: a LivekitClient on a context of its own, for tests, that keeps
 * what it says and is iterated until it has said what a test waits for. */
#pragma once

#include "livekit/livekitclient.h"
#include "roomscript.h"

typedef struct _ClientRun ClientRun;

#define CLIENT_RUN_SECRET "a secret of thirty-two characters or more"

/* A token for room "stage", identity "publisher", that may publish. */
gchar *client_run_new_token (void);

/* With that token. Does not start. */
ClientRun *client_run_new (const gchar *url);
/* As @config says, whose strings outlive the run; a NULL token is replaced by
 * that token. */
ClientRun *client_run_new_full (const LivekitSessionConfig *config,
    gboolean ssl_strict);
/* Frees the client where it stands, and the context without another
 * iteration. */
void client_run_free (ClientRun *self);

LivekitClient *client_run_get_client (ClientRun *self);

/* Frees the client when the next event of @type comes, inside its callback. */
void client_run_free_client_at (ClientRun *self, LivekitEventType type);
/* Frees the client now; what it left behind may still be iterated. */
void client_run_free_client (ClientRun *self);
gboolean client_run_has_client (ClientRun *self);
/* Frees the client, forgets what it said and makes another, on the same
 * context. */
void client_run_renew (ClientRun *self);

/* Iterates until event number @count (from 1) of @type has come and lends it;
 * NULL when the client ends before, or after a time that only a broken test
 * needs. */
const LivekitEvent *client_run_until (ClientRun *self, LivekitEventType type,
    guint count);
guint client_run_count (ClientRun *self, LivekitEventType type);

/* Iterates until @done, or after a time that only a broken test needs: then
 * FALSE. */
gboolean client_run_iterate_until (ClientRun *self,
    gboolean (*done) (gpointer user_data), gpointer user_data);

/* Iterates until the room has seen @seen @count times, and asserts that. */
void client_run_assert_seen (ClientRun *self, RoomScript *room, gint seen,
    guint count);
/* Iterates until the end, and asserts that there is one, with the LivekitError
 * @code or, 0, without an error. */
void client_run_assert_ended (ClientRun *self, gint code);

/* How many descriptors this process has open. */
guint client_run_count_descriptors (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClientRun, client_run_free)
