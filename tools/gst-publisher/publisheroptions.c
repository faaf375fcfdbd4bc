/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherOptions: see the header. */
#include "publisheroptions.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "livekit/livekiturl.h"

#include "publisherallowed.h"
#include "publisherdescription.h"
#include "publishersecret.h"

#define DEFAULT_URL "ws://localhost:7880"

/* A day is more than anybody waits, and keeps the sums in range. */
#define OPTIONS_MAX_SECONDS 86400.0
#define OPTIONS_MIN_STATS_SECONDS 0.1

static const gchar summary[] =
    "Publishes the open ends of a GStreamer pipeline into a LiveKit room.\n"
    "PIPELINE is written as for gst-launch-1.0. Each branch that ends in encoded\n"
    "video (H.264, H.265, VP8, VP9, AV1) or audio (Opus, PCMU, PCMA) becomes a\n"
    "track.";

static const gchar description[] =
    "Examples:\n"
    "  A test picture and a tone, to be watched in a browser on this machine:\n"
    "    gst-publisher videotestsrc is-live=true ! video/x-raw,width=1280,height=720 \\\n"
    "      ! x264enc tune=zerolatency key-int-max=60 bitrate=2000 \\\n"
    "      audiotestsrc is-live=true ! audioconvert ! opusenc\n\n"
    "  The tracks of a file as they are, into a room elsewhere:\n"
    "    gst-publisher --url wss://example.org --token-file token.txt \\\n"
    "      filesrc location=show.mkv ! matroskademux\n\n"
    "  A camera as screen share for two viewers, with a token made here:\n"
    "    gst-publisher --url wss://example.org --api-key KEY --room stage --identity cam \\\n"
    "      --video-source screen-share --allowed-users anna,ben -- \\\n"
    "      v4l2src ! videoconvert ! vp8enc deadline=1\n\n"
    "Environment: LIVEKIT_URL, LIVEKIT_TOKEN, LIVEKIT_API_KEY, LIVEKIT_API_SECRET,\n"
    "LIVEKIT_ALLOWED_USERS. Exit codes and everything else: man gst-publisher.\n";

/* What the parser fills; the command line as it is, before it is checked. */
typedef struct
{
  gchar *token_file;
  gchar *api_secret_file;
  gchar *allowed_users;
} RawOptions;

G_DEFINE_QUARK (publisher - options - error - quark, publisher_options_error);

static void
raw_options_clear (RawOptions * self)
{
  g_free (self->token_file);
  g_free (self->api_secret_file);
  g_free (self->allowed_users);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RawOptions, raw_options_clear);

void
publisher_options_free (PublisherOptions * self)
{
  if (!self)
    return;
  g_free (self->url);
  g_free (self->room_server);
  publisher_secret_free (self->token);
  g_free (self->api_key);
  publisher_secret_free (self->api_secret);
  g_free (self->room);
  g_free (self->identity);
  g_free (self->name);
  g_free (self->metadata);
  g_strfreev (self->allowed_users);
  g_free (self->allowed_users_file);
  g_strfreev (self->track_names);
  g_free (self->video_source);
  /* It may hold the secrets of a roompublish of its own. */
  publisher_secret_free (self->description);
  g_free (self);
}

static GOptionContext *
new_context (void)
{
  GOptionContext *context = g_option_context_new ("[--] PIPELINE…");
  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  /* The pipeline begins at the first word that is no option, and from there on
   * nothing is ours. */
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_set_help_enabled (context, FALSE);
  return context;
}

