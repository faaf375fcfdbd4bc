/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ToolFixture: gst-publisher as a process of which a test sees what anybody
 * sees. A test that fails leaves no process behind. Tests only. */
#pragma once

#include <gio/gio.h>

typedef struct _ToolFixture ToolFixture;

/* What is unusual about the process; all zero: nothing. */
typedef struct {
  const gchar *plugins;         /* folder of the plugins */
  const gchar *behaviour;       /* of the fake room; NULL: it joins */
  const gchar *url;             /* LIVEKIT_URL; NULL: none */
  guint16 port;                 /* of a room server; 0: any */
  gboolean ignore_hang_up;      /* as under nohup */
  gint out_fd;                  /* standard output, is taken; 0: is read */
  gint mark_fd;                 /* for a fake room that marks, is taken */
} ToolFixtureConfig;

/* Starts @program with the words of @line. */
ToolFixture *tool_fixture_new (const gchar *program, const gchar *line,
    const ToolFixtureConfig *config);
void tool_fixture_free (ToolFixture *self);

/* Somebody listens there, on this machine. */
gboolean tool_fixture_is_open (guint16 port);

/* Reads lines of standard output until one has @part. */
void tool_fixture_read_line (ToolFixture *self, const gchar *part);

/* All of standard error; the process has closed it then. */
gchar *tool_fixture_read_errors (ToolFixture *self);

/* What was read from standard output up to now. */
const gchar *tool_fixture_get_seen (ToolFixture *self);

void tool_fixture_signal (ToolFixture *self, gint number);
/* Cannot be caught. The process must have no children that would be left. */
void tool_fixture_kill (ToolFixture *self);
void tool_fixture_write (ToolFixture *self, const gchar *text);
void tool_fixture_close_input (ToolFixture *self);
/* Nobody reads standard output any more. */
void tool_fixture_close_output (ToolFixture *self);

/* Fails the test when something is said within @ms. */
void tool_fixture_assert_silence (ToolFixture *self, gint ms);

/* The argument list as the whole machine sees it. */
gchar *tool_fixture_dup_arguments (ToolFixture *self, gsize *size);

/* Reads the rest, and fails the test unless the exit code is @code. */
void tool_fixture_finish (ToolFixture *self, gint code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolFixture, tool_fixture_free)
