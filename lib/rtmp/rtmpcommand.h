/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpCommand: a command one end gives the other, or its answer (RTMP 7.2):
 * a name, a number that its answer repeats, and values. Immutable. */
#pragma once

#include "rtmp/rtmpmessage.h"
#include "rtmp/rtmpvalue.h"

typedef struct {
  RtmpValues *values;
  const gchar *name;            /* lent by the values */
  gdouble transaction;          /* 0: wants no answer */
  guint32 stream;               /* message stream it came on */
} RtmpCommand;

/* Of types 20 and 17. NULL and @error (RTMP_ERROR_PROTOCOL, RTMP_ERROR_LIMIT,
 * RTMP_ERROR_UNSUPPORTED) when it is none. */
RtmpCommand *rtmp_command_parse (const RtmpMessage *message, GError **error);
void rtmp_command_free (RtmpCommand *self);

/* The value behind the number: the command object, or null; NULL when nothing
 * is there. */
const RtmpValue *rtmp_command_get_object (const RtmpCommand *self);
/* The values behind that. */
const RtmpValue *rtmp_command_get_argument (const RtmpCommand *self,
    guint index);

/* -- What a client says ------------------------------------------------- */

/* @name, the number, null, and @text if there is one: createStream,
 * releaseStream, FCPublish, FCUnpublish, FCSubscribe, getStreamLength,
 * closeStream ... */
RtmpMessage *rtmp_command_new_call (guint32 stream, const gchar *name,
    gdouble transaction, const gchar *text);
/* secureTokenResponse; the bytes may be any. */
RtmpMessage *rtmp_command_new_token_answer (GBytes *answer);
/* @kind "live", "record" or "append". */
RtmpMessage *rtmp_command_new_publish (guint32 stream, gdouble transaction,
    const gchar *name, const gchar *kind);
/* RTMP 7.2.2.1. Both in seconds: @start -2 for live or else recorded, -1 for
 * live only; @duration -1 for all. */
RtmpMessage *rtmp_command_new_play (guint32 stream, gdouble transaction,
    const gchar *name, gdouble start, gdouble duration);
RtmpMessage *rtmp_command_new_delete_stream (gdouble transaction,
    guint32 stream);
/* RTMP 7.2.2.9. @time in ms: what was played up to now. */
RtmpMessage *rtmp_command_new_pause (guint32 stream, gboolean pause,
    guint32 time);

/* -- What a server says ------------------------------------------------- */

/* The answer to a createStream: the new one. */
RtmpMessage *rtmp_command_new_stream_result (gdouble transaction,
    guint32 stream);
/* An answer that says nothing but that it was done. */
RtmpMessage *rtmp_command_new_empty_result (gdouble transaction);
/* An answer that it was not; @code may be NULL. */
RtmpMessage *rtmp_command_new_error (gdouble transaction, const gchar *code,
    const gchar *description);
/* onStatus of a stream, or with 0 of the connection. @name is that of the
 * stream, for a person, and may be NULL. */
RtmpMessage *rtmp_command_new_status (guint32 stream, const gchar *level,
    const gchar *code, const gchar *description, const gchar *name);
/* onFCPublish, onFCUnpublish: the old way to say it. */
RtmpMessage *rtmp_command_new_notice (const gchar *name, const gchar *code,
    const gchar *description);
/* Enhanced RTMP: please connect again; @tc_url NULL: to the same. */
RtmpMessage *rtmp_command_new_reconnect (const gchar *tc_url,
    const gchar *description);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpCommand, rtmp_command_free)
