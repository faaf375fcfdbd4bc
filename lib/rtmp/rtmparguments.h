/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpArguments: values as a user writes them, one after the other, to be sent
 * with a connect. librtmp's form: "B:1", "N:1.5", "S:text", "Z:", "O:1" and
 * "O:0" around an object, and in one "NB:name:1" and so on. */
#pragma once

#include "rtmp/rtmpvaluebuilder.h"

/* One of them. FALSE and @error (RTMP_ERROR_URL) for what is none; its text
 * does not say the value, which may be a secret. */
gboolean rtmp_arguments_add (RtmpValueBuilder *builder, const gchar *text,
    GError **error);

/* All; an object that is open is an error. The builder is empty after it. */
RtmpValues *rtmp_arguments_end (RtmpValueBuilder *builder, GError **error);

/* "conn=B:1 conn=S:text", white space between. */
RtmpValues *rtmp_arguments_parse (const gchar *text, GError **error);

/* librtmp's escapes: a backslash and two hexadecimal digits are one byte. NULL
 * for one without digits, and for a NUL. */
gchar *rtmp_arguments_unescape (const gchar *text);
