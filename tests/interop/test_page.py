# SPDX-License-Identifier: LGPL-2.1-or-later
"""Our page in Chromium: what a person sees, hears and can do there. That it
has no errors, keeps to its policy and asks for nothing elsewhere is looked at
after each test (BrowserCase)."""

import json
import signal
import time
import urllib.parse

from harness import browser, place
from harness.browser import BrowserCase
from harness.case import file_source, live_audio, live_video
from harness.child import Child, called

PAGE = ("own", "it is our page")
TILE = "article.tile"


def tile(state=None, track=None, identity=None, more=""):
    """A selector."""
    parts = {"state": state, "track": track, "identity": identity}
    return TILE + "".join(f'[data-{k}="{v}"]' for k, v in parts.items() if v) + more


class PageCase(BrowserCase):
    only = PAGE

    def watch(self, room=None, token=None, wait=True):
        """A visitor of the room's page."""
        name = room or self.room
        token = token or self.server.token(name, "visitor", canPublish=False)
        page = self.open(f"/room/{urllib.parse.quote(name, safe='')}?access_token={token}")
        self.assertEqual(200, page.answer["status"])
        if wait:
            page.wait_for('body[data-state="live"]')
        return page

    def playing(self, page, deadline=15, **which):
        page.wait_for(tile("playing", **which), deadline)
        return page

    def data(self, page, selector, name):
        return page.evaluate(
            "([selector, name]) => document.querySelector(selector)?.dataset[name]",
            [selector, name],
        )

    def publish_both(self, colour="blue", tone=440, **more):
        return self.publish(
            live_video(colour, pad="video_0"), live_audio(tone, pad="audio_0"), **more
        )


class Watching(PageCase):
    def _shows(self, codec, colour="blue"):
        page = self.watch()
        self.publish(live_video(colour, codec))
        self.playing(page)
        self.assertMoves(page, tile(more=" video"), colour)

    def test_picture_and_sound_are_played(self):
        page = self.watch()
        self.publish_both("blue", 440)
        self.playing(page)
        self.assertMoves(page, tile(more=" video"), "blue")
        self.assertHears(page, 440)
        self.assertEqual(1, page.evaluate(f"() => document.querySelectorAll('{TILE}').length"))

    def test_who_comes_later_sees_at_once(self):
        launch = self.publish(live_video("green", gop=600))
        launch.wait_element("room-track-published")
        page = self.watch()
        self.playing(page, deadline=5)
        self.assertMoves(page, tile(more=" video"), "green")

    def test_vp8_is_played(self):
        self._shows("vp8", "red")

    def test_vp9_is_played(self):
        self._shows("vp9", "red")

    def test_file_is_played(self):
        page = self.watch()
        path = self.counted("page.mkv", frames=150, tone=440)
        self.publish(file_source(path, "matroskademux", audio="opusparse"))
        self.playing(page)
        self.assertMoves(page, tile(more=" video"), "green")
        self.assertHears(page, 440)

    def test_tracks_of_one_name_are_all_played(self):
        page = self.watch()
        self.publish(
            live_video("red", pad="video_0"),
            live_video("blue", pad="video_1"),
            options="video_0::track-name=film video_1::track-name=film",
        )
        playing = tile("playing", track="film")
        page.wait(f"() => document.querySelectorAll('{playing}').length === 2", deadline=20)
        first, second = (
            self.assertMoves(page, tile(more=f":{which}-of-type video"))["grid"][1][0]
            for which in ("first", "last")
        )
        self.assertColour(max(first, second), "red")
        self.assertColour(min(first, second), "blue")

    def test_sound_goes_with_the_picture_of_its_name(self):
        page = self.watch()
        self.publish(
            live_video("red", pad="video_0"),
            live_video("blue", pad="video_1"),
            live_audio(880, pad="audio_0"),
            options="video_0::track-name=a video_1::track-name=b audio_0::track-name=b",
        )
        page.wait_for(tile("playing", track="b", more="[data-sound]"), 20)
        page.wait_for(tile("playing", track="a", more=":not([data-sound])"), 20)
        self.assertHears(page, 880, tile(track="b", more=" video"))

    def test_sound_alone_has_a_tile(self):
        page = self.watch()
        self.publish(live_audio(880))
        self.playing(page)
        self.assertEqual("audio", self.data(page, TILE, "kind"))
        self.assertHears(page, 880)

    def test_codec_that_cannot_be_decoded_is_said_so(self):
        page = self.watch()
        self.publish(live_video("blue", "h265", "video_0"), live_audio(440, pad="audio_0"))
        page.wait_for(tile("unsupported"))
        words = page.evaluate(f"() => document.querySelector('{TILE} .words').innerText")
        self.assertIn("H265", words)
        page.wait(f"() => document.querySelector('{TILE}').dataset.bytes > 0")
        self.assertHears(page, 440)

    def test_sound_goes_on_whatever_becomes_of_the_picture(self):
        page = self.watch()
        launch = self.publish(live_audio(440, pad="audio_0"))
        self.playing(page, track="audio_0")
        launch.add(live_video("blue", "h265", name="v1").rsplit(" ! r.", 1)[0])
        page.wait_for(tile("unsupported"))
        self.assertHears(page, 440)
        launch.end_of_stream("v1")
        self.playing(page, track="audio_0")
        self.assertHears(page, 440)

    def test_camera_of_a_browser_is_shown(self):
        page = self.watch()
        other = self.client()
        other.run("join", url=self.server.url, token=self.token("browser"))
        other.run("publish", codec="vp8")
        self.playing(page, track="camera")
        self.assertMoves(page, tile(track="camera", more=" video"), "red")
        self.assertHears(page, 880)

    @classmethod
    def setUpClass(cls):
        cls.browser_options = (
            "--video", browser.camera(cls.media_dir(), "red"),
            "--audio", browser.microphone(cls.media_dir(), 880),
        )  # fmt: skip
        super().setUpClass()


