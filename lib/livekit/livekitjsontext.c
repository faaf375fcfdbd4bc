/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitjsontext.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <string.h>

typedef struct
{
  const gchar *at;
  const gchar *end;
  guint depth;
  guint values;
  gboolean too_deep;
  gboolean too_many;
} Reader;

static gboolean take_value (Reader * self);

/* 0 at the end: the text itself holds no 0, it is UTF-8. */
static gchar
peek (const Reader * self)
{
  return self->at < self->end ? *self->at : 0;
}

static gboolean
take (Reader * self, gchar wanted)
{
  if (peek (self) != wanted)
    return FALSE;
  self->at++;
  return TRUE;
}

static void
skip_space (Reader * self)
{
  while (self->at < self->end && strchr (" \t\n\r", *self->at) != NULL)
    self->at++;
}

static gboolean
take_word (Reader * self, const gchar * word)
{
  gsize length = strlen (word);

  if ((gsize) (self->end - self->at) < length
      || memcmp (self->at, word, length) != 0)
    return FALSE;
  self->at += length;
  return TRUE;
}

static gboolean
take_digits (Reader * self)
{
  const gchar *start = self->at;

  while (g_ascii_isdigit (peek (self)))
    self->at++;
  return self->at > start;
}

/* RFC 8259, section 6. */
static gboolean
take_number (Reader * self)
{
  take (self, '-');
  if (!take (self, '0') && !take_digits (self))
    return FALSE;
  if (take (self, '.') && !take_digits (self))
    return FALSE;
  if (peek (self) != 'e' && peek (self) != 'E')
    return TRUE;
  self->at++;
  if (!take (self, '+'))
    take (self, '-');
  return take_digits (self);
}

/* The four digits after "\u"; -1 when there are fewer. */
static gint
take_unit (Reader * self)
{
  gint unit = 0;

  for (guint i = 0; i < 4; i++, self->at++) {
    gint digit = g_ascii_xdigit_value (peek (self));
    if (digit < 0)
      return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

static gboolean
take_escape (Reader * self)
{
  gchar kind = peek (self);

  if (kind == 0 || strchr ("\"\\/bfnrtu", kind) == NULL)
    return FALSE;
  self->at++;
  if (kind != 'u')
    return TRUE;

  gint unit = take_unit (self);
  if (unit < 0xd800 || unit > 0xdfff)
    return unit > 0;
  if (unit > 0xdbff || !take_word (self, "\\u"))
    return FALSE;
  unit = take_unit (self);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/* RFC 8259, section 7. */
static gboolean
take_string (Reader * self)
{
  if (!take (self, '"'))
    return FALSE;
  while (self->at < self->end) {
    guchar c = *self->at++;
    if (c == '"')
      return TRUE;
    if (c < 0x20 || (c == '\\' && !take_escape (self)))
      return FALSE;
  }
  return FALSE;
}

static gboolean
take_member (Reader * self)
{
  if (!take_string (self))
    return FALSE;
  skip_space (self);
  return take (self, ':') && take_value (self);
}

/* What stands between @open and @close, separated by commas. */
static gboolean
take_list (Reader * self, gchar open, gchar close,
    gboolean (*take_item) (Reader *))
{
  if (!take (self, open))
    return FALSE;
  if (++self->depth > LIVEKIT_MAX_JSON_DEPTH) {
    self->too_deep = TRUE;
    return FALSE;
  }
  skip_space (self);
  if (!take (self, close)) {
    do {
      skip_space (self);
      if (!take_item (self))
        return FALSE;
      skip_space (self);
    } while (take (self, ','));
    if (!take (self, close))
      return FALSE;
  }
  self->depth--;
  return TRUE;
}

static gboolean
take_object (Reader * self)
{
  return take_list (self, '{', '}', take_member);
}

static gboolean
take_value (Reader * self)
{
  if (++self->values > LIVEKIT_MAX_JSON_VALUES) {
    self->too_many = TRUE;
    return FALSE;
  }
  skip_space (self);
  switch (peek (self)) {
    case '{':
      return take_object (self);
    case '[':
      return take_list (self, '[', ']', take_value);
    case '"':
      return take_string (self);
    case 't':
      return take_word (self, "true");
    case 'f':
      return take_word (self, "false");
    case 'n':
      return take_word (self, "null");
    default:
      return take_number (self);
  }
}

gboolean
livekit_json_text_check (const gchar * text, gsize length, GError ** error)
{
  Reader reader = {.at = text,.end = text + length };

  if (!g_utf8_validate_len (text, length, NULL)) {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "JSON is not UTF-8");
    return FALSE;
  }
  skip_space (&reader);
  gboolean good = take_object (&reader);
  skip_space (&reader);
  if (good && reader.at == reader.end)
    return TRUE;
  g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
      reader.too_deep ? "JSON is nested too deep"
      : reader.too_many ? "JSON has too many values" :
      "JSON is not one object");
  return FALSE;
}
