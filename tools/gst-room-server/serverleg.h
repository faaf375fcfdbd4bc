/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerLeg: one media connection of a participant, either way: what it sends
 * us becomes tracks, and tracks of others go out through outlets. It answers
 * the client's offers or makes its own, one at a time; it signals nothing
 * itself. In the loop, where nothing else is said. */
#pragma once

#include "serveroutlet.h"
#include "servertrack.h"

typedef struct _ServerLeg ServerLeg;

/* All come in the loop, none after server_leg_stop() but stopped. */
typedef struct {
  /* An answer to set_offer(), or an offer of ours, for the client. */
  void (*describe) (gboolean offer, const gchar *sdp, gpointer user_data);
  void (*candidate) (guint mline, const gchar *candidate, gpointer user_data);
  void (*state_changed) (GstWebRTCPeerConnectionState state,
      gpointer user_data);
  /* A stream came in. Attach it to a fan now or later. */
  void (*track) (ServerTrack *track, gpointer user_data);
  /* A track that came in ends: the client's new offer says so. */
  void (*track_gone) (ServerTrack *track, gpointer user_data);
  /* It goes on no longer; stop it. */
  void (*failed) (const GError *error, gpointer user_data);
  /* Nothing is left of it. Last of all; may be NULL. */
  void (*stopped) (gpointer user_data);
  /* Of set_offer(), from within it: each section of audio or video, in their
   * order, known ones too. For a new one in which the client sends: the codec
   * that is taken of it; NULL: none. May itself be NULL: the client's first. */
  const ServerCodec *(*section) (guint mline, const ServerSection *section,
      gpointer user_data);
  /* Offer and answer are in force: there may be another. May be NULL. */
  void (*settled) (gpointer user_data);
  /* There are no more local candidates. May be NULL. */
  void (*gathered) (gpointer user_data);
  /* Packets of @outlet flow from now on. May be NULL. */
  void (*started) (ServerOutlet *outlet, gpointer user_data);
} ServerLegFuncs;

/* Not negotiated yet; to be stopped before the last reference goes. NULL with
 * @error when a plugin is missing. */
ServerLeg *server_leg_new (LifeLoop *loop, const ServerPeerConfig *config,
    const ServerLegFuncs *funcs, gpointer user_data, GError **error);
ServerLeg *server_leg_ref (ServerLeg *self);
void server_leg_unref (ServerLeg *self);

/* @fan's packets shall go to the client. With create_offer() or, when the
 * client offers, for the next section of it that takes the codec. Borrowed;
 * NULL once the leg is stopped. */
ServerOutlet *server_leg_add_outlet (ServerLeg *self, ServerFan *fan,
    const gchar *stream, const gchar *track);
/* No packets any more; its section is inactive in the next description. The
 * outlet is the leg's until then, and not the caller's any more. */
void server_leg_remove_outlet (ServerLeg *self, ServerOutlet *outlet);

/* Makes an offer of all outlets, now or when the one under way is done. */
void server_leg_create_offer (ServerLeg *self);
/* One that does not fit our offer is a failure. */
void server_leg_set_answer (ServerLeg *self, const gchar *sdp);
/* FALSE with @error: it cannot be used, or comes in the middle of another, and
 * nothing has changed. */
gboolean server_leg_set_offer (ServerLeg *self, const gchar *sdp,
    GError **error);
/* A set_offer() now would come in the middle of another. */
gboolean server_leg_is_answering (ServerLeg *self);
void server_leg_add_candidate (ServerLeg *self, guint mline,
    const gchar *candidate);

/* Of an offer of ours that is not answered: describes it once more. FALSE:
 * there is none. */
gboolean server_leg_repeat_offer (ServerLeg *self);
/* The last answer or offer of ours, with the candidates that there are by now;
 * NULL: there was none. */
gchar *server_leg_dup_description (ServerLeg *self);

/* To be asked every SERVER_PULSE_INTERVAL: FALSE when the client has reported
 * nothing for so long that it is gone, though there is media either way. */
gboolean server_leg_is_alive (ServerLeg *self);

/* Its pipeline, for dumps and statistics. Borrowed; any thread. */
GstBin *server_leg_get_bin (ServerLeg *self);

/* Begins the end, once; whoever comes later starts nothing. What blocks is done
 * in a thread of its own. */
void server_leg_stop (ServerLeg *self);
/* Any thread but the loop's: waits for that end. FALSE after @end_time. */
gboolean server_leg_wait (ServerLeg *self, gint64 end_time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerLeg, server_leg_unref)
