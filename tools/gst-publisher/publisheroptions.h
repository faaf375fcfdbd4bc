/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherOptions: what the command line, the environment and the files they
 * name ask for. A plain value, checked; it starts nothing. */
#pragma once

#include <glib.h>

typedef struct {
  gboolean help;
  gboolean version;

  gchar *url;
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

/* For a roompublish that the tool adds: takes from @environ and the defaults
 * what the command line leaves open. Fails (_USAGE) when something that is
 * needed to join a room is still missing. One that comes with the pipeline
 * looks after itself. */
gboolean publisher_options_complete (PublisherOptions *self, gchar **environ,
    GError **error);

/* The text of --help. */
gchar *publisher_options_dup_help (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherOptions, publisher_options_free)
