/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitJsonText: whether a text is one JSON object, to the letter of RFC
 * 8259. It makes no tree: it stands in front of a parser that takes more than
 * JSON, recurses without a limit, ends a string at its first NUL, and loses
 * memory on what it refuses. */
#pragma once

#include <glib.h>

/* FALSE and @error (LIVEKIT_ERROR_PROTOCOL, without the text) when @text is
 * not one object, not UTF-8, holds a NUL or half a surrogate pair, nests
 * deeper than LIVEKIT_MAX_JSON_DEPTH, or has more than
 * LIVEKIT_MAX_JSON_VALUES. */
gboolean livekit_json_text_check (const gchar *text, gsize length,
    GError **error);
