/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpauth.h"

#include <string.h>

const gchar *
rtmp_auth_method_get_name (RtmpAuthMethod self)
{
  switch (self) {
    case RTMP_AUTH_ADOBE:
      return "adobe";
    case RTMP_AUTH_LLNW:
      return "llnw";
    case RTMP_AUTH_NONE:
      break;
  }
  return NULL;
}

void
rtmp_auth_demand_free (RtmpAuthDemand * self)
{
  if (self == NULL)
    return;

  g_free (self->reason);
  g_free (self->salt);
  g_free (self->challenge);
  g_free (self->opaque);
  g_free (self->nonce);
  g_free (self);
}

static void
set (gchar ** field, const gchar * value)
{
  g_free (*field);
  *field = *value != '\0' ? g_strdup (value) : NULL;
}

/* "reason=needauth&user=U&salt=S&challenge=C&opaque=O" */
static void
parse_query (RtmpAuthDemand * self, const gchar * query)
{
  const struct
  {
    const gchar *name;
    gchar **field;
  } fields[] = {
    {"reason", &self->reason},
    {"salt", &self->salt},
    {"challenge", &self->challenge},
    {"opaque", &self->opaque},
    {"nonce", &self->nonce},
  };
  g_auto (GStrv) pairs = g_strsplit (query, "&", -1);

  for (gchar ** pair = pairs; *pair != NULL; pair++) {
    /* A value in base64 has "=" in it too. */
    gchar *value = strchr (*pair, '=');
    if (value == NULL)
      continue;
    *value++ = '\0';
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
      if (g_str_equal (*pair, fields[i].name))
        set (fields[i].field, g_strchomp (value));
    }
  }
}

/* Known ones are "[ AccessManager.Reject ] : [ code=403 need auth;
 * authmod=adobe ] : " and "[ AccessManager.Reject ] : [ authmod=adobe ] :
 * ?reason=needauth&user=...". */
RtmpAuthDemand *
rtmp_auth_demand_parse (const gchar * description)
{
  g_return_val_if_fail (description != NULL, NULL);

  RtmpAuthDemand *self = g_new0 (RtmpAuthDemand, 1);
  if (strstr (description, "authmod=adobe") != NULL)
    self->method = RTMP_AUTH_ADOBE;
  else if (strstr (description, "authmod=llnw") != NULL)
    self->method = RTMP_AUTH_LLNW;
  else
    return self;

  const gchar *query = strchr (description, '?');
  if (query != NULL)
    parse_query (self, query + 1);
  if (self->reason == NULL)
    self->step = RTMP_AUTH_NEEDED;
  else if (g_str_equal (self->reason, "needauth"))
    self->step = RTMP_AUTH_CHALLENGE;
  else
    self->step = RTMP_AUTH_FAILED;
  return self;
}

/* What would end the name in a query; the rest is sent as it is. */
static gchar *
escape_user (const gchar * user)
{
  return g_uri_escape_string (user, "!*'();:@+$,/[]", TRUE);
}

gchar *
rtmp_auth_new_first_query (RtmpAuthMethod method, const gchar * user)
{
  g_return_val_if_fail (method != RTMP_AUTH_NONE && user != NULL, NULL);

  g_autofree gchar *escaped = escape_user (user);
  return g_strdup_printf ("?authmod=%s&user=%s",
      rtmp_auth_method_get_name (method), escaped);
}

static gchar *
new_base64_md5 (const gchar * one, const gchar * two, const gchar * three)
{
  guint8 digest[16];
  gsize size = sizeof digest;
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_MD5);

  g_checksum_update (checksum, (const guchar *) one, -1);
  g_checksum_update (checksum, (const guchar *) two, -1);
  g_checksum_update (checksum, (const guchar *) three, -1);
  g_checksum_get_digest (checksum, digest, &size);
  g_checksum_free (checksum);
  return g_base64_encode (digest, size);
}

static gchar *
new_adobe_answer (const RtmpAuthDemand * demand, const gchar * user,
    const gchar * password, guint32 random)
{
  const gchar *salt = demand->salt != NULL ? demand->salt : "";
  const gchar *theirs = demand->opaque != NULL ? demand->opaque
      : demand->challenge != NULL ? demand->challenge : "";
  g_autofree gchar *ours = g_strdup_printf ("%08x", random);
  g_autofree gchar *secret = new_base64_md5 (user, salt, password);
  g_autofree gchar *response = new_base64_md5 (secret, theirs, ours);
  g_autofree gchar *first = rtmp_auth_new_first_query (RTMP_AUTH_ADOBE, user);

  return g_strconcat (first, "&challenge=", ours, "&response=", response,
      demand->opaque != NULL ? "&opaque=" : NULL, demand->opaque, NULL);
}

static gchar *
new_hex_md5 (const gchar * text)
{
  return g_compute_checksum_for_string (G_CHECKSUM_MD5, text, -1);
}

static gchar *
new_llnw_answer (const RtmpAuthDemand * demand, const gchar * user,
    const gchar * password, const gchar * application, guint32 random)
{
  const gchar *nonce = demand->nonce != NULL ? demand->nonce : "";
  const gchar *instance = strchr (application, '/') == NULL ? "/_definst_" : "";
  g_autofree gchar *ours = g_strdup_printf ("%08x", random);
  g_autofree gchar *who = g_strconcat (user, ":live:", password, NULL);
  g_autofree gchar *what = g_strconcat ("publish:/", application, instance,
      NULL);
  g_autofree gchar *who_hash = new_hex_md5 (who);
  g_autofree gchar *what_hash = new_hex_md5 (what);
  g_autofree gchar *all = g_strconcat (who_hash, ":", nonce, ":00000001:",
      ours, ":auth:", what_hash, NULL);
  g_autofree gchar *response = new_hex_md5 (all);
  g_autofree gchar *first = rtmp_auth_new_first_query (RTMP_AUTH_LLNW, user);

  return g_strconcat (first, "&nonce=", nonce, "&cnonce=", ours,
      "&nc=00000001&response=", response, NULL);
}

gchar *
rtmp_auth_new_answer_query (const RtmpAuthDemand * demand, const gchar * user,
    const gchar * password, const gchar * application, guint32 random)
{
  g_return_val_if_fail (demand != NULL && demand->method != RTMP_AUTH_NONE,
      NULL);
  g_return_val_if_fail (user != NULL && password != NULL
      && application != NULL, NULL);

  if (demand->method == RTMP_AUTH_ADOBE)
    return new_adobe_answer (demand, user, password, random);
  return new_llnw_answer (demand, user, password, application, random);
}
