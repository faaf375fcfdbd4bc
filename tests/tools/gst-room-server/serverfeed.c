/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverfeed.h"

#include "livekit/livekitroommedia.h"
#include "serveraccess.h"
#include "webrun.h"

#include <check.h>
#include <gst/gst.h>
#include <string.h>

static WebRun *run;
static ServerSite site;
static ServerFeed *feed;

/* A page. */
typedef struct
{
  GInputStream *stream;
  guint status;
  gchar part[4096];
  GString *text;
  GCancellable *cancellable;
  gboolean ended;
  gboolean reading;
} Page;

static void
on_route (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  g_auto (ServerPath) parsed = { 0 };

  server_path_parse (&parsed, path);
  server_feed_handle (feed, message, &parsed);
}

static void
on_event (const LivekitRoomEvent * event)
{
  if (feed != NULL)
    server_feed_hear (feed, event);
}

static void
make_feed (guint max_listeners, guint heartbeat, guint stall)
{
  ServerFeedConfig config = { &site, max_listeners, heartbeat, stall };

  g_clear_pointer (&feed, server_feed_free);
  feed = server_feed_new (&config);
}

static void
set_access (gboolean loopback, gboolean development)
{
  ServerAccessConfig config = { run->keys, loopback, development, FALSE };

  g_clear_pointer (&site.access, server_access_free);
  site.access = server_access_new (&config);
}

static void
begin (guint request_timeout)
{
  run = web_run_new_hasty (request_timeout);
  run->hear = on_event;
  livekit_server_add_route (run->server, "/events", on_route, NULL);
  livekit_server_add_route (run->server, "/room", on_route, NULL);
  site = (ServerSite) {
  .server = run->server,.rooms = run->rooms,.keys = run->keys};
  set_access (TRUE, TRUE);
  make_feed (0, 0, 0);
}

static void
setup (void)
{
  begin (0);
}

static void
teardown (void)
{
  g_clear_pointer (&feed, server_feed_free);
  web_run_free (run);
  g_clear_pointer (&site.access, server_access_free);
}

/* -- Pages ------------------------------------------------------------------- */

static void read_on (Page * page);

static void
on_read (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Page *page = user_data;
  gssize size = g_input_stream_read_finish (page->stream, result, NULL);

  page->reading = FALSE;
  if (size <= 0) {
    page->ended = TRUE;
    return;
  }
  g_string_append_len (page->text, page->part, size);
  read_on (page);
}

static void
read_on (Page * page)
{
  page->reading = TRUE;
  g_input_stream_read_async (page->stream, page->part, sizeof (page->part),
      G_PRIORITY_DEFAULT, page->cancellable, on_read, page);
}

static void
on_sent (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Page *page = user_data;

  page->stream = soup_session_send_finish (run->session, result, NULL);
  page->reading = FALSE;
  ck_assert_ptr_nonnull (page->stream);
}

static Page *
open_page (const gchar * path)
{
  Page *page = g_new0 (Page, 1);
  g_autofree gchar *uri = g_strdup_printf ("http://127.0.0.1:%u%s",
      livekit_server_get_port (run->server), path);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);

  page->text = g_string_new (NULL);
  page->cancellable = g_cancellable_new ();
  page->reading = TRUE;
  soup_session_send_async (run->session, message, 0, NULL, on_sent, page);
  WEB_RUN_WAIT (page->stream != NULL);
  page->status = soup_message_get_status (message);
  return page;
}

static Page *
listen_to (const gchar * path)
{
  Page *page = open_page (path);

  ck_assert_uint_eq (page->status, 200);
  read_on (page);
  return page;
}

static void
close_page (Page * page)
{
  g_input_stream_close_async (page->stream, 0, NULL, NULL, NULL);
  g_string_free (page->text, TRUE);
  g_object_unref (page->cancellable);
  g_object_unref (page->stream);
  g_free (page);
}

/* Ends the connection, and then the page. */
static void
leave (Page * page)
{
  g_cancellable_cancel (page->cancellable);
  WEB_RUN_WAIT (!page->reading);
  close_page (page);
}

