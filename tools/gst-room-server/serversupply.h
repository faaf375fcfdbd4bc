/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSupply: what one participant publishes: each of his tracks, the section
 * of his offer that carries it, and the fan that it feeds. It speaks neither to
 * the room nor to him. In the loop. */
#pragma once

#include "livekit/livekitroomevent.h"
#include "serverrate.h"
#include "servershelf.h"
#include "servertrack.h"

typedef struct _ServerSupply ServerSupply;

typedef struct {
  gchar *sid;
  gchar *name;
  guint ordinal;                /* of those of its kind with that name */
  gchar *stream;                /* what is shown together; may be empty */
  gchar *codec;                 /* meant to be sent; NULL: not said */
  gboolean video;
  gboolean muted;
  gint mline;                   /* of the section; -1: pending */
  ServerFan *fan;               /* lent by the shelf; NULL: pending */
  gboolean attached;            /* a stream feeds it */
  guint64 before;               /* bytes of the fan, of who was here before */
  ServerRate rate;
} ServerSupplyTrack;

/* @shelf outlives it. */
ServerSupply *server_supply_new (ServerShelf *shelf, const gchar *room,
    const gchar *identity);
/* All tracks go. */
void server_supply_free (ServerSupply *self);

/* TRACK_ADDED. One that is known is left as it is. */
void server_supply_add (ServerSupply *self, const LivekitRoomEvent *added);
void server_supply_remove (ServerSupply *self, const gchar *sid);
void server_supply_set_muted (ServerSupply *self, const gchar *sid,
    gboolean muted);

/* Lent until the next change; NULL: none. */
const ServerSupplyTrack *server_supply_find (ServerSupply *self,
    const gchar *sid);
const ServerSupplyTrack *server_supply_find_section (ServerSupply *self,
    guint mline);

/* "video", "audio", "video-2" ...: the first that no track of his has. */
gchar *server_supply_make_name (ServerSupply *self, gboolean video);

/* The track @sid is in @section, number @mline: chooses a codec, and a fan for
 * it. NULL: no such track, or none of the codecs is ours. */
const ServerCodec *server_supply_open (ServerSupply *self, const gchar *sid,
    guint mline, const ServerSection *section);
/* He sends in @section and has not said what it is. The codec that is taken of
 * him: his first; NULL: none is ours. What comes is kept for the track. */
const ServerCodec *server_supply_park (ServerSupply *self, guint mline,
    const ServerSection *section);
/* He sends there no more. */
void server_supply_unpark (ServerSupply *self, guint mline);
/* The track @added is what such a section means, by its @cid or, of one that
 * has no name, by its kind: it is opened there. The codec, and in @mid the
 * section's name, which the caller frees; NULL: there is none. */
const ServerCodec *server_supply_claim (ServerSupply *self,
    const LivekitRoomEvent *added, gchar **mid);

/* A stream has come in: it feeds the fan of its section, now or when there is
 * one. FALSE: another does, or none will; the stream keeps nothing. */
gboolean server_supply_attach (ServerSupply *self, ServerTrack *track);

/* Adds to each of his tracks in @room what has come of it. */
void server_supply_describe (ServerSupply *self, ServerReportRoom *room,
    gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerSupply, server_supply_free)
