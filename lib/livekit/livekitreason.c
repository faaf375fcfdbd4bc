/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitReason: the server's numbers and refusals in words. */

#include "livekit/livekitreason.h"

#include "livekit/livekiterror.h"
#include "livekit/livekit.pb-c.h"

#include <string.h>

/* What is shown of a server's text. */
#define LIVEKIT_REASON_MAX_TEXT 160

/* A word of a server's text that is longer than this may be a token: the
 * shortest signed one has 43 characters of signature alone. */
#define LIVEKIT_REASON_MAX_WORD 40

/* What a server answers on a route that it does not have. */
#define LIVEKIT_REASON_NO_ROUTE "404 page not found"

typedef struct
{
  gint reason;
  gint code;
  const gchar *text;
} LivekitReasonText;

static const LivekitReasonText leave_texts[] = {
  {LIVEKIT__DISCONNECT_REASON__UNKNOWN_REASON, LIVEKIT_ERROR_LOST,
      "the server ended the session and gave no reason"},
  {LIVEKIT__DISCONNECT_REASON__CLIENT_INITIATED, LIVEKIT_ERROR_LOST,
      "the server ended the session as if we had asked for it"},
  {LIVEKIT__DISCONNECT_REASON__DUPLICATE_IDENTITY,
        LIVEKIT_ERROR_DUPLICATE_IDENTITY,
      "another participant joined with the same identity: "
        "give each publisher an identity of its own"},
  {LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN,
        LIVEKIT_ERROR_SERVER_SHUTDOWN,
      "the server is shutting down: try again later"},
  {LIVEKIT__DISCONNECT_REASON__PARTICIPANT_REMOVED, LIVEKIT_ERROR_REMOVED,
      "removed from the room by its administrator"},
  {LIVEKIT__DISCONNECT_REASON__ROOM_DELETED, LIVEKIT_ERROR_ROOM_DELETED,
      "the room was deleted"},
  {LIVEKIT__DISCONNECT_REASON__STATE_MISMATCH, LIVEKIT_ERROR_STATE,
      "the server lost the state of this session: join again"},
  {LIVEKIT__DISCONNECT_REASON__JOIN_FAILURE, LIVEKIT_ERROR_MEDIA,
      "no media connection within the server's time limit: "
        "check that UDP, or the server's TCP port, is not blocked"},
  {LIVEKIT__DISCONNECT_REASON__MIGRATION, LIVEKIT_ERROR_LOST,
      "the server moved the room to another node: join again"},
  {LIVEKIT__DISCONNECT_REASON__SIGNAL_CLOSE, LIVEKIT_ERROR_LOST,
      "the server closed the signal connection"},
  {LIVEKIT__DISCONNECT_REASON__ROOM_CLOSED, LIVEKIT_ERROR_ROOM_DELETED,
      "the room was closed"},
  {LIVEKIT__DISCONNECT_REASON__USER_UNAVAILABLE, LIVEKIT_ERROR_REMOVED,
      "removed from the room: the called user is unavailable"},
  {LIVEKIT__DISCONNECT_REASON__USER_REJECTED, LIVEKIT_ERROR_REMOVED,
      "removed from the room: the called user rejected the call"},
  {LIVEKIT__DISCONNECT_REASON__SIP_TRUNK_FAILURE, LIVEKIT_ERROR_REMOVED,
      "removed from the room: the telephone trunk failed"},
  {LIVEKIT__DISCONNECT_REASON__CONNECTION_TIMEOUT, LIVEKIT_ERROR_MEDIA,
      "the server lost the media connection: "
        "check the network and that UDP is not blocked"},
  {LIVEKIT__DISCONNECT_REASON__MEDIA_FAILURE, LIVEKIT_ERROR_MEDIA,
      "the media connection failed at the server"},
  {LIVEKIT__DISCONNECT_REASON__AGENT_ERROR, LIVEKIT_ERROR_REMOVED,
      "removed from the room: its agent failed"},
};

