/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherExit: see the header. */
#include "publisherexit.h"

#include <string.h>
#include <sysexits.h>

/* sysexits.h ends at 78; a removal is neither an error of ours nor something
 * that a retry would cure. */
#define EXIT_CODE_REMOVED 79

static const struct
{
  PublisherExit exit;
  gint code;
  const gchar *nick;
} exits[] = {
  {PUBLISHER_EXIT_EOS, EX_OK, "eos"},
  {PUBLISHER_EXIT_SIGNAL, EX_OK, "signal"},
  {PUBLISHER_EXIT_USAGE, EX_USAGE, "usage"},
  {PUBLISHER_EXIT_BAD_PIPELINE, EX_DATAERR, "bad-pipeline"},
  {PUBLISHER_EXIT_NO_FILE, EX_NOINPUT, "no-file"},
  {PUBLISHER_EXIT_UNREACHABLE, EX_UNAVAILABLE, "unreachable"},
  {PUBLISHER_EXIT_PIPELINE, EX_SOFTWARE, "pipeline"},
  {PUBLISHER_EXIT_LOST, EX_TEMPFAIL, "lost"},
  {PUBLISHER_EXIT_PROTOCOL, EX_PROTOCOL, "protocol"},
  {PUBLISHER_EXIT_REFUSED, EX_NOPERM, "refused"},
  {PUBLISHER_EXIT_REMOVED, EXIT_CODE_REMOVED, "removed"},
};

static const struct
{
  const gchar *nick;
  PublisherExit exit;
} room_reasons[] = {
  {"url", PUBLISHER_EXIT_USAGE},
  {"credentials", PUBLISHER_EXIT_REFUSED},
  {"unauthorized", PUBLISHER_EXIT_REFUSED},
  {"forbidden", PUBLISHER_EXIT_REFUSED},
  {"not-allowed", PUBLISHER_EXIT_REFUSED},
  {"resolve", PUBLISHER_EXIT_UNREACHABLE},
  {"unreachable", PUBLISHER_EXIT_UNREACHABLE},
  {"tls", PUBLISHER_EXIT_UNREACHABLE},
  {"refused", PUBLISHER_EXIT_UNREACHABLE},
  {"no-such-room", PUBLISHER_EXIT_UNREACHABLE},
  {"join-timeout", PUBLISHER_EXIT_UNREACHABLE},
  {"protocol", PUBLISHER_EXIT_PROTOCOL},
  {"track-refused", PUBLISHER_EXIT_BAD_PIPELINE},
  {"input", PUBLISHER_EXIT_BAD_PIPELINE},
  {"removed", PUBLISHER_EXIT_REMOVED},
  {"room-deleted", PUBLISHER_EXIT_REMOVED},
  {"duplicate-identity", PUBLISHER_EXIT_REMOVED},
  {"server-shutdown", PUBLISHER_EXIT_LOST},
  {"state", PUBLISHER_EXIT_LOST},
  {"lost", PUBLISHER_EXIT_LOST},
  {"media", PUBLISHER_EXIT_LOST},
};

gint
publisher_exit_get_code (PublisherExit self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (exits); i++) {
    if (exits[i].exit == self)
      return exits[i].code;
  }
  g_return_val_if_reached (EX_SOFTWARE);
}

const gchar *
publisher_exit_get_nick (PublisherExit self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (exits); i++) {
    if (exits[i].exit == self)
      return exits[i].nick;
  }
  g_return_val_if_reached ("pipeline");
}

PublisherExit
publisher_exit_from_room_reason (const gchar * nick)
{
  for (gsize i = 0; i < G_N_ELEMENTS (room_reasons); i++) {
    if (g_strcmp0 (room_reasons[i].nick, nick) == 0)
      return room_reasons[i].exit;
  }
  return PUBLISHER_EXIT_PIPELINE;
}

/* What the person who wrote the pipeline can only cure by another pipeline. */
static gboolean
is_pipeline_mistake (const GError * error)
{
  return g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN)
      || g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS)
      || g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION)
      || g_error_matches (error, GST_STREAM_ERROR,
      GST_STREAM_ERROR_CODEC_NOT_FOUND);
}

/* The flow return that a source or demuxer has stopped for; GST_FLOW_ERROR
 * when it does not say. */
static GstFlowReturn
get_flow_return (const GstStructure * details)
{
  gint flow = GST_FLOW_ERROR;
  if (details)
    gst_structure_get_int (details, "flow-return", &flow);
  return flow;
}

PublisherExit
publisher_exit_from_message (GstMessage * message, gchar ** text,
    gchar ** room_reason)
{
  g_autoptr (GError) error = NULL;
  const GstStructure *details = NULL;
  gst_message_parse_error (message, &error, NULL);
  gst_message_parse_error_details (message, &details);
  const gchar *nick =
      details ? gst_structure_get_string (details, "room-reason") : NULL;
  const gchar *source = GST_MESSAGE_SRC (message) ?
      GST_MESSAGE_SRC_NAME (message) : "pipeline";
  GstFlowReturn flow = get_flow_return (details);

  if (room_reason)
    *room_reason = g_strdup (nick);
  if (nick) {
    *text = g_strdup (error->message);
    return publisher_exit_from_room_reason (nick);
  }
  if (flow == GST_FLOW_NOT_NEGOTIATED) {
    *text = g_strdup_printf ("%s: the elements behind it agree on no format",
        source);
    return PUBLISHER_EXIT_BAD_PIPELINE;
  }
  *text = g_strdup_printf ("%s: %s", source, error->message);
  return is_pipeline_mistake (error) ? PUBLISHER_EXIT_BAD_PIPELINE :
      PUBLISHER_EXIT_PIPELINE;
}
