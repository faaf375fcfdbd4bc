/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitSession: how a room is reached, joined and left.
 * What is said in between is the dialogue's. Everything that happens comes in
 * by a function with the time; everything to be done leaves by the queue. A
 * session ends once, through end_session(). */

#include "livekit/livekitsession.h"

#include "livekit/livekitdebug.h"
#include "livekit/livekitdialogue.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitqueue.h"
#include "livekit/livekitreason.h"
#include "livekit/livekitrequest.h"
#include "livekit/livekitroute.h"
#include "livekit/livekitsignal.h"
#include "livekit/livekittoken.h"
#include "livekit/livekiturl.h"
#include "livekit/livekitwelcome.h"

#define DEFAULT_CONNECT_TIMEOUT (10 * G_TIME_SPAN_SECOND)
#define DEFAULT_JOIN_TIMEOUT (5 * G_TIME_SPAN_SECOND)
#define DEFAULT_PING_INTERVAL (2 * G_TIME_SPAN_SECOND)
#define DEFAULT_PING_TIMEOUT (5 * G_TIME_SPAN_SECOND)
#define DEFAULT_LEAVE_TIMEOUT (500 * G_TIME_SPAN_MILLISECOND)

/* How often a server may send us to another before we see a circle. */
#define MAX_REDIRECTS 3

struct _LivekitSession
{
  /* The configuration; url and token change with a redirect and a refresh. */
  gchar *url;
  gchar *token;
  gchar *client_version;
  gchar *metadata;
  GHashTable *attributes;
  gint64 unix_time;
  gint64 connect_timeout;
  gint64 join_timeout;
  gint64 ping_interval;
  gint64 ping_timeout;
  gint64 leave_timeout;

  LivekitSessionState state;
  LivekitQueue queue;
  LivekitDialogue *dialogue;
  gint64 deadline;              /* of the state; -1: none */
  gboolean one_connection;
  guint redirects;
  GError *end_error;            /* while leaving: why */
};

static GHashTable *
copy_attributes (GHashTable * attributes)
{
  if (attributes == NULL || g_hash_table_size (attributes) == 0)
    return NULL;

  GHashTable *copy =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, attributes);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (value));
  return copy;
}

static gint64
or_default (gint64 value, gint64 fallback)
{
  return value > 0 ? value : fallback;
}

LivekitSession *
livekit_session_new (const LivekitSessionConfig * config)
{
  g_return_val_if_fail (config != NULL, NULL);

  LivekitSession *self = g_new0 (LivekitSession, 1);
  self->url = g_strdup (config->url != NULL ? config->url : "");
  self->token = g_strdup (config->token);
  self->client_version = g_strdup (config->client_version != NULL
      ? config->client_version : "");
  self->metadata = g_strdup (config->metadata);
  self->attributes = copy_attributes (config->attributes);
  self->unix_time = config->unix_time;
  self->connect_timeout =
      or_default (config->connect_timeout, DEFAULT_CONNECT_TIMEOUT);
  self->join_timeout = or_default (config->join_timeout, DEFAULT_JOIN_TIMEOUT);
  self->ping_interval =
      or_default (config->ping_interval, DEFAULT_PING_INTERVAL);
  self->ping_timeout = or_default (config->ping_timeout, DEFAULT_PING_TIMEOUT);
  self->leave_timeout =
      or_default (config->leave_timeout, DEFAULT_LEAVE_TIMEOUT);
  self->state = LIVEKIT_SESSION_IDLE;
  self->deadline = -1;
  self->one_connection = TRUE;
  livekit_queue_init (&self->queue);
  self->dialogue = livekit_dialogue_new (&self->queue);
  return self;
}

void
livekit_session_free (LivekitSession * self)
{
  g_return_if_fail (self != NULL);

  livekit_dialogue_free (self->dialogue);
  livekit_queue_clear (&self->queue);
  g_clear_error (&self->end_error);
  g_clear_pointer (&self->attributes, g_hash_table_unref);
  g_free (self->url);
  g_free (self->token);
  g_free (self->client_version);
  g_free (self->metadata);
  g_free (self);
}

LivekitSessionState
livekit_session_get_state (LivekitSession * self)
{
  g_return_val_if_fail (self != NULL, LIVEKIT_SESSION_ENDED);

  return self->state;
}

LivekitEvent *
livekit_session_take (LivekitSession * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return livekit_queue_take (&self->queue);
}

