/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitJson: a JSON object from someone we need not trust: checked before it
 * is parsed, and read member by member with types. */
#pragma once

#include <json-glib/json-glib.h>

/* NULL and @error (LIVEKIT_ERROR_PROTOCOL, without the text) when @text is not
 * one object, not UTF-8, or nests too deep. Limit @length before. */
JsonObject *livekit_json_parse (const gchar *text, gsize length,
    GError **error);

/* FALSE for a member of another type; absent and null leave @value alone.
 * Strings are borrowed. */
gboolean livekit_json_get_string (JsonObject *object, const gchar *name,
    const gchar **value);
gboolean livekit_json_get_number (JsonObject *object, const gchar *name,
    gint64 *value);
gboolean livekit_json_get_boolean (JsonObject *object, const gchar *name,
    gboolean *value);
gboolean livekit_json_get_object (JsonObject *object, const gchar *name,
    JsonObject **value);
gboolean livekit_json_get_array (JsonObject *object, const gchar *name,
    JsonArray **value);
