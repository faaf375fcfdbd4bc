/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpTexts: the texts of onMetaData and the tags of GStreamer, one made from
 * the other. */
#pragma once

#include <gst/gst.h>

#include "rtmp/rtmpmetadata.h"

/* Adds those of @tags that have a name to @metadata. */
void rtmp_texts_from_tags (RtmpMetadata *metadata, const GstTagList *tags);

/* Whether they would make the same texts. */
gboolean rtmp_texts_are_same (const GstTagList *a, const GstTagList *b);

/* NULL when there are none that have a tag. */
GstTagList *rtmp_texts_to_tags (const RtmpMetadata *metadata);

/* In kbit/s; 0 when @tags do not tell it. */
gdouble rtmp_texts_find_bitrate (const GstTagList *tags);
