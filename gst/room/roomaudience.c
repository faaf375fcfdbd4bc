/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomAudience: see roomaudience.h. */

#include "roomaudience.h"

#include "roomdebug.h"

void
room_audience_came (RoomCast * cast, const gchar * sid, GstElement * element,
    gint64 now)
{
  RoomPublication *publication = room_cast_find_sid (cast, sid);
  RoomReportTrack report;

  if (!publication)
    return;
  GST_INFO_OBJECT (publication->pad, "somebody has subscribed");
  room_publication_fill_report (publication, &report);
  room_report_track_subscribed (element, &report);
  room_publication_see_subscriber (publication, now);
  room_track_subscribed (publication->track, now);
}

void
room_audience_changed (RoomCast * cast, const gchar * sid, gboolean watched,
    gint64 now)
{
  RoomPublication *publication = room_cast_find_sid (cast, sid);

  if (!publication || !room_publication_set_watched (publication, watched))
    return;
  GST_INFO_OBJECT (publication->pad, watched ? "is watched again"
      : "nobody is subscribed any more");
  /* The word of the first subscriber never comes again. */
  if (watched)
    room_track_subscribed (publication->track, now);
}
