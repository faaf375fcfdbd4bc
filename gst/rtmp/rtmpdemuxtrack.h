/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxTrack: one track of what rtmpdemux reads: what is known of it, and
 * its pad, once that is enough for caps. The streaming thread. */
#pragma once

#include <gst/gst.h>

#include "rtmp/rtmpaudio.h"
#include "rtmp/rtmpchannels.h"
#include "rtmp/rtmpcolorinfo.h"
#include "rtmp/rtmpmetadata.h"
#include "rtmp/rtmpvideo.h"

typedef struct {
  gboolean video;
  guint8 number;
  RtmpCodec codec;              /* of the caps */
  GstCaps *caps;                /* NULL: none can be made yet */
  GstPad *pad;                  /* NULL before it is added */
  gboolean discont;             /* the next buffer does not follow the last */
  gboolean warned;              /* it was said that some of it is skipped */
  gboolean has_color;
  RtmpColorInfo color;
  gboolean has_channels;
  RtmpChannels channels;
  guint rate;                   /* of the classic header that the caps are of */
  guint n_channels;
  gint64 position;              /* ms, up to where downstream knows */
} RtmpDemuxTrack;

RtmpDemuxTrack *rtmp_demux_track_new (gboolean video, guint8 number);
void rtmp_demux_track_free (RtmpDemuxTrack *self);

/* Makes caps of @video, a record or a frame; @numbers may be NULL. FALSE and
 * @error (RTMP_ERROR) when that cannot be, or, without @error, when they cannot
 * be made yet. */
gboolean rtmp_demux_track_learn_video (RtmpDemuxTrack *self,
    const RtmpVideo *video, const RtmpMetadataTrack *numbers, GError **error);
gboolean rtmp_demux_track_learn_audio (RtmpDemuxTrack *self,
    const RtmpAudio *audio, const RtmpMetadataTrack *numbers, GError **error);

/* Whether a frame must be looked at for caps. */
gboolean rtmp_demux_track_wants_video (const RtmpDemuxTrack *self,
    const RtmpVideo *video);
gboolean rtmp_demux_track_wants_audio (const RtmpDemuxTrack *self,
    const RtmpAudio *audio);

/* Colours go into the caps, now and from now on. */
void rtmp_demux_track_set_color (RtmpDemuxTrack *self,
    const RtmpColorInfo *color);
