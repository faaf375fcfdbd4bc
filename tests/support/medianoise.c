/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "medianoise.h"

#include <gst/check/gstcheck.h>

typedef struct
{
  const gchar *domain;
  GLogLevelFlags level;
  const gchar *pattern;
} Noise;

static const Noise noise[] = {
  /* An answering webrtcbin, of packets that come before its own answer is in
   * force. */
  {NULL, G_LOG_LEVEL_WARNING, "jitter_buffer_set_retransmission"},
  /* rtpsession's RTCP thread, which lets go of its lock while it walks over the
   * sources, when a track's first packet comes just then. */
  {"GLib", G_LOG_LEVEL_CRITICAL,
      "^g_hash_table_foreach: .* == hash_table->version"},
  /* srtpdec, which forgets to send on what came before the first packet of a
   * pad it has just made. */
  {"GStreamer", G_LOG_LEVEL_WARNING, "<srtpdec[0-9]+:.*Got data flow before "},
};

/* srtpdec again, which names its streams as if it had one sink pad, and says
 * two things more of the name that it has not got: in this order. */
static const Noise unnamed[] = {
  {"GStreamer", G_LOG_LEVEL_CRITICAL,
      "^gst_pad_create_stream_id_internal: .*numsinkpads"},
  {"GStreamer", G_LOG_LEVEL_CRITICAL,
      "^gst_event_new_stream_start: assertion 'stream_id != NULL'"},
  {"GStreamer", G_LOG_LEVEL_CRITICAL,
      "^gst_pad_push_event: assertion 'GST_IS_EVENT \\(event\\)'"},
};

static const gchar *const domains[] = { NULL, "GLib", "GStreamer" };

/* Of the critical message under way in this thread: GstCheck has let it pass
 * and is asked once more whether it is an end. */
static _Thread_local gboolean passed;

static gboolean
matches (const Noise * self, const gchar * domain, GLogLevelFlags level,
    const gchar * message)
{
  return (level & self->level) && g_strcmp0 (domain, self->domain) == 0
      && g_regex_match_simple (self->pattern, message, 0, 0);
}

static gboolean
is_noise (const gchar * domain, GLogLevelFlags level, const gchar * message)
{
  static _Thread_local guint due;
  guint next = matches (&unnamed[0], domain, level, message) ? 0 : due;

  due = 0;
  if (matches (&unnamed[next], domain, level, message)) {
    due = (next + 1) % G_N_ELEMENTS (unnamed);
    return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (noise); i++) {
    if (matches (&noise[i], domain, level, message))
      return TRUE;
  }
  return FALSE;
}

static gboolean
on_message (const gchar * domain, GLogLevelFlags level, const gchar * message,
    gpointer unused)
{
  gboolean found = is_noise (domain, level, message);

  passed = found && (level & G_LOG_LEVEL_CRITICAL);
  return found;
}

/* Without GstCheck's own functions nobody has seen the message yet. */
static gboolean
is_fatal (const gchar * domain, GLogLevelFlags level, const gchar * message,
    gpointer unused)
{
  gboolean seen = passed;

  passed = FALSE;
  return !seen && !is_noise (domain, level, message);
}

void
media_noise_allow (void)
{
  static gsize allowed;

  if (!g_once_init_enter (&allowed))
    return;
  g_test_log_set_fatal_handler (is_fatal, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    gst_check_add_log_filter (domains[i],
        G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING, g_regex_new ("", 0, 0,
            NULL), on_message, NULL, NULL);
  g_once_init_leave (&allowed, 1);
}
