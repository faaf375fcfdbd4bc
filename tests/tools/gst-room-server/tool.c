/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gst-room-server as a process: what it says, and with which code it ends. */
#include "hostclient.h"
#include "medianoise.h"
#include "obsoffer.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <gst/check/gstcheck.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

/* Descriptors of a tool that has few, and who wants them. */
#define FEW 256
#define FLOOD 400
#define CONNECTIONS 50

static const gchar *program;
static gboolean has_few;

typedef struct
{
  GSubprocess *process;
  GDataInputStream *out;
  guint16 port;
} Tool;

static void
limit_child (gpointer user_data)
{
  struct rlimit limit = { FEW, FEW };

  setrlimit (RLIMIT_NOFILE, &limit);
}

/* @line: options with single spaces. */
static Tool
run (const gchar * line)
{
  g_autofree gchar *whole = g_strconcat (program, " ", line, NULL);
  g_auto (GStrv) words = g_strsplit (whole, " ", -1);
  Tool self = { NULL };

  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new
      (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  if (has_few)
    g_subprocess_launcher_set_child_setup (launcher, limit_child, NULL, NULL);
  self.process = g_subprocess_launcher_spawnv (launcher,
      (const gchar * const *) words, NULL);
  ck_assert (self.process != NULL);
  self.out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (self.process));
  return self;
}

/* The next event of that name. */
static JsonObject *
read_event (Tool * self, const gchar * name)
{
  for (;;) {
    g_autofree gchar *line =
        g_data_input_stream_read_line (self->out, NULL, NULL, NULL);
    ck_assert_msg (line != NULL, "it says nothing of %s", name);
    g_autoptr (JsonNode) node = json_from_string (line, NULL);
    ck_assert_msg (node != NULL, "no JSON: %s", line);
    JsonObject *object = json_node_get_object (node);
    if (g_str_equal (json_object_get_string_member (object, "event"), name))
      return json_object_ref (object);
  }
}

static Tool
start (const gchar * options)
{
  g_autofree gchar *line = g_strconcat ("--listen=127.0.0.1:0 --json "
      "--media-address=127.0.0.1 ", options, NULL);
  Tool self = run (g_strchomp (line));
  g_autoptr (JsonObject) event = read_event (&self, "listening");

  self.port = json_object_get_int_member (event, "port");
  ck_assert_uint_ne (self.port, 0);
  return self;
}

/* Its exit code; @said gets what stood on its standard error, ours if NULL. */
static gint
finish (Tool * self, gchar ** said)
{
  GInputStream *err = g_subprocess_get_stderr_pipe (self->process);
  gchar text[16 * 1024] = "";
  gsize size = 0;

  ck_assert (g_input_stream_read_all (err, text, sizeof text - 1, &size, NULL,
          NULL));
  ck_assert (g_subprocess_wait (self->process, NULL, NULL));
  ck_assert (g_subprocess_get_if_exited (self->process));
  gint code = g_subprocess_get_exit_status (self->process);
  if (said != NULL)
    *said = g_strndup (text, size);
  else
    g_printerr ("%s", text);
  g_object_unref (self->out);
  g_object_unref (self->process);
  return code;
}

static const struct
{
  const gchar *line;
  gint code;
  const gchar *text;
} refusals[] = {
  {"--nothing", EX_USAGE, "--help"},
  {"--keys=no", EX_USAGE, "key: secret"},
  {"--keys-file=/nowhere/at/all", EX_NOINPUT, "cannot read"},
  {"--listen=0.0.0.0:0", EX_CONFIG, "everybody knows the development key"},
  {"--listen=192.0.2.7:0 --keys=a:b", EX_UNAVAILABLE, ""},
  {"--listen=127.0.0.1:0 --record=/proc/none", EX_CANTCREAT, "/proc/none"},
};

START_TEST (test_what_it_refuses_has_its_own_code)
{
  g_autofree gchar *said = NULL;
  Tool tool = run (refusals[_i].line);

  ck_assert_int_eq (finish (&tool, &said), refusals[_i].code);
  ck_assert_msg (strstr (said, refusals[_i].text) != NULL, "%s", said);
}

END_TEST;

START_TEST (test_the_development_key_is_warned_of_and_its_own_is_not)
{
  g_autofree gchar *loud = NULL, *quiet = NULL;
  Tool tool = start ("");

  g_subprocess_send_signal (tool.process, SIGTERM);
  ck_assert_int_eq (finish (&tool, &loud), 0);
  ck_assert (strstr (loud, "WARNING") != NULL);
  tool = start ("--keys=key:hidden");
  g_subprocess_send_signal (tool.process, SIGINT);
  ck_assert_int_eq (finish (&tool, &quiet), 0);
  ck_assert (strstr (quiet, "WARNING") == NULL);
}

END_TEST;

