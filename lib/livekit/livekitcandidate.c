/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitcandidate.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitjson.h"
#include "livekit/livekitlimits.h"

#include <string.h>

gchar *
livekit_candidate_write (const gchar * candidate, guint mline)
{
  /* Servers look at the index; any text does for the mid. */
  g_autofree gchar *mid = g_strdup_printf ("%u", mline);
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "candidate", candidate);
  json_object_set_string_member (object, "sdpMid", mid);
  json_object_set_int_member (object, "sdpMLineIndex", mline);

  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (),
      object);
  json_object_unref (object);
  return json_to_string (root, FALSE);
}

gchar *
livekit_candidate_parse (const gchar * json, guint * mline, GError ** error)
{
  gsize length = strlen (json);
  if (length > LIVEKIT_MAX_CANDIDATE) {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "ICE candidate is too long");
    return NULL;
  }
  g_autoptr (JsonObject) object = livekit_json_parse (json, length, error);
  if (object == NULL) {
    g_prefix_error (error, "bad ICE candidate: ");
    return NULL;
  }

  const gchar *candidate = NULL;
  gint64 index = 0;
  if (!livekit_json_get_string (object, "candidate", &candidate)
      || !livekit_json_get_number (object, "sdpMLineIndex", &index)
      || candidate == NULL || index < 0 || index > LIVEKIT_MAX_MLINE) {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "bad ICE candidate: no candidate, or a bad m-line");
    return NULL;
  }
  /* One line of an SDP: a break would add others. */
  if (strpbrk (candidate, "\r\n") != NULL) {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "bad ICE candidate: more than one line");
    return NULL;
  }
  *mline = index;
  return g_strdup (candidate);
}
