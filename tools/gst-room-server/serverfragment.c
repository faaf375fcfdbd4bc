/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverfragment.h"

#include "livekit/livekitverify.h"

#include <gio/gio.h>
#include <string.h>

/* "candidate:FOUNDATION COMPONENT TRANSPORT PRIORITY ADDRESS PORT typ TYPE" */
#define CANDIDATE_WORDS 8
#define CANDIDATE_MAX_LENGTH 1024

/* What is under way. */
typedef struct
{
  ServerFragment *fragment;
  ServerFragmentSection session;        /* what stands before all sections */
  guint candidates;
  const gchar *fault;
} Parse;

static void
section_clear (ServerFragmentSection * self)
{
  g_clear_pointer (&self->mid, g_free);
  g_clear_pointer (&self->ufrag, g_free);
  g_clear_pointer (&self->pwd, g_free);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
}

static void
section_free (gpointer data)
{
  section_clear (data);
  g_free (data);
}

static ServerFragmentSection *
add_section (Parse * parse)
{
  ServerFragmentSection *section = g_new0 (ServerFragmentSection, 1);

  section->candidates = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (parse->fragment->sections, section);
  return section;
}

static ServerFragmentSection *
current_section (Parse * parse)
{
  GPtrArray *sections = parse->fragment->sections;

  return sections->len > 0 ? g_ptr_array_index (sections, sections->len - 1)
      : &parse->session;
}

/* One word of visible characters, given once. */
static void
set_word (Parse * parse, gchar ** place, const gchar * value)
{
  gsize length = strlen (value);

  if (length == 0 || length > SERVER_FRAGMENT_MAX_WORD
      || strpbrk (value, " \t") != NULL)
    parse->fault = "a credential or mid that is none";
  else if (*place != NULL && !g_str_equal (*place, value))
    parse->fault = "a credential or mid that is given twice";
  else if (*place == NULL)
    *place = g_strdup (value);
}

static gboolean
is_number (const gchar * word, guint64 max)
{
  return g_ascii_string_to_unsigned (word, 10, 0, max, NULL, NULL);
}

static void
add_candidate (Parse * parse, const gchar * value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", CANDIDATE_WORDS + 1);

  if (strlen (value) > CANDIDATE_MAX_LENGTH
      || g_strv_length (words) < CANDIDATE_WORDS
      || !is_number (words[1], 256) || !is_number (words[3], G_MAXUINT32)
      || !is_number (words[5], G_MAXUINT16) || !g_str_equal (words[6], "typ")) {
    parse->fault = "a candidate that is none";
    return;
  }
  if (++parse->candidates > SERVER_FRAGMENT_MAX_CANDIDATES) {
    parse->fault = "too many candidates";
    return;
  }
  /* Names are not looked up, those of mDNS that browsers hide themselves behind
   * least of all: such a candidate is left out silently (RFC 9725, section
   * 4.3.2), and the client is found by the checks that it sends. */
  if (!g_hostname_is_ip_address (words[4]))
    return;
  ServerFragmentSection *section = current_section (parse);
  if (section->candidates == NULL)
    section->candidates = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (section->candidates, g_strconcat ("candidate:", value,
          NULL));
}

static void
read_attribute (Parse * parse, const gchar * text)
{
  ServerFragmentSection *section = current_section (parse);
  const gchar *colon = strchr (text, ':');
  g_autofree gchar *key = colon != NULL ? g_strndup (text, colon - text)
      : g_strdup (text);
  const gchar *value = colon != NULL ? colon + 1 : "";

  if (g_str_equal (key, "candidate"))
    add_candidate (parse, value);
  else if (g_str_equal (key, "ice-ufrag"))
    set_word (parse, &section->ufrag, value);
  else if (g_str_equal (key, "ice-pwd"))
    set_word (parse, &section->pwd, value);
  else if (g_str_equal (key, "mid") && section != &parse->session)
    set_word (parse, &section->mid, value);
  else if (g_str_equal (key, "end-of-candidates"))
    section->ended = TRUE;
  /* What else there is says nothing about candidates (RFC 8840, section
   * 4.4). */
}

