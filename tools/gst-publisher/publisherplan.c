/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherPlan: see the header. */
#include "publisherplan.h"

#include <string.h>

#include "publisherdescription.h"
#include "publisherroom.h"

struct _PublisherPlan
{
  PublisherOptions *options;
  GstElement *pipeline;
  GstElement *room;
  gboolean own;                 /* the room came with the pipeline */
  PublisherHost *host;          /* NULL: a server is named */
  const gchar *watch;           /* NULL: not known */
};

static PublisherHost *
new_host (PublisherPlan * self, GError ** error)
{
  PublisherHostConfig config = {.url = self->options->room_server,
    .port = self->options->port
  };
  return publisher_host_new (&config, error);
}

/* Where a room is written in the pipeline none may be needed. */
PublisherPlan *
publisher_plan_new (PublisherOptions * options, gchar ** environ)
{
  PublisherPlan *self = g_new0 (PublisherPlan, 1);
  self->options = options;
  if (publisher_options_want_server (options, environ)
      && !strstr (options->description, "roompublish"))
    self->host = new_host (self, NULL);
  return self;
}

void
publisher_plan_free (PublisherPlan * self)
{
  if (!self)
    return;
  if (self->host && publisher_host_stop (self->host, 0))
    publisher_host_free (self->host);
  g_clear_object (&self->room);
  g_clear_object (&self->pipeline);
  g_free (self);
}

/* The server fills what the options leave open. */
static gboolean
use_host (PublisherPlan * self, GError ** error)
{
  PublisherOptions *options = self->options;

  if (!self->host)
    self->host = new_host (self, error);
  if (!self->host || !publisher_host_wait (self->host, error))
    return FALSE;
  if (self->own)
    publisher_room_read_names (self->room, options);
  publisher_options_use_server (options, publisher_host_get_url (self->host),
      publisher_host_get_key (self->host),
      publisher_host_get_secret (self->host),
      publisher_host_is_own (self->host));
  self->watch = options->url;
  return TRUE;
}

/* A room that came with the pipeline and knows its server is left alone. */
static gboolean
find_server (PublisherPlan * self, gchar ** environ, PublisherExit * reason,
    GError ** error)
{
  if (self->own && publisher_room_has_server (self->room))
    return TRUE;
  *reason = PUBLISHER_EXIT_UNREACHABLE;
  if (publisher_options_want_server (self->options, environ))
    return use_host (self, error);
  *reason = PUBLISHER_EXIT_USAGE;
  if (!self->own && !publisher_options_complete (self->options, environ, error))
    return FALSE;
  if (publisher_options_has_room_server (self->options))
    self->watch = self->options->url;
  return TRUE;
}

gboolean
publisher_plan_make (PublisherPlan * self, GstElement * prepared,
    gchar ** environ, PublisherExit * reason, GError ** error)
{
  *reason = PUBLISHER_EXIT_BAD_PIPELINE;
  self->pipeline =
      publisher_description_parse (self->options->description, error);
  if (!self->pipeline
      || !publisher_room_find (GST_BIN (self->pipeline), &self->room, error))
    return FALSE;
  self->own = self->room != NULL;
  if (!find_server (self, environ, reason, error))
    return FALSE;
  *reason = PUBLISHER_EXIT_BAD_PIPELINE;
  if (!self->room)
    self->room = publisher_room_add (GST_BIN (self->pipeline), prepared, error);
  if (!self->room)
    return FALSE;
  publisher_room_configure (self->room, self->options);
  return TRUE;
}

GstElement *
publisher_plan_get_pipeline (PublisherPlan * self)
{
  return self->pipeline;
}

GstElement *
publisher_plan_get_room (PublisherPlan * self)
{
  return self->room;
}

gboolean
publisher_plan_is_own_room (PublisherPlan * self)
{
  return self->own;
}

PublisherHost *
publisher_plan_get_host (PublisherPlan * self)
{
  return self->host;
}

const gchar *
publisher_plan_get_watch (PublisherPlan * self)
{
  return self->watch;
}