/* The one way out. Takes @error. */
static void
end_session (LivekitSession * self, gboolean hang_up, GError * error)
{
  g_assert (self->state != LIVEKIT_SESSION_ENDED);

  GST_INFO ("%p: ended: %s", self, error != NULL ? error->message : "left");
  self->state = LIVEKIT_SESSION_ENDED;
  self->deadline = -1;
  if (hang_up)
    livekit_queue_push (&self->queue, LIVEKIT_EVENT_HANG_UP);
  livekit_queue_push (&self->queue, LIVEKIT_EVENT_ENDED)->error = error;
}

/* Says leave on the open socket and waits for the server's; then ends with
 * @error, which is taken. */
static void
begin_leave (LivekitSession * self, GError * error, gint64 now)
{
  GError *unsent = NULL;
  GBytes *leave = livekit_request_leave (&unsent);

  livekit_queue_push_send (&self->queue, leave, unsent);
  self->state = LIVEKIT_SESSION_LEAVING;
  self->deadline = now + self->leave_timeout;
  self->end_error = error;
}

gint64
livekit_session_get_deadline (LivekitSession * self)
{
  g_return_val_if_fail (self != NULL, -1);

  if (self->state == LIVEKIT_SESSION_JOINED)
    return livekit_dialogue_get_deadline (self->dialogue);
  return self->deadline;
}

static void
tick_joined (LivekitSession * self, gint64 now)
{
  GError *error = NULL;

  if (livekit_dialogue_tick (self->dialogue, now, &error))
    return;
  /* Nobody is there to hear a goodbye when the connection is lost. */
  if (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_LOST))
    end_session (self, TRUE, error);
  else
    begin_leave (self, error, now);
}

void
livekit_session_tick (LivekitSession * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->state == LIVEKIT_SESSION_JOINED) {
    tick_joined (self, now);
    return;
  }
  if (self->deadline < 0 || now < self->deadline)
    return;
  g_autofree gchar *shown = livekit_url_redact (self->url);
  GError *error = NULL;
  switch (self->state) {
    case LIVEKIT_SESSION_CONNECTING:
      g_set_error (&error, LIVEKIT_ERROR, LIVEKIT_ERROR_UNREACHABLE,
          "%s did not answer within %.1f s", shown,
          self->connect_timeout / (gdouble) G_TIME_SPAN_SECOND);
      end_session (self, TRUE, error);
      break;
    case LIVEKIT_SESSION_JOINING:
      g_set_error (&error, LIVEKIT_ERROR, LIVEKIT_ERROR_JOIN_TIMEOUT,
          "%s took the connection but let nobody join within %.1f s", shown,
          self->join_timeout / (gdouble) G_TIME_SPAN_SECOND);
      begin_leave (self, error, now);
      break;
    case LIVEKIT_SESSION_LEAVING:
      end_session (self, TRUE, g_steal_pointer (&self->end_error));
      break;
    default:
      break;
  }
}

static void
dial (LivekitSession * self, gint64 now)
{
  LivekitRouteInfo info = {
    .client_version = self->client_version,
    .metadata = self->metadata,
    .attributes = self->attributes,
  };
  GError *error = NULL;
  gchar *uri = self->one_connection
      ? livekit_route_one_connection (self->url, &info, &error)
      : livekit_route_two_connections (self->url, &info, &error);

  if (uri == NULL) {
    end_session (self, FALSE, error);
    return;
  }
  g_autofree gchar *shown = livekit_url_redact (self->url);
  GST_INFO ("%p: dialling %s, %s", self, shown,
      self->one_connection ? "one connection" : "two connections");
  self->state = LIVEKIT_SESSION_CONNECTING;
  self->deadline = now + self->connect_timeout;
  LivekitEvent *event = livekit_queue_push (&self->queue, LIVEKIT_EVENT_DIAL);
  event->uri = uri;
  event->token = g_strdup (self->token);
}

/* Only what is certain: the server decides about the rest. */
static gboolean
check_token (LivekitSession * self, GError ** error)
{
  if (self->token == NULL || self->token[0] == '\0') {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_CREDENTIALS,
        "no access token given");
    return FALSE;
  }
  g_autoptr (LivekitToken) token = livekit_token_parse (self->token, error);
  if (token == NULL)
    return FALSE;
  /* Without a clock any time in the token's life will do. */
  gint64 now = self->unix_time != 0 ? self->unix_time : token->not_before;
  return livekit_token_check_publish (token, now, error);
}

void
livekit_session_start (LivekitSession * self, gint64 now)
{
  g_return_if_fail (self != NULL && self->state == LIVEKIT_SESSION_IDLE);

  GError *error = NULL;
  if (check_token (self, &error))
    dial (self, now);
  else
    end_session (self, FALSE, error);
}

