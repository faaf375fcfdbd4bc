/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpvalue.h"

#include <string.h>

RtmpValues *
rtmp_values_ref (RtmpValues * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
rtmp_values_unref (RtmpValues * self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release (self);
}

guint
rtmp_values_get_count (const RtmpValues * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->count;
}

const RtmpValue *
rtmp_values_get (const RtmpValues * self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (index >= self->count)
    return NULL;
  const RtmpValue *value = self->values;
  for (; index > 0; index--)
    value += value->span;
  return value;
}

static gboolean
is_same (const RtmpValue * a, const RtmpValue * b)
{
  if (a->kind != b->kind || a->named != b->named || a->span != b->span
      || a->name_length != b->name_length || a->text_length != b->text_length)
    return FALSE;
  if (a->named && memcmp (a->name, b->name, a->name_length) != 0)
    return FALSE;
  if (rtmp_value_kind_has_text (a->kind))
    return memcmp (a->text, b->text, a->text_length) == 0;
  if (a->kind == RTMP_VALUE_BOOLEAN)
    return !a->boolean == !b->boolean;
  /* Bit for bit: a NaN is itself, and the two zeros are two. */
  if (a->kind == RTMP_VALUE_NUMBER || a->kind == RTMP_VALUE_DATE)
    return memcmp (&a->number, &b->number, sizeof (gdouble)) == 0;
  return TRUE;
}

gboolean
rtmp_values_equal (const RtmpValues * self, const RtmpValues * other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  if (self->n_values != other->n_values)
    return FALSE;
  for (guint i = 0; i < self->n_values; i++) {
    if (!is_same (&self->values[i], &other->values[i]))
      return FALSE;
  }
  return TRUE;
}

RtmpValueKind
rtmp_value_get_kind (const RtmpValue * self)
{
  return self != NULL ? self->kind : RTMP_VALUE_UNDEFINED;
}

gboolean
rtmp_value_get_boolean (const RtmpValue * self, gboolean otherwise)
{
  if (self == NULL || self->kind != RTMP_VALUE_BOOLEAN)
    return otherwise;
  return self->boolean;
}

gdouble
rtmp_value_get_number (const RtmpValue * self, gdouble otherwise)
{
  if (self == NULL || (self->kind != RTMP_VALUE_NUMBER
          && self->kind != RTMP_VALUE_DATE))
    return otherwise;
  return self->number;
}

gint64
rtmp_value_get_integer (const RtmpValue * self, gint64 min, gint64 max,
    gint64 otherwise)
{
  if (self == NULL || self->kind != RTMP_VALUE_NUMBER)
    return otherwise;
  /* Every whole double below 2^53 is an integer; what is beyond, and a NaN,
   * fails one of the comparisons. */
  if (!(self->number >= -9007199254740992.0
          && self->number <= 9007199254740992.0))
    return otherwise;
  gint64 integer = (gint64) self->number;
  if (integer < min || integer > max || (gdouble) integer != self->number)
    return otherwise;
  return integer;
}

const gchar *
rtmp_value_get_string (const RtmpValue * self)
{
  if (self == NULL || self->kind != RTMP_VALUE_STRING
      || memchr (self->text, '\0', self->text_length) != NULL)
    return NULL;
  return self->text;
}

const gchar *
rtmp_value_get_text (const RtmpValue * self, gsize * length)
{
  gboolean has = self != NULL && rtmp_value_kind_has_text (self->kind)
      && self->kind != RTMP_VALUE_OBJECT;

  if (length != NULL)
    *length = has ? self->text_length : 0;
  return has ? self->text : NULL;
}

const gchar *
rtmp_value_get_name (const RtmpValue * self)
{
  return self != NULL && self->named ? self->name : NULL;
}

const gchar *
rtmp_value_get_class (const RtmpValue * self)
{
  if (self == NULL || self->kind != RTMP_VALUE_OBJECT || self->text_length == 0)
    return NULL;
  return self->text;
}

guint
rtmp_value_get_count (const RtmpValue * self)
{
  return self != NULL && rtmp_value_kind_holds (self->kind) ? self->count : 0;
}

const RtmpValue *
rtmp_value_next (const RtmpValue * self, const RtmpValue * child)
{
  if (self == NULL)
    return NULL;
  const RtmpValue *next = child != NULL ? child + child->span : self + 1;
  return next < self + self->span ? next : NULL;
}

const RtmpValue *
rtmp_value_lookup (const RtmpValue * self, const gchar * name)
{
  g_return_val_if_fail (name != NULL, NULL);

  const RtmpValue *found = NULL;
  gsize length = strlen (name);
  const RtmpValue *member = NULL;
  while ((member = rtmp_value_next (self, member)) != NULL) {
    if (member->named && member->name_length == length
        && memcmp (member->name, name, length) == 0)
      found = member;
  }
  return found;
}
