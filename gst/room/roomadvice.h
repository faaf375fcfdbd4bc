/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomAdvice: what an operator can do about input that the room takes, but that
 * subscribers get little from: warnings of the element, naming the pad. Whether
 * to give one, and once only, is for the caller. Any thread. */
#pragma once

#include <gst/gst.h>

void room_advice_reordered (GstBin *bin, GstPad *pad);
void room_advice_no_key_units (GstBin *bin, GstPad *pad);
