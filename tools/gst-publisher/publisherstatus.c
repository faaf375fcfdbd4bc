/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherStatus: see the header. */
#include "publisherstatus.h"

#include <string.h>

#define SEPARATOR " | "

typedef struct
{
  gchar *pad;
  gchar *name;
  gchar *codec;
  guint width, height;
  gboolean subscribed;
  gboolean muted;
  guint bitrate;
  guint64 packets;
  guint64 dropped;
  guint64 key_frame_requests;
  gint lost;
  guint64 round_trip;
} Track;

struct _PublisherStatus
{
  PublisherStatusPhase phase;
  gchar *room;
  gchar *identity;
  guint participants;
  gint64 joined_at;             /* 0: not joined */
  GPtrArray *tracks;            /* what is published now */
};

static void
track_free (gpointer data)
{
  Track *self = data;
  g_free (self->pad);
  g_free (self->name);
  g_free (self->codec);
  g_free (self);
}

PublisherStatus *
publisher_status_new (void)
{
  PublisherStatus *self = g_new0 (PublisherStatus, 1);
  self->tracks = g_ptr_array_new_with_free_func (track_free);
  return self;
}

void
publisher_status_free (PublisherStatus * self)
{
  if (!self)
    return;
  g_free (self->room);
  g_free (self->identity);
  g_ptr_array_unref (self->tracks);
  g_free (self);
}

void
publisher_status_set_phase (PublisherStatus * self, PublisherStatusPhase phase)
{
  self->phase = phase;
}

PublisherStatusPhase
publisher_status_get_phase (PublisherStatus * self)
{
  return self->phase;
}

static Track *
find_track (PublisherStatus * self, const gchar * pad)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    Track *track = self->tracks->pdata[i];
    if (g_strcmp0 (track->pad, pad) == 0)
      return track;
  }
  return NULL;
}

static const gchar *
get_string (const GstStructure * structure, const gchar * field)
{
  const gchar *value = gst_structure_get_string (structure, field);
  return value ? value : "";
}

static gchar *
take_joined (PublisherStatus * self, const GstStructure * message, gint64 now)
{
  g_free (self->room);
  g_free (self->identity);
  self->room = g_strdup (get_string (message, "room"));
  self->identity = g_strdup (get_string (message, "identity"));
  self->participants = 0;
  gst_structure_get_uint (message, "participants", &self->participants);
  self->joined_at = now;
  if (self->phase == PUBLISHER_STATUS_STARTING)
    self->phase = PUBLISHER_STATUS_JOINED;
  if (self->participants == 0)
    return g_strdup_printf ("joined room %s as %s", self->room, self->identity);
  return g_strdup_printf ("joined room %s as %s, %u other%s there",
      self->room, self->identity, self->participants,
      self->participants == 1 ? "" : "s");
}

static gchar *
describe_format (const Track * track)
{
  if (track->width == 0 || track->height == 0)
    return g_strdup (track->codec);
  return g_strdup_printf ("%s %ux%u", track->codec, track->width,
      track->height);
}

static gchar *
take_published (PublisherStatus * self, const GstStructure * message)
{
  const gchar *pad = get_string (message, "pad");
  Track *track = find_track (self, pad);
  if (!track) {
    track = g_new0 (Track, 1);
    track->pad = g_strdup (pad);
    g_ptr_array_add (self->tracks, track);
  }
  g_free (track->name);
  g_free (track->codec);
  track->name = g_strdup (get_string (message, "track-name"));
  track->codec = g_strdup (get_string (message, "codec"));
  gst_structure_get_uint (message, "width", &track->width);
  gst_structure_get_uint (message, "height", &track->height);
  if (self->phase == PUBLISHER_STATUS_JOINED)
    self->phase = PUBLISHER_STATUS_LIVE;

  g_autofree gchar *format = describe_format (track);
  return g_strdup_printf ("publishing %s: %s", track->name, format);
}

static gchar *
take_unpublished (PublisherStatus * self, const GstStructure * message)
{
  Track *track = find_track (self, get_string (message, "pad"));
  if (track)
    g_ptr_array_remove (self->tracks, track);

  static const gchar *const words[][2] = {
    {"eos", "its stream has ended"},
    {"released", "its pad was released"},
    {"server", "the server took it down"},
    {"stop", "stopping"},
  };
  const gchar *reason = get_string (message, "reason");
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    if (g_str_equal (reason, words[i][0]))
      reason = words[i][1];
  }
  return g_strdup_printf ("no longer publishing %s: %s",
      get_string (message, "track-name"), reason);
}

static gchar *
take_subscribed (PublisherStatus * self, const GstStructure * message)
{
  Track *track = find_track (self, get_string (message, "pad"));
  if (track)
    track->subscribed = TRUE;
  return g_strdup_printf ("%s has a subscriber",
      get_string (message, "track-name"));
}

static gchar *
take_disconnected (PublisherStatus * self, const GstStructure * message)
{
  self->joined_at = 0;
  g_ptr_array_set_size (self->tracks, 0);
  if (g_str_equal (get_string (message, "reason"), "left"))
    return g_strdup ("left the room");
  /* The reason of the whole end says it. */
  return g_strdup ("");
}

