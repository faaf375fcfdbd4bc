/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitwelcome.h"

gboolean
livekit_welcome_read_permission (const Livekit__ParticipantPermission *
    permission, GArray * sources)
{
  g_return_val_if_fail (sources != NULL, FALSE);

  g_array_set_size (sources, 0);
  if (permission == NULL)
    return TRUE;
  for (gsize i = 0; i < permission->n_can_publish_sources; i++) {
    gint source = permission->can_publish_sources[i];
    g_array_append_val (sources, source);
  }
  return permission->can_publish;
}

static LivekitIceServer *
read_ice_server (const Livekit__ICEServer * server)
{
  LivekitIceServer *self = g_new0 (LivekitIceServer, 1);

  self->urls = g_new0 (gchar *, server->n_urls + 1);
  for (gsize i = 0; i < server->n_urls; i++)
    self->urls[i] = g_strdup (server->urls[i]);
  self->username = g_strdup (server->username);
  self->credential = g_strdup (server->credential);
  return self;
}

static gchar **
read_codecs (const Livekit__JoinResponse * join)
{
  gsize n = join->n_enabled_publish_codecs;
  gchar **codecs = g_new0 (gchar *, n + 1);

  for (gsize i = 0; i < n; i++)
    codecs[i] = g_strdup (join->enabled_publish_codecs[i]->mime);
  return codecs;
}

LivekitJoined *
livekit_welcome_read (const Livekit__JoinResponse * join,
    gboolean one_connection)
{
  g_return_val_if_fail (join != NULL, NULL);

  LivekitJoined *self = livekit_joined_new ();
  const Livekit__ParticipantInfo *us = join->participant;
  const Livekit__ServerInfo *server = join->server_info;
  self->room = g_strdup (join->room != NULL ? join->room->name : "");
  self->room_sid = g_strdup (join->room != NULL ? join->room->sid : "");
  self->identity = g_strdup (us != NULL ? us->identity : "");
  self->participant_sid = g_strdup (us != NULL ? us->sid : "");
  self->server_version =
      g_strdup (server != NULL ? server->version : join->server_version);
  self->server_region =
      g_strdup (server != NULL && server->region[0] != '\0' ? server->region
      : join->server_region);
  for (gsize i = 0; i < join->n_ice_servers; i++)
    g_ptr_array_add (self->ice_servers, read_ice_server (join->ice_servers[i]));
  g_strfreev (self->codecs);
  self->codecs = read_codecs (join);
  self->may_publish = livekit_welcome_read_permission (us != NULL
      ? us->permission : NULL, self->sources);
  self->force_relay = join->client_configuration != NULL
      && join->client_configuration->force_relay
      == LIVEKIT__CLIENT_CONFIG_SETTING__ENABLED;
  self->one_connection = one_connection;
  self->participants = join->n_other_participants;
  return self;
}
