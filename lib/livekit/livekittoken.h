/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitToken: access tokens (JWT, HS256): mint, inspect, verify.
 * A token or secret never appears in an error. Time is a parameter. */
#pragma once

#include <glib.h>

/* What a token lets its bearer do. Three-valued: -1 absent (the server's
 * default), 0 no, 1 yes. */
typedef struct {
  gchar *room;
  gint room_join;
  gint room_admin;
  gint room_create;
  gint room_list;
  gint can_publish;
  gint can_subscribe;
  gint can_publish_data;
  gint can_update_own_metadata;
  gint hidden;
  gchar **sources;              /* "camera" ...; NULL: all */
} LivekitGrants;

typedef struct {
  gchar *key;                   /* iss */
  gchar *identity;              /* sub */
  gchar *name;
  gchar *metadata;
  GHashTable *attributes;       /* string to string, or NULL */
  gint64 not_before;            /* unix seconds; 0: none */
  gint64 expires;               /* unix seconds; 0: none */
  LivekitGrants grants;
} LivekitToken;

/* Grants are absent, all else is empty. */
LivekitToken *livekit_token_new (void);
void livekit_token_free (LivekitToken *self);

/* Signs @self with @secret. Fails (LIVEKIT_ERROR_CREDENTIALS) without key,
 * identity or secret, and for text that is not UTF-8. @now in unix seconds; a
 * token without expiry gets LIVEKIT_TOKEN_TTL from then, for servers after
 * v1.13.5 refuse one that has none. */
gchar *livekit_token_mint (const LivekitToken *self, const gchar *secret,
    gint64 now, GError **error);

/* Reads without verifying the signature. Fails (LIVEKIT_ERROR_CREDENTIALS) for
 * what is no token. */
LivekitToken *livekit_token_parse (const gchar *jwt, GError **error);

/* Reads and checks signature, exp and nbf, if they are there, with a minute's
 * leeway: LIVEKIT_ERROR_UNAUTHORIZED. */
LivekitToken *livekit_token_verify (const gchar *jwt, const gchar *secret,
    gint64 now, GError **error);

/* Fails with words when a join with @self must be refused: expired or not yet
 * valid (LIVEKIT_ERROR_UNAUTHORIZED); no identity, no roomJoin, no room
 * (LIVEKIT_ERROR_FORBIDDEN); publish not permitted
 * (LIVEKIT_ERROR_NOT_ALLOWED). */
gboolean livekit_token_check_publish (const LivekitToken *self, gint64 now,
    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitToken, livekit_token_free)
