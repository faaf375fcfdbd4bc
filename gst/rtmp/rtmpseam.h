/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpSeam: where rtmpsrc goes over from one connection to another that has the
 * same stream. At a key frame: what is before it comes from the old one, and
 * what is not from the new one, whichever of them is ahead. No clock; one
 * thread at a time. */
#pragma once

#include "rtmp/rtmpgrade.h"

typedef struct _RtmpSeam RtmpSeam;

/* What the old one has shown. */
typedef struct {
  gboolean has_video;
  gboolean has_sound;
  guint32 last;                 /* time of the newest of either */
} RtmpSeamPast;

/* A picture or sound of that time was shown. */
void rtmp_seam_past_add (RtmpSeamPast *self, guint32 time);

RtmpSeam *rtmp_seam_new (const RtmpSeamPast *past);
void rtmp_seam_free (RtmpSeam *self);

/* A message of the old one. FALSE: it is not to be passed on. */
gboolean rtmp_seam_pass_old (RtmpSeam *self, const RtmpGrade *grade,
    guint32 time, gint64 now);
/* One of the new one, which is kept if it is needed. */
void rtmp_seam_keep (RtmpSeam *self, RtmpMessage *message,
    const RtmpGrade *grade, gint64 now);

/* All of the old one that is before it was there, or does not come. */
gboolean rtmp_seam_is_reached (RtmpSeam *self, gint64 now);
/* The new one has what one can begin with. */
gboolean rtmp_seam_has_begun (RtmpSeam *self);
/* The old one has lost something over it. */
gboolean rtmp_seam_has_dropped (RtmpSeam *self);
/* The new one's times have nothing to do with the old one's. */
gboolean rtmp_seam_is_break (RtmpSeam *self);
/* What was kept, in order; lent. */
GPtrArray *rtmp_seam_get_kept (RtmpSeam *self);

/* Behind the seam, a message of the new one: FALSE when the old one has had it.
 * @over: nothing like that comes any more. */
gboolean rtmp_seam_pass_new (RtmpSeam *self, const RtmpGrade *grade,
    guint32 time, gboolean *over);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpSeam, rtmp_seam_free)
