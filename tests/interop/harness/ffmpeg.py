# SPDX-License-Identifier: LGPL-2.1-or-later
"""FFmpeg: Debian's 5.1, which knows all that came before Enhanced RTMP, and
8.1 from npm, which knows that."""

import json
import subprocess

from . import place
from .child import Child

PATIENCE = 60


def run(command, env=None):
    """A program to its end; what it printed."""
    done = subprocess.run(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    if done.returncode != 0:
        said = f"{done.stdout[-800:]}{done.stderr[-2000:]}"
        raise AssertionError(f"{done.returncode} from {' '.join(command)}\n{said}")
    return done.stdout


def make(*words):
    """Has 5.1 make files."""
    run([place.program("ffmpeg"), "-v", "error", "-nostdin", "-y", *words])


def list5(url):
    """By stream: its packets, as 5.1 reads them."""
    text = run(
        [
            *(place.program("ffprobe"), "-v", "error", "-of", "json"),
            *("-show_packets", "-show_streams", "-show_data_hash", "md5", url),
        ]
    )
    return streams(json.loads(text))


def streams(found):
    """What ffprobe says, by stream."""
    sorted_out = [(stream, []) for stream in found["streams"]]
    for packet in found["packets"]:
        sorted_out[packet["stream_index"]][1].append(
            {
                "pts": 1000 * float(packet["pts_time"]) if "pts_time" in packet else None,
                "dts": 1000 * float(packet["dts_time"]) if "dts_time" in packet else None,
                "key": packet["flags"].startswith("K"),
                "md5": packet["data_hash"].split(":")[1],
            }
        )
    return sorted_out


class Ffmpeg8(Child):
    """One process of 8.1, for many files."""

    def __init__(self, log_dir, name="ffmpeg8"):
        super().__init__(name, place.ffmpeg8(), log_dir)

    def ask(self, *words):
        """Has it begin; where its answer starts."""
        start = self.mark()
        self.tell(json.dumps(words))
        return start

    def answer(self, start):
        """The events of the answer, which is waited for."""
        end = self.wait(
            lambda event: event["event"] in ("done", "failed"), PATIENCE, start, what="answer"
        )
        if end["event"] == "failed":
            raise AssertionError(f"{self.name}: {end['text']}\n{self.errors()[-800:]}")
        return self.find(lambda event: event["event"] in ("stream", "packet"), start)

    def list(self, url):
        """By stream: its description, and its packets."""
        return self.listed(self.ask("list", url))

    def listed(self, start):
        """The same of what was asked for before."""
        found = []
        for event in self.answer(start):
            if event["event"] == "stream":
                found.append((event, []))
            # Of a header between frames it makes an empty one.
            elif event["size"] > 0:
                found[event["stream"]][1].append(event)
        return found

    def remux(self, target, *sources):
        self.answer(self.ask("remux", target, *sources))
