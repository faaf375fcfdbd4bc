# SPDX-License-Identifier: LGPL-2.1-or-later
"""Chromium: what looks at its pages is proved first; then livekit-client in it
publishes, and watches what we publish."""

import json

from harness import browser, place
from harness.browser import BrowserCase
from harness.case import live_audio, live_video
from harness.child import Child, called
from harness.proxy import LossyServer


class Looking(BrowserCase):
    only = ("livekit", "no server is in it")

    def _pattern(self, more=""):
        page = self._visit(self.browser.open(f"{self.browser.files}/pattern.html{more}"))
        page.click("#touch")
        return page

    def test_content_of_a_page_is_seen_and_heard(self):
        page = self._pattern()
        self.assertMoves(page, "#pattern", "blue")
        self.assertHears(page, 440)
        self.assertIsNone(page.hear(1000, within=1)["sounds"][0]["tone"])

    def test_picture_that_stands_still_does_not_move(self):
        page = self._pattern()
        page.evaluate("() => document.querySelector('video').pause()")
        self.assertEqual(0, page.see(within=1)[0]["frames"])

    def test_everything_that_is_wrong_with_a_page_is_told(self):
        page = self._pattern("?bad")
        for problem in browser.PROBLEMS:
            page.wait_told(problem)
        self.assertEqual(
            set(browser.PROBLEMS), {text.split(":")[0] for text in page.problems()}
        )
        page.allow("")
        self.assertEqual([], page.problems())

    def _visits(self, more, *options):
        command = place.browser("visit.mjs")
        url = f"{self.browser.files}/pattern.html{more}"
        child = self._keep(Child(self._name("visit"), [*command, *options, url], self.logs))
        return child.wait_exit(30), child

    def test_visit_tells_what_there_was(self):
        code, child = self._visits("", "--click", "#touch", "--tones", "440,880", "--grid", "1x2")
        self.assertEqual(0, code, child.errors())
        with open(child.output, encoding="utf-8") as out:
            found = json.load(out)
        self.assertEqual([[[255, 0, 0]], [[0, 0, 255]]], found["pictures"][0]["grid"])
        self.assertEqual(440, found["sounds"][0]["tone"])

    def test_visit_fails_when_the_page_does_wrong(self):
        code, child = self._visits("?bad")
        self.assertEqual(1, code)
        self.assertIn("foreign: http://elsewhere.invalid/", child.errors())

    def test_visit_fails_when_nothing_sounds(self):
        code, child = self._visits("", "--tones", "1000", "--within", "2")
        self.assertEqual(1, code)
        self.assertIn("none of 1000 Hz is heard", child.errors())