void
livekit_session_opened (LivekitSession * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->state != LIVEKIT_SESSION_CONNECTING)
    return;
  self->state = LIVEKIT_SESSION_JOINING;
  self->deadline = now + self->join_timeout;
}

void
livekit_session_refused (LivekitSession * self, guint status,
    const gchar * body, const GError * error, gint64 now)
{
  g_return_if_fail (self != NULL && (status != 0 || error != NULL));

  if (self->state != LIVEKIT_SESSION_CONNECTING)
    return;
  if (status == 0) {
    end_session (self, FALSE, g_error_copy (error));
  } else if (self->one_connection && livekit_reason_is_no_route (status, body)) {
    /* Older than the route of the join request. */
    self->one_connection = FALSE;
    dial (self, now);
  } else {
    end_session (self, FALSE, livekit_reason_new_refusal (status, body));
  }
}

static void
follow_redirect (LivekitSession * self, const gchar * url, gint64 now)
{
  GError *error = NULL;

  if (self->redirects == MAX_REDIRECTS)
    g_set_error_literal (&error, LIVEKIT_ERROR, LIVEKIT_ERROR_REFUSED,
        "the servers send us from one to the next without end");
  if (error != NULL || !livekit_route_check_redirect (self->url, url, &error)) {
    begin_leave (self, error, now);
    return;
  }
  self->redirects++;
  g_free (self->url);
  self->url = g_strdup (url);
  livekit_queue_push (&self->queue, LIVEKIT_EVENT_HANG_UP);
  dial (self, now);
}

static void
handle_join (LivekitSession * self, const Livekit__JoinResponse * join,
    gint64 now)
{
  if (join->alternative_url[0] != '\0') {
    follow_redirect (self, join->alternative_url, now);
    return;
  }
  LivekitJoined *joined = livekit_welcome_read (join, self->one_connection);
  GST_INFO ("%p: joined room \"%s\" as \"%s\", server %s", self, joined->room,
      joined->identity, joined->server_version);
  self->state = LIVEKIT_SESSION_JOINED;
  self->deadline = -1;
  livekit_queue_push (&self->queue, LIVEKIT_EVENT_JOINED)->joined = joined;

  if (!self->one_connection
      && (self->metadata != NULL || self->attributes != NULL)) {
    GError *error = NULL;
    GBytes *bytes = livekit_request_metadata (self->metadata, self->attributes,
        &error);
    livekit_queue_push_send (&self->queue, bytes, error);
  }
  gint64 interval = self->ping_interval;
  if (join->ping_interval > 0)
    interval = MIN (interval, join->ping_interval * G_TIME_SPAN_SECOND);
  livekit_dialogue_begin (self->dialogue, joined, interval, self->ping_timeout,
      now);
}

/* An action other than DISCONNECT asks for a resume or a new join. Neither is
 * done here: the reason says why this session is over. */
static void
handle_leave (LivekitSession * self, const Livekit__LeaveRequest * leave)
{
  if (self->state == LIVEKIT_SESSION_LEAVING)
    end_session (self, TRUE, g_steal_pointer (&self->end_error));
  else
    end_session (self, TRUE, livekit_reason_new_leave (leave->reason));
}

static void
take_token (LivekitSession * self, const gchar * token)
{
  if (token[0] == '\0')
    return;
  GST_DEBUG ("%p: token refreshed", self);
  g_free (self->token);
  self->token = g_strdup (token);
}

static void
handle_moved (LivekitSession * self, const Livekit__RoomMovedResponse * moved)
{
  take_token (self, moved->token);
  if (moved->participant != NULL)
    livekit_dialogue_set_participant (self->dialogue, moved->participant->sid);
}

static void
handle_message (LivekitSession * self, const Livekit__SignalResponse * message,
    gint64 now)
{
  switch (message->message_case) {
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE:
      handle_leave (self, message->leave);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REFRESH_TOKEN:
      take_token (self, message->refresh_token);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN:
      if (self->state == LIVEKIT_SESSION_JOINING)
        handle_join (self, message->join, now);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ROOM_MOVED:
      handle_moved (self, message->room_moved);
      break;
    default:
      /* Nothing but the above means anything before the join, and nothing
       * after our leave. */
      if (self->state == LIVEKIT_SESSION_JOINED)
        livekit_dialogue_handle (self->dialogue, message, now);
      break;
  }
}