static GOptionContext *
create_context (PublisherOptions * self, RawOptions * raw)
{
  const GOptionEntry entries[] = {
    {"url", 0, 0, G_OPTION_ARG_STRING, &self->url,
        "Server: ws, wss, http or https (default: one on this machine, found "
          "or run here)", "URL"},
    {"room-server", 0, 0, G_OPTION_ARG_STRING, &self->room_server,
        "A gst-room-server to publish into and to watch at; none: do not look "
          "for one or run one when there is no server", "URL"},
    {"token", 0, 0, G_OPTION_ARG_STRING, &self->token,
        "Access token", "TOKEN"},
    {"token-file", 0, 0, G_OPTION_ARG_FILENAME, &raw->token_file,
        "Read the access token from a file", "FILE"},
    {"api-key", 0, 0, G_OPTION_ARG_STRING, &self->api_key,
        "Make the token here, with this key", "KEY"},
    {"api-secret", 0, 0, G_OPTION_ARG_STRING, &self->api_secret,
        "Secret of the key", "SECRET"},
    {"api-secret-file", 0, 0, G_OPTION_ARG_FILENAME, &raw->api_secret_file,
        "Read the secret from a file", "FILE"},
    {"room", 0, 0, G_OPTION_ARG_STRING, &self->room,
        "Room, for a token made here", "ROOM"},
    {"identity", 0, 0, G_OPTION_ARG_STRING, &self->identity,
        "Identity, for a token made here", "ID"},
    {"name", 0, 0, G_OPTION_ARG_STRING, &self->name,
        "Name shown to others, for a token made here", "NAME"},
    {"metadata", 0, 0, G_OPTION_ARG_STRING, &self->metadata,
        "Metadata, for a token made here", "TEXT"},
    {"allowed-users", 0, 0, G_OPTION_ARG_STRING, &raw->allowed_users,
        "Only these identities may subscribe; empty: nobody. A line on "
          "standard input replaces the list", "A,B"},
    {"allowed-users-file", 0, 0, G_OPTION_ARG_FILENAME,
          &self->allowed_users_file,
        "Read the list from a file, again on SIGHUP", "FILE"},
    {"track-name", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->track_names,
        "Name of a track, in the order of the ends; may be repeated", "NAME"},
    {"video-source", 0, 0, G_OPTION_ARG_STRING, &self->video_source,
        "What video is: camera or screen-share", "SOURCE"},
    {"delay", 0, 0, G_OPTION_ARG_DOUBLE, &self->delay,
        "Wait before joining and starting", "SECONDS"},
    {"stats", 0, 0, G_OPTION_ARG_DOUBLE, &self->stats,
        "Report statistics so often", "SECONDS"},
    {"json", 0, 0, G_OPTION_ARG_NONE, &self->json,
        "One JSON object per event on standard output", NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet,
        "Print errors only", NULL},
    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &self->verbose,
        "Print more", NULL},
    {"version", 0, 0, G_OPTION_ARG_NONE, &self->version,
        "Print the version", NULL},
    {"help", 'h', 0, G_OPTION_ARG_NONE, &self->help, "Print this text", NULL},
    {NULL}
  };

  GOptionContext *context = new_context ();
  g_option_context_add_main_entries (context, entries, NULL);
  return context;
}

gchar *
publisher_options_dup_help (void)
{
  g_autoptr (PublisherOptions) self = g_new0 (PublisherOptions, 1);
  g_auto (RawOptions) raw = { NULL, };
  g_autoptr (GOptionContext) context = create_context (self, &raw);
  return g_option_context_get_help (context, TRUE, NULL);
}

/* Takes @text; FALSE, so that it can be returned. */
static gboolean
fail_usage (GError ** error, gchar * text)
{
  g_set_error_literal (error, PUBLISHER_OPTIONS_ERROR,
      PUBLISHER_OPTIONS_ERROR_USAGE, text);
  g_free (text);
  return FALSE;
}

static gboolean
take_file_error (GError ** error, const gchar * option, GError * failure)
{
  g_set_error (error, PUBLISHER_OPTIONS_ERROR, PUBLISHER_OPTIONS_ERROR_FILE,
      "%s: %s", option, failure->message);
  g_error_free (failure);
  return FALSE;
}

/* An empty variable is one that somebody has cleared. */
static const gchar *
get_variable (gchar ** environ, const gchar * name)
{
  const gchar *value = g_environ_getenv (environ, name);
  return value && *value ? value : NULL;
}

static gboolean
check_values (PublisherOptions * self, GError ** error)
{
  const struct
  {
    const gchar *option;
    const gchar *value;
  } filled[] = {
    {"--url", self->url},
    {"--room-server", self->room_server},
    {"--token", self->token},
    {"--api-key", self->api_key},
    {"--api-secret", self->api_secret},
    {"--room", self->room},
    {"--identity", self->identity},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (filled); i++) {
    if (filled[i].value && !*filled[i].value)
      return fail_usage (error, g_strdup_printf ("%s is empty",
              filled[i].option));
  }
  if (!isfinite (self->delay) || self->delay < 0
      || self->delay > OPTIONS_MAX_SECONDS)
    return fail_usage (error,
        g_strdup_printf ("--delay must be 0 to %.0f seconds",
            OPTIONS_MAX_SECONDS));
  if (!isfinite (self->stats) || self->stats < 0 || (self->stats > 0
          && self->stats < OPTIONS_MIN_STATS_SECONDS)
      || self->stats > OPTIONS_MAX_SECONDS)
    return fail_usage (error,
        g_strdup_printf ("--stats must be %.1f to %.0f seconds, or 0",
            OPTIONS_MIN_STATS_SECONDS, OPTIONS_MAX_SECONDS));
  if (self->video_source && !g_str_equal (self->video_source, "camera")
      && !g_str_equal (self->video_source, "screen-share"))
    return fail_usage (error,
        g_strdup_printf
        ("--video-source must be camera or screen-share, not %s",
            self->video_source));
  if (self->quiet && self->verbose)
    return fail_usage (error,
        g_strdup ("--quiet and --verbose exclude each other"));
  return TRUE;
}

