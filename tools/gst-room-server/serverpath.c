/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverpath.h"

#include "livekit/livekitlimits.h"

#include <string.h>

#define ROOM "/room/"
#define ASSET "/page/"

static const struct
{
  const gchar *text;
  ServerPathKind kind;
} endings[] = {
  {"/events", SERVER_PATH_ROOM_EVENTS},
  {"/whep", SERVER_PATH_WHEP},
  {"/whip", SERVER_PATH_WHIP},
};

static gboolean
is_id (const gchar * text)
{
  return strlen (text) == SERVER_PATH_ID_LENGTH
      && strspn (text, "0123456789abcdef") == SERVER_PATH_ID_LENGTH;
}

static void
set_room (ServerPath * self, ServerPathKind kind, const gchar * name,
    gsize length)
{
  if (length == 0 || length > LIVEKIT_MAX_NAME)
    return;
  self->kind = kind;
  self->room = g_strndup (name, length);
}

/* "ROOM/whep/ID" */
static gboolean
parse_resource (ServerPath * self, const gchar * name)
{
  const gchar *last = strrchr (name, '/');

  if (last == NULL || last - name < (gssize) strlen ("/whep")
      || !is_id (last + 1))
    return FALSE;
  const gchar *ending = last - strlen ("/whep");
  if (strncmp (ending, "/whep", strlen ("/whep")) != 0
      && strncmp (ending, "/whip", strlen ("/whip")) != 0)
    return FALSE;
  set_room (self, SERVER_PATH_RESOURCE, name, ending - name);
  if (self->room != NULL)
    self->id = g_strdup (last + 1);
  return TRUE;
}

static void
parse_room (ServerPath * self, const gchar * name)
{
  gsize length = strlen (name);

  if (parse_resource (self, name))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    if (g_str_has_suffix (name, endings[i].text)) {
      set_room (self, endings[i].kind, name, length - strlen (endings[i].text));
      return;
    }
  }
  if (length > 1 && name[length - 1] == '/')
    length--;
  set_room (self, SERVER_PATH_ROOM, name, length);
}

void
server_path_parse (ServerPath * self, const gchar * path)
{
  g_return_if_fail (self != NULL && path != NULL);

  memset (self, 0, sizeof (*self));
  if (!g_utf8_validate (path, -1, NULL))
    return;
  if (g_str_equal (path, "/")) {
    self->kind = SERVER_PATH_LIST;
  } else if (g_str_equal (path, "/events")) {
    self->kind = SERVER_PATH_LIST_EVENTS;
  } else if (g_str_equal (path, "/api/rooms")) {
    self->kind = SERVER_PATH_API;
  } else if (g_str_equal (path, "/metrics")) {
    self->kind = SERVER_PATH_METRICS;
  } else if (g_str_has_prefix (path, ASSET)) {
    self->kind = SERVER_PATH_ASSET;
    self->id = g_strdup (path + strlen (ASSET));
  } else if (g_str_has_prefix (path, ROOM)) {
    parse_room (self, path + strlen (ROOM));
  }
}

void
server_path_clear (ServerPath * self)
{
  g_clear_pointer (&self->room, g_free);
  g_clear_pointer (&self->id, g_free);
}

gchar *
server_path_write_resource (const gchar * room, ServerPathKind kind,
    const gchar * id)
{
  g_return_val_if_fail (room != NULL && id != NULL, NULL);
  g_return_val_if_fail (kind == SERVER_PATH_WHEP || kind == SERVER_PATH_WHIP,
      NULL);

  g_autofree gchar *escaped = g_uri_escape_string (room, NULL, FALSE);
  return g_strdup_printf (ROOM "%s/%s/%s", escaped,
      kind == SERVER_PATH_WHEP ? "whep" : "whip", id);
}
