# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who watches, and when: late joiners, allow-lists, key frames, mute."""

import time

from harness.case import InteropCase, live_audio, live_video
from harness.child import called
from harness.proxy import LossyServer


class Subscribers(InteropCase):
    def _late(self, codec):
        # A key frame only every 20 s: without an answer to the request for
        # one, the late joiner sees nothing.
        launch = self.publish(live_video("red", codec, gop=600))
        launch.wait_element("room-track-published")
        launch.stays_without(called("message", type="error"), 3)
        subscriber = self.subscriber("--grid", "1x2", "--every", "0")
        track = subscriber.wait_track(kind="video")
        frame = subscriber.wait_frames(1, 10)
        self.assertColour(frame["grid"][1][0], "red")
        self.assertLess(frame["mono"] - track["mono"], 1500)
        launch.quit()

    def test_late_joiner_decodes_h264_at_once(self):
        self._late("h264")

    def test_late_joiner_decodes_vp8_at_once(self):
        self._late("vp8")

    def test_every_late_joiner_gets_a_picture(self):
        launch = self.publish(live_video("green", "h264", gop=600))
        launch.wait_element("room-track-published")
        for index in range(4):
            subscriber = self.subscriber("--every", "0", identity=f"late{index}")
            subscriber.wait_frames(1, 5)
        launch.quit()

    def _cut(self, refusals=0):
        lossy = LossyServer(self.server.port)
        self.addCleanup(lossy.close)
        launch = self.publish(live_video())
        subscriber = self.subscriber(url=lossy.url)
        subscriber.wait_frames(5)
        start = subscriber.mark()
        lossy.refusals = refusals
        lossy.cut()
        subscriber.wait(called("reconnected"), 30, start)
        subscriber.wait_frames(10, 20, subscriber.mark())
        launch.quit()

    def test_subscriber_that_loses_its_socket_goes_on(self):
        self._cut()

    def test_subscriber_that_cannot_go_on_comes_anew(self):
        self._cut(refusals=1)

    def test_subscription_is_told(self):
        subscriber = self.subscriber("--no-auto-subscribe")
        launch = self.publish(live_video(pad="video_0"))
        track = subscriber.wait_track(event="track-published")
        launch.wait_element("room-track-published")
        start = launch.mark()
        subscriber.tell(f"subscribe {track['sid']}")
        told = launch.wait_element("room-track-subscribed", 10, start, pad="video_0")
        self.assertEqual(track["sid"], told["track-sid"])
        subscriber.wait_frames(5)
        launch.quit()

    def _frames_stop(self, subscriber):
        time.sleep(0.8)  # what is under way may still arrive
        start = subscriber.mark()
        subscriber.stays_without(called("video"), 1.5, start, "frame after revocation")

    def test_allow_list_revokes_and_grants(self):
        alice = self.subscriber(identity="alice")
        bob = self.subscriber(identity="bob")
        launch = self.publish(live_video())
        alice.wait_frames(5)
        bob.wait_frames(5)
        launch.set("r", "allowed-users", "<alice>")
        self._frames_stop(bob)
        alice.wait_frames(15, start=alice.mark())
        launch.set("r", "allowed-users", "<alice,bob>")
        bob.wait_frames(5, start=bob.mark())
        alice.wait_frames(15, start=alice.mark())
        launch.quit()

    def test_empty_allow_list_means_nobody(self):
        alice = self.subscriber(identity="alice")
        launch = self.publish(live_video())
        alice.wait_frames(5)
        launch.set("r", "allowed-users", "< >")
        self._frames_stop(alice)
        launch.quit()

    def test_allow_list_holds_from_the_start(self):
        alice = self.subscriber(identity="alice")
        bob = self.subscriber(identity="bob")
        launch = self.publish(live_video(), options='allowed-users="<alice>"')
        alice.wait_frames(10)
        self.assertEqual([], bob.find(called("video")))
        launch.quit()


