/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerDemand: what one participant is given: the fan of each track that is
 * forwarded to him, and the outlet of his leg that it goes through. It speaks
 * neither to the room nor to him. In the loop. */
#pragma once

#include "livekit/livekitresponse.h"
#include "serverleg.h"
#include "serverreport.h"

typedef struct _ServerDemand ServerDemand;

typedef struct {
  const gchar *track;           /* sid */
  const gchar *publisher;       /* identity */
  ServerFan *fan;
  const gchar *msid_stream;     /* what he sees in the description */
  const gchar *msid_track;
} ServerDemandItem;

/* @lasting: a track that has ended keeps its section, and goes on in it when
 * its fan has a publisher again; else the section is given up. @gone gets what
 * was sent of tracks that have gone; it outlives @self. */
ServerDemand *server_demand_new (gboolean lasting, ServerReportTotals *gone);
/* Before the leg is stopped, or after. */
void server_demand_free (ServerDemand *self);

/* FORWARD. It goes on in the section of one that has ended, if that had the
 * same fan, or is placed by the next server_demand_place(). Copies @item. */
void server_demand_add (ServerDemand *self, const ServerDemandItem *item);
/* FORWARD_END. */
void server_demand_end (ServerDemand *self, const gchar *track);
void server_demand_set_paused (ServerDemand *self, const gchar *track,
    gboolean paused);

/* What has no outlet yet gets one of @leg, for its next description. Only of
 * @publisher (an identity), unless it is NULL. */
void server_demand_place (ServerDemand *self, ServerLeg *leg,
    const gchar *publisher);

/* The track that goes through @outlet; NULL: none any more. Lent. */
const gchar *server_demand_find (ServerDemand *self,
    const ServerOutlet *outlet);
/* Those that have no section and could have one. */
guint server_demand_count_waiting (ServerDemand *self, gboolean video);
/* The section of each that has one; strings are lent until the next change. */
GArray *server_demand_list_mids (ServerDemand *self);

/* Adds to each of the tracks in @room what @participant, who it is, was sent of
 * it, and all of it to @totals. */
void server_demand_describe (ServerDemand *self, ServerReportRoom *room,
    const ServerReportParticipant *participant, ServerReportTotals *totals,
    gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerDemand, server_demand_free)
