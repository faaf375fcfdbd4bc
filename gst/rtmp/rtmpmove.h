/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMove: the two ends of a move that a server has asked for: the connection
 * to go to, while the other is still in use; and the one that was left, until
 * all is said on it. Lives in the loop of its call. */
#pragma once

#include <gst/gst.h>

#include "rtmp/rtmpclient.h"

typedef struct _RtmpMove RtmpMove;

/* None is called from inside an rtmp_move function. All may take the new
 * connection but received(). */
typedef struct {
  /* One can go over to it. */
  void (*ready) (gpointer user_data);
  /* Something came on it; @message is lent. And was all that came at once. */
  void (*received) (RtmpMessage *message, gpointer user_data);
  void (*received_all) (gpointer user_data);
  /* It asks to go on to another place, as RTMP_EVENT_RECONNECT. */
  void (*sent_on) (RtmpEvent *event, gpointer user_data);
  /* There is none any more. */
  void (*failed) (const GError *error, gpointer user_data);
  /* The one that was left has ended. */
  void (*parted) (gpointer user_data);
} RtmpMoveFuncs;

/* What comes with a connection that is taken. */
typedef struct {
  RtmpClient *client;           /* whose functions are to be set */
  gboolean connected;
  guint32 stream;               /* 0: it does not publish or play yet */
} RtmpMoveEnd;

RtmpMove *rtmp_move_new (GstElement *element, const RtmpMoveFuncs *funcs,
    gpointer user_data);
/* Cuts both. */
void rtmp_move_free (RtmpMove *self);

/* Goes to the URL of @config; what was on its way before is cut. */
void rtmp_move_begin (RtmpMove *self, const RtmpClientConfig *config);
void rtmp_move_cancel (RtmpMove *self);
/* There is a new connection, or soon will be; and it runs. */
gboolean rtmp_move_is_under_way (RtmpMove *self);
gboolean rtmp_move_is_ready (RtmpMove *self);
/* Of the last that was begun. */
const RtmpUrl *rtmp_move_get_url (RtmpMove *self);
void rtmp_move_take (RtmpMove *self, RtmpMoveEnd *end);

/* Takes @client, which was connected to @location: sends what waits in it and
 * says goodbye. One at a time. */
void rtmp_move_part (RtmpMove *self, RtmpClient *client,
    const gchar *location);
gboolean rtmp_move_is_parting (RtmpMove *self);
/* Both are over, at once. */
void rtmp_move_cut (RtmpMove *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpMove, rtmp_move_free)
