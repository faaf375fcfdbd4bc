/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpAuth: how a server asks for a password and a client shows that it knows
 * it, by connecting again: Adobe's way ("adobe") and Limelight's ("llnw").
 * Nobody has written it down; their servers and ffmpeg agree on it. */
#pragma once

#include <glib.h>

typedef enum {
  RTMP_AUTH_NONE,
  RTMP_AUTH_ADOBE,
  RTMP_AUTH_LLNW,
} RtmpAuthMethod;

typedef enum {
  RTMP_AUTH_NOT_ASKED,          /* the refusal is about something else */
  RTMP_AUTH_NEEDED,             /* a user is to be named */
  RTMP_AUTH_CHALLENGE,          /* and here is what to answer */
  RTMP_AUTH_FAILED,             /* no such user, or not that password */
} RtmpAuthStep;

/* What a refusal asks for; strings are owned, NULL where not said. */
typedef struct {
  RtmpAuthStep step;
  RtmpAuthMethod method;
  gchar *reason;                /* of FAILED: "authfailed", "nosuchuser" */
  gchar *salt;
  gchar *challenge;
  gchar *opaque;
  gchar *nonce;
} RtmpAuthDemand;

/* From the description in the server's _error. */
RtmpAuthDemand *rtmp_auth_demand_parse (const gchar *description);
void rtmp_auth_demand_free (RtmpAuthDemand *self);

/* What is appended to application and tcUrl, from the "?" on. The first names
 * the user. The second answers a CHALLENGE of a method: @random is a number
 * that was not used before, @application is without a query. Secret. */
gchar *rtmp_auth_new_first_query (RtmpAuthMethod method, const gchar *user);
gchar *rtmp_auth_new_answer_query (const RtmpAuthDemand *demand,
    const gchar *user, const gchar *password, const gchar *application,
    guint32 random);

/* "adobe"; NULL for none. */
const gchar *rtmp_auth_method_get_name (RtmpAuthMethod self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpAuthDemand, rtmp_auth_demand_free)
