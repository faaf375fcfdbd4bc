/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerHost: everything is made and freed in the loop; the thread that starts
 * and stops only waits for it. */
#include "serverhost.h"

#include "life/lifelatch.h"
#include "life/lifelock.h"
#include "serveraccess.h"
#include "serveraddresses.h"
#include "serverdebug.h"
#include "serverdescriptors.h"
#include "servertwirp.h"
#include "serverweb.h"

#include <string.h>

#define ADDRESS "127.0.0.1"

/* What is asked of the loop; a key file is read there. */
#define CALL_TIME (5 * G_TIME_SPAN_SECOND)
/* A webrtcbin that is busy with its first key needs most of a second to end. */
#define LEG_TIME (5 * G_TIME_SPAN_SECOND)
/* From the end of all connections on, for what is still to be written. */
#define RECORD_TIME (5 * G_TIME_SPAN_SECOND)
/* The longest of a whole stop beside the grace: for who waits for another. */
#define STOP_TIME (2 * LEG_TIME + RECORD_TIME + 3 * CALL_TIME)

struct _ServerHost
{
  gchar *address;
  GStrv media_addresses;
  gchar *stun;
  gchar *record;
  ServerRecorder *recorder;     /* NULL: nothing is recorded */
  ServerHostConfig config;
  LifeLoop *loop;
  LifeLatch *latch;             /* tripped by stop, finished when it is done */
  gboolean started;
  guint16 port;

  /* The loop's. */
  LivekitKeys *keys;
  LivekitRooms *rooms;
  ServerMedia *media;
  ServerAccess *access;
  LivekitServer *server;
  ServerWeb *web;
  ServerTwirp *twirp;
  ServerSite site;
  GError *failure;              /* of the start */

  LifeLock lock;                /* guards all below */
  LifeCond changed;
  gboolean drained;             /* no client has an open socket */
  gboolean cut;
  ServerHostReport report;
};

ServerHost *
server_host_new (const ServerHostConfig * config, LivekitKeys * keys)
{
  ServerHost *self = g_new0 (ServerHost, 1);

  self->address = g_strdup (config->address != NULL ? config->address
      : ADDRESS);
  self->media_addresses = config->media.addresses != NULL
      ? g_strdupv ((GStrv) config->media.addresses)
      : server_addresses_list (self->address);
  self->stun = g_strdup (config->media.stun);
  self->record = g_strdup (config->record);
  self->config = *config;
  self->config.address = self->address;
  self->config.media.addresses = (const gchar * const *) self->media_addresses;
  self->config.media.stun = self->stun;
  self->config.record = self->record;
  self->keys = keys;
  self->loop = life_loop_new ("room-server");
  self->latch = life_latch_new ();
  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  return self;
}

void
server_host_free (ServerHost * self)
{
  if (self == NULL)
    return;

  g_return_if_fail (!self->started || life_latch_is_tripped (self->latch));
  /* What did not end still has it. */
  if (self->report.stuck > 0 || self->report.unfinished > 0)
    return;
  server_recorder_free (self->recorder);
  livekit_keys_free (self->keys);
  g_clear_error (&self->failure);
  life_loop_unref (self->loop);
  life_latch_unref (self->latch);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_strfreev (self->media_addresses);
  g_free (self->stun);
  g_free (self->record);
  g_free (self->address);
  g_free (self);
}

/* -- The start -------------------------------------------------------------- */

static void
on_event (const LivekitRoomEvent * event, gpointer user_data)
{
  ServerHost *self = user_data;

  if (self->config.heard != NULL)
    self->config.heard (event, self->config.user_data);
  server_media_handle (self->media, event);
  server_web_hear (self->web, event);
}

static void
on_refused (const LivekitRefused * refused, gpointer user_data)
{
  ServerHost *self = user_data;

  if (self->config.refused != NULL)
    self->config.refused (refused, self->config.user_data);
}

static void
on_drained (gpointer user_data)
{
  ServerHost *self = user_data;

  LIFE_LOCK_HOLD (&self->lock);
  self->drained = TRUE;
  life_cond_broadcast (&self->changed);
}

