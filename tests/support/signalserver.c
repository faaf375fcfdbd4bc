/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The server's end of the signalling as a program, for foreign clients: each
 * participant that has one connection gets a webrtcbin that answers, so that
 * clients which wait for a media connection go on. It carries no media. Prints
 * "port N" when it listens; ends with its standard input. */
#include "livekit/livekitroommedia.h"
#include "livekit/livekitserver.h"

#include <gst/gst.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

typedef struct
{
  gchar *room;
  gchar *sid;
  GstElement *pipeline;
  GstElement *webrtc;
} Leg;

/* From a thread of webrtcbin to ours. */
typedef struct
{
  gchar *room;
  gchar *sid;
  guint mline;
  gchar *candidate;             /* NULL: connected */
} News;

static LivekitRooms *rooms;
static LivekitServer *server;
static GHashTable *legs;        /* of Leg by sid */

static void
news_free (gpointer data)
{
  News *news = data;

  g_free (news->room);
  g_free (news->sid);
  g_free (news->candidate);
  g_free (news);
}

static gboolean
on_news (gpointer data)
{
  News *news = data;
  LivekitRoom *room = livekit_rooms_find (rooms, news->room);

  if (room != NULL && news->candidate != NULL)
    livekit_room_media_trickle (room, news->sid, LIVEKIT_TARGET_PUBLISHER,
        news->mline, news->candidate);
  else if (room != NULL)
    livekit_room_media_connected (room, news->sid);
  livekit_server_pump (server);
  return G_SOURCE_REMOVE;
}

static void
post (const Leg * leg, guint mline, const gchar * candidate)
{
  News *news = g_new0 (News, 1);

  news->room = g_strdup (leg->room);
  news->sid = g_strdup (leg->sid);
  news->mline = mline;
  news->candidate = g_strdup (candidate);
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, on_news, news,
      news_free);
}

static void
on_ice_candidate (GstElement * webrtc, guint mline, const gchar * candidate,
    gpointer user_data)
{
  if (candidate != NULL && *candidate != '\0')
    post (user_data, mline, candidate);
}

static void
on_connection_state (GstElement * webrtc, GParamSpec * spec, gpointer user_data)
{
  GstWebRTCPeerConnectionState state;

  g_object_get (webrtc, "connection-state", &state, NULL);
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    post (user_data, 0, NULL);
}

static void
leg_free (gpointer data)
{
  Leg *leg = data;

  g_signal_handlers_disconnect_by_data (leg->webrtc, leg);
  gst_element_set_state (leg->pipeline, GST_STATE_NULL);
  gst_object_unref (leg->pipeline);
  g_free (leg->room);
  g_free (leg->sid);
  g_free (leg);
}

static void
begin (const LivekitRoomEvent * event)
{
  Leg *leg = g_new0 (Leg, 1);

  leg->room = g_strdup (event->room);
  leg->sid = g_strdup (event->participant);
  leg->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  leg->webrtc = gst_element_factory_make ("webrtcbin", NULL);
  g_assert_nonnull (leg->webrtc);
  g_object_set (leg->webrtc, "bundle-policy",
      GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, NULL);
  g_signal_connect (leg->webrtc, "on-ice-candidate",
      G_CALLBACK (on_ice_candidate), leg);
  g_signal_connect (leg->webrtc, "notify::connection-state",
      G_CALLBACK (on_connection_state), leg);
  gst_bin_add (GST_BIN (leg->pipeline), leg->webrtc);
  gst_element_set_state (leg->pipeline, GST_STATE_PLAYING);
  g_hash_table_replace (legs, leg->sid, leg);
}

static void
set_description (Leg * leg, const gchar * signal,
    GstWebRTCSessionDescription * description)
{
  GstPromise *promise = gst_promise_new ();

  g_signal_emit_by_name (leg->webrtc, signal, description, promise);
  gst_promise_wait (promise);
  gst_promise_unref (promise);
}

static void
answer (Leg * leg, LivekitRoom * room, const LivekitRoomEvent * event)
{
  GstSDPMessage *message;
  if (gst_sdp_message_new_from_text (event->sdp, &message) != GST_SDP_OK)
    return;
  g_autoptr (GstWebRTCSessionDescription) offer =
      gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER, message);
  set_description (leg, "set-remote-description", offer);

  GstPromise *promise = gst_promise_new ();
  g_autoptr (GstWebRTCSessionDescription) made = NULL;
  g_signal_emit_by_name (leg->webrtc, "create-answer", NULL, promise);
  gst_promise_wait (promise);
  const GstStructure *reply = gst_promise_get_reply (promise);
  if (reply != NULL)
    gst_structure_get (reply, "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
        &made, NULL);
  gst_promise_unref (promise);
  if (made == NULL)
    return;
  set_description (leg, "set-local-description", made);
  g_autofree gchar *sdp = gst_sdp_message_as_text (made->sdp);
  livekit_room_media_answer (room, leg->sid, event->id, sdp, NULL, 0);
}

static void
on_event (const LivekitRoomEvent * event, gpointer user_data)
{
  LivekitRoom *room = livekit_rooms_find (rooms, event->room);
  Leg *leg = event->participant != NULL
      ? g_hash_table_lookup (legs, event->participant) : NULL;

  if (event->type == LIVEKIT_ROOM_EVENT_JOINED && event->flag)
    begin (event);
  else if (event->type == LIVEKIT_ROOM_EVENT_OFFER && leg != NULL)
    answer (leg, room, event);
  else if (event->type == LIVEKIT_ROOM_EVENT_CANDIDATE && leg != NULL
      && event->candidate != NULL)
    g_signal_emit_by_name (leg->webrtc, "add-ice-candidate", event->mline,
        event->candidate);
  else if (event->type == LIVEKIT_ROOM_EVENT_OVER && leg != NULL)
    g_hash_table_remove (legs, event->participant);
}

static gboolean
on_input (GIOChannel * input, GIOCondition condition, gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_autoptr (LivekitKeys) keys = livekit_keys_new ();
  g_autoptr (GError) error = NULL;
  if (argc != 2 || !livekit_keys_load_pairs (keys, argv[1], &error)) {
    g_printerr ("usage: %s KEY:SECRET\n", argv[0]);
    return 2;
  }
  LivekitRoomConfig room_config = {.keys = keys,.seed = g_random_int (),
    .clock = g_get_real_time () - g_get_monotonic_time ()
  };
  rooms = livekit_rooms_new (&room_config);
  legs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, leg_free);
  LivekitServerConfig config = {.rooms = rooms,.keys = keys,
    .on_event = on_event
  };
  server = livekit_server_new (&config);
  if (!livekit_server_listen (server, "127.0.0.1", 0, &error)) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  g_print ("port %u\n", livekit_server_get_port (server));

  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GIOChannel *input = g_io_channel_unix_new (0);
  g_io_add_watch (input, G_IO_HUP | G_IO_IN, on_input, loop);
  g_main_loop_run (loop);
  g_io_channel_unref (input);
  livekit_server_free (server);
  g_hash_table_unref (legs);
  livekit_rooms_free (rooms);
  return 0;
}
