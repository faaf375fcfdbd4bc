/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitKeys: the API keys that a server knows, each with its secret. Not the
 * tokens that are signed with them. One thread at a time. No error holds a key
 * or a secret. */
#pragma once

#include <glib.h>

typedef struct _LivekitKeys LivekitKeys;

/* Empty: every token is refused. */
LivekitKeys *livekit_keys_new (void);
void livekit_keys_free (LivekitKeys *self);

/* Each of these puts what it reads in the place of all keys before, or fails
 * (LIVEKIT_ERROR_CREDENTIALS) and leaves them as they were.
 * Of a file: one "key: secret" a line; empty lines and those that begin with #
 * do not count. */
gboolean livekit_keys_load_file (LivekitKeys *self, const gchar *path,
    GError **error);
gboolean livekit_keys_load_text (LivekitKeys *self, const gchar *text,
    GError **error);
/* Of an option: "key:secret,key:secret". */
gboolean livekit_keys_load_pairs (LivekitKeys *self, const gchar *pairs,
    GError **error);

/* Each has the keys of the other. */
void livekit_keys_swap (LivekitKeys *self, LivekitKeys *other);

/* NULL: no such key. Lent until the next load. */
const gchar *livekit_keys_get_secret (const LivekitKeys *self,
    const gchar *key);
guint livekit_keys_get_count (const LivekitKeys *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitKeys, livekit_keys_free)
