/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpValueBuilder: values are laid in a row as they come. Texts are kept as
 * places in one area until the end, when both go into one block. */

#include "rtmp/rtmpvaluebuilder.h"

#include "rtmp/rtmperror.h"

#include <string.h>

static RtmpValueName
name_of (const gchar * name)
{
  return rtmp_value_name (name, name != NULL ? strlen (name) : 0);
}

void
rtmp_value_builder_init (RtmpValueBuilder * self)
{
  g_return_if_fail (self != NULL);

  self->values = self->own_values;
  self->n_values = 0;
  self->n_allocated = RTMP_VALUE_BUILDER_VALUES;
  self->text = self->own_text;
  self->n_text = 0;
  self->text_allocated = RTMP_VALUE_BUILDER_TEXT;
  self->depth = 0;
  self->count = 0;
  self->failure = 0;
  self->why = NULL;
}

void
rtmp_value_builder_clear (RtmpValueBuilder * self)
{
  g_return_if_fail (self != NULL);

  if (self->values != self->own_values)
    g_free (self->values);
  if (self->text != self->own_text)
    g_free (self->text);
  rtmp_value_builder_init (self);
}

static gboolean
fail (RtmpValueBuilder * self, const gchar * why)
{
  if (self->failure == 0) {
    self->failure = RTMP_ERROR_LIMIT;
    self->why = why;
  }
  return FALSE;
}

static gboolean
reserve_values (RtmpValueBuilder * self, guint more)
{
  if (more > RTMP_MAX_VALUES - self->n_values)
    return fail (self, "too many values in one message");
  if (more <= self->n_allocated - self->n_values)
    return TRUE;
  guint wanted = MIN (RTMP_MAX_VALUES,
      MAX (self->n_values + more, self->n_allocated * 2));
  if (self->values == self->own_values) {
    self->values = g_new (RtmpValue, wanted);
    memcpy (self->values, self->own_values,
        self->n_values * sizeof (RtmpValue));
  } else {
    self->values = g_renew (RtmpValue, self->values, wanted);
  }
  self->n_allocated = wanted;
  return TRUE;
}

static gboolean
reserve_text (RtmpValueBuilder * self, gsize more)
{
  if (more > RTMP_MAX_TEXT - self->n_text)
    return fail (self, "too much text in one message");
  if (more <= self->text_allocated - self->n_text)
    return TRUE;
  gsize wanted = MIN (RTMP_MAX_TEXT,
      MAX (self->n_text + more, self->text_allocated * 2));
  if (self->text == self->own_text) {
    self->text = g_malloc (wanted);
    memcpy (self->text, self->own_text, self->n_text);
  } else {
    self->text = g_realloc (self->text, wanted);
  }
  self->text_allocated = wanted;
  return TRUE;
}

/* Room for it is there. */
static gsize
keep_text (RtmpValueBuilder * self, const gchar * text, gsize length)
{
  gsize offset = self->n_text;

  if (length > 0)
    memcpy (self->text + offset, text, length);
  self->text[offset + length] = '\0';
  self->n_text += length + 1;
  return offset;
}

/* For one more value and its texts. */
static gboolean
make_room (RtmpValueBuilder * self, RtmpValueName name, gsize more)
{
  if (self->failure != 0)
    return FALSE;
  if (name.length > RTMP_MAX_NAME)
    return fail (self, "the name of a value is too long");
  if (more > RTMP_MAX_TEXT)
    return fail (self, "too much text in one message");
  return reserve_values (self, 1)
      && reserve_text (self, name.length + more + 2);
}

/* A new value at the end of the row, with room for @more text. */
static inline RtmpValue *
append (RtmpValueBuilder * self, RtmpValueKind kind, RtmpValueName name,
    gsize more)
{
  /* While all of this fits, no limit is near. */
  if (G_UNLIKELY (self->failure != 0 || self->n_values == self->n_allocated
          || name.length > RTMP_MAX_NAME || more > RTMP_MAX_TEXT
          || name.length + more + 2 > self->text_allocated - self->n_text)) {
    if (!make_room (self, name, more))
      return NULL;
  }

  if (self->depth > 0) {
    RtmpValue *parent = &self->values[self->open[self->depth - 1]];
    g_return_val_if_fail ((name.name != NULL)
        == (parent->kind != RTMP_VALUE_ARRAY), NULL);
    parent->count++;
  } else {
    g_return_val_if_fail (name.name == NULL, NULL);
    self->count++;
  }
  RtmpValue *value = &self->values[self->n_values++];
  value->kind = kind;
  value->named = name.name != NULL;
  value->repeated = FALSE;
  value->height = 0;
  value->span = 1;
  value->count = 0;
  value->name_length = name.length;
  value->text_length = 0;
  value->name_offset = 0;
  value->text_offset = 0;
  if (name.name != NULL)
    value->name_offset = keep_text (self, name.name, name.length);
  return value;
}

