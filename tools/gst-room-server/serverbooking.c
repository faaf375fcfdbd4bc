/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverbooking.h"

#include "livekit/livekitroommedia.h"
#include "serverdebug.h"

/* "video/H264", as those of livekit-server. */
static gchar *
make_mime (const ServerCodec * codec)
{
  return g_strconcat (codec->video ? "video/" : "audio/",
      g_str_equal (codec->name, "OPUS") ? "opus" : codec->name, NULL);
}

static void
announce (const ServerBooking * self, const gchar * track,
    const ServerCodec * codec, const gchar * mid)
{
  g_autofree gchar *mime = make_mime (codec);

  livekit_room_media_live (self->room, self->sid, track, mime, mid);
}

/* What one without signalling sends is a track as if he had asked for it. */
static const gchar *
publish (const ServerBooking * self, const ServerSection * section)
{
  g_autofree gchar *name =
      server_supply_make_name (self->supply, section->video);
  LivekitTrackRequest request = {.cid = name,.name = name,
    .video = section->video,
    .source = section->video ? LIVEKIT_SOURCE_CAMERA
        : LIVEKIT_SOURCE_MICROPHONE,
  };
  const gchar *track =
      livekit_room_media_publish (self->room, self->sid, &request);

  if (track != NULL) {
    LivekitRoomEvent added = {.track = (gchar *) track,.name = name,
      .stream = (gchar *) "camera",.video = section->video,
    };
    server_supply_add (self->supply, &added);
  }
  return track;
}

/* He may say later what it is. It cannot wait for that with another answer:
 * webrtcbin 1.22 never changes the direction of a section. */
static const ServerCodec *
park (const ServerBooking * self, guint mline, const ServerSection * section)
{
  const ServerCodec *codec = !self->quiet
      && livekit_room_media_may_publish (self->room, self->sid)
      ? server_supply_park (self->supply, mline, section) : NULL;

  if (codec == NULL)
    GST_WARNING ("%s: section %s is not taken", self->sid, section->mid);
  return codec;
}

const ServerCodec *
server_booking_take (const ServerBooking * self, guint mline,
    const ServerSection * section)
{
  const ServerSupplyTrack *known =
      server_supply_find_section (self->supply, mline);

  if (known != NULL && section->sends)
    return server_fan_get_codec (known->fan);
  if (known != NULL)
    livekit_room_media_gone (self->room, self->sid, known->sid);
  if (!section->sends) {
    server_supply_unpark (self->supply, mline);
    return NULL;
  }
  const gchar *track = self->quiet ? publish (self, section)
      : livekit_room_media_match (self->room, self->sid, section->track,
      section->video);
  const ServerCodec *codec = track != NULL
      ? server_supply_open (self->supply, track, mline, section) : NULL;
  if (codec != NULL)
    announce (self, track, codec, section->mid);
  else if (self->quiet && track != NULL)
    livekit_room_media_gone (self->room, self->sid, track);
  return codec != NULL ? codec : park (self, mline, section);
}

void
server_booking_add (const ServerBooking * self, const LivekitRoomEvent * added)
{
  g_autofree gchar *mid = NULL;

  server_supply_add (self->supply, added);
  const ServerCodec *codec = self->room != NULL
      ? server_supply_claim (self->supply, added, &mid) : NULL;
  if (codec != NULL)
    announce (self, added->track, codec, mid);
}
