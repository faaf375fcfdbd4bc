/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mediastage.h"

#include "livekit/livekitrequest.h"
#include "livekit/livekitroommedia.h"
#include "medianoise.h"
#include "stagecount.h"

#include <string.h>

#define ROOM "stage"
#define CALL_TIME (30 * G_TIME_SPAN_SECOND)
#define WAIT_TIME (30 * G_TIME_SPAN_SECOND)
#define LOOK_EVERY_MS 5
/* As clients are told to. */
#define PING_EVERY (5 * G_TIME_SPAN_SECOND)

struct _MediaStage
{
  LifeLoop *loop;
  LivekitRooms *rooms;
  ServerMedia *media;
  guint keep_ms;
  GPtrArray *members;           /* of StageMember */
  GSource *pings;
  gboolean pumping;
  GSource *timer;               /* at the deadline of the rooms */
};

struct _StageMember
{
  MediaStage *stage;
  StageKind kind;
  gchar *identity;
  gchar *sid;
  gboolean present;             /* his socket is open */
  gchar *publisher;             /* to watch; NULL: all */
  StageClient *client;
};

/* For the loop. */
typedef struct
{
  MediaStage *stage;
  StageMember *member;
  const gchar *text;
  const gchar *video;
  const gchar *audio;
  gboolean unasked;
  GBytes *bytes;
  StageReportFunc report;
  gpointer user_data;
} StageCall;

static const gchar *const loopback[] = { "127.0.0.1", NULL };

static void
call (MediaStage * self, LifeLoopFunc func, gpointer data)
{
  g_assert_true (life_loop_call (self->loop, func, data, NULL, CALL_TIME));
}

/* -- The room --------------------------------------------------------------- */

static StageMember *
find_member (MediaStage * self, const gchar * sid)
{
  for (guint i = 0; i < self->members->len; i++) {
    StageMember *member = g_ptr_array_index (self->members, i);
    if (g_strcmp0 (member->sid, sid) == 0)
      return member;
  }
  return NULL;
}

static void
do_event (MediaStage * self, const LivekitRoomEvent * event)
{
  StageMember *member = find_member (self, event->participant);

  if (event->type == LIVEKIT_ROOM_EVENT_SEND && member != NULL)
    stage_client_hear (member->client, event->bytes);
  if (event->type == LIVEKIT_ROOM_EVENT_SEND
      || event->type == LIVEKIT_ROOM_EVENT_HANG_UP)
    return;
  server_media_handle (self->media, event);
  if (event->type == LIVEKIT_ROOM_EVENT_OVER && member != NULL) {
    member->present = FALSE;
    stage_client_take_over (member->client);
  }
}

static void pump (gpointer data);

