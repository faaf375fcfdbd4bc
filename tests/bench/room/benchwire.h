/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchWire: the signalling between the two processes of a benchmark: one
 * message is a member's number, what it is, and a text. */
#pragma once

#include "life/lifeloop.h"

typedef struct _BenchWire BenchWire;

typedef struct {
  guint member;
  gchar what;                   /* 'O'ffer, 'A'nswer, 'C'andidate ... */
  guint mline;
  gchar *text;
} BenchMessage;

typedef void (*BenchWireFunc) (const BenchMessage *message,
    gpointer user_data);

/* Takes @fd; @take is called in @loop. At its end the process exits. */
BenchWire *bench_wire_new (int fd, LifeLoop *loop, BenchWireFunc take,
    gpointer user_data);
/* Any thread. */
void bench_wire_send (BenchWire *self, guint member, gchar what, guint mline,
    const gchar *text);
