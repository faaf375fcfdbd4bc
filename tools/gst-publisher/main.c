/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gst-publisher: publishes the open ends of a pipeline into a LiveKit room.
 * Only the order of things is here; the things are in publisher*.c. */
#include <gst/gst.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "publisherdescription.h"
#include "publisherexit.h"
#include "publisheroptions.h"
#include "publisheroutput.h"
#include "publisherroom.h"
#include "publisherrun.h"
#include "publishersignals.h"

static gint
refuse (PublisherExit reason, const gchar * text)
{
  fprintf (stderr, "gst-publisher: %s\n", text);
  if (reason == PUBLISHER_EXIT_USAGE)
    fputs ("Try 'gst-publisher --help'.\n", stderr);
  return publisher_exit_get_code (reason);
}

static gint
print_version (void)
{
  g_autofree gchar *gstreamer = gst_version_string ();
  printf ("gst-publisher %s (%s)\n", PUBLISHER_VERSION, gstreamer);
  return EX_OK;
}

static gint
print_help (void)
{
  g_autofree gchar *help = publisher_options_dup_help ();
  fputs (help, stdout);
  return EX_OK;
}

static void
on_signal (gint number, gpointer user_data)
{
  publisher_run_take_signal (user_data, number);
}

/* A reader that has gone is no reason to stop, nor is a terminal that belongs
 * to another job. SIGUSR1 applied the list of users in an older tool of this
 * kind; here the line itself does. */
static void
ignore_signals (const PublisherOptions * options)
{
  signal (SIGPIPE, SIG_IGN);
  if (options->read_allowed_users) {
    signal (SIGTTIN, SIG_IGN);
    signal (SIGUSR1, SIG_IGN);
  }
}

/* With the output and the pipeline at hand. @clean: nothing was left behind. */
static gint
run (const PublisherOptions * options, GstElement * pipeline,
    GstElement * room, gboolean own, PublisherOutput * output, gboolean * clean)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PublisherRun) self =
      publisher_run_new (pipeline, room, own, options, output);
  g_autoptr (PublisherSignals) signals =
      publisher_signals_new (publisher_run_get_context (self),
      options->allowed_users_file != NULL, on_signal, self, &error);

  if (!signals)
    return refuse (PUBLISHER_EXIT_PIPELINE, error->message);
  ignore_signals (options);
  if (options->read_allowed_users)
    publisher_run_set_feed (self, STDIN_FILENO);
  gint code = publisher_run_exec (self);
  *clean = publisher_run_is_clean (self);
  return code;
}

/* Finds the room in the pipeline, or adds @prepared, and tells it the
 * options. */
static GstElement *
place_room (PublisherOptions * options, GstElement * pipeline,
    GstElement * prepared, gboolean * own, PublisherExit * reason,
    GError ** error)
{
  GstElement *room;

  *reason = PUBLISHER_EXIT_BAD_PIPELINE;
  if (!publisher_room_find (GST_BIN (pipeline), &room, error))
    return NULL;
  *own = room != NULL;
  if (!room) {
    g_auto (GStrv) variables = g_get_environ ();
    *reason = PUBLISHER_EXIT_USAGE;
    if (!publisher_options_complete (options, variables, error))
      return NULL;
    *reason = PUBLISHER_EXIT_BAD_PIPELINE;
    room = publisher_room_add (GST_BIN (pipeline), prepared, error);
  }
  if (room)
    publisher_room_configure (room, options);
  return room;
}

static gint
publish (PublisherOptions * options, GstElement * prepared, gboolean * clean)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline =
      publisher_description_parse (options->description, &error);
  if (!pipeline)
    return refuse (PUBLISHER_EXIT_BAD_PIPELINE, error->message);

  gboolean own;
  PublisherExit reason;
  g_autoptr (GstElement) room =
      place_room (options, pipeline, prepared, &own, &reason, &error);
  if (!room)
    return refuse (reason, error->message);

  PublisherOutputConfig config = {
    .out_fd = STDOUT_FILENO,
    .err_fd = STDERR_FILENO,
    .json = options->json,
    .quiet = options->quiet,
    .verbose = options->verbose,
    .status_line = publisher_output_is_terminal (STDOUT_FILENO),
  };
  PublisherOutput *output = publisher_output_new (&config, &error);
  if (!output)
    return refuse (PUBLISHER_EXIT_PIPELINE, error->message);

  gint code = run (options, pipeline, room, own, output, clean);
  if (publisher_output_close (output, PUBLISHER_RUN_OUTPUT_US))
    publisher_output_free (output);
  else
    *clean = FALSE;
  return code;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_set_prgname ("gst-publisher");

  g_autoptr (GError) error = NULL;
  g_auto (GStrv) variables = g_get_environ ();
  g_autoptr (PublisherOptions) options =
      publisher_options_parse (argc, argv, variables, &error);
  if (!options)
    return refuse (g_error_matches (error, PUBLISHER_OPTIONS_ERROR,
            PUBLISHER_OPTIONS_ERROR_FILE) ? PUBLISHER_EXIT_NO_FILE :
        PUBLISHER_EXIT_USAGE, error->message);
  if (options->help)
    return print_help ();
  if (!gst_init_check (NULL, NULL, &error))
    return refuse (PUBLISHER_EXIT_PIPELINE, error->message);
  if (options->version)
    return print_version ();

  /* First, for its key takes longer than everything else in the start. */
  GstElement *prepared = publisher_room_prepare ();
  gboolean clean = FALSE;
  gint code = publish (options, prepared, &clean);
  /* An element that hangs would hang here again; a run that never began would
   * wait for the key. */
  if (!clean)
    _exit (code);
  publisher_room_discard (prepared);
  return code;
}
