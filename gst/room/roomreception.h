/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomReception: how the other end receives what we send, by its RTCP report
 * blocks (RFC 3550, section 6.4). webrtcbin's session keeps only the last block
 * of all our streams. Thread-safe; no clock of its own. */
#pragma once

#include <gst/gst.h>

typedef struct _RoomReception RoomReception;

/* Of how many streams it knows; then the one unheard of for longest is lost. */
#define ROOM_RECEPTION_MAX_STREAMS 128

typedef struct {
  gint lost;                    /* packets, from the start; less than 0 when
                                 * more came than were sent */
  gint most_lost;               /* the same, at its highest */
  gdouble loss;                 /* share of packets lost, of the last report */
  guint32 jitter;               /* in units of the stream's timestamps */
  guint64 round_trip;           /* ns; 0: not known yet */
} RoomReceptionReport;

RoomReception *room_reception_new (void);
RoomReception *room_reception_ref (RoomReception *self);
void room_reception_unref (RoomReception *self);

/* A compound packet that came at @now (monotonic us) and at @real (us since
 * 1970, the clock that our sender reports show). */
void room_reception_take (RoomReception *self, GstBuffer *rtcp, gint64 now,
    gint64 real);
/* When the last packet came; 0: none yet. */
gint64 room_reception_get_last (RoomReception *self);
/* FALSE, and zeros: nothing was reported on @ssrc. */
gboolean room_reception_get (RoomReception *self, guint ssrc,
    RoomReceptionReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomReception, room_reception_unref)
