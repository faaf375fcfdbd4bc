/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpContinuity: see rtmpcontinuity.h. */

#include "rtmpcontinuity.h"

/* Further back than any interleaving goes. */
#define MAX_LATE 3000

guint32
rtmp_continuity_map (RtmpContinuity * self, guint32 time)
{
  guint32 mapped = time + self->offset;

  if (!self->begun) {
    self->begun = TRUE;
    self->last = mapped;
  }
  if ((gint32) (mapped - self->last) < (self->anew ? 0 : -MAX_LATE)) {
    mapped = self->last;
    self->offset = mapped - time;
  }
  self->anew = FALSE;
  if ((gint32) (mapped - self->last) > 0)
    self->last = mapped;
  return mapped;
}

void
rtmp_continuity_break (RtmpContinuity * self)
{
  self->anew = TRUE;
}
