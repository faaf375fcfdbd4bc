/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpPlayer: see rtmpplayer.h. */

#include "rtmpplayer.h"

#include "rtmp/rtmpaggregate.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmpgrade.h"
#include "rtmpcalldebug.h"
#include "rtmpcontinuity.h"
#include "rtmpheaders.h"
#include "rtmpinbox.h"
#include "rtmpseam.h"
#include "rtmpstats.h"
#include "rtmpwrap.h"

/* What may wait for the pipeline; then the server waits too. */
#define MAX_BYTES (8 * 1024 * 1024)

/* While the pipeline does not play: after how long the server is asked to pause,
 * which is longer than a pipeline takes to start; and for how long then what
 * comes is kept, which is longer than a server takes that does as it is
 * asked. */
#define PAUSE_AFTER (200 * G_TIME_SPAN_MILLISECOND)
#define KEEP_TIME (1 * G_TIME_SPAN_SECOND)

/* In ms. More than this between what was last and what is next: the server has
 * gone on with what is live. */
#define MAX_STEP 200

/* Behind a gap: of sound alone, until it is taken for all there is. */
#define SOUND_TIME (3 * G_TIME_SPAN_SECOND)

struct _RtmpPlayer
{
  GstElement *element;
  RtmpCall *call;
  RtmpLine *line;               /* of the call; in its loop only */
  RtmpInbox *inbox;
  gboolean forgiving;           /* a close without a word is an end */
  gint paused;                  /* atomic: the pipeline does not play */
  gint roomy;                   /* atomic: may read on */
  guint dropped;                /* atomic: messages, while it was paused */
  gint taken;                   /* atomic: somebody takes */

  /* The loop until the inbox has ended, whoever takes from it after that. */
  GError *error;

  /* The loop. */
  RtmpWrap wrap;
  RtmpContinuity continuity;
  RtmpHeaders *headers;
  RtmpSeamPast past;
  RtmpSeam *seam;               /* to another connection, or behind it */
  gboolean moved;               /* that one is in use */
  gboolean gap;                 /* something was dropped */
  gint64 sound_since;           /* alone, in the gap; -1: none came */
  gboolean discont;             /* of the next buffer */
  guint32 last_time;            /* of the stream: of media that was kept */
  gint64 rest_since;            /* something came in a pause; -1: none did */
  guint kept;                   /* messages, in it */
  gint64 pause_said;            /* when; -1: it was not */
  gboolean resumed;             /* and nothing has come since */
};

static void
add (RtmpPlayer * self, RtmpMessage * message, const RtmpGrade * grade)
{
  guint32 time = rtmp_message_get_head (message)->timestamp;

  rtmp_wrap_add (&self->wrap, message, rtmp_grade_is_media (grade)
      ? rtmp_continuity_map (&self->continuity, time)
      : rtmp_continuity_fit (&self->continuity, time));
}

/* Behind a gap the demuxer may have missed some. With the time of @message:
 * they are old, and it is not. */
static void
repeat_headers (RtmpPlayer * self, guint32 time)
{
  g_autoptr (GPtrArray) headers = rtmp_headers_list (self->headers);

  for (guint i = 0; i < headers->len; i++)
    rtmp_wrap_add (&self->wrap, headers->pdata[i],
        rtmp_continuity_map (&self->continuity, time));
}

static void
drop_seam (RtmpPlayer * self)
{
  g_clear_pointer (&self->seam, rtmp_seam_free);
  self->moved = FALSE;
}

static void
say_pause (RtmpPlayer * self)
{
  self->pause_said = g_get_monotonic_time ();
  rtmp_line_pause (self->line, TRUE, self->last_time);
}

/* The server does not pause. What waits would be old when the pipeline plays. */
static void
give_up_waiting (RtmpPlayer * self)
{
  g_autoptr (GstBuffer) last = rtmp_wrap_take (&self->wrap);

  self->gap = TRUE;
  g_atomic_int_add (&self->dropped, self->kept);
  self->kept = 0;
  if (rtmp_inbox_empty (self->inbox))
    rtmp_wrap_restart (&self->wrap);
}

/* Something has come, and the pipeline does not play. */
static void
rest (RtmpPlayer * self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->rest_since < 0)
    self->rest_since = now;
  if (self->pause_said < 0 && now - self->rest_since >= PAUSE_AFTER)
    say_pause (self);
  if (!self->gap && self->pause_said >= 0
      && now - self->pause_said >= KEEP_TIME)
    give_up_waiting (self);
}

