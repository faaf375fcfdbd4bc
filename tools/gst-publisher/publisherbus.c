/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherBus: see the header. */
#include "publisherbus.h"

#include <string.h>

#include "life/lifelatch.h"
#include "life/lifelock.h"

struct _PublisherBus
{
  GstElement *pipeline;
  GstBus *bus;
  GSource *source;
  LifeLatch *posters_gone;      /* no thread is in the sync handler any more */
  gboolean buffering;
  PublisherBusFuncs funcs;
  gpointer user_data;
};

static void
tell_error (PublisherBus * self, GstMessage * message)
{
  g_autofree gchar *text = NULL;
  PublisherExit reason = publisher_exit_from_message (message, &text, NULL);
  g_autoptr (GError) error = NULL;
  gst_message_parse_error (message, &error, NULL);
  self->funcs.failed (reason, text, reason == PUBLISHER_EXIT_PIPELINE
      && g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED),
      self->user_data);
}

static void
tell_disconnect (PublisherBus * self, const GstStructure * structure)
{
  const gchar *nick = gst_structure_get_string (structure, "reason");
  const gchar *text = gst_structure_get_string (structure, "text");
  if (g_strcmp0 (nick, "left") != 0)
    self->funcs.failed (publisher_exit_from_room_reason (nick),
        text ? text : nick, FALSE, self->user_data);
}

static GstBusSyncReply
on_sync_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  PublisherBus *self = user_data;

  /* The bus's own lock is what orders this with the start and the end. */
  life_lock_take_over (self);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    tell_error (self, message);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    self->funcs.eos (self->user_data);
  else if (gst_message_has_name (message, "room-disconnected"))
    tell_disconnect (self, gst_message_get_structure (message));
  life_lock_hand_over (self);
  return GST_BUS_PASS;
}

/* While a network source fills its queue, nothing is to play. */
static void
tell_buffering (PublisherBus * self, GstMessage * message)
{
  gint percent;
  GstBufferingMode mode;
  gst_message_parse_buffering (message, &percent);
  gst_message_parse_buffering_stats (message, &mode, NULL, NULL, NULL);

  gboolean buffering = mode != GST_BUFFERING_LIVE && percent < 100;
  if (buffering != self->buffering) {
    self->buffering = buffering;
    self->funcs.buffered (!buffering, self->user_data);
  }
}

static void
tell_text (PublisherBus * self, GstMessage * message)
{
  g_autoptr (GError) error = NULL;
  gboolean warning = GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING;
  if (warning)
    gst_message_parse_warning (message, &error, NULL);
  else
    gst_message_parse_info (message, &error, NULL);
  g_autofree gchar *text = g_strdup_printf ("%s: %s",
      GST_MESSAGE_SRC (message) ? GST_MESSAGE_SRC_NAME (message) : "pipeline",
      error->message);
  self->funcs.text (warning ? PUBLISHER_OUTPUT_WARNING :
      PUBLISHER_OUTPUT_DETAIL, warning ? "warning" : "info", text,
      self->user_data);
}

static void
tell_state (PublisherBus * self, GstMessage * message)
{
  if (GST_MESSAGE_SRC (message) != GST_OBJECT (self->pipeline))
    return;
  GstState state;
  gst_message_parse_state_changed (message, NULL, &state, NULL);
  g_autofree gchar *text = g_strdup_printf ("the pipeline is %s",
      gst_element_state_get_name (state));
  self->funcs.text (PUBLISHER_OUTPUT_DETAIL, "state", text, self->user_data);
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  PublisherBus *self = user_data;
  const GstStructure *structure = gst_message_get_structure (message);

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      if (structure
          && g_str_has_prefix (gst_structure_get_name (structure), "room-"))
        self->funcs.room (structure, self->user_data);
      break;
    case GST_MESSAGE_WARNING:
    case GST_MESSAGE_INFO:
      tell_text (self, message);
      break;
    case GST_MESSAGE_BUFFERING:
      tell_buffering (self, message);
      break;
    case GST_MESSAGE_LATENCY:
      self->funcs.latency (self->user_data);
      break;
    case GST_MESSAGE_CLOCK_LOST:
      self->funcs.clock_lost (self->user_data);
      break;
    case GST_MESSAGE_STATE_CHANGED:
      tell_state (self, message);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* The bus counts who is in its handler: this comes from the last of them. */
static void
on_posters_gone (gpointer user_data)
{
  PublisherBus *self = user_data;
  g_autoptr (LifeLatch) gone = life_latch_ref (self->posters_gone);
  life_latch_trip (gone, 1, NULL);
  life_latch_finish (gone);
}

PublisherBus *
publisher_bus_new (GstElement * pipeline, GMainContext * context,
    const PublisherBusFuncs * funcs, gpointer user_data)
{
  PublisherBus *self = g_new0 (PublisherBus, 1);
  self->pipeline = gst_object_ref (pipeline);
  self->bus = gst_element_get_bus (pipeline);
  self->funcs = *funcs;
  self->user_data = user_data;

  self->posters_gone = life_latch_new ();
  life_lock_hand_over (self);
  gst_bus_set_sync_handler (self->bus, on_sync_message, self, on_posters_gone);
  self->source = gst_bus_create_watch (self->bus);
  g_source_set_static_name (self->source, "publisher-bus");
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_message), self, NULL);
  g_source_attach (self->source, context);
  return self;
}

void
publisher_bus_drain (PublisherBus * self)
{
  GstMessage *message;
  while ((message = gst_bus_pop (self->bus))) {
    on_message (self->bus, message, self);
    gst_message_unref (message);
  }
}

void
publisher_bus_free (PublisherBus * self)
{
  if (!self)
    return;
  g_source_destroy (self->source);
  g_source_unref (self->source);
  gst_bus_set_sync_handler (self->bus, NULL, NULL, NULL);
  while (!life_latch_wait (self->posters_gone, G_MAXINT64));
  life_lock_take_over (self);
  life_latch_unref (self->posters_gone);
  /* A message that nobody pops would keep the pipeline, and that the bus. */
  gst_bus_set_flushing (self->bus, TRUE);
  gst_object_unref (self->bus);
  gst_object_unref (self->pipeline);
  g_free (self);
}