gboolean
rtmp_value_builder_put (RtmpValueBuilder * self, RtmpValueKind kind,
    RtmpValueName name, gdouble number)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (!rtmp_value_kind_has_text (kind), FALSE);

  RtmpValue *value = append (self, kind, name, 0);
  if (value == NULL)
    return FALSE;
  if (kind == RTMP_VALUE_BOOLEAN)
    value->boolean = number != 0;
  else
    value->number = number;
  return TRUE;
}

gboolean
rtmp_value_builder_put_text (RtmpValueBuilder * self, RtmpValueKind kind,
    RtmpValueName name, const gchar * text, gsize length)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (rtmp_value_kind_has_text (kind), FALSE);

  RtmpValue *value = append (self, kind, name, length);
  if (value == NULL)
    return FALSE;
  value->text_length = length;
  value->text_offset = keep_text (self, text, length);
  return TRUE;
}

gboolean
rtmp_value_builder_put_open (RtmpValueBuilder * self, RtmpValueKind kind,
    RtmpValueName name, RtmpValueName class_name)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (rtmp_value_kind_holds (kind), FALSE);

  if (self->depth == RTMP_MAX_DEPTH)
    return fail (self, "values are nested too deep");
  if (class_name.length > RTMP_MAX_NAME)
    return fail (self, "the name of a class is too long");
  RtmpValue *value = append (self, kind, name, class_name.length);
  if (value == NULL)
    return FALSE;
  if (kind == RTMP_VALUE_OBJECT) {
    value->text_length = class_name.length;
    value->text_offset = keep_text (self, class_name.name, class_name.length);
  }
  /* Until it is closed nothing is known to be in it. */
  value->span = 0;
  value->height = 1;
  self->open[self->depth++] = self->n_values - 1;
  return TRUE;
}

static void
raise_height (RtmpValueBuilder * self, guint height)
{
  if (self->depth > 0) {
    RtmpValue *parent = &self->values[self->open[self->depth - 1]];
    parent->height = MAX (parent->height, height + 1);
  }
}

void
rtmp_value_builder_close (RtmpValueBuilder * self)
{
  g_return_if_fail (self != NULL);

  if (self->failure != 0)
    return;
  g_return_if_fail (self->depth > 0);
  guint index = self->open[--self->depth];
  self->values[index].span = self->n_values - index;
  raise_height (self, self->values[index].height);
}

gboolean
rtmp_value_builder_is_open (const RtmpValueBuilder * self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->n_values, FALSE);

  return self->values[index].span == 0;
}

gboolean
rtmp_value_builder_put_again (RtmpValueBuilder * self, RtmpValueName name,
    guint index)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->failure != 0)
    return FALSE;
  g_return_val_if_fail (index < self->n_values
      && self->values[index].span > 0, FALSE);
  RtmpValue copy = self->values[index];
  /* What refers to what refers to something grows without being nested. */
  if (self->depth + copy.height > RTMP_MAX_DEPTH)
    return fail (self, "values are nested too deep");
  if (!reserve_values (self, copy.span))
    return FALSE;
  RtmpValue *first = append (self, copy.kind, name, 0);
  if (first == NULL)
    return FALSE;
  guint at = self->n_values - 1;
  memcpy (first + 1, &self->values[index + 1],
      (copy.span - 1) * sizeof (RtmpValue));
  copy.named = first->named;
  copy.name_length = first->name_length;
  copy.name_offset = first->name_offset;
  *first = copy;
  self->n_values += copy.span - 1;
  for (guint i = at; i < self->n_values; i++)
    self->values[i].repeated = TRUE;
  raise_height (self, copy.height);
  return TRUE;
}

gboolean
rtmp_value_builder_add_undefined (RtmpValueBuilder * self, const gchar * name)
{
  return rtmp_value_builder_put (self, RTMP_VALUE_UNDEFINED, name_of (name), 0);
}

gboolean
rtmp_value_builder_add_null (RtmpValueBuilder * self, const gchar * name)
{
  return rtmp_value_builder_put (self, RTMP_VALUE_NULL, name_of (name), 0);
}

