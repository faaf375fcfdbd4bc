/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverreply.h"

struct _ServerReply
{
  ServerMediaAnswered answered;
  gpointer user_data;
  GDestroyNotify destroy;
  GError *error;
};

ServerReply *
server_reply_new (ServerMediaAnswered answered, gpointer user_data,
    GDestroyNotify destroy)
{
  ServerReply *self = g_new0 (ServerReply, 1);

  self->answered = answered;
  self->user_data = user_data;
  self->destroy = destroy;
  return self;
}

void
server_reply_finish (ServerReply * self, const gchar * sdp,
    const GError * error)
{
  self->answered (sdp, error, self->user_data);
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_clear_error (&self->error);
  g_free (self);
}

/* Also when the loop has been stopped and runs it no more. */
static void
deliver (gpointer data)
{
  ServerReply *self = data;

  server_reply_finish (self, NULL, self->error);
}

static void
do_nothing (gpointer data)
{
}

void
server_reply_refuse (ServerReply * self, LifeLoop * loop, GError * error)
{
  self->error = error;
  life_loop_post (loop, do_nothing, self, deliver);
}
