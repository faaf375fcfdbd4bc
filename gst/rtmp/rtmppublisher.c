/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpPublisher: see rtmppublisher.h. */

#include "rtmppublisher.h"

#include "rtmp/rtmpflvreader.h"
#include "rtmpcalldebug.h"
#include "rtmpcontinuity.h"
#include "rtmpheaders.h"
#include "rtmpstats.h"

/* What goes into the client at once. */
#define MAX_TAGS 64
#define MAX_BYTES (128 * 1024)

/* How long somebody waits before he looks again; the call has its own
 * deadlines. */
#define WAIT_TIME (1 * G_TIME_SPAN_SECOND)

/* What a publisher says before metadata, in AMF0. */
#define SET_DATA_FRAME "\x02\x00\x0d@setDataFrame"

struct _RtmpPublisher
{
  GstElement *element;
  RtmpCall *call;
  RtmpLine *line;               /* of the call; in its loop only */
  RtmpOutbox *outbox;
  gint failed;                  /* atomic */

  /* The streaming thread. */
  RtmpFlvReader *reader;
  RtmpParcel parcel;            /* that was not taken yet */
  RtmpContinuity continuity;
  RtmpHeaders *owed;            /* of the publication before this one, until it
                                 * is clear whether they are needed */

  /* The loop. */
  guint32 stream;               /* 0: does not publish */
  guint32 last_time;            /* of what was sent */
  RtmpHeaders *headers;         /* that were */
  gboolean finish_said;
};

static gboolean
is_metadata (const RtmpFlvTag * tag)
{
  static const gchar name[] = "\x02\x00\x0aonMetaData";
  gsize size;
  const guint8 *data = g_bytes_get_data (tag->data, &size);

  return tag->type == RTMP_MESSAGE_DATA && size >= sizeof name - 1
      && memcmp (data, name, sizeof name - 1) == 0;
}

/* For another connection. */
static void
keep (RtmpPublisher * self, const RtmpParcel * parcel, RtmpMessage * message)
{
  if (parcel->grade.kind == RTMP_GRADE_HEADER)
    rtmp_headers_put (self->headers, parcel->grade.slot, message);
  self->last_time = parcel->tag.timestamp;
}

/* Takes what is in @parcel. */
static RtmpMessage *
make_message (RtmpPublisher * self, RtmpParcel * parcel)
{
  const RtmpFlvTag *tag = &parcel->tag;
  RtmpMessageHead head = {.type = tag->type,.timestamp = tag->timestamp,
    .stream = self->stream
  };
  RtmpMessage *message;

  if (is_metadata (tag)) {
    g_autoptr (GBytes) prefix = g_bytes_new_static (SET_DATA_FRAME,
        sizeof SET_DATA_FRAME - 1);
    GBytes *parts[] = { prefix, tag->data };
    message = rtmp_message_new_parts (&head, parts, G_N_ELEMENTS (parts));
  } else {
    message = rtmp_message_new (&head, tag->data);
  }
  keep (self, parcel, message);
  rtmp_parcel_clear (parcel);
  return message;
}

/* FALSE: there was nothing. */
static gboolean
send_some (RtmpPublisher * self)
{
  RtmpParcel parcels[MAX_TAGS];
  RtmpMessage *messages[MAX_TAGS];
  guint n = rtmp_outbox_take (self->outbox, parcels, MAX_TAGS, MAX_BYTES,
      rtmp_line_can_move (self->line));

  for (guint i = 0; i < n; i++)
    messages[i] = make_message (self, &parcels[i]);
  rtmp_line_send (self->line, messages, n);
  for (guint i = 0; i < n; i++)
    rtmp_message_unref (messages[i]);
  return n > 0;
}

/* Another server is to have what comes next, if one can begin with that. */
static void
move (RtmpPublisher * self)
{
  if (!rtmp_line_can_move (self->line)
      || !rtmp_outbox_is_at_start (self->outbox))
    return;
  self->stream = 0;
  rtmp_line_move (self->line);
}

static void
on_work (gpointer user_data)
{
  RtmpPublisher *self = user_data;
  gboolean more = TRUE;

  if (self->stream == 0 || self->finish_said)
    return;
  move (self);
  while (more && self->stream != 0 && !rtmp_line_is_full (self->line)) {
    more = send_some (self);
    move (self);
  }
  if (self->stream == 0)
    return;
  if (!more && rtmp_outbox_shut (self->outbox)) {
    self->finish_said = TRUE;
    rtmp_line_finish (self->line);
  }
}

