/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first byte says which format the rest is in. */
#include "fuzztarget.h"

#include "rtmp/rtmpamf0.h"
#include "rtmp/rtmpamf3.h"
#include "rtmp/rtmpamf3writer.h"

static gboolean
has_nameless_member (const RtmpValue * value)
{
  const RtmpValue *child = NULL;

  if (!rtmp_value_kind_holds (value->kind))
    return FALSE;
  while ((child = rtmp_value_next (value, child)) != NULL) {
    if ((child->named && child->name_length == 0)
        || has_nameless_member (child))
      return TRUE;
  }
  return FALSE;
}

static RtmpValues *
parse_amf3 (const guint8 * data, gsize size, GError ** error)
{
  RtmpValueBuilder builder;
  RtmpCursor cursor;

  rtmp_cursor_init (&cursor, data, size);
  rtmp_value_builder_init (&builder);
  gboolean good = rtmp_amf3_parse (&cursor, &builder, RTMP_VALUE_NO_NAME,
      error);
  FUZZ_REQUIRE (cursor.at <= data + size);
  RtmpValues *values = good ? rtmp_value_builder_end (&builder, error) : NULL;
  rtmp_value_builder_clear (&builder);
  return values;
}

static void
check_amf0 (const RtmpValues * values)
{
  g_autoptr (GBytes) bytes = rtmp_amf0_write_bytes (values);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  FUZZ_REQUIRE (size == rtmp_amf0_measure (values));
  if (size > RTMP_MAX_SCRIPT)
    return;
  g_autoptr (RtmpValues) again = rtmp_amf0_parse (data, size, NULL);
  FUZZ_REQUIRE (again != NULL && rtmp_values_equal (values, again));
}

static void
check_amf3 (const RtmpValue * value)
{
  gsize size = rtmp_amf3_measure (value);
  g_autofree guint8 *data = g_malloc (size);

  FUZZ_REQUIRE (rtmp_amf3_write (value, data) == data + size);
  g_autoptr (RtmpValues) again = parse_amf3 (data, size, NULL);
  FUZZ_REQUIRE (again != NULL);
  FUZZ_REQUIRE (has_nameless_member (value)
      || again->n_values == value->span);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  g_autoptr (GError) error = NULL;

  if (size == 0)
    return 0;
  g_autoptr (RtmpValues) values = data[0] == 3
      ? parse_amf3 (data + 1, size - 1, &error)
      : rtmp_amf0_parse (data + 1, size - 1, &error);
  FUZZ_REQUIRE ((values == NULL) == (error != NULL));
  if (values == NULL)
    return 0;
  check_amf0 (values);
  for (guint i = 0; i < rtmp_values_get_count (values); i++)
    check_amf3 (rtmp_values_get (values, i));
  return 0;
}
