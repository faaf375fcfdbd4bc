/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpAggregate: a message of type 22, which holds others as an FLV file holds
 * tags (RTMP 1.0, 7.1.6). */
#pragma once

#include "rtmp/rtmpflvtag.h"

/* One message after the other. Embedded in its user. */
typedef struct {
  GBytes *data;                 /* lent */
  gsize position;
  guint32 timestamp;            /* of the aggregate */
  guint32 first;                /* of the first in it */
} RtmpAggregateReader;

/* @data has to live as long as the reader. */
void rtmp_aggregate_reader_init (RtmpAggregateReader *self, GBytes *data,
    guint32 timestamp);

/* The next message, with its time moved as the aggregate's own time says. FALSE
 * at the end, and with @error (RTMP_ERROR_FORMAT) where it is cut off. */
gboolean rtmp_aggregate_reader_take (RtmpAggregateReader *self,
    RtmpFlvTag *tag, GError **error);

/* Appends @tag to the data of an aggregate. */
void rtmp_aggregate_append (GByteArray *out, const RtmpFlvTag *tag);
