# SPDX-License-Identifier: LGPL-2.1-or-later
"""The launch lines of the documentation that publish and play RTMP do so: each
is taken from where it stands and run, with a server of this machine in the
place of the one it names."""

import re

from harness.child import called
from harness.lines import documented
from harness.rtmp import RtmpCase

URL = re.compile(r"location=(rtmps?)://([^@/]+@)?[^/]+/")
# What would not end, or is not there.
SHORTER = {
    "videotestsrc": ["videotestsrc", "num-buffers=50"],
    "audiotestsrc": ["audiotestsrc", "num-buffers=80"],
    "v4l2src": ["videotestsrc", "num-buffers=50", "is-live=true"],
}


def about_rtmp():
    """Those about RTMP alone."""
    for path, words in documented():
        if {"rtmpsink", "rtmpsrc"} & set(words) and "roompublish" not in words:
            yield path, words


class RtmpLines(RtmpCase):
    seconds = 20

    def setUp(self):
        super().setUp()
        self.tls, self.trusted = self.front(self.nginx.port)

    def here(self, words):
        """The same line, with what there is on this machine."""
        for word in words:
            if found := URL.match(word):
                secure = found[1] == "rtmps"
                port = self.tls.port if secure else self.nginx.port
                yield URL.sub(rf"location=\1://\g<2>127.0.0.1:{port}/", word)
                if secure:
                    yield self.trusted
            elif re.fullmatch(r"location=[\w.]+\.flv", word):
                yield f"location={self.clip}"
            elif word in ("autovideosink", "autoaudiosink"):
                yield f"fakesink name={word}"
            else:
                yield from SHORTER.get(word, [word])

    def stream(self, words):
        (url,) = (word for word in words if "://" in word)
        application, name = url.partition("://")[2].split("/")[1:3]
        return self.nginx.url(name, application), name

    def published(self, words):
        """What a line publishes arrives at a player that is not ours."""
        url, name = self.stream(words)
        player = self.play_by_ffprobe(url)
        self.nginx.wait_player(name, player)
        self.ended(self.pipeline(" ".join(words)))
        found = {stream["codec_name"]: packets for stream, packets in self.probed(player)}
        for codec, packets in found.items():
            self.assertGreater(len(packets), 10, codec)
        return found

    def played(self, words):
        """What is published by FFmpeg is seen by a line that plays."""
        url, name = self.stream(words)
        player = self.pipeline(" ".join(words))
        self.nginx.wait_player(name, player)
        self.ended(self.publish_by_ffmpeg(url))
        self.ended(player)
        for which in ("autovideosink", "autoaudiosink"):
            frames = player.find(called("frame", sink=which))
            self.assertGreater(len(frames), 10, which)

    def test_documented_lines_publish_and_play(self):
        published = 0
        for number, (path, words) in enumerate(about_rtmp()):
            words = list(self.here(words))
            with self.subTest(path=path, line=" ".join(words)):
                # A player of one line is not to be taken for that of another.
                words = [re.sub(r"(://[^/]+/\w+/\w+)", rf"\g<1>{number}", w) for w in words]
                if "rtmpsrc" in words:
                    self.played(words)
                else:
                    self.assertIn("h264", self.published(words))
                    published += 1
        self.assertGreater(published, 4)
