/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeThreads: the threads of GLib's pools at the end of a program; GStreamer's
 * streaming threads are such. Not threads of one's own, which are joined. */
#pragma once

/* For a program that is about to end, before it takes its pipelines down, from
 * any thread: from now on a thread that has done its work waits for more and
 * does not end. One that has used OpenSSL and ends while the process exits runs
 * into what OpenSSL's exit handler has freed, and crashes. */
void life_threads_keep (void);