START_TEST (test_a_signal_in_any_phase_of_a_client_ends_it)
{
  /* Of those who hear it a busy machine must cut nobody. */
  Tool tool = start (_i == HOST_DEAF ? "--grace=1" : "--grace=30");
  HostClient *watched = NULL;

  if (_i == HOST_WATCHING) {
    watched = host_client_new (tool.port, STAGE_ONE, HOST_LIVE, "cam",
        "secret");
    ck_assert (host_client_wait (watched));
  }
  HostClient *client = host_client_new (tool.port, STAGE_ONE, _i, "ann",
      "secret");
  ck_assert (host_client_wait (client));
  g_subprocess_send_signal (tool.process, SIGTERM);
  g_autoptr (JsonObject) event = read_event (&tool, "stopped");
  ck_assert_int_eq (json_object_get_int_member (event, "stuck"), 0);
  gint cut = json_object_get_int_member (event, "cut");
  ck_assert_int_eq (cut, _i == HOST_DEAF);
  ck_assert_int_eq (finish (&tool, NULL), cut > 0 ? EX_TEMPFAIL : EX_OK);
  host_client_free (client);
  g_clear_pointer (&watched, host_client_free);
}

END_TEST;

/* Its clock for two signals as one is real: the second follows what it says of
 * the first, until it is heard. */
START_TEST (test_a_second_signal_ends_the_grace)
{
  Tool tool = start ("--grace=3600");
  HostClient *client = host_client_new (tool.port, STAGE_ONE, HOST_DEAF, "ann",
      "secret");

  g_subprocess_send_signal (tool.process, SIGTERM);
  g_autoptr (JsonObject) stopping = read_event (&tool, "stopping");
  g_poll (NULL, 0, 300);
  g_subprocess_send_signal (tool.process, SIGTERM);
  g_autoptr (JsonObject) event = read_event (&tool, "stopped");
  ck_assert_int_eq (json_object_get_int_member (event, "cut"), 1);
  ck_assert_int_eq (finish (&tool, NULL), EX_TEMPFAIL);
  host_client_free (client);
}

END_TEST;

/* Whether the process has a handler for SIGTERM, as the kernel knows. */
static gboolean
catches (GSubprocess * process)
{
  static const gchar name[] = "SigCgt:";
  g_autofree gchar *path = g_strdup_printf ("/proc/%s/status",
      g_subprocess_get_identifier (process));
  g_autofree gchar *text = NULL;

  ck_assert (g_file_get_contents (path, &text, NULL, NULL));
  const gchar *line = strstr (text, name);
  ck_assert (line != NULL);
  guint64 set = g_ascii_strtoull (line + strlen (name), NULL, 16);
  return (set >> (SIGTERM - 1) & 1) != 0;
}

/* A pipe that takes no byte more; the end to write to. */
static gint
make_full_pipe (gint * read_end)
{
  static const gchar block[4096];
  gint fds[2];

  ck_assert (g_unix_open_pipe (fds, FD_CLOEXEC, NULL));
  ck_assert (g_unix_set_fd_nonblocking (fds[1], TRUE, NULL));
  for (gsize size = sizeof block; size > 0; size /= 2) {
    while (write (fds[1], block, size) > 0);
  }
  ck_assert (g_unix_set_fd_nonblocking (fds[1], FALSE, NULL));
  *read_end = fds[0];
  return fds[1];
}

/* Its first line waits for ever. */
START_TEST (test_a_reader_that_does_not_read_stops_nobody)
{
  gint reader;
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);

  g_subprocess_launcher_take_stdout_fd (launcher, make_full_pipe (&reader));
  g_autoptr (GSubprocess) process = g_subprocess_launcher_spawn (launcher,
      NULL, program, "--listen=127.0.0.1:0", "--verbose", NULL);
  ck_assert (process != NULL);
  while (!catches (process))
    g_poll (NULL, 0, 10);
  g_subprocess_send_signal (process, SIGTERM);
  ck_assert (g_subprocess_wait (process, NULL, NULL));
  ck_assert (g_subprocess_get_if_exited (process));
  ck_assert_int_eq (g_subprocess_get_exit_status (process), 0);
  close (reader);
}

END_TEST;

START_TEST (test_keys_are_read_again)
{
  g_autofree gchar *path = NULL;
  gint fd = g_file_open_tmp (NULL, &path, NULL);
  ck_assert (g_file_set_contents (path, "devkey: first\n", -1, NULL));
  g_autofree gchar *options =
      g_strconcat ("--verbose --keys-file=", path, NULL);
  Tool tool = start (options);

  ck_assert (g_file_set_contents (path, "devkey: second\n", -1, NULL));
  g_subprocess_send_signal (tool.process, SIGHUP);
  g_autoptr (JsonObject) event = read_event (&tool, "keys");
  ck_assert (json_object_get_boolean_member (event, "changed"));
  HostClient *client = host_client_new (tool.port, STAGE_ONE, HOST_JOINED,
      "ann", "second");
  ck_assert (host_client_wait (client));
  g_autoptr (JsonObject) joined = read_event (&tool, "joined");
  ck_assert_str_eq (json_object_get_string_member (joined, "identity"), "ann");
  g_subprocess_send_signal (tool.process, SIGTERM);
  ck_assert_int_eq (finish (&tool, NULL), 0);
  host_client_free (client);
  unlink (path);
  close (fd);
}

