/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One publisher, twenty watchers of all kinds that come and go at random, each
 * with connections of its own, and one that stalls. The seed is printed; SEED
 * in the environment repeats it, STRESS_SECONDS says for how long and
 * STRESS_WATCHERS how many there are at most. */
#include "mediastage.h"

#include "serverleg.h"
#include "stopcensus.h"

#include <gst/check/gstcheck.h>
#include <stdlib.h>

#define MAX_WATCHERS 100
/* Sanitizers look for what one does to another; twenty take too long. */
#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
#define SECONDS 1
#define WATCHERS 3
#else
#define SECONDS 2
#define WATCHERS 20
#endif
#define TIMEOUT 600

/* What one may miss, by the pictures' own times. */
#define MAX_GAP_MS 200

/* Small, so that a machine can decode as many. */
#define PICTURE "videotestsrc is-live=true pattern=ball " \
    "! video/x-raw, width=160, height=120, framerate=15/1 " \
    "! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=10000"
#define TONE "audiotestsrc is-live=true freq=440 samplesperbuffer=960 " \
    "! audio/x-raw, rate=48000, channels=2 ! opusenc"

typedef struct
{
  MediaStage *stage;
  GRand *random;
  StageMember *watchers[MAX_WATCHERS];  /* NULL: not there */
  guint count;                  /* of them */
  guint joined;
  guint longest_gap;
} Scene;

static StageMember *
join (Scene * scene)
{
  StageKind kind = scene->joined % 3;
  g_autofree gchar *identity = g_strdup_printf ("watcher-%u", scene->joined++);
  StageMember *member = media_stage_join (scene->stage, kind, identity);

  if (kind == STAGE_QUIET)
    stage_member_watch (member, NULL);
  return member;
}

static void
wait_frames (StageMember * member, guint frames)
{
  MediaView *view = stage_client_get_view (stage_member_get_client (member));

  ck_assert (view != NULL);
  ck_assert (media_view_wait_frames (view, frames));
}

static void
leave (Scene * scene, StageMember ** member)
{
  guint gap = stage_client_get_gap_ms (stage_member_get_client (*member));

  scene->longest_gap = MAX (scene->longest_gap, gap);
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
      wait_frames (*member, g_rand_int_range (scene->random, 1, 15));
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
  wait_frames (member, 5);
  life_roster_foreach (roster, stall_leg, known);
  return member;
}

static void
copy_dropped (const ServerReport * report, gpointer user_data)
{
  *(guint64 *) user_data = report->totals.sent.queue.dropped;
}

/* Those without signalling must find what they ask for. */
static StageMember *
publish (Scene * scene)
{
  StageMember *cam = media_stage_join (scene->stage, STAGE_ONE, "cam");

  stage_member_publish (cam, "VP8", PICTURE, TONE);
  ck_assert (media_stage_wait_tracks (scene->stage, 2));
  return cam;
}

static void
run (Scene * scene, gint64 seconds)
{
  guint64 dropped = 0;

  scene->stage = media_stage_new (0);
  StageMember *cam = publish (scene);
  StageMember *stalled = join_and_stall (scene);
  for (guint i = 0; i < scene->count; i++)
    scene->watchers[i] = join (scene);
  come_and_go (scene, g_get_monotonic_time () + seconds * G_USEC_PER_SEC);
  /* Who is still there is served. */
  for (guint i = 0; i < scene->count; i++) {
    if (scene->watchers[i] == NULL)
      continue;
    wait_frames (scene->watchers[i], 10);
    leave (scene, &scene->watchers[i]);
  }
  media_stage_report (scene->stage, copy_dropped, &dropped);
  ck_assert_uint_gt (dropped, 0);
  stage_member_leave (stalled);
  ck_assert (media_stage_wait (scene->stage, 1, 0));
  stage_member_leave (cam);
  ck_assert (media_stage_wait (scene->stage, 0, 0));
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
warm_up (void)
{
  Scene scene = { media_stage_new (0) };

  publish (&scene);
  for (guint i = 0; i < 3; i++)
    wait_frames (join (&scene), 1);
  media_stage_free (scene.stage);
}

START_TEST (test_nobody_disturbs_another_and_nothing_is_left)
{
  Scene scene = { 0 };
  StopCensus census;
  guint32 seed = get_number ("SEED", g_random_int ());

  g_print ("SEED=%u\n", seed);
  warm_up ();
  stop_census_take (&census);
  scene.random = g_rand_new_with_seed (seed);
  scene.count = MIN (get_number ("STRESS_WATCHERS", WATCHERS), MAX_WATCHERS);
  run (&scene, get_number ("STRESS_SECONDS", SECONDS));
  g_rand_free (scene.random);
  g_print ("%u watchers, the longest gap %u ms\n", scene.joined,
      scene.longest_gap);
  ck_assert_uint_lt (scene.longest_gap, MAX_GAP_MS);
  ck_assert (stop_census_is_back (&census));
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
