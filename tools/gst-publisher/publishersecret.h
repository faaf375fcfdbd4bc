/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherSecret: where secrets come from and how they leave the argument
 * list, which every user of the machine can read. */
#pragma once

#include <glib.h>

/* Reads a secret from the file @path; white space around it is dropped. Fails
 * when the file is unreadable, empty, too large or not text. */
gchar *publisher_secret_read (const gchar *path, GError **error);

/* Overwrites, in the memory of @argv itself, the values of --token and
 * --api-secret, and those of the same properties within a pipeline
 * description. Copy what is needed before. */
void publisher_secret_wipe_arguments (gint argc, gchar **argv);

/* Overwrites @secret, then frees it. */
void publisher_secret_free (gchar *secret);
