/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GoldenText: any message as the text that generate.mjs writes beside its
 * bytes, by the names in its descriptor. */
#pragma once

#include <glib.h>
#include <protobuf-c/protobuf-c.h>

gchar *golden_text_write (const ProtobufCMessage *message);
/* Fields of @message, and of those in it, that its descriptor does not know. */
guint golden_text_count_unknown (const ProtobufCMessage *message);
