#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a room server, a publisher and a subscriber, and tells what arrives.

Called by scripts/demo, which has built everything.
"""

import argparse
import ctypes
import json
import math
import os
import pathlib
import queue
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / 'build-demo'
SUBSCRIBER = ROOT / 'tests' / 'support' / 'subscriber' / 'subscriber.mjs'

ROOM = 'demo'
KEY, SECRET = 'demo', 'a-secret-for-this-demonstration-only'
# How long the first decoded frame may take before something must be wrong.
PATIENCE = 20

SERVER = '''\
port: {port}
bind_addresses: ["127.0.0.1"]
keys:
  {key}: {secret}
logging:
  level: info
rtc:
  node_ip: 127.0.0.1
  use_external_ip: false
  enable_loopback_candidate: true
  tcp_port: {tcp}
  udp_port: {udp}
  stun_servers: ["127.0.0.1:9"]
'''

PICTURE = (
    'videotestsrc is-live=true pattern=smpte'
    ' ! video/x-raw,width=1280,height=720,framerate=30/1'
    ' ! videoconvert')
TONE = 'audiotestsrc is-live=true freq=440 volume=0.2'
H264 = ('x264enc tune=zerolatency speed-preset=veryfast bitrate=2500'
        ' key-int-max=60')
OPUS = 'audioconvert ! audioresample ! opusenc'


class Failed(Exception):
    """Something went wrong; the text is for the person."""


def say(text):
    print(f'demo: {text}', flush=True)


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def die_with_parent():
    # PR_SET_PDEATHSIG: even a killed demo leaves nothing behind.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Programs:
    """The processes of the demo: started here, and all ended here."""

    def __init__(self, folder):
        self.folder = folder
        self.running = []

    def start(self, name, words, env=None, **more):
        with open(self.folder / f'{name}.log', 'w', encoding='utf-8') as log:
            more.setdefault('stdout', log)
            # A session of its own: Ctrl-C is for us, we tell the others.
            process = subprocess.Popen(
                words, stderr=log, env={**os.environ, **(env or {})},
                start_new_session=True, preexec_fn=die_with_parent, **more)
        process.name = name
        self.running.append(process)
        return process

    def log_of(self, name, lines=15):
        text = (self.folder / f'{name}.log').read_text(errors='replace')
        return '\n'.join(text.rstrip().split('\n')[-lines:])

    def stop(self):
        """The last one started goes first. Publisher and subscriber may
        say goodbye; the server would wait for its rooms."""
        for process in reversed(self.running):
            if process.stdin:
                process.stdin.close()
            if process.poll() is None and process.name != 'server':
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    say(f'the {process.name} had to be killed')
            if process.poll() is None:
                process.kill()
                process.wait()
        self.running = []


def start_server(programs):
    """The URL of a room server on free ports of this machine."""
    for _ in range(3):
        port = free_port()
        config = programs.folder / 'server.yaml'
        config.write_text(SERVER.format(
            port=port, tcp=free_port(), udp=free_port(socket.SOCK_DGRAM),
            key=KEY, secret=SECRET))
        server = programs.start('server', ['livekit-server', '--config',
                                           str(config)])
        end = time.monotonic() + 20
        while time.monotonic() < end and server.poll() is None:
            try:
                opener = urllib.request.build_opener(
                    urllib.request.ProxyHandler({}))
                with opener.open(f'http://127.0.0.1:{port}', timeout=2):
                    return f'ws://127.0.0.1:{port}'
            except urllib.error.HTTPError:
                return f'ws://127.0.0.1:{port}'
            except OSError:
                time.sleep(0.05)
        # Somebody may have taken one of the ports: once more.
    raise Failed(f"the room server does not start:\n{programs.log_of('server')}")


def kinds_in(file):
    """Which of video and audio are in the media file."""
    done = subprocess.run(['gst-discoverer-1.0', str(file)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    found = set(re.findall(r'^\s*(video|audio)(?: #\d+)?:', done.stdout, re.M))
    if not found:
        raise Failed(f'no video and no audio in {file}:\n{done.stdout}')
    return found


def describe(file):
    """What to publish: a launch line, and the kinds of track in it."""
    room = (f'roompublish name=room room={ROOM} identity=publisher'
            ' video_0::track-name=picture audio_0::track-name=sound')
    if file is None:
        return (f'{room}  {PICTURE} ! {H264} ! room.video_0'
                f'  {TONE} ! {OPUS} ! room.audio_0'), {'video', 'audio'}
    kinds = kinds_in(file)
    if 'audio' not in kinds:
        room = room.replace(' audio_0::track-name=sound', '')
    if 'video' not in kinds:
        room = room.replace(' video_0::track-name=picture', '')
    line = f'{room}  filesrc location={shlex.quote(str(file))}' \
        ' ! decodebin name=file'
    if 'video' in kinds:
        line += f'  file. ! queue ! videoconvert ! {H264} ! room.video_0'
    if 'audio' in kinds:
        line += f'  file. ! queue ! {OPUS} ! room.audio_0'
    return line, kinds


def start_publisher(programs, url, line):
    env = {
        'LIVEKIT_URL': url,
        'LIVEKIT_API_KEY': KEY,
        'LIVEKIT_API_SECRET': SECRET,
        'GST_PLUGIN_PATH': str(BUILD / 'gst' / 'room'),
        'GST_REGISTRY': str(BUILD / 'registry.bin'),
        'no_proxy': '127.0.0.1,localhost',
    }
    return programs.start('publisher', ['gst-launch-1.0', '-e',
                                        *shlex.split(line)], env,
                          stdin=subprocess.DEVNULL)


def start_subscriber(programs, url):
    """The subscriber and the queue of what it says."""
    process = programs.start(
        'subscriber', ['node', str(SUBSCRIBER), '--url', url, '--api-key',
                       KEY, '--api-secret', SECRET, '--room', ROOM,
                       '--identity', 'viewer', '--every', '0', '--summary',
                       '1', '--audio-every', '500'],
        {'no_proxy': '127.0.0.1,localhost'}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True)
    said = queue.Queue()

    def read():
        for text in process.stdout:
            # Its library logs on the same stream, as JSON or not.
            try:
                event = json.loads(text)
            except ValueError:
                continue
            if 'event' in event:
                said.put(event)
        said.put({'event': 'gone'})

    threading.Thread(target=read, daemon=True).start()
    return process, said


class Viewer:
    """What the subscriber has seen so far, told in words."""

    def __init__(self, kinds, start):
        self.kinds = kinds
        self.start = start
        self.frames = 0
        self.size = ''
        self.heard = 0
        self.level = None
        self.tracks = {}

    def stamp(self):
        return f'  {time.monotonic() - self.start:5.1f} s  '

    def decibels(self):
        if not self.level:
            return 'is silent'
        return f'{20 * math.log10(self.level / 32768):.0f} dB'

    def arrived(self):
        return (('video' not in self.kinds or self.frames > 0)
                and ('audio' not in self.kinds or self.heard > 0))

    def take(self, event):
        what = event['event']
        if what == 'track-published':
            self.tracks[event['sid']] = event['kind']
            print(f"{self.stamp()}the room has the {event['kind']} track "
                  f"\"{event['name']}\" ({event.get('mime') or 'no codec'})",
                  flush=True)
        elif what == 'video' and event['frame'] == 1:
            self.frames = 1
            print(f'{self.stamp()}first frame decoded at the other end',
                  flush=True)
        elif what == 'audio':
            self.heard = event['loud_frames']
            self.level = event['rms']
        elif what == 'track-unpublished':
            # From now on it would be a black picture.
            self.tracks.pop(event['sid'], None)
            print(f"{self.stamp()}the {event['kind']} track has ended",
                  flush=True)
        elif what == 'summary':
            self.take_summary(event['tracks'])
        elif what == 'connect-failed':
            raise Failed(f"the subscriber cannot join: {event['text']}")

    def take_summary(self, tracks):
        parts = []
        for track in tracks:
            kind = self.tracks.get(track['sid'])
            if kind == 'video' and track['frames']:
                self.frames = track['frames']
                parts.append(f"video {track['frames']} frames decoded, "
                             f"{track['size']}, {track['rate']:.0f}/s")
            elif kind == 'audio' and self.heard:
                parts.append(f'sound {self.decibels()}')
        if parts:
            print(f"{self.stamp()}{'   '.join(sorted(parts, reverse=True))}",
                  flush=True)


def watch(options, programs, publisher, said, viewer):
    end = time.monotonic() + options.seconds
    hopeless = time.monotonic() + PATIENCE
    while options.keep or time.monotonic() < end:
        try:
            event = said.get(timeout=0.2)
        except queue.Empty:
            event = {'event': 'nothing'}
        if event['event'] == 'gone':
            raise Failed('the subscriber has ended:\n'
                         + programs.log_of('subscriber'))
        viewer.take(event)
        if publisher.poll() is not None and said.empty():
            if publisher.returncode != 0:
                raise Failed('the publisher has failed:\n'
                             + programs.log_of('publisher'))
            say('the file is at its end')
            return
        if not viewer.arrived() and time.monotonic() > hopeless:
            raise Failed(f'nothing has arrived in {PATIENCE} s. The publisher '
                         'says:\n' + programs.log_of('publisher'))


def run(options, programs):
    for name in ('livekit-server', 'node', 'gst-launch-1.0'):
        if not shutil.which(name):
            raise Failed(f'{name} is missing: run scripts/setup demo')
    file = pathlib.Path(options.file).resolve() if options.file else None
    if file and not file.is_file():
        raise Failed(f'no file {options.file}')
    line, kinds = describe(file)
    url = start_server(programs)
    say(f'a room server listens at {url}')
    subscriber, said = start_subscriber(programs, url)
    end = time.monotonic() + PATIENCE
    while True:
        event = said.get(timeout=max(end - time.monotonic(), 0.1))
        if event['event'] == 'connected':
            break
        if event['event'] in ('gone', 'connect-failed'):
            raise Failed('the subscriber cannot join:\n'
                         + programs.log_of('subscriber'))
    say(f'a subscriber waits in the room "{ROOM}". Publishing with')
    print('\n    gst-launch-1.0 ' + line.replace('  ', ' \\\n        ')
          + '\n', flush=True)
    start = time.monotonic()
    publisher = start_publisher(programs, url, line)
    viewer = Viewer(kinds, start)
    try:
        watch(options, programs, publisher, said, viewer)
    except KeyboardInterrupt:
        print()
    if not viewer.arrived():
        raise Failed('not all that was published has arrived')
    words = []
    if 'video' in kinds:
        words.append(f'{viewer.frames} video frames decoded')
    if 'audio' in kinds:
        words.append('sound heard')
    say(f"it works: {' and '.join(words)} at the other end of the room")


def main():
    parser = argparse.ArgumentParser(prog='scripts/demo')
    parser.add_argument('file', nargs='?', metavar='FILE')
    parser.add_argument('--seconds', type=float, default=10)
    parser.add_argument('--keep', action='store_true')
    parser.add_argument('--no-setup', action='store_true')
    options = parser.parse_args()

    def ended(number, frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGHUP, ended)
    folder = pathlib.Path(tempfile.mkdtemp(prefix='gst-room-demo-'))
    programs = Programs(folder)
    try:
        run(options, programs)
        return 0
    except KeyboardInterrupt:
        return 130
    except (Failed, queue.Empty) as error:
        say(str(error) or 'the subscriber does not answer')
        return 1
    finally:
        programs.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    sys.exit(main())
