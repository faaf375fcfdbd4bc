/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherAllowed: a list of the identities that may subscribe.
 * A list always means what it says: an empty one is nobody. "Everyone" is no
 * list at all (NULL). */
#pragma once

#include <glib.h>

/* From names separated by commas or new lines. Space around a name is
 * dropped, so are empty names and repetitions. */
gchar **publisher_allowed_parse (const gchar *text);

/* The same from a file. Fails when it is unreadable, too large or not text. */
gchar **publisher_allowed_read (const gchar *path, GError **error);

/* For people: "nobody", "everyone" or "a, b". */
gchar *publisher_allowed_to_text (gchar **users);
