# SPDX-License-Identifier: LGPL-2.1-or-later
"""The official server SDK: what an administrator sees, and what he does."""

import urllib.error
import urllib.request

from harness import token
from harness.case import InteropCase, live_audio, live_video
from harness.child import called
from harness.peers import Admin, AdminError


class Calls(InteropCase):
    def _live(self):
        subscriber = self.subscriber()
        launch = self.publish(live_video(pad="video_0"), live_audio(pad="audio_0"))
        subscriber.wait_frames(5)
        return subscriber, launch

    def test_rooms_are_listed(self):
        self._live()
        rooms = {room["name"]: room for room in self.admin.call("listRooms")}
        self.assertTrue(rooms[self.room]["sid"].startswith("RM_"))
        self.assertGreater(int(rooms[self.room]["creationTime"]), 1_600_000_000)
        named = self.admin.call("listRooms", [self.room])
        self.assertEqual([self.room], [room["name"] for room in named])
        self.assertEqual([], self.admin.call("listRooms", ["no-such-room"]))

    def test_participants_and_their_tracks_are_listed(self):
        self._live()
        found = {who["identity"]: who for who in self.admin.call("listParticipants", self.room)}
        self.assertEqual({"subscriber", "publisher"}, set(found))
        publisher = found["publisher"]
        self.assertEqual("ACTIVE", publisher["state"])
        tracks = {track["name"]: track for track in publisher["tracks"]}
        self.assertEqual({"video_0", "audio_0"}, set(tracks))
        video = tracks["video_0"]
        self.assertEqual(("VIDEO", "CAMERA"), (video["type"], video["source"]))
        self.assertEqual((320, 240), (video["width"], video["height"]))
        self.assertEqual("video/h264", video["mimeType"].lower())
        one = self.admin.call("getParticipant", self.room, "publisher")
        self.assertEqual(publisher["sid"], one["sid"])

    def test_who_is_not_there_is_an_error(self):
        self._live()
        for call in ("getParticipant", "removeParticipant"):
            with self.assertRaises(AdminError, msg=call):
                self.admin.call(call, self.room, "nobody")

    def test_removed_participant_is_told_and_seen_leaving(self):
        subscriber, launch = self._live()
        self.admin.call("removeParticipant", self.room, "publisher")
        launch.wait_error("removed")
        left = subscriber.wait(called("participant-left"), 5)
        self.assertEqual("PARTICIPANT_REMOVED", left["reason"])
        names = [who["identity"] for who in self.admin.call("listParticipants", self.room)]
        self.assertEqual(["subscriber"], names)

    def test_muted_track_is_shown_as_muted(self):
        subscriber, _ = self._live()
        sid = subscriber.wait_track(kind="video")["sid"]
        for muted, event in ((True, "track-muted"), (False, "track-unmuted")):
            start = subscriber.mark()
            info = self.admin.call("mutePublishedTrack", self.room, "publisher", sid, muted)
            self.assertEqual(sid, info["sid"])
            self.assertEqual(muted, info.get("muted", False))
            subscriber.wait_track(5, event, start, sid=sid)

    def test_deleted_room_is_gone_for_all(self):
        subscriber, launch = self._live()
        self.admin.call("deleteRoom", self.room)
        launch.wait_error("room-deleted")
        self.assertEqual("ROOM_DELETED", subscriber.wait(called("disconnected"), 5)["reason"])
        self.assertEqual([], self.admin.call("listRooms", [self.room]))

    def test_track_is_unsubscribed_and_subscribed_again(self):
        subscriber, _ = self._live()
        sid = subscriber.wait_track(kind="video")["sid"]
        self.admin.call("updateSubscriptions", self.room, "subscriber", [sid], False)
        subscriber.wait_silence(called("video", width=320), 1, 10)
        start = subscriber.mark()
        self.admin.call("updateSubscriptions", self.room, "subscriber", [sid], True)
        subscriber.wait_frames(5, 10, start)

    def test_permission_to_subscribe_is_taken_and_given(self):
        subscriber, _ = self._live()
        self._permit(False)
        # What is under way still comes; livekit ends it with a tiny picture.
        subscriber.wait_silence(called("video", width=320), 1, 10)
        start = subscriber.mark()
        self._permit(True)
        subscriber.wait_frames(5, 10, start, where=lambda e: e["width"] == 320)

    def _permit(self, may):
        permission = {"canSubscribe": may, "canPublish": False}
        self.admin.call("updateParticipant", self.room, "subscriber", {"permission": permission})

    def test_room_is_made_before_anyone_comes(self):
        made = self.admin.call("createRoom", {"name": self.room, "metadata": "about"})
        self.assertEqual("about", made["metadata"])
        self._live()
        room = self.admin.call("listRooms", [self.room])[0]
        self.assertEqual(made["sid"], room["sid"])

    def test_wrong_secret_is_refused(self):
        class Stranger:
            http_url = self.server.http_url
            key = self.server.key
            secret = "another secret that is as long as the true one"

        stranger = self._keep(Admin(Stranger, self.logs, "stranger"))
        with self.assertRaises(AdminError):
            stranger.call("listRooms")

    def test_token_that_joins_is_none_for_administrators(self):
        mine = token.join(self.server.key, self.server.secret, self.room, "publisher")
        request = urllib.request.Request(
            f"{self.server.http_url}/twirp/livekit.RoomService/ListRooms",
            b"{}",
            {"Content-Type": "application/json", "Authorization": f"Bearer {mine}"},
        )
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        self.assertIn(refused.exception.code, (401, 403))
