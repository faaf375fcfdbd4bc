# SPDX-License-Identifier: LGPL-2.1-or-later
"""gst-publisher against the real server: what a person types, what it exits
with."""

import os
import signal

from harness import place, token
from harness.case import NO_TOKEN, InteropCase
from harness.child import Child, called

LIVE_VIDEO = (
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=30/1"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=600"
)
LIVE_AUDIO = "audiotestsrc is-live=true freq=440 ! audioconvert ! opusenc"

EXIT_OK, EXIT_BAD_PIPELINE = 0, 65
EXIT_UNREACHABLE, EXIT_LOST, EXIT_REFUSED, EXIT_REMOVED = 69, 75, 77, 79


class Tool(InteropCase):
    def run_tool(self, pipeline, *options, token_is=None, url=None, words=True, **env):
        tool = place.built("tools", "gst-publisher", "gst-publisher")
        command = [tool, "--json", *options, "--", *(pipeline.split() if words else [pipeline])]
        environment = place.gst_env(self.logs, LIVEKIT_URL=url or self.server.url, **env)
        if token_is != NO_TOKEN:
            environment["LIVEKIT_TOKEN"] = token_is or self.token()
        return self._keep(Child(self._name("tool"), command, self.logs, env=environment))

    def test_live_pipeline_is_seen_and_a_signal_ends_it_well(self):
        subscriber = self.subscriber("--tones", "440")
        tool = self.run_tool(f"{LIVE_VIDEO} {LIVE_AUDIO}")
        subscriber.wait_frames(10)
        subscriber.wait_tone(440)
        tool.signal(signal.SIGINT)
        self.assertEqual(EXIT_OK, tool.wait_exit(5))
        left = subscriber.wait(called("participant-left"), 5)
        self.assertEqual("CLIENT_INITIATED", left["reason"])

    def test_file_is_played_to_its_end(self):
        path = self.counted("tool.mkv", tone=440)
        subscriber = self.subscriber("--bars")
        tool = self.run_tool(f"filesrc location={path} ! matroskademux")
        self.assertEqual(0, subscriber.wait_frames(1)["number"])
        self.assertEqual(EXIT_OK, tool.wait_exit(20))
        subscriber.wait(called("participant-left"), 5)
        # Behind the end of a track its reader gives black frames of its own.
        numbers = [frame["number"] for frame in subscriber.find(called("video"))]
        self.assertEqual(89, [number for number in numbers if number is not None][-1])

    def test_whole_description_may_be_one_argument(self):
        subscriber = self.subscriber()
        self.run_tool(LIVE_VIDEO, words=False)
        subscriber.wait_frames(5)

    def test_token_is_minted_from_key_and_secret(self):
        subscriber = self.subscriber()
        tool = self.run_tool(
            LIVE_VIDEO,
            "--api-key", self.server.key,
            "--api-secret", self.server.secret,
            "--room", self.room,
            "--identity", "minted",
            "--name", "Min Ted",
            "--track-name", "stage",
            token_is=NO_TOKEN,
        )  # fmt: skip
        track = subscriber.wait_track(identity="minted")
        self.assertEqual("stage", track["name"])
        subscriber.wait_frames(5)
        with open(f"/proc/{tool.pid}/cmdline", "rb") as arguments:
            self.assertNotIn(self.server.secret.encode(), arguments.read())

    def test_pipeline_with_its_own_roompublish_is_used_as_it_is(self):
        subscriber = self.subscriber()
        self.run_tool(f"{LIVE_VIDEO} ! roompublish video_0::track-name=own")
        self.assertEqual("own", subscriber.wait_track()["name"])
        subscriber.wait_frames(5)

    def test_list_of_users_changes_with_a_line(self):
        alice = self.subscriber(identity="alice")
        bob = self.subscriber(identity="bob")
        tool = self.run_tool(LIVE_VIDEO, "--allowed-users", "alice")
        alice.wait_frames(5)
        self.assertEqual([], bob.find(called("video")))
        tool.tell("alice,bob")
        bob.wait_frames(5)

    def test_list_of_users_is_read_again_on_hangup(self):
        path = os.path.join(self.logs, "users")
        with open(path, "w", encoding="utf-8") as out:
            out.write("alice\n")
        bob = self.subscriber(identity="bob")
        alice = self.subscriber(identity="alice")
        tool = self.run_tool(LIVE_VIDEO, "--allowed-users-file", path)
        alice.wait_frames(5)
        self.assertEqual([], bob.find(called("video")))
        with open(path, "w", encoding="utf-8") as out:
            out.write("bob\n")
        tool.signal(signal.SIGHUP)
        bob.wait_frames(5)

    def test_wrong_secret_is_refused(self):
        wrong = token.join(self.server.key, "not the secret", self.room, "publisher")
        self.assertEqual(EXIT_REFUSED, self.run_tool(LIVE_AUDIO, token_is=wrong).wait_exit(15))

    def test_missing_permission_is_refused(self):
        tool = self.run_tool(LIVE_AUDIO, token_is=self.token(canPublish=False))
        self.assertEqual(EXIT_REFUSED, tool.wait_exit(15))

    def test_closed_port_is_unreachable(self):
        tool = self.run_tool(LIVE_AUDIO, url=f"ws://127.0.0.1:{place.free_port()}")
        self.assertEqual(EXIT_UNREACHABLE, tool.wait_exit(15))

    def test_pipeline_without_an_end_is_a_bad_pipeline(self):
        tool = self.run_tool("videotestsrc ! fakesink")
        self.assertEqual(EXIT_BAD_PIPELINE, tool.wait_exit(15))

    def test_removal_has_its_own_code(self):
        subscriber = self.subscriber()
        tool = self.run_tool(LIVE_VIDEO)
        subscriber.wait_frames(5)
        self.admin.call("removeParticipant", self.room, "publisher")
        self.assertEqual(EXIT_REMOVED, tool.wait_exit(10))

    def test_events_are_json(self):
        subscriber = self.subscriber()
        tool = self.run_tool(f"{LIVE_VIDEO} {LIVE_AUDIO}", "--stats", "0.5")
        subscriber.wait_frames(30)
        tool.signal(signal.SIGTERM)
        self.assertEqual(EXIT_OK, tool.wait_exit(5))
        self.assertEqual([], tool.find(called("line")), "every line is an object")
        self.assertGreater(len(tool.events), 4)

    def test_server_that_dies_is_a_lost_connection(self):
        self.fresh_server()
        subscriber = self.subscriber()
        tool = self.run_tool(LIVE_VIDEO)
        subscriber.wait_frames(5)
        self.server.kill()
        self.assertEqual(EXIT_LOST, tool.wait_exit(8))
