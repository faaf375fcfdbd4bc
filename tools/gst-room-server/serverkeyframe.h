/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerKeyFrame: does a packet begin a key frame, told from the first bytes of
 * its RTP payload. One function for each codec; no state, any thread. It does
 * not look into what follows in later packets. */
#pragma once

#include <glib.h>

typedef gboolean (*ServerKeyFrameFunc) (const guint8 *payload, gsize size);

/* RFC 6184. A sequence parameter set, alone or in an aggregate: without it a
 * newcomer could decode nothing, and it comes before the picture. */
gboolean server_key_frame_begins_h264 (const guint8 *payload, gsize size);

/* RFC 7798. A video or sequence parameter set, likewise. */
gboolean server_key_frame_begins_h265 (const guint8 *payload, gsize size);

/* RFC 7741. The first partition of a frame that is not an interframe. */
gboolean server_key_frame_begins_vp8 (const guint8 *payload, gsize size);

/* RFC 9628. The beginning of the lowest layer of a picture that refers to
 * none. */
gboolean server_key_frame_begins_vp9 (const guint8 *payload, gsize size);

/* RTP payload format for AV1, section 4.4: the first packet of a coded video
 * sequence. */
gboolean server_key_frame_begins_av1 (const guint8 *payload, gsize size);
