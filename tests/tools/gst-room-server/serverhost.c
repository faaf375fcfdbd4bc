/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The server as one object, and who stops it when. */
#include "hostclient.h"
#include "life/lifelatch.h"
#include "life/lifelock.h"
#include "medianoise.h"
#include "serverhost.h"
#include "serverpulse.h"
#include "stopcensus.h"

#include <gst/check/gstcheck.h>
#include <stdlib.h>
#include <unistd.h>

#define CALL_TIME (30 * G_TIME_SPAN_SECOND)
#define LOOK_EVERY_MS 50
/* More than a client may be silent. */
#define GONE_TIME (2 * SERVER_PULSE_INTERVAL * SERVER_PULSE_MISSES)
#define GRACE (20 * G_TIME_SPAN_SECOND)
#define SHORT_GRACE (100 * G_TIME_SPAN_MILLISECOND)
/* TEST_LOOPS says another number; of each cell of the matrix a share of it, for
 * there are connections in most. */
#define CYCLES 60
#define CELL_SHARE 50
/* Who come and are killed are many: most of them cost little. */
#define KILLED_SHARE 10
#define LIVE_EVERY 20
#define WARM_UP (LIVE_EVERY / 2)
/* What malloc's arenas may grow by in the second half, in KiB. */
#define MEMORY_SLACK (6 * 1024)

static guint
get_cycles (void)
{
  const gchar *text = g_getenv ("TEST_LOOPS");

  return text != NULL ? (guint) atoi (text) : CYCLES;
}

static ServerHost *
new_host (const gchar * address, guint16 port, const gchar * pairs)
{
  static const gchar *const loopback[] = { "127.0.0.1", NULL };
  LivekitKeys *keys = livekit_keys_new ();
  ServerHostConfig config = {.address = address,.port = port,
    .media = {.addresses = loopback},
  };

  ck_assert (livekit_keys_load_pairs (keys, pairs, NULL));
  return server_host_new (&config, keys);
}

static ServerHost *
start (void)
{
  g_autoptr (GError) error = NULL;
  ServerHost *host = new_host (NULL, 0, "devkey:secret");

  ck_assert_msg (server_host_start (host, &error), "%s",
      error != NULL ? error->message : "");
  return host;
}

START_TEST (test_it_says_where_it_listens)
{
  g_autoptr (ServerHost) host = start ();
  g_autofree gchar *url = server_host_dup_url (host);
  g_autofree gchar *wanted = g_strdup_printf ("http://127.0.0.1:%u",
      server_host_get_port (host));

  ck_assert_uint_ne (server_host_get_port (host), 0);
  ck_assert_str_eq (url, wanted);
  ck_assert (server_host_has_development_key (host));
  ck_assert (server_host_stop (host, GRACE, NULL));
}

END_TEST;

START_TEST (test_the_development_key_is_for_this_machine)
{
  g_autoptr (ServerHost) host = new_host ("0.0.0.0", 0, "devkey:secret");
  g_autoptr (ServerHost) own = new_host ("0.0.0.0", 0, "devkey:another");
  g_autoptr (GError) error = NULL;

  ck_assert (!server_host_start (host, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED));
  ck_assert (server_host_start (own, NULL));
  ck_assert (server_host_stop (own, GRACE, NULL));
}

END_TEST;

START_TEST (test_two_cannot_have_one_port)
{
  g_autoptr (ServerHost) first = start ();
  g_autoptr (ServerHost) second =
      new_host (NULL, server_host_get_port (first), "devkey:secret");
  g_autoptr (GError) error = NULL;

  ck_assert (!server_host_start (second, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE));
  ck_assert (server_host_stop (first, GRACE, NULL));
}

END_TEST;

static guint
get_status (ServerHost * host, const gchar * secret)
{
  HostClient *client = host_client_new (server_host_get_port (host), STAGE_ONE,
      HOST_JOINED, "ann", secret);
  guint status = host_client_wait_refused (client);

  host_client_free (client);
  return status;
}

