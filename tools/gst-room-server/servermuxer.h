/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerMuxer: the RTP packets of one track as a Matroska file in a descriptor.
 * All of it runs in the thread that calls, and may be as slow as the disk. One
 * thread at a time. */
#pragma once

#include <gst/gst.h>

#include "servercodec.h"

typedef struct _ServerMuxer ServerMuxer;

/* FALSE: there is nothing that puts @codec's packets into a file. */
gboolean server_muxer_takes (const ServerCodec *codec);

/* Packets with the payload type and the clock of @codec, into @fd, which stays
 * the caller's. NULL with @error when a plugin is missing. */
ServerMuxer *server_muxer_new (const ServerCodec *codec, gint fd,
    GError **error);
void server_muxer_free (ServerMuxer *self);

/* Takes @packet, whose time in the file is its PTS; in their order. FALSE with
 * @error: it was the last. */
gboolean server_muxer_push (ServerMuxer *self, GstBuffer *packet,
    GError **error);

/* Writes what belongs to the end: duration and index. Once. */
gboolean server_muxer_finish (ServerMuxer *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerMuxer, server_muxer_free)
