/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wishrun.h"

#include "livekit/livekitroomadmin.h"

#include <string.h>

static WishRun *run;            /* for the calls of the media */

/* -- The media --------------------------------------------------------------- */

typedef struct
{
  ServerMediaAnswered answered;
  gpointer user_data;
  GDestroyNotify destroy;
} Call;

static gboolean
on_answer (gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GError) error = NULL;

  if (run->domain != 0)
    error = g_error_new_literal (run->domain, 0, "no");
  if (run->sdp != NULL || run->domain != 0)
    call->answered (run->sdp, error, call->user_data);
  call->destroy (call->user_data);
  g_free (call);
  return G_SOURCE_REMOVE;
}

static void
on_offer (ServerMedia * media, const gchar * room, const gchar * sid,
    const gchar * sdp, const gchar * publisher, ServerMediaAnswered answered,
    gpointer user_data, GDestroyNotify destroy)
{
  Call call = { answered, user_data, destroy };

  run->offers++;
  g_free (run->offer);
  run->offer = g_strdup (sdp);
  g_free (run->sid);
  run->sid = g_strdup (sid);
  g_free (run->publisher);
  run->publisher = g_strdup (publisher);
  g_assert_cmpstr (room, ==, "stage");
  g_assert_true (g_str_has_prefix (sdp, HEAD));
  g_idle_add (on_answer, g_memdup2 (&call, sizeof (call)));
}

static void
on_candidate (ServerMedia * media, const gchar * room, const gchar * sid,
    guint mline, const gchar * candidate)
{
  g_assert_cmpstr (sid, ==, run->sid);
  g_ptr_array_add (run->candidates, g_strdup_printf ("%u %s", mline,
          candidate));
}

/* -- The server -------------------------------------------------------------- */

static void
on_route (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  g_auto (ServerPath) parsed = { 0 };

  server_path_parse (&parsed, path);
  server_wish_handle (run->wish, message, &parsed, query);
}

static void
on_event (const LivekitRoomEvent * event)
{
  if (run->wish != NULL)
    server_wish_hear (run->wish, event);
}

void
wish_run_make (WishRun * self, guint max_resources, guint answer_timeout)
{
  static const ServerResourceMedia calls = { on_offer, on_candidate };
  static const gchar *const servers[] = {
    "<stun:stun.example.net>; rel=\"ice-server\"", NULL
  };
  ServerWishConfig config = {.site = &self->site,.media = &calls,
    .ice_servers = servers,.max_resources = max_resources,
    .answer_timeout = answer_timeout
  };

  g_clear_pointer (&self->wish, server_wish_free);
  self->wish = server_wish_new (&config);
}

void
wish_run_set_access (WishRun * self, gboolean development)
{
  ServerAccessConfig config = { self->web->keys, TRUE, development, FALSE };

  g_clear_pointer (&self->site.access, server_access_free);
  self->site.access = server_access_new (&config);
}

WishRun *
wish_run_new (void)
{
  return wish_run_new_hasty (0);
}

WishRun *
wish_run_new_hasty (guint request_timeout)
{
  WishRun *self = g_new0 (WishRun, 1);

  run = self;
  self->web = web_run_new_hasty (request_timeout);
  self->web->hear = on_event;
  livekit_server_add_route (self->web->server, "/room", on_route, NULL);
  self->site.server = self->web->server;
  self->site.rooms = self->web->rooms;
  self->site.keys = self->web->keys;
  self->sdp = ANSWER;
  self->candidates = g_ptr_array_new_with_free_func (g_free);
  wish_run_set_access (self, TRUE);
  wish_run_make (self, 0, 0);
  return self;
}

void
wish_run_free (WishRun * self)
{
  g_clear_pointer (&self->wish, server_wish_free);
  web_run_free (self->web);
  server_access_free (self->site.access);
  g_ptr_array_unref (self->candidates);
  g_free (self->offer);
  g_free (self->sid);
  g_free (self->publisher);
  g_free (self);
}

/* -- A client ---------------------------------------------------------------- */

WebAnswer *
wish_run_post (WishRun * self, const gchar * path, const gchar * body)
{
  WebRequest request = {.method = "POST",.path = path,
    .type = "application/sdp",.body = body
  };

  return web_run_ask (self->web, &request);
}

void
wish_run_check_post (WishRun * self, const gchar * path, const gchar * body,
    guint status)
{
  g_autoptr (WebAnswer) answer = wish_run_post (self, path, body);

  g_assert_cmpuint (answer->status, ==, status);
}

WebAnswer *
wish_run_patch (WishRun * self, const gchar * location, const gchar * etag,
    const gchar * body)
{
  WebRequest request = {.method = "PATCH",.path = location,
    .headers = {etag != NULL ? "If-Match" : NULL, etag},
    .type = "application/trickle-ice-sdpfrag",.body = body
  };

  return web_run_ask (self->web, &request);
}

void
wish_run_check_patch (WishRun * self, const WebAnswer * resource,
    const gchar * body, guint status)
{
  g_autoptr (WebAnswer) answer = wish_run_patch (self,
      web_answer_get_header (resource, "Location"),
      web_answer_get_header (resource, "ETag"), body);

  g_assert_cmpuint (answer->status, ==, status);
}

void
wish_run_check_method (WishRun * self, const gchar * method,
    const gchar * path, guint status)
{
  WebRequest request = {.method = method,.path = path };
  g_autoptr (WebAnswer) answer = web_run_ask (self->web, &request);

  g_assert_cmpuint (answer->status, ==, status);
}

/* -- Rooms ------------------------------------------------------------------- */

void
wish_run_publish (WishRun * self, const gchar * identity)
{
  g_autofree gchar *sid = web_run_join (self->web, "stage", identity);
  g_autofree gchar *track =
      web_run_publish (self->web, "stage", sid, "video", TRUE);
}

WebAnswer *
wish_run_watch (WishRun * self)
{
  wish_run_publish (self, "ann");
  WebAnswer *answer = wish_run_post (self, WHEP, WATCH);
  g_assert_cmpuint (answer->status, ==, 201);
  return answer;
}

LivekitMemberMessage *
wish_run_find_member (WishRun * self)
{
  LivekitRoom *room = livekit_rooms_find (self->web->rooms, "stage");
  g_autoptr (GPtrArray) list = livekit_room_admin_list (room, NULL);

  for (guint i = 0; i < list->len; i++) {
    const LivekitMemberMessage *member = list->pdata[i];
    if (g_str_equal (member->message.sid, self->sid))
      return g_ptr_array_steal_index (list, i);
  }
  return NULL;
}

void
wish_run_check_gone (WishRun * self)
{
  g_autoptr (LivekitMemberMessage) member = wish_run_find_member (self);

  g_assert_null (member);
  g_assert_cmpuint (server_wish_get_count (self->wish), ==, 0);
}