static const LivekitReasonText track_texts[] = {
  {LIVEKIT__REQUEST_RESPONSE__REASON__NOT_FOUND, LIVEKIT_ERROR_TRACK_REFUSED,
      "the server does not know the track that was to be extended"},
  {LIVEKIT__REQUEST_RESPONSE__REASON__NOT_ALLOWED, LIVEKIT_ERROR_NOT_ALLOWED,
      "the token does not permit it: "
        "it needs canPublish, and the track's source in canPublishSources"},
  {LIVEKIT__REQUEST_RESPONSE__REASON__LIMIT_EXCEEDED,
        LIVEKIT_ERROR_TRACK_REFUSED,
      "too many tracks are waiting to be published"},
  {LIVEKIT__REQUEST_RESPONSE__REASON__UNSUPPORTED_TYPE,
        LIVEKIT_ERROR_TRACK_REFUSED,
      "the server takes neither audio nor video of this type"},
  {LIVEKIT__REQUEST_RESPONSE__REASON__UNCLASSIFIED_ERROR,
        LIVEKIT_ERROR_TRACK_REFUSED,
      "the server could not handle the request"},
  {LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_HANDLE,
        LIVEKIT_ERROR_TRACK_REFUSED,
      "the server finds the track's handle invalid"},
  {LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_NAME,
        LIVEKIT_ERROR_TRACK_REFUSED,
      "the server finds the track's name invalid"},
  {LIVEKIT__REQUEST_RESPONSE__REASON__DUPLICATE_HANDLE,
        LIVEKIT_ERROR_TRACK_REFUSED,
      "the track's handle is already in use"},
  {LIVEKIT__REQUEST_RESPONSE__REASON__DUPLICATE_NAME,
        LIVEKIT_ERROR_TRACK_REFUSED,
      "the track's name is already in use: choose another"},
  {LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_REQUEST,
        LIVEKIT_ERROR_TRACK_REFUSED,
      "the server finds the request invalid"},
};

static const LivekitReasonText *
livekit_reason_find (const LivekitReasonText * texts, guint n_texts,
    gint reason)
{
  for (guint i = 0; i < n_texts; i++) {
    if (texts[i].reason == reason)
      return &texts[i];
  }
  return NULL;
}

GError *
livekit_reason_new_leave (gint reason)
{
  const LivekitReasonText *known =
      livekit_reason_find (leave_texts, G_N_ELEMENTS (leave_texts), reason);

  if (known == NULL)
    return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_LOST,
        "the server ended the session with the unknown reason %d", reason);
  return g_error_new_literal (LIVEKIT_ERROR, known->code, known->text);
}

GError *
livekit_reason_new_track (gint reason, const gchar * track)
{
  const LivekitReasonText *known =
      livekit_reason_find (track_texts, G_N_ELEMENTS (track_texts), reason);

  if (known == NULL)
    return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_TRACK_REFUSED,
        "server refused the track \"%s\" with the unknown reason %d", track,
        reason);
  return g_error_new (LIVEKIT_ERROR, known->code,
      "server refused the track \"%s\": %s", track, known->text);
}

static gboolean
livekit_reason_is_word_char (gchar c)
{
  /* What base64url, a JWT and hexadecimal digits are made of. */
  return g_ascii_isalnum (c) || c == '-' || c == '_' || c == '.' || c == '='
      || c == '+' || c == '/';
}

