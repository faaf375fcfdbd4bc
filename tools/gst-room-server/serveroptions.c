/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serveroptions.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

#define DEFAULT_ADDRESS "127.0.0.1"
#define DEFAULT_PORT 7880

/* libsoup gives a client up that does not close within five seconds. */
#define DEFAULT_GRACE 3.0
#define MAX_GRACE 3600.0

static const gchar summary[] =
    "A LiveKit-compatible room server for one machine: publish to it, watch in a\n"
    "browser. Without options it listens at this machine only, with the key and\n"
    "secret that LiveKit's own server has for development.";

static const gchar description[] =
    "Examples:\n"
    "  For this machine; publish with any LiveKit client to ws://127.0.0.1:7880:\n"
    "    gst-room-server\n\n"
    "  For others, with keys of its own, one \"key: secret\" a line in a file:\n"
    "    gst-room-server --listen 0.0.0.0:7880 --keys-file keys.txt\n\n"
    "SIGTERM and SIGINT end it, a second one at once; SIGHUP reads the file of\n"
    "keys again. Exit codes and everything else: man gst-room-server.\n";

G_DEFINE_QUARK (server - options - error - quark, server_options_error);

static void
secret_free (gchar * secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

void
server_options_free (ServerOptions * self)
{
  if (self == NULL)
    return;

  g_free (self->address);
  secret_free (self->keys);
  g_free (self->keys_file);
  g_strfreev (self->media_addresses);
  g_free (self->stun);
  g_free (self->record);
  g_free (self);
}

static GOptionContext *
create_context (ServerOptions * self, gchar ** listen, gchar ** ports)
{
  const GOptionEntry entries[] = {
    {"listen", 0, 0, G_OPTION_ARG_STRING, listen,
          "Where to listen; port 0 is any (default " DEFAULT_ADDRESS ":7880)",
        "ADDR:PORT"},
    {"keys", 0, 0, G_OPTION_ARG_STRING, &self->keys,
        "API keys and their secrets", "KEY:SECRET,..."},
    {"keys-file", 0, 0, G_OPTION_ARG_FILENAME, &self->keys_file,
        "Read them from a file, again on SIGHUP", "FILE"},
    {"no-auth-watch", 0, 0, G_OPTION_ARG_NONE, &self->open_watch,
        "Watching needs no token", NULL},
    {"remote-unmute", 0, 0, G_OPTION_ARG_NONE, &self->remote_unmute,
        "Administrators may unmute tracks", NULL},
    {"media-address", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->media_addresses,
        "Offer media at this address only; may be repeated", "ADDR"},
    {"udp-ports", 0, 0, G_OPTION_ARG_STRING, ports,
        "Offer media at these ports only, one for each connection", "MIN-MAX"},
    {"stun-server", 0, 0, G_OPTION_ARG_STRING, &self->stun,
        "Ask it for our outer address", "stun://HOST:PORT"},
    {"record", 0, 0, G_OPTION_ARG_FILENAME, &self->record,
        "Keep each track in a file of its own in this folder", "DIR"},
    {"ice-tcp", 0, 0, G_OPTION_ARG_NONE, &self->tcp,
        "Offer media over TCP as well as UDP", NULL},
    {"grace", 0, 0, G_OPTION_ARG_DOUBLE, &self->grace,
          "When it ends, wait so long for clients to leave (default 3)",
        "SECONDS"},
    {"json", 0, 0, G_OPTION_ARG_NONE, &self->json,
        "One JSON object per event on standard output", NULL},
    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &self->verbose,
        "Print who comes, goes and is refused", NULL},
    {"version", 0, 0, G_OPTION_ARG_NONE, &self->version,
        "Print the version", NULL},
    {"help", 'h', 0, G_OPTION_ARG_NONE, &self->help, "Print this text", NULL},
    {NULL}
  };

  GOptionContext *context = g_option_context_new (NULL);
  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_help_enabled (context, FALSE);
  return context;
}

gchar *
server_options_dup_help (void)
{
  g_autoptr (ServerOptions) self = g_new0 (ServerOptions, 1);
  gchar *listen = NULL, *ports = NULL;
  g_autoptr (GOptionContext) context = create_context (self, &listen, &ports);

  return g_option_context_get_help (context, TRUE, NULL);
}

/* In the memory that ps shows. */
static void
wipe (gchar * value)
{
  memset (value, '*', strlen (value));
}

