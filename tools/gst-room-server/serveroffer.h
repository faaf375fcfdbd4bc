/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerOffer: what an offer or answer of a client says of its media sections,
 * checked before webrtcbin sees it: 1.22 asserts what it expects of a peer.
 * Text only; not changed once made, so any thread may read it. */
#pragma once

#include "serverextension.h"
#include "serverformat.h"

#define SERVER_OFFER_MAX_SECTIONS 100

typedef struct _ServerOffer ServerOffer;

typedef struct {
  gchar *mid;
  guint mids;                   /* so many were said */
  gboolean media;               /* audio or video */
  gboolean video;
  gboolean refused;             /* port 0, and no part of a bundle */
  gboolean sends;               /* the client does */
  gboolean receives;
  gchar *stream;                /* of a=msid or a=ssrc; NULL: not said */
  gchar *track;
  ServerExtensionMap extensions;
  gchar *rid;                   /* the best of several sizes; NULL: one size */
  GArray *ssrcs;                /* of guint32; empty: not said */
  GArray *formats;              /* of ServerFormat, in the client's order */
} ServerSection;

/* NULL with @error (GST_WEBRTC_ERROR): not to be given to webrtcbin. @previous
 * (may be NULL) is what the client offered before on this connection. */
ServerOffer *server_offer_new (const gchar *sdp, const ServerOffer *previous,
    GError **error);
/* Likewise for an answer to @own, our offer: it has the same sections. */
ServerOffer *server_offer_new_answer (const gchar *sdp, const gchar *own,
    GError **error);
ServerOffer *server_offer_ref (ServerOffer *self);
void server_offer_unref (ServerOffer *self);

/* What webrtcbin gets of it. */
const gchar *server_offer_get_text (const ServerOffer *self);
/* Header extensions may be of the two-byte form (RFC 8285, section 4.1.2). */
gboolean server_offer_is_mixed (const ServerOffer *self);

guint server_offer_get_size (const ServerOffer *self);
const ServerSection *server_offer_get (const ServerOffer *self, guint mline);

/* The section in which the client sends @ssrc or, if the offer does not name
 * it, the one with @mid (of @length bytes; may be NULL). -1: none. */
gint server_offer_find (const ServerOffer *self, guint32 ssrc,
    const gchar *mid, guint length);

/* The one that @pt means. NULL: none of ours, or not in this section. */
const ServerFormat *server_section_find_pt (const ServerSection *self,
    guint pt);
/* The first with @codec, which he would send; NULL: he does not have it. */
const ServerFormat *server_section_find_format (const ServerSection *self,
    const ServerCodec *codec);
/* The one that suits a stream of @codec best that is sent as @fmtp; NULL: he
 * does not take it. */
const ServerFormat *server_section_choose (const ServerSection *self,
    const ServerCodec *codec, const gchar *fmtp);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerOffer, server_offer_unref)