gchar *
livekit_reason_redact (const gchar * body)
{
  if (body == NULL || !g_utf8_validate (body, -1, NULL))
    return NULL;

  g_autoptr (GString) text = g_string_new (NULL);
  const gchar *p = body;
  while (*p != '\0' && *p != '\n' && *p != '\r') {
    gsize word = 0;
    while (livekit_reason_is_word_char (p[word]))
      word++;
    if (word > LIVEKIT_REASON_MAX_WORD) {
      g_string_append (text, "[hidden]");
    } else if (word > 0) {
      g_string_append_len (text, p, word);
    } else {
      word = g_utf8_next_char (p) - p;
      if (g_unichar_isprint (g_utf8_get_char (p)))
        g_string_append_len (text, p, word);
    }
    p += word;
  }
  if (text->len > LIVEKIT_REASON_MAX_TEXT) {
    const gchar *end =
        g_utf8_find_prev_char (text->str, text->str + LIVEKIT_REASON_MAX_TEXT);
    g_string_truncate (text, end - text->str);
    g_string_append (text, "...");
  }
  g_strstrip (text->str);
  return text->str[0] != '\0' ? g_strdup (text->str) : NULL;
}

gboolean
livekit_reason_is_no_route (guint status, const gchar * body)
{
  if (status != 404 || body == NULL)
    return FALSE;

  g_autofree gchar *text = g_strstrip (g_strdup (body));
  return g_str_equal (text, LIVEKIT_REASON_NO_ROUTE);
}

/* What a person can do about a refused token. The server's texts are those of
 * its join handler; an unknown one falls through to the general words. */
static const gchar *
livekit_reason_get_token_words (const gchar * body)
{
  static const struct
  {
    const gchar *prefix;
    const gchar *words;
  } known[] = {
    {"invalid token", "the token is expired, not valid yet, "
          "or signed with another secret"},
    {"invalid authorization token", "the token is not a JWT"},
    {"invalid API key", "the server does not know the token's API key"},
    {"permissions denied", "the token does not permit to join a room"},
    {"no permissions", "the token does not permit to join this room, "
          "or to set metadata or attributes (canUpdateOwnMetadata)"},
  };

  for (guint i = 0; body != NULL && i < G_N_ELEMENTS (known); i++) {
    if (g_str_has_prefix (body, known[i].prefix))
      return known[i].words;
  }
  return "the token was not accepted";
}

static GError *
livekit_reason_new_not_found (const gchar * body, const gchar * text)
{
  if (livekit_reason_is_no_route (404, body) || text == NULL)
    return g_error_new_literal (LIVEKIT_ERROR, LIVEKIT_ERROR_NO_SUCH_ROOM,
        "no room server at this URL (404): check host, port and path");
  return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_NO_SUCH_ROOM,
      "no such room (404): %s", text);
}

GError *
livekit_reason_new_refusal (guint status, const gchar * body)
{
  g_autofree gchar *text = livekit_reason_redact (body);
  const gchar *colon = text != NULL ? ": " : "";
  const gchar *shown = text != NULL ? text : "";

  switch (status) {
    case 401:
      return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_UNAUTHORIZED,
          "server refused the token (401): %s",
          livekit_reason_get_token_words (text));
    case 403:
      return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_FORBIDDEN,
          "server forbids to join (403)%s%s", colon, shown);
    case 404:
      return livekit_reason_new_not_found (body, text);
    case 429:
      return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_REFUSED,
          "server refused the join (429): too many requests, "
          "or a quota is used up%s%s", colon, shown);
    case 500:
      /* A full room is refused so, with "connection closed by media", a text
       * that only the upgrade gets and the validation does not. */
      return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_REFUSED,
          "server refused the join (500): the room is full, "
          "or the server failed%s%s", colon, shown);
    case 503:
      return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_REFUSED,
          "server is overloaded or not ready (503): try again later%s%s",
          colon, shown);
    default:
      break;
  }
  if (status >= 300 && status < 400)
    return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_REFUSED,
        "server redirects elsewhere (%u), where the token must not follow "
        "by itself%s%s", status, colon, shown);
  if (status >= 200 && status < 300)
    return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "not a room server at this URL: it answers with a page (%u)", status);
  return g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_REFUSED,
      "server refused the join (%u)%s%s", status, colon, shown);
}