static void
wipe_arguments (gint argc, gchar ** argv)
{
  for (gint i = 1; i < argc; i++) {
    if (g_str_has_prefix (argv[i], "--keys="))
      wipe (argv[i] + strlen ("--keys="));
    else if (g_str_equal (argv[i], "--keys") && i + 1 < argc)
      wipe (argv[++i]);
  }
}

static gboolean
fail (GError ** error, const gchar * text)
{
  g_set_error_literal (error, SERVER_OPTIONS_ERROR,
      SERVER_OPTIONS_ERROR_USAGE, text);
  return FALSE;
}

/* An address of either kind, in brackets or not, with a port or without. */
static gboolean
read_listen (ServerOptions * self, const gchar * text, GError ** error)
{
  if (text == NULL) {
    self->address = g_strdup (DEFAULT_ADDRESS);
    self->port = DEFAULT_PORT;
    return TRUE;
  }
  g_autoptr (GSocketConnectable) parsed =
      g_network_address_parse (text, DEFAULT_PORT, NULL);
  if (parsed == NULL)
    return fail (error, "--listen is not ADDR:PORT");
  GNetworkAddress *address = G_NETWORK_ADDRESS (parsed);
  const gchar *host = g_network_address_get_hostname (address);
  if (g_str_equal (host, "localhost"))
    host = DEFAULT_ADDRESS;
  if (!g_hostname_is_ip_address (host))
    return fail (error, "--listen needs an IP address");
  self->address = g_strdup (host);
  self->port = g_network_address_get_port (address);
  return TRUE;
}

/* The lowest are not for everybody. */
static gboolean
read_ports (ServerOptions * self, const gchar * text, GError ** error)
{
  static const gchar fault[] = "--udp-ports is MIN-MAX, each 1024 to 65535";
  guint64 min, max;

  if (text == NULL)
    return TRUE;
  g_auto (GStrv) ends = g_strsplit (text, "-", 2);
  if (g_strv_length (ends) != 2
      || !g_ascii_string_to_unsigned (ends[0], 10, 1024, 65535, &min, NULL)
      || !g_ascii_string_to_unsigned (ends[1], 10, min, 65535, &max, NULL))
    return fail (error, fault);
  self->min_port = min;
  self->max_port = max;
  return TRUE;
}

static gboolean
check_values (const ServerOptions * self, GError ** error)
{
  if (self->keys != NULL && self->keys_file != NULL)
    return fail (error, "--keys and --keys-file exclude each other");
  if (!isfinite (self->grace) || self->grace < 0 || self->grace > MAX_GRACE)
    return fail (error, "--grace must be 0 to 3600 seconds");
  for (gchar ** each = self->media_addresses; each != NULL && *each != NULL;
      each++) {
    if (!g_hostname_is_ip_address (*each))
      return fail (error, "--media-address needs an IP address");
  }
  if (self->stun != NULL && !g_str_has_prefix (self->stun, "stun://"))
    return fail (error, "--stun-server is not stun://HOST:PORT");
  return TRUE;
}

ServerOptions *
server_options_parse (gint argc, gchar ** argv, GError ** error)
{
  g_autoptr (ServerOptions) self = g_new0 (ServerOptions, 1);
  g_autofree gchar *listen = NULL, *ports = NULL;
  g_autoptr (GOptionContext) context = create_context (self, &listen, &ports);
  g_autoptr (GError) failure = NULL;

  self->grace = DEFAULT_GRACE;
  g_auto (GStrv) words = g_new0 (gchar *, argc + 1);
  for (gint i = 0; i < argc; i++)
    words[i] = g_strdup (argv[i]);
  gboolean parsed = g_option_context_parse_strv (context, &words, &failure);
  /* Copies of what was given away; words holds but the program's name. */
  wipe_arguments (argc, argv);
  if (!parsed) {
    fail (error, failure->message);
    return NULL;
  }
  if (self->help || self->version)
    return g_steal_pointer (&self);
  if (g_strv_length (words) > 1) {
    g_set_error (error, SERVER_OPTIONS_ERROR, SERVER_OPTIONS_ERROR_USAGE,
        "%s is no option", words[1]);
    return NULL;
  }
  if (!read_listen (self, listen, error) || !read_ports (self, ports, error)
      || !check_values (self, error))
    return NULL;
  return g_steal_pointer (&self);
}