END_TEST;

static GSocketConnection *
dial (guint16 port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_socket_client_set_timeout (client, 30);
  return g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL,
      NULL);
}

/* Who says nothing has no more than his share, and a request from his very
 * address is answered at once, with room left for media. */
START_TEST (test_silent_ones_without_number_keep_nobody_out)
{
  static const gchar request[] = "GET /api/rooms HTTP/1.1\r\nHost: 127.0.0.1"
      "\r\n\r\n";
  g_autoptr (GPtrArray) silent =
      g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree gchar *said = NULL;
  gchar answer[13] = "";

  has_few = TRUE;
  Tool tool = start ("--keys=key:hidden");
  for (guint i = 0; i < FLOOD; i++) {
    GSocketConnection *stream = dial (tool.port);
    ck_assert (stream != NULL);
    g_ptr_array_add (silent, stream);
  }
  g_autoptr (GSocketConnection) client = dial (tool.port);
  GSocket *socket = g_socket_connection_get_socket (client);
  ck_assert_int_gt (g_socket_send (socket, request, strlen (request), NULL,
          NULL), 0);
  ck_assert_int_gt (g_socket_receive (socket, answer, sizeof answer - 1, NULL,
          NULL), 0);
  ck_assert_str_eq (answer, "HTTP/1.1 200");
  g_autofree gchar *folder = g_strdup_printf ("/proc/%s/fd",
      g_subprocess_get_identifier (tool.process));
  g_autoptr (GDir) open = g_dir_open (folder, 0, NULL);
  guint count = 0;
  while (g_dir_read_name (open) != NULL)
    count++;
  ck_assert_uint_lt (count, FEW / 2);
  g_subprocess_send_signal (tool.process, SIGTERM);
  ck_assert_int_eq (finish (&tool, &said), 0);
  ck_assert_msg (strstr (said, "Too many open files") == NULL, "%s", said);
}

END_TEST;

/* The answer to an offer. */
static gchar *
publish (guint16 port, guint number)
{
  g_autoptr (GSocketConnection) stream = dial (port);
  g_autofree gchar *request =
      g_strdup_printf ("POST /room/stage/whip?identity=p%u HTTP/1.1\r\n"
      "Host: 127.0.0.1\r\nContent-Type: application/sdp\r\n"
      "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", number,
      strlen (OBS_OFFER), OBS_OFFER);
  gchar answer[1024] = "";

  ck_assert (stream != NULL);
  ck_assert (g_output_stream_write_all (g_io_stream_get_output_stream
          (G_IO_STREAM (stream)), request, strlen (request), NULL, NULL, NULL));
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (stream)),
      answer, sizeof answer - 1, NULL, NULL, NULL);
  return g_strdup (answer);
}

/* GLib ends a process in which a thread finds none. */
START_TEST (test_media_without_descriptors_is_refused)
{
  guint taken = 0, refused = 0;

  has_few = TRUE;
  Tool tool = start ("");
  for (guint i = 0; i < CONNECTIONS; i++) {
    g_autofree gchar *answer = publish (tool.port, i);
    gboolean full = strstr (answer, "too many media connections") != NULL;
    ck_assert_msg (g_str_has_prefix (answer, full ? "HTTP/1.1 503 "
            : "HTTP/1.1 201 "), "%s", answer);
    taken += !full;
    refused += full;
  }
  ck_assert_uint_gt (taken, 0);
  ck_assert_uint_gt (refused, 0);
  g_subprocess_send_signal (tool.process, SIGTERM);
  ck_assert_int_eq (finish (&tool, NULL), 0);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  media_noise_allow ();
  program = argv[1];
  Suite *suite = suite_create ("gst-room-server");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, 120);
  tcase_add_loop_test (tcase, test_what_it_refuses_has_its_own_code, 0,
      G_N_ELEMENTS (refusals));
  tcase_add_test (tcase,
      test_the_development_key_is_warned_of_and_its_own_is_not);
  tcase_add_loop_test (tcase, test_a_signal_in_any_phase_of_a_client_ends_it, 0,
      HOST_N_PHASES);
  tcase_add_test (tcase, test_keys_are_read_again);
  suite_add_tcase (suite, tcase);
  TCase *again = tcase_create ("again");
  tcase_set_timeout (again, 120);
  tcase_add_test (again, test_a_second_signal_ends_the_grace);
  tcase_add_test (again, test_a_reader_that_does_not_read_stops_nobody);
  suite_add_tcase (suite, again);
  TCase *few = tcase_create ("few");
  tcase_set_timeout (few, 120);
  tcase_add_test (few, test_silent_ones_without_number_keep_nobody_out);
  tcase_add_test (few, test_media_without_descriptors_is_refused);
  suite_add_tcase (suite, few);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
