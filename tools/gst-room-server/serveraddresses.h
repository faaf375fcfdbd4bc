/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerAddresses: the addresses of this machine that media is offered at. Not
 * the one that is listened at for requests. Any thread. */
#pragma once

#include <glib.h>

/* So many at most: each costs every connection a socket. */
#define SERVER_ADDRESSES_MAX 16

/* @listening is a loopback address or stands for all: loopback and those of all
 * interfaces, for browsers have no candidate on loopback. Else only itself. */
GStrv server_addresses_list (const gchar *listening);

/* FALSE also for what is no address. */
gboolean server_addresses_is_loopback (const gchar *address);
