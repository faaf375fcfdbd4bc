/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchClient: the media of one member of a benchmark's room. As a watcher it
 * decrypts, counts and reports as any client does, and lets go of what comes
 * before it costs more; as the publisher it sends a BenchLoad. In the loop. */
#pragma once

#include "serverpeer.h"

typedef struct _BenchClient BenchClient;

/* In the loop. */
typedef struct {
  void (*describe) (const gchar *sdp, gpointer user_data);
  void (*candidate) (guint mline, const gchar *candidate, gpointer user_data);
  /* The first packet has come. */
  void (*receives) (gpointer user_data);
} BenchClientFuncs;

BenchClient *bench_client_new (LifeLoop *loop, gboolean publishes,
    const BenchClientFuncs *funcs, gpointer user_data);
ServerPeer *bench_client_get_peer (BenchClient *self);
/* Of the publisher: what the room shall call it. */
gchar *bench_client_dup_track (BenchClient *self);
/* Any thread. */
guint bench_client_get_packets (BenchClient *self);
