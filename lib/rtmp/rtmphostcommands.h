/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpHostCommands: what a client says on one connection, and what it is
 * answered. Its host deals with the connection itself. One thread at a time. */
#pragma once

#include "rtmp/rtmphost.h"

typedef struct _RtmpHostCommands RtmpHostCommands;

/* @queue outlives it; @session until end(). */
RtmpHostCommands *rtmp_host_commands_new (const RtmpHostConfig *config,
    RtmpQueue *queue, RtmpSession *session);
void rtmp_host_commands_free (RtmpHostCommands *self);

/* One message of the client. TRUE when it is media of somebody who publishes,
 * which is then the host's. With @error the connection has to end. */
gboolean rtmp_host_commands_handle (RtmpHostCommands *self,
    RtmpMessage *message, GError **error, gint64 now);

/* A connect has come. */
gboolean rtmp_host_commands_is_connected (const RtmpHostCommands *self);
gboolean rtmp_host_commands_plays (RtmpHostCommands *self, guint32 stream);
gboolean rtmp_host_commands_can_reconnect (const RtmpHostCommands *self);

/* As the functions of RtmpHost. What was said before it was let in is dealt
 * with when it is, hence the error. */
gboolean rtmp_host_commands_accept_connect (RtmpHostCommands *self,
    GError **error, gint64 now);
gboolean rtmp_host_commands_refuse_connect (RtmpHostCommands *self,
    const gchar *code, const gchar *description, gint64 now);
gboolean rtmp_host_commands_accept (RtmpHostCommands *self, guint32 stream,
    gint64 now);
gboolean rtmp_host_commands_refuse (RtmpHostCommands *self, guint32 stream,
    const gchar *code, const gchar *description, gint64 now);
gboolean rtmp_host_commands_end_play (RtmpHostCommands *self, guint32 stream,
    gint64 now);

/* The connection is no more: whoever publishes or plays stops. */
void rtmp_host_commands_end (RtmpHostCommands *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpHostCommands, rtmp_host_commands_free)
