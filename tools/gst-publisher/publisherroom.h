/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherRoom: the roompublish of a pipeline, found or added, and how the
 * options reach it. */
#pragma once

#include <gst/gst.h>

#include "publisheroptions.h"

/* The pipeline's own roompublish, or NULL. Fails when there is more than one:
 * then the options would have no clear meaning. */
gboolean publisher_room_find (GstBin *pipeline, GstElement **room,
    GError **error);

/* Adds one. Fails when the element is not installed. */
GstElement *publisher_room_add (GstBin *pipeline, GError **error);

/* Sets what the options say and nothing else, so that a roompublish that came
 * with the pipeline keeps what was written there. */
void publisher_room_configure (GstElement *room,
    const PublisherOptions *options);

/* @users as in PublisherAllowed, but never NULL. */
void publisher_room_set_allowed_users (GstElement *room, gchar **users);
