/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxCaps: caps for a track of an FLV file, from what its tags say. */
#pragma once

#include <gst/gst.h>

#include "rtmp/rtmpaudio.h"
#include "rtmp/rtmpchannels.h"
#include "rtmp/rtmpmetadata.h"
#include "rtmp/rtmpvideo.h"

/* For the pad templates. */
GstCaps *rtmp_demux_caps_template (gboolean video);

/* Whether caps can be made only with the record, so that frames before it are
 * of no use. */
gboolean rtmp_demux_caps_need_config (RtmpCodec codec);

/* @config the record, may be NULL; @frame the first frame, may be NULL;
 * @numbers of the metadata, may be NULL. NULL and @error (RTMP_ERROR_FORMAT
 * for a broken record, RTMP_ERROR_UNSUPPORTED for a codec that has no caps). */
GstCaps *rtmp_demux_caps_new_video (RtmpCodec codec, GBytes *config,
    const RtmpMetadataTrack *numbers, GError **error);

/* The same; @audio of a packet of the track, @frame its data when it is one;
 * @channels may be NULL. */
GstCaps *rtmp_demux_caps_new_audio (const RtmpAudio *audio, GBytes *config,
    const RtmpMetadataTrack *numbers, const RtmpChannels *channels,
    GError **error);
