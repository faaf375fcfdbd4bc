/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serveroffer.h"

#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <stdlib.h>
#include <string.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include "livekit/livekitlimits.h"
#include "servercandidate.h"

/* What LiveKit's clients call their sizes, the largest first. */
static const gchar *const sizes[] = { "f", "h", "q" };

/* Of a rid: ours; LiveKit's have one letter. */
#define MAX_RID 32

#define MIXED "extmap-allow-mixed"

struct _ServerOffer
{
  GPtrArray *sections;          /* of ServerSection */
  gboolean mixed;
  gchar *text;
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
  ServerFormat format = { pt, codec, NULL };
  g_array_append_val (self->formats, format);
}

/* "PT key=value;..." */
static void
read_fmtp (ServerSection * self, const gchar * value)
{
  gchar *end = NULL;
  guint64 pt = g_ascii_strtoull (value, &end, 10);

  if (end == value || *end != ' ')
    return;
  for (guint i = 0; i < self->formats->len; i++) {
    ServerFormat *format = &g_array_index (self->formats, ServerFormat, i);
    if (format->pt == pt && format->fmtp == NULL)
      format->fmtp = g_strdup (end + 1);
  }
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
      server_codec_find (name), NULL
    };
    if (name != NULL && !self->video
        && server_section_find_pt (self, format.pt) == NULL)
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
    server_extension_map_add (&self->extensions, value);
  } else if (g_str_equal (key, "simulcast")) {
    read_simulcast (self, value);
  }
}

/* Behind the attributes above, whose order is the client's. */
static void
read_late (ServerSection * self, const GstSDPMedia * media)
{
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *each = gst_sdp_media_get_attribute (media, i);
    if (g_str_equal (each->key, "fmtp") && each->value != NULL)
      read_fmtp (self, each->value);
  }
  server_extension_map_tidy (&self->extensions);
  /* Without the name in each packet nobody knows which size it is of. */
  if (self->extensions.id[SERVER_EXTENSION_RID] == 0)
    g_clear_pointer (&self->rid, g_free);
}

/* The mids of all "a=group:BUNDLE mid mid ...". */
static GHashTable *
read_bundles (const GstSDPMessage * message)
{
  GHashTable *mids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);

  for (guint i = 0; i < gst_sdp_message_attributes_len (message); i++) {
    const GstSDPAttribute *each = gst_sdp_message_get_attribute (message, i);
    if (!g_str_equal (each->key, "group") || each->value == NULL)
      continue;
    g_auto (GStrv) words = g_strsplit (each->value, " ", -1);
    if (g_strcmp0 (words[0], "BUNDLE") != 0)
      continue;
    for (gchar ** mid = words + 1; *mid != NULL; mid++)
      g_hash_table_add (mids, g_strdup (*mid));
  }
  return mids;
}

/* RFC 8843, section 6: of one that is in a bundle or nowhere the port says
 * nothing, and the bundle all. */
static gboolean
is_refused (GHashTable * bundled, const GstSDPMedia * media)
{
  const gchar *mid = gst_sdp_media_get_attribute_val (media, "mid");

  return gst_sdp_media_get_port (media) == 0
      && (gst_sdp_media_get_attribute_val (media, "bundle-only") == NULL
      || mid == NULL || !g_hash_table_contains (bundled, mid));
}

static ServerSection *
read_section (GHashTable * bundled, const GstSDPMedia * media, gboolean mixed)
{
  ServerSection *self = g_new0 (ServerSection, 1);
  const gchar *kind = gst_sdp_media_get_media (media);

  self->mid = g_strdup (gst_sdp_media_get_attribute_val (media, "mid"));
  self->video = g_strcmp0 (kind, "video") == 0;
  self->media = self->video || g_strcmp0 (kind, "audio") == 0;
  self->refused = is_refused (bundled, media);
  self->ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->formats = g_array_new (FALSE, FALSE, sizeof (ServerFormat));
  g_array_set_clear_func (self->formats, (GDestroyNotify) server_format_clear);
  self->extensions.mixed = mixed
      || gst_sdp_media_get_attribute_val (media, MIXED) != NULL;
  self->sends = self->receives = self->media;
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *each = gst_sdp_media_get_attribute (media, i);
    read_attribute (self, each->key, each->value);
    self->mids += g_str_equal (each->key, "mid");
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
  read_late (self, media);
  return self;
}

