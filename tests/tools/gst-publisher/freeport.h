/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FreePort: a port at which nobody listens, for who has to be told one before
 * he listens there. Port 0 is better wherever it will do. */
#pragma once

#include <glib.h>

guint16 free_port_find (void);
