/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerResource: one who watches or publishes by HTTP, as a participant
 * without signalling: from its offer to its end. What HTTP says of it is
 * ServerWish's. In the loop. */
#pragma once

#include "serverfragment.h"
#include "serversite.h"

typedef struct _ServerResource ServerResource;

/* What it needs of the media; zero: ServerMedia's own. */
typedef struct {
  void (*offer) (ServerMedia *media, const gchar *room, const gchar *sid,
      const gchar *sdp, const gchar *publisher, ServerMediaAnswered answered,
      gpointer user_data, GDestroyNotify destroy);
  void (*add_candidate) (ServerMedia *media, const gchar *room,
      const gchar *sid, guint mline, const gchar *candidate);
} ServerResourceMedia;

/* Joins the room that @token is for, which is taken. NULL and @error
 * (LIVEKIT_REFUSAL) when it cannot. Then call livekit_server_pump(). @site and
 * @media are borrowed. */
ServerResource *server_resource_new (const ServerSite *site,
    const ServerResourceMedia *media, LivekitToken *token, GError **error);
ServerResource *server_resource_ref (ServerResource *self);
void server_resource_unref (ServerResource *self);

/* Names that nobody guesses, and the entity tag of its ICE session, with the
 * quotes. Lent. */
const gchar *server_resource_get_id (const ServerResource *self);
const gchar *server_resource_get_etag (const ServerResource *self);
const gchar *server_resource_get_room (const ServerResource *self);
const gchar *server_resource_get_sid (const ServerResource *self);

/* Once. @sdp was read as @fragment, which is taken. @answered comes once,
 * never from within the call: with an answer, or with an error when there is
 * none within @timeout_ms or the resource ends before. */
void server_resource_offer (ServerResource *self, const gchar *sdp,
    ServerFragment *fragment, const gchar *publisher, guint timeout_ms,
    ServerMediaAnswered answered, gpointer user_data);

/* FALSE and @error (LIVEKIT_REFUSAL): 422 for an ICE restart, which webrtcbin
 * of this age cannot do, 400 for what makes no sense. */
gboolean server_resource_trickle (ServerResource *self,
    const ServerFragment *fragment, GError **error);

/* It has left the room, or now does. Whoever waits for an answer gets @error,
 * which is borrowed. Nothing is called afterwards. */
void server_resource_end (ServerResource *self, const GError *error);

/* 128 random bits, in hexadecimal digits. */
gchar *server_resource_make_id (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerResource, server_resource_unref)
