/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverweb.h"

#include "serverapi.h"
#include "serverfeed.h"
#include "serverhttp.h"
#include "serverpage.h"

/* As livekit-server: clients take it for a route that is missing. "/" is also
 * where all goes that is nobody else's. */
#define NO_ROUTE "404 page not found"

static const gchar *const routes[] = {
  "/", "/api", "/events", "/metrics", "/page", "/room"
};

struct _ServerWeb
{
  ServerPage *page;
  ServerFeed *feed;
  ServerWish *wish;
  ServerApi *api;
};

static void
on_request (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  ServerWeb *self = user_data;
  g_auto (ServerPath) parsed = { 0 };

  server_path_parse (&parsed, path);
  switch (parsed.kind) {
    case SERVER_PATH_LIST:
    case SERVER_PATH_ROOM:
    case SERVER_PATH_ASSET:
      server_page_handle (self->page, message, &parsed);
      break;
    case SERVER_PATH_LIST_EVENTS:
    case SERVER_PATH_ROOM_EVENTS:
      server_feed_handle (self->feed, message, &parsed);
      break;
    case SERVER_PATH_WHEP:
    case SERVER_PATH_WHIP:
    case SERVER_PATH_RESOURCE:
      server_wish_handle (self->wish, message, &parsed, query);
      break;
    case SERVER_PATH_API:
    case SERVER_PATH_METRICS:
      server_api_handle (self->api, message, &parsed);
      break;
    default:
      server_http_answer (message, SOUP_STATUS_NOT_FOUND, NO_ROUTE);
      break;
  }
}

ServerWeb *
server_web_new (const ServerWishConfig * config)
{
  g_return_val_if_fail (config != NULL && config->site != NULL, NULL);

  ServerWeb *self = g_new0 (ServerWeb, 1);
  ServerFeedConfig feed = {.site = config->site };
  self->page = server_page_new ();
  self->feed = server_feed_new (&feed);
  self->wish = server_wish_new (config);
  self->api = server_api_new (config->site);
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    livekit_server_add_route (config->site->server, routes[i], on_request,
        self);
  return self;
}

void
server_web_free (ServerWeb * self)
{
  if (self == NULL)
    return;

  server_api_free (self->api);
  server_wish_free (self->wish);
  server_feed_free (self->feed);
  server_page_free (self->page);
  g_free (self);
}

void
server_web_hear (ServerWeb * self, const LivekitRoomEvent * event)
{
  g_return_if_fail (self != NULL && event != NULL);

  server_wish_hear (self->wish, event);
  server_feed_hear (self->feed, event);
  server_api_hear (self->api, event);
}

void
server_web_close (ServerWeb * self)
{
  g_return_if_fail (self != NULL);

  server_wish_close (self->wish);
  server_feed_close (self->feed);
}

guint
server_web_count_resources (ServerWeb * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return server_wish_get_count (self->wish);
}

guint
server_web_count_listeners (ServerWeb * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return server_feed_get_count (self->feed);
}