/* The pipeline plays. */
static void
wake (RtmpPlayer * self)
{
  self->rest_since = -1;
  self->kept = 0;
  if (self->pause_said < 0)
    return;
  self->pause_said = -1;
  self->resumed = TRUE;
  rtmp_line_pause (self->line, FALSE, self->last_time);
}

/* The first of what comes behind a pause: what was recorded goes on where it
 * was, what is live does not. */
static void
resume (RtmpPlayer * self, guint32 time)
{
  gint32 step = time - self->last_time;

  self->resumed = FALSE;
  if (step < 0 || step > MAX_STEP)
    self->gap = TRUE;
  else
    self->discont = TRUE;
}

/* Whether a gap can end with it. Pictures may have stopped meanwhile. */
static gboolean
is_beginning (RtmpPlayer * self, const RtmpGrade * grade)
{
  gint64 now = g_get_monotonic_time ();

  if (grade->kind == RTMP_GRADE_FRAME)
    self->sound_since = -1;
  if (grade->kind != RTMP_GRADE_SOUND)
    return grade->kind == RTMP_GRADE_KEY;
  if (self->sound_since < 0)
    self->sound_since = now;
  if (now - self->sound_since >= SOUND_TIME)
    self->past.has_video = FALSE;
  return !self->past.has_video;
}

static void
end_gap (RtmpPlayer * self, guint32 time)
{
  self->gap = FALSE;
  self->discont = TRUE;
  self->sound_since = -1;
  repeat_headers (self, time);
}

/* FALSE: it is dropped. */
static gboolean
pass_gap (RtmpPlayer * self, const RtmpGrade * grade, guint32 time)
{
  gboolean paused = g_atomic_int_get (&self->paused);

  if (paused)
    rest (self);
  else if (self->resumed && rtmp_grade_is_media (grade))
    resume (self, time);
  if (self->gap && !paused && is_beginning (self, grade))
    end_gap (self, time);
  if (self->gap) {
    g_atomic_int_inc (&self->dropped);
    return FALSE;
  }
  self->kept += paused;
  if (rtmp_grade_is_media (grade))
    self->last_time = time;
  return TRUE;
}

/* FALSE: the other connection has that. */
static gboolean
pass_seam (RtmpPlayer * self, const RtmpGrade * grade, guint32 time)
{
  gboolean over = FALSE, passes = TRUE;

  if (self->seam == NULL)
    return TRUE;
  if (self->moved)
    passes = rtmp_seam_pass_new (self->seam, grade, time, &over);
  else
    passes = rtmp_seam_pass_old (self->seam, grade, time,
        g_get_monotonic_time ());
  if (over)
    drop_seam (self);
  return passes;
}

/* For the next seam. */
static void
note (RtmpPlayer * self, const RtmpMessageHead * head, const RtmpGrade * grade)
{
  self->past.has_video |= head->type == RTMP_MESSAGE_VIDEO;
  self->past.has_sound |= grade->kind == RTMP_GRADE_SOUND;
  if (rtmp_grade_is_media (grade))
    rtmp_seam_past_add (&self->past, head->timestamp);
}

static void
take_message (RtmpPlayer * self, RtmpMessage * message)
{
  const RtmpMessageHead *head = rtmp_message_get_head (message);
  RtmpGrade grade;
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);

  rtmp_grade_read (&grade, head->type, data, size);
  if (!pass_seam (self, &grade, head->timestamp))
    return;
  note (self, head, &grade);
  if (grade.kind == RTMP_GRADE_HEADER)
    rtmp_headers_put (self->headers, grade.slot, message);
  if (pass_gap (self, &grade, head->timestamp))
    add (self, message, &grade);
}

/* Of the connection that one may go over to. */
static void
take_early (RtmpPlayer * self, RtmpMessage * message)
{
  RtmpGrade grade;
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);

  rtmp_grade_read (&grade, rtmp_message_get_head (message)->type, data, size);
  rtmp_seam_keep (self->seam, message, &grade, g_get_monotonic_time ());
}

typedef void (*TakeFunc) (RtmpPlayer * self, RtmpMessage * message);

