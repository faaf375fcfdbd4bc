/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerOptions: what the command line of gst-room-server asks for. A plain
 * value, checked; it starts nothing and reads no file. */
#pragma once

#include <glib.h>

typedef struct {
  gboolean help;
  gboolean version;

  gchar *address;               /* an IP address */
  guint16 port;                 /* 0: any */
  gchar *keys;                  /* "key:secret,..."; one is NULL, or both */
  gchar *keys_file;             /* read again on SIGHUP */
  gboolean open_watch;
  gboolean remote_unmute;
  gchar **media_addresses;      /* NULL: to be found */
  gchar *record;                /* a folder, or NULL */
  gchar *stun;                  /* "stun://host:port", or NULL */
  gboolean tcp;                 /* media over TCP too */
  guint16 min_port, max_port;   /* for media; 0: any */
  gdouble grace;                /* seconds */
  gboolean json;
  gboolean verbose;
} ServerOptions;

typedef enum {
  SERVER_OPTIONS_ERROR_USAGE = 1,
} ServerOptionsError;

#define SERVER_OPTIONS_ERROR (server_options_error_quark ())
GQuark server_options_error_quark (void);

/* Secrets among @argv are overwritten in place, also when this fails. */
ServerOptions *server_options_parse (gint argc, gchar **argv, GError **error);
void server_options_free (ServerOptions *self);

/* The text of --help. */
gchar *server_options_dup_help (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerOptions, server_options_free)
