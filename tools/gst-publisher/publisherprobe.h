/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherProbe: is there a room server of ours on this machine, and would it
 * let us in? One cheap request; whoever else listens there learns a token that
 * everybody can make. */
#pragma once

#include <glib.h>

typedef enum {
  PUBLISHER_PROBE_NOBODY,       /* nothing listens there */
  PUBLISHER_PROBE_OTHER,        /* something else, or it does not let us in */
  PUBLISHER_PROBE_OURS,
} PublisherProbeResult;

/* What is asked for. @software: what each answer of ours begins to call the
 * server with. */
typedef struct {
  guint16 port;                 /* on 127.0.0.1 */
  const gchar *software;
  const gchar *key;
  const gchar *secret;
} PublisherProbeConfig;

/* Waits for at most @timeout_us; who has not answered by then is another. */
PublisherProbeResult publisher_probe_run (const PublisherProbeConfig *config,
    gint64 timeout_us);
