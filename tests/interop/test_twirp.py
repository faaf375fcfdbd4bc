# SPDX-License-Identifier: LGPL-2.1-or-later
"""The calls of administrators as they travel: codes, and the shape of answers."""

import json
import time
import urllib.error
import urllib.request

from harness import token
from harness.case import InteropCase
from harness.child import called

ALL = {"roomList": True, "roomCreate": True, "roomAdmin": True}

# What is asked, by whom, and the answer: its status and the code in it. ROOM
# stands for the test's. None: whoever asks brings no token.
REFUSALS = (
    ("ListRooms", {}, None, 401, "unauthenticated"),
    ("ListRooms", {}, {"roomJoin": True}, 401, "unauthenticated"),
    ("CreateRoom", {"name": "x"}, {"roomList": True}, 401, "unauthenticated"),
    ("DeleteRoom", {"room": "ROOM"}, {"roomAdmin": True}, 401, "unauthenticated"),
    ("ListParticipants", {"room": "other"}, ALL, 401, "unauthenticated"),
    ("ListParticipants", {}, ALL, 401, "unauthenticated"),
    ("CreateRoom", {"name": "n" * 300}, ALL, 400, "invalid_argument"),
    ("CreateRoom", {"name": "x", "metadata": "m" * 600000}, ALL, 400, "invalid_argument"),
    ("CreateRoom", {"name": "x", "emptyTimeout": -1}, ALL, 400, "malformed"),
    ("CreateRoom", {"name": "x", "emptyTimeout": 1.5}, ALL, 400, "malformed"),
    ("CreateRoom", {"name": "x", "emptyTimeout": 1, "empty_timeout": 2}, ALL, 400, "malformed"),
    ("ListRooms", {"names": "x"}, ALL, 400, "malformed"),
    ("ListRooms", {"names": [None]}, ALL, 400, "malformed"),
    ("ListRooms", [], ALL, 400, "malformed"),
    ("NoSuchCall", {}, ALL, 404, "bad_route"),
    ("DeleteRoom", {"room": "none"}, ALL, 404, "not_found"),
    ("UpdateRoomMetadata", {"room": "ROOM"}, ALL, 404, "not_found"),
    ("GetParticipant", {"room": "ROOM", "identity": "eve"}, ALL, 404, "not_found"),
    ("RemoveParticipant", {"room": "ROOM", "identity": "eve"}, ALL, 404, "not_found"),
    ("UpdateParticipant", {"room": "ROOM", "identity": "eve"}, ALL, 404, "not_found"),
)

# Of what is newer than we are, or of no use to a server of one machine.
NOT_OURS = {"kind_details", "data_tracks"}


class Twirp(InteropCase):
    only = ("livekit own", "no media is needed")
    seconds = 15

    def ask(self, method, body, grants, content_type="application/json"):
        """The status, and the answer read as JSON if it is any."""
        headers = {"Content-Type": content_type}
        if grants is not None:
            claims = {
                "iss": self.server.key,
                "exp": int(time.time()) + 60,
                "video": {"room": self.room, **grants},
            }
            headers["Authorization"] = "Bearer " + token.sign(claims, self.server.secret)
        request = urllib.request.Request(
            f"{self.server.http_url}/twirp/livekit.RoomService/{method}",
            json.dumps(body).encode(),
            headers,
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def test_refusals_have_their_codes(self):
        for method, body, grants, status, code in REFUSALS:
            body = json.loads(json.dumps(body).replace('"ROOM"', json.dumps(self.room)))
            found, answer = self.ask(method, body, grants)
            what = f"{method} {str(body)[:60]} {grants}"
            self.assertEqual((status, code), (found, answer.get("code")), what)
        found, answer = self.ask("ListRooms", {}, ALL, "text/plain")
        self.assertEqual((404, "bad_route"), (found, answer["code"]))

    def test_a_room_is_made_told_and_deleted(self):
        made = self.admin.call(
            "createRoom", {"name": self.room, "emptyTimeout": 30, "metadata": "m", "maxParticipants": 1}
        )
        self.assertEqual((made["name"], made["metadata"], made["emptyTimeout"]), (self.room, "m", 30))
        self.admin.call("updateRoomMetadata", self.room, "n")
        [room] = self.admin.call("listRooms", [self.room])
        self.assertEqual((room["sid"], room["metadata"]), (made["sid"], "n"))
        status, answer = self.ask("ListRooms", {"names": [self.room]}, ALL)
        self.assertEqual(status, 200)
        # 64 bits as a text, nothing left out, names as in the protocol.
        self.assertTrue(answer["rooms"][0]["creation_time_ms"].isdigit())
        self.assertIn("num_publishers", answer["rooms"][0])
        self.assertIsNone(answer["rooms"][0]["version"])
        guest = self.subscriber(identity="ann")
        self.admin.call("deleteRoom", self.room)
        guest.wait(called("disconnected", reason="ROOM_DELETED"))

    def test_participants_are_told_changed_and_removed(self):
        guest = self.subscriber(identity="ann")
        info = self.admin.wait_participant(
            self.room, "ann", lambda info: info.get("state") == "ACTIVE"
        )
        changed = self.admin.call(
            "updateParticipant", self.room, "ann", {"metadata": "m", "attributes": {"a": "b"}}
        )
        self.assertEqual((changed["sid"], changed["metadata"]), (info["sid"], "m"))
        self.assertEqual(changed["attributes"], {"a": "b"})
        status, told = self.ask("GetParticipant", {"room": self.room, "identity": "ann"}, ALL)
        self.assertEqual((status, told["attributes"]), (200, {"a": "b"}))
        expected = {
            "sid", "identity", "state", "tracks", "metadata", "joined_at", "joined_at_ms", "name",
            "version", "permission", "region", "is_publisher", "kind", "attributes",
            "disconnect_reason", "client_protocol", "capabilities",
        }  # fmt: skip
        self.assertEqual(expected, set(told) - NOT_OURS)
        self.admin.call("removeParticipant", self.room, "ann")
        guest.wait(called("disconnected", reason="PARTICIPANT_REMOVED"))
        self.assertEqual(self.ask("ListParticipants", {"room": self.room}, ALL)[1]["participants"], [])

    def test_what_is_not_there_is_no_error_to_some(self):
        self.subscriber(identity="ann")
        who = {"room": self.room, "identity": "ann"}
        muted = self.ask("MutePublishedTrack", {**who, "trackSid": "TR_x", "muted": True}, ALL)
        self.assertEqual(muted, (200, {"track": None}))
        wished = self.ask("UpdateSubscriptions", {**who, "track_sids": ["TR_x"], "subscribe": True}, ALL)
        self.assertEqual(wished, (200, {}))
