/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomBranch: the elements between one pad and webrtcbin:
 *
 *   ghost pad -> [parser] -> clocksync -> payloader -> webrtcbin
 *
 * clocksync paces a file also while it is muted. Behind it a stream is stopped
 * before a pause, so that none ever waits inside webrtcbin. Else it lets
 * nothing through or back by itself: the probes are the track's. Not in a
 * streaming thread. */
#pragma once

#include "roomcodec.h"

typedef struct _RoomBranch RoomBranch;

/* Makes the elements in @bin for a stream of @caps. Data flows only after
 * attach(). Fails when one is missing. */
RoomBranch *room_branch_new (GstBin *bin, const RoomCodec *codec,
    const GstCaps *caps, GError **error);
/* Takes the elements out of the bin; a streaming thread that waits in them is
 * let go. */
void room_branch_free (RoomBranch *self);

/* The pad behind the parser, or what is in front of clocksync: here a file
 * waits and its time is moved. Borrowed. */
GstPad *room_branch_get_hold_pad (RoomBranch *self, GstGhostPad *ghost);
/* From here on time may be moved by a lapse: what goes upstream with a time, or
 * with none, starts here. Borrowed. */
GstPad *room_branch_get_clock_pad (RoomBranch *self);
/* Whole frames; packets. Borrowed. */
GstPad *room_branch_get_frame_pad (RoomBranch *self);
GstPad *room_branch_get_packet_pad (RoomBranch *self);

/* Brings the elements to the bin's state and makes them @ghost's target. */
void room_branch_attach (RoomBranch *self, GstGhostPad *ghost);
/* Links it to webrtcbin's @sink and tells that the caps. */
gboolean room_branch_link (RoomBranch *self, GstPad *sink);

/* A paused webrtcbin keeps a thread that is in it, and the locks of all pads on
 * its way, until it plays again. So not playing, nothing more is let through to
 * it, and what is on its way is waited for. FALSE: until @end_time (monotonic
 * us) it had not come back. */
gboolean room_branch_set_playing (RoomBranch *self, gboolean playing,
    gint64 end_time);

/* Stamps packets @lapse ns later than the clock lets them through, and only
 * stamps: webrtcbin's sender reports pair the stamps with its own time. */
void room_branch_set_lapse (RoomBranch *self, gint64 lapse);

/* Caps of frames and of packets; NULL: not known yet. New references. */
GstCaps *room_branch_dup_frame_caps (RoomBranch *self);
GstCaps *room_branch_dup_packet_caps (RoomBranch *self);