static gboolean
has (const Page * page, const gchar * text)
{
  return strstr (page->text->str, text) != NULL;
}

static guint
count_snapshots (const Page * page)
{
  g_auto (GStrv) parts = g_strsplit (page->text->str, "event: snapshot\n", -1);

  return g_strv_length (parts) - 1;
}

static void
check_refused (const gchar * path, const gchar * token, guint status)
{
  WebRequest request = {.path = path,.token = token };
  g_autoptr (WebAnswer) answer = web_run_ask (run, &request);

  ck_assert_uint_eq (answer->status, status);
  ck_assert_uint_eq (server_feed_get_count (feed), 0);
}

/* -- Tests ------------------------------------------------------------------- */

START_TEST (test_a_page_is_told_at_once_and_after_each_change)
{
  Page *page = listen_to ("/room/stage/events");

  WEB_RUN_WAIT (has (page, "\"publishers\":[]}\n\n"));
  g_autofree gchar *ann = web_run_join (run, "stage", "ann");
  g_autofree gchar *track = web_run_publish (run, "stage", ann, "video", TRUE);
  WEB_RUN_WAIT (has (page, "\"identity\":\"ann\""));
  livekit_room_lost (livekit_rooms_find (run->rooms, "stage"), ann,
      g_get_monotonic_time ());
  livekit_server_pump (run->server);
  g_string_truncate (page->text, 0);
  WEB_RUN_WAIT (has (page, "\"publishers\":[]}\n\n"));
  leave (page);
}

END_TEST;

START_TEST (test_the_list_is_told_too)
{
  Page *page = listen_to ("/events");

  WEB_RUN_WAIT (has (page, "event: snapshot\ndata: {\"rooms\":[]}\n\n"));
  g_autofree gchar *ann = web_run_join (run, "stage", "ann");
  WEB_RUN_WAIT (has (page, "\"name\":\"stage\""));
  leave (page);
}

END_TEST;

START_TEST (test_what_is_the_same_is_not_told_again)
{
  Page *page = listen_to ("/room/stage/events");

  WEB_RUN_WAIT (count_snapshots (page) == 1);
  g_autofree gchar *other = web_run_join (run, "other", "bob");
  g_autofree gchar *ann = web_run_join (run, "stage", "ann");
  WEB_RUN_WAIT (count_snapshots (page) == 2);
  ck_assert (has (page, "\"watchers\":1"));
  leave (page);
}

END_TEST;

START_TEST (test_what_happens_together_is_told_once)
{
  Page *page = listen_to ("/room/stage/events");

  WEB_RUN_WAIT (count_snapshots (page) == 1);
  for (guint i = 0; i < 10; i++) {
    g_autofree gchar *identity = g_strdup_printf ("ann-%u", i);
    g_autofree gchar *sid = web_run_join (run, "stage", identity);
  }
  WEB_RUN_WAIT (has (page, "\"watchers\":10"));
  ck_assert_uint_eq (count_snapshots (page), 2);
  leave (page);
}

END_TEST;

START_TEST (test_a_quiet_feed_gives_signs_of_life)
{
  make_feed (0, 10, 0);
  Page *page = listen_to ("/events");

  WEB_RUN_WAIT (has (page, ":\n\n:\n\n"));
  leave (page);
}

END_TEST;

START_TEST (test_who_listens_need_not_ask_again)
{
  teardown ();
  begin (500);
  Page *page = listen_to ("/events");

  WEB_RUN_WAIT (count_snapshots (page) == 1);
  web_run_outlast (run);
  g_autofree gchar *ann = web_run_join (run, "stage", "ann");
  WEB_RUN_WAIT (has (page, "\"name\":\"stage\""));
  leave (page);
}

END_TEST;

START_TEST (test_who_has_gone_is_forgotten)
{
  make_feed (0, 10, 0);
  Page *page = listen_to ("/events");

  ck_assert_uint_eq (server_feed_get_count (feed), 1);
  leave (page);
  WEB_RUN_WAIT (server_feed_get_count (feed) == 0);
}

END_TEST;

