/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomNegotiation: see roomnegotiation.h. */

#include "roomnegotiation.h"

#include "livekit/livekiterror.h"
#include "roomdebug.h"
#include "roomsdp.h"

/* How long tracks with caps wait for pads without, to share one offer. */
#define OFFER_PATIENCE (200 * G_TIME_SPAN_MILLISECOND)

typedef enum
{
  OFFER_NONE,
  OFFER_MAKING,                 /* webrtcbin makes and sets it */
  OFFER_SENT,                   /* the server's answer is due */
  OFFER_SETTING,                /* webrtcbin sets the answer */
} OfferState;

struct _RoomNegotiation
{
  RoomPeer *peer;
  RoomCast *cast;
  RoomNegotiationFuncs funcs;
  gpointer user_data;
  OfferState state;
  gchar *sent;                  /* the offer under way */
  gboolean ready;
  gboolean wanted;
  gboolean begun;
  gint64 patience;              /* until when pads without caps are awaited */
};

RoomNegotiation *
room_negotiation_new (RoomPeer * peer, RoomCast * cast,
    const RoomNegotiationFuncs * funcs, gpointer user_data)
{
  RoomNegotiation *self = g_new0 (RoomNegotiation, 1);

  self->peer = room_peer_ref (peer);
  self->cast = cast;
  self->funcs = *funcs;
  self->user_data = user_data;
  return self;
}

void
room_negotiation_free (RoomNegotiation * self)
{
  room_peer_unref (self->peer);
  g_free (self->sent);
  g_free (self);
}

void
room_negotiation_want (RoomNegotiation * self, gint64 now)
{
  if (!self->wanted)
    self->patience = now + OFFER_PATIENCE;
  self->wanted = TRUE;
}

void
room_negotiation_set_ready (RoomNegotiation * self, gboolean ready)
{
  self->ready = ready;
}

gboolean
room_negotiation_has_begun (RoomNegotiation * self)
{
  return self->begun;
}

static gboolean
prepare (RoomNegotiation * self)
{
  for (guint i = 0; i < room_cast_get_size (self->cast); i++) {
    RoomPublication *publication = room_cast_get (self->cast, i);
    if (publication->state == ROOM_PUBLICATION_DESCRIBED
        && !self->funcs.prepare (publication, self->user_data))
      return FALSE;
  }
  return TRUE;
}

void
room_negotiation_check (RoomNegotiation * self, gint64 now)
{
  if (!self->wanted || !self->ready || self->state != OFFER_NONE)
    return;
  if (now < self->patience
      && room_cast_count (self->cast, ROOM_PUBLICATION_WAITING) > 0)
    return;
  if (!prepare (self))
    return;
  guint changes = room_cast_move (self->cast, ROOM_PUBLICATION_DESCRIBED,
      ROOM_PUBLICATION_OFFERED);
  changes +=
      room_cast_move (self->cast, ROOM_PUBLICATION_ENDING,
      ROOM_PUBLICATION_UNDOING);
  self->wanted = FALSE;
  /* An offer without a section is never answered: there is none before the
   * first change, and sections never go away again. */
  if (changes == 0)
    return;
  self->begun = TRUE;
  self->state = OFFER_MAKING;
  room_peer_create_offer (self->peer);
}

gint64
room_negotiation_get_deadline (RoomNegotiation * self)
{
  if (!self->wanted || !self->ready || self->state != OFFER_NONE)
    return -1;
  return room_cast_count (self->cast, ROOM_PUBLICATION_WAITING) > 0
      ? self->patience : 0;
}

static void
fail (RoomNegotiation * self, const GError * error, const gchar * what)
{
  g_autoptr (GError) failure = g_error_new (LIVEKIT_ERROR,
      LIVEKIT_ERROR_MEDIA, "%s: %s", what,
      error ? error->message : "webrtcbin gave no reason");

  self->funcs.failed (failure, self->user_data);
}

void
room_negotiation_described (RoomNegotiation * self, const gchar * sdp,
    const GError * error)
{
  g_autoptr (GError) widening = NULL;

  if (!sdp) {
    fail (self, error, "no offer could be made");
    return;
  }
  g_autofree gchar *text = room_sdp_widen (sdp, &widening);
  if (!text) {
    fail (self, widening, "no offer could be made");
    return;
  }
  GST_DEBUG ("offer with %u sections", room_sdp_count_media (text));
  GST_TRACE ("offer:\n%s", text);
  self->state = OFFER_SENT;
  g_free (self->sent);
  self->sent = g_steal_pointer (&text);
  self->funcs.send_offer (self->sent, self->user_data);
}

/* A section of ours that the server does not take: its publication. */
static RoomPublication *
find_refused (RoomNegotiation * self, const gchar * answer)
{
  for (guint i = 0; i < room_cast_get_size (self->cast); i++) {
    RoomPublication *publication = room_cast_get (self->cast, i);
    guint mline;
    /* One that is to end may be gone from the offer by now: no loss. */
    if (publication->state == ROOM_PUBLICATION_OFFERED
        && !publication->end_reason
        && (!room_sdp_find_track (self->sent, publication->cid, &mline)
            || room_sdp_is_refused (answer, mline)))
      return publication;
  }
  return NULL;
}

void
room_negotiation_answer (RoomNegotiation * self, const gchar * sdp)
{
  if (self->state != OFFER_SENT)
    return;
  GST_TRACE ("answer:\n%s", sdp);
  RoomPublication *refused = find_refused (self, sdp);
  if (refused) {
    g_autoptr (GError) error = g_error_new (LIVEKIT_ERROR,
        LIVEKIT_ERROR_TRACK_REFUSED,
        "pad %s: the room does not take this %s stream",
        GST_OBJECT_NAME (refused->pad),
        room_track_get_codec (refused->track)->name);
    self->funcs.failed (error, self->user_data);
    return;
  }
  self->state = OFFER_SETTING;
  room_peer_set_answer (self->peer, sdp);
}

void
room_negotiation_answered (RoomNegotiation * self, const GError * error)
{
  if (error) {
    fail (self, error, "the server's answer cannot be used");
    return;
  }
  self->state = OFFER_NONE;
  room_cast_move (self->cast, ROOM_PUBLICATION_OFFERED,
      ROOM_PUBLICATION_ACCEPTED);
  room_cast_move (self->cast, ROOM_PUBLICATION_UNDOING, ROOM_PUBLICATION_ENDED);
  self->funcs.settled (self->user_data);
}
