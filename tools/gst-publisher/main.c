/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gst-publisher: publishes the open ends of a pipeline into a LiveKit room.
 * Only the order of things is here; the things are in publisher*.c. */
#include <gst/gst.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "life/lifesignals.h"
#include "life/lifethreads.h"
#include "publisherexit.h"
#include "publisheroptions.h"
#include "publisheroutput.h"
#include "publisherplan.h"
#include "publisherroom.h"
#include "publisherrun.h"

/* To stop: so many end the process. */
#define LAST_WISH 2

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
on_signal (gint number, guint wish, gpointer user_data)
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

/* With the output at hand. @clean: nothing was left behind. */
static gint
run (PublisherPlan * plan, const PublisherOptions * options,
    PublisherOutput * output, gboolean * clean)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PublisherRun) self =
      publisher_run_new (publisher_plan_get_pipeline (plan),
      publisher_plan_get_room (plan), publisher_plan_is_own_room (plan),
      options, output);
  g_autoptr (LifeSignals) signals =
      life_signals_new (publisher_run_get_context (self), LAST_WISH,
      options->allowed_users_file != NULL, on_signal, self, &error);

  if (!signals)
    return refuse (PUBLISHER_EXIT_PIPELINE, error->message);
  ignore_signals (options);
  if (options->read_allowed_users)
    publisher_run_set_feed (self, STDIN_FILENO);
  publisher_run_set_host (self, publisher_plan_get_host (plan),
      publisher_plan_get_watch (plan));
  gint code = publisher_run_exec (self);
  *clean = publisher_run_is_clean (self);
  return code;
}

static gint
publish (PublisherPlan * plan, const PublisherOptions * options,
    gboolean * clean)
{
  g_autoptr (GError) error = NULL;
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

  gint code = run (plan, options, output, clean);
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
  life_threads_keep ();

  /* First, for its key takes longer than everything else in the start. */
  GstElement *prepared = publisher_room_prepare ();
  PublisherPlan *plan = publisher_plan_new (options, variables);
  PublisherExit reason;
  gboolean clean = FALSE;
  gint code = publisher_plan_make (plan, prepared, variables, &reason, &error) ?
      publish (plan, options, &clean) : refuse (reason, error->message);
  /* An element that hangs would hang here again; a run that never began would
   * wait for the key. */
  if (!clean)
    _exit (code);
  publisher_plan_free (plan);
  publisher_room_discard (prepared);
  return code;
}
