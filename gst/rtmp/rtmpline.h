/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpLine: the way to a server and back: one connection after the other, and
 * at a move two, and what the bus is told of them. Lives in the loop of its
 * call, and is touched only there. */
#pragma once

#include "life/lifelatch.h"
#include "life/lifeloop.h"
#include "rtmpsettings.h"

typedef struct _RtmpLine RtmpLine;

/* Copied, or counted. */
typedef struct {
  GstElement *element;          /* outlives it */
  const RtmpSettings *settings; /* the same; changes in the loop only */
  gboolean publish;
  LifeLoop *loop;
  LifeLatch *latch;             /* of a stop; finished by the goodbye */
} RtmpLineConfig;

/* Called in the loop, without a lock. Each may be NULL. */
typedef struct {
  /* It publishes or plays, on that stream. */
  void (*started) (guint32 stream, gpointer user_data);
  /* Something came; @message is lent. */
  void (*received) (RtmpMessage *message, gpointer user_data);
  /* And was all that came at once. */
  void (*received_all) (gpointer user_data);
  /* The same of the connection that one may go over to. */
  void (*received_early) (RtmpMessage *message, gpointer user_data);
  void (*received_all_early) (gpointer user_data);
  /* Which there is no more: the one that is there goes on. */
  void (*stays) (gpointer user_data);
  /* The server has ended what it plays. */
  void (*stopped) (gpointer user_data);
  /* Somebody has woken it, more can be sent, or one can move. */
  void (*work) (gpointer user_data);
  /* The connection is gone, and another one is tried: started() follows, or
   * over(). */
  void (*lost) (gpointer user_data);
  /* TRUE: @error is no error, but an end in order. */
  gboolean (*forgive) (const GError *error, gpointer user_data);
  /* TRUE: who has the line posts @error, behind what was received before. */
  gboolean (*postpone) (const GError *error, gpointer user_data);
  /* Nothing comes after it. @error was posted, or is; NULL: in order. */
  void (*over) (const GError *error, gpointer user_data);
} RtmpLineFuncs;

/* Any thread, as the next one. */
RtmpLine *rtmp_line_new (const RtmpLineConfig *config,
    const RtmpLineFuncs *funcs, gpointer user_data);
void rtmp_line_free (RtmpLine *self);

void rtmp_line_begin (RtmpLine *self);
/* Says goodbye, and then finishes the latch, which is tripped. */
void rtmp_line_close (RtmpLine *self);
/* Nothing is called after it. */
void rtmp_line_cut (RtmpLine *self);
/* What may change while it publishes has. */
void rtmp_line_tune (RtmpLine *self);
/* work(), unless it is over. */
void rtmp_line_work (RtmpLine *self);
/* The structure "rtmp-stats". */
GstStructure *rtmp_line_make_stats (RtmpLine *self);

/* As those of RtmpClient. */
guint rtmp_line_send (RtmpLine *self, RtmpMessage * const *messages, guint n);
/* Also while it does not publish, so that nobody takes what cannot go. */
gboolean rtmp_line_is_full (RtmpLine *self);
void rtmp_line_set_reading (RtmpLine *self, gboolean reading);
void rtmp_line_set_patient (RtmpLine *self, gboolean patient);
void rtmp_line_pause (RtmpLine *self, gboolean pause, guint32 time);
/* A server has asked to go elsewhere, and one can go over to there
 * at any time; not in received() and received_early(). */
gboolean rtmp_line_can_move (RtmpLine *self);
/* Does: all that was sent goes out where it was sent, with a goodbye. started()
 * has been called when it returns, or is when the other place takes nobody
 * before that. */
void rtmp_line_move (RtmpLine *self);
/* Says goodbye behind all that was sent; over() follows. */
void rtmp_line_finish (RtmpLine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpLine, rtmp_line_free)
