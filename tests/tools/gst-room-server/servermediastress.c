/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One publisher, twenty watchers of all kinds that come and go at random, each
 * with connections of its own, and one that stalls. The seed is printed; SEED
 * in the environment repeats it, STRESS_SECONDS says for how long and
 * STRESS_WATCHERS how many there are at most. */
#include "stagetraffic.h"

#include "serverleg.h"
#include "stopcensus.h"
#include "stopwatchdog.h"

#include <gst/check/gstcheck.h>
#include <stdlib.h>

#define MAX_WATCHERS 100
/* Sanitizers look for what one does to another; twenty take too long. */
#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
#define SECONDS 10
#define WATCHERS 8
#else
#define SECONDS 20
#define WATCHERS 20
#endif
#define TIMEOUT 600
/* No step takes so long, whatever fails in it; each wait is over after 30 s. */
#define HANG_TIMEOUT (100 * G_TIME_SPAN_SECOND)

/* What one may miss, and how long one may wait for the next picture. */
#define MAX_GAP_MS 200
/* A machine that has too much to do is no fault of the server: how late the
 * pictures are with one who decodes them beside their encoder counts so many
 * times, for with twenty decoders more of them meet the busy moments. */
#define BUSY_SHARE 4

/* Small, so that a machine can decode as many. */
#define PICTURE "videotestsrc is-live=true pattern=ball " \
    "! video/x-raw, width=160, height=120, framerate=15/1 " \
    "! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=10000"
#define TONE "audiotestsrc is-live=true freq=440 samplesperbuffer=960 " \
    "! audio/x-raw, rate=48000, channels=2 ! opusenc"

typedef struct
{
  StopWatchdog *watchdog;
  MediaStage *stage;
  GRand *random;
  StageMember *watchers[MAX_WATCHERS];  /* NULL: not there */
  guint count;                  /* of them */
  guint joined;
  MediaPace pace;               /* the worst of them all */
} Scene;

/* One who needs no server: the measure of what the machine can do. */
typedef struct
{
  GstElement *pipeline;
  MediaView *view;
} Control;

/* Now it has its caps. */
static GstPadProbeReturn
on_first (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  media_view_add (data, pad);
  return GST_PAD_PROBE_REMOVE;
}

