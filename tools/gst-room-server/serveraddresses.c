/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serveraddresses.h"

#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

gboolean
server_addresses_is_loopback (const gchar * address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);

  return parsed != NULL && g_inet_address_get_is_loopback (parsed);
}

static GInetAddress *
read_address (const struct sockaddr *address)
{
  gsize size = address->sa_family == AF_INET ? sizeof (struct sockaddr_in)
      : sizeof (struct sockaddr_in6);
  g_autoptr (GSocketAddress) read =
      g_socket_address_new_from_native ((gpointer) address, size);

  return read != NULL ? g_object_ref (g_inet_socket_address_get_address
      (G_INET_SOCKET_ADDRESS (read))) : NULL;
}

/* Not what is good on one link only: it means nothing without its name. */
static void
add (GPtrArray * list, const struct ifaddrs *each)
{
  if (each->ifa_addr == NULL || !(each->ifa_flags & IFF_UP)
      || list->len >= SERVER_ADDRESSES_MAX
      || (each->ifa_addr->sa_family != AF_INET
          && each->ifa_addr->sa_family != AF_INET6))
    return;
  g_autoptr (GInetAddress) address = read_address (each->ifa_addr);
  if (address == NULL || g_inet_address_get_is_link_local (address))
    return;
  g_autofree gchar *text = g_inet_address_to_string (address);
  if (!g_ptr_array_find_with_equal_func (list, text, g_str_equal, NULL))
    g_ptr_array_add (list, g_steal_pointer (&text));
}

GStrv
server_addresses_list (const gchar * listening)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (listening);
  GPtrArray *list = g_ptr_array_new ();
  struct ifaddrs *all = NULL;

  if (parsed == NULL || g_inet_address_get_is_loopback (parsed)
      || g_inet_address_get_is_any (parsed)) {
    g_ptr_array_add (list, g_strdup ("127.0.0.1"));
    if (getifaddrs (&all) == 0) {
      for (const struct ifaddrs * each = all; each != NULL;
          each = each->ifa_next)
        add (list, each);
      freeifaddrs (all);
    }
  } else {
    g_ptr_array_add (list, g_strdup (listening));
  }
  g_ptr_array_add (list, NULL);
  return (GStrv) g_ptr_array_free (list, FALSE);
}
