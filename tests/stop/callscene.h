/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CallScene: rtmpsink or rtmpsrc in a pipeline, brought to one phase of its
 * life by a server that goes no further, and held there. */
#pragma once

#include "hangresolver.h"
#include "hostserver.h"
#include "stoprecord.h"
#include "stucklistener.h"

typedef enum {
  CALL_PHASE_RESOLVING,
  CALL_PHASE_CONNECTING,
  CALL_PHASE_TLS,
  CALL_PHASE_HANDSHAKE,
  CALL_PHASE_CONNECT,           /* no answer to the connect */
  CALL_PHASE_CREATE_STREAM,
  CALL_PHASE_START,             /* nor to publish or play */
  CALL_PHASE_RUNNING,
  CALL_PHASE_PAUSED,            /* the pipeline is */
  CALL_PHASE_BLOCKED,           /* the sink by its server, the source by what
                                 * is behind it */
  CALL_PHASE_DRAINING,          /* the goodbye is not answered */
  CALL_PHASE_LEAVING,           /* a stop by a state change is under way */
  CALL_PHASE_WAITING,           /* to connect again */
} CallPhase;
#define CALL_N_PHASES (CALL_PHASE_WAITING + 1)

typedef struct {
  CallPhase phase;
  gboolean publish;             /* it is rtmpsink */
  gboolean odd;                 /* the other way to be in this phase */
  GstElement *pipeline;
  GstElement *call;
  GstElement *other;            /* before the sink, behind the source */
  GstBus *bus;
  StopRecord *record;
  HostServer *server;           /* NULL: not in this phase */
  StuckListener *listener;      /* the same */
  HangResolver *resolver;       /* the same */
  gint heard;                   /* atomic: the listener has something, or the
                                 * sink has the end */
  guint connecting;             /* to the listener's port, before we did */
  gulong probe;                 /* that lets nothing pass; 0: none */
  GThread *leaver;              /* makes the state change, until it is joined */
} CallScene;

const gchar *call_phase_get_name (CallPhase phase);

CallScene *call_scene_new (CallPhase phase, gboolean publish, gboolean odd);
/* Starts the pipeline and waits for the phase. FALSE: it did not come. */
gboolean call_scene_enter (CallScene *self);

/* Who was waited for goes on. */
void call_scene_release (CallScene *self);
/* The server goes, by a reset or in order. */
void call_scene_cut (CallScene *self, gboolean reset);
/* Of "stats". */
gchar *call_scene_dup_state (CallScene *self);

/* With the pipeline in NULL. */
void call_scene_free (CallScene *self);
