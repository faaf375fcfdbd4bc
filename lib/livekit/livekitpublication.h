/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitPublication: one track of a participant, from the request for it to
 * its end. It is pending until its media is negotiated, and live after. */
#pragma once

#include "livekit/livekit.pb-c.h"
#include "livekit/livekitevent.h"

#include <glib.h>

typedef struct {
  gchar *sid;
  Livekit__AddTrackRequest *request;    /* as it was asked for */
  gchar *mime;                  /* "video/H264"; empty while pending */
  gchar *mid;                   /* its section; empty while pending */
  guint ordinal;                /* of those of its kind and name, from 0; it
                                 * keeps that */
  guint width, height;
  gboolean muted;
  gboolean live;
  gboolean subscribed;          /* someone was sent it, once */
  gboolean watched;             /* its publisher thinks that someone is sent
                                 * it now */
  GArray *features;             /* of Livekit__AudioTrackFeature */
} LivekitPublication;

/* A TrackInfo and what it points to, and what it does not say. */
typedef struct {
  Livekit__TrackInfo message;   /* the first: each of a list is one of these */
  guint ordinal;
  Livekit__SimulcastCodecInfo codec;
  Livekit__SimulcastCodecInfo *codecs[1];
} LivekitPublicationMessage;

/* A reason of Livekit__RequestResponse__Reason; OK when it can be taken. */
gint livekit_publication_check (const Livekit__AddTrackRequest *request);

/* Copies @request, which was checked. @random: the part of its sid that makes
 * it unique. */
LivekitPublication *livekit_publication_new (
    const Livekit__AddTrackRequest *request, const gchar *random);
void livekit_publication_free (LivekitPublication *self);

gboolean livekit_publication_is_video (const LivekitPublication *self);
LivekitSource livekit_publication_get_source (const LivekitPublication *self);

/* What is shown and heard together has one stream; may be empty. */
const gchar *livekit_publication_get_stream (const LivekitPublication *self);
/* "vp8": what the client means to send; NULL: it does not say. */
const gchar *livekit_publication_get_codec (const LivekitPublication *self);

/* TRUE when the SDP's track id @cid means this one. */
gboolean livekit_publication_has_cid (const LivekitPublication *self,
    const gchar *cid);

void livekit_publication_set_features (LivekitPublication *self,
    const Livekit__AudioTrackFeature *features, gsize n_features);

/* Borrows from @self. */
void livekit_publication_to_message (const LivekitPublication *self,
    LivekitPublicationMessage *view);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitPublication, livekit_publication_free)
