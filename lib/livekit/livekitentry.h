/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitEntry: what someone who wants to come in has said with the request
 * for the WebSocket: who it is, and how it wants to be served. Whether the
 * room takes them is the room's to say. */
#pragma once

#include "livekit/livekit.pb-c.h"
#include "livekit/livekitkeys.h"
#include "livekit/livekittoken.h"

typedef enum {
  LIVEKIT_ENTRY_NONE,           /* another path */
  LIVEKIT_ENTRY_JOIN,           /* /rtc, /rtc/v1: a WebSocket */
  LIVEKIT_ENTRY_VALIDATE,       /* the same checks, and "success" */
} LivekitEntryKind;

typedef struct {
  LivekitToken *token;          /* with the join's metadata and attributes */
  gboolean one_connection;      /* FALSE: the server offers a second one */
  gboolean auto_subscribe;
  gint protocol;                /* 0: very old */
  gchar *resumes;               /* sid of the participant to go on as */
  Livekit__JoinRequest *join;   /* tracks and an offer to begin with, or NULL */
  /* Without signalling, as the consumers of a page: the room has no messages
   * for them and waits for none. */
  gboolean quiet;
} LivekitEntry;

/* @path as in the request, a slash too many at its head allowed. */
LivekitEntryKind livekit_entry_find (const gchar *path,
    gboolean *one_connection);

/* @path must be one of those. @query: not yet unescaped, or NULL;
 * @authorization: the header's value, or NULL; @now: unix seconds. NULL and
 * @error (LIVEKIT_REFUSAL) for what is to be refused. */
LivekitEntry *livekit_entry_read (const LivekitKeys *keys, const gchar *path,
    const gchar *query, const gchar *authorization, gint64 now,
    GError **error);

/* For one who did not come by a WebSocket. Takes @token, which was checked. */
LivekitEntry *livekit_entry_new_quiet (LivekitToken *token);
void livekit_entry_free (LivekitEntry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitEntry, livekit_entry_free)
