/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MediaRoom: server legs and their clients in one process, without signalling:
 * what one end says is told to the other in the same loop. Clients are local
 * webrtcbins on 127.0.0.1 that encode and decode. For tests; called from the
 * test's own thread. */
#pragma once

#include "serverleg.h"

typedef struct _MediaRoom MediaRoom;
typedef struct _MediaMember MediaMember;

typedef enum {
  MEDIA_SERVER_OFFERS,          /* as LiveKit's subscriber connection */
  MEDIA_CLIENT_OFFERS,          /* as WHEP */
} MediaMode;

/* How a client answers an offer. */
typedef enum {
  MEDIA_ANSWER,
  MEDIA_ANSWER_FALSELY,         /* the last section is another, too */
  MEDIA_ANSWER_REJECT,          /* the picture, offered with a tone */
  MEDIA_ANSWER_BUNDLED,         /* the picture has no port but the bundle's */
} MediaAnswer;

MediaRoom *media_room_new (void);
/* Every member has been stopped. */
void media_room_free (MediaRoom *self);

/* A member who publishes what @video and @audio (launch lines up to the
 * encoder; NULL: none) give. The room's fans are made as his tracks come in, or
 * taken over by them, and end when he offers a track no more. */
MediaMember *media_room_publish (MediaRoom *self, const gchar *codec,
    const gchar *video, const gchar *audio);
/* The same in VP8, and as a browser that would send several sizes: his offer
 * names no SSRC, his packets name the section. */
MediaMember *media_room_publish_unnamed (MediaRoom *self, const gchar *video);
/* One who gets all that is published. After wait_fans(). */
MediaMember *media_room_watch (MediaRoom *self, MediaMode mode);
/* The same, and his leg is stopped when it has described itself. */
MediaMember *media_room_watch_and_stop (MediaRoom *self, MediaMode mode);
/* One whom we offer it, and who answers so. */
MediaMember *media_room_watch_and_answer (MediaRoom *self,
    MediaAnswer answers);
/* Waits until his leg has failed. */
gboolean media_member_wait_failed (MediaMember *self);
gboolean media_room_wait_fans (MediaRoom *self, guint count);
/* The fan of the kind, or NULL. Borrowed. */
ServerFan *media_room_get_fan (MediaRoom *self, gboolean video);

/* Waits until a picture has about this colour in the middle. */
gboolean media_member_wait_colour (MediaMember *self, guint32 rgb);
/* Waits until what is heard is about a tone of @hz. */
gboolean media_member_wait_tone (MediaMember *self, guint hz);
guint media_member_get_frames (MediaMember *self);
/* Waits until this many more pictures have been decoded than now. */
gboolean media_member_wait_frames (MediaMember *self, guint more);

/* Until so many pairs of offer and answer have been in force. */
gboolean media_member_wait_settled (MediaMember *self, guint times);

/* With MEDIA_SERVER_OFFERS: takes a track from him, or gives it him again. */
void media_member_remove (MediaMember *self, gboolean video);
void media_member_add (MediaMember *self, gboolean video);

/* A publisher offers a track no more. */
void media_member_withdraw (MediaMember *self, gboolean video);
/* From now on a packet is lost on the way now and then, in both directions. */
void media_member_lose (MediaMember *self);
/* How many packets were sent again, by the server's and by the client's end. */
guint media_member_get_resent (MediaMember *self, gboolean client);

/* The server's end of it. */
ServerLeg *media_member_get_leg (MediaMember *self);
/* Ends both its ends, and frees it. */
void media_member_stop (MediaMember *self);