static void
on_pump (gpointer user_data)
{
  ServerHost *self = user_data;

  livekit_server_pump (self->server);
}

static gboolean
is_development (const LivekitKeys * keys)
{
  return g_strcmp0 (livekit_keys_get_secret (keys, SERVER_HOST_KEY),
      SERVER_HOST_SECRET) == 0;
}

static gboolean
check_keys (ServerHost * self, const LivekitKeys * keys, GError ** error)
{
  if (!is_development (keys) || server_addresses_is_loopback (self->address))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
      "everybody knows the development key: at %s others could use it. Give "
      "keys of your own, or listen at a loopback address", self->address);
  return FALSE;
}

static void
make_rooms (ServerHost * self)
{
  LivekitRoomConfig config = {.keys = self->keys,.seed = g_random_int (),
    .clock = g_get_real_time () - g_get_monotonic_time (),
    .remote_unmute = self->config.remote_unmute,
  };
  ServerAccessConfig access = {.keys = self->keys,
    .loopback = server_addresses_is_loopback (self->address),
    .development = is_development (self->keys),
    .open_watch = self->config.open_watch,
  };

  self->rooms = livekit_rooms_new (&config);
  self->media = server_media_new (self->loop, self->rooms,
      &self->config.media, on_pump, self);
  self->access = server_access_new (&access);
}

/* For clients that watch and publish by HTTP: "stun://HOST:PORT" as a link. */
static void
make_web (ServerHost * self)
{
  g_autofree gchar *link = self->stun == NULL ? NULL
      : g_strdup_printf ("<stun:%s>; rel=\"ice-server\"",
      g_str_has_prefix (self->stun, "stun://") ? self->stun +
      strlen ("stun://") : self->stun);
  const gchar *links[] = { link, NULL };
  ServerWishConfig config = {.site = &self->site,.ice_servers = links };

  self->web = server_web_new (&config);
}

static void
begin (gpointer data)
{
  ServerHost *self = data;

  make_rooms (self);
  LivekitServerConfig config = {.rooms = self->rooms,.keys = self->keys,
    .on_event = on_event,.on_drained = on_drained,
    .on_refused = on_refused,.user_data = self,
    .software = SERVER_HOST_SOFTWARE "/" ROOM_SERVER_VERSION,
    .max_sockets = server_descriptors_get_sockets (),
  };
  self->server = livekit_server_new (&config);
  self->site = (ServerSite) {
  .loop = self->loop,.server = self->server,.rooms = self->rooms,.keys =
        self->keys,.media = self->media,.access = self->access,};
  make_web (self);
  self->twirp = server_twirp_new (&self->site);
  if (livekit_server_listen (self->server, self->address, self->config.port,
          &self->failure))
    self->port = livekit_server_get_port (self->server);
}

static gboolean
make_recorder (ServerHost * self, GError ** error)
{
  if (self->record == NULL)
    return TRUE;
  self->recorder = server_recorder_new (self->loop, self->record,
      &self->config.recorded, self->config.user_data, error);
  self->config.media.recorder = self->recorder;
  return self->recorder != NULL;
}

gboolean
server_host_start (ServerHost * self, GError ** error)
{
  g_return_val_if_fail (!self->started, FALSE);

  if (!check_keys (self, self->keys, error) || !make_recorder (self, error)
      || !life_loop_start (self->loop, error))
    return FALSE;
  self->started = TRUE;
  if (!life_loop_call (self->loop, begin, self, NULL, CALL_TIME)) {
    self->report.stuck = 1;
    life_latch_trip (self->latch, 1, NULL);
    life_latch_finish (self->latch);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
        "the server does not start in time");
    return FALSE;
  }
  if (self->failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->failure));
  server_host_stop (self, 0, NULL);
  return FALSE;
}

guint16
server_host_get_port (ServerHost * self)
{
  return self->port;
}

gchar *
server_host_dup_url (ServerHost * self)
{
  gboolean brackets = strchr (self->address, ':') != NULL;

  return g_strdup_printf ("http://%s%s%s:%u", brackets ? "[" : "",
      self->address, brackets ? "]" : "", self->port);
}

