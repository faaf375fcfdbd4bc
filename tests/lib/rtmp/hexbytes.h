/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HexBytes: bytes written as a specification has them, for tests.
 * Two digits each; white space between them means nothing. */
#pragma once

#include <glib.h>

GBytes *hex_bytes_new (const gchar *hex);
/* Where @data and @hex are not the same the test ends, and shows both. */
void hex_bytes_assert (gconstpointer data, gsize size, const gchar *hex);
