# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/demo.py: what it tells, and that it leaves nothing running."""

import contextlib
import importlib.util
import io
import os
import pathlib
import shutil
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


class Telling(unittest.TestCase):
    def setUp(self):
        self.viewer = demo.Viewer({'video', 'audio'}, time.monotonic())

    def take(self, **event):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.viewer.take(event)
        return out.getvalue()

    def publish(self):
        self.take(event='track-published', sid='v', kind='video', name='a')
        self.take(event='track-published', sid='a', kind='audio', name='b')

    def test_frames_are_told(self):
        self.publish()
        said = self.take(event='summary', tracks=[
            {'sid': 'v', 'frames': 30, 'size': '64x48', 'rate': 29.6}])
        self.assertIn('video 30 frames decoded, 64x48, 30/s', said)

    def test_level_of_the_sound_is_told(self):
        self.publish()
        self.take(event='audio', rms=3277, loud_frames=4)
        said = self.take(event='summary', tracks=[
            {'sid': 'a', 'frames': 4, 'size': '', 'rate': 4}])
        self.assertIn('sound -20 dB', said)

    def test_all_that_was_published_must_arrive(self):
        self.publish()
        self.assertFalse(self.viewer.arrived())
        self.take(event='video', sid='v', frame=1)
        self.assertFalse(self.viewer.arrived())
        self.take(event='audio', rms=3277, loud_frames=4)
        self.assertTrue(self.viewer.arrived())

    def test_silence_is_not_sound(self):
        self.take(event='video', sid='v', frame=1)
        self.take(event='audio', rms=0, loud_frames=0)
        self.assertFalse(self.viewer.arrived())

    def test_black_after_the_end_is_not_counted(self):
        self.publish()
        self.take(event='summary', tracks=[
            {'sid': 'v', 'frames': 30, 'size': '64x48', 'rate': 30}])
        self.take(event='track-unpublished', sid='v', kind='video')
        said = self.take(event='summary', tracks=[
            {'sid': 'v', 'frames': 31, 'size': '2x2', 'rate': 1}])
        self.assertEqual(said, '')
        self.assertEqual(self.viewer.frames, 30)

    def test_refused_subscriber_is_a_failure(self):
        with self.assertRaises(demo.Failed):
            self.take(event='connect-failed', text='no')


class Describing(unittest.TestCase):
    def describe(self, kinds):
        with unittest.mock.patch.object(demo, 'kinds_in', lambda file: kinds):
            return demo.describe(pathlib.Path('a film.mkv'))[0]

    def test_without_a_file_both_kinds_are_published(self):
        line, kinds = demo.describe(None)
        self.assertEqual(kinds, {'video', 'audio'})
        self.assertIn('room.video_0', line)
        self.assertIn('room.audio_0', line)

    def test_only_what_is_in_the_file_is_published(self):
        self.assertNotIn('audio_0', self.describe({'video'}))
        self.assertNotIn('video_0', self.describe({'audio'}))

    def test_white_space_in_a_name_is_kept(self):
        self.assertIn("location='a film.mkv'", self.describe({'video'}))


class Running(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        self.programs = demo.Programs(folder)
        self.addCleanup(self.programs.stop)

    def test_all_programs_are_ended(self):
        running = [self.programs.start(name, ['cat'], stdin=subprocess.PIPE)
                   for name in ('server', 'subscriber', 'publisher')]
        self.programs.stop()
        for process in running:
            self.assertIsNotNone(process.returncode)

    def test_what_a_program_says_is_kept(self):
        self.programs.start('server', ['sh', '-c', 'echo no such tea']).wait()
        self.assertIn('no such tea', self.programs.log_of('server'))

    def test_programs_die_with_the_demo(self):
        code = ('import sys, pathlib, importlib.util as u\n'
                's = u.spec_from_file_location("d", sys.argv[1])\n'
                'd = u.module_from_spec(s); s.loader.exec_module(d)\n'
                'p = d.Programs(pathlib.Path(sys.argv[2]))\n'
                'print(p.start("server", ["sleep", "300"]).pid, flush=True)\n'
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


def is_running(pid):
    try:
        state = pathlib.Path(f'/proc/{pid}/stat').read_text()
    except OSError:
        return False
    # A zombie has ended; whoever adopted it will notice.
    return state.rsplit(')', 1)[1].split()[0] != 'Z'


if __name__ == '__main__':
    unittest.main(verbosity=2)
