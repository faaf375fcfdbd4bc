# SPDX-License-Identifier: LGPL-2.1-or-later
"""The harness itself, without a line of ours in between: when one of these
fails, the fault of another test may be here."""

import time

from harness import media, token
from harness.case import InteropCase
from harness.child import called
from harness.peers import AdminError, Subscriber


class Harness(InteropCase):
    def _see(self, codec):
        subscriber = self.subscriber("--bars", "--grid", "1x4", "--tones", "440,880")
        self.node_publisher("--codec", codec, "--tone", "880")
        track = subscriber.wait_track(name="node-video")
        self.assertEqual(f"video/{codec}".lower(), track["mime"].lower())
        frame = subscriber.wait_frames(20, name="node-video", where=lambda e: e["number"])
        self.assertColour(frame["grid"][2][0], "red")
        subscriber.wait_tone(880, name="node-audio")

    def test_vp8_and_opus_of_node_are_decoded(self):
        self._see("vp8")

    def test_h264_of_node_is_decoded(self):
        self._see("h264")

    def test_wrong_secret_is_refused(self):
        wrong = token.join(self.server.key, "another secret", self.room, "nobody")
        found = self._keep(Subscriber("nobody", self.server.url, wrong, self.logs))
        found.wait(called("connect-failed"), 20)
        self.assertEqual(2, found.wait_exit())

    def test_administrator_removes_a_participant(self):
        subscriber = self.subscriber()
        self.admin.wait_participant(self.room, "subscriber")
        self.admin.call("removeParticipant", self.room, "subscriber")
        self.assertEqual(
            "PARTICIPANT_REMOVED", subscriber.wait(called("disconnected"), 10)["reason"]
        )
        self.assertEqual(3, subscriber.wait_exit())

    def test_administrator_reports_an_error(self):
        with self.assertRaises(AdminError):
            self.admin.call("removeParticipant", "no-such-room", "nobody")

    def test_subscriber_ends_on_request_and_on_signal(self):
        for index, how in enumerate(("leave", "signal", "stdin")):
            subscriber = self.subscriber(identity=f"subscriber{index}")
            before = time.monotonic()
            if how == "leave":
                subscriber.tell("leave")
            elif how == "signal":
                subscriber.signal(15)
            else:
                subscriber.close_input()
            self.assertEqual(0, subscriber.wait_exit(5), how)
            self.assertLess(time.monotonic() - before, 3, how)

    def test_numbers_in_bars_survive_a_codec(self):
        for name in ("bars.mkv", "bars.mp4"):
            path = media.counted(self.media_dir(), name, frames=30, tone=440)
            with open(path, "rb") as content:
                self.assertGreater(len(content.read()), 5000)

    def test_server_counts_media_bytes(self):
        before = self.server.received_bytes()
        subscriber = self.subscriber()
        self.node_publisher()
        subscriber.wait_frames(10)
        self.server.wait_received(before + 1000)