static void
take_aggregate (RtmpPlayer * self, RtmpMessage * message, TakeFunc take)
{
  g_autoptr (GBytes) data = rtmp_message_dup_payload (message);
  g_autoptr (GError) error = NULL;
  RtmpAggregateReader reader;
  g_auto (RtmpFlvTag) tag = { 0 };

  rtmp_aggregate_reader_init (&reader, data,
      rtmp_message_get_head (message)->timestamp);
  while (rtmp_aggregate_reader_take (&reader, &tag, &error)) {
    RtmpMessageHead head = {.type = tag.type,.timestamp = tag.timestamp };
    g_autoptr (RtmpMessage) part = rtmp_message_new (&head, tag.data);
    take (self, part);
    rtmp_flv_tag_clear (&tag);
  }
  if (error != NULL)
    GST_WARNING_OBJECT (self->element, "the rest of an aggregate is lost: %s",
        error->message);
}

static void
take (RtmpPlayer * self, RtmpMessage * message, TakeFunc func)
{
  if (rtmp_message_get_head (message)->type == RTMP_MESSAGE_AGGREGATE)
    take_aggregate (self, message, func);
  else
    func (self, message);
}

static void
on_received (RtmpMessage * message, gpointer user_data)
{
  take (user_data, message, take_message);
}

static void
on_received_early (RtmpMessage * message, gpointer user_data)
{
  RtmpPlayer *self = user_data;

  if (self->seam == NULL || self->moved) {
    drop_seam (self);
    self->seam = rtmp_seam_new (&self->past);
  }
  take (self, message, take_early);
}

