/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitrefusals.h"

/* Enough to see what is wrong, and no flood. */
#define BURST 10
#define PERIOD (10 * G_TIME_SPAN_SECOND)

void
livekit_refusals_tell (LivekitRefusals * self, GSocketAddress * remote,
    const gchar * room, const gchar * identity, const GError * error,
    gint64 now_us)
{
  guint held = 0;

  g_return_if_fail (self != NULL && error != NULL);

  if (self->tell == NULL
      || !life_throttle_pass (&self->throttle, BURST, PERIOD, now_us, &held))
    return;
  g_autofree gchar *address = G_IS_INET_SOCKET_ADDRESS (remote)
      ? g_inet_address_to_string (g_inet_socket_address_get_address
      (G_INET_SOCKET_ADDRESS (remote))) : NULL;
  LivekitRefused refused = {.status = error->code,.reason = error->message,
    .room = room,.identity = identity,.address = address,.held = held
  };
  self->tell (&refused, self->user_data);
}
