# SPDX-License-Identifier: LGPL-2.1-or-later
"""RTMP into a room: the line of the documentation takes what is published to
nginx, and a subscriber decodes it."""

import re

from harness import media, place
from harness.case import InteropCase
from harness.child import Child, called
from harness.launch import Launch
from harness.lines import documented
from harness.nginx import Nginx

# Who goes where.
PLACE = re.compile("(url|api-key|api-secret|room|identity)=")


class RtmpRoom(InteropCase):
    seconds = 12

    def _publish_by_ffmpeg(self, url):
        path = self.counted("rtmp.mkv", frames=6 * media.RATE, tone=440)
        command = [place.program("ffmpeg"), "-v", "error", "-nostdin", "-re", "-i", path]
        command += ["-c:v", "copy", "-c:a", "aac", "-f", "flv", url]
        return self._keep(Child("ffmpeg", command, self.logs))

    def _line(self, url):
        """What is documented, however often, from here to there."""
        options = f"url={self.server.url} token={self.token('publisher')}"
        here = {"roompublish": f"roompublish {options}"}
        found = [
            " ".join(
                f"location={url}" if word.startswith("location=") else here.get(word, word)
                for word in words
                if not PLACE.match(word)
            )
            for _, words in documented()
            if {"rtmpsrc", "roompublish"} <= set(words)
        ]
        self.assertGreater(len(found), 1)
        self.assertEqual(1, len(set(found)), found)
        return found[0]

    def test_what_ffmpeg_publishes_is_decoded(self):
        nginx = Nginx(self.logs)
        self.addCleanup(nginx.stop)
        subscriber = self.subscriber("--bars", "--tones", "440")
        launch = self._keep(Launch("rtmp", self._line(nginx.url("x")), self.logs))
        nginx.wait_player("x", launch)
        self._publish_by_ffmpeg(nginx.url("x"))
        subscriber.wait_frames(2 * media.RATE, where=lambda e: e["number"] is not None)
        subscriber.wait_tone(440)
        numbers = [e["number"] for e in subscriber.find(called("video")) if e["number"] is not None]
        self.assertEqual(sorted(numbers), numbers)
        self.assertGreater(len(set(numbers)), 0.75 * (numbers[-1] - numbers[0] + 1), numbers)
        launch.wait_eos()
        subscriber.wait(called("participant-left"), 10)
        self.assertEqual([], launch.errors_posted())
        launch.quit()
