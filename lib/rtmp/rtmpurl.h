/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpUrl: where a stream is, as a user writes it.
 * rtmp or rtmps, host, application, stream, and librtmp's options behind them:
 * "rtmp://host/app/stream live=1 token=...". It resolves nothing. */
#pragma once

#include "rtmp/rtmpvalue.h"

/* A plain value; NULL where nothing was said. */
typedef struct {
  gboolean secure;              /* rtmps */
  gchar *host;                  /* no brackets around an address */
  guint16 port;
  gchar *application;           /* with its query; may be empty */
  gchar *stream;                /* with its query */
  gchar *user;                  /* before the host, or pubUser= */
  gchar *password;
  /* Options. */
  gchar *tc_url;
  gchar *swf_url;
  gchar *page_url;
  gchar *flash_version;
  gchar *secure_token;          /* token= */
  gchar *subscribe;
  RtmpValues *arguments;        /* conn=, all together */
  gint live;                    /* -1: not said */
  gdouble start;                /* seconds; NaN: not said */
  gdouble stop;
  gint buffer;                  /* milliseconds; -1: not said */
  gint timeout;                 /* seconds; -1: not said */
  gchar **ignored;              /* names of options that do nothing here */
} RtmpUrl;

/* NULL and @error: RTMP_ERROR_URL, or RTMP_ERROR_UNSUPPORTED for a scheme like
 * rtmpe. No error says more of @text than rtmp_url_dup_safe() does.
 *
 * Application and stream as ffmpeg splits them: the first part of the path, or
 * two when there are three, then the rest, with ".flv" cut and "mp4:" set
 * before what ends in ".mp4" or ".f4v". A query belongs to what it stands
 * behind. */
RtmpUrl *rtmp_url_parse (const gchar *text, GError **error);

/* As OBS has it: all of @server's path is the application, and the stream is
 * @key. */
RtmpUrl *rtmp_url_parse_with_key (const gchar *server, const gchar *key,
    GError **error);

RtmpUrl *rtmp_url_copy (const RtmpUrl *self);
void rtmp_url_free (RtmpUrl *self);

/* Where a server sends a client: @tc_url is an application's URL, or a part of
 * one ("//host/app", "/app", "app"). The stream and all else stay as they are.
 * NULL and @error (RTMP_ERROR_URL) for what is none, or would leave TLS. */
RtmpUrl *rtmp_url_resolve (const RtmpUrl *self, const gchar *tc_url,
    GError **error);

/* What a client tells the server it has connected to. */
gchar *rtmp_url_dup_tc_url (const RtmpUrl *self);

/* For people: scheme, host, port, and the application without its query. */
gchar *rtmp_url_dup_public (const RtmpUrl *self);
/* The same of a text that may be no URL at all. */
gchar *rtmp_url_dup_safe (const gchar *text);
/* @text, a server's words, without the secrets of @self in them: the stream,
 * what is in a query, user and password. And in one line of UTF-8; no
 * more than 64 KiB of it. */
gchar *rtmp_url_dup_redacted (const RtmpUrl *self, const gchar *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpUrl, rtmp_url_free)
