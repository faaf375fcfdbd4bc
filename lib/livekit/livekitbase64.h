/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitBase64: base64 with the URL-safe alphabet (RFC 4648, section 5). */
#pragma once

#include <glib.h>

gchar *livekit_base64_write (const guint8 *data, gsize size, gboolean pad);

/* With or without padding. NULL for any foreign character, a wrong length, or
 * bits left over: each value has one spelling. */
GBytes *livekit_base64_parse (const gchar *text, gsize length);
