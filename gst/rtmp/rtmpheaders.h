/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpHeaders: the latest of each kind of header of a stream (RtmpGrade), for
 * who joins it late. One thread at a time. */
#pragma once

#include "rtmp/rtmpmessage.h"

typedef struct _RtmpHeaders RtmpHeaders;

RtmpHeaders *rtmp_headers_new (void);
void rtmp_headers_free (RtmpHeaders *self);

/* Takes the place of one of that slot. Copied; more slots than a stream needs
 * are not kept, nor what is longer than a header can be. */
void rtmp_headers_put (RtmpHeaders *self, guint32 slot, RtmpMessage *message);
/* All, metadata first; messages are lent by the headers. */
GPtrArray *rtmp_headers_list (RtmpHeaders *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpHeaders, rtmp_headers_free)
