/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mediaroom.h"

#include "life/lifelock.h"
#include "medialoss.h"
#include "medianoise.h"
#include "mediasource.h"
#include "mediaview.h"
#include "servernack.h"

#include <string.h>

#define CALL_TIME (30 * G_TIME_SPAN_SECOND)
#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)

struct _MediaRoom
{
  LifeLoop *loop;

  LifeLock lock;                /* guards all below */
  LifeCond changed;
  ServerFan *fans[2];           /* audio, video; NULL: never published */
};

struct _MediaMember
{
  MediaRoom *room;
  MediaMode mode;
  gboolean publishes;
  const gchar *codec;
  const gchar *lines[2];        /* audio, video */
  gboolean unnamed;
  gboolean stops;               /* when described */
  MediaAnswer answers;
  gboolean failed;              /* under the room's lock */
  gboolean chosen;              /* for the call under way */
  ServerOutlet *outlets[2];     /* the leg's; audio, video */
  ServerLeg *leg;
  ServerPeer *client;
  MediaView *view;
  guint settled;                /* how often; under the room's lock */
};

static const gchar *const loopback[] = { "127.0.0.1", NULL };

static const ServerPeerConfig config = {.addresses = loopback,.udp_only = TRUE
};

MediaRoom *
media_room_new (void)
{
  MediaRoom *self = g_new0 (MediaRoom, 1);

  media_noise_allow ();
  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  self->loop = life_loop_new ("media-room");
  g_assert_true (life_loop_start (self->loop, NULL));
  return self;
}

void
media_room_free (MediaRoom * self)
{
  g_assert_true (life_loop_stop (self->loop, CALL_TIME));
  life_loop_unref (self->loop);
  for (guint i = 0; i < G_N_ELEMENTS (self->fans); i++) {
    if (self->fans[i] == NULL)
      continue;
    server_fan_end (self->fans[i], 1);
    server_fan_unref (self->fans[i]);
  }
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_free (self);
}

static void
call (MediaRoom * self, LifeLoopFunc func, gpointer data)
{
  g_assert_true (life_loop_call (self->loop, func, data, NULL, CALL_TIME));
}

ServerFan *
media_room_get_fan (MediaRoom * self, gboolean video)
{
  LIFE_LOCK_HOLD (&self->lock);
  return self->fans[video];
}

gboolean
media_room_wait_fans (MediaRoom * self, guint count)
{
  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  LIFE_LOCK_HOLD (&self->lock);

  while ((self->fans[0] != NULL) + (self->fans[1] != NULL) < (gint) count) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return FALSE;
  }
  return TRUE;
}

/* The server's end. */
static void
on_describe (gboolean offer, const gchar * sdp, gpointer data)
{
  MediaMember *self = data;

  if (!self->publishes) {
    g_assert_nonnull (strstr (sdp, " msid:somebody TR_"));
    g_assert_null (strstr (sdp, "webrtctransceiver"));
  }
  if (self->stops)
    server_leg_stop (self->leg);
  if (offer)
    server_peer_set_offer (self->client, sdp);
  else
    server_peer_set_answer (self->client, sdp);
}

static void
on_leg_candidate (guint mline, const gchar * candidate, gpointer data)
{
  MediaMember *self = data;

  server_peer_add_candidate (self->client, mline, candidate);
}

static void
on_state (GstWebRTCPeerConnectionState state, gpointer data)
{
}

static void
on_track (ServerTrack * track, gpointer data)
{
  MediaMember *self = data;
  MediaRoom *room = self->room;
  const ServerCodec *codec = server_track_get_codec (track);

  life_lock_lock (&room->lock);
  if (room->fans[codec->video] == NULL)
    room->fans[codec->video] = server_fan_new (codec);
  ServerFan *fan = room->fans[codec->video];
  life_cond_broadcast (&room->changed);
  life_lock_unlock (&room->lock);
  g_assert_true (server_track_attach (track, fan));
}

