# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files: nothing of the head or the tail is lost, and time is right."""

import statistics
import time

from harness import media
from harness.case import InteropCase, file_source
from harness.child import called


def number_of(event):
    return event.get("number")


def behind(events):
    """How far frames are shown behind the first frame's time, in ms."""
    return statistics.median(e["mono"] - number_of(e) * 1000 / media.RATE for e in events if number_of(e))


class Files(InteropCase):
    def _whole(self, path, demuxer, parser, frames=90):
        subscriber = self.subscriber("--bars")
        launch = self.publish(file_source(path, demuxer, parser))
        subscriber.wait_frames(1)
        launch.wait_eos()
        subscriber.wait(called("participant-left"), 5)
        numbers = [number_of(e) for e in subscriber.find(called("video"))]
        self.assertEqual(0, numbers[0], f"first frames {numbers[:5]}")
        self.assertEqual(frames - 1, numbers[-1], f"last frames {numbers[-5:]}")
        self.assertGreater(len(set(numbers)), 0.95 * frames, numbers)
        self.assertEqual(sorted(numbers), numbers)
        launch.quit()
        return subscriber

    def test_matroska_with_h264_is_whole(self):
        self._whole(self.counted("h264.mkv"), "matroskademux", "h264parse")

    def test_mp4_with_h264_is_whole(self):
        self._whole(self.counted("h264.mp4"), "qtdemux", "h264parse")

    def test_matroska_without_a_parser_is_whole(self):
        self._whole(self.counted("h264.mkv"), "matroskademux", "identity")

    def test_matroska_with_vp8_is_whole(self):
        self._whole(self.counted("vp8.mkv", codec="vp8"), "matroskademux", "identity")

    def test_matroska_with_vp9_is_whole(self):
        self._whole(self.counted("vp9.mkv", codec="vp9"), "matroskademux", "identity")

    def test_file_of_one_frame_is_shown(self):
        path = self.counted("one.mkv", frames=1)
        subscriber = self.subscriber("--bars")
        launch = self.publish(file_source(path, "matroskademux"))
        self.assertEqual(0, number_of(subscriber.wait_frames(1)))
        launch.wait_eos(10)
        launch.quit()

    def test_file_plays_in_real_time(self):
        path = self.counted("long.mkv", frames=150, tone=440)
        subscriber = self.subscriber("--bars")
        launch = self.publish(file_source(path, "matroskademux", audio="opusparse"))
        launch.wait_eos()
        frames = subscriber.find(lambda e: e["event"] == "video" and e["number"] is not None)
        span = (frames[-1]["mono"] - frames[0]["mono"]) / 1000
        played = (frames[-1]["number"] - frames[0]["number"]) / media.RATE
        self.assertAlmostEqual(played, span, delta=0.5)
        launch.quit()

    def test_subscriber_that_is_late_costs_no_more_than_the_wait(self):
        path = self.counted("h264.mkv")
        launch = self.publish(
            file_source(path, "matroskademux"), options="wait-for-subscriber=1000"
        )
        launch.wait_element("room-track-published")
        before = time.monotonic()
        launch.wait_eos()
        took = time.monotonic() - before
        self.assertGreater(took, 2.5, "a file without a subscriber is still played in real time")
        self.assertLess(took, 3 + 1 + 2.5)
        launch.quit()

    def test_waiting_for_a_subscriber_can_be_switched_off(self):
        path = self.counted("h264.mkv")
        launch = self.publish(file_source(path, "matroskademux"), options="wait-for-subscriber=0")
        launch.wait_element("room-track-published")
        before = time.monotonic()
        launch.wait_eos()
        self.assertLess(time.monotonic() - before, 3 + 1.5)
        launch.quit()

    def test_file_pauses_and_resumes_where_it_was(self):
        path = self.counted("long.mkv", frames=150, tone=440)
        subscriber = self.subscriber("--bars")
        launch = self.publish(file_source(path, "matroskademux", audio="opusparse"))
        subscriber.wait_frames(1, where=lambda e: (e["number"] or 0) >= 30)
        launch.state("paused")
        stopped = time.monotonic() * 1000
        time.sleep(0.5)  # what is under way may still arrive
        start = subscriber.mark()
        subscriber.stays_without(called("video"), 1.5, start, "frame while paused")
        before = subscriber.find(called("video"))
        launch.state("playing")
        went_on = time.monotonic() * 1000
        after = subscriber.wait_frames(1, 5, start)
        self.assertLessEqual(after["number"] - before[-1]["number"], 5)
        launch.wait_eos()
        subscriber.wait(called("participant-left"), 5)
        rest = subscriber.find(called("video"))[len(before) :]
        self.assertEqual(149, number_of(rest[-1]), "the last frame")
        # To the subscriber the pause was a gap, not a late packet.
        later = behind(rest) - behind(before) - (went_on - stopped)
        self.assertLess(abs(later), 100, "ms that the subscriber plays later than before")
        launch.quit()

    def test_file_goes_on_from_where_it_is_sought(self):
        path = self.counted("sought.mkv", frames=300, tone=440)
        subscriber = self.subscriber("--bars", "--tones", "440")
        launch = self.publish(file_source(path, "matroskademux", audio="opusparse"))
        subscriber.wait_frames(1, where=lambda e: (e["number"] or 0) >= 20)
        # Forth and back; every second a key frame.
        for seconds, lowest, highest in ((6, 180, 200), (2, 60, 80)):
            start = subscriber.mark()
            launch.seek(seconds)
            sought = subscriber.wait_frames(
                1, 10, start, where=lambda e: lowest <= (e["number"] or 0) <= highest
            )
            start = subscriber.mark()
            subscriber.wait_frames(30, 10, start, where=lambda e: e["number"] is not None)
            subscriber.wait_tone(440, 10, start)
            shown = subscriber.find(called("video"), start)
            numbers = [number_of(e) for e in shown if number_of(e) is not None]
            self.assertTrue(all(number >= sought["number"] for number in numbers[:30]), numbers)
            self.assertEqual(sorted(numbers), numbers)
        launch.seek(9)
        launch.wait_eos(15)
        subscriber.wait(called("participant-left"), 5)
        frames = subscriber.find(called("video"))
        self.assertGreaterEqual(number_of(frames[-1]), 290)
        times = [event["timestamp_us"] for event in frames]
        self.assertEqual(sorted(times), times)
        self.assertEqual([], launch.errors_posted())
        launch.quit()

    def test_lips_are_in_sync(self):
        path = media.beep_flash(self.media_dir(), "flash.mkv", seconds=12)
        subscriber = self.subscriber("--brightness", "--audio-every", "0")
        launch = self.publish(file_source(path, "matroskademux", audio="opusparse"))
        launch.wait_eos()
        flashes, dark = [], True
        for event in subscriber.find(called("video")):
            bright = event["brightness"] > 120
            if bright and dark:
                flashes.append(event["mono"])
            dark = not bright
        beeps = [e["mono"] + e["offset_ms"] for e in subscriber.find(called("beep"))]
        self.assertGreater(len(flashes), 8)
        self.assertGreater(len(beeps), 8)
        errors = [min((flash - beep for beep in beeps), key=abs) for flash in flashes]
        # The subscriber needs a few seconds until it has matched its streams.
        settled = errors[4:]
        # Within what nobody notices (ITU-R BT.1359): a busy subscriber plays sound late.
        median = statistics.median(settled)
        self.assertGreater(median, -125, f"ms, sound later is negative: {errors}")
        self.assertLess(median, 45, f"ms, sound later is negative: {errors}")
        launch.quit()