/* Of several mids webrtcbin takes the last, and the first. */
static const gchar *
find_fault (const ServerSection * section)
{
  if (section->mid == NULL || *section->mid == '\0')
    return "a media section has no mid";
  return section->mids > 1 ? "a media section has several mids" : NULL;
}

static const gchar *
find_offer_fault (const ServerOffer * self, const ServerOffer * previous)
{
  g_autoptr (GHashTable) mids = g_hash_table_new (g_str_hash, g_str_equal);
  const gchar *fault = NULL;

  if (self->sections->len == 0)
    fault = "it has no media section, or too many";
  else if (previous != NULL && self->sections->len < previous->sections->len)
    fault = "it has fewer media sections than before";
  for (guint i = 0; i < self->sections->len && fault == NULL; i++) {
    const ServerSection *section = server_offer_get (self, i);
    fault = find_fault (section);
    if (fault != NULL)
      break;
    if (!g_hash_table_add (mids, section->mid))
      fault = "two media sections have one mid";
    else if (previous != NULL && i < previous->sections->len
        && !g_str_equal (section->mid, server_offer_get (previous, i)->mid))
      fault = "the mid of a media section has changed";
  }
  return fault;
}

/* webrtcbin makes its own sections those of the answer, and asserts in its next
 * offer that they have not changed. */
static const gchar *
find_answer_fault (const ServerOffer * self, const ServerOffer * own)
{
  if (self->sections->len == 0 || self->sections->len != own->sections->len)
    return "it has not as many media sections as our offer";
  for (guint i = 0; i < self->sections->len; i++) {
    const ServerSection *section = server_offer_get (self, i);
    const ServerSection *asked = server_offer_get (own, i);
    const gchar *fault = find_fault (section);
    if (fault != NULL)
      return fault;
    if (g_strcmp0 (section->mid, asked->mid) != 0
        || section->media != asked->media || section->video != asked->video)
      return "a media section is another than in our offer";
  }
  return NULL;
}

/* As GStreamer reads a line. */
static const gchar *
skip_spaces (const gchar * text)
{
  while (g_ascii_isspace (*text))
    text++;
  return text;
}

/* An extension that we cannot take, and that webrtcbin would take halves of. */
static gboolean
is_half (const ServerSection * section, const gchar * attribute)
{
  return section->extensions.id[SERVER_EXTENSION_RID] == 0
      && g_str_has_prefix (attribute, "extmap:")
      && strstr (attribute, "rtp-stream-id") != NULL;
}

/* @candidates: so many were not. @section: NULL before the first. */
static gboolean
is_left_out (const ServerSection * section, const gchar * line,
    guint * candidates)
{
  if (!g_str_has_prefix (line, "a="))
    return FALSE;
  const gchar *attribute = skip_spaces (line + 2);
  if (g_str_has_prefix (attribute, "candidate"))
    return !server_candidate_has_address (attribute)
        || ++*candidates > SERVER_CANDIDATE_MAX;
  return section != NULL && is_half (section, attribute);
}

/* "m=KIND PORT ...": webrtcbin takes a port of 0 for a refusal, whatever else
 * is said. */
static void
write_media_line (GString * text, const ServerSection * section,
    const gchar * line)
{
  gsize kind = strcspn (line, " ");
  gsize port = strspn (line + kind, " ");
  gsize number = strspn (line + kind + port, "0");

  if (section->refused || number == 0)
    g_string_append (text, line);
  else
    g_string_append_printf (text, "%.*s 9%s", (gint) kind, line,
        line + kind + port + number);
}

static gchar *
make_text (const ServerOffer * self, const gchar * sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  GString *text = g_string_sized_new (strlen (sdp));
  guint count = 0, candidates = 0;

  for (gchar ** line = lines; *line != NULL; line++) {
    const gchar *read = skip_spaces (*line);
    gboolean media = g_str_has_prefix (read, "m=");
    count += media;
    const ServerSection *section = count > 0 && count <= self->sections->len
        ? server_offer_get (self, count - 1) : NULL;
    if (is_left_out (section, read, &candidates))
      continue;
    if (media && section != NULL)
      write_media_line (text, section, read);
    else
      g_string_append (text, *line);
    if (line[1] != NULL)
      g_string_append_c (text, '\n');
  }
  return g_string_free (text, FALSE);
}

