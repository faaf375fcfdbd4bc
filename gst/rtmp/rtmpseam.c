/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpSeam: a new connection that is ahead decides where: at its first key
 * frame, and the old one goes on up to there. One that is behind cannot: then
 * it is the old one's next key frame, and the new one comes to it later. */

#include "rtmpseam.h"

/* Times that are further apart count from different beginnings, ms. */
#define FAR 10000

/* How long one is waited for by the other. */
#define PATIENCE (3 * G_TIME_SPAN_SECOND)

/* What is kept until the old one has come so far. */
#define MAX_BYTES (8 * 1024 * 1024)
#define MAX_MESSAGES 4096

/* Before there is what one can begin with: the newest sounds. */
#define MAX_EARLY_BYTES (1024 * 1024)
#define MAX_EARLY_MESSAGES 512

#define VIDEO (1 << 0)
#define SOUND (1 << 1)

struct _RtmpSeam
{
  gboolean has_video;
  guint wanted;                 /* VIDEO, SOUND: what the old one has */
  guint32 last;                 /* of the old one */
  gboolean has_cut;
  guint32 cut;                  /* the time of the seam */
  gint64 cut_at;
  gboolean behind;              /* the new one is; the old one cuts */
  gboolean tired;               /* of that: any beginning will do */
  gboolean waits;               /* the old one, for a key frame */
  gboolean dropped;
  guint reached;                /* by the old one: VIDEO, SOUND */
  gboolean begun;
  gint64 begun_at;
  gboolean is_break;
  GPtrArray *kept;              /* of RtmpMessage */
  gsize bytes;
};

/* Times are modulo 2^32. */
static gint32
subtract (guint32 a, guint32 b)
{
  return (gint32) (a - b);
}

static gboolean
is_far (gint32 distance)
{
  return ABS ((gint64) distance) > FAR;
}

void
rtmp_seam_past_add (RtmpSeamPast * self, guint32 time)
{
  gint32 ahead = subtract (time, self->last);

  if (ahead > 0 || is_far (ahead))
    self->last = time;
}

RtmpSeam *
rtmp_seam_new (const RtmpSeamPast * past)
{
  RtmpSeam *self = g_new0 (RtmpSeam, 1);

  self->has_video = past->has_video;
  self->wanted = (past->has_video ? VIDEO : 0) | (past->has_sound ? SOUND : 0);
  self->last = past->last;
  self->kept =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rtmp_message_unref);
  return self;
}

void
rtmp_seam_free (RtmpSeam * self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->kept);
  g_free (self);
}

/* It is in one row with what has a time. */
static gboolean
is_timed (const RtmpGrade * grade)
{
  return rtmp_grade_is_media (grade) || grade->kind == RTMP_GRADE_DATA;
}

static gboolean
is_start (RtmpSeam * self, const RtmpGrade * grade)
{
  return grade->kind == RTMP_GRADE_KEY
      || (grade->kind == RTMP_GRADE_SOUND && !self->has_video);
}

static gboolean
is_before_cut (RtmpSeam * self, guint32 time)
{
  return self->has_cut && subtract (time, self->cut) < 0;
}

static void
set_cut (RtmpSeam * self, guint32 time, gint64 now)
{
  self->has_cut = TRUE;
  self->cut = time;
  self->cut_at = now;
}

/* The new one has never come to where the old one has stopped. */
static void
lose_patience (RtmpSeam * self, gint64 now)
{
  if (!self->has_cut || self->begun || now - self->cut_at < PATIENCE)
    return;
  self->has_cut = FALSE;
  self->tired = TRUE;
  self->waits = TRUE;
}

gboolean
rtmp_seam_pass_old (RtmpSeam * self, const RtmpGrade * grade, guint32 time,
    gint64 now)
{
  g_return_val_if_fail (self != NULL && grade != NULL, TRUE);

  if (!is_timed (grade))
    return TRUE;
  lose_patience (self, now);
  gboolean starts = is_start (self, grade);
  if (starts && self->behind && !self->has_cut && !self->tired
      && subtract (time, self->last) > 0)
    set_cut (self, time, now);
  self->waits &= !starts;
  if (self->waits || (self->has_cut && !is_before_cut (self, time))) {
    if (rtmp_grade_is_media (grade))
      self->reached |= grade->kind == RTMP_GRADE_SOUND ? SOUND : VIDEO;
    self->dropped = TRUE;
    return FALSE;
  }
  if (subtract (time, self->last) > 0)
    self->last = time;
  return TRUE;
}

static void
read_grade (RtmpGrade * grade, const RtmpMessage * message)
{
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);

  rtmp_grade_read (grade, rtmp_message_get_head (message)->type, data, size);
}

static void
drop (RtmpSeam * self, guint index)
{
  self->bytes -= rtmp_message_get_size (self->kept->pdata[index]);
  g_ptr_array_remove_index (self->kept, index);
}

