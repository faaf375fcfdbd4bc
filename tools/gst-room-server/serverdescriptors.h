/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerDescriptors: how many descriptors this process may have, and which part
 * of them clients that connect may take: what is left is for media and files,
 * and whether it suffices. It opens none. Any thread. */
#pragma once

#include <glib.h>

/* So many are asked for, and no more: Debian's limit is 1024, and a process
 * may raise it up to half a million. Each media connection has some ten. */
#define SERVER_DESCRIPTORS_WANTED 65536

/* Raises the limit. For a process of its own: who shares it with others does
 * not know whether they can live with high numbers, as select() cannot. */
void server_descriptors_raise (void);

/* Sockets for clients: a quarter of the limit, at most LIVEKIT_MAX_SOCKETS. */
guint server_descriptors_get_sockets (void);

/* For one more media connection than @legs, each with a socket for each of
 * @addresses. GLib ends the process when one has no descriptors left. */
gboolean server_descriptors_suffice (guint legs, guint addresses);