gboolean
rtmp_value_builder_add_boolean (RtmpValueBuilder * self, const gchar * name,
    gboolean boolean)
{
  return rtmp_value_builder_put (self, RTMP_VALUE_BOOLEAN, name_of (name),
      boolean);
}

gboolean
rtmp_value_builder_add_number (RtmpValueBuilder * self, const gchar * name,
    gdouble number)
{
  return rtmp_value_builder_put (self, RTMP_VALUE_NUMBER, name_of (name),
      number);
}

gboolean
rtmp_value_builder_add_date (RtmpValueBuilder * self, const gchar * name,
    gdouble milliseconds)
{
  return rtmp_value_builder_put (self, RTMP_VALUE_DATE, name_of (name),
      milliseconds);
}

gboolean
rtmp_value_builder_add_string (RtmpValueBuilder * self, const gchar * name,
    const gchar * string)
{
  if (string == NULL)
    return rtmp_value_builder_add_null (self, name);
  return rtmp_value_builder_put_text (self, RTMP_VALUE_STRING, name_of (name),
      string, strlen (string));
}

static gboolean
put_copy (RtmpValueBuilder * self, RtmpValueName name, const RtmpValue * value)
{
  RtmpValueName text = RTMP_VALUE_NO_NAME;

  if (rtmp_value_kind_has_text (value->kind))
    text = rtmp_value_name (value->text, value->text_length);
  if (!rtmp_value_kind_holds (value->kind)) {
    if (rtmp_value_kind_has_text (value->kind))
      return rtmp_value_builder_put_text (self, value->kind, name, text.name,
          text.length);
    return rtmp_value_builder_put (self, value->kind, name,
        value->kind == RTMP_VALUE_BOOLEAN ? value->boolean : value->number);
  }
  if (!rtmp_value_builder_put_open (self, value->kind, name, text))
    return FALSE;
  const RtmpValue *child = NULL;
  while ((child = rtmp_value_next (value, child)) != NULL) {
    RtmpValueName own = rtmp_value_name (child->named ? child->name : NULL,
        child->name_length);
    if (!put_copy (self, own, child))
      return FALSE;
  }
  rtmp_value_builder_close (self);
  return TRUE;
}

gboolean
rtmp_value_builder_add_value (RtmpValueBuilder * self, const gchar * name,
    const RtmpValue * value)
{
  g_return_val_if_fail (self != NULL && value != NULL, FALSE);

  return put_copy (self, name_of (name), value);
}

gboolean
rtmp_value_builder_open_object (RtmpValueBuilder * self, const gchar * name,
    const gchar * class_name)
{
  return rtmp_value_builder_put_open (self, RTMP_VALUE_OBJECT, name_of (name),
      name_of (class_name));
}

gboolean
rtmp_value_builder_open_map (RtmpValueBuilder * self, const gchar * name)
{
  return rtmp_value_builder_put_open (self, RTMP_VALUE_MAP, name_of (name),
      RTMP_VALUE_NO_NAME);
}

gboolean
rtmp_value_builder_open_array (RtmpValueBuilder * self, const gchar * name)
{
  return rtmp_value_builder_put_open (self, RTMP_VALUE_ARRAY, name_of (name),
      RTMP_VALUE_NO_NAME);
}

gboolean
rtmp_value_builder_set_error (const RtmpValueBuilder * self, GError ** error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->failure == 0)
    return FALSE;
  g_set_error_literal (error, RTMP_ERROR, self->failure, self->why);
  return TRUE;
}

RtmpValues *
rtmp_value_builder_end (RtmpValueBuilder * self, GError ** error)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (rtmp_value_builder_set_error (self, error)) {
    rtmp_value_builder_clear (self);
    return NULL;
  }
  g_return_val_if_fail (self->depth == 0, NULL);

  gsize size = sizeof (RtmpValues) + self->n_values * sizeof (RtmpValue);
  RtmpValues *values = g_atomic_rc_box_alloc (size + self->n_text);
  gchar *text = (gchar *) values + size;
  values->count = self->count;
  values->n_values = self->n_values;
  memcpy (text, self->text, self->n_text);
  for (guint i = 0; i < self->n_values; i++) {
    RtmpValue *value = &values->values[i];
    *value = self->values[i];
    if (value->named)
      value->name = text + value->name_offset;
    if (rtmp_value_kind_has_text (value->kind))
      value->text = text + value->text_offset;
  }
  rtmp_value_builder_clear (self);
  return values;
}
