/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpStats: the structure that the property "stats" is, as far as a call can
 * say. The fields are documented in docs/rtmp.md. */
#pragma once

#include <gst/gst.h>

#include "rtmp/rtmpclient.h"

/* @client may be NULL; then @otherwise is the state. */
GstStructure *rtmp_stats_new (RtmpClient *client, gboolean publish,
    const gchar *otherwise, guint reconnects);
