/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerOffer: what a client's offer says of its media sections, checked before
 * webrtcbin sees it: 1.22 asserts what it expects of a peer. Text only; not
 * changed once made, so any thread may read it. */
#pragma once

#include "servercodec.h"

#define SERVER_OFFER_MAX_SIZE (256 * 1024)
#define SERVER_OFFER_MAX_SECTIONS 100

/* Header extensions: the section, the size, and of what a packet is a
 * repetition (RFC 8843, RFC 8852). */
#define SERVER_MID_URI "urn:ietf:params:rtp-hdrext:sdes:mid"
#define SERVER_RID_URI "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
#define SERVER_REPAIRED_URI \
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"

typedef struct _ServerOffer ServerOffer;

typedef struct {
  gchar *mid;
  gboolean media;               /* audio or video */
  gboolean video;
  gboolean refused;             /* port 0 */
  gboolean sends;               /* the client does */
  gboolean receives;
  gchar *stream;                /* of a=msid or a=ssrc; NULL: not said */
  gchar *track;
  guint mid_extension;          /* number of the header extension; 0: none */
  guint rid_extension;
  guint repaired_extension;
  gchar *rid;                   /* the best of several sizes; NULL: one size */
  GArray *ssrcs;                /* of guint32; empty: not said */
  GArray *formats;              /* of ServerFormat, in the client's order */
} ServerSection;

typedef struct {
  guint pt;
  const ServerCodec *codec;
} ServerFormat;

/* NULL with @error (GST_WEBRTC_ERROR): not to be given to webrtcbin. @previous
 * (may be NULL) is what the client offered before on this connection. */
ServerOffer *server_offer_new (const gchar *sdp, const ServerOffer *previous,
    GError **error);
ServerOffer *server_offer_ref (ServerOffer *self);
void server_offer_unref (ServerOffer *self);

guint server_offer_get_size (const ServerOffer *self);
const ServerSection *server_offer_get (const ServerOffer *self, guint mline);

/* The section in which the client sends @ssrc or, if the offer does not name
 * it, the one with @mid (of @length bytes; may be NULL). -1: none. */
gint server_offer_find (const ServerOffer *self, guint32 ssrc,
    const gchar *mid, guint length);

/* NULL: none of ours, or not in this section. */
const ServerCodec *server_section_find_codec (const ServerSection *self,
    guint pt);
/* What the client calls @codec; -1: it does not take it. */
gint server_section_find_pt (const ServerSection *self,
    const ServerCodec *codec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerOffer, server_offer_unref)
