# SPDX-License-Identifier: LGPL-2.1-or-later
"""rtmpsink goes on where nginx went away and came back, and where somebody else
has taken its name meanwhile."""

import os

from harness import place
from harness.launch import Launch
from harness.nginx import Nginx, wait_until
from harness.rtmp import RtmpCase, metadata, tags
from harness.rtmpserver import VIDEO

# Configuration of H.264, and a key frame of it.
CONFIG, KEY = b"\x17\0", b"\x17\x01"


class RtmpReconnect(RtmpCase):
    seconds = 12

    def setUp(self):
        super().setUp()
        self.nginx = Nginx(self.logs)
        self.addCleanup(self.nginx.stop)

    def publish_live(self, options):
        launch = Launch(
            "publisher",
            "videotestsrc is-live=true ! video/x-raw,width=128,height=96,framerate=25/1 ! "
            "x264enc tune=zerolatency key-int-max=10 ! rtmpmux ! "
            f"rtmpsink name=s location={self.nginx.url(self.name)} reconnect=lost {options}",
            self.logs,
            GST_DEBUG="rtmp*:5,2",
        )
        self.addCleanup(launch.kill)
        self.nginx.wait_publisher(self.name, launch)
        return launch

    def lose(self, launch):
        """nginx goes; the publisher has seen it."""
        start = launch.mark()
        self.nginx.stop()
        launch.wait_element("rtmp-reconnecting", 30, start, attempt=1)

    def test_nginx_comes_back(self):
        launch = self.publish_live("reconnect-delay=300")
        self.lose(launch)
        self.nginx.restart()
        self.nginx.wait_publisher(self.name, launch)
        player = self.dump(self.nginx.url(self.name))
        path = self.path("dumped.flv")
        wait_until(lambda: os.path.exists(path) and os.path.getsize(path) > 20000, "pictures")
        player.kill()
        self.assertEqual(128, metadata(path)["width"])
        video = [(time, body[:2]) for kind, time, body in tags(path) if kind == VIDEO]
        self.assertEqual([CONFIG, KEY], [head for _, head in video[:2]])
        times = [time for time, _ in video[1:]]
        self.assertEqual(sorted(set(times)), times)
        self.assertLessEqual(1, launch.get("s", "stats")["reconnects"])
        launch.quit()
        self.assertEqual([], launch.errors_posted())

    def test_name_that_is_taken_is_asked_for_again(self):
        launch = self.publish_live("reconnect-delay=1500")
        self.lose(launch)
        start = launch.mark()
        self.nginx.restart()
        other = self.start(
            *(place.program("ffmpeg"), "-v", "error", "-re", "-stream_loop", "-1"),
            *("-i", self.clip, "-c", "copy", "-f", "flv", self.nginx.url(self.name)),
        )
        self.nginx.wait_publisher(self.name, other)
        launch.wait_element("rtmp-reconnecting", 30, start, reason="busy")
        other.kill()
        launch.wait_element("rtmp-publishing", 30, start)
        launch.quit()
        self.assertEqual([], launch.errors_posted())
