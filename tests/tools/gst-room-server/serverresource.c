/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The media is played by the test, and answers when the test says so. */
#include "serverresource.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitverify.h"
#include "webrun.h"

#include <check.h>
#include <gst/gst.h>
#include <string.h>

#define OFFER "m=audio 9 X 0\r\na=mid:0\r\na=ice-ufrag:EsAw\r\n" \
    "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=video 9 X 0\r\na=mid:1\r\n"
#define HOST "candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host"

static WebRun *run;
static ServerSite site;
static ServerResource *resource;

/* The call of the media that is not answered yet. */
static struct
{
  ServerMediaAnswered answered;
  gpointer user_data;
  GDestroyNotify destroy;
  gchar *last;                  /* candidate, with its section */
  guint candidates;
} media;

/* What who offers was told. */
static struct
{
  guint times;
  gchar *sdp;
  gint code;
} told;

static void
on_offer (ServerMedia * self, const gchar * room, const gchar * sid,
    const gchar * sdp, const gchar * publisher, ServerMediaAnswered answered,
    gpointer user_data, GDestroyNotify destroy)
{
  ck_assert_str_eq (room, "stage");
  ck_assert_str_eq (sid, server_resource_get_sid (resource));
  ck_assert_str_eq (sdp, OFFER);
  ck_assert_str_eq (publisher, "ann");
  media.answered = answered;
  media.user_data = user_data;
  media.destroy = destroy;
}

static void
on_candidate (ServerMedia * self, const gchar * room, const gchar * sid,
    guint mline, const gchar * candidate)
{
  media.candidates++;
  g_free (media.last);
  media.last = g_strdup_printf ("%u %s", mline, candidate);
}

static void
answer (const gchar * sdp, GError * error)
{
  media.answered (sdp, error, media.user_data);
  media.destroy (media.user_data);
  media.answered = NULL;
}

static void
on_answered (const gchar * sdp, const GError * error, gpointer user_data)
{
  ck_assert_int_ne (sdp == NULL, error == NULL);
  told.times++;
  g_free (told.sdp);
  told.sdp = g_strdup (sdp);
  told.code = error != NULL ? error->code : 0;
}

static ServerResource *
join (const gchar * identity, GError ** error)
{
  static const ServerResourceMedia calls = { on_offer, on_candidate };
  LivekitToken *token = livekit_token_new ();

  token->identity = g_strdup (identity);
  token->grants.room = g_strdup ("stage");
  token->grants.room_join = 1;
  ServerResource *made = server_resource_new (&site, &calls, token, error);
  livekit_server_pump (run->server);
  return made;
}

static ServerFragment *
parse (const gchar * text)
{
  ServerFragment *fragment = server_fragment_parse (text, strlen (text), NULL);

  ck_assert_ptr_nonnull (fragment);
  return fragment;
}

static void
offer (guint timeout_ms)
{
  server_resource_offer (resource, OFFER, parse (OFFER), "ann", timeout_ms,
      on_answered, NULL);
  ck_assert_uint_eq (told.times, 0);
}

static void
end (void)
{
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_REFUSAL, 503, "end");

  server_resource_end (resource, error);
}

static gint
trickle (const gchar * text)
{
  g_autoptr (ServerFragment) fragment = parse (text);
  g_autoptr (GError) error = NULL;

  ck_assert_int_ne (server_resource_trickle (resource, fragment, &error),
      error != NULL);
  return error != NULL ? error->code : 0;
}

static gboolean
is_in (const gchar * event)
{
  g_autofree gchar *last = g_strdup_printf ("%s ", event);

  for (guint i = 0; i < run->events->len; i++) {
    if (g_str_has_prefix (run->events->pdata[i], last))
      return TRUE;
  }
  return FALSE;
}

static void
setup (void)
{
  run = web_run_new ();
  site = (ServerSite) {
  .server = run->server,.rooms = run->rooms,.keys = run->keys};
  memset (&media, 0, sizeof (media));
  memset (&told, 0, sizeof (told));
  resource = join ("bob", NULL);
  ck_assert_ptr_nonnull (resource);
}

static void
teardown (void)
{
  end ();
  if (media.answered != NULL)
    answer ("late", NULL);
  server_resource_unref (resource);
  web_run_free (run);
  g_free (media.last);
  g_free (told.sdp);
}

