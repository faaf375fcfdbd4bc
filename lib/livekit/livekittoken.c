/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekittoken.h"

#include "livekit/livekitbase64.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitjson.h"
#include "livekit/livekitlimits.h"

#include <string.h>

/* SHA-256. */
#define SIGNATURE_SIZE 32

/* The parts of a JWS in compact form (RFC 7515, section 7.1). */
typedef struct
{
  JsonObject *header;
  JsonObject *claims;
  gsize signed_length;          /* of header and claims, as text */
  GBytes *signature;
} Parts;

/* Where a grant lives in LivekitGrants, and its name in the token. */
typedef struct
{
  const gchar *name;
  gsize offset;
} Grant;

static const Grant grants[] = {
  {"roomJoin", G_STRUCT_OFFSET (LivekitGrants, room_join)},
  {"roomAdmin", G_STRUCT_OFFSET (LivekitGrants, room_admin)},
  {"roomCreate", G_STRUCT_OFFSET (LivekitGrants, room_create)},
  {"roomList", G_STRUCT_OFFSET (LivekitGrants, room_list)},
  {"canPublish", G_STRUCT_OFFSET (LivekitGrants, can_publish)},
  {"canSubscribe", G_STRUCT_OFFSET (LivekitGrants, can_subscribe)},
  {"canPublishData", G_STRUCT_OFFSET (LivekitGrants, can_publish_data)},
  {"canUpdateOwnMetadata",
      G_STRUCT_OFFSET (LivekitGrants, can_update_own_metadata)},
  {"hidden", G_STRUCT_OFFSET (LivekitGrants, hidden)},
};

static void
parts_clear (Parts * self)
{
  g_clear_pointer (&self->header, json_object_unref);
  g_clear_pointer (&self->claims, json_object_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear);

static gboolean
refuse (GError ** error, LivekitError code, const gchar * what)
{
  g_set_error_literal (error, LIVEKIT_ERROR, code, what);
  return FALSE;
}

static gint *
get_grant (const LivekitGrants * self, const Grant * grant)
{
  return &G_STRUCT_MEMBER (gint, self, grant->offset);
}

LivekitToken *
livekit_token_new (void)
{
  LivekitToken *self = g_new0 (LivekitToken, 1);
  for (guint i = 0; i < G_N_ELEMENTS (grants); i++)
    *get_grant (&self->grants, &grants[i]) = -1;
  return self;
}

void
livekit_token_free (LivekitToken * self)
{
  if (self == NULL)
    return;

  g_free (self->key);
  g_free (self->identity);
  g_free (self->name);
  g_free (self->metadata);
  g_clear_pointer (&self->attributes, g_hash_table_unref);
  g_free (self->grants.room);
  g_strfreev (self->grants.sources);
  g_free (self);
}

/* -- Minting ---------------------------------------------------------------- */

static gboolean
add_string (JsonObject * object, const gchar * name, const gchar * value)
{
  if (value == NULL)
    return TRUE;
  if (!g_utf8_validate (value, -1, NULL))
    return FALSE;
  json_object_set_string_member (object, name, value);
  return TRUE;
}

static gboolean
add_attributes (JsonObject * claims, GHashTable * attributes)
{
  if (attributes == NULL)
    return TRUE;

  JsonObject *object = json_object_new ();
  json_object_set_object_member (claims, "attributes", object);
  GHashTableIter iter;
  gpointer name, value;
  g_hash_table_iter_init (&iter, attributes);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    if (!g_utf8_validate (name, -1, NULL) || !add_string (object, name, value))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_grants (JsonObject * claims, const LivekitGrants * self)
{
  JsonObject *object = json_object_new ();
  json_object_set_object_member (claims, "video", object);

  for (guint i = 0; i < G_N_ELEMENTS (grants); i++) {
    gint value = *get_grant (self, &grants[i]);
    if (value >= 0)
      json_object_set_boolean_member (object, grants[i].name, value != 0);
  }
  if (self->sources != NULL) {
    JsonArray *array = json_array_new ();
    json_object_set_array_member (object, "canPublishSources", array);
    for (guint i = 0; self->sources[i] != NULL; i++) {
      if (!g_utf8_validate (self->sources[i], -1, NULL))
        return FALSE;
      json_array_add_string_element (array, self->sources[i]);
    }
  }
  return add_string (object, "room", self->room);
}

static JsonObject *
build_claims (const LivekitToken * self, gint64 now)
{
  g_autoptr (JsonObject) claims = json_object_new ();
  gboolean good = add_string (claims, "iss", self->key)
      && add_string (claims, "sub", self->identity)
      && add_string (claims, "name", self->name)
      && add_string (claims, "metadata", self->metadata)
      && add_attributes (claims, self->attributes)
      && add_grants (claims, &self->grants);
  if (!good)
    return NULL;

  /* No iat, and nbf only when asked for: a server whose clock is behind ours
   * would refuse the token. */
  if (self->not_before != 0)
    json_object_set_int_member (claims, "nbf", self->not_before);
  json_object_set_int_member (claims, "exp",
      self->expires != 0 ? self->expires : now + LIVEKIT_TOKEN_TTL);
  return g_steal_pointer (&claims);
}

static void
sign (const gchar * text, gsize length, const gchar * secret,
    guint8 signature[SIGNATURE_SIZE])
{
  gsize size = SIGNATURE_SIZE;
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) secret,
      strlen (secret));
  g_hmac_update (hmac, (const guchar *) text, length);
  g_hmac_get_digest (hmac, signature, &size);
  g_hmac_unref (hmac);
}

