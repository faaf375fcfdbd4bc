/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* StopScene: roompublish in a pipeline, brought to one phase of its life by a
 * scripted server that goes no further, and held there. */
#pragma once

#include "hangresolver.h"
#include "roomanswerer.h"
#include "roomscript.h"
#include "stoprecord.h"

typedef enum {
  STOP_PHASE_RESOLVING,
  STOP_PHASE_CONNECTING,
  STOP_PHASE_UPGRADING,
  STOP_PHASE_JOINING,           /* the socket is open, no join comes */
  STOP_PHASE_JOINED,            /* with pads, and nothing on them */
  STOP_PHASE_PAUSED,            /* joined, and never PLAYING */
  STOP_PHASE_ADDING_TRACK,
  STOP_PHASE_OFFERING,
  STOP_PHASE_ICE,
  STOP_PHASE_LIVE,
  STOP_PHASE_LEAVING,           /* the server does not answer the leave */
} StopPhase;
#define STOP_N_PHASES (STOP_PHASE_LEAVING + 1)

typedef enum {
  STOP_INPUT_LIVE,
  STOP_INPUT_FILE,              /* not live, without end */
  STOP_INPUT_SILENT,            /* neither data nor caps */
} StopInput;
#define STOP_N_INPUTS (STOP_INPUT_SILENT + 1)

typedef struct {
  StopPhase phase;
  StopInput input;
  GstElement *pipeline;
  GstElement *room;
  GstBus *bus;
  StopRecord *record;
  RoomScript *script;           /* NULL: not in this phase */
  RoomAnswerer *answerer;       /* the same */
  HangResolver *resolver;       /* the same */
  guint connecting;             /* to the script's port, before we did */
  gboolean by_state;            /* a state change is under way: what ends the
                                 * streams goes to the element itself */
  GThread *leaver;              /* makes that change, until it is joined */
} StopScene;

const gchar *stop_phase_get_name (StopPhase phase);

/* @by_state: in LEAVING, the leaving was begun by a state change instead of
 * the end of all streams. */
StopScene *stop_scene_new (StopPhase phase, StopInput input);
/* Starts the pipeline and waits for the phase. FALSE: it did not come. */
gboolean stop_scene_enter (StopScene *self, gboolean by_state);
/* Only starts it. */
void stop_scene_start (StopScene *self);

/* The socket goes, by a reset or in order. */
void stop_scene_cut (StopScene *self, gboolean reset);

/* Frees what is not the pipeline's, and the pipeline in NULL. FALSE when
 * somebody holds on to the pipeline, the element, a pad or webrtcbin. */
gboolean stop_scene_free (StopScene *self);
