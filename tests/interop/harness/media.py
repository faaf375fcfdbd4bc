# SPDX-License-Identifier: LGPL-2.1-or-later
"""Generated media. Every picture says which one it is: the top quarter holds
its number as bars (see support/subscriber/picture.mjs), the rest one colour.
Nothing of this is kept in the tree."""

import array
import contextlib
import fcntl
import math
import os
import subprocess
import wave

from . import place

WIDTH, HEIGHT, RATE = 320, 240, 30
SAMPLE_RATE = 48000

# Y, U, V (BT.601) of colours that a codec cannot confuse, and their R, G, B.
COLOURS = {
    "red": ((81, 90, 240), (255, 0, 0)),
    "green": ((145, 54, 34), (0, 255, 0)),
    "blue": ((41, 240, 110), (0, 0, 255)),
    "grey": ((126, 128, 128), (128, 128, 128)),
}

ENCODERS = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max={gop} bitrate=1500"
    " ! video/x-h264,profile=constrained-baseline ! h264parse",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max={gop} ! h265parse",
    "vp8": "vp8enc deadline=1 cpu-used=8 keyframe-max-dist={gop} target-bitrate=1500000"
    " error-resilient=default",
    "vp9": "vp9enc deadline=1 cpu-used=8 lag-in-frames=0 keyframe-max-dist={gop}"
    " target-bitrate=1500000",
}


def check_bits(number):
    return ((number ^ (number >> 4) ^ (number >> 8)) & 0xF) ^ 0xA


def picture(number, colour, width=WIDTH, height=HEIGHT):
    """One I420 picture as bytes; `colour` is a name or Y, U, V."""
    y, u, v = COLOURS[colour][0] if isinstance(colour, str) else colour
    bits = ((number & 0xFFF) << 4) | check_bits(number & 0xFFF)
    row = bytes(235 if bits >> (15 - x * 16 // width) & 1 else 16 for x in range(width))
    top = height // 4
    luma = row * top + bytes([y]) * (width * (height - top))
    chroma = (width // 2) * (height // 2)
    return luma + bytes([u]) * chroma + bytes([v]) * chroma


def _run(line):
    command = [place.program("gst-launch-1.0"), "-q", "-e", *line.split()]
    env = dict(os.environ, GST_REGISTRY_1_0=os.path.join(place.build(), "media-registry.bin"))
    done = subprocess.run(command, capture_output=True, timeout=120, env=env, check=False)
    if done.returncode:
        raise RuntimeError(f"{line}: {done.stderr.decode(errors='replace')[-600:]}")


def _encode(path, muxer, video, audio, codec, gop):
    parts = [f"{muxer} name=m ! filesink location={path}"]
    if video:
        parts.append(
            f"filesrc location={video} ! rawvideoparse width={WIDTH} height={HEIGHT}"
            f" format=i420 framerate={RATE}/1 ! {ENCODERS[codec].format(gop=gop)} ! queue ! m."
        )
    if audio:
        parts.append(
            f"filesrc location={audio} ! rawaudioparse sample-rate={SAMPLE_RATE} num-channels=1"
            " format=pcm pcm-format=s16le ! audioconvert ! opusenc bitrate=64000 ! queue ! m."
        )
    _run(" ".join(parts))
    for raw in (video, audio):
        if raw:
            os.unlink(raw)


@contextlib.contextmanager
def making(path):
    """Gives the name to make it under, or None when it is there. Classes that
    run beside each other want the same files."""
    with open(path + ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(path):
            yield None
            return
        yield path + ".new"
        os.rename(path + ".new", path)


def _muxer(path):
    return {"mkv": "matroskamux", "mp4": "qtmux"}[path.rsplit(".", 1)[1]]


def _write_tone(path, seconds, sounding):
    """Mono samples; `sounding(t)` gives a frequency, or 0 for silence."""
    samples = array.array("h")
    for index in range(int(seconds * SAMPLE_RATE)):
        t = index / SAMPLE_RATE
        hertz = sounding(t)
        samples.append(int(12000 * math.sin(2 * math.pi * hertz * t)) if hertz else 0)
    with open(path, "wb") as out:
        samples.tofile(out)
    return path


def write_wav(path, seconds, tone):
    """`tone` in Hz for a whole number of seconds: the end fits the beginning."""
    samples = array.array(
        "h",
        (
            int(12000 * math.sin(2 * math.pi * tone * index / SAMPLE_RATE))
            for index in range(seconds * SAMPLE_RATE)
        ),
    )
    with wave.open(path, "wb") as out:
        out.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        out.writeframes(samples.tobytes())


def counted(directory, name, frames=90, codec="h264", colour="green", tone=0, gop=30):
    """A file whose frames are numbered from 0. `name` ends in .mkv or .mp4."""
    path = os.path.join(directory, name)
    with making(path) as new:
        if new:
            raw = path + ".i420"
            with open(raw, "wb") as out:
                for number in range(frames):
                    out.write(picture(number, colour))
            sound = None
            if tone:
                sound = _write_tone(path + ".s16", frames / RATE, lambda t: tone)
            _encode(new, _muxer(path), raw, sound, codec, gop)
    return path


def beep_flash(directory, name, seconds=10, codec="h264"):
    """Every second the picture is white for 100 ms while 1 kHz sounds."""
    path = os.path.join(directory, name)
    white, black = (235, 128, 128), (16, 128, 128)

    def sounds(t):
        return t >= 1 and t % 1 < 0.1

    with making(path) as new:
        if new:
            raw = path + ".i420"
            with open(raw, "wb") as out:
                for number in range(seconds * RATE):
                    out.write(picture(number, white if sounds(number / RATE) else black))
            sound = _write_tone(path + ".s16", seconds, lambda t: 1000 if sounds(t) else 0)
            _encode(new, _muxer(path), raw, sound, codec, RATE)
    return path


def near(rgb, colour, tolerance=60):
    """Whether a decoded [r, g, b] is that colour."""
    wanted = COLOURS[colour][1]
    return all(abs(a - b) <= tolerance for a, b in zip(rgb, wanted))