gboolean
publisher_options_has_room_server (const PublisherOptions * self)
{
  return self->room_server && !g_str_equal (self->room_server, "none");
}

static gboolean
check_exclusions (const PublisherOptions * self, const RawOptions * raw,
    GError ** error)
{
  if (self->url && publisher_options_has_room_server (self))
    return fail_usage (error,
        g_strdup ("--url and --room-server exclude each other"));
  if (self->token && raw->token_file)
    return fail_usage (error,
        g_strdup ("--token and --token-file exclude each other"));
  if (self->api_secret && raw->api_secret_file)
    return fail_usage (error,
        g_strdup ("--api-secret and --api-secret-file exclude each other"));
  if ((self->token || raw->token_file) && (self->api_key || self->api_secret
          || raw->api_secret_file))
    return fail_usage (error,
        g_strdup
        ("a token and an API key exclude each other: give one of them"));
  if (raw->allowed_users && self->allowed_users_file)
    return fail_usage (error,
        g_strdup
        ("--allowed-users and --allowed-users-file exclude each other"));
  return TRUE;
}

static gboolean
read_secrets (PublisherOptions * self, const RawOptions * raw, GError ** error)
{
  GError *failure = NULL;
  if (raw->token_file) {
    self->token = publisher_secret_read (raw->token_file, &failure);
    if (!self->token)
      return take_file_error (error, "--token-file", failure);
  }
  if (raw->api_secret_file) {
    self->api_secret = publisher_secret_read (raw->api_secret_file, &failure);
    if (!self->api_secret)
      return take_file_error (error, "--api-secret-file", failure);
  }
  return TRUE;
}

/* What was said on the command line wins as a whole: a key given there is not
 * overruled by a token that happens to be in the environment. */
static void
apply_environment (PublisherOptions * self, gchar ** environ)
{
  gboolean key_given = self->api_key || self->api_secret || self->room
      || self->identity || self->name || self->metadata;

  if (!self->url)
    self->url = g_strdup (get_variable (environ, "LIVEKIT_URL"));
  if (!self->token && !key_given)
    self->token = g_strdup (get_variable (environ, "LIVEKIT_TOKEN"));
  if (!self->token && !self->api_key)
    self->api_key = g_strdup (get_variable (environ, "LIVEKIT_API_KEY"));
  if (!self->token && !self->api_secret)
    self->api_secret = g_strdup (get_variable (environ, "LIVEKIT_API_SECRET"));
}

static gboolean
read_allowed_users (PublisherOptions * self, const RawOptions * raw,
    gchar ** environ, GError ** error)
{
  /* Set and empty means nobody, so an empty variable counts here. */
  const gchar *text = raw->allowed_users ? raw->allowed_users
      : g_environ_getenv (environ, "LIVEKIT_ALLOWED_USERS");

  if (self->allowed_users_file) {
    GError *failure = NULL;
    self->allowed_users =
        publisher_allowed_read (self->allowed_users_file, &failure);
    return self->allowed_users
        || take_file_error (error, "--allowed-users-file", failure);
  }
  if (text) {
    self->allowed_users = publisher_allowed_parse (text);
    self->read_allowed_users = TRUE;
  }
  return TRUE;
}

static gboolean
read_port (PublisherOptions * self, gchar ** environ, GError ** error)
{
  const gchar *text = get_variable (environ, "GST_ROOM_SERVER_PORT");
  guint64 port = PUBLISHER_OPTIONS_PORT;

  if (text && !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &port,
          NULL))
    return fail_usage (error,
        g_strdup_printf ("GST_ROOM_SERVER_PORT must be 0 to %u, not %s",
            G_MAXUINT16, text));
  self->port = port;
  return TRUE;
}

static gboolean
check_texts (gchar ** words, GError ** error)
{
  for (gchar ** word = words; *word; word++) {
    if (!g_utf8_validate (*word, -1, NULL))
      return fail_usage (error, g_strdup ("an argument is not valid UTF-8"));
  }
  return TRUE;
}

/* GLib keeps a "--" when the word behind it looks like an option. */
static gchar *
join_rest (gchar ** rest)
{
  if (*rest && g_str_equal (*rest, "--"))
    rest++;
  return publisher_description_join ((const gchar * const *) rest);
}

