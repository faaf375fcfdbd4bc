# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/demo.py: what it publishes, what it tells, and that it leaves
nothing running."""

import contextlib
import importlib.util
import io
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).resolve().parents[2]

sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location(
    'demo_py', ROOT / 'scripts' / 'demo.py')
demo = importlib.util.module_from_spec(spec)
spec.loader.exec_module(demo)

AAC = ('audio/mpeg', {'channels': '2'})
OPUS = ('audio/x-opus', {'channels': '2'})
VP8 = ('video/x-vp8', {'width': '320'})
H264 = ('video/x-h264', {'profile': 'high', 'width': '1920'})

# As gst-discoverer-1.0 -v prints it.
DISCOVERED = '''
  container #0: video/quicktime, variant=(string)iso
    video #1: video/x-h264, stream-format=(string)avc, profile=(string)main, width=(int)320
      Codec:
        video/x-h264, profile=(string)main
    audio #2: audio/mpeg, mpegversion=(int)4, rate=(int)44100, channels=(int)2
    audio #3: audio/x-opus, channels=(int)6
'''


class Finding(unittest.TestCase):
    def find(self, text):
        done = unittest.mock.Mock(stdout=text)
        with unittest.mock.patch.object(demo.subprocess, 'run',
                                        return_value=done):
            return demo.find_streams('a')

    def test_the_first_of_each_kind_is_found(self):
        found = self.find(DISCOVERED)
        self.assertEqual(found['video'][0], 'video/x-h264')
        self.assertEqual(found['video'][1]['profile'], 'main')
        self.assertEqual(found['video'][1]['width'], '320')
        self.assertEqual(found['audio'], ('audio/mpeg', {
            'mpegversion': '4', 'rate': '44100', 'channels': '2'}))

    def test_samples_alone_are_not_the_file_they_are_in(self):
        found = self.find('  audio #0: audio/x-wav\n')
        self.assertEqual(found['audio'][0], 'audio/x-raw')

    def test_what_is_no_film_is_a_failure(self):
        with self.assertRaises(demo.Failed):
            self.find('Failed to play\n')


class Fitting(unittest.TestCase):
    def test_what_browsers_take_is_passed_through(self):
        self.assertTrue(demo.fits(*VP8))
        self.assertTrue(demo.fits(*OPUS))
        self.assertTrue(demo.fits('video/x-vp9', {}))
        self.assertTrue(demo.fits('video/x-h264',
                                  {'profile': 'constrained-baseline'}))
        self.assertTrue(demo.fits('audio/x-alaw',
                                  {'rate': '8000', 'channels': '1'}))

    def test_what_they_do_not_take_is_not(self):
        self.assertFalse(demo.fits(*H264))
        self.assertFalse(demo.fits(*AAC))
        self.assertFalse(demo.fits('video/x-h265', {}))
        self.assertFalse(demo.fits('video/x-av1', {}))
        self.assertFalse(demo.fits('video/x-vp9', {'profile': '2'}))
        self.assertFalse(demo.fits('audio/x-opus', {'channels': '6'}))
        self.assertFalse(demo.fits('audio/x-mulaw',
                                   {'rate': '48000', 'channels': '1'}))


class Describing(unittest.TestCase):
    def describe(self, *files):
        streams = dict(files)
        with unittest.mock.patch.object(demo, 'find_streams',
                                        lambda file: streams[file.name]):
            words, counts = demo.describe(
                [pathlib.Path('/films') / name for name in streams])
        return ' '.join(words), counts

    def test_without_a_file_there_are_picture_and_tone(self):
        words, counts = demo.describe([])
        line = ' '.join(words)
        self.assertEqual(counts, {'video': 1, 'audio': 1})
        self.assertIn('videotestsrc', line)
        self.assertIn('audiotestsrc', line)
        self.assertNotIn('roompublish', line)

    def test_what_fits_is_not_decoded(self):
        line, _ = self.describe(('a.webm', {'video': VP8, 'audio': OPUS}))
        self.assertNotIn('decodebin', line)
        self.assertIn('video/x-vp8 ! queue ! room.video_0', line)
        self.assertIn('audio/x-opus ! queue ! room.audio_0', line)

    def test_what_does_not_fit_is_encoded(self):
        line, _ = self.describe(('a.mp4', {'video': H264, 'audio': AAC}))
        self.assertIn('x264enc', line)
        self.assertIn('opusenc', line)

    def test_a_large_picture_is_made_smaller(self):
        line, _ = self.describe(('a.mp4', {'video': H264}))
        self.assertIn('videoscale', line)
        self.assertNotIn('audio', line)

    def test_each_file_has_tracks_of_its_own(self):
        line, counts = self.describe(
            ('a.webm', {'video': VP8, 'audio': OPUS}),
            ('b.mka', {'audio': OPUS}), ('c.webm', {'video': VP8}))
        self.assertEqual(counts, {'video': 2, 'audio': 2})
        self.assertIn('video_1::track-name="c"', line)
        self.assertIn('audio_1::track-name="b"', line)
        self.assertIn('room.video_1', line)
        self.assertNotIn('video_2', line)

    def test_any_name_is_one_value(self):
        self.assertEqual(demo.quote('a "film" \\ !'), '"a \\"film\\" \\\\ !"')


def heard(**event):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        demo.tell(event)
    return out.getvalue()


class Telling(unittest.TestCase):
    def test_where_to_watch_is_told(self):
        self.assertIn('watch: http://here/room/live\n',
                      heard(event='watch', url='http://here/room/live'))

    def test_tracks_are_told(self):
        said = heard(**{'event': 'track-published', 'track-name': 'a',
                        'codec': 'H264', 'width': 64, 'height': 48})
        self.assertEqual(said, 'demo: publishing a: H264 64x48\n')

    def test_what_it_does_not_know_is_left_out(self):
        self.assertEqual(heard(event='joined'), '')

    def test_what_is_no_event_is_none(self):
        self.assertEqual(demo.read_event('words'), {})
        self.assertEqual(demo.read_event('3'), {})


class Looking(unittest.TestCase):
    def grid(self, *bars):
        return [{'grid': [list(bars), []]}]

    def test_bars_may_be_a_little_off(self):
        demo.check_bars(self.grid(*[[abs(c - 30) for c in bar]
                                    for bar in demo.BARS]))

    def test_other_colours_are_a_failure(self):
        for bars in ([[0, 0, 0]] * 7, demo.BARS[::-1], demo.BARS[:3]):
            with self.assertRaises(demo.Failed):
                demo.check_bars(self.grid(*bars))

    def test_no_picture_is_a_failure(self):
        with self.assertRaises(demo.Failed):
            demo.check_bars([])

    def test_a_browser_is_opened_where_there_is_a_display(self):
        with unittest.mock.patch.object(demo.subprocess, 'Popen') as opened, \
                unittest.mock.patch.object(demo.shutil, 'which',
                                           lambda name: name), \
                unittest.mock.patch.dict(os.environ, {'DISPLAY': ':0'}):
            self.assertTrue(demo.open_browser('http://here'))
        self.assertEqual(opened.call_args.args[0],
                         ['xdg-open', 'http://here'])

    def test_none_is_opened_without_a_display(self):
        self.assertFalse(demo.has_display({}))
        self.assertFalse(demo.has_display({'DISPLAY': ''}))
        self.assertTrue(demo.has_display({'WAYLAND_DISPLAY': 'wayland-0'}))


class Running(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        self.programs = demo.Programs(folder)
        self.addCleanup(self.programs.stop)

    def test_all_programs_are_ended(self):
        running = [self.programs.start(name, ['sleep', '300'])
                   for name in ('gst-publisher', 'browser')]
        self.programs.stop()
        for process in running:
            self.assertEqual(process.returncode, -signal.SIGTERM)

    def test_what_a_program_says_is_kept(self):
        self.programs.start('browser',
                            ['sh', '-c', 'echo no such tea >&2']).wait()
        self.assertIn('no such tea', self.programs.log_of('browser'))

    def test_programs_die_with_the_demo(self):
        code = ('import sys, pathlib, importlib.util as u\n'
                's = u.spec_from_file_location("d", sys.argv[1])\n'
                'd = u.module_from_spec(s); s.loader.exec_module(d)\n'
                'p = d.Programs(pathlib.Path(sys.argv[2]))\n'
                'print(p.start("a", ["sleep", "300"]).pid, flush=True)\n'
                'sys.stdin.read()\n')
        with subprocess.Popen(
                [sys.executable, '-B', '-c', code,
                 str(ROOT / 'scripts' / 'demo.py'), str(self.programs.folder)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
            child = int(run.stdout.readline())
            run.kill()
        end = time.monotonic() + 30
        while is_running(child) and time.monotonic() < end:
            os.sched_yield()
        self.assertFalse(is_running(child))

    def follow(self, *events, check=False, seen=None):
        """What watch() makes of a publisher that says these."""
        lines = [json.dumps(event) + '\n' for event in events]
        publisher = unittest.mock.Mock(stdout=lines)
        options = demo.parse(['--check'] if check else ['--no-browser'])
        with unittest.mock.patch.object(demo, 'look', return_value=seen), \
                contextlib.redirect_stdout(io.StringIO()) as out:
            looked = demo.watch(self.programs, options, publisher, 1)
        return looked, out.getvalue()

    def test_a_browser_looks_when_it_is_asked_to(self):
        seen = {'ms': 2000, 'sounds': [{'tone': 440}], 'pictures': [
            {'width': 64, 'height': 48, 'frames': 5}]}
        looked, said = self.follow({'event': 'watch', 'url': 'u'}, check=True,
                                   seen=seen)
        self.assertTrue(looked)
        self.assertIn('64x48', said)
        self.assertIn('440 Hz', said)

    def test_one_that_ends_early_was_not_looked_at(self):
        looked, _ = self.follow({'event': 'joined'}, check=True)
        self.assertFalse(looked)

    def test_without_a_browser_the_address_is_enough(self):
        looked, said = self.follow({'event': 'watch', 'url': 'http://u'})
        self.assertFalse(looked)
        self.assertIn('http://u', said)


def is_running(pid):
    try:
        state = pathlib.Path(f'/proc/{pid}/stat').read_text()
    except OSError:
        return False
    # A zombie has ended; whoever adopted it will notice.
    return state.rsplit(')', 1)[1].split()[0] != 'Z'


if __name__ == '__main__':
    unittest.main(verbosity=2)
