/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerLine: a leg and what its signalling has to remember: candidates that
 * were not told yet, an offer that came too early, its place in the roster of
 * those that are drained. In the loop. */
#pragma once

#include "life/liferoster.h"
#include "serverleg.h"

typedef struct _ServerLine ServerLine;

/* In the loop. None after server_line_stop() but stopped. */
typedef struct {
  /* @id: of the offer that is answered; of one of ours 0. */
  void (*describe) (ServerLine *line, gboolean offer, guint id,
      const gchar *sdp, gpointer user_data);
  /* Behind the first description. NULL: there are no more. */
  void (*candidate) (ServerLine *line, guint mline, const gchar *candidate,
      gpointer user_data);
  void (*state_changed) (ServerLine *line, GstWebRTCPeerConnectionState state,
      gpointer user_data);
  const ServerCodec *(*section) (ServerLine *line, guint mline,
      const ServerSection *section, gpointer user_data);
  void (*track) (ServerLine *line, ServerTrack *track, gpointer user_data);
  void (*started) (ServerLine *line, ServerOutlet *outlet, gpointer user_data);
  void (*settled) (ServerLine *line, gpointer user_data);
  void (*failed) (ServerLine *line, const GError *error, gpointer user_data);
  /* Nothing is left of it; may be freed. */
  void (*stopped) (ServerLine *line, gpointer user_data);
} ServerLineFuncs;

/* As server_leg_new(). */
ServerLine *server_line_new (LifeLoop *loop, LifeRoster *roster,
    const ServerPeerConfig *config, const ServerLineFuncs *funcs,
    gpointer user_data, GError **error);
/* Once stopped, or from within stopped. */
void server_line_free (ServerLine *self);

/* Lent. */
ServerLeg *server_line_get_leg (ServerLine *self);

/* Answered in its turn; a later one takes its place until then. An offer that
 * cannot be used is a failure. */
void server_line_set_offer (ServerLine *self, guint id, const gchar *sdp);
/* The client's signalling was lost and is back: tells all candidates once more
 * and, with @offer, the offer of ours that has no answer. */
void server_line_repeat (ServerLine *self, gboolean offer);

/* Once it is connected, for a client whose signalling tells nothing of its end:
 * it fails when the client is not heard of any more. */
void server_line_watch (ServerLine *self);

/* May be called again. */
void server_line_stop (ServerLine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerLine, server_line_free)
