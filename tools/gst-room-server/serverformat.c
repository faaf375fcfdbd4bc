/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverformat.h"

#include <string.h>

#define SAME 3
#define CONTAINED 2             /* what is sent is part of what is taken */
#define OTHER 1

void
server_format_clear (ServerFormat * self)
{
  g_clear_pointer (&self->fmtp, g_free);
}

gchar *
server_format_dup_value (const gchar * fmtp, const gchar * key)
{
  g_auto (GStrv) words = g_strsplit (fmtp != NULL ? fmtp : "", ";", -1);
  gsize length = strlen (key);

  for (gchar ** word = words; *word != NULL; word++) {
    const gchar *pair = g_strstrip (*word);
    if (g_ascii_strncasecmp (pair, key, length) == 0 && pair[length] == '=')
      return g_strdup (pair + length + 1);
  }
  return NULL;
}

static guint
get_number (const gchar * fmtp, const gchar * key, guint without)
{
  g_autofree gchar *text = server_format_dup_value (fmtp, key);

  return text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : without;
}

/* profile-level-id of RFC 6184: profile_idc and constraint flags. */
typedef struct
{
  guint profile;
  guint flags;
} H264Profile;

static H264Profile
read_h264 (const gchar * fmtp)
{
  g_autofree gchar *text = server_format_dup_value (fmtp, "profile-level-id");
  /* RFC 6184, section 8.1: without it, Baseline. */
  guint64 id = text != NULL ? g_ascii_strtoull (text, NULL, 16) : 0x42000a;
  H264Profile found = { (id >> 16) & 0xff, (id >> 8) & 0xff };

  return found;
}

static gboolean
is_constrained_baseline (const H264Profile * self)
{
  return (self->profile == 0x42 && (self->flags & 0x40) != 0)
      || (self->profile == 0x4d && (self->flags & 0x80) != 0);
}

/* The order in which one contains the other; Baseline stands aside. */
static guint
get_h264_rank (const H264Profile * self)
{
  return is_constrained_baseline (self) ? 1 : self->profile == 0x42 ? 0
      : self->profile == 0x4d ? 2 : self->profile == 0x64 ? 3 : 4;
}

/* Profiles beside that of the codec's own row, and their numbers. */
typedef struct
{
  const gchar *codec;
  guint profile;                /* for H.264 its rank */
  guint pt;
  const gchar *fmtp;
} OwnFormat;

static const OwnFormat own_formats[] = {
  {"H264", 2, 106,
      "packetization-mode=1;profile-level-id=4d001f;level-asymmetry-allowed=1"},
  {"H264", 3, 108,
      "packetization-mode=1;profile-level-id=64001f;level-asymmetry-allowed=1"},
  {"VP9", 1, 112, "profile-id=1"},
  {"VP9", 2, 114, "profile-id=2"},
  {"VP9", 3, 116, "profile-id=3"},
  {"AV1", 1, 118, "profile=1"},
  {"AV1", 2, 120, "profile=2"},
  {"H265", 2, 122, "profile-id=2"},
};

static guint
get_profile (const ServerCodec * codec, const gchar * fmtp)
{
  if (g_str_equal (codec->name, "H264")) {
    H264Profile profile = read_h264 (fmtp);
    return get_h264_rank (&profile);
  }
  if (g_str_equal (codec->name, "VP9"))
    return get_number (fmtp, "profile-id", 0);
  if (g_str_equal (codec->name, "AV1"))
    return get_number (fmtp, "profile", 0);
  /* RFC 7798, section 7.1. */
  if (g_str_equal (codec->name, "H265"))
    return get_number (fmtp, "profile-id", 1);
  return 0;
}

void
server_format_init_own (ServerFormat * self, const ServerCodec * codec,
    const gchar * fmtp)
{
  guint profile = get_profile (codec, fmtp);

  *self = (ServerFormat) {
  codec->pt, codec, g_strdup (codec->fmtp)};
  for (guint i = 0; i < G_N_ELEMENTS (own_formats); i++) {
    const OwnFormat *own = &own_formats[i];
    if (own->profile != profile || !g_str_equal (own->codec, codec->name))
      continue;
    self->pt = own->pt;
    g_free (self->fmtp);
    self->fmtp = g_strdup (own->fmtp);
  }
}

void
server_format_write (const ServerFormat * self, GstCaps * caps)
{
  g_auto (GStrv) words =
      g_strsplit (self->fmtp != NULL ? self->fmtp : "", ";", -1);

  for (gchar ** word = words; *word != NULL; word++) {
    gchar *pair = g_strstrip (*word);
    gchar *value = strchr (pair, '=');
    if (value == NULL || value == pair)
      continue;
    g_autofree gchar *key = g_ascii_strdown (pair, value - pair);
    gst_caps_set_simple (caps, key, G_TYPE_STRING, value + 1, NULL);
  }
}

/* A packetization mode that is not taken is the one thing that a receiver
 * really cannot do. */
static guint
rate_h264 (const gchar * stream, const gchar * receiver)
{
  H264Profile sent = read_h264 (stream), taken = read_h264 (receiver);
  guint sent_rank = get_h264_rank (&sent), rank = get_h264_rank (&taken);
  guint sent_mode = get_number (stream, "packetization-mode", 0);
  guint mode = get_number (receiver, "packetization-mode", 0);

  if (sent_mode > mode)
    return 0;
  guint profile = sent_rank == rank ? SAME
      : sent_rank == 1 || (sent_rank > 1 && sent_rank < rank) ? CONTAINED
      : OTHER;
  return 2 * profile + (sent_mode == mode);
}

/* Of the others the profile decides, and no other parameter does. */
guint
server_format_rate (const ServerCodec * codec, const gchar * stream,
    const gchar * receiver)
{
  if (g_str_equal (codec->name, "H264"))
    return rate_h264 (stream, receiver);
  return get_profile (codec, stream) == get_profile (codec, receiver) ? SAME
      : 0;
}