class Browsers(BrowserCase):
    @classmethod
    def setUpClass(cls):
        cls.browser_options = (
            "--video", browser.camera(cls.media_dir(), "red"),
            "--audio", browser.microphone(cls.media_dir(), 880),
        )  # fmt: skip
        super().setUpClass()

    def _join(self, identity, **options):
        page = self.client()
        page.run("join", url=self.server.url, token=self.token(identity), options=options)
        return page

    def _publishes(self, codec, **more):
        subscriber = self.subscriber("--bars", "--grid", "1x4", "--tones", "440,880")
        page = self._join("browser")
        page.run("publish", codec=codec, **more)
        track = subscriber.wait_track(kind="video")
        self.assertEqual(f"video/{codec}", track["mime"].lower())
        self.assertEqual("camera", track["name"])
        frame = subscriber.wait_frames(20, where=lambda e: e["number"])
        self.assertColour(frame["grid"][2][0], "red")
        subscriber.wait_tone(880, name="microphone")
        return subscriber, page

    def test_vp8_of_a_browser_is_decoded(self):
        self._publishes("vp8")

    def test_h264_of_a_browser_is_decoded(self):
        self._publishes("h264")

    def test_vp9_of_a_browser_is_decoded(self):
        self._publishes("vp9")

    def test_av1_of_a_browser_is_decoded(self):
        self._publishes("av1")

    def test_av1_of_a_browser_is_watched_by_another(self):
        self._join("one").run("publish", codec="av1", microphone=False)
        page = self._join("two")
        page.wait_for("#camera")
        self.assertMoves(page, "#camera", "red")

    def test_three_sizes_of_a_browser_are_decoded(self):
        subscriber, _ = self._publishes("vp8", simulcast=True)
        subscriber.wait_frames(5, where=lambda e: (e["width"], e["height"]) == (640, 360))

    def test_mute_in_a_browser_is_seen(self):
        subscriber, page = self._publishes("vp8")
        for muted, event in ((True, "track-muted"), (False, "track-unmuted")):
            start = subscriber.mark()
            page.run("mute", camera=muted, microphone=muted)
            for name in ("camera", "microphone"):
                subscriber.wait_track(5, event, start, name=name)
        subscriber.wait_frames(5, 10, start)
        subscriber.wait_tone(880, 10, start)

    def test_browser_takes_its_camera_back(self):
        subscriber, page = self._publishes("vp8")
        page.run("unpublishCamera")
        subscriber.wait_track(5, "track-unpublished", name="camera")
        start = subscriber.mark()
        subscriber.wait_tone(880, 5, start)
        page.run("leave")
        left = subscriber.wait(called("participant-left"), 5)
        self.assertEqual("CLIENT_INITIATED", left["reason"])

    def _watches(self, codec):
        page = self._join("watcher")
        launch = self.publish(live_video("blue", codec), live_audio(440))
        page.wait_for("#video_0")
        self.assertMoves(page, "#video_0", "blue")
        self.assertHears(page, 440, "#audio_0")
        return page, launch

    def test_browser_watches_our_h264_and_opus(self):
        page, launch = self._watches("h264")
        launch.quit()
        page.wait_told("participant-left", identity="publisher")
        page.wait_gone("video")

    def test_browser_watches_our_vp8(self):
        self._watches("vp8")

    def test_browser_watches_our_vp9(self):
        self._watches("vp9")

    def test_browser_that_comes_later_watches_at_once(self):
        launch = self.publish(live_video("green", gop=600))
        launch.wait_element("room-track-published")
        page = self._join("watcher")
        page.wait_for("#video_0")
        self.assertMoves(page, "#video_0", "green")

    def test_two_browsers_see_each_other(self):
        one, two = self._join("one"), self._join("two")
        for page in (one, two):
            page.run("publish", codec="vp8")
        for page in (one, two):
            page.wait_for("#camera")
            self.assertMoves(page, "#camera", "red")
            self.assertHears(page, 880, "#microphone")

    def _again(self, lose):
        """A browser with media both ways loses its socket by lose(); who it is
        before and after."""
        lossy = LossyServer(self.server.port)
        self.addCleanup(lossy.close)
        subscriber = self.subscriber()
        self.publish(live_video("blue", "vp8"))
        page = self.client()
        before = page.run("join", url=lossy.url, token=self.token("browser"))
        page.run("publish", codec="vp8", microphone=False)
        page.wait_for("#video_0")
        subscriber.wait_frames(5, name="camera")
        page.allow("error|failed")
        start = page.mark()
        lose(lossy, page)
        page.wait_told("reconnected", start=start)
        page.wait_for("#video_0")
        self.assertMoves(page, "#video_0", "blue")
        subscriber.wait_frames(10, 20, subscriber.mark(), name="camera")
        return before, page.run("ownSid")

    def test_browser_that_loses_its_socket_goes_on(self):
        before, after = self._again(lambda lossy, _: lossy.cut())
        self.assertEqual(before, after)

    def test_browser_that_cannot_go_on_comes_anew(self):
        before, after = self._again(lambda _, page: page.run("comeAnew"))
        self.assertNotEqual(before, after)
