/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverdescriptors.h"

#include "livekit/livekitlimits.h"

#include <sys/resource.h>

#define SOCKETS_PART 4

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