/* A page that reads nothing any more, and changes that do not fit into what
 * the sockets hold. */
START_TEST (test_who_does_not_read_is_cut)
{
  make_feed (0, 50, 200);
  Page *page = open_page ("/events");
  g_autofree gchar *name = g_strnfill (240, 'x');

  for (guint i = 0; i < 200; i++) {
    g_autofree gchar *room = g_strdup_printf ("%s-%u", name, i);
    g_autofree gchar *sid = web_run_join (run, room, "ann");
  }
  gint64 end_time = g_get_monotonic_time () + WEB_RUN_TIMEOUT;
  while (server_feed_get_count (feed) > 0) {
    g_autofree gchar *sid = web_run_join (run, "stage", "bob");
    g_main_context_iteration (NULL, TRUE);
    livekit_room_lost (livekit_rooms_find (run->rooms, "stage"), sid,
        g_get_monotonic_time ());
    livekit_server_pump (run->server);
    g_main_context_iteration (NULL, TRUE);
    ck_assert_int_lt (g_get_monotonic_time (), end_time);
  }
  close_page (page);
}

END_TEST;

START_TEST (test_listeners_have_a_limit)
{
  make_feed (1, 10, 0);
  Page *page = listen_to ("/events");
  WebRequest request = {.path = "/events" };
  g_autoptr (WebAnswer) answer = web_run_ask (run, &request);

  ck_assert_uint_eq (answer->status, 503);
  ck_assert_ptr_nonnull (web_answer_get_header (answer, "Retry-After"));
  leave (page);
}

END_TEST;

START_TEST (test_a_close_ends_all)
{
  Page *page = listen_to ("/events");

  WEB_RUN_WAIT (count_snapshots (page) == 1);
  server_feed_close (feed);
  WEB_RUN_WAIT (page->ended);
  check_refused ("/events", NULL, 503);
  close_page (page);
}

END_TEST;

START_TEST (test_what_has_changed_is_told_before_the_end)
{
  Page *page = listen_to ("/room/stage/events");

  WEB_RUN_WAIT (count_snapshots (page) == 1);
  g_autofree gchar *ann = web_run_join (run, "stage", "ann");
  server_feed_close (feed);
  WEB_RUN_WAIT (page->ended);
  ck_assert_uint_eq (count_snapshots (page), 2);
  ck_assert (has (page, "\"watchers\":1"));
  close_page (page);
}

END_TEST;

START_TEST (test_events_are_only_read)
{
  WebRequest request = {.method = "POST",.path = "/events" };
  g_autoptr (WebAnswer) answer = web_run_ask (run, &request);

  ck_assert_uint_eq (answer->status, 405);
}

END_TEST;

START_TEST (test_a_token_is_needed)
{
  g_autofree gchar *other = web_run_mint ("ann", "other", "roomJoin");
  g_autofree gchar *admin = web_run_mint ("ann", "stage", "roomAdmin");

  set_access (FALSE, FALSE);
  check_refused ("/events", NULL, 401);
  check_refused ("/room/stage/events", NULL, 401);
  check_refused ("/room/stage/events", other, 403);
  check_refused ("/events", admin, 403);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverfeed");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_page_is_told_at_once_and_after_each_change);
  tcase_add_test (tcase, test_the_list_is_told_too);
  tcase_add_test (tcase, test_what_is_the_same_is_not_told_again);
  tcase_add_test (tcase, test_what_happens_together_is_told_once);
  tcase_add_test (tcase, test_a_quiet_feed_gives_signs_of_life);
  tcase_add_test (tcase, test_who_listens_need_not_ask_again);
  tcase_add_test (tcase, test_who_has_gone_is_forgotten);
  tcase_add_test (tcase, test_who_does_not_read_is_cut);
  tcase_add_test (tcase, test_listeners_have_a_limit);
  tcase_add_test (tcase, test_a_close_ends_all);
  tcase_add_test (tcase, test_what_has_changed_is_told_before_the_end);
  tcase_add_test (tcase, test_events_are_only_read);
  tcase_add_test (tcase, test_a_token_is_needed);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
