/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverline.h"

#include <gio/gio.h>

/* The session of the roster ends with its leg; how, nobody asks. */
#define REASON_STOPPED 1

typedef struct
{
  guint mline;
  gchar *text;
} LineCandidate;

struct _ServerLine
{
  LifeLoop *loop;               /* the leg has it too */
  ServerLeg *leg;
  GSource *watch;               /* NULL: not asked for */
  LifeEntry *entry;
  ServerLineFuncs funcs;
  gpointer user_data;

  guint id;                     /* of the offer that is being answered */
  guint next_id;                /* of one that came too early */
  gchar *next_sdp;              /* NULL: none did */

  gboolean described;
  gboolean gathered;
  GPtrArray *candidates;        /* of LineCandidate: all there are */
  guint told;                   /* of them */
  gboolean last_told;
};

static void
candidate_free (gpointer data)
{
  LineCandidate *candidate = data;

  g_free (candidate->text);
  g_free (candidate);
}

/* Clients take them behind a description only. */
static void
tell_candidates (ServerLine * self)
{
  if (!self->described)
    return;
  while (self->told < self->candidates->len) {
    const LineCandidate *candidate =
        g_ptr_array_index (self->candidates, self->told++);
    self->funcs.candidate (self, candidate->mline, candidate->text,
        self->user_data);
  }
  if (!self->gathered || self->last_told)
    return;
  self->last_told = TRUE;
  self->funcs.candidate (self, 0, NULL, self->user_data);
}

static void
on_describe (gboolean offer, const gchar * sdp, gpointer data)
{
  ServerLine *self = data;

  self->funcs.describe (self, offer, offer ? 0 : self->id, sdp,
      self->user_data);
  self->described = TRUE;
  tell_candidates (self);
}

static void
on_candidate (guint mline, const gchar * candidate, gpointer data)
{
  ServerLine *self = data;
  LineCandidate *kept = g_new0 (LineCandidate, 1);

  kept->mline = mline;
  kept->text = g_strdup (candidate);
  g_ptr_array_add (self->candidates, kept);
  tell_candidates (self);
}

static void
on_gathered (gpointer data)
{
  ServerLine *self = data;

  self->gathered = TRUE;
  tell_candidates (self);
}

static void
on_state (GstWebRTCPeerConnectionState state, gpointer data)
{
  ServerLine *self = data;

  self->funcs.state_changed (self, state, self->user_data);
}

static const ServerCodec *
on_section (guint mline, const ServerSection * section, gpointer data)
{
  ServerLine *self = data;

  return self->funcs.section (self, mline, section, self->user_data);
}

static void
on_track (ServerTrack * track, gpointer data)
{
  ServerLine *self = data;

  self->funcs.track (self, track, self->user_data);
}

/* The section that it was in has told of it. */
static void
on_track_gone (ServerTrack * track, gpointer data)
{
}

static void
on_failed (const GError * error, gpointer data)
{
  ServerLine *self = data;

  self->funcs.failed (self, error, self->user_data);
}

static void
on_started (ServerOutlet * outlet, gpointer data)
{
  ServerLine *self = data;

  self->funcs.started (self, outlet, self->user_data);
}

static void
take_offer (ServerLine * self, guint id, const gchar * sdp)
{
  g_autoptr (GError) error = NULL;

  self->id = id;
  if (!server_leg_set_offer (self->leg, sdp, &error))
    self->funcs.failed (self, error, self->user_data);
}

static void
on_settled (gpointer data)
{
  ServerLine *self = data;
  g_autofree gchar *sdp = g_steal_pointer (&self->next_sdp);

  if (sdp != NULL)
    take_offer (self, self->next_id, sdp);
  else
    self->funcs.settled (self, self->user_data);
}

static void
on_stopped (gpointer data)
{
  ServerLine *self = data;

  life_entry_end (self->entry, REASON_STOPPED);
  self->funcs.stopped (self, self->user_data);
}

static const ServerLegFuncs leg_funcs = {
  .describe = on_describe,
  .candidate = on_candidate,
  .state_changed = on_state,
  .track = on_track,
  .track_gone = on_track_gone,
  .failed = on_failed,
  .stopped = on_stopped,
  .section = on_section,
  .settled = on_settled,
  .gathered = on_gathered,
  .started = on_started,
};

ServerLine *
server_line_new (LifeLoop * loop, LifeRoster * roster,
    const ServerPeerConfig * config, const ServerLineFuncs * funcs,
    gpointer user_data, GError ** error)
{
  ServerLine *self = g_new0 (ServerLine, 1);

  self->leg = server_leg_new (loop, config, &leg_funcs, self, error);
  if (self->leg == NULL) {
    g_free (self);
    return NULL;
  }
  self->loop = loop;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->candidates = g_ptr_array_new_with_free_func (candidate_free);
  self->entry = life_roster_register (roster, server_leg_ref (self->leg),
      (GDestroyNotify) server_leg_unref);
  return self;
}

static void
clear_watch (ServerLine * self)
{
  if (self->watch != NULL)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
}

void
server_line_free (ServerLine * self)
{
  clear_watch (self);
  life_entry_unref (self->entry);
  server_leg_unref (self->leg);
  g_ptr_array_unref (self->candidates);
  g_free (self->next_sdp);
  g_free (self);
}

ServerLeg *
server_line_get_leg (ServerLine * self)
{
  return self->leg;
}

void
server_line_set_offer (ServerLine * self, guint id, const gchar * sdp)
{
  if (!server_leg_is_answering (self->leg)) {
    take_offer (self, id, sdp);
    return;
  }
  self->next_id = id;
  g_free (self->next_sdp);
  self->next_sdp = g_strdup (sdp);
}

void
server_line_repeat (ServerLine * self, gboolean offer)
{
  if (offer)
    server_leg_repeat_offer (self->leg);
  self->told = 0;
  self->last_told = FALSE;
  tell_candidates (self);
}

static gboolean
on_watch (gpointer data)
{
  ServerLine *self = data;
  g_autoptr (GError) error = NULL;

  if (server_leg_is_alive (self->leg))
    return G_SOURCE_CONTINUE;
  error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
      "the client has closed its connection, or gone without a word");
  self->funcs.failed (self, error, self->user_data);
  return G_SOURCE_REMOVE;
}

void
server_line_watch (ServerLine * self)
{
  if (self->watch == NULL)
    self->watch = life_loop_add_timeout (self->loop, "server-line-watch",
        SERVER_PULSE_INTERVAL, on_watch, self, NULL);
}

void
server_line_stop (ServerLine * self)
{
  clear_watch (self);
  server_leg_stop (self->leg);
}
