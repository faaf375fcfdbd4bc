/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a client of the tests sends, from an encoder to the pad of a webrtcbin,
 * and what it takes. In the loop of the peer, before its next description. */
#pragma once

#include "servercodec.h"
#include "serverpeer.h"

/* @source: a launch line up to the encoder. @unnamed: as a browser that would
 * send several sizes, with the section named in the packets. Gives the track's
 * id in the description; the caller frees it. */
gchar *media_source_add (ServerPeer *client, const gchar *source,
    const gchar *codec, gboolean unnamed);
/* The codec of a line that gives sound. */
const gchar *media_source_get_sound (const gchar *line);

/* A section that takes @codec, with a number of its own. */
void media_source_add_receiver (ServerPeer *client, const ServerCodec *codec);
