/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpLink: bytes in and out of one open connection, plain or TLS, of either
 * end. Large reads, and one write of many places. It knows no RTMP. Lives on
 * the thread-default GMainContext it was made in; callbacks come there. */
#pragma once

#include <gio/gio.h>

typedef struct _RtmpLink RtmpLink;

typedef struct {
  /* @size bytes have come, at @data, which @owner holds and who wants may
   * keep. */
  void (*received) (GBytes *owner, const guint8 *data, gsize size,
      gpointer user_data);
  /* What is to be sent next, @n places, which stay until advance(). */
  const GOutputVector *(*peek) (guint *n, gpointer user_data);
  /* So much of it was sent. */
  void (*advance) (gsize size, gpointer user_data);
  /* The connection is over, exactly once. @error NULL: the other end has closed
   * it. Nothing is called after it. */
  void (*closed) (const GError *error, gpointer user_data);
} RtmpLinkFuncs;

/* 0: as the system does; a rate that is set can be taken back. */
typedef struct {
  gint64 stall_timeout;         /* sent and not acknowledged by TCP, us */
  guint unsent;                 /* bytes that wait in the system's buffer */
  guint rate;                   /* bytes a second, at most */
} RtmpLinkTuning;

/* @stream is open, and the link's from here on. Reading begins with the loop's
 * next turn. received() and closed() may free the link; they and advance() are
 * called from the loop, peek() and advance() from flush() too. */
RtmpLink *rtmp_link_new (GIOStream *stream, const RtmpLinkFuncs *funcs,
    gpointer user_data);
/* Closes at once; no callback comes after it. */
void rtmp_link_free (RtmpLink *self);

void rtmp_link_tune (RtmpLink *self, const RtmpLinkTuning *tuning);

/* There may be something to send: sends as much of it as goes without
 * waiting, and the rest as soon as it goes. */
void rtmp_link_flush (RtmpLink *self);

/* FALSE: leaves in the system's buffer what comes, until it is full and the
 * other end has to wait. */
void rtmp_link_set_reading (RtmpLink *self, gboolean reading);

/* As the system measures it, us; -1: it does not. */
gint64 rtmp_link_get_round_trip (RtmpLink *self);
/* Bytes that were written and that the other end's system has not confirmed; 0
 * also where nobody can tell. */
gsize rtmp_link_get_pending (RtmpLink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpLink, rtmp_link_free)
