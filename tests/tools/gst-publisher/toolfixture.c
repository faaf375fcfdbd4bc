/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ToolFixture: see the header. */
#include "toolfixture.h"

#include <check.h>
#include <gio/gunixinputstream.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "fakeroompublish.h"

struct _ToolFixture
{
  GSubprocess *process;
  GDataInputStream *lines;      /* NULL: standard output is elsewhere */
  GString *seen;
};

static void
prepare_child (gpointer user_data)
{
  const ToolFixtureConfig *config = user_data;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  /* What runs the tests in the background ignores these, and so would we. */
  signal (SIGINT, SIG_DFL);
  signal (SIGQUIT, SIG_DFL);
  signal (SIGHUP, config->ignore_hang_up ? SIG_IGN : SIG_DFL);
}

static void
set_environment (GSubprocessLauncher * launcher,
    const ToolFixtureConfig * config)
{
  g_subprocess_launcher_setenv (launcher, "GST_PLUGIN_PATH_1_0",
      config->plugins, TRUE);
  g_subprocess_launcher_setenv (launcher, "FAKE_ROOM",
      config->behaviour ? config->behaviour : "join", TRUE);
  g_autofree gchar *port = g_strdup_printf ("%u", config->port);
  g_subprocess_launcher_setenv (launcher, "GST_ROOM_SERVER_PORT", port, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "LIVEKIT_TOKEN");
  g_subprocess_launcher_unsetenv (launcher, "LIVEKIT_API_KEY");
  g_subprocess_launcher_unsetenv (launcher, "LIVEKIT_API_SECRET");
  if (config->url)
    g_subprocess_launcher_setenv (launcher, "LIVEKIT_URL", config->url, TRUE);
  else
    g_subprocess_launcher_unsetenv (launcher, "LIVEKIT_URL");
}

ToolFixture *
tool_fixture_new (const gchar * program, const gchar * line,
    const ToolFixtureConfig * config)
{
  g_autofree gchar *whole = g_strdup_printf ("%s %s", program, line);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = NULL;
  ck_assert (g_shell_parse_argv (whole, NULL, &argv, NULL));

  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
      G_SUBPROCESS_FLAGS_STDERR_PIPE |
      (config->out_fd ? 0 : G_SUBPROCESS_FLAGS_STDOUT_PIPE));
  if (config->out_fd)
    g_subprocess_launcher_take_stdout_fd (launcher, config->out_fd);
  if (config->mark_fd)
    g_subprocess_launcher_take_fd (launcher, config->mark_fd,
        FAKE_ROOM_MARK_FD);
  g_subprocess_launcher_set_child_setup (launcher, prepare_child,
      (gpointer) config, NULL);
  set_environment (launcher, config);

  ToolFixture *self = g_new0 (ToolFixture, 1);
  self->seen = g_string_new (NULL);
  self->process = g_subprocess_launcher_spawnv (launcher,
      (const gchar * const *) argv, &error);
  ck_assert_msg (self->process != NULL, "%s", error ? error->message : "");
  if (!config->out_fd)
    self->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe
        (self->process));
  return self;
}

void
tool_fixture_free (ToolFixture * self)
{
  if (!self)
    return;
  g_subprocess_force_exit (self->process);
  g_clear_object (&self->lines);
  g_object_unref (self->process);
  g_string_free (self->seen, TRUE);
  g_free (self);
}

gboolean
tool_fixture_is_open (guint16 port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);
  return connection != NULL;
}

/* FALSE at the end of the output. */
static gboolean
read_next (ToolFixture * self, const gchar * part, gboolean * found)
{
  g_autofree gchar *line =
      g_data_input_stream_read_line (self->lines, NULL, NULL, NULL);
  if (!line)
    return FALSE;
  g_string_append_printf (self->seen, "%s\n", line);
  *found = part && strstr (line, part) != NULL;
  return TRUE;
}

