/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RunFixture: see the header. */
#include "runfixture.h"

#include <check.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "life/lifelock.h"
#include "publisherdescription.h"
#include "publisherroom.h"

struct _RunFixture
{
  PublisherOptions *options;
  GstElement *pipeline;
  GstElement *room;
  PublisherOutput *output;
  PublisherHost *host;
  PublisherRun *run;

  gint fds[2];
  GThread *reader;
  LifeLock lock;                /* guards what was said */
  LifeCond cond;
  GString *said;
};

/* "run" is set last and read first, as an atomic: the sanitizer does not see
 * how GLib hands a source over. */
typedef struct
{
  PublisherRun *run;
  gint number;
} Signal;

static gpointer
read_said (gpointer user_data)
{
  RunFixture *self = user_data;
  gchar data[4096];
  gssize size;

  while ((size = read (self->fds[0], data, sizeof data)) > 0) {
    life_lock_lock (&self->lock);
    g_string_append_len (self->said, data, size);
    life_cond_broadcast (&self->cond);
    life_lock_unlock (&self->lock);
  }
  return NULL;
}

static PublisherOptions *
parse_options (const gchar * line)
{
  g_autofree gchar *whole =
      g_strdup_printf ("gst-publisher --token t %s -- x", line);
  gchar *none[] = { NULL };
  gint argc;
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;

  ck_assert (g_shell_parse_argv (whole, &argc, &argv, NULL));
  PublisherOptions *options =
      publisher_options_parse (argc, argv, none, &error);
  ck_assert_msg (options != NULL, "%s", error ? error->message : "");
  return options;
}

RunFixture *
run_fixture_new (const gchar * description, const gchar * behaviour,
    const gchar * line)
{
  RunFixture *self = g_new0 (RunFixture, 1);
  g_autoptr (GError) error = NULL;

  life_lock_init (&self->lock);
  life_cond_init (&self->cond);
  self->said = g_string_new (NULL);
  self->options = parse_options (line);
  self->pipeline = publisher_description_parse (description, &error);
  ck_assert_msg (self->pipeline != NULL, "%s", error ? error->message : "");
  ck_assert (publisher_room_find (GST_BIN (self->pipeline), &self->room,
          &error));
  if (behaviour) {
    self->room = publisher_room_add (GST_BIN (self->pipeline),
        gst_element_factory_make ("roompublish", NULL), &error);
    g_object_set (self->room, "behaviour", behaviour, NULL);
  }
  publisher_room_configure (self->room, self->options);

  ck_assert (g_unix_open_pipe (self->fds, FD_CLOEXEC, NULL));
  PublisherOutputConfig config = {.out_fd = self->fds[1],
    .err_fd = self->fds[1],.json = self->options->json
  };
  self->output = publisher_output_new (&config, &error);
  self->run = publisher_run_new (self->pipeline, self->room,
      behaviour == NULL, self->options, self->output);
  /* A busy machine must not look like an element that hangs. */
  publisher_run_set_deadlines (self->run, RUN_FIXTURE_WAIT_US,
      RUN_FIXTURE_WAIT_US);
  self->reader = g_thread_new ("said", read_said, self);
  return self;
}

void
run_fixture_add_host (RunFixture * self)
{
  PublisherHostConfig config = { 0 };
  self->host = publisher_host_new (&config, NULL);
  ck_assert (publisher_host_wait (self->host, NULL));
  publisher_run_set_host (self->run, self->host,
      publisher_host_get_url (self->host));
}

void
run_fixture_free (RunFixture * self)
{
  ck_assert (publisher_run_is_clean (self->run));
  publisher_run_free (self->run);
  publisher_host_free (self->host);
  gst_object_unref (self->room);
  gst_object_unref (self->pipeline);
  publisher_options_free (self->options);
  close (self->fds[0]);
  g_string_free (self->said, TRUE);
  life_cond_clear (&self->cond);
  life_lock_clear (&self->lock);
  g_free (self);
}

PublisherRun *
run_fixture_get_run (RunFixture * self)
{
  return self->run;
}

GstElement *
run_fixture_get_pipeline (RunFixture * self)
{
  return self->pipeline;
}

GstElement *
run_fixture_get_room (RunFixture * self)
{
  return self->room;
}

PublisherHost *
run_fixture_get_host (RunFixture * self)
{
  return self->host;
}

gint
run_fixture_execute (RunFixture * self)
{
  gint code = publisher_run_exec (self->run);
  ck_assert (publisher_output_close (self->output, RUN_FIXTURE_WAIT_US));
  publisher_output_free (self->output);
  close (self->fds[1]);
  g_thread_join (self->reader);
  return code;
}

void
run_fixture_assert_said (RunFixture * self, const gchar * part)
{
  life_lock_lock (&self->lock);
  ck_assert_msg (strstr (self->said->str, part) != NULL, "no '%s' in: %s",
      part, self->said->str);
  life_lock_unlock (&self->lock);
}

gboolean
run_fixture_wait_said (RunFixture * self, const gchar * pattern)
{
  gint64 end = g_get_monotonic_time () + RUN_FIXTURE_WAIT_US;
  gboolean said;

  life_lock_lock (&self->lock);
  while (!(said = g_regex_match_simple (pattern, self->said->str, 0, 0))
      && life_cond_wait_until (&self->cond, &self->lock, end));
  life_lock_unlock (&self->lock);
  return said;
}

static gboolean
take_signal (gpointer user_data)
{
  Signal *self = user_data;
  PublisherRun *run = g_atomic_pointer_get (&self->run);
  publisher_run_take_signal (run, self->number);
  return G_SOURCE_REMOVE;
}

void
run_fixture_signal (RunFixture * self, gint number)
{
  Signal *signal = g_new (Signal, 1);
  signal->number = number;
  g_atomic_pointer_set (&signal->run, self->run);
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_static_name (source, "test-signal");
  g_source_set_callback (source, take_signal, signal, g_free);
  g_source_attach (source, publisher_run_get_context (self->run));
}

gint
run_fixture_count (RunFixture * self, const gchar * property)
{
  gint value;
  g_object_get (self->room, property, &value, NULL);
  return value;
}

void
run_fixture_assert_one_stop (RunFixture * self)
{
  ck_assert_int_eq (run_fixture_count (self, "starts"), 1);
  ck_assert_int_eq (run_fixture_count (self, "stops"), 1);
}
