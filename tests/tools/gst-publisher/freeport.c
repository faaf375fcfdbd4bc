/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeport.h"

#include <check.h>
#include <gio/gio.h>

/* Below those that Linux gives to whoever asks for any: other tests, which run
 * beside this one, get none of these. */
#define FIRST 20000
#define END 32768
#define TRIES 1000

static gboolean
is_free (guint16 port)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.1", port);

  ck_assert (socket != NULL);
  return g_socket_bind (socket, address, FALSE, NULL)
      && g_socket_listen (socket, NULL);
}

guint16
free_port_find (void)
{
  for (guint i = 0; i < TRIES; i++) {
    guint16 port = g_random_int_range (FIRST, END);
    if (is_free (port))
      return port;
  }
  ck_abort_msg ("no port is free");
}
