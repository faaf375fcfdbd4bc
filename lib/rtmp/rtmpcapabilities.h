/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpCapabilities: what one end can do of Enhanced RTMP, as it says in a
 * connect or the answer (Enhanced RTMP v2, "Enhancing NetConnection connect
 * Command"). A plain value; all zero is an end that has never heard of it. */
#pragma once

#include "rtmp/rtmpamf0writer.h"
#include "rtmp/rtmpcodec.h"

/* What can be done with a codec ("FourCcInfoMask"). */
#define RTMP_CAN_DECODE 0x01
#define RTMP_CAN_ENCODE 0x02
#define RTMP_CAN_FORWARD 0x04
#define RTMP_CAN_ALL 0x07

/* "CapsExMask" */
#define RTMP_CAPS_RECONNECT 0x01
#define RTMP_CAPS_MULTITRACK 0x02
#define RTMP_CAPS_MODEX 0x04
#define RTMP_CAPS_NANOSECONDS 0x08

/* "VideoFunction" */
#define RTMP_VIDEO_SEEK 0x01
#define RTMP_VIDEO_HDR 0x02
#define RTMP_VIDEO_METADATA 0x04
#define RTMP_VIDEO_TILES 0x08

typedef struct {
  guint8 codecs[RTMP_N_CODECS]; /* RTMP_CAN_..., by their FourCC */
  guint8 any_video;             /* all codecs of that kind, "*" */
  guint8 any_audio;
  guint32 caps;                 /* RTMP_CAPS_... */
  guint32 video_function;       /* RTMP_VIDEO_... */
} RtmpCapabilities;

/* What is said in @object, and it adds to what is there: a server may say it
 * in two places. NULL says nothing. */
void rtmp_capabilities_read (RtmpCapabilities *self, const RtmpValue *object);

/* As members of the object that is open; nothing for an end that can do
 * nothing. The list too, which is the older way and all that some read. */
void rtmp_capabilities_write (const RtmpCapabilities *self,
    RtmpAmf0Writer *writer);

/* RTMP_CAN_...; of what has no FourCC nothing. */
guint rtmp_capabilities_get (const RtmpCapabilities *self, RtmpCodec codec);

/* Anything of Enhanced RTMP. */
gboolean rtmp_capabilities_is_enhanced (const RtmpCapabilities *self);
