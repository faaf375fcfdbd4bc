/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitMember: one participant as the server knows it: who it is, what it
 * may, its tracks, and which of the others' tracks it wants. It decides
 * nothing; the room does. One thread at a time. */
#pragma once

#include "livekit/livekitallowlist.h"
#include "livekit/livekitentry.h"
#include "livekit/livekitpermission.h"
#include "livekit/livekitpublication.h"

typedef struct {
  gchar *sid;
  LivekitToken *token;          /* identity, name, metadata, attributes */
  LivekitPermission permission;
  gboolean one_connection;
  gboolean auto_subscribe;
  gboolean quiet;
  gint protocol;
  Livekit__ParticipantInfo__State state;
  guint version;                /* of what others are told */
  gint64 joined_at;             /* unix us */

  GPtrArray *tracks;            /* of LivekitPublication, in their order */
  LivekitAllowList allowed;     /* who may have them */
  GHashTable *wishes;           /* track sid: asked for (1) or not (0) */
  GHashTable *paused;           /* track sids, forwarded but not wanted now */
  GHashTable *forwards;         /* track sids that it is given */

  gboolean has_signal;          /* its socket is open */
  gint64 heard;                 /* when anything came by it */
  gint64 refresh_at;            /* when a new token is due */
  gint64 connect_by;            /* -1: media was connected */
  gint64 resume_by;             /* -1: has_signal, or it needs none */
  gint64 leave_by;              /* -1: its media has not failed */
  guint candidates;             /* since its last description */
  guint offer_id;               /* of our last offer */
  gboolean offer_pending;       /* it has no answer yet */
  gboolean negotiate;           /* its forwards have changed */
} LivekitMember;

/* What a ParticipantInfo points to; borrows from the member. */
typedef struct {
  Livekit__ParticipantInfo message;
  LivekitPermissionMessage permission;
  LivekitPublicationMessage *tracks;
  Livekit__TrackInfo **track_list;
  Livekit__ParticipantInfo__AttributesEntry *attributes;
  Livekit__ParticipantInfo__AttributesEntry **attribute_list;
} LivekitMemberMessage;

/* Takes the token out of @entry. */
LivekitMember *livekit_member_new (const gchar *sid, LivekitEntry *entry);
void livekit_member_free (LivekitMember *self);

const gchar *livekit_member_get_identity (const LivekitMember *self);

/* NULL: none. */
LivekitPublication *livekit_member_find_track (const LivekitMember *self,
    const gchar *sid);
gboolean livekit_member_has_cid (const LivekitMember *self,
    const gchar *cid);
/* At the end of its tracks, with the first ordinal that none of its kind and
 * name has. Takes @track. */
void livekit_member_add_track (LivekitMember *self,
    LivekitPublication *track);
/* The pending track that a section of its SDP with that track id means; when
 * none has the id, the one that has waited longest of that kind. */
LivekitPublication *livekit_member_match_track (const LivekitMember *self,
    const gchar *cid, gboolean video);

/* TRUE when it wants @track_sid: asked for it, or takes all and did not say
 * no. */
gboolean livekit_member_wants (const LivekitMember *self,
    const gchar *track_sid);
/* Nothing is kept about a track that is gone. */
void livekit_member_forget_track (LivekitMember *self,
    const gchar *track_sid);

/* @metadata, @name: NULL or empty as is; an attribute with an empty value goes.
 * FALSE, and nothing changed, beyond the limits. */
gboolean livekit_member_update (LivekitMember *self, const gchar *metadata,
    const gchar *name,
    Livekit__UpdateParticipantMetadata__AttributesEntry * const *attributes,
    gsize n_attributes);

/* Only tracks that are live are in it. */
LivekitMemberMessage *livekit_member_to_message (const LivekitMember *self);
void livekit_member_message_free (LivekitMemberMessage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitMember, livekit_member_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitMemberMessage,
    livekit_member_message_free)
