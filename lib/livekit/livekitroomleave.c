/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomleave.h"

#include "livekit/livekitdebug.h"
#include "livekit/livekitresponse.h"
#include "livekit/livekitroomforward.h"

static void
tell_gone (LivekitRoom * self, LivekitMember * member,
    Livekit__DisconnectReason reason)
{
  if (member->permission.hidden)
    return;

  g_autoptr (LivekitMemberMessage) view = livekit_member_to_message (member);
  view->message.disconnect_reason = reason;
  Livekit__ParticipantInfo *list[] = { &view->message };
  for (guint i = 0; i < self->members->len; i++) {
    GError *error = NULL;
    GBytes *bytes = livekit_response_update (list, 1, &error);
    livekit_room_state_send (self, self->members->pdata[i], bytes, error);
  }
}

void
livekit_room_leave_end (LivekitRoom * self, LivekitMember * member,
    Livekit__DisconnectReason reason, Livekit__LeaveRequest__Action action,
    gint64 now)
{
  g_return_if_fail (self != NULL && member != NULL);

  guint index;
  if (!g_ptr_array_find (self->members, member, &index))
    g_return_if_reached ();
  GST_DEBUG ("%p: %s leaves: %d", self, member->sid, reason);
  if (member->has_signal) {
    GError *error = NULL;
    GBytes *bytes = livekit_response_leave (reason, action, &error);
    livekit_room_state_send (self, member, bytes, error);
    livekit_room_state_push (self, LIVEKIT_ROOM_EVENT_HANG_UP, member);
    member->has_signal = FALSE;
  }
  livekit_room_forward_drop_consumer (self, member);
  while (member->tracks->len > 0)
    livekit_room_forward_drop_track (self, member,
        member->tracks->pdata[member->tracks->len - 1]);

  g_ptr_array_steal_index (self->members, index);
  member->state = LIVEKIT__PARTICIPANT_INFO__STATE__DISCONNECTED;
  member->version++;
  tell_gone (self, member, reason);
  livekit_room_state_push (self, LIVEKIT_ROOM_EVENT_OVER, member)->reason =
      reason;
  livekit_member_free (member);
  if (self->members->len == 0)
    self->empty_by = now + self->config.departure_timeout * G_TIME_SPAN_SECOND;
}

void
livekit_room_leave_fail (LivekitRoom * self, LivekitMember * member, gint64 now)
{
  /* livekit-server says RESUME, and has the client restart ICE. A webrtcbin
   * cannot: all anew is what works. */
  livekit_room_leave_end (self, member,
      LIVEKIT__DISCONNECT_REASON__CONNECTION_TIMEOUT,
      LIVEKIT__LEAVE_REQUEST__ACTION__RECONNECT, now);
}

void
livekit_room_leave_turn_away (LivekitRoom * self, const gchar * sid,
    gboolean quiet, Livekit__DisconnectReason reason,
    Livekit__LeaveRequest__Action action)
{
  g_return_if_fail (self != NULL && sid != NULL);

  LivekitMember nobody = {.sid = (gchar *) sid,.has_signal = !quiet };
  if (!quiet) {
    GError *error = NULL;
    GBytes *bytes = livekit_response_leave (reason, action, &error);
    livekit_room_state_send (self, &nobody, bytes, error);
    livekit_room_state_push (self, LIVEKIT_ROOM_EVENT_HANG_UP, &nobody);
  }
  livekit_room_state_push (self, LIVEKIT_ROOM_EVENT_OVER, &nobody)->reason =
      reason;
}