class Stats(InteropCase):
    def _becomes(self, launch, pad, field, wanted, deadline=15):
        until = time.monotonic() + deadline
        while True:
            track = launch.track_stats(pad)
            if track and wanted(track[field]):
                return
            self.assertLess(time.monotonic(), until, f"{field} of {pad} stays so: {track}")
            time.sleep(0.1)

    def test_round_trip_is_measured(self):
        self.subscriber("--every", "0")
        launch = self.publish(live_video(pad="video_0"), live_audio(pad="audio_0"))
        launch.wait_element("room-track-subscribed", pad="video_0")
        for pad in ("video_0", "audio_0"):
            self._becomes(launch, pad, "round-trip", lambda ns: 0 < ns < 1_000_000_000)
        launch.quit()

    def test_subscriber_that_is_revoked_no_longer_counts(self):
        alice = self.subscriber(identity="alice")
        launch = self.publish(live_video(pad="video_0"))
        alice.wait_frames(5)
        self._becomes(launch, "video_0", "subscribed", lambda value: value is True)
        launch.set("r", "allowed-users", "< >")
        # The server waits for 5 s whether somebody comes back.
        self._becomes(launch, "video_0", "subscribed", lambda value: value is False)
        launch.set("r", "allowed-users", "<alice>")
        self._becomes(launch, "video_0", "subscribed", lambda value: value is True)
        launch.quit()


class Mute(InteropCase):
    def test_mute_of_a_pad_reaches_the_subscriber_and_back(self):
        subscriber = self.subscriber("--tones", "440")
        launch = self.publish(live_video(pad="video_0"), live_audio(440, pad="audio_0"))
        subscriber.wait_frames(5)
        subscriber.wait_tone(440)
        for pad in ("video_0", "audio_0"):
            start = subscriber.mark()
            launch.set(f"r.{pad}", "muted", "true")
            subscriber.wait_track(5, "track-muted", start, name=pad)
        time.sleep(0.8)  # a decoder lets sound fade out
        start = subscriber.mark()
        subscriber.stays_without(called("video"), 1.5, start, "frame of a muted track")
        self.assertEqual([], subscriber.find(called("audio", tone=440), start))
        start = subscriber.mark()
        for pad in ("video_0", "audio_0"):
            launch.set(f"r.{pad}", "muted", "false")
            subscriber.wait_track(5, "track-unmuted", start, name=pad)
        subscriber.wait_frames(10, 5, start)
        subscriber.wait_tone(440, 5, start)
        launch.quit()

    def test_mute_by_the_room_is_obeyed_and_shown(self):
        subscriber = self.subscriber()
        launch = self.publish(live_video(pad="video_0"))
        sid = subscriber.wait_track(kind="video")["sid"]
        subscriber.wait_frames(5)
        self.admin.call("mutePublishedTrack", self.room, "publisher", sid, True)
        subscriber.wait_track(5, "track-muted", sid=sid)
        self._becomes(launch, True)
        time.sleep(0.5)
        subscriber.stays_without(called("video"), 1.5, subscriber.mark(), "frame")
        start = subscriber.mark()
        self.admin.call("mutePublishedTrack", self.room, "publisher", sid, False)
        subscriber.wait_track(5, "track-unmuted", start, sid=sid)
        self._becomes(launch, False)
        subscriber.wait_frames(10, 5, start)
        launch.quit()

    def _becomes(self, launch, muted):
        until = time.monotonic() + 5
        while launch.get("r.video_0", "muted") is not muted:
            self.assertLess(time.monotonic(), until, f"muted does not become {muted}")
            time.sleep(0.05)

    def test_track_can_be_published_muted(self):
        subscriber = self.subscriber()
        launch = self.publish(live_video(pad="video_0"), options="video_0::muted=true")
        track = subscriber.wait_track(event="track-published", kind="video")
        self.assertTrue(track["muted"])
        start = subscriber.mark()
        launch.set("r.video_0", "muted", "false")
        subscriber.wait_frames(10, 5, start)
        launch.quit()
