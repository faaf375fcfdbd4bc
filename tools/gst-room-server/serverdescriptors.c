/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverdescriptors.h"

#include "livekit/livekitlimits.h"

#include <sys/resource.h>

#define SOCKETS_PART 4

/* Of a media connection, but for its sockets: the contexts of its threads. */
#define LEG_DESCRIPTORS 8

/* For files, requests of ours, and what libraries open. */
#define RESERVE 64

void
server_descriptors_raise (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0
      || limit.rlim_cur >= SERVER_DESCRIPTORS_WANTED)
    return;
  limit.rlim_cur = MIN (limit.rlim_max, SERVER_DESCRIPTORS_WANTED);
  setrlimit (RLIMIT_NOFILE, &limit);
}

guint
server_descriptors_get_sockets (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return LIVEKIT_MAX_SOCKETS;
  return CLAMP (limit.rlim_cur / SOCKETS_PART, 1, LIVEKIT_MAX_SOCKETS);
}

gboolean
server_descriptors_suffice (guint legs, guint addresses)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return TRUE;
  return ((guint64) legs + 1) * (LEG_DESCRIPTORS + addresses)
      + server_descriptors_get_sockets () + RESERVE <= limit.rlim_cur;
}
