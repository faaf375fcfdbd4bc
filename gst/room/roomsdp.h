/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomSdp: the text of offers and answers, on the way between webrtcbin and the
 * server. It changes only the text that is sent: the local description stays as
 * webrtcbin made it. No state, any thread. */
#pragma once

#include <glib.h>

/* Lists every available codec in the first media section of each kind, that
 * section's own codec first, video ones with RTX and feedback: the server fixes
 * a kind's codecs by its first section, for the whole connection. RTX gets the
 * table's payload type in every section: webrtcbin numbers it anew with each
 * offer, and sends by what the answer says. Call it alike on every offer.
 * NULL with @error (GST_STREAM_ERROR) for a text that is no offer of ours. */
gchar *room_sdp_widen (const gchar *offer, GError **error);

/* How many media sections; 0 for NULL. An offer without any must not be sent:
 * the server never answers it. */
guint room_sdp_count_media (const gchar *sdp);

/* The index of the section that sends the track @track_id (the last word of
 * an a=ssrc msid line, as webrtcbin writes it). FALSE: none does. */
gboolean room_sdp_find_track (const gchar *offer, const gchar *track_id,
    guint *mline);

/* Section @mline of @answer takes nothing: port 0, inactive, or it is not
 * there at all. */
gboolean room_sdp_is_refused (const gchar *answer, guint mline);
