# SPDX-License-Identifier: LGPL-2.1-or-later
"""WHIP and WHEP, spoken by a client that is not ours, in a page of another
origin: one that watches and one that publishes, each with a token."""

from harness import browser
from harness.browser import BrowserCase, PageError
from harness.case import live_audio, live_video
from harness.child import called


class Wish(BrowserCase):
    only = ("own", "livekit-server speaks neither")

    @classmethod
    def setUpClass(cls):
        cls.browser_options = (
            "--video", browser.camera(cls.media_dir(), "red"),
            "--audio", browser.microphone(cls.media_dir(), 880),
        )  # fmt: skip
        super().setUpClass()

    def _url(self, kind, more=""):
        return f"{self.server.http_url}/room/{self.room}/{kind}{more}"

    def _publish(self, codec, identity="camera"):
        page = self.client()
        token = self.token(identity, canSubscribe=False)
        page.run("whip", url=self._url("whip"), token=token, codec=codec)
        page.wait_told("connection", state="connected")
        return page

    def _watch(self, more="", token=None):
        page = self.client()
        token = token or self.token("viewer", canPublish=False)
        page.run("whep", url=self._url("whep", more), token=token)
        page.wait_told("connection", state="connected")
        return page

    def _whip_is_seen(self, codec):
        subscriber = self.subscriber("--bars", "--grid", "1x4", "--tones", "440,880")
        page = self._publish(codec)
        track = subscriber.wait_track(kind="video", identity="camera")
        self.assertEqual(f"video/{codec}".lower(), track["mime"].lower())
        self.assertEqual("video", track["name"])
        frame = subscriber.wait_frames(20, where=lambda e: e["number"])
        self.assertColour(frame["grid"][2][0], "red")
        subscriber.wait_tone(880, name="audio")
        return subscriber, page

    def test_whip_publishes_h264(self):
        self._whip_is_seen("H264")

    def test_whip_publishes_vp8(self):
        self._whip_is_seen("VP8")

    def test_whip_publisher_that_hangs_up_has_left(self):
        subscriber, page = self._whip_is_seen("VP8")
        page.run("hangUp")
        subscriber.wait(called("participant-left", identity="camera"), 5)

    def test_whip_publisher_whose_page_is_gone_has_left(self):
        subscriber, page = self._whip_is_seen("VP8")
        page.goto("about:blank")
        subscriber.wait(called("participant-left", identity="camera"), 40)

    def test_whip_publisher_is_shown_on_the_page_and_goes_on_there(self):
        token = self.token("visitor", canPublish=False)
        watched = self.open(f"/room/{self.room}?access_token={token}")
        page = self._publish("VP8")
        watched.wait_for('article.tile[data-state="playing"]')
        watched.evaluate("() => { document.querySelector('article.tile').marked = true; }")
        self.assertMoves(watched, "article.tile video", "red")
        page.run("hangUp")
        watched.wait_for('article.tile[data-state="away"]')
        self._publish("VP8")
        watched.wait_for('article.tile[data-state="playing"]')
        self.assertMoves(watched, "article.tile video", "red")
        self.assertTrue(watched.evaluate("() => document.querySelector('article.tile').marked"))

    def test_whep_plays_picture_and_sound(self):
        self.publish(live_video("blue"), live_audio(440)).wait_element("room-track-published")
        page = self._watch()
        self.assertMoves(page, "#video", "blue")
        self.assertHears(page, 440, "#audio")

    def test_whep_of_one_publisher_plays_that_one(self):
        for identity, colour in (("one", "blue"), ("two", "green")):
            launch = self.publish(live_video(colour), identity=identity)
            launch.wait_element("room-track-published")
        page = self._watch("?publisher=two")
        self.assertMoves(page, "#video", "green")

    def test_whep_watcher_is_hidden_and_goes(self):
        launch = self.publish(live_video("blue"))
        launch.wait_element("room-track-published")
        subscriber = self.subscriber()
        page = self._watch()
        self.assertMoves(page, "#video", "blue")
        start = page.mark()
        page.run("hangUp")
        page.evaluate("() => true")
        self.assertEqual([], subscriber.find(called("participant-joined")))
        self.assertEqual([], page.told("connection", start, state="failed"))

    def test_wrong_token_is_refused(self):
        page = self.client()
        page.allow("40[13]")
        wrong = self.server.token("another", "viewer")
        for name, kind in (("whep", "whep"), ("whip", "whip")):
            with self.assertRaisesRegex(PageError, "rejected with status 40[13]"):
                page.run(name, url=self._url(kind), token=wrong)

    def test_watcher_may_not_publish(self):
        page = self.client()
        page.allow("403")
        with self.assertRaisesRegex(PageError, "rejected with status 403"):
            page.run(
                "whip", url=self._url("whip"), token=self.token("viewer", canPublish=False)
            )