/* Of more sections than @most none is read, and there are none. NULL: nobody can
 * read it. */
static ServerOffer *
read_offer (const gchar * sdp, guint most)
{
  g_autoptr (GstSDPMessage) message = NULL;

  if (*sdp == '\0'
      || gst_sdp_message_new_from_text (sdp, &message) != GST_SDP_OK)
    return NULL;
  ServerOffer *self = g_atomic_rc_box_new0 (ServerOffer);
  self->sections = g_ptr_array_new_with_free_func (section_free);
  self->mixed = gst_sdp_message_get_attribute_val (message, MIXED) != NULL;
  if (gst_sdp_message_medias_len (message) > most)
    return self;
  g_autoptr (GHashTable) bundled = read_bundles (message);
  for (guint i = 0; i < gst_sdp_message_medias_len (message); i++)
    g_ptr_array_add (self->sections,
        read_section (bundled, gst_sdp_message_get_media (message, i),
            self->mixed));
  return self;
}

/* NULL with @error when there is a @fault. */
static ServerOffer *
finish_offer (ServerOffer * self, const gchar * sdp, const gchar * kind,
    const gchar * fault, GError ** error)
{
  if (fault == NULL) {
    self->text = make_text (self, sdp);
    return self;
  }
  g_set_error (error, GST_WEBRTC_ERROR, GST_WEBRTC_ERROR_SDP_SYNTAX_ERROR,
      "the client's %s cannot be used: %s", kind, fault);
  g_clear_pointer (&self, server_offer_unref);
  return NULL;
}

ServerOffer *
server_offer_new (const gchar * sdp, const ServerOffer * previous,
    GError ** error)
{
  ServerOffer *self = strlen (sdp) <= LIVEKIT_MAX_SDP
      ? read_offer (sdp, SERVER_OFFER_MAX_SECTIONS) : NULL;

  return finish_offer (self, sdp, "offer", self != NULL
      ? find_offer_fault (self, previous) : "it cannot be read", error);
}

ServerOffer *
server_offer_new_answer (const gchar * sdp, const gchar * own, GError ** error)
{
  g_autoptr (ServerOffer) asked = read_offer (own, G_MAXUINT);
  ServerOffer *self = asked != NULL
      ? read_offer (sdp, asked->sections->len) : NULL;

  return finish_offer (self, sdp, "answer", self != NULL
      ? find_answer_fault (self, asked) : "it cannot be read", error);
}

ServerOffer *
server_offer_ref (ServerOffer * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ServerOffer *self = data;

  g_ptr_array_unref (self->sections);
  g_free (self->text);
}

void
server_offer_unref (ServerOffer * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const gchar *
server_offer_get_text (const ServerOffer * self)
{
  return self->text;
}

gboolean
server_offer_is_mixed (const ServerOffer * self)
{
  return self->mixed;
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

const ServerFormat *
server_section_find_pt (const ServerSection * self, guint pt)
{
  for (guint i = 0; i < self->formats->len; i++) {
    const ServerFormat *format =
        &g_array_index (self->formats, ServerFormat, i);
    if (format->pt == pt)
      return format;
  }
  return NULL;
}

const ServerFormat *
server_section_find_format (const ServerSection * self,
    const ServerCodec * codec)
{
  for (guint i = 0; i < self->formats->len; i++) {
    const ServerFormat *format =
        &g_array_index (self->formats, ServerFormat, i);
    if (format->codec == codec)
      return format;
  }
  return NULL;
}

const ServerFormat *
server_section_choose (const ServerSection * self, const ServerCodec * codec,
    const gchar * fmtp)
{
  const ServerFormat *best = NULL;
  guint best_rate = 0;

  for (guint i = 0; i < self->formats->len; i++) {
    const ServerFormat *format =
        &g_array_index (self->formats, ServerFormat, i);
    guint rate = format->codec == codec
        ? server_format_rate (codec, fmtp, format->fmtp) : 0;
    if (rate <= best_rate)
      continue;
    best = format;
    best_rate = rate;
  }
  return best;
}
