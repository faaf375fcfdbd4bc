# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the room refuses, and that the reason can be acted on."""

from harness import place, token
from harness.case import InteropCase, live_audio, live_video


class Refusals(InteropCase):
    def _refused(self, reason, *branches, deadline=15, **more):
        launch = self.publish(*(branches or (live_audio(),)), **more)
        error = launch.wait_error(reason, deadline)
        self.assertOneError(launch)
        launch.quit()
        self.assertNoSecret(launch)
        return error

    def assertNoSecret(self, launch):
        written = launch.errors() + str(launch.events)
        self.assertNotIn(self.server.secret, written)
        # Head and claims of any token may be read by all, its mac may not.
        for part in launch.line.split():
            if part.startswith("token=") and part.count(".") == 2:
                self.assertNotIn(part.rsplit(".", 1)[1], written)

    def test_wrong_secret_is_unauthorized(self):
        wrong = token.join(self.server.key, "not the secret", self.room, "publisher")
        self._refused("unauthorized", token=wrong)

    def test_unknown_key_is_unauthorized(self):
        wrong = token.join("nokey", self.server.secret, self.room, "publisher")
        self._refused("unauthorized", token=wrong)

    def test_expired_token_is_unauthorized(self):
        error = self._refused("unauthorized", token=self.token(ttl=-600))
        self.assertIn("expired", (error["text"] + error["debug"]).lower())

    def test_token_that_is_none_is_refused(self):
        launch = self.publish(live_audio(), token="garbage")
        error = launch.wait_error(deadline=15)
        self.assertIn(error["details"]["room-reason"], ("credentials", "unauthorized"))
        self.assertOneError(launch)
        launch.quit()

    def test_token_without_join_is_refused(self):
        launch = self.publish(live_audio(), token=self.token(roomJoin=False))
        error = launch.wait_error(deadline=15)
        self.assertIn(error["details"]["room-reason"], ("forbidden", "unauthorized"))
        launch.quit()

    def test_token_without_publish_is_not_allowed(self):
        self._refused("not-allowed", token=self.token(canPublish=False))

    def test_source_that_is_not_permitted_is_not_allowed(self):
        error = self._refused(
            "not-allowed",
            live_video(pad="video_0"),
            token=self.token(canPublishSources=["microphone"]),
        )
        self.assertIn("video_0", error["text"] + error["debug"])

    def test_permitted_source_is_published(self):
        launch = self.publish(
            live_audio(), token=self.token(canPublishSources=["microphone"])
        )
        launch.wait_element("room-track-published")
        self.assertEqual([], launch.errors_posted())
        launch.quit()

    def test_closed_port_is_unreachable(self):
        self._refused("unreachable", url=f"ws://127.0.0.1:{place.free_port()}")

    def test_name_that_does_not_exist_is_not_resolved(self):
        self._refused("resolve", url="ws://no-such-host.invalid:7880", deadline=30)

    def test_url_of_another_kind_is_refused(self):
        self._refused("url", url="ftp://127.0.0.1/")

    def test_tls_to_a_plain_server_fails_as_tls(self):
        self._refused("tls", url=self.server.url.replace("ws://", "wss://"))

    def test_more_than_two_channels_are_refused_as_input(self):
        # No audioconvert: it would mix down to what the pad takes.
        launch = self.publish(
            "audiotestsrc is-live=true"
            " ! audio/x-raw,rate=48000,channels=6,channel-mask=(bitmask)0x3f ! opusenc ! r."
        )
        found = launch.wait(
            lambda e: e["event"] == "parse-failed" or e.get("type") == "error", 15
        )
        # Either the caps do not fit or the element says why; never silence.
        reason = found.get("details", {}).get("room-reason")
        self.assertIn(reason, ("input", None))

    def test_raw_video_is_refused_with_advice(self):
        launch = self.publish("videotestsrc is-live=true ! video/x-raw,format=I420 ! r.")
        found = launch.wait(
            lambda e: e["event"] == "parse-failed" or e.get("type") == "error", 15
        )
        self.assertIn("event", found)


class ClosedRooms(InteropCase):
    only = ("livekit", "that it makes no rooms by itself is in its configuration")
    server_options = {"livekit": {"auto_create": False}}

    def test_unknown_room_is_no_such_room(self):
        launch = self.publish(live_audio())
        launch.wait_error("no-such-room", 15)
        self.assertOneError(launch)
        launch.quit()

    def test_room_that_was_created_is_joined(self):
        self.admin.call("createRoom", {"name": self.room})
        launch = self.publish(live_audio())
        self.assertEqual(self.room, launch.wait_element("room-joined")["room"])
        launch.quit()

    def test_full_room_is_refused(self):
        self.admin.call("createRoom", {"name": self.room, "maxParticipants": 1})
        self.subscriber()
        launch = self.publish(live_audio())
        launch.wait_error("refused", 15)
        launch.quit()


class FewCodecs(InteropCase):
    only = ("livekit", "the codecs of its rooms are in its configuration")
    server_options = {
        "livekit": {"room": ("enabled_codecs:", "  - mime: audio/opus", "  - mime: video/vp8")}
    }

    def test_codec_that_is_not_enabled_is_refused_by_name(self):
        launch = self.publish(live_video(codec="h264", pad="video_0"))
        error = launch.wait_error("input", 15)
        text = error["text"] + " " + (error["debug"] or "")
        for word in ("video_0", "H264", "VP8"):
            self.assertIn(word, text)
        self.assertOneError(launch)
        launch.quit()

    def test_codec_that_is_enabled_is_published(self):
        subscriber = self.subscriber()
        launch = self.publish(live_video(codec="vp8"))
        subscriber.wait_frames(5)
        launch.quit()
