/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serversupply.h"

#include "serverdebug.h"

/* A section that he sends in, and of which nobody knows what it is. */
typedef struct
{
  guint mline;
  gchar *mid;
  gchar *cid;                   /* NULL: it has no name */
  gboolean video;
  const ServerCodec *codec;
  gchar *fmtp;
  ServerTrack *stream;          /* NULL: nothing has come */
} ParkedSection;

struct _ServerSupply
{
  ServerShelf *shelf;
  gchar *room;
  gchar *identity;
  GPtrArray *tracks;            /* of ServerSupplyTrack */
  GPtrArray *parked;            /* of ParkedSection */
};

static void
parked_free (gpointer data)
{
  ParkedSection *parked = data;

  g_clear_pointer (&parked->stream, server_track_unref);
  g_free (parked->mid);
  g_free (parked->cid);
  g_free (parked->fmtp);
  g_free (parked);
}

ServerSupply *
server_supply_new (ServerShelf * shelf, const gchar * room,
    const gchar * identity)
{
  ServerSupply *self = g_new0 (ServerSupply, 1);

  self->shelf = shelf;
  self->room = g_strdup (room);
  self->identity = g_strdup (identity);
  self->tracks = g_ptr_array_new ();
  self->parked = g_ptr_array_new_with_free_func (parked_free);
  return self;
}

static void
take_out (ServerSupply * self, guint index)
{
  ServerSupplyTrack *track = g_ptr_array_steal_index (self->tracks, index);

  if (track->fan != NULL)
    server_shelf_give_back (self->shelf, track->fan);
  g_free (track->sid);
  g_free (track->name);
  g_free (track->stream);
  g_free (track->codec);
  g_free (track);
}

void
server_supply_free (ServerSupply * self)
{
  if (self == NULL)
    return;

  while (self->tracks->len > 0)
    take_out (self, self->tracks->len - 1);
  g_ptr_array_unref (self->tracks);
  g_ptr_array_unref (self->parked);
  g_free (self->room);
  g_free (self->identity);
  g_free (self);
}

static ServerSupplyTrack *
find (ServerSupply * self, const gchar * sid)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    ServerSupplyTrack *track = g_ptr_array_index (self->tracks, i);
    if (g_str_equal (track->sid, sid))
      return track;
  }
  return NULL;
}

static ServerSupplyTrack *
find_section (ServerSupply * self, guint mline)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    ServerSupplyTrack *track = g_ptr_array_index (self->tracks, i);
    if (track->mline == (gint) mline)
      return track;
  }
  return NULL;
}

void
server_supply_add (ServerSupply * self, const LivekitRoomEvent * added)
{
  if (find (self, added->track) != NULL)
    return;
  ServerSupplyTrack *track = g_new0 (ServerSupplyTrack, 1);
  track->sid = g_strdup (added->track);
  track->name = g_strdup (added->name != NULL ? added->name : "");
  track->ordinal = added->ordinal;
  track->stream = g_strdup (added->stream != NULL ? added->stream : "");
  track->codec = g_strdup (added->codec);
  track->video = added->video;
  track->muted = added->flag;
  track->mline = -1;
  g_ptr_array_add (self->tracks, track);
}

void
server_supply_remove (ServerSupply * self, const gchar * sid)
{
  ServerSupplyTrack *track = find (self, sid);
  guint index;

  if (track != NULL && g_ptr_array_find (self->tracks, track, &index))
    take_out (self, index);
}

void
server_supply_set_muted (ServerSupply * self, const gchar * sid, gboolean muted)
{
  ServerSupplyTrack *track = find (self, sid);

  if (track == NULL)
    return;
  track->muted = muted;
  if (track->fan != NULL)
    server_fan_set_muted (track->fan, muted);
}

const ServerSupplyTrack *
server_supply_find (ServerSupply * self, const gchar * sid)
{
  return find (self, sid);
}

const ServerSupplyTrack *
server_supply_find_section (ServerSupply * self, guint mline)
{
  return find_section (self, mline);
}

static gboolean
has_name (ServerSupply * self, const gchar * name)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    const ServerSupplyTrack *track = g_ptr_array_index (self->tracks, i);
    if (g_str_equal (track->name, name))
      return TRUE;
  }
  return FALSE;
}

gchar *
server_supply_make_name (ServerSupply * self, gboolean video)
{
  gchar *name = g_strdup (video ? "video" : "audio");

  for (guint number = 2; has_name (self, name); number++) {
    g_free (name);
    name = g_strdup_printf ("%s-%u", video ? "video" : "audio", number);
  }
  return name;
}

/* What he means to send, or else the first that he offers. */
static const ServerCodec *
choose (const ServerSupplyTrack * track, const ServerSection * section)
{
  const ServerCodec *meant =
      track->codec != NULL ? server_codec_find (track->codec) : NULL;

  if (meant != NULL && server_section_find_format (section, meant) != NULL)
    return meant;
  return section->formats->len > 0
      ? g_array_index (section->formats, ServerFormat, 0).codec : NULL;
}

