/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servercandidate.h"

#include <gio/gio.h>
#include <string.h>

/* Behind a per cent sign GLib takes anything for the name of an interface, and
 * webrtcbin would look it up when it ends in ".local". */
gboolean
server_candidate_has_address (const gchar * candidate)
{
  g_auto (GStrv) words = g_strsplit (candidate, " ", 6);

  return g_strv_length (words) == 6 && strchr (words[4], '%') == NULL
      && g_hostname_is_ip_address (words[4]);
}
