/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MediaNoise: what GStreamer 1.22's media stack complains of by itself, in its
 * own threads: no end of a test. All else that is critical is one. */
#pragma once

/* From now on, in this process. After gst_init() or gst_check_init(). */
void media_noise_allow (void);
