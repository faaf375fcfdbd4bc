/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpConnect: the first command of a client, what it is and wants, and the
 * server's answer (RTMP 7.2.1.1, Enhanced RTMP v2). */
#pragma once

#include "rtmp/rtmpcapabilities.h"
#include "rtmp/rtmpcommand.h"

/* NULL where nothing was said. */
typedef struct {
  gchar *application;           /* with its query */
  gchar *tc_url;
  gchar *flash_version;
  gchar *swf_url;
  gchar *page_url;
  gboolean plays;               /* says what it can decode */
  guint object_encoding;        /* 0 or 3: AMF3 */
  RtmpCapabilities capabilities;
  RtmpValues *arguments;        /* behind the object */
} RtmpConnect;

RtmpConnect *rtmp_connect_new (void);
void rtmp_connect_free (RtmpConnect *self);

/* NULL and @error (RTMP_ERROR_PROTOCOL) when it names no application. */
RtmpConnect *rtmp_connect_parse (const RtmpCommand *command, GError **error);
RtmpMessage *rtmp_connect_write (const RtmpConnect *self,
    gdouble transaction);

/* The answer that lets a client in; the other is rtmp_command_new_error(). */
RtmpMessage *rtmp_connect_new_success (gdouble transaction,
    guint object_encoding, const RtmpCapabilities *capabilities);
/* What the server can do, in its answer. */
void rtmp_connect_read_success (const RtmpCommand *command,
    RtmpCapabilities *capabilities);
/* What a server that asks for a secure token in its answer is to be told. NULL
 * when it does not ask, in no way that is known, or @token is NULL. */
RtmpMessage *rtmp_connect_new_token_answer (const RtmpCommand *command,
    const gchar *token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpConnect, rtmp_connect_free)