static void
on_track_gone (ServerTrack * track, gpointer data)
{
  MediaMember *self = data;
  gboolean video = server_track_get_codec (track)->video;

  life_lock_lock (&self->room->lock);
  ServerFan *fan = server_fan_ref (self->room->fans[video]);
  life_lock_unlock (&self->room->lock);
  server_fan_end (fan, 1);
  server_fan_unref (fan);
}

static void
on_failed (const GError * error, gpointer data)
{
  g_error ("an end failed: %s", error->message);
}

static void
on_leg_failed (const GError * error, gpointer data)
{
  MediaMember *self = data;

  if (self->answers != MEDIA_ANSWER_FALSELY)
    on_failed (error, data);
  life_lock_lock (&self->room->lock);
  self->failed = TRUE;
  life_cond_broadcast (&self->room->changed);
  life_lock_unlock (&self->room->lock);
}

static void
on_settled (gpointer data)
{
  MediaMember *self = data;
  LIFE_LOCK_HOLD (&self->room->lock);

  self->settled++;
  life_cond_broadcast (&self->room->changed);
}

static const ServerLegFuncs leg_funcs = {
  on_describe, on_leg_candidate, on_state, on_track, on_track_gone,
  on_leg_failed, NULL, NULL, on_settled,
};

/* The client's end. */
static gchar *
strip_names (const gchar * sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  GString *text = g_string_new (NULL);

  for (gchar ** line = lines; *line != NULL; line++) {
    if (**line != '\0' && !g_str_has_prefix (*line, "a=ssrc"))
      g_string_append_printf (text, "%s\r\n", *line);
  }
  return g_string_free (text, FALSE);
}

/* The section of the picture, which comes second, has no port; nor is it part
 * of the bundle, unless that is all it is. */
static gchar *
close_picture (const gchar * sdp, gboolean bundled)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  GString *text = g_string_new (NULL);

  for (gchar ** line = lines; *line != NULL; line++) {
    if (g_str_has_prefix (*line, "a=group:BUNDLE ") && !bundled)
      *strrchr (*line, ' ') = '\0';
    if (g_str_has_prefix (*line, "m=video 9 "))
      (*line)[strlen ("m=video ")] = '0';
    if (**line != '\0')
      g_string_append_printf (text, "%s\r\n", *line);
  }
  if (bundled)
    g_string_append (text, "a=bundle-only\r\n");
  return g_string_free (text, FALSE);
}

static void
on_described (const gchar * sdp, const GError * error, gpointer data)
{
  MediaMember *self = data;
  g_autoptr (GError) refused = NULL;

  g_assert_no_error (error);
  g_autofree gchar *sent = self->unnamed ? strip_names (sdp)
      : self->answers >= MEDIA_ANSWER_REJECT
      ? close_picture (sdp, self->answers == MEDIA_ANSWER_BUNDLED)
      : g_strconcat (sdp,
      self->answers == MEDIA_ANSWER_FALSELY ? "a=mid:another\r\n" : NULL, NULL);
  if (self->publishes || self->mode == MEDIA_CLIENT_OFFERS)
    server_leg_set_offer (self->leg, sent, &refused);
  else
    server_leg_set_answer (self->leg, sent);
  g_assert_no_error (refused);
}

static void
on_answered (const GError * error, gpointer data)
{
  g_assert_no_error (error);
}

static void
on_client_candidate (guint mline, const gchar * candidate, gpointer data)
{
  MediaMember *self = data;

  server_leg_add_candidate (self->leg, mline, candidate);
}

static const ServerPeerFuncs client_funcs = {
  on_described, on_answered, on_client_candidate, on_state, on_failed,
};

static void
on_pad_added (GstElement * webrtc, GstPad * pad, gpointer data)
{
  MediaMember *self = data;

  if (GST_PAD_IS_SRC (pad))
    media_view_add (self->view, pad);
}

