/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherHost: see the header.
 * Looking, starting and stopping may each take a while: they are done in a
 * thread of its own, one after the other. */
#include "publisherhost.h"

#include "gst-room-server/serverhost.h"
#include "life/lifelatch.h"
#include "life/lifeloop.h"
#include "publisherprobe.h"

/* Watchers may say goodbye for so long. */
#define GRACE_US (G_USEC_PER_SEC / 2)

struct _PublisherHost
{
  LifeLoop *loop;
  LifeLatch *there;             /* finished when it is known what there is */
  guint16 port;
  gint64 look_us;

  /* The loop's until the latch is finished. */
  gchar *url;
  ServerHost *server;           /* NULL: it lives elsewhere */
  GError *error;
  gboolean stopped;             /* all of the server has ended */
};

static PublisherProbeResult
probe (PublisherHost * self, gint64 timeout_us)
{
  PublisherProbeConfig config = {.port = self->port,
    .software = SERVER_HOST_SOFTWARE "/",
    .key = SERVER_HOST_KEY,.secret = SERVER_HOST_SECRET,
  };
  return publisher_probe_run (&config, timeout_us);
}

/* Loopback and the key that everybody knows: both are the default. */
static gboolean
run_server (PublisherHost * self, guint16 port, GError ** error)
{
  ServerHostConfig config = {.port = port };
  LivekitKeys *keys = livekit_keys_new ();

  if (!livekit_keys_load_pairs (keys, SERVER_HOST_KEY ":" SERVER_HOST_SECRET,
          error)) {
    livekit_keys_free (keys);
    return FALSE;
  }
  ServerHost *server = server_host_new (&config, keys);
  if (!server_host_start (server, error)) {
    server_host_free (server);
    return FALSE;
  }
  self->server = server;
  self->url = server_host_dup_url (server);
  return TRUE;
}

/* Two that look at the same moment both find nobody: the one that is second
 * looks again, and waits for the first. What else there is keeps the port. */
static gboolean
find_server (PublisherHost * self)
{
  PublisherProbeResult result = probe (self, self->look_us);

  if (result == PUBLISHER_PROBE_NOBODY) {
    g_autoptr (GError) error = NULL;
    if (run_server (self, self->port, &error))
      return TRUE;
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)) {
      self->error = g_steal_pointer (&error);
      return FALSE;
    }
    result = probe (self, MAX (self->look_us, PUBLISHER_HOST_RACE_US));
  }
  if (result != PUBLISHER_PROBE_OURS)
    return FALSE;
  self->url = g_strdup_printf ("http://127.0.0.1:%u", self->port);
  return TRUE;
}

static void
look (gpointer user_data)
{
  PublisherHost *self = user_data;

  gboolean known = self->url || (self->port != 0 && find_server (self));

  if (!known && !self->error)
    run_server (self, 0, &self->error);
  life_latch_trip (self->there, 1, NULL);
  life_latch_finish (self->there);
}

PublisherHost *
publisher_host_new (const PublisherHostConfig * config, GError ** error)
{
  g_autoptr (LifeLoop) loop = life_loop_new ("publisher-host");
  if (!life_loop_start (loop, error))
    return NULL;

  PublisherHost *self = g_new0 (PublisherHost, 1);
  self->there = life_latch_new ();
  self->url = g_strdup (config->url);
  self->port = config->port;
  self->look_us = config->look_us > 0 ? config->look_us :
      PUBLISHER_HOST_LOOK_US;
  self->loop = g_steal_pointer (&loop);
  life_loop_post (self->loop, look, self, NULL);
  return self;
}

gboolean
publisher_host_wait (PublisherHost * self, GError ** error)
{
  /* Each step of it has its own deadline. */
  while (!life_latch_wait (self->there, G_MAXINT64));
  if (self->url)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->error));
  g_prefix_error (error, "no room server can be run here: ");
  return FALSE;
}

const gchar *
publisher_host_get_url (PublisherHost * self)
{
  return self->url;
}

gboolean
publisher_host_is_own (PublisherHost * self)
{
  return self->server != NULL;
}

const gchar *
publisher_host_get_key (PublisherHost * self)
{
  return SERVER_HOST_KEY;
}

const gchar *
publisher_host_get_secret (PublisherHost * self)
{
  return SERVER_HOST_SECRET;
}

static void
stop (gpointer user_data)
{
  PublisherHost *self = user_data;
  ServerHostReport report = { 0 };

  if (self->server)
    server_host_stop (self->server, GRACE_US, &report);
  self->stopped = report.stuck == 0;
}

gboolean
publisher_host_stop (PublisherHost * self, gint64 timeout_us)
{
  life_loop_post (self->loop, stop, self, NULL);
  return life_loop_stop (self->loop, timeout_us) && self->stopped;
}

void
publisher_host_free (PublisherHost * self)
{
  if (!self)
    return;
  server_host_free (self->server);
  g_clear_error (&self->error);
  g_free (self->url);
  life_latch_unref (self->there);
  life_loop_unref (self->loop);
  g_free (self);
}
