/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SimPipe: one way through a network that slices what it carries at random, for
 * tests. The bytes that are under way are a plain GByteArray. */
#pragma once

#include <gio/gio.h>

/* A part of what one end wants to send goes in; how much. */
gsize sim_pipe_put (GByteArray *self, GRand *random,
    const GOutputVector *vectors, guint n);
/* A slice comes out. */
GBytes *sim_pipe_take (GByteArray *self, GRand *random);

/* A bit changes; two halves change places. FALSE: there is nothing to do that
 * to. */
gboolean sim_pipe_flip (GByteArray *self, GRand *random);
gboolean sim_pipe_swap (GByteArray *self);
