#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs gst-publisher, which runs a room of its own, and shows the room.

Called by scripts/demo, which has built everything.
"""

import argparse
import ctypes
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / 'build-demo'
VISIT = ROOT / 'tests' / 'support' / 'browser' / 'visit.mjs'

# How long --check waits for picture and sound: a busy machine takes its time.
PATIENCE = 60
# Longer than a stop of gst-publisher can take.
STOP_TIME = 10

HERTZ = 440
PICTURE = (
    'videotestsrc is-live=true pattern=smpte'
    ' ! video/x-raw,width=1280,height=720,framerate=30/1'
    ' ! videoconvert').split()
TONE = f'audiotestsrc is-live=true freq={HERTZ} volume=0.2'.split()
H264 = ('x264enc tune=zerolatency speed-preset=veryfast bitrate=2500'
        ' key-int-max=60').split()
OPUS = 'audioconvert ! audioresample ! opusenc'.split()
# More than that is not encoded in time everywhere.
SMALLER = ('videoscale ! video/x-raw,width=[2,1280],height=[2,720],'
           'pixel-aspect-ratio=1/1 !').split()

# The upper part of videotestsrc's bars, from left to right.
BARS = ((255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0),
        (255, 0, 255), (255, 0, 0), (0, 0, 255))
# Of a colour on its way through encoder, browser and canvas.
TOLERANCE = 60

STREAM = re.compile(r'^\s*(video|audio) #\d+: (\S+?)(?:, (.*))?$', re.M)
# Of a file with nothing but samples in it the file is told, not the stream.
RAW_FILES = ('audio/x-wav', 'audio/x-aiff', 'audio/x-au')
FIELD = re.compile(r'([a-z-]+)=(?:\([a-z]+\))?([^,;]+)')


class Failed(Exception):
    """Something went wrong; the text is for the person."""


def say(text):
    print(f'demo: {text}', flush=True)


def die_with_parent():
    # PR_SET_PDEATHSIG: even a killed demo leaves nothing behind.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Programs:
    """The processes of the demo: started here, and all ended here."""

    def __init__(self, folder):
        self.folder = folder
        self.running = []

    def start(self, name, words, env=None):
        with open(self.folder / f'{name}.log', 'w', encoding='utf-8') as log:
            # A session of its own: Ctrl-C is for us, we tell the others.
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=log, text=True, env={**os.environ, **(env or {})},
                start_new_session=True, preexec_fn=die_with_parent)
        process.name = name
        self.running.append(process)
        return process

    def log_of(self, name, lines=15):
        text = (self.folder / f'{name}.log').read_text(errors='replace')
        return '\n'.join(text.rstrip().split('\n')[-lines:])

    def stop(self):
        """The last one started goes first."""
        for process in reversed(self.running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(STOP_TIME)
                except subprocess.TimeoutExpired:
                    say(f'{process.name} had to be killed')
                    process.kill()
                    process.wait()
            process.stdout.close()
        self.running = []


def find_streams(file):
    """The first video and the first audio stream of a media file: by its
    kind, the format and its fields."""
    done = subprocess.run(
        ['gst-discoverer-1.0', '-v', str(file)], text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, 'LC_ALL': 'C.UTF-8'})
    found = {}
    for kind, name, fields in STREAM.findall(done.stdout):
        name = 'audio/x-raw' if name in RAW_FILES else name
        found.setdefault(kind, (name, dict(FIELD.findall(fields or ''))))
    if not found:
        raise Failed(f'no video and no audio in {file}:\n{done.stdout}')
    return found


def fits(name, fields):
    """Whether a browser takes the stream as it is. H.264 of other profiles may
    have frames out of their order, which WebRTC does not know."""
    if name == 'video/x-h264':
        return 'baseline' in fields.get('profile', '')
    if name == 'video/x-vp9':
        return fields.get('profile', '0') == '0'
    if name == 'audio/x-opus':
        return fields.get('channels', '2') in ('1', '2')
    if name in ('audio/x-mulaw', 'audio/x-alaw'):
        return (fields.get('rate'), fields.get('channels')) == ('8000', '1')
    return name == 'video/x-vp8'


def convert(kind, name, fields):
    """What stands between the stream of a file and the room."""
    if fits(name, fields):
        return []
    if kind == 'audio':
        return ['decodebin', '!', *OPUS, '!']
    scale = SMALLER if int(fields.get('width', 0)) > 1280 else []
    # Telephones turn their films by a tag alone.
    return ['decodebin', '!', 'videoconvert', '!', 'videoflip',
            'video-direction=auto', '!', *scale, *H264, '!']


def quote(value):
    """As a value in a launch line."""
    escaped = str(value).replace('\\', '\\\\').replace('"', '\\"')
    return f'"{escaped}"'


def describe_files(files):
    """A pipeline of all files, and how many streams of each kind it has."""
    room = ['roompublish', 'name=room']
    branches = []
    counts = {'video': 0, 'audio': 0}
    for index, file in enumerate(files):
        source = f'file{index}'
        branches += ['filesrc', f'location={quote(file)}', '!', 'parsebin',
                     f'name={source}']
        for kind, (name, fields) in find_streams(file).items():
            pad = f'{kind}_{counts[kind]}'
            counts[kind] += 1
            room.append(f'{pad}::track-name={quote(file.stem)}')
            branches += [f'{source}.', '!', name, '!', 'queue', '!',
                         *convert(kind, name, fields), f'room.{pad}']
    return room + branches, counts


def describe(files):
    """The arguments of gst-publisher, and how many tracks of each kind it
    publishes."""
    if not files:
        return ['--track-name', 'picture', '--track-name', 'sound', '--',
                *PICTURE, '!', *H264, *TONE, '!', *OPUS], \
            {'video': 1, 'audio': 1}
    words, counts = describe_files(files)
    return ['--', *words], counts


def start_publisher(programs, words):
    env = {
        'GST_PLUGIN_PATH': str(BUILD / 'gst' / 'room'),
        'GST_REGISTRY': str(BUILD / 'registry.bin'),
    }
    # A room elsewhere is not what is shown here.
    for name in ('URL', 'TOKEN', 'API_KEY', 'API_SECRET', 'ALLOWED_USERS'):
        os.environ.pop(f'LIVEKIT_{name}', None)
    tool = BUILD / 'tools' / 'gst-publisher' / 'gst-publisher'
    return programs.start('gst-publisher', [str(tool), '--json', *words], env)


def read_event(text):
    try:
        event = json.loads(text)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def tell(event):
    """What happens, for a person."""
    what = event.get('event')
    if what == 'track-published':
        size = f" {event['width']}x{event['height']}" \
            if event.get('width') else ''
        say(f"publishing {event['track-name']}: {event['codec']}{size}")
    elif what == 'track-subscribed':
        say(f"{event['track-name']} is being watched")
    elif what == 'watch':
        print(f"\n  watch: {event['url']}\n", flush=True)
    elif what in ('warning', 'no-track', 'stuck'):
        say(event.get('text', what))


def has_display(env):
    return bool(env.get('DISPLAY') or env.get('WAYLAND_DISPLAY'))


def open_browser(url):
    """On a machine that has one to show it with."""
    if not has_display(os.environ) or not shutil.which('xdg-open'):
        return False
    subprocess.Popen(['xdg-open', url], stdin=subprocess.DEVNULL,
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                     start_new_session=True)
    return True


def is_near(found, wanted):
    return all(abs(a - b) <= TOLERANCE for a, b in zip(found, wanted))


def check_bars(pictures):
    """The colours of the test picture, seen in the browser."""
    for picture in pictures:
        upper = (picture.get('grid') or [[]])[0]
        if len(upper) == len(BARS) and all(map(is_near, upper, BARS)):
            return
    raise Failed(f'the colours are not those of the test picture: {pictures}')


def look(programs, options, url, counts):
    """A browser's verdict on the page."""
    words = ['node', str(VISIT), '--pictures', str(counts['video']),
             '--sounds', str(min(counts['audio'], 1)),
             '--grid', f'{len(BARS)}x3', '--picture', options.picture,
             '--within', str(PATIENCE)]
    if not options.files:
        words += ['--tones', str(HERTZ)]
    visit = programs.start('browser', [*words, url])
    try:
        out, _ = visit.communicate(timeout=2 * PATIENCE)
    except subprocess.TimeoutExpired:
        raise Failed('the browser does not end') from None
    if visit.returncode != 0:
        raise Failed(f"the browser says:\n{out}{programs.log_of('browser')}")
    seen = json.loads(out)
    if not options.files:
        check_bars(seen['pictures'])
    return seen