static void
clear_timer (MediaStage * self)
{
  if (self->timer == NULL)
    return;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
on_deadline (gpointer data)
{
  MediaStage *self = data;

  clear_timer (self);
  livekit_rooms_tick (self->rooms, g_get_monotonic_time ());
  pump (self);
  return G_SOURCE_REMOVE;
}

static void
look_at_deadline (MediaStage * self)
{
  gint64 deadline = livekit_rooms_get_deadline (self->rooms);

  clear_timer (self);
  if (deadline == G_MAXINT64)
    return;
  self->timer = life_loop_add_timeout (self->loop, "media-stage-deadline",
      MAX (0, deadline - g_get_monotonic_time ()), on_deadline, self, NULL);
}

static void
pump (gpointer data)
{
  MediaStage *self = data;
  LivekitRoomEvent *event;

  if (self->pumping)
    return;
  self->pumping = TRUE;
  while ((event = livekit_rooms_take (self->rooms)) != NULL) {
    do_event (self, event);
    livekit_room_event_free (event);
  }
  self->pumping = FALSE;
  look_at_deadline (self);
}

static void
on_say (GBytes * bytes, gpointer data)
{
  StageMember *self = data;
  LivekitRoom *room = livekit_rooms_find (self->stage->rooms, ROOM);

  g_assert_nonnull (bytes);
  if (room != NULL)
    livekit_room_feed (room, self->sid, bytes, g_get_monotonic_time ());
  g_bytes_unref (bytes);
  pump (self->stage);
}

static gboolean
on_ping (gpointer data)
{
  MediaStage *self = data;

  for (guint i = 0; i < self->members->len; i++) {
    StageMember *member = g_ptr_array_index (self->members, i);
    if (member->kind != STAGE_QUIET && member->present)
      on_say (livekit_request_ping (1, 0, NULL), member);
  }
  return G_SOURCE_CONTINUE;
}

static void
begin (gpointer data)
{
  MediaStage *self = data;
  LivekitRoomConfig config = {.seed = 1 };
  ServerMediaConfig media = {.addresses = loopback,
    .keep_ms = self->keep_ms,
  };

  self->rooms = livekit_rooms_new (&config);
  self->media = server_media_new (self->loop, self->rooms, &media, pump, self);
  self->pings = life_loop_add_timeout (self->loop, "stage-pings", PING_EVERY,
      on_ping, self, NULL);
}

MediaStage *
media_stage_new (guint keep_ms)
{
  MediaStage *self = g_new0 (MediaStage, 1);

  media_noise_allow ();
  self->keep_ms = keep_ms;
  self->members = g_ptr_array_new ();
  self->loop = life_loop_new ("media-stage");
  g_assert_true (life_loop_start (self->loop, NULL));
  call (self, begin, self);
  return self;
}

static void
close_client (gpointer data)
{
  StageMember *self = data;

  stage_client_close (self->client);
}

static void
member_free (StageMember * self)
{
  call (self->stage, close_client, self);
  stage_client_shut (self->client);
  stage_client_free (self->client);
  g_free (self->publisher);
  g_free (self->identity);
  g_free (self->sid);
  g_free (self);
}

static void
close_rooms (gpointer data)
{
  MediaStage *self = data;

  if (self->pings != NULL)
    g_source_destroy (self->pings);
  g_clear_pointer (&self->pings, g_source_unref);
  livekit_rooms_close (self->rooms, g_get_monotonic_time ());
  pump (self);
}

void
media_stage_close (MediaStage * self, LifeRosterReport * report)
{
  call (self, close_rooms, self);
  life_roster_close (server_media_get_roster (self->media), CALL_TIME, 0,
      report);
}

static void
free_all (gpointer data)
{
  MediaStage *self = data;

  server_media_free (self->media);
  clear_timer (self);
  livekit_rooms_free (self->rooms);
}

void
media_stage_free (MediaStage * self)
{
  LifeRosterReport report;

  media_stage_close (self, &report);
  g_assert_cmpuint (report.stuck, ==, 0);
  for (guint i = 0; i < self->members->len; i++)
    member_free (g_ptr_array_index (self->members, i));
  g_ptr_array_unref (self->members);
  call (self, free_all, self);
  g_assert_true (life_loop_stop (self->loop, CALL_TIME));
  life_loop_unref (self->loop);
  g_free (self);
}

/* -- Members ---------------------------------------------------------------- */

static void
on_answered (const gchar * sdp, const GError * error, gpointer data)
{
  StageMember *self = data;

  stage_client_take_answer (self->client, sdp, error);
}

static void
on_offer (const gchar * sdp, gpointer data)
{
  StageMember *self = data;

  server_media_offer (self->stage->media, ROOM, self->sid, sdp,
      self->publisher, on_answered, self, NULL);
}

static void
on_candidate (guint mline, const gchar * candidate, gpointer data)
{
  StageMember *self = data;

  server_media_add_candidate (self->stage->media, ROOM, self->sid, mline,
      candidate);
}

static const StageClientFuncs client_funcs = { on_say, on_offer, on_candidate };

static void
do_join (gpointer data)
{
  StageCall *args = data;
  StageMember *self = args->member;
  GPtrArray *members = self->stage->members;
  LivekitToken *token = livekit_token_new ();
  g_autoptr (GError) error = NULL;

  if (!g_ptr_array_find (members, self, NULL))
    g_ptr_array_add (members, self);
  token->identity = g_strdup (self->identity);
  token->grants.room = g_strdup (ROOM);
  LivekitEntry *entry = livekit_entry_new_quiet (token);
  entry->quiet = self->kind == STAGE_QUIET;
  entry->one_connection = self->kind != STAGE_TWO;
  entry->protocol = 17;
  entry->resumes = g_strdup (args->text);
  g_free (self->sid);
  self->sid = livekit_rooms_join (self->stage->rooms, entry,
      g_get_monotonic_time (), &error);
  g_assert_no_error (error);
  self->present = TRUE;
  pump (self->stage);
}

StageMember *
media_stage_join (MediaStage * self, StageKind kind, const gchar * identity)
{
  StageMember *member = g_new0 (StageMember, 1);
  StageCall args = {.member = member };

  member->stage = self;
  member->kind = kind;
  member->identity = g_strdup (identity);
  member->client = stage_client_new (self->loop, kind, &client_funcs, member);
  call (self, do_join, &args);
  return member;
}

static void
do_publish (gpointer data)
{
  StageCall *args = data;

  (args->unasked ? stage_client_publish_unasked : stage_client_publish)
      (args->member->client, args->text, args->video, args->audio);
}

void
stage_member_publish (StageMember * self, const gchar * codec,
    const gchar * video, const gchar * audio)
{
  StageCall args = {.member = self,.text = codec,.video = video,
    .audio = audio
  };

  call (self->stage, do_publish, &args);
}

void
stage_member_publish_unasked (StageMember * self, const gchar * codec,
    const gchar * video, const gchar * audio)
{
  StageCall args = {.member = self,.text = codec,.video = video,
    .audio = audio,.unasked = TRUE
  };

  call (self->stage, do_publish, &args);
}

static void
do_ask (gpointer data)
{
  StageMember *self = data;

  stage_client_ask (self->client);
}

void
stage_member_ask (StageMember * self)
{
  call (self->stage, do_ask, self);
}

static void
do_watch (gpointer data)
{
  StageMember *self = data;

  stage_client_watch (self->client);
}

void
stage_member_watch (StageMember * self, const gchar * publisher)
{
  self->publisher = g_strdup (publisher);
  call (self->stage, do_watch, self);
}

static void
do_offer (gpointer data)
{
  StageCall *args = data;
  StageMember *self = args->member;

  on_offer (args->text, self);
  /* Never from within the call. */
  g_assert_false (stage_client_has_answer (self->client));
}

gchar *
stage_member_offer (StageMember * self, const gchar * sdp)
{
  StageCall args = {.member = self,.text = sdp };

  call (self->stage, do_offer, &args);
  return stage_client_dup_answer (self->client);
}

static void
do_say (gpointer data)
{
  StageCall *args = data;

  on_say (args->bytes, args->member);
}

void
stage_member_say (StageMember * self, GBytes * bytes)
{
  StageCall args = {.member = self,.bytes = bytes };

  call (self->stage, do_say, &args);
}

static void
do_lose (gpointer data)
{
  StageMember *self = data;

  self->present = FALSE;
  livekit_room_lost (livekit_rooms_find (self->stage->rooms, ROOM), self->sid,
      g_get_monotonic_time ());
  pump (self->stage);
}

void
stage_member_lose (StageMember * self)
{
  call (self->stage, do_lose, self);
}

void
stage_member_resume (StageMember * self)
{
  g_autofree gchar *sid = g_strdup (self->sid);
  StageCall args = {.member = self,.text = sid };

  call (self->stage, do_join, &args);
}

void
stage_member_leave (StageMember * self)
{
  if (self->kind == STAGE_QUIET)
    stage_member_lose (self);
  else
    stage_member_say (self, livekit_request_leave (NULL));
  g_assert_true (stage_client_wait_over (self->client));
  call (self->stage, close_client, self);
  stage_client_shut (self->client);
}

StageClient *
stage_member_get_client (StageMember * self)
{
  return self->client;
}

const gchar *
stage_member_get_sid (StageMember * self)
{
  return self->sid;
}

/* -- What the server counts ------------------------------------------------- */

static void
do_report (gpointer data)
{
  StageCall *args = data;
  g_autoptr (ServerReport) report = server_report_new ();

  server_report_add_rooms (report, args->stage->rooms);
  server_media_describe (args->stage->media, report);
  args->report (report, args->user_data);
}

void
media_stage_report (MediaStage * self, StageReportFunc func, gpointer user_data)
{
  StageCall args = {.stage = self,.report = func,.user_data = user_data };

  call (self, do_report, &args);
}

static void
copy_totals (const ServerReport * report, gpointer user_data)
{
  *(ServerReportTotals *) user_data = report->totals;
}

gboolean
media_stage_wait (MediaStage * self, guint connections, guint consumers)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIME;
  ServerReportTotals totals;

  do {
    media_stage_report (self, copy_totals, &totals);
    if (totals.connections == connections
        && totals.received.consumers == consumers)
      return TRUE;
    g_poll (NULL, 0, LOOK_EVERY_MS);
  } while (g_get_monotonic_time () < end_time);
  g_printerr ("connections %u, wanted %u; consumers %u, wanted %u\n",
      totals.connections, connections, totals.received.consumers, consumers);
  return FALSE;
}

static gboolean
wait_count (MediaStage * self, StageReportFunc func, guint wanted)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIME;
  guint count;

  do {
    media_stage_report (self, func, &count);
    if (count == wanted)
      return TRUE;
    g_poll (NULL, 0, LOOK_EVERY_MS);
  } while (g_get_monotonic_time () < end_time);
  return FALSE;
}

gboolean
media_stage_wait_active (MediaStage * self, guint count)
{
  return wait_count (self, stage_count_active, count);
}

gboolean
media_stage_wait_tracks (MediaStage * self, guint count)
{
  return wait_count (self, stage_count_tracks, count);
}

gboolean
media_stage_wait_reports (MediaStage * self, guint count)
{
  return wait_count (self, stage_count_reports, count);
}

LifeRoster *
media_stage_get_roster (MediaStage * self)
{
  return server_media_get_roster (self->media);
}
