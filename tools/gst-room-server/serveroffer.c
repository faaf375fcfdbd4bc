/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serveroffer.h"

#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <stdlib.h>
#include <string.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

/* What LiveKit's clients call their sizes, the largest first. */
static const gchar *const sizes[] = { "f", "h", "q" };

/* Of a rid: ours; LiveKit's have one letter. */
#define MAX_RID 32

struct _ServerOffer
{
  GPtrArray *sections;          /* of ServerSection */
};

static void
section_free (gpointer data)
{
  ServerSection *self = data;

  g_free (self->mid);
  g_free (self->stream);
  g_free (self->track);
  g_free (self->rid);
  g_array_unref (self->ssrcs);
  g_array_unref (self->formats);
  g_free (self);
}

/* "PT NAME/RATE..." */
static void
read_rtpmap (ServerSection * self, const gchar * value)
{
  gchar *end = NULL;
  guint64 pt = g_ascii_strtoull (value, &end, 10);

  if (end == value || *end != ' ' || pt > 127)
    return;
  g_autofree gchar *name = g_strndup (end + 1, strcspn (end + 1, "/"));
  const ServerCodec *codec = server_codec_find (name);
  if (codec == NULL || codec->video != self->video)
    return;
  ServerFormat format = { pt, codec };
  g_array_append_val (self->formats, format);
}

/* RFC 3551: these need no rtpmap. */
static void
add_static_formats (ServerSection * self, const GstSDPMedia * media)
{
  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++) {
    const gchar *text = gst_sdp_media_get_format (media, i);
    const gchar *name = g_strcmp0 (text, "0") == 0 ? "PCMU"
        : g_strcmp0 (text, "8") == 0 ? "PCMA" : NULL;
    ServerFormat format = { name != NULL ? atoi (text) : 0,
      server_codec_find (name)
    };
    if (name != NULL && !self->video
        && server_section_find_codec (self, format.pt) == NULL)
      g_array_append_val (self->formats, format);
  }
}

static void
set_msid (ServerSection * self, const gchar * value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 3);

  if (words[0] == NULL || self->stream != NULL)
    return;
  self->stream = g_strdup (words[0]);
  self->track = g_strdup (words[1]);
}

/* "SSRC attribute:value" */
static void
read_ssrc (ServerSection * self, const gchar * value)
{
  gchar *end = NULL;
  guint64 number = g_ascii_strtoull (value, &end, 10);

  if (end == value || *end != ' ' || number > G_MAXUINT32)
    return;
  guint32 ssrc = number;
  if (g_str_has_prefix (end, " msid:"))
    set_msid (self, end + strlen (" msid:"));
  g_array_append_val (self->ssrcs, ssrc);
}

/* "NUMBER[/DIRECTION] URI[ ATTRIBUTES]" */
static void
read_extension (ServerSection * self, const gchar * value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 3);
  guint number = strtoul (value, NULL, 10);

  if (words[0] == NULL || words[1] == NULL || number > G_MAXUINT8)
    return;
  if (g_str_equal (words[1], SERVER_MID_URI))
    self->mid_extension = number;
  else if (g_str_equal (words[1], SERVER_RID_URI))
    self->rid_extension = number;
  else if (g_str_equal (words[1], SERVER_REPAIRED_URI))
    self->repaired_extension = number;
}

/* What may stand in a description of ours (RFC 8851, section 10). */
static gboolean
is_rid (const gchar * text)
{
  gsize length = strspn (text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_");

  return length > 0 && length <= MAX_RID && text[length] == '\0';
}

/* "send RID;RID,ALTERNATIVE;~PAUSED recv ...", RFC 8853: what its sender likes
 * best comes first, but for clients whose sizes have names that we know. */
static void
read_simulcast (ServerSection * self, const gchar * value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 5);
  guint at = 0;

  while (words[at] != NULL && !g_str_equal (words[at], "send"))
    at++;
  if (words[at] == NULL || words[at + 1] == NULL)
    return;
  g_auto (GStrv) rids = g_strsplit_set (words[at + 1], ";,", -1);
  const gchar *best = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (sizes) && best == NULL; i++) {
    if (g_strv_contains ((const gchar * const *) rids, sizes[i]))
      best = sizes[i];
  }
  for (guint i = 0; rids[i] != NULL && best == NULL; i++) {
    if (is_rid (rids[i]))
      best = rids[i];
  }
  g_free (self->rid);
  self->rid = g_strdup (best);
}

static void
read_attribute (ServerSection * self, const gchar * key, const gchar * value)
{
  if (value == NULL)
    return;
  if (g_str_equal (key, "rtpmap")) {
    read_rtpmap (self, value);
  } else if (g_str_equal (key, "ssrc")) {
    read_ssrc (self, value);
  } else if (g_str_equal (key, "msid")) {
    set_msid (self, value);
  } else if (g_str_equal (key, "extmap")) {
    read_extension (self, value);
  } else if (g_str_equal (key, "simulcast")) {
    read_simulcast (self, value);
  }
}

