/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitpermission.h"

#include <string.h>

static const gchar *const names[LIVEKIT_PERMISSION_SOURCES] = {
  NULL, "camera", "microphone", "screen_share", "screen_share_audio"
};

void
livekit_permission_from_grants (LivekitPermission * self,
    const LivekitGrants * grants)
{
  g_return_if_fail (self != NULL && grants != NULL);

  *self = (LivekitPermission) {
  0,};
  for (guint i = 0; grants->sources != NULL && grants->sources[i] != NULL; i++) {
    for (guint source = 1; source < LIVEKIT_PERMISSION_SOURCES; source++) {
      if (g_ascii_strcasecmp (grants->sources[i], names[source]) == 0)
        self->sources |= 1 << source;
    }
  }
  /* A list of nothing we know allows nothing. */
  self->can_publish = grants->sources != NULL ? self->sources != 0
      : grants->can_publish != 0;
  self->can_subscribe = grants->can_subscribe != 0;
  self->can_publish_data = grants->can_publish_data >= 0
      ? grants->can_publish_data : self->can_publish;
  self->can_update_metadata = grants->can_update_own_metadata == 1;
  self->hidden = grants->hidden == 1;
}

void
livekit_permission_from_message (LivekitPermission * self,
    const Livekit__ParticipantPermission * message)
{
  g_return_if_fail (self != NULL && message != NULL);

  *self = (LivekitPermission) {
  .can_subscribe = message->can_subscribe,.can_publish =
        message->can_publish,.can_publish_data =
        message->can_publish_data,.can_update_metadata =
        message->can_update_metadata,.hidden = message->hidden};
  for (gsize i = 0; i < message->n_can_publish_sources; i++) {
    guint source = message->can_publish_sources[i];
    if (source < LIVEKIT_PERMISSION_SOURCES)
      self->sources |= 1 << source;
  }
}

void
livekit_permission_to_grants (const LivekitPermission * self,
    LivekitGrants * grants)
{
  g_return_if_fail (self != NULL && grants != NULL);

  grants->can_publish = self->can_publish;
  grants->can_subscribe = self->can_subscribe;
  grants->can_publish_data = self->can_publish_data;
  grants->can_update_own_metadata = self->can_update_metadata;
  grants->hidden = self->hidden;
  g_clear_pointer (&grants->sources, g_strfreev);
  if (!self->can_publish || self->sources == 0)
    return;
  g_autoptr (GStrvBuilder) sources = g_strv_builder_new ();
  for (guint source = 1; source < LIVEKIT_PERMISSION_SOURCES; source++) {
    if ((self->sources & 1 << source) != 0)
      g_strv_builder_add (sources, names[source]);
  }
  grants->sources = g_strv_builder_end (sources);
}

void
livekit_permission_to_message (const LivekitPermission * self,
    LivekitPermissionMessage * view)
{
  g_return_if_fail (self != NULL && view != NULL);

  livekit__participant_permission__init (&view->message);
  view->message.can_subscribe = self->can_subscribe;
  view->message.can_publish = self->can_publish;
  view->message.can_publish_data = self->can_publish_data;
  view->message.can_update_metadata = self->can_update_metadata;
  view->message.hidden = self->hidden;
  view->message.can_publish_sources = view->sources;
  for (guint source = 0; source < LIVEKIT_PERMISSION_SOURCES; source++) {
    if ((self->sources & 1 << source) != 0)
      view->sources[view->message.n_can_publish_sources++] = source;
  }
}

gboolean
livekit_permission_allows (const LivekitPermission * self, LivekitSource source)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (!self->can_publish || (guint) source >= LIVEKIT_PERMISSION_SOURCES)
    return FALSE;
  return self->sources == 0 || (self->sources & 1 << source) != 0;
}
