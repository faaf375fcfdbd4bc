/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "simpipe.h"

#include <string.h>

static guint
draw (GRand * random, guint below)
{
  return g_rand_int_range (random, 0, below);
}

gsize
sim_pipe_put (GByteArray * self, GRand * random, const GOutputVector * vectors,
    guint n)
{
  gsize left = 1 + draw (random, draw (random, 2) ? 5000 : 50), size = 0;

  for (guint i = 0; i < n && left > 0; i++) {
    gsize part = MIN (left, vectors[i].size);
    g_byte_array_append (self, vectors[i].buffer, part);
    left -= part;
    size += part;
  }
  return size;
}

GBytes *
sim_pipe_take (GByteArray * self, GRand * random)
{
  gsize size = 1 + draw (random, draw (random, 2) ? 8000 : 20);

  size = MIN (size, self->len);
  GBytes *bytes = g_bytes_new (self->data, size);

  g_byte_array_remove_range (self, 0, size);
  return bytes;
}

gboolean
sim_pipe_flip (GByteArray * self, GRand * random)
{
  if (self->len < 4)
    return FALSE;
  self->data[draw (random, self->len)] ^= 1 << draw (random, 8);
  return TRUE;
}

gboolean
sim_pipe_swap (GByteArray * self)
{
  if (self->len < 4)
    return FALSE;
  guint half = self->len / 2;
  g_autofree guint8 *copy = g_memdup2 (self->data, self->len);
  memcpy (self->data, copy + half, self->len - half);
  memcpy (self->data + self->len - half, copy, half);
  return TRUE;
}
