/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HostWanted: what a server is to have seen, for tests of elements that wait
 * for it. */
#pragma once

#include "hostserver.h"

typedef struct {
  HostServer *server;
  HostServerSeen seen;
  guint64 count;                /* at least */
} HostWanted;

/* A SinkRunFunc, of a HostWanted. */
gboolean host_wanted_is_seen (gpointer wanted);

/* FALSE after a time that only a broken test needs. */
gboolean host_wanted_wait (HostServer *server, HostServerSeen seen,
    guint64 count);
