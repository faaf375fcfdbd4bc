# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every end: by us, by the room's administrator, by a server that dies."""

import signal
import time

from harness.case import InteropCase, live_audio, live_video
from harness.child import called
from harness.proxy import OldServer


class Ends(InteropCase):
    def _live(self, **more):
        subscriber = self.subscriber()
        launch = self.publish(live_video(), live_audio(), **more)
        subscriber.wait_frames(5)
        return subscriber, launch

    def _ended(self, launch, reason):
        error = launch.wait_error(reason, 10)
        told = launch.wait_element("room-disconnected", 5)
        self.assertEqual(reason, told["reason"])
        self.assertNotEqual("", told["text"])
        launch.stays_without(called("message", type="eos"), 0.3)
        self.assertOneError(launch)
        launch.quit()
        return error

    def test_stop_is_seen_at_once(self):
        subscriber, launch = self._live()
        before = time.monotonic() * 1000
        launch.quit()
        left = subscriber.wait(called("participant-left"), 5)
        self.assertEqual("CLIENT_INITIATED", left["reason"])
        self.assertLess(left["mono"] - before, 2000)

    def test_state_null_leaves_and_playing_joins_again(self):
        subscriber, launch = self._live()
        for _ in range(3):
            start = subscriber.mark()
            launch.tell("state null")
            subscriber.wait(called("participant-left"), 5, start)
            launch.tell("state playing")
            subscriber.wait_frames(5, 10, start)
        self.assertEqual([], launch.errors_posted())
        launch.quit()

    def test_signal_to_the_process_leaves(self):
        subscriber, launch = self._live()
        launch.signal(signal.SIGTERM)
        self.assertEqual(0, launch.wait_exit(5))
        left = subscriber.wait(called("participant-left"), 5)
        self.assertEqual("CLIENT_INITIATED", left["reason"])

    def test_removal_is_an_error_with_that_reason(self):
        _, launch = self._live()
        self.admin.call("removeParticipant", self.room, "publisher")
        self._ended(launch, "removed")

    def test_deletion_of_the_room_is_an_error_with_that_reason(self):
        _, launch = self._live()
        self.admin.call("deleteRoom", self.room)
        self._ended(launch, "room-deleted")

    def test_second_participant_of_the_name_ends_the_first(self):
        _, launch = self._live()
        second = self.publish(live_audio())
        second.wait_element("room-track-published")
        self._ended(launch, "duplicate-identity")
        self.assertEqual([], second.errors_posted())
        second.quit()

    def test_loss_of_the_permission_unpublishes(self):
        subscriber, launch = self._live()
        self.admin.call(
            "updateParticipant",
            self.room,
            "publisher",
            {"permission": {"canPublish": False, "canSubscribe": True}},
        )
        subscriber.wait(called("track-unpublished"), 5)
        gone = launch.wait_element("room-track-unpublished", 5)
        self.assertEqual("server", gone["reason"])
        launch.quit()


class DyingServer(InteropCase):
    """Its server is ended by the tests, so each has its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.stop()

    def setUp(self):
        super().setUp()
        self.fresh_server()

    def _live(self):
        subscriber = self.subscriber()
        launch = self.publish(live_video(), live_audio())
        subscriber.wait_frames(5)
        return launch

    def test_killed_server_is_noticed_within_six_seconds(self):
        launch = self._live()
        before = time.monotonic()
        self.server.kill()
        launch.wait_error("lost", 6)
        self.assertLess(time.monotonic() - before, 6)
        self.assertOneError(launch)
        self.assertLess(launch.quit(), 5000)

    def test_server_that_hangs_is_noticed_within_six_seconds(self):
        launch = self._live()
        self.server.child.signal(signal.SIGSTOP)
        self.addCleanup(self.server.child.signal, signal.SIGCONT)
        launch.wait_error("lost", 8)
        self.assertOneError(launch)
        self.assertLess(launch.quit(), 5000)

    def test_stopped_server_says_so(self):
        launch = self._live()
        for _ in range(self.server.patience):
            self.server.terminate()
            # It waits for its rooms to become empty and says nothing.
            launch.stays_without(called("message", type="error"), 1.5)
        self.server.terminate()
        launch.wait_error("server-shutdown", 6)
        self.assertOneError(launch)
        launch.quit()

    def test_server_that_dies_while_joining_is_an_error(self):
        # Stopped before the join: it accepts, and never answers.
        self.server.child.signal(signal.SIGSTOP)
        self.addCleanup(self.server.child.signal, signal.SIGCONT)
        launch = self.publish(live_audio())
        error = launch.wait_error(deadline=30)
        self.assertIn(error["details"]["room-reason"], ("unreachable", "join-timeout"))
        self.assertOneError(launch)
        launch.quit()


class Staying(InteropCase):
    seconds = 75

    def test_token_that_may_subscribe_stays(self):
        # A participant whose main connection is never used is put out after
        # 60 s: in both modes, with a token that may subscribe, and without
        # anything published for a while.
        old = OldServer(self.server.port)
        self.addCleanup(old.close)
        subscriber = self.subscriber("--every", "30")
        one = self.publish(live_video(), identity="one", token=self.token("one", canSubscribe=True))
        two = self.publish(
            live_video(), identity="two", url=old.url, token=self.token("two", canSubscribe=True)
        )
        for launch in (one, two):
            launch.wait_element("room-track-published")
        for launch in (one, two):
            launch.stays_without(called("message", type="error"), 36)
        start = subscriber.mark()
        seen = set()
        while len(seen) < 2:
            seen.add(subscriber.wait_frames(1, 10, start, where=lambda e: e["sid"] not in seen)["sid"])
        for launch in (one, two):
            self.assertEqual([], launch.errors_posted())
            launch.quit()