void
livekit_session_feed (LivekitSession * self, GBytes * message, gint64 now)
{
  g_return_if_fail (self != NULL && message != NULL);

  if (self->state != LIVEKIT_SESSION_JOINING
      && self->state != LIVEKIT_SESSION_JOINED
      && self->state != LIVEKIT_SESSION_LEAVING)
    return;
  GError *error = NULL;
  g_autoptr (Livekit__SignalResponse) parsed =
      livekit_signal_parse_response (message, &error);
  livekit_dialogue_heard (self->dialogue, now);
  if (parsed != NULL)
    handle_message (self, parsed, now);
  else if (self->state != LIVEKIT_SESSION_LEAVING)
    begin_leave (self, error, now);
  else
    g_error_free (error);
}

void
livekit_session_closed (LivekitSession * self, const GError * error, gint64 now)
{
  g_return_if_fail (self != NULL);

  GError *why = NULL;
  switch (self->state) {
    case LIVEKIT_SESSION_LEAVING:
      end_session (self, FALSE, g_steal_pointer (&self->end_error));
      break;
    case LIVEKIT_SESSION_JOINING:
    case LIVEKIT_SESSION_JOINED:
      if (error != NULL)
        why = g_error_copy (error);
      else
        g_set_error_literal (&why, LIVEKIT_ERROR, LIVEKIT_ERROR_LOST,
            self->state == LIVEKIT_SESSION_JOINED
            ? "the server closed the connection without a reason"
            : "the server closed the connection before anybody joined");
      end_session (self, FALSE, why);
      break;
    default:
      break;
  }
}

void
livekit_session_add_track (LivekitSession * self,
    const LivekitTrackRequest * request, gint64 now)
{
  g_return_if_fail (self != NULL && request != NULL);

  if (self->state < LIVEKIT_SESSION_LEAVING)
    livekit_dialogue_add_track (self->dialogue, request, now);
}

void
livekit_session_forget_track (LivekitSession * self, const gchar * cid)
{
  g_return_if_fail (self != NULL && cid != NULL);

  livekit_dialogue_forget_track (self->dialogue, cid);
}

gboolean
livekit_session_can_offer (LivekitSession * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->state == LIVEKIT_SESSION_JOINED
      && livekit_dialogue_can_offer (self->dialogue);
}

guint
livekit_session_offer (LivekitSession * self, const gchar * sdp, gint64 now)
{
  g_return_val_if_fail (self != NULL && sdp != NULL, 0);
  g_return_val_if_fail (livekit_session_can_offer (self), 0);

  return livekit_dialogue_offer (self->dialogue, sdp, now);
}

void
livekit_session_answer (LivekitSession * self, guint id, const gchar * sdp)
{
  g_return_if_fail (self != NULL && sdp != NULL);

  if (self->state == LIVEKIT_SESSION_JOINED)
    livekit_dialogue_answer (self->dialogue, id, sdp);
}

void
livekit_session_trickle (LivekitSession * self, LivekitTarget target,
    guint mline, const gchar * candidate)
{
  g_return_if_fail (self != NULL && candidate != NULL);

  if (self->state < LIVEKIT_SESSION_LEAVING)
    livekit_dialogue_trickle (self->dialogue, target, mline, candidate);
}

void
livekit_session_set_muted (LivekitSession * self, const gchar * sid,
    gboolean muted)
{
  g_return_if_fail (self != NULL && sid != NULL);

  if (self->state == LIVEKIT_SESSION_JOINED)
    livekit_dialogue_set_muted (self->dialogue, sid, muted);
}

void
livekit_session_set_video_size (LivekitSession * self, const gchar * sid,
    guint width, guint height)
{
  g_return_if_fail (self != NULL && sid != NULL);

  if (self->state == LIVEKIT_SESSION_JOINED)
    livekit_dialogue_set_video_size (self->dialogue, sid, width, height);
}

void
livekit_session_set_allowed (LivekitSession * self,
    const gchar * const *identities)
{
  g_return_if_fail (self != NULL);

  if (self->state < LIVEKIT_SESSION_LEAVING)
    livekit_dialogue_set_allowed (self->dialogue, identities);
}

void
livekit_session_leave (LivekitSession * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  switch (self->state) {
    case LIVEKIT_SESSION_IDLE:
      end_session (self, FALSE, NULL);
      break;
    case LIVEKIT_SESSION_CONNECTING:
      end_session (self, TRUE, NULL);
      break;
    case LIVEKIT_SESSION_JOINING:
    case LIVEKIT_SESSION_JOINED:
      begin_leave (self, NULL, now);
      break;
    case LIVEKIT_SESSION_LEAVING:
    case LIVEKIT_SESSION_ENDED:
      break;
  }
}

const gchar *
livekit_session_get_token (LivekitSession * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->token;
}