/* A server that sees this stream for the first time, or again. */
static void
repeat_headers (RtmpPublisher * self)
{
  g_autoptr (GPtrArray) headers = rtmp_headers_list (self->headers);

  for (guint i = 0; i < headers->len; i++) {
    RtmpMessageHead head = *rtmp_message_get_head (headers->pdata[i]);
    g_autoptr (GBytes) payload = rtmp_message_dup_payload (headers->pdata[i]);
    head.stream = self->stream;
    head.timestamp = self->last_time;
    g_autoptr (RtmpMessage) message = rtmp_message_new (&head, payload);
    rtmp_line_send (self->line, &message, 1);
  }
}

static void
on_started (guint32 stream, gpointer user_data)
{
  RtmpPublisher *self = user_data;

  self->stream = stream;
  repeat_headers (self);
}

/* What was sent of late may not have arrived. */
static void
on_lost (gpointer user_data)
{
  RtmpPublisher *self = user_data;

  self->stream = 0;
  self->finish_said = FALSE;
  rtmp_outbox_interrupt (self->outbox);
}

static void
on_over (const GError * error, gpointer user_data)
{
  RtmpPublisher *self = user_data;

  self->stream = 0;
  g_atomic_int_set (&self->failed, error != NULL);
  rtmp_outbox_close (self->outbox);
}

RtmpPublisher *
rtmp_publisher_new (GstElement * element, const RtmpSettings * settings)
{
  static const RtmpLineFuncs funcs = {
    .started = on_started,
    .lost = on_lost,
    .work = on_work,
    .over = on_over,
  };
  RtmpPublisher *self = g_atomic_rc_box_new0 (RtmpPublisher);

  self->element = element;
  self->outbox = rtmp_outbox_new (settings->max_queue_bytes,
      settings->max_queue_time / 1000);
  self->reader = rtmp_flv_reader_new ();
  self->headers = rtmp_headers_new ();
  self->call = rtmp_call_new (element, settings, TRUE, &funcs, self);
  self->line = rtmp_call_get_line (self->call);
  return self;
}

RtmpPublisher *
rtmp_publisher_new_next (RtmpPublisher * before, const RtmpSettings * settings)
{
  g_return_val_if_fail (before != NULL, NULL);

  RtmpPublisher *self = rtmp_publisher_new (before->element, settings);
  self->owed = g_steal_pointer (&before->headers);
  /* It need not be another file that begins. */
  rtmp_flv_reader_restart (self->reader, 1);
  return self;
}

RtmpPublisher *
rtmp_publisher_ref (RtmpPublisher * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
publisher_clear (gpointer data)
{
  RtmpPublisher *self = data;

  rtmp_call_unref (self->call);
  rtmp_outbox_free (self->outbox);
  rtmp_flv_reader_free (self->reader);
  g_clear_pointer (&self->headers, rtmp_headers_free);
  g_clear_pointer (&self->owed, rtmp_headers_free);
  rtmp_parcel_clear (&self->parcel);
}

void
rtmp_publisher_unref (RtmpPublisher * self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, publisher_clear);
}

gboolean
rtmp_publisher_start (RtmpPublisher * self, GError ** error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return rtmp_call_start (self->call, error);
}

gboolean
rtmp_publisher_stop (RtmpPublisher * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return rtmp_call_stop (self->call);
}

gboolean
rtmp_publisher_is_current (RtmpPublisher * self)
{
  return rtmp_call_is_current (self->call);
}

gboolean
rtmp_publisher_is_started (RtmpPublisher * self)
{
  return rtmp_call_is_started (self->call);
}

gboolean
rtmp_publisher_is_finished (RtmpPublisher * self)
{
  return rtmp_outbox_is_shut (self->outbox)
      && !g_atomic_int_get (&self->failed);
}

static RtmpOutboxResult
put_parcel (RtmpPublisher * self, gboolean live)
{
  RtmpOutboxResult result;

  while ((result = rtmp_outbox_put (self->outbox, &self->parcel, live,
              g_get_monotonic_time ())) == RTMP_OUTBOX_FULL) {
    rtmp_call_wake (self->call);
    rtmp_outbox_wait (self->outbox, g_get_monotonic_time () + WAIT_TIME);
  }
  return result;
}

/* Goes on where what came before has ended. */
static guint32
get_time (RtmpPublisher * self, const RtmpGrade * grade, guint32 time)
{
  return rtmp_grade_is_media (grade)
      ? rtmp_continuity_map (&self->continuity, time)
      : rtmp_continuity_fit (&self->continuity, time);
}

static gboolean
is_for_server (const RtmpFlvTag * tag)
{
  return !tag->encrypted && (tag->type == RTMP_MESSAGE_AUDIO
      || tag->type == RTMP_MESSAGE_VIDEO || tag->type == RTMP_MESSAGE_DATA);
}