static gboolean
is_set (const gchar * text)
{
  return text != NULL && *text != '\0';
}

gchar *
livekit_token_mint (const LivekitToken * self, const gchar * secret,
    gint64 now, GError ** error)
{
  const gchar *missing = !is_set (self->key) ? "no API key to make a token with"
      : !is_set (secret) ? "no API secret to make a token with"
      : !is_set (self->identity) ? "no identity to make a token for" : NULL;
  if (missing != NULL) {
    refuse (error, LIVEKIT_ERROR_CREDENTIALS, missing);
    return NULL;
  }
  g_autoptr (JsonObject) claims = build_claims (self, now);
  if (claims == NULL) {
    refuse (error, LIVEKIT_ERROR_CREDENTIALS,
        "cannot make a token: text is not UTF-8");
    return NULL;
  }

  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (),
      claims);
  g_autofree gchar *json = json_to_string (root, FALSE);
  const gchar *header = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  g_autofree gchar *first = livekit_base64_write ((const guint8 *) header,
      strlen (header), FALSE);
  g_autofree gchar *second = livekit_base64_write ((const guint8 *) json,
      strlen (json), FALSE);
  g_autofree gchar *text = g_strconcat (first, ".", second, NULL);
  guint8 signature[SIGNATURE_SIZE];
  sign (text, strlen (text), secret, signature);
  g_autofree gchar *third = livekit_base64_write (signature, sizeof signature,
      FALSE);

  gchar *jwt = g_strconcat (text, ".", third, NULL);
  if (strlen (jwt) > LIVEKIT_MAX_TOKEN) {
    g_clear_pointer (&jwt, g_free);
    refuse (error, LIVEKIT_ERROR_CREDENTIALS,
        "cannot make a token: metadata or attributes are too long");
  }
  return jwt;
}

/* -- Reading ---------------------------------------------------------------- */

static JsonObject *
parse_part (const gchar * text, gsize length)
{
  g_autoptr (GBytes) bytes = livekit_base64_parse (text, length);
  if (bytes == NULL)
    return NULL;
  gsize size;
  const gchar *json = g_bytes_get_data (bytes, &size);
  return livekit_json_parse (json, size, NULL);
}