static ServerSection *
read_section (const GstSDPMedia * media)
{
  ServerSection *self = g_new0 (ServerSection, 1);
  const gchar *kind = gst_sdp_media_get_media (media);

  self->mid = g_strdup (gst_sdp_media_get_attribute_val (media, "mid"));
  self->video = g_strcmp0 (kind, "video") == 0;
  self->media = self->video || g_strcmp0 (kind, "audio") == 0;
  self->refused = gst_sdp_media_get_port (media) == 0
      && gst_sdp_media_get_attribute_val (media, "bundle-only") == NULL;
  self->ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->formats = g_array_new (FALSE, FALSE, sizeof (ServerFormat));
  self->sends = self->receives = self->media;
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *each = gst_sdp_media_get_attribute (media, i);
    read_attribute (self, each->key, each->value);
    if (g_str_equal (each->key, "recvonly")
        || g_str_equal (each->key, "inactive"))
      self->sends = FALSE;
    if (g_str_equal (each->key, "sendonly")
        || g_str_equal (each->key, "inactive"))
      self->receives = FALSE;
  }
  if (self->refused)
    self->sends = self->receives = FALSE;
  add_static_formats (self, media);
  return self;
}

static gboolean
check_sections (const ServerOffer * self, const ServerOffer * previous,
    GError ** error)
{
  g_autoptr (GHashTable) mids = g_hash_table_new (g_str_hash, g_str_equal);
  const gchar *fault = NULL;

  if (self->sections->len == 0
      || self->sections->len > SERVER_OFFER_MAX_SECTIONS)
    fault = "it has no media section, or too many";
  else if (previous != NULL && self->sections->len < previous->sections->len)
    fault = "it has fewer media sections than before";
  for (guint i = 0; i < self->sections->len && fault == NULL; i++) {
    const ServerSection *section = server_offer_get (self, i);
    if (section->mid == NULL || *section->mid == '\0')
      fault = "a media section has no mid";
    else if (!g_hash_table_add (mids, section->mid))
      fault = "two media sections have one mid";
    else if (previous != NULL && i < previous->sections->len
        && !g_str_equal (section->mid, server_offer_get (previous, i)->mid))
      fault = "the mid of a media section has changed";
  }
  if (fault != NULL)
    g_set_error (error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_SDP_SYNTAX_ERROR,
        "the client's offer cannot be used: %s", fault);
  return fault == NULL;
}

ServerOffer *
server_offer_new (const gchar * sdp, const ServerOffer * previous,
    GError ** error)
{
  g_autoptr (GstSDPMessage) message = NULL;

  if (strlen (sdp) > SERVER_OFFER_MAX_SIZE
      || gst_sdp_message_new_from_text (sdp, &message) != GST_SDP_OK) {
    g_set_error_literal (error, GST_WEBRTC_ERROR,
        GST_WEBRTC_ERROR_SDP_SYNTAX_ERROR, "the client's offer cannot be read");
    return NULL;
  }
  ServerOffer *self = g_atomic_rc_box_new0 (ServerOffer);
  self->sections = g_ptr_array_new_with_free_func (section_free);
  for (guint i = 0; i < gst_sdp_message_medias_len (message); i++)
    g_ptr_array_add (self->sections,
        read_section (gst_sdp_message_get_media (message, i)));
  if (!check_sections (self, previous, error))
    g_clear_pointer (&self, server_offer_unref);
  return self;
}

ServerOffer *
server_offer_ref (ServerOffer * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  g_ptr_array_unref (((ServerOffer *) data)->sections);
}

void
server_offer_unref (ServerOffer * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

guint
server_offer_get_size (const ServerOffer * self)
{
  return self->sections->len;
}

const ServerSection *
server_offer_get (const ServerOffer * self, guint mline)
{
  return g_ptr_array_index (self->sections, mline);
}

static gboolean
section_has_ssrc (const ServerSection * self, guint32 ssrc)
{
  for (guint i = 0; i < self->ssrcs->len; i++) {
    if (g_array_index (self->ssrcs, guint32, i) == ssrc)
      return TRUE;
  }
  return FALSE;
}

gint
server_offer_find (const ServerOffer * self, guint32 ssrc, const gchar * mid,
    guint length)
{
  for (guint i = 0; i < self->sections->len; i++) {
    if (section_has_ssrc (server_offer_get (self, i), ssrc))
      return i;
  }
  for (guint i = 0; i < self->sections->len && mid != NULL; i++) {
    const gchar *own = server_offer_get (self, i)->mid;
    if (strlen (own) == length && memcmp (own, mid, length) == 0)
      return i;
  }
  return -1;
}

const ServerCodec *
server_section_find_codec (const ServerSection * self, guint pt)
{
  for (guint i = 0; i < self->formats->len; i++) {
    const ServerFormat *format =
        &g_array_index (self->formats, ServerFormat, i);
    if (format->pt == pt)
      return format->codec;
  }
  return NULL;
}

gint
server_section_find_pt (const ServerSection * self, const ServerCodec * codec)
{
  for (guint i = 0; i < self->formats->len; i++) {
    const ServerFormat *format =
        &g_array_index (self->formats, ServerFormat, i);
    if (format->codec == codec)
      return format->pt;
  }
  return -1;
}
