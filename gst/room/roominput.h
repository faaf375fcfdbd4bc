/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomInput: which streams a pad takes, which it asks for, and the words for
 * those it refuses. Looks at caps only; any thread. */
#pragma once

#include <gst/gst.h>

#include "roomcodec.h"

/* For the pad template: all encoded media types of the kind, and raw, so that
 * raw links and is then refused with words. */
GstCaps *room_input_template_caps (gboolean video);

/* To answer a caps query with: available codecs and decodable profiles only,
 * so that an encoder in front chooses rightly; raw last. Narrower than what may
 * come: answer accept-caps with the template, then room_input_check(). */
GstCaps *room_input_wanted_caps (gboolean video);

/* FALSE with @error (GST_STREAM_ERROR) when subscribers cannot decode @parsed,
 * the caps behind the parser, or when the room has not enabled the codec. The
 * text names the pad, the codec and what is allowed. @enabled_mimes NULL: not
 * known yet. */
gboolean room_input_check (const RoomCodec *codec, const GstCaps *parsed,
    const gchar *pad_name, const gchar * const *enabled_mimes, GError **error);

/* Why raw or unknown input is not taken: what came and which encoder to add. */
GError *room_input_refuse (const GstCaps *caps, const gchar *pad_name);