class Coming(PageCase):
    MARK = f"() => {{ document.querySelector('{TILE}').marked = true; }}"
    MARKED = f"() => document.querySelector('{TILE}').marked === true"

    def _again(self, end):
        page = self.watch()
        first = self.publish_both("blue", 440)
        self.playing(page)
        page.evaluate(self.MARK)
        end(first)
        self.publish_both("green", 880)
        page.wait(
            f"() => document.querySelectorAll('{tile('playing')}').length === 1", deadline=15
        )
        self._becomes(page, "green")
        self.assertTrue(page.evaluate(self.MARKED), "it is another tile")
        self.assertHears(page, 880)

    def _becomes(self, page, colour, deadline=15):
        until = time.monotonic() + deadline
        while True:
            found = page.see(tile(more=" video"), within=1)
            if found and found[0]["frames"]:
                try:
                    self.assertColour(found[0]["grid"][1][0], colour)
                    return
                except AssertionError:
                    pass
            self.assertLess(time.monotonic(), until, f"does not become {colour}: {found}")

    def test_publisher_that_starts_again_goes_on_in_its_tile(self):
        self._again(lambda launch: launch.quit())

    def test_publisher_that_was_killed_goes_on_in_its_tile(self):
        self._again(lambda launch: launch.kill())

    def test_publisher_with_another_codec_goes_on_in_its_place(self):
        page = self.watch()
        self.publish(live_video("blue", "h264")).wait_element("room-track-published")
        self.playing(page)
        self.publish(live_video("green", "vp8"))
        self._becomes(page, "green")
        self.assertEqual(1, page.evaluate(f"() => document.querySelectorAll('{TILE}').length"))

    def test_second_publisher_appears_beside_the_first(self):
        page = self.watch()
        self.publish_both("blue", 440, identity="one")
        self.playing(page, identity="one")
        self.publish_both("red", 880, identity="two")
        self.playing(page, identity="two")
        self.keep(page, "two")
        for identity, colour in (("one", "blue"), ("two", "red")):
            self.assertMoves(page, tile(identity=identity, more=" video"), colour)
        for tone in (440, 880):
            self.assertHears(page, tone)

    def test_track_that_is_added_appears(self):
        page = self.watch()
        launch = self.publish(live_video("blue", pad="video_0"))
        self.playing(page, track="video_0")
        launch.add(live_video("red").rsplit(" ! r.", 1)[0])
        self.playing(page, track="video_1")
        self.assertMoves(page, tile(track="video_1", more=" video"), "red")
        self.assertMoves(page, tile(track="video_0", more=" video"), "blue")

    def test_track_that_is_removed_vanishes_and_the_other_plays_on(self):
        page = self.watch()
        launch = self.publish(
            live_video("blue", pad="video_0", name="v0"), live_video("red", pad="video_1", name="v1")
        )
        self.playing(page, track="video_0")
        self.playing(page, track="video_1")
        launch.end_of_stream("v1")
        page.wait_gone(tile(track="video_1"))
        self.assertMoves(page, tile(track="video_0", more=" video"), "blue")

    def test_publisher_that_has_left_is_said_so_and_vanishes(self):
        page = self.watch()
        launch = self.publish_both()
        self.playing(page)
        launch.quit()
        page.wait_for(tile("away"), 5)
        self.keep(page, "away")
        page.wait_gone(TILE, 20)
        page.wait("() => !document.getElementById('notice').hidden")

    def test_mute_of_the_publisher_is_shown(self):
        page = self.watch()
        launch = self.publish_both()
        self.playing(page)
        launch.set("r.video_0", "muted", "true")
        page.wait_for(tile("muted"), 5)
        launch.set("r.video_0", "muted", "false")
        self.playing(page)
        self.assertMoves(page, tile(more=" video"), "blue")

    def test_server_that_starts_again_is_found_again(self):
        self.fresh_server()
        page = self.watch()
        self.publish_both()
        self.playing(page)
        # The new server knows nothing of what the old one had.
        page.allow("ERR_(CONNECTION_(REFUSED|RESET)|INCOMPLETE_CHUNKED)|/whep/.*404|404 .*/whep/")
        port = self.server.port
        self.server.kill()
        page.wait_for('body[data-state="lost"]')
        self.fresh_server(options=("--listen", f"127.0.0.1:{port}"))
        page.wait_for('body[data-state="live"]', 30)
        self.publish_both("green")
        self._becomes(page, "green", 30)


