/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRefusals: tells whoever runs a server of those who were not let in,
 * few at a time: anybody can be refused as often as he likes. It refuses
 * nobody. A plain value, zero but for its config; one thread. */
#pragma once

#include "life/lifethrottle.h"

#include <gio/gio.h>

/* No token is among these. */
typedef struct {
  guint status;                 /* of HTTP */
  const gchar *reason;          /* as the client was told */
  const gchar *room;            /* these two of a token that holds; or NULL */
  const gchar *identity;
  const gchar *address;         /* where it came from; NULL: unknown */
  guint held;                   /* so many before were not told */
} LivekitRefused;

typedef void (*LivekitRefusedFunc) (const LivekitRefused *refused,
    gpointer user_data);

typedef struct {
  LivekitRefusedFunc tell;      /* NULL: nobody wants to know */
  gpointer user_data;
  LifeThrottle throttle;
} LivekitRefusals;

/* @error: of LIVEKIT_REFUSAL; @room and @identity may be NULL; @now_us is
 * monotonic. */
void livekit_refusals_tell (LivekitRefusals *self, GSocketAddress *remote,
    const gchar *room, const gchar *identity, const GError *error,
    gint64 now_us);