def say_seen(options, seen):
    for picture in filter(lambda each: each['frames'], seen['pictures']):
        say(f"the browser shows {picture['width']}x{picture['height']}, "
            f"{picture['frames']} frames went by")
    for sound in seen['sounds']:
        if sound.get('tone'):
            say(f"it hears {sound['tone']} Hz")
        elif sound.get('hertz'):
            say(f"it hears a sound of {sound['decibels']} dB")
    say(f"picture and page were there after {seen['ms'] / 1000:.1f} s; "
        f"what it saw is in {options.picture}")


def watch(programs, options, publisher, counts):
    """Follows the publisher. TRUE when a browser was to look, and has."""
    for text in publisher.stdout:
        event = read_event(text)
        tell(event)
        if event.get('event') != 'watch':
            continue
        if options.check:
            say_seen(options, look(programs, options, event['url'], counts))
            return True
        if options.no_browser or not open_browser(event['url']):
            say('open that in a browser; Ctrl-C ends it')
        if options.seconds:
            threading.Timer(options.seconds, publisher.send_signal,
                            [signal.SIGTERM]).start()
    publisher.wait()
    return False


def run(options, programs):
    needed = ['gst-discoverer-1.0'] if options.files else []
    for name in needed + (['node'] if options.check else []):
        if not shutil.which(name):
            raise Failed(f'{name} is missing: run scripts/setup '
                         + ('browser' if options.check else 'demo'))
    files = [pathlib.Path(file).resolve() for file in options.files]
    for file in files:
        if not file.is_file():
            raise Failed(f'no file {file}')
    words, counts = describe(files)
    print('\n  gst-publisher ' + shlex.join(words) + '\n', flush=True)
    publisher = start_publisher(programs, words)
    looked = watch(programs, options, publisher, counts)
    programs.stop()
    if publisher.returncode != 0:
        raise Failed(f'gst-publisher ended with {publisher.returncode}:\n'
                     + programs.log_of('gst-publisher'))
    if options.check and not looked:
        raise Failed('it was over before a browser could look')


def parse(words):
    parser = argparse.ArgumentParser(prog='scripts/demo')
    parser.add_argument('files', nargs='*', metavar='FILE')
    parser.add_argument('--seconds', type=float)
    parser.add_argument('--no-browser', action='store_true')
    parser.add_argument('--check', action='store_true')
    parser.add_argument('--picture', default=str(BUILD / 'demo.png'))
    parser.add_argument('--no-setup', action='store_true')
    return parser.parse_args(words)


def main():
    options = parse(sys.argv[1:])

    def ended(number, frame):
        raise SystemExit(128 + number)

    # In the background they are ignored from the start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGHUP, ended)
    folder = pathlib.Path(tempfile.mkdtemp(prefix='gst-room-demo-'))
    programs = Programs(folder)
    try:
        run(options, programs)
        return 0
    except KeyboardInterrupt:
        return 130
    except Failed as error:
        say(str(error))
        return 1
    finally:
        programs.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    sys.exit(main())
