/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomChannels: the data channels of a webrtcbin that is about to be stopped.
 * In any thread but those of the connection. */
#pragma once

#include <gst/gst.h>

/* @bin is webrtcbin or has it inside. What comes in for its channels is dropped
 * from now on, and nobody is at work any more on what came before: to be called
 * before the state is changed. */
void room_channels_hush (GstBin *bin);