START_TEST (test_keys_are_replaced_or_stay)
{
  g_autoptr (ServerHost) host = start ();
  g_autofree gchar *path = NULL;
  g_autoptr (GError) error = NULL;
  gint fd = g_file_open_tmp (NULL, &path, NULL);

  ck_assert_uint_eq (get_status (host, "secret"), 0);
  ck_assert (g_file_set_contents (path, "no keys", -1, NULL));
  ck_assert (!server_host_load_keys (host, path, &error));
  ck_assert_uint_eq (get_status (host, "secret"), 0);
  ck_assert (g_file_set_contents (path, "devkey: another\n", -1, NULL));
  ck_assert (server_host_load_keys (host, path, NULL));
  ck_assert_uint_eq (get_status (host, "secret"), 401);
  ck_assert_uint_eq (get_status (host, "another"), 0);
  ck_assert (server_host_stop (host, GRACE, NULL));
  unlink (path);
  close (fd);
}

END_TEST;

/* -- The stop --------------------------------------------------------------- */

/* @report: what is said of the one client. */
static void
assert_report (const ServerHostReport * report, HostPhase phase, gboolean cut)
{
  ck_assert_uint_eq (report->stuck, 0);
  /* That a socket was cut is not seen at once. */
  if (phase == HOST_LOST || phase == HOST_RESUMING)
    ck_assert_uint_le (report->left + report->cut, 1);
  else
    ck_assert_uint_eq (report->left + report->cut, phase == HOST_WATCHING
        || host_phase_is_client (phase));
  if (!cut)
    ck_assert_uint_eq (report->cut, phase == HOST_DEAF);
}

static HostClient *
publish (ServerHost * host, StageKind kind)
{
  HostClient *cam = host_client_new (server_host_get_port (host), kind,
      HOST_LIVE, "cam", "secret");

  ck_assert (host_client_wait (cam));
  return cam;
}

/* @cut: the grace is over before it has begun. */
static void
run_stop (StageKind kind, HostPhase phase, gboolean cut)
{
  g_autoptr (ServerHost) host = start ();
  HostClient *watched = phase == HOST_WATCHING ? publish (host, kind) : NULL;
  HostClient *client = host_client_new (server_host_get_port (host), kind,
      phase, "ann", "secret");
  ServerHostReport report;

  ck_assert_msg (host_client_wait (client), "%s is not reached",
      host_phase_get_name (phase));
  if (cut)
    server_host_cut (host);
  server_host_stop (host, phase == HOST_DEAF ? G_TIME_SPAN_SECOND : GRACE,
      &report);
  assert_report (&report, phase, cut);
  if (!cut && phase > HOST_DEAF && phase < HOST_LOST)
    ck_assert (host_client_wait_told (client));
  host_client_free (client);
  g_clear_pointer (&watched, host_client_free);
}

START_TEST (test_a_stop_in_any_phase_ends_and_leaves_nothing)
{
  StopCensus census;

  run_stop (STAGE_TWO, HOST_LIVE, FALSE);
  stop_census_take (&census);
  for (guint i = MAX (get_cycles () / CELL_SHARE, 1); i > 0; i--) {
    run_stop (i % 2 == 0 ? STAGE_ONE : STAGE_TWO, _i, FALSE);
    run_stop (i % 2 == 0 ? STAGE_TWO : STAGE_ONE, _i, TRUE);
  }
  ck_assert_msg (stop_census_is_back (&census), "%s leaves something",
      host_phase_get_name (_i));
}

END_TEST;

/* -- A busy process ---------------------------------------------------------- */

/* GIO has ten threads for all who use it, and makes more of them slowly. */
#define BUSY_TASKS 40

typedef struct
{
  GMainContext *context;        /* where the tasks end */
  LifeLatch *over;
  guint left;
} BusyPool;

