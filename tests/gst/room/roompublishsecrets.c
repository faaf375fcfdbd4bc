/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* roompublish: that no token and no secret is seen in what is logged, posted or
 * dumped, in runs that succeed and in runs that fail. */
#include "publishrun.h"

#include <string.h>

#include "clientrun.h"

#define AUDIO "audiotestsrc is-live=true ! mulawenc ! r. "
#define ROOM "roompublish name=r "
#define REFRESHED "eyrefreshed.body.signature-of-the-refreshed-one"
#define TURN_PASSWORD "turn-password"

static GMutex lock;
/* Added to between runs only. */
static GPtrArray *secrets;
/* Not looked for in the log of others: webrtcbin's own tells its servers. */
static const gchar *own_secret;
static gchar *found;            /* under the lock */
static guint seen_ours;

static void
look_for (const gchar * secret, const gchar * text)
{
  if (!text || !secret || !strstr (text, secret))
    return;
  g_mutex_lock (&lock);
  if (!found)
    found = g_strdup (text);
  g_mutex_unlock (&lock);
}

static void
look_at (const gchar * text)
{
  for (guint i = 0; i < secrets->len; i++)
    look_for (g_ptr_array_index (secrets, i), text);
}

static void
on_log (GstDebugCategory * category, GstDebugLevel level, const gchar * file,
    const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer unused)
{
  const gchar *name = gst_debug_category_get_name (category);
  gboolean ours = g_str_equal (name, "roompublish")
      || g_str_equal (name, "livekit");

  if (ours) {
    g_atomic_int_inc ((gint *) & seen_ours);
    look_for (own_secret, gst_debug_message_get (message));
  }
  look_at (gst_debug_message_get (message));
}

static void
add_secret (const gchar * secret)
{
  g_ptr_array_add (secrets, g_strdup (secret));
}

/* The token that roompublish is given, and what alone proves it. */
static void
add_token (PublishRun * run)
{
  g_autofree gchar *token = client_run_new_token ();

  g_object_set (publish_run_get_element (run), "token", token, NULL);
  add_secret (token);
  add_secret (strrchr (token, '.') + 1);
}

static void
setup (void)
{
  secrets = g_ptr_array_new_with_free_func (g_free);
  add_secret (PUBLISH_RUN_SECRET);
  add_secret (REFRESHED);
  /* What handles secrets says all it can; beside it the references and the
   * bytes of everything else would only slow the room down. */
  gst_debug_set_default_threshold (GST_LEVEL_LOG);
  gst_debug_set_threshold_from_string ("room*:9,livekit*:9,webrtc*:9,*nice*:9",
      FALSE);
  gst_debug_set_active (TRUE);
}

static void
teardown (void)
{
  gst_debug_set_active (FALSE);
  g_ptr_array_unref (secrets);
  g_free (found);
}

static void
look_at_dump (PublishRun * run)
{
  g_autofree gchar *dump = gst_debug_bin_to_dot_data (GST_BIN
      (publish_run_get_pipeline (run)), GST_DEBUG_GRAPH_SHOW_ALL |
      GST_DEBUG_GRAPH_SHOW_FULL_PARAMS);

  fail_unless (strstr (dump, "GstRoomPublish") != NULL);
  look_at (dump);
  look_for (own_secret, dump);
}

static void
look_at_message (GstMessage * message, gpointer unused)
{
  const GstStructure *structure = gst_message_get_structure (message);
  g_autofree gchar *fields =
      structure ? gst_structure_to_string (structure) : NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  look_at (fields);
  look_for (own_secret, fields);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, &debug);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, &debug);
  look_at (error ? error->message : NULL);
  look_at (debug);
  look_for (own_secret, debug);
}

static void
assert_nothing_seen (PublishRun * run)
{
  look_at_dump (run);
  publish_run_stop (run);
  look_at_dump (run);
  publish_run_foreach (run, look_at_message, NULL);
  /* That the looking works. */
  fail_unless (g_atomic_int_get ((gint *) & seen_ours) > 0);
  fail_unless (found == NULL, "a secret is seen: %s", found);
}

