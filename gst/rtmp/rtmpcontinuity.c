/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpContinuity: see rtmpcontinuity.h. */

#include "rtmpcontinuity.h"

/* Further back than any interleaving goes. */
#define MAX_LATE 3000

/* Earlier than what is only a little late. */
static gboolean
is_before (const RtmpContinuity * self, guint32 mapped)
{
  return (gint32) (mapped - self->last) < (self->anew ? 0 : -MAX_LATE);
}

guint32
rtmp_continuity_map (RtmpContinuity * self, guint32 time)
{
  guint32 mapped = time + self->offset;

  if (!self->begun) {
    self->begun = TRUE;
    self->last = mapped;
  }
  if (is_before (self, mapped)) {
    mapped = self->last;
    self->offset = mapped - time;
  }
  self->anew = FALSE;
  if ((gint32) (mapped - self->last) > 0)
    self->last = mapped;
  return mapped;
}

guint32
rtmp_continuity_fit (const RtmpContinuity * self, guint32 time)
{
  guint32 mapped = time + self->offset;

  return self->begun && is_before (self, mapped) ? self->last : mapped;
}

void
rtmp_continuity_break (RtmpContinuity * self)
{
  self->anew = TRUE;
}
