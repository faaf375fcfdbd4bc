/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpProperty: the properties of rtmpsink and rtmpsrc that are members of
 * RtmpSettings, under the names that rtmp2sink and rtmp2src have for them; and
 * "stats". */
#pragma once

#include "rtmpsettings.h"

typedef enum {
  /* Both. */
  RTMP_PROPERTY_LOCATION = 1,
  RTMP_PROPERTY_SCHEME,
  RTMP_PROPERTY_HOST,
  RTMP_PROPERTY_PORT,
  RTMP_PROPERTY_APPLICATION,
  RTMP_PROPERTY_STREAM,
  RTMP_PROPERTY_USERNAME,
  RTMP_PROPERTY_PASSWORD,
  RTMP_PROPERTY_SECURE_TOKEN,
  RTMP_PROPERTY_AUTHMOD,
  RTMP_PROPERTY_TIMEOUT,
  RTMP_PROPERTY_STALL_TIMEOUT,
  RTMP_PROPERTY_TLS_VALIDATION_FLAGS,
  RTMP_PROPERTY_TLS_DATABASE,
  RTMP_PROPERTY_SSL_CA_FILE,
  RTMP_PROPERTY_FLASH_VERSION,
  RTMP_PROPERTY_EXTRA_CONNECT_ARGS,
  RTMP_PROPERTY_ASYNC_CONNECT,
  RTMP_PROPERTY_RECONNECT,
  RTMP_PROPERTY_RECONNECT_DELAY,
  RTMP_PROPERTY_RECONNECT_ATTEMPTS,
  RTMP_PROPERTY_STATS,          /* the element's own to get */
  /* A sink's. */
  RTMP_PROPERTY_PEAK_KBPS,
  RTMP_PROPERTY_CHUNK_SIZE,
  RTMP_PROPERTY_STOP_COMMANDS,
  RTMP_PROPERTY_MAX_QUEUE_TIME,
  RTMP_PROPERTY_MAX_QUEUE_BYTES,
  /* A source's. */
  RTMP_PROPERTY_IDLE_TIMEOUT,
  RTMP_PROPERTY_NO_EOF_IS_ERROR,
} RtmpProperty;

void rtmp_property_install_common (GObjectClass *klass);
void rtmp_property_install_sink (GObjectClass *klass);
void rtmp_property_install_source (GObjectClass *klass);

/* May change while the element runs, which has to be told its run. */
gboolean rtmp_property_is_mutable (guint id);

/* Of @object, a GstElement, whose lock guards @settings; it is taken. Nothing
 * else is set while it runs: @run is where it has what it runs, not NULL then,
 * under the same lock. */
void rtmp_property_set (GObject *object, RtmpSettings *settings, gpointer *run,
    guint id, const GValue *value, GParamSpec *spec);
void rtmp_property_get (GObject *object, const RtmpSettings *settings, guint id,
    GValue *value, GParamSpec *spec);
