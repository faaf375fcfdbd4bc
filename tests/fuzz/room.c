/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The server's end: a room with two participants who say anything, while time
 * passes, media comes and goes, and an administrator meddles. The input is
 * records: one byte of who and what else, the length of a message in two
 * bytes, the message. */
#include "fuzztarget.h"

#include "livekit/livekitroomadmin.h"
#include "livekit/livekitroommedia.h"

#include <string.h>

typedef struct
{
  LivekitRoom *room;
  gint64 now;
  gchar *sids[2];               /* of those who are in now */
  GHashTable *in;               /* sids that have joined and are not over */
  GHashTable *tracks;           /* added and not removed */
  GHashTable *forwards;         /* "participant track", begun and not ended */
  gboolean over;
} Fuzz;

static void
take_forward (Fuzz * self, const LivekitRoomEvent * event)
{
  gchar *key = g_strconcat (event->participant, " ", event->track, NULL);

  if (event->type == LIVEKIT_ROOM_EVENT_FORWARD) {
    FUZZ_REQUIRE (g_hash_table_contains (self->tracks, event->track));
    FUZZ_REQUIRE (g_hash_table_add (self->forwards, key));
    return;
  }
  FUZZ_REQUIRE (event->type == LIVEKIT_ROOM_EVENT_FORWARD_PAUSED
      ? g_hash_table_contains (self->forwards, key)
      : g_hash_table_remove (self->forwards, key));
  g_free (key);
}

static void
take_event (Fuzz * self, const LivekitRoomEvent * event)
{
  switch (event->type) {
    case LIVEKIT_ROOM_EVENT_JOINED:
      FUZZ_REQUIRE (g_hash_table_add (self->in, g_strdup (event->participant)));
      break;
    case LIVEKIT_ROOM_EVENT_OVER:
      g_hash_table_remove (self->in, event->participant);
      break;
    case LIVEKIT_ROOM_EVENT_ROOM_OVER:
      self->over = TRUE;
      break;
    case LIVEKIT_ROOM_EVENT_TRACK_ADDED:
      FUZZ_REQUIRE (g_hash_table_add (self->tracks, g_strdup (event->track)));
      break;
    case LIVEKIT_ROOM_EVENT_TRACK_REMOVED:
      FUZZ_REQUIRE (g_hash_table_remove (self->tracks, event->track));
      break;
    case LIVEKIT_ROOM_EVENT_FORWARD:
    case LIVEKIT_ROOM_EVENT_FORWARD_END:
    case LIVEKIT_ROOM_EVENT_FORWARD_PAUSED:
      take_forward (self, event);
      break;
    case LIVEKIT_ROOM_EVENT_SEND:
      FUZZ_REQUIRE (event->bytes != NULL);
      break;
    default:
      FUZZ_REQUIRE (g_hash_table_contains (self->in, event->participant)
          || event->type == LIVEKIT_ROOM_EVENT_HANG_UP);
      break;
  }
}

static void
take (Fuzz * self)
{
  LivekitRoomEvent *event;

  while ((event = livekit_room_take (self->room)) != NULL) {
    take_event (self, event);
    livekit_room_event_free (event);
  }
}

static void
enter (Fuzz * self, guint who, gboolean resume)
{
  LivekitToken *token = livekit_token_new ();
  LivekitEntry *entry = livekit_entry_new_quiet (token);

  token->identity = g_strdup (who == 0 ? "ann" : "bob");
  token->grants.room = g_strdup ("stage");
  token->grants.can_update_own_metadata = 1;
  entry->quiet = FALSE;
  entry->protocol = 17;
  entry->one_connection = who != 0;
  if (resume)
    entry->resumes = g_strdup (self->sids[who]);
  g_free (self->sids[who]);
  self->sids[who] = livekit_room_join (self->room, entry, self->now);
  take (self);
}

/* What media finds out of an offer. */
static void
negotiate (Fuzz * self, const gchar * sid)
{
  for (gint video = 0; video < 2; video++) {
    const gchar *lent = livekit_room_media_match (self->room, sid, "c1", video);
    g_autofree gchar *track = g_strdup (lent);
    if (track != NULL)
      livekit_room_media_live (self->room, sid, track, "video/H264", "0");
  }
  livekit_room_media_offer (self->room, sid, "v=0", NULL, 0);
  livekit_room_media_connected (self->room, sid);
}

static void
meddle (Fuzz * self, guint who, guint bits)
{
  const gchar *identity = who == 0 ? "ann" : "bob";
  LivekitPermission permission = {.can_publish = bits & 1,
    .can_subscribe = (bits & 2) != 0,.hidden = (bits & 4) != 0
  };

  livekit_room_admin_permit (self->room, identity, &permission, self->now,
      NULL);
}

static void
act (Fuzz * self, guint who, guint what, guint bits)
{
  switch (what) {
    case 1:
      negotiate (self, self->sids[who]);
      break;
    case 2:
      self->now += 7 * G_TIME_SPAN_SECOND;
      livekit_room_tick (self->room, self->now);
      break;
    case 3:
      livekit_room_lost (self->room, self->sids[who], self->now);
      break;
    case 4:
      enter (self, who, TRUE);
      break;
    case 5:
      enter (self, who, FALSE);
      break;
    case 6:
      meddle (self, who, bits);
      break;
    default:
      break;
  }
  take (self);
  FUZZ_REQUIRE (self->over || livekit_room_get_deadline (self->room)
      < G_MAXINT64);
}

static void
end (Fuzz * self)
{
  livekit_room_close (self->room, LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN,
      self->now);
  take (self);
  FUZZ_REQUIRE (self->over && livekit_room_is_over (self->room));
  FUZZ_REQUIRE (g_hash_table_size (self->in) == 0);
  FUZZ_REQUIRE (g_hash_table_size (self->tracks) == 0);
  FUZZ_REQUIRE (g_hash_table_size (self->forwards) == 0);
  livekit_room_free (self->room);
  g_hash_table_unref (self->in);
  g_hash_table_unref (self->tracks);
  g_hash_table_unref (self->forwards);
  g_free (self->sids[0]);
  g_free (self->sids[1]);
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  LivekitRoomConfig config = {.seed = 1 };
  Fuzz self = {.now = G_TIME_SPAN_SECOND,.in = new_set (),.tracks = new_set (),
    .forwards = new_set ()
  };

  self.room = livekit_room_new ("stage", &config, self.now);
  enter (&self, 0, FALSE);
  enter (&self, 1, FALSE);
  while (size >= 3) {
    guint head = data[0];
    gsize length = MIN ((gsize) (data[1] << 8 | data[2]), size - 3);
    g_autoptr (GBytes) message = g_bytes_new (data + 3, length);
    livekit_room_feed (self.room, self.sids[head & 1], message, self.now);
    take (&self);
    act (&self, head & 1, head >> 1 & 7, head >> 4);
    data += 3 + length;
    size -= 3 + length;
  }
  end (&self);
  return 0;
}