gboolean
server_host_has_development_key (ServerHost * self)
{
  return is_development (self->keys);
}

const ServerSite *
server_host_get_site (ServerHost * self)
{
  return &self->site;
}

/* -- Keys ------------------------------------------------------------------- */

/* The keys that it has when it is freed are those of before, or of nobody. */
typedef struct
{
  ServerHost *host;
  LivekitKeys *keys;
} KeysCall;

static void
keys_call_free (gpointer data)
{
  KeysCall *call = data;

  livekit_keys_free (call->keys);
  g_free (call);
}

static void
set_keys (gpointer data)
{
  KeysCall *call = data;

  livekit_keys_swap (call->host->keys, call->keys);
  server_access_set_development (call->host->access,
      is_development (call->host->keys));
}

gboolean
server_host_load_keys (ServerHost * self, const gchar * path, GError ** error)
{
  g_autoptr (LivekitKeys) keys = livekit_keys_new ();

  if (!livekit_keys_load_file (keys, path, error)
      || !check_keys (self, keys, error))
    return FALSE;
  KeysCall *call = g_new0 (KeysCall, 1);
  call->host = self;
  call->keys = g_steal_pointer (&keys);
  if (life_loop_call (self->loop, set_keys, call, keys_call_free, CALL_TIME))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
      "the server is too busy, or stops");
  return FALSE;
}

/* -- The stop --------------------------------------------------------------- */

static void
close_all (gpointer data)
{
  ServerHost *self = data;

  self->report.left = livekit_server_count_clients (self->server);
  if (self->recorder != NULL)
    server_recorder_stop (self->recorder);
  server_web_close (self->web);
  livekit_server_close (self->server);
}

static void
free_all (gpointer data)
{
  ServerHost *self = data;

  self->report.cut = livekit_server_count_clients (self->server);
  self->report.left -= MIN (self->report.left, self->report.cut);
  livekit_server_free (self->server);
  server_web_free (self->web);
  server_twirp_free (self->twirp);
  server_media_free (self->media);
  server_access_free (self->access);
  livekit_rooms_free (self->rooms);
}

static void
wait_drained (ServerHost * self, gint64 end_time)
{
  LIFE_LOCK_HOLD (&self->lock);

  while (!self->drained && !self->cut) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return;
  }
}

static void
stop (ServerHost * self, gint64 grace_us)
{
  gint64 end_time = life_cond_end_time (grace_us);
  LifeRosterReport legs = { 0 };

  if (!life_loop_call (self->loop, close_all, self, NULL, CALL_TIME)) {
    self->report.stuck = 1;
    return;
  }
  /* They have been told to end; who comes now is told at once. */
  life_roster_close (server_media_get_roster (self->media), LEG_TIME, 0, &legs);
  wait_drained (self, end_time);
  if (self->recorder != NULL)
    self->report.unfinished = server_recorder_wait (self->recorder,
        life_cond_end_time (RECORD_TIME));
  self->report.stuck = legs.stuck;
  /* What is stuck may still say something. */
  if (legs.stuck == 0
      && !life_loop_call (self->loop, free_all, self, NULL, CALL_TIME))
    self->report.stuck = 1;
  if (!life_loop_stop (self->loop, CALL_TIME))
    self->report.stuck++;
}

gboolean
server_host_stop (ServerHost * self, gint64 grace_us, ServerHostReport * report)
{
  if (!self->started)
    return TRUE;
  if (life_latch_trip (self->latch, 1, NULL)) {
    stop (self, grace_us);
    life_latch_finish (self->latch);
  } else {
    life_latch_wait (self->latch, life_cond_end_time (grace_us + STOP_TIME));
  }
  if (report != NULL)
    *report = self->report;
  return self->report.cut == 0 && self->report.stuck == 0
      && self->report.unfinished == 0;
}

void
server_host_cut (ServerHost * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  self->cut = TRUE;
  life_cond_broadcast (&self->changed);
}
