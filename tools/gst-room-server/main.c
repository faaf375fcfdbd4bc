/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gst-room-server: a LiveKit-compatible room for one machine. Only the order of
 * things is here; the things are in server*.c. */
#include <gst/gst.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "life/lifesignals.h"
#include "life/lifethreads.h"
#include "serverdescriptors.h"
#include "serverhost.h"
#include "serveroptions.h"
#include "serverprint.h"

/* To stop: so many end the process. */
#define LAST_WISH 3

/* For what is said last. A terminal that is held gets it no later. */
#define OUTPUT_TIME (G_TIME_SPAN_SECOND / 2)

typedef struct
{
  const ServerOptions *options;
  ServerPrint print;
  ServerHost *host;
  GMainLoop *loop;
  GThread *stopper;             /* NULL: nobody has asked to stop */
  ServerHostReport report;
} Program;

static gint
refuse (gint code, const gchar * text)
{
  fprintf (stderr, "gst-room-server: %s\n", text);
  if (code == EX_USAGE)
    fputs ("Try 'gst-room-server --help'.\n", stderr);
  return code;
}

static gint
print_version (void)
{
  g_autofree gchar *gstreamer = gst_version_string ();
  printf ("gst-room-server %s (%s)\n", ROOM_SERVER_VERSION, gstreamer);
  return EX_OK;
}

static gint
print_help (void)
{
  g_autofree gchar *help = server_options_dup_help ();
  fputs (help, stdout);
  return EX_OK;
}

/* NULL with @error: no such file, or nothing in it. */
static LivekitKeys *
load_keys (const ServerOptions * options, GError ** error)
{
  g_autoptr (LivekitKeys) keys = livekit_keys_new ();
  gboolean loaded = options->keys_file != NULL
      ? livekit_keys_load_file (keys, options->keys_file, error)
      : livekit_keys_load_pairs (keys, options->keys != NULL ? options->keys
      : SERVER_HOST_KEY ":" SERVER_HOST_SECRET, error);

  return loaded ? g_steal_pointer (&keys) : NULL;
}

/* In a thread of its own, so that a second signal is heard. */
static gpointer
run_stop (gpointer data)
{
  Program *self = data;

  server_host_stop (self->host, self->options->grace * G_TIME_SPAN_SECOND,
      &self->report);
  g_main_loop_quit (self->loop);
  return NULL;
}

static void
stop (Program * self)
{
  server_print_stopping (&self->print);
  life_threads_keep ();
  self->stopper = g_thread_new ("room-server-stop", run_stop, self);
}

static void
reload (Program * self)
{
  g_autoptr (GError) error = NULL;

  if (self->options->keys_file == NULL || self->stopper != NULL)
    return;
  server_host_load_keys (self->host, self->options->keys_file, &error);
  server_print_reloaded (&self->print, error);
}

/* The second wish ends the grace. */
static void
on_signal (gint number, guint wish, gpointer user_data)
{
  Program *self = user_data;

  if (number == SIGHUP)
    reload (self);
  else if (wish == 1)
    stop (self);
  else if (wish > 1)
    server_host_cut (self->host);
}

/* These five in the server's loop. */
static void
on_recording (const gchar * file, gpointer user_data)
{
  Program *self = user_data;

  server_print_recording (&self->print, "recording", file);
}

static void
on_recorded (const gchar * file, gpointer user_data)
{
  Program *self = user_data;

  server_print_recording (&self->print, "recorded", file);
}

static void
on_not_recorded (const gchar * text, gpointer user_data)
{
  Program *self = user_data;

  server_print_not_recorded (&self->print, text);
}

static void
on_heard (const LivekitRoomEvent * event, gpointer user_data)
{
  Program *self = user_data;

  server_print_event (&self->print, event);
}

static void
on_refused (const LivekitRefused * refused, gpointer user_data)
{
  Program *self = user_data;

  server_print_refused (&self->print, refused);
}

/* With the server listening. */
static gint
run (Program * self)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  self->loop = loop;
  g_autoptr (LifeSignals) signals = life_signals_new (NULL, LAST_WISH,
      self->options->keys_file != NULL, on_signal, self, &error);
  if (signals == NULL) {
    server_host_stop (self->host, 0, NULL);
    return refuse (EX_UNAVAILABLE, error->message);
  }
  server_print_listening (&self->print, self->host);
  g_main_loop_run (loop);
  g_thread_join (self->stopper);
  server_print_stopped (&self->print, &self->report);
  gboolean clean = self->report.stuck == 0 && self->report.unfinished == 0;
  gint code = clean && self->report.cut == 0 ? EX_OK : EX_TEMPFAIL;
  /* What hangs would hang here again. */
  if (!clean) {
    life_writer_close (self->print.writer, OUTPUT_TIME);
    _exit (code);
  }
  return code;
}

/* Of a server that does not start. */
static gint
get_code (const GError * error)
{
  if (error->domain == G_FILE_ERROR)
    return EX_CANTCREAT;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
      ? EX_CONFIG : EX_UNAVAILABLE;
}

static gint
serve (Program * self)
{
  const ServerOptions *options = self->options;
  g_autoptr (GError) error = NULL;
  LivekitKeys *keys = load_keys (options, &error);

  if (keys == NULL)
    return refuse (options->keys_file != NULL ? EX_NOINPUT : EX_USAGE,
        error->message);
  ServerHostConfig config = {.address = options->address,
    .port = options->port,.open_watch = options->open_watch,
    .remote_unmute = options->remote_unmute,
    .record = options->record,.recorded =
        {on_recording, on_recorded, on_not_recorded},
    .heard = options->verbose ? on_heard : NULL,
    .refused = options->verbose || options->json ? on_refused : NULL,
    .user_data = self,
    .media = {
          .addresses = (const gchar * const *) options->media_addresses,
          .stun = options->stun,.tcp = options->tcp,
          .min_port = options->min_port,.max_port = options->max_port,
        },
  };
  g_autoptr (ServerHost) host = server_host_new (&config, keys);
  if (!server_host_start (host, &error))
    return refuse (get_code (error), error->message);
  self->host = host;
  return run (self);
}

/* The outputs are there before the server, and after it. */
static gint
serve_and_say (const ServerOptions * options)
{
  g_autoptr (GError) error = NULL;
  Program program = {.options = options,
    .print = {options->json, NULL, STDOUT_FILENO, STDERR_FILENO},
  };

  signal (SIGPIPE, SIG_IGN);
  program.print.writer = life_writer_new ("room-server-output",
      STDOUT_FILENO, options->json, &error);
  if (program.print.writer == NULL)
    return refuse (EX_UNAVAILABLE, error->message);
  gint code = serve (&program);
  if (!life_writer_close (program.print.writer, OUTPUT_TIME))
    _exit (code);
  life_writer_free (program.print.writer);
  return code;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_set_prgname ("gst-room-server");

  g_autoptr (GError) error = NULL;
  g_autoptr (ServerOptions) options = server_options_parse (argc, argv, &error);
  if (options == NULL)
    return refuse (EX_USAGE, error->message);
  if (options->help)
    return print_help ();
  if (!gst_init_check (NULL, NULL, &error))
    return refuse (EX_SOFTWARE, error->message);
  if (options->version)
    return print_version ();
  server_descriptors_raise ();
  return serve_and_say (options);
}
