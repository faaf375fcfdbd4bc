/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HostClient: a client of a room server by its sockets, which comes in as far
 * as a phase and stays there. It has a loop of its own. For tests; called from
 * the test's own thread. */
#pragma once

#include "stageclient.h"

typedef struct _HostClient HostClient;

typedef enum {
  HOST_CONNECTED,               /* a socket, and nothing said */
  HOST_ASKING,                  /* half of a request */
  HOST_DEAF,                    /* joined, and reads nothing */
  HOST_JOINED,
  HOST_ADDING,                  /* a track is announced */
  HOST_OFFERED,                 /* there is an answer that nobody reads */
  HOST_CHECKING,                /* no candidate of it ever comes */
  HOST_LIVE,                    /* media comes in */
  HOST_LOST,                    /* the same, and its socket is cut */
  HOST_RESUMING,                /* the same, and it asks for another, half */
  /* Without signalling. */
  HOST_POSTING,                 /* WHIP: waits for the answer */
  HOST_WATCHING,                /* WHEP: pictures of another one come */
  HOST_HEARING,                 /* events of the page */
  HOST_CALLING,                 /* half of a call of the administrator */
  HOST_N_PHASES,
} HostPhase;

const gchar *host_phase_get_name (HostPhase phase);
/* The server has a client to count: one with signalling. */
gboolean host_phase_is_client (HostPhase phase);

/* @kind: STAGE_ONE or STAGE_TWO. @secret: of the development key's name. */
HostClient *host_client_new (guint16 port, StageKind kind, HostPhase phase,
    const gchar *identity, const gchar *secret);
/* It is there; FALSE after a time that only a broken test needs, or when it
 * was refused. */
gboolean host_client_wait (HostClient *self);
/* The same as waiting for a refusal: its status; 0: it was let in. */
guint host_client_wait_refused (HostClient *self);
/* It was told that the server stops. */
gboolean host_client_wait_told (HostClient *self);
/* Where it stands, and without a word. */
void host_client_free (HostClient *self);
