/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpUrlOptions: what librtmp takes behind a URL: " key=value key=value".
 * Names are compared without case. A value has no space in it: \20 is one. */
#pragma once

#include "rtmp/rtmpurl.h"

/* Sets in @url what @text says; what it does not know goes to its list of the
 * ignored. FALSE and @error (RTMP_ERROR_URL), which has no value in its text,
 * for a value that cannot be. */
gboolean rtmp_url_options_apply (RtmpUrl *url, const gchar *text,
    GError **error);
