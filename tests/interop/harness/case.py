# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a test class inherits: one server, a room per test, peers that are
stopped at the end, logs that stay when it fails."""

import os
import shutil
import signal
import tempfile
import unittest

from . import media, place
from .child import Timeout
from .launch import Launch
from .peers import Admin, NodePublisher, Subscriber
from .servers import SERVERS

# For a test that lets the token be minted.
NO_TOKEN = "none"

# Nothing that a test does takes longer; a wait without a deadline ends here.
TEST_DEADLINE = 150


def only(server, reason):
    """For one test of a class: as the member of that name is for all."""

    def mark(test):
        test.only = (server, reason)
        return test

    return mark


def _out_of_time(_number, _frame):
    raise Timeout(f"test took longer than {TEST_DEADLINE} s")


class InteropCase(unittest.TestCase):
    """One class is run against each of the servers, by name.

    `only` is for what is about one of them alone: its name, and why. For the
    other such a class does not exist. `server_options` are by the name of the
    server, too. `seconds`: about how long all tests of the class take.
    """

    server_name = "livekit"
    only = None
    server_options = {}
    seconds = 0
    longMessage = True

    @classmethod
    def work_dir(cls):
        return os.environ["INTEROP_WORK"]

    @classmethod
    def setUpClass(cls):
        cls.class_dir = os.path.join(cls.work_dir(), f"{cls.__name__}@{cls.server_name}")
        os.makedirs(cls.class_dir, exist_ok=True)
        cls.server = cls.make_server()
        cls.addClassCleanup(cls.server.stop)
        cls._admin = None

    @classmethod
    def make_server(cls, log_dir=None, **options):
        options = {**cls.server_options.get(cls.server_name, {}), **options}
        return SERVERS[cls.server_name](log_dir or cls.class_dir, **options).start()

    def fresh_server(self, **options):
        """Another one, for this test alone: it may end it."""
        self.server = self.make_server(self.logs, **options)
        self.addCleanup(self.server.stop)

    @classmethod
    def media_dir(cls):
        path = os.path.join(cls.work_dir(), "media")
        os.makedirs(path, exist_ok=True)
        return path

    def setUp(self):
        self.logs = os.path.join(self.class_dir, self._testMethodName)
        os.makedirs(self.logs, exist_ok=True)
        self.room = f"{type(self).__name__}-{self._testMethodName}"[:100]
        self._children = 0
        signal.signal(signal.SIGALRM, _out_of_time)
        signal.alarm(TEST_DEADLINE)
        self.addCleanup(signal.alarm, 0)

    def _name(self, name):
        self._children += 1
        return f"{self._children}-{name}"

    def _keep(self, child):
        self.addCleanup(child.kill)
        return child

    @property
    def admin(self):
        cls = type(self)
        if cls._admin is None or cls._admin.returncode is not None:
            cls._admin = Admin(self.server, self.class_dir)
            cls.addClassCleanup(cls._admin.kill)
        return cls._admin

    def token(self, identity="publisher", **grants):
        return self.server.token(self.room, identity, **grants)

    def subscriber(self, *options, identity="subscriber", connect=True, url=None):
        """A decoding subscriber that is in the room."""
        found = self._keep(
            Subscriber(
                self._name(identity),
                url or self.server.url,
                self.token(identity, canPublish=False),
                self.logs,
                *options,
            )
        )
        if connect:
            found.wait_connected()
        return found

    def node_publisher(self, *options, identity="publisher"):
        return self._keep(
            NodePublisher(
                self._name(identity), self.server.url, self.token(identity), self.logs, *options
            )
        )

    def publish(self, *branches, options="", url=None, token=None, identity="publisher", **env):
        """Starts a pipeline into the room. `branches` end in `! r.`."""
        place.built("gst", "room", "libgstroom.so")
        if token != NO_TOKEN:
            options = f"token={token or self.token(identity)} {options}"
        line = " ".join(
            [f"roompublish name=r url={url or self.server.url} {options}", *branches]
        )
        return self._keep(Launch(self._name(identity), line, self.logs, **env))

    def counted(self, name="counted.mkv", **options):
        return media.counted(self.media_dir(), name, **options)

    def assertColour(self, rgb, colour):
        self.assertTrue(media.near(rgb, colour), f"{rgb} is not {colour}")

    def assertOneError(self, launch):
        """One failure is one posted error."""
        self.assertEqual(1, len(launch.errors_posted()), launch.errors_posted())


def colour_number(rgb):
    """videotestsrc's foreground-color."""
    red, green, blue = rgb
    return 0xFF000000 | red << 16 | green << 8 | blue


def live_video(colour="blue", codec="h264", pad="", width=320, height=240, gop=600, name=""):
    """A branch: a live picture of one colour, encoded without delay."""
    rgb = media.COLOURS[colour][1]
    source = f"videotestsrc is-live=true pattern=solid-color foreground-color={colour_number(rgb)}"
    if name:
        source += f" name={name}"
    caps = f"video/x-raw,format=I420,width={width},height={height},framerate=30/1"
    return f"{source} ! {caps} ! {media.ENCODERS[codec].format(gop=gop)} ! queue ! r.{pad}"


def live_audio(tone=440, encoder="opusenc", pad="", channels=1, name=""):
    """A branch: a live tone, encoded."""
    source = f"audiotestsrc is-live=true freq={tone} volume=0.4 samplesperbuffer=480"
    if name:
        source += f" name={name}"
    rate = 8000 if encoder in ("mulawenc", "alawenc") else 48000
    caps = f"audio/x-raw,rate={rate},channels={channels}"
    return f"{source} ! {caps} ! audioconvert ! {encoder} ! queue ! r.{pad}"


def file_source(path, demuxer, video="h264parse", audio=""):
    """Branches from a file: its video, and its Opus when `audio` is given.

    The pads are named: when the line is parsed there is no stream yet that
    could say which kind an identity or a queue will give.
    """
    line = f"filesrc location={path} ! {demuxer} name=d d.video_0 ! queue ! {video} ! r.video_0"
    if audio:
        line += f" d.audio_0 ! queue ! {audio} ! r.audio_0"
    return line


def fresh_work_dir(parent):
    os.makedirs(parent, exist_ok=True)
    return tempfile.mkdtemp(prefix="run-", dir=parent)


def forget(directory):
    shutil.rmtree(directory, ignore_errors=True)