START_TEST (test_names_cannot_be_guessed)
{
  g_autoptr (ServerResource) other = join ("cid", NULL);
  const gchar *id = server_resource_get_id (resource);

  ck_assert_uint_eq (strlen (id), 32);
  ck_assert_str_ne (id, server_resource_get_id (other));
  ck_assert_str_ne (server_resource_get_etag (resource),
      server_resource_get_etag (other));
  /* The entity tag is told to others than the id is. */
  ck_assert_ptr_null (strstr (server_resource_get_etag (resource), id));
  ck_assert_int_eq (server_resource_get_etag (resource)[0], '"');
}

END_TEST;

START_TEST (test_an_answer_is_handed_on_once)
{
  offer (60000);
  answer ("an answer", NULL);
  end ();
  ck_assert_uint_eq (told.times, 1);
  ck_assert_str_eq (told.sdp, "an answer");
}

END_TEST;

START_TEST (test_an_error_is_handed_on)
{
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_REFUSAL, 406, "no");

  offer (60000);
  answer (NULL, error);
  ck_assert_int_eq (told.code, 406);
}

END_TEST;

START_TEST (test_an_answer_that_is_late_is_not_heard)
{
  offer (1);
  WEB_RUN_WAIT (told.times == 1);
  ck_assert_int_eq (told.code, 503);
  answer ("late", NULL);
  ck_assert_uint_eq (told.times, 1);
}

END_TEST;

START_TEST (test_an_end_tells_who_waits_and_leaves_the_room)
{
  offer (60000);
  end ();
  ck_assert_uint_eq (told.times, 1);
  ck_assert_int_eq (told.code, 503);
  ck_assert_ptr_null (server_resource_get_sid (resource));
  ck_assert (is_in ("over"));
}

END_TEST;

START_TEST (test_candidates_find_their_section)
{
  offer (60000);
  ck_assert_int_eq (trickle ("m=video 9 X 0\r\na=mid:1\r\na=" HOST "\r\n"), 0);
  ck_assert_str_eq (media.last, "1 " HOST);
  ck_assert_int_eq (trickle ("a=" HOST "\r\n"), 0);
  ck_assert_str_eq (media.last, "0 " HOST);
}

END_TEST;

START_TEST (test_candidates_that_do_not_fit_are_refused_whole)
{
  g_autoptr (GString) many = g_string_new (NULL);

  ck_assert_int_eq (trickle ("a=" HOST "\r\n"), 404);
  offer (60000);
  ck_assert_int_eq (trickle ("m=audio 9 X 0\r\na=mid:0\r\na=" HOST "\r\n"
          "m=audio 9 X 0\r\na=mid:7\r\n"), 400);
  ck_assert_int_eq (trickle ("a=ice-ufrag:other\r\na=" HOST "\r\n"), 422);
  ck_assert_uint_eq (media.candidates, 0);
  for (guint i = 0; i < LIVEKIT_MAX_CANDIDATES; i++)
    g_string_append (many, "a=" HOST "\r\n");
  ck_assert_int_eq (trickle (many->str), 0);
  ck_assert_int_eq (trickle ("a=" HOST "\r\n"), 400);
  end ();
  ck_assert_int_eq (trickle ("a=" HOST "\r\n"), 404);
}

END_TEST;

START_TEST (test_a_room_that_takes_nobody_is_an_error)
{
  g_autoptr (GError) error = NULL;

  livekit_server_close (run->server);
  ck_assert_ptr_null (join ("cid", &error));
  ck_assert (error->domain == LIVEKIT_REFUSAL);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverresource");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_names_cannot_be_guessed);
  tcase_add_test (tcase, test_an_answer_is_handed_on_once);
  tcase_add_test (tcase, test_an_error_is_handed_on);
  tcase_add_test (tcase, test_an_answer_that_is_late_is_not_heard);
  tcase_add_test (tcase, test_an_end_tells_who_waits_and_leaves_the_room);
  tcase_add_test (tcase, test_candidates_find_their_section);
  tcase_add_test (tcase, test_candidates_that_do_not_fit_are_refused_whole);
  tcase_add_test (tcase, test_a_room_that_takes_nobody_is_an_error);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