static gboolean
split (Parts * self, const gchar * jwt, GError ** error)
{
  if (!is_set (jwt))
    return refuse (error, LIVEKIT_ERROR_CREDENTIALS, "no token given");
  if (strlen (jwt) > LIVEKIT_MAX_TOKEN)
    return refuse (error, LIVEKIT_ERROR_CREDENTIALS, "the token is too long");

  const gchar *first = strchr (jwt, '.');
  const gchar *second = first != NULL ? strchr (first + 1, '.') : NULL;
  if (second == NULL || strchr (jwt, '=') != NULL)
    return refuse (error, LIVEKIT_ERROR_CREDENTIALS,
        "the token is not a JWT: it must have three parts of base64url");

  self->header = parse_part (jwt, first - jwt);
  self->claims = parse_part (first + 1, second - first - 1);
  self->signed_length = second - jwt;
  self->signature = livekit_base64_parse (second + 1, strlen (second + 1));
  if (self->header == NULL || self->claims == NULL || self->signature == NULL)
    return refuse (error, LIVEKIT_ERROR_CREDENTIALS,
        "the token is not a JWT: a part of it cannot be read");
  return TRUE;
}

static gboolean
read_string (JsonObject * object, const gchar * name, gchar ** value)
{
  const gchar *text = NULL;
  if (!livekit_json_get_string (object, name, &text))
    return FALSE;
  *value = g_strdup (text);
  return TRUE;
}

static gboolean
read_attributes (LivekitToken * self, JsonObject * claims)
{
  JsonObject *object = NULL;
  if (!livekit_json_get_object (claims, "attributes", &object))
    return FALSE;
  if (object == NULL)
    return TRUE;
  if (json_object_get_size (object) > LIVEKIT_MAX_JSON_MEMBERS)
    return FALSE;

  self->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_free);
  g_autoptr (GList) names = json_object_get_members (object);
  for (GList * item = names; item != NULL; item = item->next) {
    const gchar *value = NULL;
    if (!g_utf8_validate (item->data, -1, NULL)
        || !livekit_json_get_string (object, item->data, &value)
        || value == NULL)
      return FALSE;
    g_hash_table_insert (self->attributes, g_strdup (item->data),
        g_strdup (value));
  }
  return TRUE;
}

static gboolean
read_sources (LivekitGrants * self, JsonObject * video)
{
  JsonArray *array = NULL;
  if (!livekit_json_get_array (video, "canPublishSources", &array))
    return FALSE;
  /* Servers take an empty list for none. */
  guint length = array != NULL ? json_array_get_length (array) : 0;
  if (length == 0)
    return TRUE;
  if (length > LIVEKIT_MAX_JSON_MEMBERS)
    return FALSE;

  g_autoptr (GStrvBuilder) sources = g_strv_builder_new ();
  for (guint i = 0; i < length; i++) {
    JsonNode *node = json_array_get_element (array, i);
    if (!JSON_NODE_HOLDS_VALUE (node)
        || json_node_get_value_type (node) != G_TYPE_STRING
        || !g_utf8_validate (json_node_get_string (node), -1, NULL))
      return FALSE;
    g_strv_builder_add (sources, json_node_get_string (node));
  }
  self->sources = g_strv_builder_end (sources);
  return TRUE;
}

static gboolean
read_grants (LivekitGrants * self, JsonObject * claims)
{
  JsonObject *video = NULL;
  if (!livekit_json_get_object (claims, "video", &video))
    return FALSE;
  if (video == NULL)
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (grants); i++) {
    if (!livekit_json_get_boolean (video, grants[i].name,
            get_grant (self, &grants[i])))
      return FALSE;
  }
  return read_sources (self, video) && read_string (video, "room", &self->room);
}

static LivekitToken *
read_claims (JsonObject * claims, GError ** error)
{
  g_autoptr (LivekitToken) self = livekit_token_new ();
  g_autofree gchar *older = NULL;

  gboolean good = read_string (claims, "iss", &self->key)
      && read_string (claims, "sub", &self->identity)
      && read_string (claims, "jti", &older)
      && read_string (claims, "name", &self->name)
      && read_string (claims, "metadata", &self->metadata)
      && livekit_json_get_number (claims, "nbf", &self->not_before)
      && livekit_json_get_number (claims, "exp", &self->expires)
      && read_attributes (self, claims)
      && read_grants (&self->grants, claims);
  if (!good) {
    refuse (error, LIVEKIT_ERROR_CREDENTIALS,
        "the token holds a claim of the wrong type");
    return NULL;
  }
  /* It is 0 for none: either is long ago. */
  if (self->expires == 0 && json_object_has_member (claims, "exp")
      && !json_object_get_null_member (claims, "exp"))
    self->expires = 1;
  /* Old tokens have the identity there; servers still look for it. */
  if (!is_set (self->identity) && older != NULL) {
    g_free (self->identity);
    self->identity = g_steal_pointer (&older);
  }
  return g_steal_pointer (&self);
}

