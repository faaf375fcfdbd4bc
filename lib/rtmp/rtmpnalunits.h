/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpNalUnits: parameter sets as the configuration records of H.264 and H.265
 * list them, each with sixteen bits of length: a GPtrArray of GBytes. */
#pragma once

#include "rtmp/rtmpcursor.h"

#include <glib.h>

GPtrArray *rtmp_nal_units_new (void);

/* Adds @count units to @units; FALSE when there are not so many. */
gboolean rtmp_nal_units_read (GPtrArray *units, guint count,
    RtmpCursor *reader);

/* Appends them to @out, without their count. FALSE when one is too long. */
gboolean rtmp_nal_units_write (const GPtrArray *units, GByteArray *out);
