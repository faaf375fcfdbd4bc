/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchTape: the tags of an FLV file, played again and again without an end:
 * what the benches move. */
#pragma once

#include "rtmp/rtmpflvtag.h"

typedef struct _BenchTape BenchTape;

/* Ends the program when the file cannot be read. */
BenchTape *bench_tape_new (const gchar *file);
void bench_tape_free (BenchTape *self);

/* The next one, valid until the one after it. Each round begins where the one
 * before has ended; metadata comes in the first alone. */
const RtmpFlvTag *bench_tape_next (BenchTape *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchTape, bench_tape_free)