LivekitToken *
livekit_token_parse (const gchar * jwt, GError ** error)
{
  g_auto (Parts) parts = { 0, };
  if (!split (&parts, jwt, error))
    return NULL;
  return read_claims (parts.claims, error);
}

/* As long for any two arrays of a size, so that its time tells nothing. */
static gboolean
is_equal (const guint8 * a, const guint8 * b, gsize size)
{
  volatile guint8 difference = 0;
  for (gsize i = 0; i < size; i++)
    difference |= a[i] ^ b[i];
  return difference == 0;
}

static gboolean
check_signature (const Parts * parts, const gchar * jwt, const gchar * secret,
    GError ** error)
{
  const gchar *algorithm = NULL;
  /* RFC 7515, section 4.1.11: extensions that must be understood, and are not. */
  if (!livekit_json_get_string (parts->header, "alg", &algorithm)
      || g_strcmp0 (algorithm, "HS256") != 0
      || json_object_has_member (parts->header, "crit"))
    return refuse (error, LIVEKIT_ERROR_UNAUTHORIZED,
        "the token is not signed with HS256");

  guint8 expected[SIGNATURE_SIZE];
  sign (jwt, parts->signed_length, secret, expected);
  gsize size;
  const guint8 *signature = g_bytes_get_data (parts->signature, &size);
  if (size != SIGNATURE_SIZE || !is_equal (signature, expected, size))
    return refuse (error, LIVEKIT_ERROR_UNAUTHORIZED,
        "the token's signature is wrong");
  return TRUE;
}

static gboolean
check_times (const LivekitToken * self, gint64 now, GError ** error)
{
  if (self->expires != 0 && self->expires < now - LIVEKIT_TOKEN_LEEWAY)
    return refuse (error, LIVEKIT_ERROR_UNAUTHORIZED, "the token has expired");
  if (self->not_before > now + LIVEKIT_TOKEN_LEEWAY)
    return refuse (error, LIVEKIT_ERROR_UNAUTHORIZED,
        "the token is not valid yet");
  return TRUE;
}

LivekitToken *
livekit_token_verify (const gchar * jwt, const gchar * secret, gint64 now,
    GError ** error)
{
  g_return_val_if_fail (is_set (secret), NULL);

  g_auto (Parts) parts = { 0, };
  if (!split (&parts, jwt, error)
      || !check_signature (&parts, jwt, secret, error))
    return NULL;
  g_autoptr (LivekitToken) self = read_claims (parts.claims, error);
  if (self == NULL || !check_times (self, now, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
livekit_token_check_publish (const LivekitToken * self, gint64 now,
    GError ** error)
{
  const LivekitGrants *may = &self->grants;

  if (!check_times (self, now, error))
    return FALSE;
  if (!is_set (self->identity))
    return refuse (error, LIVEKIT_ERROR_FORBIDDEN,
        "the token names no identity");
  if (may->room_join != 1)
    return refuse (error, LIVEKIT_ERROR_FORBIDDEN,
        "the token does not allow to join a room (roomJoin)");
  if (!is_set (may->room))
    return refuse (error, LIVEKIT_ERROR_FORBIDDEN, "the token names no room");
  /* A list of sources says more than canPublish, and wins. */
  if (may->can_publish == 0 && may->sources == NULL)
    return refuse (error, LIVEKIT_ERROR_NOT_ALLOWED,
        "the token does not allow to publish (canPublish)");
  return TRUE;
}
