# SPDX-License-Identifier: LGPL-2.1-or-later
"""gst-room-server --record: files that others can read, whatever ends them."""

import glob
import json
import os
import subprocess
import time

from harness import media
from harness.case import InteropCase, live_video
from harness.child import called

FOLDER = "recorded"
# Bytes of a picture that does not move: a second and more of it.
ENOUGH = 5000


def look_into(path):
    """What ffprobe finds: seconds, and frames of the one stream."""
    command = ["ffprobe", "-v", "error", "-count_frames", "-of", "json"]
    command += ["-show_entries", "format=duration:stream=codec_name,nb_read_frames", path]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert not done.stderr, done.stderr
    (stream,) = found["streams"]
    return float(found["format"]["duration"]), stream["codec_name"], int(stream["nb_read_frames"])


class Recording(InteropCase):
    only = ("own", "it is an option of gst-room-server")
    seconds = 15

    def start(self):
        folder = os.path.join(self.logs, FOLDER)
        os.makedirs(folder)
        self.fresh_server(options=("--record", folder))
        return folder

    def test_file_is_recorded_from_its_first_frame_to_its_last(self):
        self.start()
        source = f"filesrc location={self.counted(tone=440)} ! matroskademux name=d"
        publisher = self.publish(
            f"{source} d.video_0 ! queue ! h264parse ! r.",
            "d.audio_0 ! queue ! opusparse ! r.",
        )
        publisher.wait_eos()
        found = {}
        for number in (1, 2):
            event = self.server.child.wait(called("recorded"), count=number)
            seconds, codec, frames = look_into(event["file"])
            found[codec] = seconds, frames
        # The publisher repeats the first frame as long as it waits for others.
        self.assertGreaterEqual(found["h264"][1], 90)
        self.assertGreater(found["h264"][0], 89 / media.RATE)
        self.assertGreater(found["opus"][0], 89 / media.RATE)

    def test_server_that_ends_finishes_its_files(self):
        folder = self.start()
        self.publish(live_video())
        part = self.server.child.wait(called("recording"))["file"]
        until = time.monotonic() + 20
        while os.path.getsize(part) < ENOUGH and time.monotonic() < until:
            time.sleep(0.1)
        self.server.terminate()
        stopped = self.server.child.wait(called("stopped"))
        self.assertEqual(0, stopped["unfinished"])
        (path,) = glob.glob(f"{folder}/*")
        self.assertTrue(path.endswith(".mkv"), path)
        seconds, codec, frames = look_into(path)
        self.assertEqual("h264", codec)
        self.assertGreater(frames, 5)
        self.assertGreater(seconds, frames / media.RATE / 2)
