# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a test of FLV inherits: media that Debian's FFmpeg has made, pipelines
whose frames are seen, and the comparison of frames."""

import json
import os
import signal
import unittest

from . import ffmpeg, place
from .case import TEST_DEADLINE, _out_of_time

PICTURE = "testsrc2=s=128x96:r=25"
TONE = "sine=r=48000:b=4"
SECONDS = "1"

# By name: how FFmpeg makes it, the container, and how GStreamer takes it out.
VIDEO = {
    "h264": ("-c:v libx264 -bf 2", "mp4", "qtdemux"),
    "h265": (
        "-c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=2",
        "mp4",
        "qtdemux",
    ),
    "av1": ("-c:v libaom-av1 -cpu-used 8 -usage realtime", "mp4", "qtdemux"),
    "vp9": ("-c:v libvpx-vp9 -deadline realtime -cpu-used 8", "mp4", "qtdemux"),
    "vp8": ("-c:v libvpx -deadline realtime -cpu-used 8", "webm", "matroskademux"),
}
AUDIO = {
    "aac": ("-ar 44100 -c:a aac", "mp4", "qtdemux"),
    "mp3": ("-ar 44100 -c:a libmp3lame", "mp4", "qtdemux ! mpegaudioparse"),
    "opus": ("-c:a libopus", "mp4", "qtdemux"),
    "flac": ("-c:a flac", "flac", "flacparse"),
    "ac3": ("-c:a ac3", "mp4", "qtdemux ! ac3parse"),
    "eac3": ("-c:a eac3", "mp4", "qtdemux ! ac3parse"),
}
MEDIA = {**VIDEO, **AUDIO}


def decoded(frame):
    """When; GStreamer does not say so where it is when the frame is shown."""
    return frame["pts"] if frame["dts"] is None else frame["dts"]


def kind(codec):
    return "video" if codec in VIDEO else "audio"


def make_media(folder, codecs=MEDIA):
    """Files of these codecs, @folder/NAME.CONTAINER, all in one run."""
    words = ["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE]
    for codec in codecs:
        options, container, _ = MEDIA[codec]
        words += ["-map", "0:v" if codec in VIDEO else "1:a", "-t", SECONDS]
        words += ["-pix_fmt", "yuv420p", "-g", "10"] if codec in VIDEO else ["-ac", "2"]
        # Of the last frames that an edit list shows, qtdemux may lose one.
        words += ["-use_editlist", "0"] if container == "mp4" else []
        words += [*options.split(), os.path.join(folder, f"{codec}.{container}")]
    ffmpeg.make(*words)


class FlvCase(unittest.TestCase):
    """Needs no room, and so exists for one server only."""

    only = ("own", "it is about RTMP, not about rooms")
    server_name = "own"
    longMessage = True
    codecs = ()

    @classmethod
    def setUpClass(cls):
        cls.class_dir = os.path.join(os.environ["INTEROP_WORK"], cls.__name__)
        os.makedirs(cls.class_dir, exist_ok=True)
        place.built("gst", "rtmp", "libgstrtmp.so")
        if cls.codecs:
            make_media(cls.class_dir, cls.codecs)

    def setUp(self):
        self.logs = os.path.join(self.class_dir, self._testMethodName)
        os.makedirs(self.logs, exist_ok=True)
        signal.signal(signal.SIGALRM, _out_of_time)
        signal.alarm(TEST_DEADLINE)
        self.addCleanup(signal.alarm, 0)

    @classmethod
    def start_ffmpeg8(cls):
        found = ffmpeg.Ffmpeg8(cls.class_dir)
        cls.addClassCleanup(found.kill)
        return found

    @classmethod
    def shared(cls, name):
        """The path of a file that all tests of the class use."""
        return os.path.join(cls.class_dir, name)

    def path(self, name):
        return os.path.join(self.logs, name)

    @classmethod
    def source(cls, codec):
        return cls.shared(f"{codec}.{MEDIA[codec][1]}")

    @classmethod
    def branch(cls, codec, mux="m", track=0):
        """The part of a pipeline that brings that file to a muxer. The pad has a
        name: when the line is parsed nothing says yet which kind it is of."""
        return (
            f"filesrc location={cls.source(codec)} ! {MEDIA[codec][2]} ! queue ! "
            f"{mux}.{kind(codec)}_{track}"
        )

    @classmethod
    def frames(cls, *lines):
        """Runs a pipeline to its end: by fakesink, the frames that it got."""
        found = {}
        program = place.built("tests", "support", "frameprint")
        env = place.gst_env(cls.class_dir, GST_DEBUG="1")
        for line in ffmpeg.run([program, " ".join(lines)], env=env).splitlines():
            event = json.loads(line)
            if event["event"] == "frame":
                found.setdefault(event["sink"], []).append(event)
        return found

    def assert_same(self, before, after, moved=None):
        """The same bytes in the same order, and all times moved by the same, to
        the millisecond. Returns by how much: a file counts from its first."""
        for field in ("md5", "key"):
            self.assertEqual([f[field] for f in before], [f[field] for f in after], field)
        self.assertGreater(len(before), 9)
        if moved is None:
            moved = after[0]["pts"] - before[0]["pts"]
        for b, a in zip(before, after):
            self.assertAlmostEqual(b["pts"] + moved, a["pts"], delta=1.01)
            self.assertAlmostEqual(decoded(b) + moved, decoded(a), delta=1.01)
        return moved
