/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerFragment: what an application/trickle-ice-sdpfrag body says (RFC 8840,
 * section 9): candidates, and the ICE session that they are of. A whole
 * description can be read as one too. It does not say what they are for. */
#pragma once

#include <glib.h>

/* In bytes: a description is the longest that is read. */
#define SERVER_FRAGMENT_MAX_SIZE (256 * 1024)
#define SERVER_FRAGMENT_MAX_SECTIONS 100
#define SERVER_FRAGMENT_MAX_CANDIDATES 256      /* together */
#define SERVER_FRAGMENT_MAX_WORD 256    /* ufrag, pwd: RFC 8839; mid: ours */

typedef struct {
  gchar *mid;                   /* NULL: not said */
  gchar *ufrag;                 /* its own, else the session's; or NULL */
  gchar *pwd;
  GPtrArray *candidates;        /* "candidate:...", with an IP address */
  gboolean ended;               /* there are no more */
} ServerFragmentSection;

/* A plain value; not changed once made. */
typedef struct {
  GPtrArray *sections;          /* of ServerFragmentSection, at least one */
} ServerFragment;

/* NULL and @error (LIVEKIT_REFUSAL, 400) for what is none. */
ServerFragment *server_fragment_parse (const gchar *text, gsize length,
    GError **error);
void server_fragment_free (ServerFragment *self);

const ServerFragmentSection *server_fragment_get (const ServerFragment *self,
    guint index);

/* Which section of @description the one at @index is: by its mid or, without
 * one, by its place. -1: none. */
gint server_fragment_find (const ServerFragment *self, guint index,
    const ServerFragment *description);

/* It has credentials that @description has not: an ICE restart (RFC 9725,
 * section 4.3.3). */
gboolean server_fragment_restarts (const ServerFragment *self,
    const ServerFragment *description);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerFragment, server_fragment_free)
