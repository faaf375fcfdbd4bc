/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherJson: events as JSON objects. */
#pragma once

#include <gst/gst.h>
#include <json-glib/json-glib.h>

/* A new object with "event" set to @event. */
JsonObject *publisher_json_new (const gchar *event);

/* Adds every field of @structure that JSON can hold, lists and structures
 * within it included. */
void publisher_json_add_structure (JsonObject *object,
    const GstStructure *structure);

/* One line, without a new line. */
gchar *publisher_json_to_line (JsonObject *object);
