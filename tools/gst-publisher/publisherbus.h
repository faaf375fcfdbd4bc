/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherBus: what a pipeline says, sorted by what it means for the run.
 * It decides nothing. */
#pragma once

#include <gst/gst.h>

#include "publisherexit.h"
#include "publisheroutput.h"

typedef struct _PublisherBus PublisherBus;

typedef struct {
  /* These two in whatever thread posts, so that nothing that has happened is
   * told late. None may block. @no_way_out: data found no pad to go to, or an
   * element gave no better reason. */
  void (*failed) (PublisherExit reason, const gchar *text,
      gboolean no_way_out, gpointer user_data);
  void (*eos) (gpointer user_data);

  /* The others in the thread of the context. */
  void (*room) (const GstStructure *message, gpointer user_data);
  void (*text) (PublisherOutputLevel level, const gchar *event,
      const gchar *text, gpointer user_data);
  /* Not enough data yet (FALSE), or enough again (TRUE). */
  void (*buffered) (gboolean enough, gpointer user_data);
  void (*latency) (gpointer user_data);
  void (*clock_lost) (gpointer user_data);
} PublisherBusFuncs;

/* Before the pipeline is started. */
PublisherBus *publisher_bus_new (GstElement *pipeline, GMainContext *context,
    const PublisherBusFuncs *funcs, gpointer user_data);

/* Tells what is still waiting, as after a stop; in the thread of the context.
 * The pipeline must not flush its bus. */
void publisher_bus_drain (PublisherBus *self);

/* In the thread of the context. What is posted from now on is thrown away; a
 * thread that is posting is waited for, so nothing is told after this. */
void publisher_bus_free (PublisherBus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherBus, publisher_bus_free)
