/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpValueBuilder: makes values, one after the other.
 * Embedded in its user, one thread at a time. What does not fit within the
 * limits makes everything after it fail as well, and end() say why. */
#pragma once

#include "rtmp/rtmplimits.h"
#include "rtmp/rtmpvalue.h"

#define RTMP_VALUE_BUILDER_VALUES 24
#define RTMP_VALUE_BUILDER_TEXT 512

typedef struct {
  RtmpValue *values;
  guint n_values;
  guint n_allocated;
  gchar *text;
  gsize n_text;
  gsize text_allocated;
  guint32 open[RTMP_MAX_DEPTH]; /* objects and arrays that are not closed */
  guint depth;
  guint count;                  /* values in none of them */
  gint failure;                 /* RtmpError; 0: none */
  const gchar *why;
  /* Most messages are small, and need no other memory. */
  RtmpValue own_values[RTMP_VALUE_BUILDER_VALUES];
  gchar own_text[RTMP_VALUE_BUILDER_TEXT];
} RtmpValueBuilder;

void rtmp_value_builder_init (RtmpValueBuilder *self);
void rtmp_value_builder_clear (RtmpValueBuilder *self);

/* @name where the value is a member of an object or map, NULL elsewhere. All
 * texts are copied. FALSE when it failed. */
gboolean rtmp_value_builder_add_undefined (RtmpValueBuilder *self,
    const gchar *name);
gboolean rtmp_value_builder_add_null (RtmpValueBuilder *self,
    const gchar *name);
gboolean rtmp_value_builder_add_boolean (RtmpValueBuilder *self,
    const gchar *name, gboolean boolean);
gboolean rtmp_value_builder_add_number (RtmpValueBuilder *self,
    const gchar *name, gdouble number);
gboolean rtmp_value_builder_add_date (RtmpValueBuilder *self,
    const gchar *name, gdouble milliseconds);
/* NULL is added as null. */
gboolean rtmp_value_builder_add_string (RtmpValueBuilder *self,
    const gchar *name, const gchar *string);
/* A copy of @value, which may come from another block, with all that is in
 * it. */
gboolean rtmp_value_builder_add_value (RtmpValueBuilder *self,
    const gchar *name, const RtmpValue *value);

/* What comes next is in it, until close(). An object's @class_name may be
 * NULL. */
gboolean rtmp_value_builder_open_object (RtmpValueBuilder *self,
    const gchar *name, const gchar *class_name);
gboolean rtmp_value_builder_open_map (RtmpValueBuilder *self,
    const gchar *name);
gboolean rtmp_value_builder_open_array (RtmpValueBuilder *self,
    const gchar *name);
void rtmp_value_builder_close (RtmpValueBuilder *self);

/* The values, or NULL and @error (RTMP_ERROR_LIMIT) when something did not fit.
 * Everything must be closed. The builder is empty after it. */
RtmpValues *rtmp_value_builder_end (RtmpValueBuilder *self, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RtmpValueBuilder, rtmp_value_builder_clear)

/* -- For parsers, whose texts end nowhere. ------------------ */

/* A name that is not there has @name NULL. */
typedef struct {
  const gchar *name;
  gsize length;
} RtmpValueName;

static inline RtmpValueName
rtmp_value_name (gconstpointer name, gsize length)
{
  RtmpValueName self = { (const gchar *) name, length };
  return self;
}

#define RTMP_VALUE_NO_NAME rtmp_value_name (NULL, 0)

/* @kind one without a text; @number for a number or date, or as a boolean. */
gboolean rtmp_value_builder_put (RtmpValueBuilder *self, RtmpValueKind kind,
    RtmpValueName name, gdouble number);
gboolean rtmp_value_builder_put_text (RtmpValueBuilder *self,
    RtmpValueKind kind, RtmpValueName name, const gchar *text, gsize length);
/* @class_name for an object, empty elsewhere. */
gboolean rtmp_value_builder_put_open (RtmpValueBuilder *self,
    RtmpValueKind kind, RtmpValueName name, RtmpValueName class_name);
/* The value at @index once more, as a reference says. It must be closed. */
gboolean rtmp_value_builder_put_again (RtmpValueBuilder *self,
    RtmpValueName name, guint index);

/* Whether an object, map or array at @index is not closed yet. */
gboolean rtmp_value_builder_is_open (const RtmpValueBuilder *self, guint index);
/* Why it failed; FALSE when it did not. */
gboolean rtmp_value_builder_set_error (const RtmpValueBuilder *self,
    GError **error);