static void
control_begin (Control * self)
{
  g_autoptr (GError) error = NULL;

  self->pipeline = gst_parse_launch (PICTURE " ! rtpvp8pay timestamp-offset=0 "
      "! queue ! capsfilter name=last caps=\"application/x-rtp, media=video, "
      "encoding-name=VP8\"", &error);
  g_assert_no_error (error);
  gst_element_set_start_time (self->pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (self->pipeline, 0);
  self->view = media_view_new (GST_BIN (self->pipeline));
  g_autoptr (GstElement) last =
      gst_bin_get_by_name (GST_BIN (self->pipeline), "last");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (last, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER,
      on_first, self->view, NULL);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  ck_assert (media_view_wait_frames (self->view, 1));
}

static void
control_end (Control * self, MediaPace * pace)
{
  media_view_get_pace (self->view, pace);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  media_view_free (self->view);
  gst_object_unref (self->pipeline);
}

static void
begin_step (Scene * scene, const gchar * what)
{
  stop_watchdog_arm (scene->watchdog, what, HANG_TIMEOUT);
}

static StageMember *
join (Scene * scene)
{
  StageKind kind = scene->joined % 3;

  begin_step (scene, "who joins");
  g_autofree gchar *identity = g_strdup_printf ("watcher-%u", scene->joined++);
  StageMember *member = media_stage_join (scene->stage, kind, identity);

  if (kind == STAGE_QUIET)
    stage_member_watch (member, NULL);
  return member;
}

static void
wait_frames (Scene * scene, StageMember * member, guint frames)
{
  MediaView *view = stage_client_get_view (stage_member_get_client (member));

  begin_step (scene, "who waits for pictures");
  ck_assert (view != NULL);
  ck_assert (media_view_wait_frames (view, frames));
}

static void
leave (Scene * scene, StageMember ** member)
{
  MediaPace pace;

  begin_step (scene, "who leaves");
  stage_client_get_pace (stage_member_get_client (*member), &pace);
  media_pace_add (&scene->pace, &pace);
  stage_member_leave (*member);
  *member = NULL;
}

/* Some go as soon as they have come, whatever they are in the middle of. */
static void
come_and_go (Scene * scene, gint64 end_time)
{
  while (g_get_monotonic_time () < end_time) {
    StageMember **member =
        &scene->watchers[g_rand_int_range (scene->random, 0, scene->count)];
    if (*member == NULL) {
      *member = join (scene);
      continue;
    }
    if (g_rand_boolean (scene->random))
      wait_frames (scene, *member, g_rand_int_range (scene->random, 1,
              2 * MEDIA_PACE_LEAD));
    leave (scene, member);
  }
}

static GstPadProbeReturn
on_packet (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  return GST_PAD_PROBE_OK;
}

/* What goes into the connection stays there. */
static void
stall_pad (const GValue * item, gpointer unused)
{
  gst_pad_add_probe (g_value_get_object (item), GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packet,
      NULL, NULL);
}

static void
stall_connection (const GValue * item, gpointer unused)
{
  GstIterator *pads = gst_element_iterate_sink_pads (g_value_get_object (item));

  gst_iterator_foreach (pads, stall_pad, NULL);
  gst_iterator_free (pads);
}

static void
stall_leg (gpointer leg, gpointer known)
{
  if (g_hash_table_contains (known, leg))
    return;
  GstIterator *found =
      gst_bin_iterate_all_by_element_factory_name (server_leg_get_bin (leg),
      "webrtcbin");
  gst_iterator_foreach (found, stall_connection, NULL);
  gst_iterator_free (found);
}

static void
note_leg (gpointer leg, gpointer known)
{
  g_hash_table_add (known, leg);
}

static StageMember *
join_and_stall (Scene * scene)
{
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  LifeRoster *roster = media_stage_get_roster (scene->stage);

  life_roster_foreach (roster, note_leg, known);
  StageMember *member = media_stage_join (scene->stage, STAGE_QUIET, "stalled");
  stage_member_watch (member, NULL);
  wait_frames (scene, member, 5);
  life_roster_foreach (roster, stall_leg, known);
  return member;
}

/* He loses more than what he had no use for before he was stalled. */
static void
assert_stalled (Scene * scene, const StageTraffic * before)
{
  StageTraffic now;

  begin_step (scene, "who is stalled");
  ck_assert (stage_traffic_wait_cut (&now, scene->stage, "stalled"));
  ck_assert_uint_gt (now.consumer.queue.dropped,
      before->consumer.queue.dropped);
}

/* Each of them asks for a key frame; the publisher hears of it from time to
 * time. */
static void
join_all (Scene * scene, StageMember * cam)
{
  StageClient *client = stage_member_get_client (cam);
  guint before = stage_client_count_asked (client);
  gint64 since = g_get_monotonic_time ();

  for (guint i = 0; i < scene->count; i++)
    scene->watchers[i] = join (scene);
  for (guint i = 0; i < scene->count; i++)
    wait_frames (scene, scene->watchers[i], 1);
  gint64 passed = g_get_monotonic_time () - since;
  guint asked = stage_client_count_asked (client) - before;
  g_print ("asked for %u key frames in %" G_GINT64_FORMAT " ms\n", asked,
      passed / G_TIME_SPAN_MILLISECOND);
  ck_assert_uint_ge (asked, 1);
  ck_assert_uint_le (asked, passed / SERVER_FAN_ASK_INTERVAL + 1);
}

/* Those without signalling must find what they ask for. */
static StageMember *
publish (Scene * scene)
{
  begin_step (scene, "who publishes");
  StageMember *cam = media_stage_join (scene->stage, STAGE_ONE, "cam");
  stage_member_publish (cam, "VP8", PICTURE, TONE);
  ck_assert (media_stage_wait_tracks (scene->stage, 2));
  return cam;
}

static void
run (Scene * scene, gint64 seconds)
{
  StageTraffic before;

  scene->stage = media_stage_new (0);
  StageMember *cam = publish (scene);
  StageMember *stalled = join_and_stall (scene);
  stage_traffic_take (&before, scene->stage, "stalled");
  join_all (scene, cam);
  come_and_go (scene, g_get_monotonic_time () + seconds * G_USEC_PER_SEC);
  /* Who is still there is served. */
  for (guint i = 0; i < scene->count; i++) {
    if (scene->watchers[i] == NULL)
      continue;
    wait_frames (scene, scene->watchers[i], 2 * MEDIA_PACE_LEAD);
    leave (scene, &scene->watchers[i]);
  }
  assert_stalled (scene, &before);
  begin_step (scene, "who was stalled and leaves");
  stage_member_leave (stalled);
  ck_assert (media_stage_wait (scene->stage, 1, 0));
  begin_step (scene, "who has published and leaves");
  stage_member_leave (cam);
  ck_assert (media_stage_wait (scene->stage, 0, 0));
  begin_step (scene, "the stage");
  media_stage_free (scene->stage);
}

static guint32
get_number (const gchar * name, guint32 without)
{
  const gchar *given = g_getenv (name);

  return given != NULL ? g_ascii_strtoull (given, NULL, 10) : without;
}

/* What a process has once and for all comes with the first room. */
static void
warm_up (Scene * scene)
{
  scene->stage = media_stage_new (0);
  publish (scene);
  for (guint i = 0; i < 3; i++)
    wait_frames (scene, join (scene), 1);
  begin_step (scene, "the first stage");
  media_stage_free (scene->stage);
  scene->joined = 0;
}

static void
print_pace (const gchar * name, const MediaPace * pace)
{
  g_print ("%s: missing %u ms, gap %u ms, late %u ms\n", name,
      pace->missing_ms, pace->gap_ms, pace->late_ms);
}

START_TEST (test_nobody_disturbs_another_and_nothing_is_left)
{
  Scene scene = { 0 };
  Control control;
  MediaPace machine;
  StopCensus census;
  guint32 seed = get_number ("SEED", g_random_int ());

  g_print ("SEED=%u\n", seed);
  scene.watchdog = stop_watchdog_new ();
  warm_up (&scene);
  stop_census_take (&census);
  scene.random = g_rand_new_with_seed (seed);
  scene.count = MIN (get_number ("STRESS_WATCHERS", WATCHERS), MAX_WATCHERS);
  control_begin (&control);
  run (&scene, get_number ("STRESS_SECONDS", SECONDS));
  begin_step (&scene, "who needs no server");
  control_end (&control, &machine);
  stop_watchdog_disarm (scene.watchdog);
  g_rand_free (scene.random);
  print_pace ("the machine", &machine);
  print_pace ("the watchers", &scene.pace);
  g_print ("%u watchers\n", scene.joined);
  guint bound = MAX_GAP_MS + BUSY_SHARE * machine.late_ms;
  ck_assert_uint_lt (scene.pace.missing_ms, MAX_GAP_MS);
  ck_assert_uint_lt (scene.pace.gap_ms, bound);
  ck_assert_uint_lt (scene.pace.late_ms, bound);
  ck_assert (stop_census_is_back (&census));
  stop_watchdog_free (scene.watchdog);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  stop_census_prepare ();
  Suite *suite = suite_create ("servermediastress");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, TIMEOUT);
  tcase_add_test (tcase, test_nobody_disturbs_another_and_nothing_is_left);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
