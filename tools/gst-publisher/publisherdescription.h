/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherDescription: the words of a gst-launch line as a pipeline. */
#pragma once

#include <gst/gst.h>

/* Joins what the shell has split, so that gst_parse_launch() sees the words as
 * they were: white space within a word is protected. A single word is the
 * whole description and stays as it is. NULL when there is nothing in it. */
gchar *publisher_description_join (const gchar *const *words);

/* The pipeline, in NULL state. Fails when an element is missing, a link is
 * impossible or the text makes no sense. */
GstElement *publisher_description_parse (const gchar *description,
    GError **error);
