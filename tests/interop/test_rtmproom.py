# SPDX-License-Identifier: LGPL-2.1-or-later
"""RTMP into a room: one line takes what is published to nginx, and a subscriber
decodes it."""

from harness import media, place
from harness.case import InteropCase
from harness.child import Child, called
from harness.nginx import Nginx


class RtmpRoom(InteropCase):
    seconds = 12

    def _publish_by_ffmpeg(self, url):
        path = self.counted("rtmp.mkv", frames=6 * media.RATE, tone=440)
        command = [place.program("ffmpeg"), "-v", "error", "-nostdin", "-re", "-i", path]
        command += ["-c:v", "copy", "-c:a", "aac", "-f", "flv", url]
        return self._keep(Child("ffmpeg", command, self.logs))

    def test_what_ffmpeg_publishes_is_decoded(self):
        nginx = Nginx(self.logs)
        self.addCleanup(nginx.stop)
        subscriber = self.subscriber("--bars", "--tones", "440")
        launch = self.publish(
            f"rtmpsrc location={nginx.url('x')} ! rtmpdemux name=d",
            "d.video_0 ! queue ! h264parse ! r.video_0",
            "d.audio_0 ! queue ! avdec_aac ! audioconvert ! audioresample ! opusenc ! r.audio_0",
        )
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