/* The next that is for the server. FALSE: there is none yet, or @error. */
static gboolean
take_parcel (RtmpPublisher * self, GError ** error)
{
  RtmpParcel *parcel = &self->parcel;
  RtmpFlvTag *tag = &parcel->tag;
  gsize size;

  do {
    rtmp_parcel_clear (parcel);
    if (!rtmp_flv_reader_take (self->reader, tag, error))
      return FALSE;
  } while (!is_for_server (tag) || tag->data == NULL);
  const guint8 *data = g_bytes_get_data (tag->data, &size);
  rtmp_grade_read (&parcel->grade, tag->type, data, size);
  tag->timestamp = get_time (self, &parcel->grade, tag->timestamp);
  return TRUE;
}

static RtmpOutboxResult
put_header (RtmpPublisher * self, RtmpMessage * message, guint32 time)
{
  g_autoptr (GBytes) payload = rtmp_message_dup_payload (message);
  RtmpParcel parcel = {.tag = {.type = rtmp_message_get_head (message)->type,
      .timestamp = time,.size = g_bytes_get_size (payload),.data =
          g_bytes_ref (payload)}
  };
  gsize size;
  const guint8 *data = g_bytes_get_data (payload, &size);

  rtmp_grade_read (&parcel.grade, parcel.tag.type, data, size);
  /* It waits for nothing: there is little in the box yet. */
  RtmpOutboxResult result = rtmp_outbox_put (self->outbox, &parcel, TRUE,
      g_get_monotonic_time ());
  rtmp_parcel_clear (&parcel);
  return result;
}

/* Before the first parcel. An input that begins anew has headers of its own; one
 * that goes on is understood with those of before. */
static RtmpOutboxResult
put_owed (RtmpPublisher * self)
{
  g_autoptr (GPtrArray) headers = rtmp_headers_list (self->owed);
  RtmpOutboxResult result = RTMP_OUTBOX_TAKEN;
  guint n = rtmp_flv_reader_count_files (self->reader) > 0 ? 0 : headers->len;

  for (guint i = 0; i < n && result == RTMP_OUTBOX_TAKEN; i++)
    result = put_header (self, headers->pdata[i], self->parcel.tag.timestamp);
  if (result == RTMP_OUTBOX_TAKEN)
    g_clear_pointer (&self->owed, rtmp_headers_free);
  return result;
}

gboolean
rtmp_publisher_push (RtmpPublisher * self, GBytes * bytes, gboolean live,
    RtmpOutboxResult * result, GError ** error)
{
  g_return_val_if_fail (self != NULL && result != NULL, FALSE);

  GError *failure = NULL;
  *result = RTMP_OUTBOX_TAKEN;
  if (bytes != NULL)
    rtmp_flv_reader_feed (self->reader, bytes);
  while (*result == RTMP_OUTBOX_TAKEN) {
    if (self->parcel.tag.data == NULL && !take_parcel (self, &failure))
      break;
    if (self->owed != NULL)
      *result = put_owed (self);
    if (*result == RTMP_OUTBOX_TAKEN)
      *result = put_parcel (self, live);
  }
  rtmp_call_wake (self->call);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

RtmpOutboxResult
rtmp_publisher_finish (RtmpPublisher * self)
{
  g_return_val_if_fail (self != NULL, RTMP_OUTBOX_CLOSED);

  RtmpOutboxResult result;
  rtmp_outbox_end (self->outbox);
  rtmp_call_wake (self->call);
  do
    result = rtmp_outbox_wait_closed (self->outbox,
        g_get_monotonic_time () + WAIT_TIME);
  while (result == RTMP_OUTBOX_TAKEN);
  return result;
}

gboolean
rtmp_publisher_has_failed (RtmpPublisher * self)
{
  return g_atomic_int_get (&self->failed);
}

void
rtmp_publisher_flush (RtmpPublisher * self)
{
  g_return_if_fail (self != NULL);

  if (self->parcel.grade.kind != RTMP_GRADE_HEADER)
    rtmp_parcel_clear (&self->parcel);
  /* Not 0: it need not be a file. */
  rtmp_flv_reader_restart (self->reader, 1);
  rtmp_continuity_break (&self->continuity);
  rtmp_outbox_empty (self->outbox);
}

void
rtmp_publisher_set_flushing (RtmpPublisher * self, gboolean flushing)
{
  rtmp_outbox_set_flushing (self->outbox, flushing);
}

void
rtmp_publisher_tune (RtmpPublisher * self, guint chunk_size, guint peak_kbps)
{
  rtmp_call_tune (self->call, chunk_size, peak_kbps);
}

GstStructure *
rtmp_publisher_get_stats (RtmpPublisher * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  GstStructure *stats = rtmp_call_get_stats (self->call);
  RtmpOutboxStats box;

  rtmp_outbox_get_stats (self->outbox, g_get_monotonic_time (), &box);
  rtmp_stats_add_outbox (stats, &box);
  return stats;
}
