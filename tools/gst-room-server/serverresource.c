/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverresource.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitverify.h"

#include <string.h>
#include <sys/random.h>

struct _ServerResource
{
  const ServerSite *site;
  ServerResourceMedia media;
  gchar *id;
  gchar *etag;
  gchar *room;
  gchar *sid;                   /* NULL: it has left */
  ServerFragment *offer;
  guint candidates;             /* that came by trickle */
  ServerMediaAnswered answered; /* NULL: nobody waits */
  gpointer user_data;
  GSource *deadline;            /* of the answer; NULL: none */
};

gchar *
server_resource_make_id (void)
{
  guint8 bytes[16];
  GString *id = g_string_new (NULL);

  /* The generator of GLib can be computed ahead. So few bytes come whole. */
  gssize size = getrandom (bytes, sizeof (bytes), 0);
  g_assert (size == sizeof (bytes));
  for (guint i = 0; i < sizeof (bytes); i++)
    g_string_append_printf (id, "%02x", bytes[i]);
  return g_string_free (id, FALSE);
}

ServerResource *
server_resource_new (const ServerSite * site,
    const ServerResourceMedia * media, LivekitToken * token, GError ** error)
{
  g_return_val_if_fail (site != NULL && token != NULL, NULL);

  g_autofree gchar *room = g_strdup (token->grants.room);
  g_autoptr (LivekitEntry) entry = livekit_entry_new_quiet (token);
  if (!livekit_rooms_check (site->rooms, entry, error))
    return NULL;
  gchar *sid = livekit_rooms_join (site->rooms, g_steal_pointer (&entry),
      g_get_monotonic_time (), error);
  if (sid == NULL)
    return NULL;

  g_autofree gchar *tag = server_resource_make_id ();
  ServerResource *self = g_rc_box_new0 (ServerResource);
  self->site = site;
  self->media.offer = server_media_offer;
  self->media.add_candidate = server_media_add_candidate;
  if (media != NULL)
    self->media = *media;
  self->id = server_resource_make_id ();
  self->etag = g_strdup_printf ("\"%s\"", tag);
  self->room = g_steal_pointer (&room);
  self->sid = sid;
  return self;
}

ServerResource *
server_resource_ref (ServerResource * self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ServerResource *self = data;

  g_assert (self->deadline == NULL);
  g_free (self->id);
  g_free (self->etag);
  g_free (self->room);
  g_free (self->sid);
  server_fragment_free (self->offer);
}

void
server_resource_unref (ServerResource * self)
{
  g_rc_box_release_full (self, clear);
}

const gchar *
server_resource_get_id (const ServerResource * self)
{
  return self->id;
}

const gchar *
server_resource_get_etag (const ServerResource * self)
{
  return self->etag;
}

const gchar *
server_resource_get_room (const ServerResource * self)
{
  return self->room;
}

const gchar *
server_resource_get_sid (const ServerResource * self)
{
  return self->sid;
}

/* The first that comes of an answer, the deadline and the end. */
static void
tell (ServerResource * self, const gchar * sdp, const GError * error)
{
  ServerMediaAnswered answered = self->answered;

  self->answered = NULL;
  if (self->deadline != NULL)
    g_source_destroy (self->deadline);
  g_clear_pointer (&self->deadline, g_source_unref);
  if (answered != NULL)
    answered (sdp, error, self->user_data);
}

static void
on_answered (const gchar * sdp, const GError * error, gpointer user_data)
{
  tell (user_data, sdp, error);
}

static gboolean
on_deadline (gpointer user_data)
{
  g_autoptr (ServerResource) self = server_resource_ref (user_data);
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_REFUSAL, 503,
      "no answer in time");

  tell (self, NULL, error);
  return G_SOURCE_REMOVE;
}

void
server_resource_offer (ServerResource * self, const gchar * sdp,
    ServerFragment * fragment, const gchar * publisher, guint timeout_ms,
    ServerMediaAnswered answered, gpointer user_data)
{
  g_return_if_fail (self != NULL && self->offer == NULL && self->sid != NULL);
  g_return_if_fail (sdp != NULL && fragment != NULL && answered != NULL);

  self->offer = fragment;
  self->answered = answered;
  self->user_data = user_data;
  self->deadline = g_timeout_source_new (timeout_ms);
  g_source_set_static_name (self->deadline, "server-resource-answer");
  g_source_set_callback (self->deadline, on_deadline, self, NULL);
  g_source_attach (self->deadline, g_main_context_get_thread_default ());
  self->media.offer (self->site->media, self->room, self->sid, sdp, publisher,
      on_answered, server_resource_ref (self),
      (GDestroyNotify) server_resource_unref);
}

static gboolean
refuse (GError ** error, guint status, const gchar * text)
{
  g_set_error_literal (error, LIVEKIT_REFUSAL, status, text);
  return FALSE;
}

gboolean
server_resource_trickle (ServerResource * self,
    const ServerFragment * fragment, GError ** error)
{
  g_return_val_if_fail (self != NULL && fragment != NULL, FALSE);

  if (self->offer == NULL || self->sid == NULL)
    return refuse (error, 404, "it has ended");
  if (server_fragment_restarts (fragment, self->offer))
    return refuse (error, 422, "ICE restarts are not supported");
  guint count = 0;
  for (guint i = 0; i < fragment->sections->len; i++) {
    if (server_fragment_find (fragment, i, self->offer) < 0)
      return refuse (error, 400, "a media section that was not offered");
    count += server_fragment_get (fragment, i)->candidates->len;
  }
  if (self->candidates + count > LIVEKIT_MAX_CANDIDATES)
    return refuse (error, 400, "too many candidates");

  self->candidates += count;
  for (guint i = 0; i < fragment->sections->len; i++) {
    const GPtrArray *candidates = server_fragment_get (fragment, i)->candidates;
    gint mline = server_fragment_find (fragment, i, self->offer);
    for (guint j = 0; j < candidates->len; j++)
      self->media.add_candidate (self->site->media, self->room, self->sid,
          mline, g_ptr_array_index (candidates, j));
  }
  return TRUE;
}

void
server_resource_end (ServerResource * self, const GError * error)
{
  g_return_if_fail (self != NULL && error != NULL);

  g_autofree gchar *sid = g_steal_pointer (&self->sid);
  LivekitRoom *room = livekit_rooms_find (self->site->rooms, self->room);
  if (sid != NULL && room != NULL)
    livekit_room_lost (room, sid, g_get_monotonic_time ());
  tell (self, NULL, error);
  livekit_server_pump (self->site->server);
}
