/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitverify.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <string.h>

#define BEARER "Bearer "

G_DEFINE_QUARK (livekit - refusal - quark, livekit_refusal);

static gboolean
refuse (GError ** error, guint status, const gchar * text)
{
  g_set_error_literal (error, LIVEKIT_REFUSAL, status, text);
  return FALSE;
}

static gboolean
is_set (const gchar * text)
{
  return text != NULL && *text != '\0';
}

LivekitToken *
livekit_verify_token (const LivekitKeys * keys, const gchar * authorization,
    const gchar * access_token, gint64 now, GError ** error)
{
  g_return_val_if_fail (keys != NULL, NULL);

  const gchar *jwt = access_token;
  if (authorization != NULL) {
    if (!g_str_has_prefix (authorization, BEARER)) {
      refuse (error, 401,
          "invalid authorization header. Must start with " BEARER);
      return NULL;
    }
    jwt = authorization + strlen (BEARER);
  }
  if (!is_set (jwt)) {
    refuse (error, 401, "no permissions to access the room");
    return NULL;
  }

  g_autoptr (LivekitToken) claimed = livekit_token_parse (jwt, NULL);
  if (claimed == NULL) {
    refuse (error, 401, "invalid authorization token");
    return NULL;
  }
  /* livekit-server repeats the key; it is the sender's text, and nobody else's
   * business. */
  const gchar *secret = claimed->key != NULL
      ? livekit_keys_get_secret (keys, claimed->key) : NULL;
  if (secret == NULL) {
    refuse (error, 401, "invalid API key");
    return NULL;
  }
  g_autoptr (GError) failure = NULL;
  g_autoptr (LivekitToken) token =
      livekit_token_verify (jwt, secret, now, &failure);
  if (token == NULL) {
    g_set_error (error, LIVEKIT_REFUSAL, 401, "invalid token: %s",
        failure->message);
    return NULL;
  }
  return g_steal_pointer (&token);
}

gboolean
livekit_verify_join (const LivekitToken * token, GError ** error)
{
  g_return_val_if_fail (token != NULL, FALSE);

  if (token->grants.room_join != 1)
    return refuse (error, 401, "permissions denied");
  if (!is_set (token->identity))
    return refuse (error, 400, "identity cannot be empty");
  if (strlen (token->identity) > LIVEKIT_MAX_NAME)
    return refuse (error, 400, "participant identity length exceeds limits");
  if (!is_set (token->grants.room))
    return refuse (error, 400, "no room name");
  if (strlen (token->grants.room) > LIVEKIT_MAX_NAME)
    return refuse (error, 400, "room name length exceeds limits");
  if (token->name != NULL && strlen (token->name) > LIVEKIT_MAX_NAME)
    return refuse (error, 400, "participant name length exceeds limits");
  return TRUE;
}

gboolean
livekit_verify_admin (const LivekitToken * token, const gchar * room,
    GError ** error)
{
  g_return_val_if_fail (token != NULL && room != NULL, FALSE);

  if (token->grants.room_admin != 1
      || g_strcmp0 (token->grants.room, room) != 0)
    return refuse (error, 401, "permissions denied");
  return TRUE;
}

gboolean
livekit_verify_create (const LivekitToken * token, GError ** error)
{
  g_return_val_if_fail (token != NULL, FALSE);

  return token->grants.room_create == 1
      || refuse (error, 401, "permissions denied");
}

gboolean
livekit_verify_list (const LivekitToken * token, GError ** error)
{
  g_return_val_if_fail (token != NULL, FALSE);

  return token->grants.room_list == 1
      || refuse (error, 401, "permissions denied");
}