static void
begin_client (MediaMember * self)
{
  g_autoptr (GError) error = NULL;

  self->leg = server_leg_new (self->room->loop, &config, &leg_funcs, self,
      &error);
  g_assert_no_error (error);
  self->client = server_peer_new (self->room->loop, &config, &client_funcs,
      self, &error);
  g_assert_no_error (error);
  /* What may end the server's process may end the client's. */
  server_nack_watch (server_peer_get_bin (self->client));
  g_signal_connect (server_peer_get_webrtc (self->client), "pad-added",
      G_CALLBACK (on_pad_added), self);
  self->view = media_view_new (server_peer_get_bin (self->client));
}

static void
begin_publish (gpointer data)
{
  MediaMember *self = data;

  begin_client (self);
  if (self->lines[1] != NULL)
    g_free (media_source_add (self->client, self->lines[1], self->codec,
            self->unnamed));
  if (self->lines[0] != NULL)
    g_free (media_source_add (self->client, self->lines[0],
            media_source_get_sound (self->lines[0]), self->unnamed));
  server_peer_play (self->client);
  server_peer_create_offer (self->client);
}

static void
add_outlet (MediaMember * self, gboolean video)
{
  self->outlets[video] = server_leg_add_outlet (self->leg,
      media_room_get_fan (self->room, video), "somebody",
      video ? "TR_V" : "TR_A");
}

static void
begin_watch (gpointer data)
{
  MediaMember *self = data;
  MediaRoom *room = self->room;
  ServerFan *fans[] = { media_room_get_fan (room, FALSE),
    media_room_get_fan (room, TRUE)
  };

  begin_client (self);
  for (guint i = 0; i < G_N_ELEMENTS (fans); i++) {
    if (fans[i] == NULL)
      continue;
    add_outlet (self, i);
    if (self->mode == MEDIA_CLIENT_OFFERS)
      media_source_add_receiver (self->client, server_fan_get_codec (fans[i]));
  }
  server_peer_play (self->client);
  if (self->mode == MEDIA_CLIENT_OFFERS)
    server_peer_create_offer (self->client);
  else
    server_leg_create_offer (self->leg);
}

static MediaMember *
publish (MediaRoom * self, const gchar * codec, const gchar * video,
    const gchar * audio, gboolean unnamed)
{
  MediaMember *member = g_new0 (MediaMember, 1);

  member->room = self;
  member->publishes = TRUE;
  member->unnamed = unnamed;
  member->codec = codec;
  member->lines[0] = audio;
  member->lines[1] = video;
  call (self, begin_publish, member);
  return member;
}

MediaMember *
media_room_publish (MediaRoom * self, const gchar * codec, const gchar * video,
    const gchar * audio)
{
  return publish (self, codec, video, audio, FALSE);
}

MediaMember *
media_room_publish_unnamed (MediaRoom * self, const gchar * video)
{
  return publish (self, "VP8", video, NULL, TRUE);
}

static MediaMember *
watch (MediaRoom * self, MediaMode mode, gboolean stops, MediaAnswer answers)
{
  MediaMember *member = g_new0 (MediaMember, 1);

  member->room = self;
  member->mode = mode;
  member->stops = stops;
  member->answers = answers;
  call (self, begin_watch, member);
  return member;
}

MediaMember *
media_room_watch (MediaRoom * self, MediaMode mode)
{
  return watch (self, mode, FALSE, MEDIA_ANSWER);
}

MediaMember *
media_room_watch_and_stop (MediaRoom * self, MediaMode mode)
{
  return watch (self, mode, TRUE, MEDIA_ANSWER);
}

MediaMember *
media_room_watch_and_answer (MediaRoom * self, MediaAnswer answers)
{
  return watch (self, MEDIA_SERVER_OFFERS, FALSE, answers);
}