gchar *
publisher_status_take_message (PublisherStatus * self,
    const GstStructure * message, gint64 now)
{
  const gchar *name = gst_structure_get_name (message);

  if (g_str_equal (name, "room-joined"))
    return take_joined (self, message, now);
  if (g_str_equal (name, "room-track-published"))
    return take_published (self, message);
  if (g_str_equal (name, "room-track-unpublished"))
    return take_unpublished (self, message);
  if (g_str_equal (name, "room-track-subscribed"))
    return take_subscribed (self, message);
  if (g_str_equal (name, "room-disconnected"))
    return take_disconnected (self, message);
  return NULL;
}

void
publisher_status_take_stats (PublisherStatus * self, const GstStructure * stats)
{
  const GValue *tracks = gst_structure_get_value (stats, "tracks");
  if (!tracks || !GST_VALUE_HOLDS_ARRAY (tracks))
    return;

  for (guint i = 0; i < gst_value_array_get_size (tracks); i++) {
    const GstStructure *entry =
        gst_value_get_structure (gst_value_array_get_value (tracks, i));
    Track *track = find_track (self, get_string (entry, "pad"));
    if (!track)
      continue;
    gst_structure_get (entry, "bitrate", G_TYPE_UINT, &track->bitrate,
        "packets", G_TYPE_UINT64, &track->packets,
        "dropped", G_TYPE_UINT64, &track->dropped,
        "key-frame-requests", G_TYPE_UINT64, &track->key_frame_requests,
        "lost", G_TYPE_INT, &track->lost,
        "round-trip", G_TYPE_UINT64, &track->round_trip,
        "subscribed", G_TYPE_BOOLEAN, &track->subscribed,
        "muted", G_TYPE_BOOLEAN, &track->muted, NULL);
  }
}

static gchar *
describe_bitrate (guint bitrate)
{
  if (bitrate >= 1000000)
    return g_strdup_printf ("%.1f Mbit/s", bitrate / 1e6);
  return g_strdup_printf ("%u kbit/s", (bitrate + 500) / 1000);
}

gchar *
publisher_status_dup_stats (PublisherStatus * self)
{
  if (self->tracks->len == 0)
    return g_strdup ("stats: nothing is published");

  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < self->tracks->len; i++) {
    const Track *track = self->tracks->pdata[i];
    g_autofree gchar *bitrate = describe_bitrate (track->bitrate);
    g_string_append_printf (text, "%sstats: %s %s, %" G_GUINT64_FORMAT
        " packets, %d lost, %" G_GUINT64_FORMAT " key frame requests",
        i > 0 ? "\n" : "", track->name, bitrate, track->packets, track->lost,
        track->key_frame_requests);
    /* Not known before the first report of a receiver. */
    if (track->round_trip > 0)
      g_string_append_printf (text, ", round trip %.1f ms",
          (gdouble) track->round_trip / GST_MSECOND);
    if (!track->subscribed)
      g_string_append (text, ", no subscriber");
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
append_tracks (PublisherStatus * self, GString * line)
{
  guint subscribed = 0;

  for (guint i = 0; i < self->tracks->len; i++) {
    const Track *track = self->tracks->pdata[i];
    g_autofree gchar *format = describe_format (track);
    g_string_append_printf (line, "%s%s %s", i > 0 ? ", " : SEPARATOR,
        track->name, format);
    if (track->muted) {
      g_string_append (line, " muted");
    } else if (track->bitrate > 0) {
      g_autofree gchar *bitrate = describe_bitrate (track->bitrate);
      g_string_append_printf (line, " %s", bitrate);
    }
    if (track->subscribed)
      subscribed++;
  }
  if (self->tracks->len == 0)
    return;
  if (subscribed == 0)
    g_string_append (line, SEPARATOR "no subscriber");
  else if (subscribed == self->tracks->len)
    g_string_append (line, SEPARATOR "subscribed");
  else
    g_string_append_printf (line, SEPARATOR "%u of %u subscribed", subscribed,
        self->tracks->len);
}

/* Never cuts a character, and knows those that are two columns wide. */
static void
cut_to_width (GString * line, guint width)
{
  guint columns = 0;
  for (const gchar * c = line->str; *c; c = g_utf8_next_char (c)) {
    gunichar u = g_utf8_get_char (c);
    guint size = g_unichar_iszerowidth (u) ? 0 : g_unichar_iswide (u) ? 2 : 1;
    if (columns + size > width) {
      g_string_truncate (line, c - line->str);
      return;
    }
    columns += size;
  }
}

gchar *
publisher_status_dup_line (PublisherStatus * self, gint64 now, guint width)
{
  static const gchar *const phases[] = { "waiting", "starting", "joined",
    "live", "stopping"
  };
  g_autoptr (GString) line = g_string_new (phases[self->phase]);

  if (self->joined_at > 0) {
    gint64 seconds = (now - self->joined_at) / G_USEC_PER_SEC;
    /* The time comes early, where a narrow terminal does not cut it off. */
    g_string_append_printf (line, " %02d:%02d:%02d", (gint) (seconds / 3600),
        (gint) (seconds / 60 % 60), (gint) (seconds % 60));
    g_string_append_printf (line, SEPARATOR "%s as %s", self->room,
        self->identity);
  }
  append_tracks (self, line);

  g_autofree gchar *valid = g_utf8_make_valid (line->str, line->len);
  g_string_assign (line, valid);
  cut_to_width (line, width);
  return g_string_free (g_steal_pointer (&line), FALSE);
}
