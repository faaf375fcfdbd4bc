/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerRoomService: what an administrator may ask of the rooms
 * (livekitroomservice.proto), and whether its token allows it. Messages in,
 * messages out; how they travel is ServerTwirp's business. In the loop. */
#pragma once

#include "livekit/livekitrooms.h"

typedef struct _ServerProcedure ServerProcedure;

typedef struct {
  LivekitRooms *rooms;
  const LivekitToken *token;
  const ProtobufCMessage *request;      /* of the procedure's type */
  gint64 now;                   /* of the rooms' clock */
  /* Once, from within the call when it succeeds; @response is lent. */
  void (*respond) (const ProtobufCMessage *response, gpointer user_data);
  gpointer user_data;
} ServerRoomServiceCall;

/* "ListRooms"; NULL: there is none. */
const ServerProcedure *server_room_service_find (const gchar *name);
const ProtobufCMessageDescriptor *server_room_service_get_request (
    const ServerProcedure *procedure);

/* FALSE and @error (LIVEKIT_REFUSAL). Take all events of the rooms after. */
gboolean server_room_service_call (const ServerProcedure *procedure,
    const ServerRoomServiceCall *call, GError **error);