PublisherOptions *
publisher_options_parse (gint argc, gchar ** argv, gchar ** environ,
    GError ** error)
{
  g_autoptr (PublisherOptions) self = g_new0 (PublisherOptions, 1);
  g_auto (RawOptions) raw = { NULL, };
  g_autoptr (GOptionContext) context = create_context (self, &raw);
  g_autoptr (GError) failure = NULL;

  g_auto (GStrv) words = g_new0 (gchar *, argc + 1);
  for (gint i = 0; i < argc; i++)
    words[i] = g_strdup (argv[i]);
  publisher_secret_wipe_arguments (argc, argv);

  if (!check_texts (words, error))
    return NULL;
  if (!g_option_context_parse_strv (context, &words, &failure)) {
    fail_usage (error, g_strdup_printf ("%s", failure->message));
    return NULL;
  }
  if (self->help || self->version)
    return g_steal_pointer (&self);

  self->description = join_rest (words + 1);
  if (!check_values (self, error) || !check_exclusions (self, &raw, error)
      || !read_secrets (self, &raw, error))
    return NULL;
  if (!read_allowed_users (self, &raw, environ, error)
      || !read_port (self, environ, error))
    return NULL;
  if (!self->description) {
    fail_usage (error, g_strdup ("no pipeline given"));
    return NULL;
  }
  return g_steal_pointer (&self);
}

static gboolean
check_credentials (const PublisherOptions * self, GError ** error)
{
  if (self->token) {
    const gchar *useless = self->room ? "--room" : self->identity ?
        "--identity" : self->name ? "--name" : self->metadata ?
        "--metadata" : NULL;
    if (useless)
      return fail_usage (error,
          g_strdup_printf
          ("%s is for a token made here; the given one says it already",
              useless));
    return TRUE;
  }
  if (!self->api_key && !self->api_secret)
    return fail_usage (error,
        g_strdup ("no credentials: give --token or --token-file, "
            "or --api-key, --api-secret, --room and --identity"));

  const gchar *missing = !self->api_key ? "--api-key" :
      !self->api_secret ? "--api-secret" :
      !self->room ? "--room" : !self->identity ? "--identity" : NULL;
  if (missing)
    return fail_usage (error,
        g_strdup_printf ("a token cannot be made without %s", missing));
  return TRUE;
}

static gboolean
is_loopback (const gchar * url)
{
  g_autofree gchar *http = livekit_url_http (url, "", NULL, NULL);
  g_autoptr (GUri) uri = http ? g_uri_parse (http, G_URI_FLAGS_NONE, NULL) :
      NULL;
  if (!uri)
    return FALSE;
  g_autoptr (GInetAddress) address =
      g_inet_address_new_from_string (g_uri_get_host (uri));
  return address ? g_inet_address_get_is_loopback (address) :
      g_ascii_strcasecmp (g_uri_get_host (uri), "localhost") == 0;
}

gboolean
publisher_options_want_server (const PublisherOptions * self, gchar ** environ)
{
  if (self->token || self->api_key || self->api_secret
      || get_variable (environ, "LIVEKIT_TOKEN")
      || get_variable (environ, "LIVEKIT_API_KEY")
      || get_variable (environ, "LIVEKIT_API_SECRET"))
    return FALSE;
  if (self->room_server)
    return publisher_options_has_room_server (self)
        && is_loopback (self->room_server);
  return !self->url && !get_variable (environ, "LIVEKIT_URL");
}

static void
take_text (gchar ** place, gchar * text)
{
  g_free (*place);
  *place = text;
}

void
publisher_options_use_server (PublisherOptions * self, const gchar * url,
    const gchar * key, const gchar * secret, gboolean alone)
{
  take_text (&self->url, g_strdup (url));
  take_text (&self->api_key, g_strdup (key));
  take_text (&self->api_secret, g_strdup (secret));
  if (!self->room)
    self->room = g_strdup (PUBLISHER_OPTIONS_ROOM);
  if (!self->identity)
    self->identity = alone ? g_strdup (PUBLISHER_OPTIONS_IDENTITY) :
        g_strdup_printf (PUBLISHER_OPTIONS_IDENTITY "-%d", (gint) getpid ());
}

gboolean
publisher_options_complete (PublisherOptions * self, gchar ** environ,
    GError ** error)
{
  if (publisher_options_has_room_server (self))
    take_text (&self->url, g_strdup (self->room_server));
  apply_environment (self, environ);
  if (!self->url)
    self->url = g_strdup (DEFAULT_URL);
  return check_credentials (self, error);
}
