/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpStatus: what the other end says has become of something: the object in
 * an onStatus, a _result or an _error (RTMP 7.2), and what a person makes of
 * it. A plain value; strings are lent by the values they come from. */
#pragma once

#include "rtmp/rtmpurl.h"

typedef struct {
  gboolean is_error;            /* the level says so */
  const gchar *code;            /* "NetStream.Play.Start"; never NULL */
  const gchar *description;     /* never NULL */
  const gchar *tc_url;          /* of a ReconnectRequest; may be NULL */
} RtmpStatus;

/* @info may be anything, NULL too: then there is nothing in it. */
void rtmp_status_read (RtmpStatus *self, const RtmpValue *info);

gboolean rtmp_status_is (const RtmpStatus *self, const gchar *code);

/* @text, of whatever length, as a sentence without the secrets of @url, which
 * may be NULL. */
gchar *rtmp_status_dup_words (const gchar *text, const RtmpUrl *url);

/* That @what ("publish") was refused, with the reason in a code (RTMP_ERROR)
 * and in words, without the secrets of @url, which may be NULL. */
GError *rtmp_status_new_error (const RtmpStatus *self, const gchar *what,
    const RtmpUrl *url);
/* That what went on is over. */
GError *rtmp_status_new_end (const RtmpStatus *self, const RtmpUrl *url);
