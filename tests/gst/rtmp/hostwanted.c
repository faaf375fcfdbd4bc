/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hostwanted.h"

#include "sinkrun.h"

gboolean
host_wanted_is_seen (gpointer wanted)
{
  HostWanted *self = wanted;

  return host_server_count (self->server, self->seen) >= self->count;
}

gboolean
host_wanted_wait (HostServer * server, HostServerSeen seen, guint64 count)
{
  HostWanted wanted = { server, seen, count };

  return sink_run_wait (host_wanted_is_seen, &wanted);
}
