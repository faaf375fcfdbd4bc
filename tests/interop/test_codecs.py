# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every codec that the element takes, decoded by a foreign subscriber."""

from harness import media
from harness.case import InteropCase, live_audio, live_video
from harness.child import called


class Codecs(InteropCase):
    def _video(self, codec, colour="blue", branch=None):
        subscriber = self.subscriber("--grid", "1x2")
        launch = self.publish(branch or live_video(colour, codec))
        track = subscriber.wait_track(kind="video")
        self.assertEqual(f"video/{codec}", track["mime"].lower())
        self.assertEqual((320, 240), (track["width"], track["height"]))
        frame = subscriber.wait_frames(30)
        self.assertColour(frame["grid"][1][0], colour)
        self.assertEqual((320, 240), (frame["width"], frame["height"]))
        published = launch.wait_element("room-track-published", pad="video_0")
        self.assertEqual(codec.upper(), published["codec"])
        self.assertEqual("video", published["kind"])
        self.assertEqual((320, 240), (published["width"], published["height"]))
        launch.quit()

    def _audio(self, branch, mime, channels=1):
        subscriber = self.subscriber("--tones", "440,880")
        launch = self.publish(branch)
        track = subscriber.wait_track(kind="audio")
        self.assertEqual(mime, track["mime"].lower())
        subscriber.wait_tone(880)
        published = launch.wait_element("room-track-published", pad="audio_0")
        self.assertEqual(channels, published["channels"])
        self.assertEqual("audio", published["kind"])
        launch.quit()

    def test_h264_is_decoded(self):
        self._video("h264")

    def test_h264_as_avc_without_parameter_sets_in_band_is_decoded(self):
        branch = live_video("green", "h264").replace(
            "! queue", "! video/x-h264,stream-format=avc ! queue"
        )
        self._video("h264", "green", branch)

    def test_h264_of_a_plain_x264enc_is_made_decodable(self):
        # videotestsrc alone would choose a 4:4:4 format; the pad's caps must
        # hold the encoder to what subscribers decode.
        subscriber = self.subscriber()
        launch = self.publish(
            "videotestsrc is-live=true ! x264enc tune=zerolatency speed-preset=ultrafast ! r."
        )
        subscriber.wait_frames(10)
        launch.quit()

    def test_vp8_is_decoded(self):
        self._video("vp8")

    def test_vp9_is_decoded(self):
        self._video("vp9", "red")

    def test_h265_is_announced_and_flows(self):
        # The subscriber has no decoder for it: what arrived at the server and
        # what left the element must do.
        before = self.server.received_bytes()
        subscriber = self.subscriber()
        launch = self.publish(live_video("blue", "h265"))
        track = subscriber.wait_track(event="track-published", kind="video")
        self.assertEqual("video/h265", track["mime"].lower())
        self.assertEqual("H265", launch.wait_element("room-track-published")["codec"])
        self.server.wait_received(before + 5000)
        self.assertEqual([], launch.errors_posted())
        launch.quit()

    def test_opus_is_decoded(self):
        self._audio(live_audio(880), "audio/opus")

    def test_opus_stereo_is_decoded_and_its_channels_are_told(self):
        self._audio(live_audio(880, channels=2), "audio/opus", channels=2)

    def test_pcmu_is_decoded(self):
        self._audio(live_audio(880, "mulawenc"), "audio/pcmu")

    def test_pcma_is_decoded(self):
        self._audio(live_audio(880, "alawenc"), "audio/pcma")

    def test_different_codecs_share_one_connection(self):
        subscriber = self.subscriber("--grid", "1x2", "--tones", "440,880")
        launch = self.publish(
            live_video("red", "h264", "video_0"),
            live_video("green", "vp8", "video_1"),
            live_video("blue", "vp9", "video_2"),
            live_audio(440, "opusenc", "audio_0"),
            live_audio(880, "mulawenc", "audio_1"),
        )
        for name, colour in (("video_0", "red"), ("video_1", "green"), ("video_2", "blue")):
            frame = subscriber.wait_frames(5, name=name)
            self.assertColour(frame["grid"][1][0], colour)
        subscriber.wait_tone(440, name="audio_0")
        subscriber.wait_tone(880, name="audio_1")
        launch.quit()

    def test_change_of_size_reaches_the_subscriber(self):
        subscriber = self.subscriber("--every", "0")
        line = (
            "videotestsrc is-live=true ! videoscale ! capsfilter name=c"
            " caps=video/x-raw,format=I420,width=320,height=240,framerate=30/1"
            f" ! {media.ENCODERS['vp8'].format(gop=600)} ! queue ! r."
        )
        launch = self.publish(line)
        subscriber.wait_frames(1, where=lambda e: e["width"] == 320)
        launch.set("c", "caps", "video/x-raw,format=I420,width=640,height=480,framerate=30/1")
        subscriber.wait(called("video", width=640, height=480), 10)
        launch.quit()
