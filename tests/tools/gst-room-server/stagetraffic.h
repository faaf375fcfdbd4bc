/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* StageTraffic: what the server has counted of a picture that is published, and
 * of one who is sent it. For tests; called from the test's own thread. */
#pragma once

#include "mediastage.h"

typedef struct {
  ServerFanCounts track;        /* of the first picture there is */
  ServerConsumerCounts consumer;
} StageTraffic;

/* All 0 of what is not there. @identity: of the one who is sent it. */
void stage_traffic_take (StageTraffic *self, MediaStage *stage,
    const gchar *identity);
/* Takes them when so many packets more have come from the publisher than @self
 * says. FALSE: they have not within a time that only a broken test needs. */
gboolean stage_traffic_wait_packets (StageTraffic *self, MediaStage *stage,
    const gchar *identity, guint more);
/* Takes them when the consumer was cut. */
gboolean stage_traffic_wait_cut (StageTraffic *self, MediaStage *stage,
    const gchar *identity);