void
tool_fixture_read_line (ToolFixture * self, const gchar * part)
{
  gboolean found = FALSE;
  while (!found && read_next (self, part, &found));
  if (found)
    return;
  g_autofree gchar *error = tool_fixture_read_errors (self);
  ck_abort_msg ("no '%s' in:\n%.3000s\n%.3000s", part, self->seen->str, error);
}

gchar *
tool_fixture_read_errors (ToolFixture * self)
{
  GInputStream *stream = g_subprocess_get_stderr_pipe (self->process);
  g_autoptr (GString) text = g_string_new (NULL);
  gchar data[4096];
  gssize size;
  while ((size = g_input_stream_read (stream, data, sizeof data, NULL,
              NULL)) > 0)
    g_string_append_len (text, data, size);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

const gchar *
tool_fixture_get_seen (ToolFixture * self)
{
  return self->seen->str;
}

void
tool_fixture_signal (ToolFixture * self, gint number)
{
  g_subprocess_send_signal (self->process, number);
}

static guint
count_children (const gchar * parent)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const gchar *name;
  guint count = 0;

  while ((name = g_dir_read_name (dir))) {
    g_autofree gchar *path = g_build_filename ("/proc", name, "stat", NULL);
    g_autofree gchar *text = NULL;
    if (!g_ascii_isdigit (*name)
        || !g_file_get_contents (path, &text, NULL, NULL))
      continue;
    /* "pid (name) state parent ..." */
    g_auto (GStrv) words = g_strsplit (strrchr (text, ')') + 2, " ", 3);
    if (g_strcmp0 (words[1], parent) == 0)
      count++;
  }
  return count;
}

void
tool_fixture_kill (ToolFixture * self)
{
  g_autofree gchar *pid =
      g_strdup (g_subprocess_get_identifier (self->process));
  ck_assert_uint_eq (count_children (pid), 0);
  g_subprocess_send_signal (self->process, SIGKILL);
  ck_assert (g_subprocess_wait (self->process, NULL, NULL));
  ck_assert (g_subprocess_get_if_signaled (self->process));
}

void
tool_fixture_write (ToolFixture * self, const gchar * text)
{
  ck_assert (g_output_stream_write_all (g_subprocess_get_stdin_pipe
          (self->process), text, strlen (text), NULL, NULL, NULL));
}

void
tool_fixture_close_input (ToolFixture * self)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL,
      NULL);
}

void
tool_fixture_close_output (ToolFixture * self)
{
  g_clear_object (&self->lines);
  g_input_stream_close (g_subprocess_get_stdout_pipe (self->process), NULL,
      NULL);
}

void
tool_fixture_assert_silence (ToolFixture * self, gint ms)
{
  GPollFD fd = {
    .fd = g_unix_input_stream_get_fd (G_UNIX_INPUT_STREAM
        (g_subprocess_get_stdout_pipe (self->process))),
    .events = G_IO_IN,
  };
  ck_assert_int_eq (g_poll (&fd, 1, ms), 0);
}

gchar *
tool_fixture_dup_arguments (ToolFixture * self, gsize * size)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/%s/cmdline",
      g_subprocess_get_identifier (self->process));
  gchar *arguments = NULL;
  ck_assert (g_file_get_contents (path, &arguments, size, NULL));
  return arguments;
}

void
tool_fixture_finish (ToolFixture * self, gint code)
{
  gboolean found;
  while (self->lines && read_next (self, NULL, &found));
  g_autofree gchar *error = tool_fixture_read_errors (self);
  ck_assert (g_subprocess_wait (self->process, NULL, NULL));
  ck_assert_msg (g_subprocess_get_if_exited (self->process),
      "killed by %d\n%.3000s", g_subprocess_get_if_signaled (self->process) ?
      g_subprocess_get_term_sig (self->process) : 0, error);
  ck_assert_msg (g_subprocess_get_exit_status (self->process) == code,
      "exit code %d, not %d\n%.3000s\n%.3000s",
      g_subprocess_get_exit_status (self->process), code, self->seen->str,
      error);
}