/* Of what has a time: @all, or what the old one has. */
static void
drop_kept (RtmpSeam * self, gboolean all)
{
  for (guint i = 0; i < self->kept->len;) {
    RtmpMessage *message = self->kept->pdata[i];
    RtmpGrade grade;
    read_grade (&grade, message);
    gboolean stays = !is_timed (&grade) || (!all
        && !is_before_cut (self, rtmp_message_get_head (message)->timestamp));
    if (stays)
      i++;
    else
      drop (self, i);
  }
}

/* It says the same as what comes now, only earlier. */
static void
drop_header (RtmpSeam * self, guint32 slot)
{
  for (guint i = 0; i < self->kept->len; i++) {
    RtmpGrade grade;
    read_grade (&grade, self->kept->pdata[i]);
    if (grade.kind != RTMP_GRADE_HEADER || grade.slot != slot)
      continue;
    drop (self, i);
    return;
  }
}

/* What has a time goes first: without headers nothing can be shown. */
static void
trim (RtmpSeam * self)
{
  for (guint i = 0; i < self->kept->len && (self->bytes > MAX_EARLY_BYTES
          || self->kept->len > MAX_EARLY_MESSAGES);) {
    RtmpGrade grade;
    read_grade (&grade, self->kept->pdata[i]);
    if (is_timed (&grade))
      drop (self, i);
    else
      i++;
  }
  while (self->bytes > MAX_BYTES || self->kept->len > MAX_EARLY_MESSAGES)
    drop (self, 0);
}

/* Far more has come than is waited for, and one cannot go over: then at the
 * next beginning of either, as where the new one was too slow. */
static void
begin_anew (RtmpSeam * self)
{
  drop_kept (self, TRUE);
  self->begun = self->is_break = self->has_cut = FALSE;
  self->tired = TRUE;
  self->waits = self->dropped;
}

/* @time is of what one can begin with. */
static void
consider (RtmpSeam * self, guint32 time, gint64 now)
{
  gint32 ahead = subtract (time, self->last);

  if (is_far (ahead) || self->tired || self->wanted == 0) {
    self->is_break = TRUE;
  } else if (self->has_cut) {
    if (is_before_cut (self, time))
      return;
  } else if (ahead > 0) {
    set_cut (self, time, now);
  } else {
    self->behind = TRUE;
    return;
  }
  self->begun = TRUE;
  self->begun_at = now;
  drop_kept (self, self->is_break);
}

/* A copy: the payload may be part of much that came at once. */
static void
add (RtmpSeam * self, const RtmpMessage * message)
{
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);

  g_ptr_array_add (self->kept,
      rtmp_message_new_copy (rtmp_message_get_head (message), data, size));
  self->bytes += size;
}

void
rtmp_seam_keep (RtmpSeam * self, RtmpMessage * message,
    const RtmpGrade * grade, gint64 now)
{
  g_return_if_fail (self != NULL && message != NULL && grade != NULL);

  guint32 time = rtmp_message_get_head (message)->timestamp;
  if (grade->kind == RTMP_GRADE_EMPTY)
    return;
  /* Some more than makes it reached, which may all come at once. */
  if (self->begun && (self->bytes >= 2 * MAX_BYTES
          || self->kept->len >= 2 * MAX_MESSAGES))
    begin_anew (self);
  if (!self->begun && is_start (self, grade))
    consider (self, time, now);
  /* Only pictures need others: what else is behind the seam may come before. */
  if (!self->begun && (grade->kind == RTMP_GRADE_FRAME
          || grade->kind == RTMP_GRADE_KEY))
    return;
  if (is_timed (grade) && !self->is_break && is_before_cut (self, time))
    return;
  if (!self->begun && grade->kind == RTMP_GRADE_HEADER)
    drop_header (self, grade->slot);
  add (self, message);
  if (!self->begun)
    trim (self);
}

gboolean
rtmp_seam_is_reached (RtmpSeam * self, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->begun && (self->is_break
      || (self->reached & self->wanted) == self->wanted
      || now - self->begun_at >= PATIENCE || self->bytes >= MAX_BYTES
      || self->kept->len >= MAX_MESSAGES);
}

gboolean
rtmp_seam_has_begun (RtmpSeam * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->begun;
}

gboolean
rtmp_seam_has_dropped (RtmpSeam * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->dropped;
}

gboolean
rtmp_seam_is_break (RtmpSeam * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_break;
}

GPtrArray *
rtmp_seam_get_kept (RtmpSeam * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->kept;
}

gboolean
rtmp_seam_pass_new (RtmpSeam * self, const RtmpGrade * grade, guint32 time,
    gboolean * over)
{
  g_return_val_if_fail (self != NULL && grade != NULL && over != NULL, TRUE);

  *over = self->is_break || !self->has_cut;
  if (*over || !is_timed (grade))
    return TRUE;
  gint32 past = subtract (time, self->cut);
  *over = is_far (past);
  return *over || past >= 0;
}
