# SPDX-License-Identifier: LGPL-2.1-or-later
"""Chromium, and what a person would see and hear in its pages."""

import itertools
import json
import os
import re

from . import media, place
from .case import InteropCase
from .child import Child, Timeout, called

# What a page must never do.
PROBLEMS = ("console-error", "page-error", "violation", "failed", "foreign")


class PageError(Exception):
    """A call failed in the page."""


class Browser(Child):
    """One Chromium; see browser.mjs --help for the options."""

    def __init__(self, log_dir, *options, name="browser"):
        super().__init__(name, [*place.browser("browser.mjs"), *options], log_dir)
        self._ids = itertools.count(1)
        self._pages = itertools.count(1)
        # Where the foreign clients are served, for client() below.
        self.files = self.wait(called("ready"), 30, what="browser")["files"]

    def call(self, name, page, *args, deadline=30):
        number = next(self._ids)
        start = self.mark()
        self.tell(json.dumps({"id": number, "call": name, "page": page, "args": args}))
        answer = self.wait(called("result", id=number), deadline, start, f"answer to {name}")
        if "error" in answer:
            raise PageError(f"{name}: {answer['error']}")
        return answer["result"]

    def open(self, url):
        page = Page(self, next(self._pages))
        page.answer = self.call("open", page.number, url)
        return page

    def client(self):
        """A page with livekit-client and a WHIP and WHEP client in it."""
        page = self.open(f"{self.files}/client.html")
        page.wait_told("loaded")
        page.click("#touch")
        return page


class Page:
    """One visitor's page. Selectors are those of CSS; sources are functions of
    one argument."""

    def __init__(self, browser, number):
        self.browser = browser
        self.number = number
        self.answer = None
        self._allowed = []

    def evaluate(self, source, argument=None, deadline=30):
        return self.browser.call("evaluate", self.number, source, argument, deadline=deadline)

    def run(self, function, deadline=30, **argument):
        """Calls a function that the page has under this name."""
        return self.evaluate(f"(argument) => {function}(argument)", argument, deadline)

    def wait(self, source, argument=None, deadline=10):
        """Waits until it gives something true, and gives that."""
        return self.browser.call(
            "wait", self.number, source, argument, deadline * 1000, deadline=deadline + 10
        )

    def wait_for(self, selector, deadline=10):
        return self.wait("(selector) => !!document.querySelector(selector)", selector, deadline)

    def wait_gone(self, selector, deadline=10):
        return self.wait("(selector) => !document.querySelector(selector)", selector, deadline)

    def click(self, selector):
        self.browser.call("click", self.number, selector)

    def press(self, key):
        self.browser.call("press", self.number, key)

    def fill(self, selector, text):
        self.browser.call("fill", self.number, selector, text)

    def size(self, width, height):
        self.browser.call("size", self.number, width, height)

    def goto(self, url):
        self.answer = self.browser.call("goto", self.number, url)
        return self.answer

    def close(self):
        self.browser.call("close", self.number)

    def screenshot(self, path):
        return self.browser.call("screenshot", self.number, path)

    def see(self, selector="video", grid="1x2", frames=5, within=5):
        """What each picture shows; it must have that many new frames."""
        options = {"selector": selector, "grid": grid, "frames": frames, "within": within}
        return self.browser.call("see", self.number, options, deadline=within + 20)

    def hear(self, *tones, selector="audio, video", within=10):
        """What sounds in each element, until it is one of the tones."""
        options = {"selector": selector, "tones": tones, "within": within}
        return self.browser.call("hear", self.number, options, deadline=within + 20)

    def mark(self):
        return self.browser.mark()

    def told(self, name, /, start=0, **fields):
        return self.browser.find(called(name, page=self.number, **fields), start)

    def wait_told(self, name, /, deadline=20, start=0, **fields):
        wanted = called(name, page=self.number, **fields)
        return self.browser.wait(wanted, deadline, start, what=f"{name} {fields}")

    def allow(self, pattern):
        """What the test itself brings about is no problem of the page."""
        self._allowed.append(re.compile(pattern))

    def problems(self):
        found = self.browser.find(
            lambda event: event["event"] in PROBLEMS and event.get("page") == self.number
        )
        texts = [f"{event['event']}: {event['text']}" for event in found]
        return [text for text in texts if not any(rule.search(text) for rule in self._allowed)]


class BrowserCase(InteropCase):
    """One Chromium for all tests of a class. A page has no problems when its
    test ends, and its last look is kept."""

    browser_options = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = Browser(cls.class_dir, *cls.browser_options)
        cls.addClassCleanup(cls.browser.stop)

    def setUp(self):
        super().setUp()
        self._pictures = itertools.count(1)

    def open(self, path):
        """A page of the server."""
        return self._visit(self.browser.open(self.server.http_url + path))

    def client(self):
        return self._visit(self.browser.client())

    def _visit(self, page):
        self.addCleanup(self._leave, page)
        return page

    def _leave(self, page):
        self.keep(page)
        page.close()
        self.assertEqual([], page.problems())

    def keep(self, page, name=""):
        """Keeps a picture of the page beside the build."""
        title = self._testMethodName.removeprefix("test_")
        more = f"-{name}" if name else f"-{next(self._pictures)}"
        path = os.path.join(place.artefacts(), f"{title}{more}@{self.server_name}.png")
        try:
            page.screenshot(path)
        except (PageError, Timeout) as error:
            print(f"no picture of {title}: {error}", flush=True)

    def assertMoves(self, page, selector="video", colour=None, frames=5, within=10):
        """Its picture is seen, moves, and has that colour below its top."""
        found = page.see(selector, frames=frames, within=within)
        self.assertEqual(1, len(found), f"{selector}: {found}")
        self.assertTrue(found[0]["shown"], found)
        self.assertGreaterEqual(found[0]["frames"], frames, found)
        if colour:
            self.assertColour(found[0]["grid"][1][0], colour)
        return found[0]

    def assertHears(self, page, tone, selector="audio, video"):
        found = page.hear(tone, selector=selector)
        self.assertEqual("running", found["state"])
        self.assertIn(tone, [sound["tone"] for sound in found["sounds"]], found)


def camera(directory, colour="red", seconds=4):
    """A Y4M file for a camera: a colour, and numbers in bars."""
    path = os.path.join(directory, f"camera-{colour}.y4m")
    with media.making(path) as new:
        if new:
            with open(new, "wb") as out:
                out.write(f"YUV4MPEG2 W640 H360 F{media.RATE}:1 Ip C420mpeg2\n".encode())
                for number in range(seconds * media.RATE):
                    out.write(b"FRAME\n" + media.picture(number, colour, 640, 360))
    return path


def microphone(directory, tone=440, seconds=4):
    """A WAV file for a microphone: one tone, without a seam when it repeats."""
    path = os.path.join(directory, f"microphone-{tone}.wav")
    with media.making(path) as new:
        if new:
            media.write_wav(new, seconds, tone)
    return path
