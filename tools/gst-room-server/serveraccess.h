/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerAccess: may this HTTP request see or do that? By its token, or without
 * one where that is free: then only for programs on this machine and for our
 * own pages, never for a page of someone else. It logs no token and no query,
 * and a flood of refusals once a minute. In the loop. */
#pragma once

#include "livekit/livekitkeys.h"
#include "livekit/livekittoken.h"

#include <libsoup/soup.h>

typedef struct _ServerAccess ServerAccess;

typedef struct {
  const LivekitKeys *keys;      /* borrowed */
  gboolean loopback;            /* nobody else can connect */
  gboolean development;         /* the key is one that everybody knows */
  gboolean open_watch;          /* watching needs no token */
} ServerAccessConfig;

typedef enum {
  /* Rooms, participants and counts of the whole server. Free on loopback; a
   * token with roomList, or with roomAdmin for what concerns its room. */
  SERVER_RIGHT_OBSERVE,
  /* Free with open_watch, and with the development key on loopback; a token
   * with roomJoin of the room that does not deny canSubscribe. */
  SERVER_RIGHT_WATCH,
  /* Free with the development key on loopback; a token with roomJoin of the
   * room that does not deny canPublish. */
  SERVER_RIGHT_PUBLISH,
} ServerRight;

ServerAccess *server_access_new (const ServerAccessConfig *config);
void server_access_free (ServerAccess *self);

/* When the keys were replaced. */
void server_access_set_development (ServerAccess *self, gboolean development);

/* The token of the request, of "Authorization: Bearer" or "?access_token=",
 * verified. NULL and @error (LIVEKIT_REFUSAL): it has none, or a wrong one. */
LivekitToken *server_access_verify (ServerAccess *self,
    SoupServerMessage *message, GError **error);

/* @room: of WATCH and PUBLISH. Gives the token that has the right; for one who
 * needs none a new token that has it, without an identity. NULL and @error
 * (LIVEKIT_REFUSAL: 401, or 403 when the token does not suffice). */
LivekitToken *server_access_check (ServerAccess *self,
    SoupServerMessage *message, ServerRight right, const gchar *room,
    GError **error);

/* It brings one, right or wrong. */
gboolean server_access_has_token (SoupServerMessage *message);

/* Answers as @error (LIVEKIT_REFUSAL) says. */
void server_access_refuse (ServerAccess *self, SoupServerMessage *message,
    const GError *error);

/* For who answers in another way: logs it. */
void server_access_note (ServerAccess *self, const GError *error);

/* For routes that pages of any origin may use with a token: lets them read the
 * answer, with @exposed headers ("Location, ETag") or NULL. TRUE: the request
 * was one that only asks for leave, for @methods ("POST, DELETE"), and is
 * answered. */
gboolean server_access_share (SoupServerMessage *message,
    const gchar *methods, const gchar *exposed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerAccess, server_access_free)
