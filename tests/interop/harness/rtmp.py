# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a test of RTMP inherits: a clip, servers, publishers and players that
are not ours, and the comparison of what goes through."""

import hashlib
import json
import os

from . import ffmpeg, place
from .child import Child, called
from .flv import FlvCase
from .launch import Launch, message
from .nginx import Authority, Nginx, TlsFront, listens, wait_until
from .rtmpserver import AUDIO, DATA, VIDEO, Amf, RtmpServer

CLIP = ("h264", "aac")
TRACKS = ("h264", "aac", "h265", "opus", "av1", "ac3", "vp9", "flac", "eac3", "mp3")
# How people call them.
CLIP_NAMES = ("H.264", "AAC")
TRACKS_NAMES = (
    *CLIP_NAMES,
    *("H.265", "AV1", "VP9", "Opus", "FLAC", "AC-3", "E-AC-3", "MP3", "several tracks"),
)
# Nothing of a certificate is looked at.
ANY = "tls-validation-flags=0"


def tags(path):
    """Kind, time and bytes of what an FLV file has."""
    with open(path, "rb") as file:
        data, at = file.read(), 13
    while at < len(data):
        size = int.from_bytes(data[at + 1 : at + 4], "big")
        time = int.from_bytes(data[at + 4 : at + 7], "big") | data[at + 7] << 24
        yield data[at], time, data[at + 11 : at + 11 + size]
        at += 11 + size + 4


def messages(path):
    """Kind, time and digest of what an FLV file has of audio and video."""
    return [
        (kind, time, hashlib.md5(body).hexdigest())
        for kind, time, body in tags(path)
        if kind in (AUDIO, VIDEO)
    ]


def metadata(path):
    """What an FLV file says of itself first."""
    said = (Amf(body).all() for kind, _, body in tags(path) if kind == DATA)
    return next(values[1] for values in said if values[0] == "onMetaData")


class RtmpCase(FlvCase):
    codecs = CLIP

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clip = cls.shared("clip.flv")
        words = [word for codec in CLIP for word in ("-i", cls.source(codec))]
        ffmpeg.make(*words, "-map", "0", "-map", "1", "-c", "copy", cls.clip)
        cls.wanted = {s["codec_type"]: packets for s, packets in ffmpeg.list5(cls.clip)}
        cls.nginx = cls._with(Nginx(cls.class_dir))

    @classmethod
    def _with(cls, server):
        cls.addClassCleanup(server.stop)
        return server

    def setUp(self):
        super().setUp()
        self._children = 0
        self.name = self._testMethodName.removeprefix("test_")

    def start(self, *command, name=None, **env):
        """A program that is ended with the test."""
        self._children += 1
        name = f"{self._children}-{name or os.path.basename(command[0])}"
        child = Child(name, command, self.logs, env=place.gst_env(self.logs, **env))
        self.addCleanup(child.kill)
        return child

    def server(self, **options):
        """A scripted one, for this test."""
        server = RtmpServer(**options)
        self.addCleanup(server.stop)
        return server

    def front(self, port, names="IP:127.0.0.1"):
        """The same server behind TLS, with a certificate for @names; and the
        property with which its authority is trusted."""
        authority = Authority(self.logs)
        front = TlsFront(port, authority.certificate(names))
        self.addCleanup(front.stop)
        return front, f"ssl-ca-file={authority.path}"

    # -- Publishers: each begins at once and ends by itself. --

    def pipeline(self, line):
        return self.start(place.built("tests", "support", "frameprint"), line, GST_DEBUG="2")

    def publish_by_ffmpeg(self, url, path=None):
        return self.start(
            *(place.program("ffmpeg"), "-v", "error", "-nostdin", "-i", path or self.clip),
            *("-map", "0", "-c", "copy", "-f", "flv", url),
        )

    def publish_by_element(self, element, url, options="", path=None):
        """Of a file all of whose tracks are those of the clip. rtmp2sink takes
        whole tags only."""
        return self.pipeline(
            f"filesrc location={path or self.clip} ! rtmpdemux name=d "
            f"rtmpmux name=m streamable=true ! {element} location={url} {options} "
            "d.video_0 ! queue ! m.video_0 d.audio_0 ! queue ! m.audio_0"
        )

    def publish_file(self, url, options="", path=None):
        """The bytes of a file, in whatever pieces they come."""
        return self.pipeline(
            f"filesrc location={path or self.clip} ! rtmpsink location={url} {options}"
        )

    def refused(self, url, options, reason):
        """A publisher of ours that is: one error, with a reason."""
        line = f"filesrc location={self.clip} ! rtmpsink location={url} {options}"
        launch = Launch(f"refused-{reason}", line, self.logs, GST_DEBUG="rtmp*:5,2")
        self.addCleanup(launch.kill)
        error = launch.wait(message("error"), 30, what="error")
        self.assertEqual(reason, error["details"]["rtmp-reason"], error)
        self.assertNotIn("secret", error["text"] + error["debug"])
        launch.quit()
        self.assertEqual(1, len(launch.errors_posted()))

    def ended(self, publisher, code=0):
        self.assertEqual(code, publisher.wait_exit(60), publisher.errors()[-2000:])

    # -- Players. --

    def play_by_element(self, element, url, demux="flvdemux", pads=("video", "audio"), options=""):
        line = f"{element} location={url} {options} ! {demux} name=d"
        for pad in pads:
            line += f" d.{pad} ! queue ! fakesink sync=false async=false name={pad}"
        return self.pipeline(line)

    def play_by_ffprobe(self, url):
        return self.start(
            *(place.program("ffprobe"), "-v", "error", "-of", "json", "-show_packets"),
            *("-show_streams", "-show_data_hash", "md5", url),
        )

    def dump(self, url):
        return self.start(
            *(place.program("rtmpdump"), "--quiet", "--live", "--rtmp", url),
            *("--flv", self.path("dumped.flv")),
        )

    def libre(self, *words):
        return self.start(place.built("tests", "support", "librepeer"), *words)

    def serve_by_libre(self):
        """One that takes a publisher, or plays the clip; and where."""
        child = self.libre("serve", self.clip)
        port = child.wait(called("listening"), what="port")["port"]
        return child, f"rtmp://127.0.0.1:{port}/live/{self.name}"

    def assert_messages(self, child):
        """libre has got the clip's audio and video messages: those of a kind in
        their order, for nginx sends headers when it likes."""
        found = [(e["type"], e["time"], e["md5"]) for e in child.find(called("message"))]
        for which in (AUDIO, VIDEO):
            wanted = [message for message in messages(self.clip) if message[0] == which]
            self.assertEqual(wanted, [message for message in found if message[0] == which])

    def listen_by_ffmpeg8(self, ffmpeg8):
        """The same, one that knows Enhanced RTMP; what it will have heard."""
        port = place.free_port()
        url = f"rtmp://127.0.0.1:{port}/live/{self.name}"
        start = ffmpeg8.ask("hear", url)
        wait_until(lambda: listens(port), "listener")
        return start, url

    def listen_by_ffmpeg(self):
        """One that waits for a publisher and keeps what it sends; and where."""
        port = place.free_port()
        url = f"rtmp://127.0.0.1:{port}/live/{self.name}"
        child = self.start(
            *(place.program("ffmpeg"), "-v", "error", "-nostdin", "-listen", "1", "-i", url),
            *("-copyts", "-c", "copy", "-f", "flv", self.path("heard.flv")),
        )
        wait_until(lambda: listens(port) or child.returncode is not None, "listener")
        return child, url

    # -- What has come through. --

    def assert_all(self, found, moved=0):
        """@found: packets by kind, those of the clip."""
        for which, wanted in self.wanted.items():
            self.assert_same(wanted, found[which], moved)

    def assert_played(self, player, pads=("video", "audio"), wanted=None, loses=0):
        """Its fakesinks get all frames of the clip but so many at the end."""
        for pad in pads:
            frames = (wanted or self.wanted)[pad.split("_")[0]]
            frames = frames[: len(frames) - loses]
            player.wait(called("frame", sink=pad), 30, count=len(frames), what=f"last of {pad}")
            found = player.find(called("frame", sink=pad))
            self.assert_same(frames, found[: len(frames)] if loses else found, 0)

    def probed(self, player):
        """What ffprobe has seen, which has ended."""
        self.ended(player)
        with open(player.output, encoding="utf-8") as text:
            return ffmpeg.streams(json.load(text))

    def assert_probed(self, player, moved=0):
        """It has seen all of the clip."""
        self.assert_all({s["codec_type"]: p for s, p in self.probed(player)}, moved)

    def assert_file(self, path, moved=0):
        found = ffmpeg.list5(path)
        self.assert_all({s["codec_type"]: packets for s, packets in found}, moved)


class TracksCase(RtmpCase):
    """With one file, too, that has all codecs beside each other."""

    codecs = TRACKS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ffmpeg8 = cls.start_ffmpeg8()
        cls.tracks = cls.shared("tracks.flv")
        cls.ffmpeg8.remux(cls.tracks, *map(cls.source, TRACKS))
        cls.streams = cls.ffmpeg8.list(cls.tracks)

    def assert_streams(self, found):
        self.assertEqual(len(TRACKS), len(found))
        for (_, wanted), (_, packets) in zip(self.streams, found):
            self.assert_same(wanted, packets, 0)
