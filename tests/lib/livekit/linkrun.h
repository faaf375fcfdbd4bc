/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LinkRun: a LivekitLink on a context of its own, for tests, that counts what
 * it reports. */
#pragma once

#include "livekit/livekitlink.h"
#include "roomscript.h"

typedef struct {
  GMainContext *context;
  LivekitLink *link;            /* NULL after free_at */
  guint opened;
  guint refused;
  guint messages;
  guint closed;
  guint status;                 /* of the last refusal */
  gchar *body;
  GError *error;                /* of the last refusal or close */
  gsize size;                   /* of the last message */
  guint *free_at;               /* free the link when this one counts */
} LinkRun;

LinkRun *link_run_new (gboolean ssl_strict);
void link_run_free (LinkRun *self);

/* Iterates until @counter, one of the run's own, is @count; FALSE after a time
 * that only a broken test needs. */
gboolean link_run_until (LinkRun *self, const guint *counter, guint count);
gboolean link_run_until_seen (LinkRun *self, RoomScript *room,
    RoomScriptSeen seen);

/* Something to send. */
GBytes *link_run_new_leave (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinkRun, link_run_free)
