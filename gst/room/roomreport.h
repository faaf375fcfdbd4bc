/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomReport: what roompublish tells the bus, one function per message.
 * The fields are documented in docs/roompublish.md. Never called with a lock
 * held. */
#pragma once

#include <gst/gst.h>

#include "livekit/livekitevent.h"

typedef struct {
  const gchar *pad;
  const gchar *sid;
  const gchar *name;
  const gchar *codec;
  gboolean video;
  guint width, height, channels;
} RoomReportTrack;

void room_report_joined (GstElement *element, const LivekitJoined *joined);
void room_report_track_published (GstElement *element,
    const RoomReportTrack *track);
/* @reason "eos", "released", "server" or "stop". */
void room_report_track_unpublished (GstElement *element,
    const RoomReportTrack *track, const gchar *reason);
void room_report_track_subscribed (GstElement *element,
    const RoomReportTrack *track);
/* @error NULL: we left. */
void room_report_disconnected (GstElement *element, const GError *error);

/* Posts @error as the element's one error: LIVEKIT_ERROR as a resource error,
 * anything else as input that cannot be taken, both with "room-reason". */
void room_report_error (GstElement *element, const GError *error);