gboolean
media_member_wait_failed (MediaMember * self)
{
  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  LIFE_LOCK_HOLD (&self->room->lock);

  while (!self->failed) {
    if (!life_cond_wait_until (&self->room->changed, &self->room->lock,
            end_time))
      return FALSE;
  }
  return TRUE;
}

gboolean
media_member_wait_colour (MediaMember * self, guint32 rgb)
{
  return media_view_wait_colour (self->view, rgb);
}

gboolean
media_member_wait_tone (MediaMember * self, guint hz)
{
  return media_view_wait_tone (self->view, hz);
}

guint
media_member_get_frames (MediaMember * self)
{
  return media_view_get_frames (self->view);
}

gboolean
media_member_wait_frames (MediaMember * self, guint more)
{
  return media_view_wait_frames (self->view,
      media_view_get_frames (self->view) + more);
}

gboolean
media_member_wait_settled (MediaMember * self, guint times)
{
  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  LIFE_LOCK_HOLD (&self->room->lock);

  while (self->settled < times) {
    if (!life_cond_wait_until (&self->room->changed, &self->room->lock,
            end_time))
      return FALSE;
  }
  return TRUE;
}

static void
do_remove (gpointer data)
{
  MediaMember *self = data;

  server_leg_remove_outlet (self->leg, self->outlets[self->chosen]);
  server_leg_create_offer (self->leg);
}

void
media_member_remove (MediaMember * self, gboolean video)
{
  self->chosen = video;
  call (self->room, do_remove, self);
}

static void
do_withdraw (gpointer data)
{
  MediaMember *self = data;
  g_autoptr (GArray) transceivers = NULL;

  g_signal_emit_by_name (server_peer_get_webrtc (self->client),
      "get-transceivers", &transceivers);
  for (guint i = 0; i < transceivers->len; i++) {
    GObject *each = g_array_index (transceivers, GObject *, i);
    GstWebRTCKind kind;

    g_object_get (each, "kind", &kind, NULL);
    if ((kind == GST_WEBRTC_KIND_VIDEO) == self->chosen)
      g_object_set (each, "direction",
          GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE, NULL);
  }
  server_peer_create_offer (self->client);
}

void
media_member_withdraw (MediaMember * self, gboolean video)
{
  self->chosen = video;
  call (self->room, do_withdraw, self);
}

static void
do_add (gpointer data)
{
  MediaMember *self = data;

  add_outlet (self, self->chosen);
  server_leg_create_offer (self->leg);
}

void
media_member_add (MediaMember * self, gboolean video)
{
  self->chosen = video;
  call (self->room, do_add, self);
}

void
media_member_lose (MediaMember * self)
{
  media_loss_begin (server_leg_get_bin (self->leg));
  media_loss_begin (server_peer_get_bin (self->client));
}

guint
media_member_get_resent (MediaMember * self, gboolean client)
{
  g_autoptr (GstIterator) each =
      gst_bin_iterate_all_by_element_factory_name (client
      ? server_peer_get_bin (self->client) : server_leg_get_bin (self->leg),
      "rtprtxsend");
  g_auto (GValue) value = G_VALUE_INIT;
  guint total = 0;

  while (gst_iterator_next (each, &value) == GST_ITERATOR_OK) {
    guint packets = 0;
    g_object_get (g_value_get_object (&value), "num-rtx-packets", &packets,
        NULL);
    total += packets;
    g_value_reset (&value);
  }
  return total;
}

ServerLeg *
media_member_get_leg (MediaMember * self)
{
  return self->leg;
}

static void
end_member (gpointer data)
{
  MediaMember *self = data;

  server_leg_stop (self->leg);
  server_peer_close (self->client);
}

void
media_member_stop (MediaMember * self)
{
  call (self->room, end_member, self);
  g_assert_true (server_leg_wait (self->leg, life_cond_end_time (CALL_TIME)));
  server_leg_unref (self->leg);
  server_peer_shut (self->client);
  server_peer_unref (self->client);
  media_view_free (self->view);
  g_free (self);
}
