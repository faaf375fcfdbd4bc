/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherHost: the room server to publish into when none is named: one that
 * is on this machine already, or one that lives in this process and goes with
 * it. It publishes nothing itself. One thread at a time. */
#pragma once

#include <glib.h>

/* How long one that is there may take to answer; and one that somebody else has
 * begun to run at the same moment. */
#define PUBLISHER_HOST_LOOK_US (1 * G_USEC_PER_SEC)
#define PUBLISHER_HOST_RACE_US (5 * G_USEC_PER_SEC)

typedef struct _PublisherHost PublisherHost;

typedef struct {
  const gchar *url;             /* it is there: none is looked for or run */
  guint16 port;                 /* of this machine, to look at or to run at;
                                 * 0: none is looked for, any */
  gint64 look_us;               /* 0: as above */
} PublisherHostConfig;

/* Begins at once, beside whatever the caller does. NULL with @error: there is
 * no thread for it. */
PublisherHost *publisher_host_new (const PublisherHostConfig *config,
    GError **error);
/* Waits for it. FALSE with @error: none can be run either. */
gboolean publisher_host_wait (PublisherHost *self, GError **error);

/* After the wait. "http://127.0.0.1:7880". */
const gchar *publisher_host_get_url (PublisherHost *self);
/* It lives here: nobody else is in it yet. */
gboolean publisher_host_is_own (PublisherHost *self);
/* What it lets in with: the key that everybody knows. */
const gchar *publisher_host_get_key (PublisherHost *self);
const gchar *publisher_host_get_secret (PublisherHost *self);

/* Whoever is in it is told goodbye, and all of it ends; one that is elsewhere
 * stays. FALSE when this took longer than @timeout_us: then nothing may be
 * freed, and the process had better exit. Again it only waits. */
gboolean publisher_host_stop (PublisherHost *self, gint64 timeout_us);
/* After a stop in time; NULL is nothing. */
void publisher_host_free (PublisherHost *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherHost, publisher_host_free)