class Using(PageCase):
    SOUND = f"() => !document.querySelector('{TILE} video').muted"
    SILENCE = f"() => document.querySelector('{TILE} video').muted"
    VOLUME = f"() => document.querySelector('{TILE} video').volume"

    def _page(self):
        page = self.watch()
        self.publish_both()
        return self.playing(page)

    def _volume(self, page):
        return round(page.evaluate(self.VOLUME) * 100)

    def test_sound_begins_with_a_click(self):
        page = self._page()
        self.assertEqual("off", self.data(page, TILE, "sound"))
        page.wait(self.SILENCE)
        page.click("#sound")
        page.wait(self.SOUND)
        self.assertEqual("on", self.data(page, TILE, "sound"))
        # What comes later has it too.
        self.publish_both("red", identity="two")
        self.playing(page, identity="two")
        self.assertEqual("on", self.data(page, tile(identity="two"), "sound"))

    def test_mute_button_is_one_tile_s(self):
        page = self._page()
        self.publish_both("red", identity="two")
        self.playing(page, identity="two")
        page.click("#sound")
        page.click(tile(identity="publisher", more=" .mute"))
        self.assertEqual("off", self.data(page, tile(identity="publisher"), "sound"))
        self.assertEqual("on", self.data(page, tile(identity="two"), "sound"))
        pressed = "(s) => document.querySelector(s).getAttribute('aria-pressed')"
        self.assertEqual(
            "true", page.evaluate(pressed, tile(identity="publisher", more=" .mute"))
        )

    def test_volume_is_a_slider(self):
        page = self._page()
        page.fill(tile(more=" .volume"), "30")
        self.assertEqual(30, self._volume(page))
        page.wait(self.SOUND)
        page.fill(tile(more=" .volume"), "0")
        page.wait(self.SILENCE)

    def test_keys_do_it_all(self):
        page = self._page()
        page.press("s")
        page.wait(self.SOUND)
        page.press("m")
        page.wait(self.SILENCE)
        page.press("ArrowDown")
        page.press("ArrowDown")
        self.assertEqual(80, self._volume(page))
        page.press("ArrowUp")
        self.assertEqual(90, self._volume(page))
        shown = f"() => document.querySelector('{TILE} .graph').hidden"
        before = page.evaluate(shown)
        page.press("g")
        self.assertNotEqual(before, page.evaluate(shown))
        page.press("f")
        page.wait("() => !!document.fullscreenElement")
        page.press("f")
        page.wait("() => !document.fullscreenElement")
        page.press("1")
        page.wait(f"() => document.activeElement.matches('{TILE}')")
        page.press("?")
        page.wait("() => document.getElementById('keys').open")
        self.keep(page, "help")
        page.press("Escape")
        page.wait("() => !document.getElementById('keys').open")

    def test_all_can_be_reached_with_the_tabulator(self):
        page = self._page()
        seen = set()
        for _ in range(20):
            page.press("Tab")
            seen.add(
                page.evaluate(
                    "() => document.activeElement.id || document.activeElement.className"
                )
            )
        for wanted in ("sound", "help", "tile", "mute", "volume", "more", "full", "home"):
            self.assertIn(wanted, seen)

    def test_graph_draws_rate_and_frames(self):
        page = self._page()
        page.wait(
            f"() => /[1-9]\\d* (k|M)bit/.test(document.querySelector('{TILE} .rate dd').textContent)"
        )
        page.wait(
            f"() => parseInt(document.querySelector('{TILE} .frames dd').textContent) > 20", deadline=15
        )
        # Below is the line that is always there.
        page.wait(
            f"""() => {{
              const canvas = document.querySelector('{TILE} canvas');
              const upper = Math.floor(canvas.height / 2);
              const {{ data }} = canvas.getContext('2d').getImageData(0, 0, canvas.width, upper);
              return data.some((value, i) => i % 4 === 3 && value > 0);
            }}"""
        )

    def test_graph_draws_what_is_lost(self):
        page = self._page()
        # Nothing is lost on this machine: the browser is made to say so, of
        # every second packet.
        page.evaluate(
            """() => {
              const { prototype } = RTCRtpReceiver, real = prototype.getStats;
              prototype.getStats = async function () {
                return new Map([...await real.call(this)].map(([id, report]) =>
                  [id, { ...report, packetsLost: report.packetsReceived }]));
              };
            }"""
        )
        page.wait(
            f"() => document.querySelector('{TILE} .loss dd').textContent === '50.0 % lost'"
        )
        # Neither rate nor frames get up there.
        page.wait(
            f"""() => {{
              const canvas = document.querySelector('{TILE} canvas');
              const {{ data }} = canvas.getContext('2d').getImageData(0, 0, canvas.width, 1);
              return data.some((value, i) => i % 4 === 3 && value > 0);
            }}"""
        )

    def test_button_fills_the_screen(self):
        page = self._page()
        page.click(f"{TILE} .full")
        page.wait("() => !!document.fullscreenElement")
        page.press("f")
        page.wait("() => !document.fullscreenElement")

    def test_telephone_shows_it_without_scrolling_sideways(self):
        page = self._page()
        self.publish_both("red", identity="two")
        self.playing(page, identity="two")
        for width, height in ((390, 844), (844, 390), (320, 568)):
            page.size(width, height)
            self.keep(page, f"{width}x{height}")
            sizes = page.evaluate(
                "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            self.assertLessEqual(sizes[0], sizes[1], f"at {width}x{height}")
            self.assertMoves(page, tile(identity="two", more=" video"), "red")


class Lists(PageCase):
    def _rooms(self, page):
        return page.evaluate("() => [...document.querySelectorAll('a[data-room]')].map((a) => a.dataset.room)")

    def test_rooms_come_and_go_and_lead_to_their_pages(self):
        page = self.open(f"/?access_token={self._observer()}")
        page.wait_for('body[data-state="live"]')
        launch = self.publish_both()
        page.wait_for(f'a[data-room="{self.room}"]')
        self.assertIn(self.room, self._rooms(page))
        self.keep(page, "rooms")
        href = page.evaluate("() => document.querySelector('a[data-room]').getAttribute('href')")
        self.assertEqual(f"/room/{self.room}", href)
        launch.quit()
        page.wait(
            "(room) => document.querySelector(`a[data-room='${room}'] .live`)?.hidden !== false",
            self.room,
        )

    def _observer(self):
        return self.server.token("", "visitor", roomJoin=False, roomList=True)

    def test_name_of_a_room_is_only_text(self):
        name = "a <b>\"'&/ 日本 %2e room"
        page = self.open(f"/?access_token={self._observer()}")
        self.room = name
        self.publish_both(
            token=self.server.token(name, "<i>eve</i>", name="<script>alert(1)</script>")
        )
        page.wait("(name) => [...document.querySelectorAll('a[data-room]')]"
                  ".some((a) => a.dataset.room === name)", name)
        watched = self.watch(name)
        self.playing(watched)
        self.assertEqual(name, watched.evaluate("() => document.getElementById('title').textContent"))
        self.assertEqual("<i>eve</i>", self.data(watched, TILE, "identity"))
        self.assertEqual(0, watched.evaluate(f"() => document.querySelectorAll('{TILE} i, {TILE} script').length"))

    def test_watchers_are_counted(self):
        first = self.watch()
        self.publish_both()
        self.playing(first)
        second = self.watch()
        self.playing(second)
        first.wait_for('body[data-watchers="2"]')
        second.goto("about:blank")
        first.wait_for('body[data-watchers="1"]')


class Access(PageCase):
    def test_wrong_token_is_refused_in_words(self):
        wrong = self.server.token("another room", "visitor")
        page = self.watch(token=wrong, wait=False)
        page.allow("40[13]")
        page.wait_for('body[data-state="refused"]')
        self.assertIn(
            "token", page.evaluate("() => document.getElementById('notice').innerText").lower()
        )

    def test_token_leaves_the_address(self):
        page = self.watch()
        self.assertNotIn("access_token", page.evaluate("() => location.href"))
        page.evaluate("() => location.reload()")
        page.wait_for('body[data-state="live"]')

    def test_policy_is_strict(self):
        page = self.watch()
        headers = page.answer["headers"]
        rules = dict(
            rule.strip().split(" ", 1) for rule in headers["content-security-policy"].split(";")
        )
        self.assertEqual("'none'", rules["default-src"])
        self.assertNotIn("unsafe", json.dumps(rules))
        self.assertEqual("'none'", rules["frame-ancestors"])
        self.assertEqual("nosniff", headers["x-content-type-options"])
        self.assertEqual("no-referrer", headers["referrer-policy"])


class Open(PageCase):
    server_options = {"own": {"options": ("--no-auth-watch",)}}

    def test_open_room_is_watched_without_a_token(self):
        page = self.open(f"/room/{self.room}")
        self.publish_both()
        self.playing(page)
        self.assertMoves(page, tile(more=" video"), "blue")


class OfTheTool(PageCase):
    """The room that gst-publisher runs in its own process."""

    def test_room_of_the_tool_is_watched_and_ends_with_it_at_once(self):
        command = [place.built("tools", "gst-publisher", "gst-publisher"), "--json"]
        branch = live_video("blue").rpartition(" ! queue ! ")[0]
        env = place.gst_env(self.logs, GST_ROOM_SERVER_PORT="0")
        tool = self._keep(Child("tool", [*command, "--", *branch.split()], self.logs, env=env))
        url = tool.wait(called("watch"))["url"]
        page = self._visit(self.browser.open(url))
        self.playing(page)
        self.assertMoves(page, tile(more=" video"), "blue")
        page.allow("ERR_(CONNECTION_(REFUSED|RESET)|INCOMPLETE_CHUNKED|EMPTY_RESPONSE)")
        tool.signal(signal.SIGTERM)
        page.wait_for(tile("away"), 5)
        self.assertEqual(0, tool.wait_exit(7))
        self.assertEqual([], tool.find(called("stuck")))
