/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpSettings: what a user wants of rtmpsink or rtmpsrc, and the config of a
 * client made of it. A plain value; who shares it has the lock. */
#pragma once

#include <gst/gst.h>

#include "life/lifebackoff.h"
#include "rtmp/rtmpclient.h"

typedef enum {
  RTMP_AUTHMOD_NONE,
  RTMP_AUTHMOD_AUTO,
  RTMP_AUTHMOD_ADOBE,
  RTMP_AUTHMOD_LLNW,
} RtmpAuthmod;

typedef enum {
  RTMP_RECONNECT_NEVER,
  RTMP_RECONNECT_LOST,          /* when it has published or played before */
  RTMP_RECONNECT_ALWAYS,        /* also when it never has */
} RtmpReconnect;

typedef struct {
  /* Where. Never NULL; @location is the text it was made of, NULL when parts
   * of it were set since; @location_error when that text is no URL. */
  RtmpUrl *url;
  gchar *location;
  GError *location_error;

  /* Both. */
  gchar *username;              /* NULL: that of the URL */
  gchar *password;
  gchar *flash_version;         /* NULL: the usual */
  gchar *connect_arguments;     /* NULL: none */
  RtmpAuthmod authmod;
  guint timeout;                /* of each answer, s */
  guint stall_timeout;          /* s */
  guint tls_flags;              /* GTlsCertificateFlags, what is looked at */
  GTlsDatabase *tls_database;   /* whom to trust; NULL: see below */
  gchar *ca_file;               /* the same, of a PEM file; NULL: the system */
  gboolean async_connect;
  RtmpReconnect reconnect;
  guint reconnect_delay;        /* the first, ms */
  guint reconnect_attempts;     /* in a row; 0: no limit */

  /* Of a sink. */
  guint peak_kbps;              /* 0: no limit */
  guint chunk_size;
  guint stop_commands;          /* RtmpStopCommands */
  guint64 max_queue_time;       /* of live input, ns; 0: no limit */
  guint max_queue_bytes;

  /* Of a source. */
  guint idle_timeout;           /* s; 0: none */
  gboolean no_eof_is_error;
} RtmpSettings;

void rtmp_settings_init (RtmpSettings *self);
void rtmp_settings_clear (RtmpSettings *self);
/* @self is not initialised. */
void rtmp_settings_copy (const RtmpSettings *from, RtmpSettings *self);

/* A text that is no URL is kept, as an error for who wants to connect. */
void rtmp_settings_set_location (RtmpSettings *self, const gchar *text);
gchar *rtmp_settings_dup_location (const RtmpSettings *self);
/* A part of the URL has been changed. */
void rtmp_settings_touch (RtmpSettings *self);
/* The port follows when it was the usual one. */
void rtmp_settings_set_secure (RtmpSettings *self, gboolean secure);

/* FALSE and @error (RTMP_ERROR) when nobody could connect like this. @url:
 * where to; a server may have sent us there. What @config points to lives as
 * long as it and @self, but for what clear_config() lets go. */
gboolean rtmp_settings_make_config (const RtmpSettings *self,
    const RtmpUrl *url, gboolean publish, RtmpClientConfig *config,
    RtmpCapabilities *capabilities, GError **error);
void rtmp_settings_clear_config (RtmpClientConfig *config);
/* What may change while @client publishes. */
void rtmp_settings_tune (const RtmpSettings *self, RtmpClient *client);

/* When to connect again, and how often: @unwanted, where the user does not want
 * it. */
LifeBackoff *rtmp_settings_new_backoff (const RtmpSettings *self,
    guint unwanted);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RtmpSettings, rtmp_settings_clear)