START_TEST (token_is_not_seen_in_a_run)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (AUDIO ROOM);

  add_token (run);
  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  room_script_send (publish_run_get_room (run), script_reply_token (REFRESHED));
  room_script_send (publish_run_get_room (run),
      script_reply_subscribed ("TR_1"));
  publish_run_wait (run, "room-track-subscribed", 1);
  assert_nothing_seen (run);
}

END_TEST;

START_TEST (secret_is_not_seen_in_a_run)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (AUDIO ROOM);
  RoomScript *room = publish_run_get_room (run);

  g_object_set (publish_run_get_element (run), "token", NULL, "api-key",
      "devkey", "api-secret", PUBLISH_RUN_SECRET, "room", "stage", "identity",
      "publisher", NULL);
  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  /* The token that was made is a secret too. */
  g_autofree gchar *authorization =
      room_script_dup_authorization (room, ROOM_SCRIPT_SEEN_UPGRADE, 0);
  fail_unless (g_str_has_prefix (authorization, "Bearer "));
  const gchar *made = authorization + strlen ("Bearer ");
  look_at_dump (run);
  assert_nothing_seen (run);
  add_secret (made);
  add_secret (strrchr (made, '.') + 1);
  publish_run_foreach (run, look_at_message, NULL);
  look_at_dump (run);
  fail_unless (found == NULL, "the token is seen: %s", found);
}

END_TEST;

START_TEST (token_that_a_server_repeats_is_not_seen)
{
  g_autofree gchar *token = client_run_new_token ();
  g_autofree gchar *body =
      g_strdup_printf ("invalid token: %s, error: signature", token);
  RoomScriptConfig config = {.status = 401,.body = body };
  g_autoptr (PublishRun) run = publish_run_new (AUDIO ROOM, &config);

  g_object_set (publish_run_get_element (run), "token", token, NULL);
  add_secret (token);
  add_secret (strrchr (token, '.') + 1);
  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "error", 1);
  assert_nothing_seen (run);
  publish_run_assert_error (run, "unauthorized", "");
}

END_TEST;

START_TEST (secret_in_the_address_is_not_seen)
{
  g_autoptr (PublishRun) run = publish_run_new (AUDIO ROOM, NULL);

  add_token (run);
  g_object_set (publish_run_get_element (run), "url",
      "ws://127.0.0.1:1/?access_token=" REFRESHED, NULL);
  gst_element_set_state (publish_run_get_pipeline (run), GST_STATE_PLAYING);
  publish_run_wait (run, "error", 1);
  publish_run_stop (run);
  publish_run_foreach (run, look_at_message, NULL);
  fail_unless (found == NULL, "a secret is seen: %s", found);
}

END_TEST;

START_TEST (password_of_a_turn_server_is_not_told)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (PublishRun) run = publish_run_new (AUDIO ROOM, &config);

  own_secret = TURN_PASSWORD;
  add_token (run);
  gst_util_set_object_arg (G_OBJECT (publish_run_get_element (run)),
      "turn-servers", "<\"turn://user:" TURN_PASSWORD "@127.0.0.1:1\", "
      "\"turn:user:" TURN_PASSWORD "\">");
  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-joined", 1);
  assert_nothing_seen (run);
}

END_TEST;

static Suite *
roompublishsecrets_suite (void)
{
  Suite *suite = suite_create ("roompublishsecrets");
  TCase *tcase = tcase_create ("secrets");

  publish_run_prepare ();
  /* Before any test: each change loses the list as it was. */
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (on_log, NULL, NULL);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, token_is_not_seen_in_a_run);
  tcase_add_test (tcase, secret_is_not_seen_in_a_run);
  tcase_add_test (tcase, token_that_a_server_repeats_is_not_seen);
  tcase_add_test (tcase, secret_in_the_address_is_not_seen);
  tcase_add_test (tcase, password_of_a_turn_server_is_not_told);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (roompublishsecrets);