/* A line without its end. */
static void
read_line (Parse * parse, const gchar * line)
{
  /* SDP ends with an end of line, and some write two. */
  if (*line == '\0')
    return;
  if (!g_ascii_islower (line[0]) || line[1] != '=') {
    parse->fault = "a line that is none of a description";
  } else if (line[0] == 'a') {
    read_attribute (parse, line + 2);
  } else if (line[0] == 'm') {
    if (parse->fragment->sections->len >= SERVER_FRAGMENT_MAX_SECTIONS)
      parse->fault = "too many media sections";
    else
      add_section (parse);
  }
}

/* Once all is read: what stood before the sections is for each of them. */
static void
spread_session (Parse * parse)
{
  ServerFragmentSection *session = &parse->session;
  GPtrArray *sections = parse->fragment->sections;

  if (sections->len == 0)
    add_section (parse);
  ServerFragmentSection *first = g_ptr_array_index (sections, 0);
  while (session->candidates != NULL && session->candidates->len > 0)
    g_ptr_array_add (first->candidates,
        g_ptr_array_steal_index (session->candidates, 0));
  for (guint i = 0; i < sections->len; i++) {
    ServerFragmentSection *each = g_ptr_array_index (sections, i);
    if (each->ufrag == NULL && each->pwd == NULL) {
      each->ufrag = g_strdup (session->ufrag);
      each->pwd = g_strdup (session->pwd);
    }
    each->ended = each->ended || session->ended;
  }
}

ServerFragment *
server_fragment_parse (const gchar * text, gsize length, GError ** error)
{
  g_return_val_if_fail (text != NULL || length == 0, NULL);

  g_autoptr (ServerFragment) self = g_new0 (ServerFragment, 1);
  self->sections = g_ptr_array_new_with_free_func (section_free);
  Parse parse = {.fragment = self };
  if (length > SERVER_FRAGMENT_MAX_SIZE)
    parse.fault = "too long";
  else if (!g_utf8_validate_len (text, length, NULL))
    parse.fault = "not text";

  const gchar *end = text + length;
  for (const gchar * at = text; parse.fault == NULL && at < end;) {
    const gchar *next = memchr (at, '\n', end - at);
    gsize size = (next != NULL ? next : end) - at;
    g_autofree gchar *line = g_strndup (at, size);
    if (size > 0 && line[size - 1] == '\r')
      line[size - 1] = '\0';
    if (strchr (line, '\r') != NULL)
      parse.fault = "a line in a line";
    else
      read_line (&parse, line);
    at += size + 1;
  }
  if (parse.fault == NULL)
    spread_session (&parse);
  else
    g_set_error (error, LIVEKIT_REFUSAL, 400, "bad description: %s",
        parse.fault);
  section_clear (&parse.session);
  return parse.fault == NULL ? g_steal_pointer (&self) : NULL;
}

void
server_fragment_free (ServerFragment * self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->sections);
  g_free (self);
}

const ServerFragmentSection *
server_fragment_get (const ServerFragment * self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->sections->len, NULL);

  return g_ptr_array_index (self->sections, index);
}

gint
server_fragment_find (const ServerFragment * self, guint index,
    const ServerFragment * description)
{
  const gchar *mid = server_fragment_get (self, index)->mid;

  if (mid == NULL)
    return index < description->sections->len ? (gint) index : -1;
  for (guint i = 0; i < description->sections->len; i++) {
    if (g_strcmp0 (server_fragment_get (description, i)->mid, mid) == 0)
      return i;
  }
  return -1;
}

static gboolean
has_credentials (const ServerFragment * self,
    const ServerFragmentSection * section)
{
  for (guint i = 0; i < self->sections->len; i++) {
    const ServerFragmentSection *each = server_fragment_get (self, i);
    if (g_strcmp0 (each->ufrag, section->ufrag) == 0
        && (section->pwd == NULL || g_strcmp0 (each->pwd, section->pwd) == 0))
      return TRUE;
  }
  return FALSE;
}

gboolean
server_fragment_restarts (const ServerFragment * self,
    const ServerFragment * description)
{
  g_return_val_if_fail (self != NULL && description != NULL, FALSE);

  for (guint i = 0; i < self->sections->len; i++) {
    const ServerFragmentSection *section = server_fragment_get (self, i);
    if ((section->ufrag != NULL || section->pwd != NULL)
        && !has_credentials (description, section))
      return TRUE;
  }
  return FALSE;
}