static void
wait_over (GTask * task, gpointer source, gpointer over,
    GCancellable * cancellable)
{
  life_lock_take_over (over);
  gboolean is_over = life_latch_wait (over, life_cond_end_time (CALL_TIME));
  life_lock_hand_over (over);
  g_task_return_boolean (task, is_over);
}

static void
on_task_over (GObject * source, GAsyncResult * result, gpointer data)
{
  BusyPool *self = data;

  ck_assert (g_task_propagate_boolean (G_TASK (result), NULL));
  life_lock_take_over (self->over);
  self->left--;
}

/* From here on what needs a thread of GIO waits. */
static void
busy_pool_begin (BusyPool * self)
{
  *self = (BusyPool) {
  .context = g_main_context_new (),.over = life_latch_new (),.left =
        BUSY_TASKS};
  g_main_context_push_thread_default (self->context);
  for (guint i = 0; i < BUSY_TASKS; i++) {
    g_autoptr (GTask) task = g_task_new (NULL, NULL, on_task_over, self);
    g_task_set_task_data (task, self->over, NULL);
    life_lock_hand_over (self->over);
    g_task_run_in_thread (task, wait_over);
  }
  g_main_context_pop_thread_default (self->context);
}

static void
busy_pool_end (BusyPool * self)
{
  life_latch_trip (self->over, 1, NULL);
  life_latch_finish (self->over);
  while (self->left > 0)
    g_main_context_iteration (self->context, TRUE);
  life_latch_unref (self->over);
  g_main_context_unref (self->context);
}

/* Who is deaf has the stop wait while the page is told that it ends. */
static void
stop_told (void)
{
  g_autoptr (ServerHost) host = start ();
  HostClient *deaf = host_client_new (server_host_get_port (host), STAGE_ONE,
      HOST_DEAF, "ann", "secret");
  HostClient *page = host_client_new (server_host_get_port (host), STAGE_ONE,
      HOST_HEARING, "bob", "secret");

  ck_assert (!server_host_stop (host, SHORT_GRACE, NULL));
  host_client_free (page);
  host_client_free (deaf);
}

/* What a thread says to a loop that has ended keeps its context for ever. */
START_TEST (test_a_stop_leaves_nothing_to_other_threads)
{
  BusyPool busy;
  StopCensus census;

  stop_told ();
  busy_pool_begin (&busy);
  busy_pool_end (&busy);
  stop_census_take (&census);
  busy_pool_begin (&busy);
  stop_told ();
  busy_pool_end (&busy);
  ck_assert (stop_census_is_back (&census));
}

END_TEST;

static gpointer
stop_too (gpointer data)
{
  ServerHostReport *report = g_new0 (ServerHostReport, 1);

  server_host_stop (data, GRACE, report);
  return report;
}

START_TEST (test_all_who_stop_it_get_one_report)
{
  g_autoptr (ServerHost) host = start ();
  HostClient *client = host_client_new (server_host_get_port (host), STAGE_ONE,
      HOST_JOINED, "ann", "secret");

  ck_assert (host_client_wait (client));
  GThread *thread = g_thread_new ("stop", stop_too, host);
  ServerHostReport report;
  ck_assert (server_host_stop (host, GRACE, &report));
  g_autofree ServerHostReport *other = g_thread_join (thread);
  ck_assert_uint_eq (report.left, 1);
  ck_assert_uint_eq (other->left, 1);
  host_client_free (client);
}

END_TEST;

START_TEST (test_a_cut_ends_the_grace)
{
  g_autoptr (ServerHost) host = start ();
  HostClient *client = host_client_new (server_host_get_port (host), STAGE_ONE,
      HOST_DEAF, "ann", "secret");
  GThread *thread = g_thread_new ("stop", stop_too, host);

  server_host_cut (host);
  g_autofree ServerHostReport *report = g_thread_join (thread);
  ck_assert_uint_eq (report->cut, 1);
  host_client_free (client);
}

END_TEST;

typedef struct
{
  ServerHost *host;
  guint connections;
} ConnectionsCall;

