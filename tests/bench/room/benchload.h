/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BenchLoad: a stream as an H.264 encoder of 2 Mbit/s would send it, 30
 * frames a second in packets of 1200 bytes, with key frames when asked. It
 * holds no picture: for those who only carry it. */
#pragma once

#include <gst/gst.h>

typedef struct _BenchLoad BenchLoad;

/* Pushes into a sink pad of @webrtc, which it requests, from start() on. */
BenchLoad *bench_load_new (GstElement *webrtc);
void bench_load_start (BenchLoad *self);
/* The name of its transceiver, which is its track's in the description. */
gchar *bench_load_dup_transceiver (BenchLoad *self);
