/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HostRecord: what a HostServer has seen. Its loop writes, tests read; each
 * under the lock. */
#pragma once

#include "hostserver.h"
#include "life/lifelock.h"

typedef struct {
  LifeLock lock;
  guint64 seen[HOST_SERVER_N_SEEN];
  GPtrArray *media;             /* of RtmpMessage */
  gchar *application;
} HostRecord;

void host_record_init (HostRecord *self);
void host_record_clear (HostRecord *self);

void host_record_count (HostRecord *self, HostServerSeen seen);
void host_record_add (HostRecord *self, RtmpMessage *message,
    guint32 chunk_size);
void host_record_set_application (HostRecord *self, const gchar *application);

guint64 host_record_get (HostRecord *self, HostServerSeen seen);
GPtrArray *host_record_dup_media (HostRecord *self);
gchar *host_record_dup_application (HostRecord *self);