static void
open_track (ServerSupply * self, ServerSupplyTrack * track, guint mline,
    const ServerCodec * codec, const gchar * fmtp)
{
  track->mline = mline;
  track->fan = server_shelf_take (self->shelf, self->room, self->identity,
      track->name, track->ordinal, codec);
  server_fan_set_fmtp (track->fan, fmtp);
  server_fan_set_muted (track->fan, track->muted);
  ServerFanCounts counts;
  server_fan_get_counts (track->fan, &counts);
  track->before = counts.bytes;
  server_rate_init (&track->rate, g_get_monotonic_time ());
}

/* FALSE: it feeds nothing, and never will. */
static gboolean
attach (ServerSupplyTrack * own, ServerTrack * track)
{
  const ServerCodec *codec = server_track_get_codec (track);
  gboolean fits = server_fan_get_codec (own->fan) == codec;

  if (!fits)
    GST_WARNING ("%s was to be %s and is %s", own->sid,
        server_fan_get_codec (own->fan)->name, codec->name);
  if (own->attached || !fits || !server_track_attach (track, own->fan)) {
    server_track_give_up (track);
    return FALSE;
  }
  own->attached = TRUE;
  return TRUE;
}

/* -- Sections without a track ----------------------------------------------- */

static ParkedSection *
find_parked (ServerSupply * self, guint mline)
{
  for (guint i = 0; i < self->parked->len; i++) {
    ParkedSection *parked = g_ptr_array_index (self->parked, i);
    if (parked->mline == mline)
      return parked;
  }
  return NULL;
}

const ServerCodec *
server_supply_park (ServerSupply * self, guint mline,
    const ServerSection * section)
{
  ParkedSection *parked = find_parked (self, mline);

  if (parked != NULL || section->formats->len == 0)
    return parked != NULL ? parked->codec : NULL;
  const ServerFormat *format =
      &g_array_index (section->formats, ServerFormat, 0);
  parked = g_new0 (ParkedSection, 1);
  parked->mline = mline;
  parked->mid = g_strdup (section->mid);
  parked->cid = g_strdup (section->track);
  parked->video = section->video;
  parked->codec = format->codec;
  parked->fmtp = g_strdup (format->fmtp);
  g_ptr_array_add (self->parked, parked);
  return parked->codec;
}

void
server_supply_unpark (ServerSupply * self, guint mline)
{
  ParkedSection *parked = find_parked (self, mline);

  if (parked != NULL)
    g_ptr_array_remove (self->parked, parked);
}

/* In the codec that he was answered, whatever he means to send. */
static const ServerCodec *
open_parked (ServerSupply * self, ServerSupplyTrack * track,
    ParkedSection * parked)
{
  const ServerCodec *codec = parked->codec;

  open_track (self, track, parked->mline, codec, parked->fmtp);
  if (parked->stream != NULL && server_track_is_found (parked->stream))
    attach (track, parked->stream);
  return codec;
}

const ServerCodec *
server_supply_claim (ServerSupply * self, const LivekitRoomEvent * added,
    gchar ** mid)
{
  ServerSupplyTrack *track = find (self, added->track);
  ParkedSection *found = NULL;

  if (track == NULL || track->fan != NULL)
    return NULL;
  for (guint i = 0; i < self->parked->len; i++) {
    ParkedSection *parked = g_ptr_array_index (self->parked, i);
    if (parked->video != (added->video != FALSE))
      continue;
    if (parked->cid != NULL && g_strcmp0 (parked->cid, added->cid) == 0) {
      found = parked;
      break;
    }
    if (parked->cid == NULL && found == NULL)
      found = parked;
  }
  if (found == NULL)
    return NULL;
  *mid = g_strdup (found->mid);
  const ServerCodec *codec = open_parked (self, track, found);
  g_ptr_array_remove (self->parked, found);
  return codec;
}

const ServerCodec *
server_supply_open (ServerSupply * self, const gchar * sid, guint mline,
    const ServerSection * section)
{
  ServerSupplyTrack *track = find (self, sid);
  ParkedSection *parked = find_parked (self, mline);
  const ServerCodec *codec = track != NULL ? choose (track, section) : NULL;

  if (codec == NULL || track->fan != NULL)
    return NULL;
  if (parked == NULL) {
    open_track (self, track, mline, codec, server_section_find_format (section,
            codec)->fmtp);
    return codec;
  }
  codec = open_parked (self, track, parked);
  g_ptr_array_remove (self->parked, parked);
  return codec;
}

gboolean
server_supply_attach (ServerSupply * self, ServerTrack * track)
{
  guint mline = server_track_get_mline (track);
  ServerSupplyTrack *own = find_section (self, mline);
  ParkedSection *parked = find_parked (self, mline);

  if (own != NULL)
    return attach (own, track);
  if (parked == NULL || parked->stream != NULL) {
    server_track_give_up (track);
    return FALSE;
  }
  parked->stream = server_track_ref (track);
  return TRUE;
}

void
server_supply_describe (ServerSupply * self, ServerReportRoom * room,
    gint64 now)
{
  for (guint i = 0; i < self->tracks->len; i++) {
    ServerSupplyTrack *track = g_ptr_array_index (self->tracks, i);
    ServerReportTrack *view = track->fan != NULL
        ? server_report_find_track (room, track->sid) : NULL;
    if (view == NULL)
      continue;
    server_fan_get_counts (track->fan, &view->counts);
    view->bitrate = server_rate_measure (&track->rate,
        view->counts.bytes - track->before, now);
  }
}
