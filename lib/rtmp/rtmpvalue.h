/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpValues: the values of one message (AMF), immutable and in one block.
 * RtmpValue is one of them, lent by the block: a number, a text, or an object
 * with members. Made by RtmpValueBuilder, by hand or by a parser. */
#pragma once

#include <glib.h>

typedef struct _RtmpValues RtmpValues;
typedef struct _RtmpValue RtmpValue;

typedef enum {
  RTMP_VALUE_UNDEFINED,
  RTMP_VALUE_NULL,
  RTMP_VALUE_BOOLEAN,
  RTMP_VALUE_NUMBER,
  RTMP_VALUE_DATE,              /* a number: milliseconds since 1970 */
  RTMP_VALUE_STRING,
  RTMP_VALUE_XML,               /* a text */
  RTMP_VALUE_BYTES,             /* a text, in a way */
  RTMP_VALUE_OBJECT,            /* members, in their order */
  RTMP_VALUE_MAP,               /* members: an "ECMA array" */
  RTMP_VALUE_ARRAY,             /* items without names */
} RtmpValueKind;

RtmpValues *rtmp_values_ref (RtmpValues *self);
void rtmp_values_unref (RtmpValues *self);

guint rtmp_values_get_count (const RtmpValues *self);
/* NULL when there are not so many. */
const RtmpValue *rtmp_values_get (const RtmpValues *self, guint index);
/* The same kinds, names and contents, in the same order. */
gboolean rtmp_values_equal (const RtmpValues *self, const RtmpValues *other);

/* All of these take NULL, or a value of another kind, for one that says
 * nothing, so that a peer may leave out anything. What they lend lives as long
 * as the block. */

/* RTMP_VALUE_UNDEFINED for NULL. */
RtmpValueKind rtmp_value_get_kind (const RtmpValue *self);
gboolean rtmp_value_get_boolean (const RtmpValue *self, gboolean otherwise);
gdouble rtmp_value_get_number (const RtmpValue *self, gdouble otherwise);
/* @otherwise too for a number that is not whole, or not from @min to @max. */
gint64 rtmp_value_get_integer (const RtmpValue *self, gint64 min, gint64 max,
    gint64 otherwise);
/* Ends with a NUL, and holds none: NULL for a text with one inside. A peer may
 * send what is not UTF-8. */
const gchar *rtmp_value_get_string (const RtmpValue *self);
/* Also of XML and bytes, whatever is in them. */
const gchar *rtmp_value_get_text (const RtmpValue *self, gsize *length);

/* The name within an object or map, with a NUL behind it; NULL elsewhere. */
const gchar *rtmp_value_get_name (const RtmpValue *self);
/* An object's class; NULL for one without. */
const gchar *rtmp_value_get_class (const RtmpValue *self);
/* Members or items. */
guint rtmp_value_get_count (const RtmpValue *self);
/* The one behind @child, the first for NULL; NULL at the end. */
const RtmpValue *rtmp_value_next (const RtmpValue *self,
    const RtmpValue *child);
/* Where a name is there twice, the later one, as a script engine has it. */
const RtmpValue *rtmp_value_lookup (const RtmpValue *self, const gchar *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpValues, rtmp_values_unref)

/* -- For those who make values: a builder, and the writers of a format. ---*/

/* In the order in which they are written: an object, then its members, each
 * with all that is in it. */
struct _RtmpValue {
  guint8 kind;                  /* RtmpValueKind */
  guint8 named;
  guint8 repeated;              /* stands for a reference */
  guint8 height;                /* 0 for what holds nothing */
  guint32 span;                 /* values in it, itself too */
  guint32 count;                /* members or items */
  guint32 name_length;
  guint32 text_length;          /* of a text, or an object's class */
  union {
    const gchar *name;
    gsize name_offset;          /* while it is built */
  };
  union {
    gboolean boolean;
    gdouble number;
    const gchar *text;
    gsize text_offset;
  };
};

struct _RtmpValues {
  guint count;                  /* that are in no other */
  guint n_values;
  RtmpValue values[];
};

/* Whether the kind has members or items; whether it has a text. */
static inline gboolean
rtmp_value_kind_holds (guint kind)
{
  return kind >= RTMP_VALUE_OBJECT;
}

static inline gboolean
rtmp_value_kind_has_text (guint kind)
{
  return kind >= RTMP_VALUE_STRING && kind <= RTMP_VALUE_OBJECT;
}
