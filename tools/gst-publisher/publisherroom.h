/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherRoom: the roompublish of a pipeline, found in it or prepared for it,
 * and how the options reach it. */
#pragma once

#include <gst/gst.h>

#include "publisheroptions.h"

/* The pipeline's own roompublish, or NULL. Fails when there is more than one:
 * then the options would have no clear meaning. */
gboolean publisher_room_find (GstBin *pipeline, GstElement **room,
    GError **error);

/* A roompublish in READY, for a pipeline that is yet to be made: its key is
 * made meanwhile. NULL when the element is not installed. */
GstElement *publisher_room_prepare (void);

/* For the end, when no pipeline uses it any more; NULL is nothing. A key that
 * is being made is waited for. */
void publisher_room_discard (GstElement *room);

/* Adds @room, which was prepared; the caller owns what is returned, and keeps
 * @room. Fails when it is NULL: the element is not installed. */
GstElement *publisher_room_add (GstBin *pipeline, GstElement *room,
    GError **error);

/* It says itself where its server is. */
gboolean publisher_room_has_server (GstElement *room);
/* What the room's own description names, into what the options leave open. */
void publisher_room_read_names (GstElement *room, PublisherOptions *options);

/* Sets what the options say and nothing else, so that a roompublish that came
 * with the pipeline keeps what was written there. */
void publisher_room_configure (GstElement *room,
    const PublisherOptions *options);

/* @users as in PublisherAllowed, but never NULL. */
void publisher_room_set_allowed_users (GstElement *room, gchar **users);
