/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherOptions: what the command line, the environment and the files they
 * name ask for. A plain value, checked; it starts nothing. */
#pragma once

#include <glib.h>

typedef struct {
  gboolean help;
  gboolean version;

  gchar *url;
  gchar *room_server;           /* a URL; "none": none is found or run; NULL */
  guint16 port;                 /* of a server on this machine */
  gchar *token;                 /* NULL: mint one from the four below */
  gchar *api_key;
  gchar *api_secret;
  gchar *room;
  gchar *identity;
  gchar *name;
  gchar *metadata;
  gchar **allowed_users;        /* NULL: everyone */
  gchar *allowed_users_file;    /* read again on SIGHUP */
  gboolean read_allowed_users;  /* lines of standard input change the list */

  gchar **track_names;          /* in the order of the ends; may be NULL */
  gchar *video_source;          /* a nick of the pad property, or NULL */
  gdouble delay;                /* seconds */
  gdouble stats;                /* seconds between two reports; 0: none */
  gboolean json;
  gboolean quiet;
  gboolean verbose;

  gchar *description;           /* for gst_parse_launch(); NULL: none given */
} PublisherOptions;

typedef enum {
  PUBLISHER_OPTIONS_ERROR_USAGE = 1,
  PUBLISHER_OPTIONS_ERROR_FILE,
} PublisherOptionsError;

#define PUBLISHER_OPTIONS_ERROR (publisher_options_error_quark ())
GQuark publisher_options_error_quark (void);

/* @environ as from g_get_environ(); only the list of allowed users is taken
 * from it here. Secrets among @argv are overwritten in
 * place, also when this fails. */
PublisherOptions *publisher_options_parse (gint argc, gchar **argv,
    gchar **environ, GError **error);
void publisher_options_free (PublisherOptions *self);

/* Whom and what a room server on this machine sees when nothing else is
 * said. */
#define PUBLISHER_OPTIONS_ROOM "live"
#define PUBLISHER_OPTIONS_IDENTITY "publisher"
/* Where one is looked for, and run when there is none. */
#define PUBLISHER_OPTIONS_PORT 7880

/* Neither a server is named, here or in @environ, nor anything to be let in
 * with: one on this machine will do, found or run. The same with --room-server
 * and an address on this machine. */
gboolean publisher_options_want_server (const PublisherOptions *self,
    gchar **environ);
/* --room-server has named one. */
gboolean publisher_options_has_room_server (const PublisherOptions *self);
/* That server, instead of complete below; room and identity have defaults.
 * @alone: nobody else is there who could be called the same. */
void publisher_options_use_server (PublisherOptions *self, const gchar *url,
    const gchar *key, const gchar *secret, gboolean alone);

/* For a roompublish that the tool adds: takes from @environ and the defaults
 * what the command line leaves open. Fails (_USAGE) when something that is
 * needed to join a room is still missing. One that comes with the pipeline
 * looks after itself. */
gboolean publisher_options_complete (PublisherOptions *self, gchar **environ,
    GError **error);

/* The text of --help. */
gchar *publisher_options_dup_help (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherOptions, publisher_options_free)
