/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GstRoomPublishPad: a request pad of roompublish and what is set on it.
 * Properties are guarded by the object lock. It holds the track of the present
 * run for its events; the worker owns that track. */
#pragma once

#include <gst/gst.h>

#include "livekit/livekitevent.h"
#include "roomtrack.h"

G_BEGIN_DECLS

#define GST_TYPE_ROOM_PUBLISH_PAD (gst_room_publish_pad_get_type ())
G_DECLARE_FINAL_TYPE (GstRoomPublishPad, gst_room_publish_pad, GST,
    ROOM_PUBLISH_PAD, GstGhostPad)

GstRoomPublishPad *gst_room_publish_pad_new (GstPadTemplate *templ,
    const gchar *name, gboolean video);

gboolean gst_room_publish_pad_is_video (GstRoomPublishPad *self);
/* The property, or the pad's name. */
gchar *gst_room_publish_pad_dup_track_name (GstRoomPublishPad *self);
/* The property with its default worked out: camera or microphone. */
LivekitSource gst_room_publish_pad_get_source (GstRoomPublishPad *self);
gboolean gst_room_publish_pad_is_muted (GstRoomPublishPad *self);
/* NULL: the server's default. */
gchar *gst_room_publish_pad_dup_stream (GstRoomPublishPad *self);

/* The server's id, notified; NULL: not in the room. Any thread. */
void gst_room_publish_pad_set_sid (GstRoomPublishPad *self,
    const gchar *sid);
/* The room has muted or unmuted it, notified. */
void gst_room_publish_pad_set_muted (GstRoomPublishPad *self,
    gboolean muted);

/* Its stream is @track's from now on. FALSE: it has a track already. */
gboolean gst_room_publish_pad_claim (GstRoomPublishPad *self,
    RoomTrack *track);
/* It has none any more: the run is over. */
void gst_room_publish_pad_drop (GstRoomPublishPad *self);
RoomTrack *gst_room_publish_pad_ref_track (GstRoomPublishPad *self);

G_END_DECLS
