/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpTexts: see rtmptexts.h. */

#include "rtmptexts.h"

#include <string.h>

typedef struct
{
  const gchar *name;
  const gchar *tag;
} Row;

/* The first name of a tag is the one that is written: FFmpeg's, which most
 * files have. The others are those of old writers. Of two tags with one name
 * the first that there is. */
static const Row rows[] = {
  {"title", GST_TAG_TITLE},
  {"artist", GST_TAG_ARTIST},
  {"album", GST_TAG_ALBUM},
  {"genre", GST_TAG_GENRE},
  {"comment", GST_TAG_COMMENT},
  {"copyright", GST_TAG_COPYRIGHT},
  {"description", GST_TAG_DESCRIPTION},
  {"keywords", GST_TAG_KEYWORDS},
  {"publisher", GST_TAG_PUBLISHER},
  {"language", GST_TAG_LANGUAGE_CODE},
  {"creationdate", GST_TAG_DATE_TIME},
  {"encoder", GST_TAG_APPLICATION_NAME},
  {"encoder", GST_TAG_ENCODER},
  {"author", GST_TAG_ARTIST},
  {"creator", GST_TAG_ARTIST},
  {"date", GST_TAG_DATE_TIME},
  {"creation_time", GST_TAG_DATE_TIME},
};

static gboolean
is_first (guint index)
{
  for (guint i = 0; i < index; i++) {
    if (g_str_equal (rows[i].tag, rows[index].tag))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_written (const RtmpMetadata * metadata, const gchar * name)
{
  for (guint i = 0; i < metadata->texts->len; i++) {
    if (g_str_equal (g_array_index (metadata->texts, RtmpMetadataText, i).name,
            name))
      return TRUE;
  }
  return FALSE;
}

void
rtmp_texts_from_tags (RtmpMetadata * metadata, const GstTagList * tags)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *text = NULL;
    g_autoptr (GstDateTime) date = NULL;
    const gchar *tag = rows[i].tag;
    if (!is_first (i) || is_written (metadata, rows[i].name))
      continue;
    if (gst_tag_get_type (tag) == GST_TYPE_DATE_TIME) {
      if (gst_tag_list_get_date_time (tags, tag, &date))
        text = gst_date_time_to_iso8601_string (date);
    } else {
      gst_tag_list_get_string (tags, tag, &text);
    }
    if (text != NULL)
      rtmp_metadata_add_text (metadata, rows[i].name, text);
  }
}

gboolean
rtmp_texts_are_same (const GstTagList * a, const GstTagList * b)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const GValue *x = gst_tag_list_get_value_index (a, rows[i].tag, 0);
    const GValue *y = gst_tag_list_get_value_index (b, rows[i].tag, 0);
    if (x != y && (x == NULL || y == NULL
            || gst_value_compare (x, y) != GST_VALUE_EQUAL))
      return FALSE;
  }
  return TRUE;
}

/* Peers may send anything; tags are UTF-8. */
static void
add_tag (GstTagList * tags, const gchar * tag, const gchar * text)
{
  if (!g_utf8_validate (text, -1, NULL) || *text == '\0'
      || gst_tag_list_get_tag_size (tags, tag) > 0)
    return;
  if (gst_tag_get_type (tag) != GST_TYPE_DATE_TIME) {
    gst_tag_list_add (tags, GST_TAG_MERGE_APPEND, tag, text, NULL);
    return;
  }
  g_autoptr (GstDateTime) date = gst_date_time_new_from_iso8601_string (text);
  if (date != NULL)
    gst_tag_list_add (tags, GST_TAG_MERGE_APPEND, tag, date, NULL);
}

GstTagList *
rtmp_texts_to_tags (const RtmpMetadata * metadata)
{
  g_autoptr (GstTagList) tags = gst_tag_list_new_empty ();

  for (guint i = 0; i < metadata->texts->len; i++) {
    const RtmpMetadataText *text =
        &g_array_index (metadata->texts, RtmpMetadataText, i);
    for (guint j = 0; j < G_N_ELEMENTS (rows); j++) {
      if (g_str_equal (rows[j].name, text->name))
        add_tag (tags, rows[j].tag, text->text);
    }
  }
  if (gst_tag_list_is_empty (tags))
    return NULL;
  gst_tag_list_set_scope (tags, GST_TAG_SCOPE_GLOBAL);
  return g_steal_pointer (&tags);
}

gdouble
rtmp_texts_find_bitrate (const GstTagList * tags)
{
  /* What an encoder was told, rather than what a parser has seen so far. */
  const gchar *names[] = { GST_TAG_NOMINAL_BITRATE, GST_TAG_BITRATE,
    GST_TAG_MAXIMUM_BITRATE
  };
  guint bitrate = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names) && bitrate == 0; i++)
    gst_tag_list_get_uint (tags, names[i], &bitrate);
  return bitrate / 1000.0;
}
