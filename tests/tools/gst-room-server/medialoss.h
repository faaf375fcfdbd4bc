/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MediaLoss: a network that loses one packet in twenty. For tests. */
#pragma once

#include <gst/gst.h>

/* Of the media that goes out of @bin through webrtcbin, from now on. */
void media_loss_begin (GstBin *bin);