static void
push (RtmpPlayer * self)
{
  GstBuffer *buffer = rtmp_wrap_take (&self->wrap);

  if (buffer == NULL)
    return;
  if (self->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  self->discont = FALSE;
  if (rtmp_inbox_put (self->inbox, buffer))
    return;
  /* Better asked than made to wait. */
  if (g_atomic_int_get (&self->paused) && self->pause_said < 0)
    say_pause (self);
  rtmp_line_set_reading (self->line, FALSE);
}

/* What was kept of the connection that is in use now. */
static void
pass_kept (RtmpPlayer * self)
{
  g_autoptr (GPtrArray) kept =
      g_ptr_array_ref (rtmp_seam_get_kept (self->seam));

  self->moved = TRUE;
  self->discont = TRUE;
  self->rest_since = self->pause_said = -1;
  self->resumed = FALSE;
  if (rtmp_seam_is_break (self->seam))
    rtmp_continuity_break (&self->continuity);
  for (guint i = 0; i < kept->len; i++)
    take_message (self, kept->pdata[i]);
}

static void
consider_move (RtmpPlayer * self)
{
  if (self->seam == NULL || self->moved || !rtmp_line_can_move (self->line)
      || !rtmp_seam_is_reached (self->seam, g_get_monotonic_time ()))
    return;
  push (self);
  rtmp_line_move (self->line);
  push (self);
}

static void
on_received_all (gpointer user_data)
{
  push (user_data);
  consider_move (user_data);
}

/* Only with another connection is there something kept. Where the old one was
 * lost it need not have begun with a key frame. */
static void
on_started (guint32 stream, gpointer user_data)
{
  RtmpPlayer *self = user_data;

  rtmp_line_set_patient (self->line, g_atomic_int_get (&self->paused));
  if (self->seam == NULL || self->moved)
    return;
  self->gap |= !rtmp_seam_has_begun (self->seam);
  pass_kept (self);
  push (self);
}

static void
on_stays (gpointer user_data)
{
  RtmpPlayer *self = user_data;

  if (self->seam == NULL || self->moved)
    return;
  self->gap |= rtmp_seam_has_dropped (self->seam);
  drop_seam (self);
}

/* Another connection begins anew, with headers of its own. */
static void
on_lost (gpointer user_data)
{
  RtmpPlayer *self = user_data;

  push (self);
  if (self->moved)
    drop_seam (self);
  rtmp_continuity_break (&self->continuity);
  self->discont = TRUE;
  self->rest_since = self->pause_said = -1;
  self->resumed = FALSE;
}

static void
on_stopped (gpointer user_data)
{
  RtmpPlayer *self = user_data;

  push (self);
  rtmp_line_finish (self->line);
}

static void
on_work (gpointer user_data)
{
  RtmpPlayer *self = user_data;

  gboolean paused = g_atomic_int_get (&self->paused);

  rtmp_line_set_patient (self->line, paused);
  if (!paused)
    wake (self);
  if (g_atomic_int_compare_and_exchange (&self->roomy, TRUE, FALSE))
    rtmp_line_set_reading (self->line, TRUE);
}

static gboolean
on_forgive (const GError * error, gpointer user_data)
{
  RtmpPlayer *self = user_data;

  return self->forgiving && (error->code == RTMP_ERROR_LOST
      || error->code == RTMP_ERROR_CLOSED);
}

/* What was received before is pushed before. While nobody takes there is nobody
 * who would post it. */
static gboolean
on_postpone (const GError * error, gpointer user_data)
{
  RtmpPlayer *self = user_data;

  if (!g_atomic_int_get (&self->taken) || g_atomic_int_get (&self->paused))
    return FALSE;
  self->error = g_error_copy (error);
  return TRUE;
}

static void
on_over (const GError * error, gpointer user_data)
{
  RtmpPlayer *self = user_data;

  push (self);
  rtmp_inbox_end (self->inbox, error != NULL ? GST_FLOW_ERROR : GST_FLOW_EOS);
}

RtmpPlayer *
rtmp_player_new (GstElement * element, const RtmpSettings * settings)
{
  static const RtmpLineFuncs funcs = {
    .started = on_started,
    .received = on_received,
    .received_all = on_received_all,
    .received_early = on_received_early,
    .received_all_early = on_received_all,
    .stays = on_stays,
    .lost = on_lost,
    .stopped = on_stopped,
    .work = on_work,
    .forgive = on_forgive,
    .postpone = on_postpone,
    .over = on_over,
  };
  RtmpPlayer *self = g_atomic_rc_box_new0 (RtmpPlayer);

  self->element = element;
  self->forgiving = !settings->no_eof_is_error;
  self->paused = TRUE;
  self->rest_since = self->pause_said = self->sound_since = -1;
  self->inbox = rtmp_inbox_new (MAX_BYTES);
  rtmp_wrap_init (&self->wrap);
  self->headers = rtmp_headers_new ();
  self->call = rtmp_call_new (element, settings, FALSE, &funcs, self);
  self->line = rtmp_call_get_line (self->call);
  return self;
}

RtmpPlayer *
rtmp_player_ref (RtmpPlayer * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
player_clear (gpointer data)
{
  RtmpPlayer *self = data;

  rtmp_call_unref (self->call);
  rtmp_inbox_free (self->inbox);
  g_clear_error (&self->error);
  rtmp_wrap_clear (&self->wrap);
  rtmp_headers_free (self->headers);
  rtmp_seam_free (self->seam);
}

void
rtmp_player_unref (RtmpPlayer * self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, player_clear);
}

gboolean
rtmp_player_start (RtmpPlayer * self, GError ** error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return rtmp_call_start (self->call, error);
}

gboolean
rtmp_player_stop (RtmpPlayer * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return rtmp_call_stop (self->call);
}

gboolean
rtmp_player_is_current (RtmpPlayer * self)
{
  return rtmp_call_is_current (self->call);
}

gboolean
rtmp_player_is_started (RtmpPlayer * self)
{
  return rtmp_call_is_started (self->call);
}

GstBuffer *
rtmp_player_take (RtmpPlayer * self, GstFlowReturn * flow, GError ** error)
{
  g_return_val_if_fail (self != NULL && flow != NULL, NULL);

  gboolean roomy;
  g_atomic_int_set (&self->taken, TRUE);
  GstBuffer *buffer = rtmp_inbox_take (self->inbox, flow, &roomy);
  if (roomy) {
    g_atomic_int_set (&self->roomy, TRUE);
    rtmp_call_wake (self->call);
  }
  if (buffer == NULL && *flow == GST_FLOW_ERROR && self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  return buffer;
}

void
rtmp_player_set_flushing (RtmpPlayer * self, gboolean flushing)
{
  rtmp_inbox_set_flushing (self->inbox, flushing);
}

void
rtmp_player_interrupt (RtmpPlayer * self)
{
  rtmp_inbox_interrupt (self->inbox);
}

void
rtmp_player_set_paused (RtmpPlayer * self, gboolean paused)
{
  g_atomic_int_set (&self->paused, paused);
  rtmp_call_wake (self->call);
}

GstStructure *
rtmp_player_get_stats (RtmpPlayer * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  GstStructure *stats = rtmp_call_get_stats (self->call);
  guint buffers;
  gsize bytes = rtmp_inbox_get_size (self->inbox, &buffers);
  rtmp_stats_add_inbox (stats, buffers, bytes,
      g_atomic_int_get (&self->dropped));
  return stats;
}