static void
count_connections (gpointer data)
{
  ConnectionsCall *call = data;
  g_autoptr (ServerReport) report = server_report_new ();

  server_media_describe (server_host_get_site (call->host)->media, report);
  call->connections = report->totals.connections;
}

/* Who watches without signalling is missed when he has reported nothing for a
 * while. */
static gboolean
wait_connections (ServerHost * host, guint count)
{
  gint64 end_time = g_get_monotonic_time () + GONE_TIME;
  ConnectionsCall call = { host, 0 };

  do {
    ck_assert (life_loop_call (server_host_get_site (host)->loop,
            count_connections, &call, NULL, CALL_TIME));
    if (call.connections == count)
      return TRUE;
    g_poll (NULL, 0, LOOK_EVERY_MS);
  } while (g_get_monotonic_time () < end_time);
  return FALSE;
}

/* Of each phase, and now and then one with media. Who watches is missed only
 * later, and comes early. */
static HostPhase
choose_phase (guint number, gboolean early)
{
  if (number % LIVE_EVERY == 0)
    return HOST_LIVE;
  if (early && number % LIVE_EVERY == LIVE_EVERY / 2)
    return HOST_WATCHING;
  return number % HOST_LIVE;
}

static void
come_and_be_killed (ServerHost * host, guint count)
{
  for (guint i = 0; i < count; i++) {
    HostPhase phase = choose_phase (i, i < count / 2);
    HostClient *client = host_client_new (server_host_get_port (host),
        i % 2 == 0 ? STAGE_ONE : STAGE_TWO, phase, "ann", "secret");
    ck_assert_msg (host_client_wait (client), "%s is not reached",
        host_phase_get_name (phase));
    host_client_free (client);
  }
  ck_assert (wait_connections (host, 1));
}

START_TEST (test_many_who_come_and_are_killed_leave_nothing)
{
  g_autoptr (ServerHost) host = start ();
  HostClient *cam = publish (host, STAGE_ONE);
  guint half = MAX (get_cycles () * KILLED_SHARE / 2, LIVE_EVERY);
  StopCensus census;

  come_and_be_killed (host, WARM_UP);
  stop_census_take (&census);
  come_and_be_killed (host, half);
  guint memory = stop_census_get_memory ();
  come_and_be_killed (host, half);
  ck_assert (stop_census_is_back (&census));
  guint grown = stop_census_get_memory ();
  g_print ("%u cycles: %u KiB became %u in the second half\n", 2 * half,
      memory, grown);
  ck_assert_uint_le (grown, memory + MEMORY_SLACK);
  host_client_free (cam);
  ck_assert (server_host_stop (host, GRACE, NULL));
}

END_TEST;

static TCase *
add_case (Suite * suite, const gchar * name)
{
  TCase *tcase = tcase_create (name);

  tcase_set_timeout (tcase, 0);
  suite_add_tcase (suite, tcase);
  return tcase;
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  media_noise_allow ();
  stop_census_prepare ();
  Suite *suite = suite_create ("serverhost");
  TCase *tcase = add_case (suite, "starting");
  tcase_add_test (tcase, test_it_says_where_it_listens);
  tcase_add_test (tcase, test_the_development_key_is_for_this_machine);
  tcase_add_test (tcase, test_two_cannot_have_one_port);
  tcase_add_test (tcase, test_keys_are_replaced_or_stay);
  tcase = add_case (suite, "stopping");
  tcase_add_loop_test (tcase,
      test_a_stop_in_any_phase_ends_and_leaves_nothing, 0, HOST_N_PHASES);
  tcase_add_test (tcase, test_a_stop_leaves_nothing_to_other_threads);
  tcase_add_test (tcase, test_all_who_stop_it_get_one_report);
  tcase_add_test (tcase, test_a_cut_ends_the_grace);
  tcase = add_case (suite, "killing");
  tcase_add_test (tcase, test_many_who_come_and_are_killed_leave_nothing);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
