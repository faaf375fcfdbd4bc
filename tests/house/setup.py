# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/setup, with stand-ins for the programs it calls."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETUP = ROOT / 'scripts' / 'setup'

# Every program that would look at, or change, the machine.
STAND_IN = '''#!/bin/sh
echo "$(basename "$0") $*" >>"$STAND_IN_LOG"
case $(basename "$0") in
  id) echo "$STAND_IN_UID" ;;
  dpkg-query) for p; do case $p in -*|*{*) ;; *)
    case " $STAND_IN_MISSING " in
      *" $p "*) ;;
      *) printf "installed=%s " "$p" ;;
    esac ;; esac; done ;;
  apt-get) exit "${STAND_IN_APT:-0}" ;;
esac
'''
# What stands in the machine's stead keeps only these of it.
REAL = ('sh', 'basename', 'dirname', 'mkdir', 'flock', 'sed', 'sort', 'head',
        'tail', 'printf', 'cat')


class Setup(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        programs = self.folder / 'bin'
        programs.mkdir()
        for name in ('id', 'dpkg-query', 'apt-get'):
            (programs / name).write_text(STAND_IN)
            (programs / name).chmod(0o755)
        for name in REAL:
            (programs / name).symlink_to(shutil.which(name))
        self.log = self.folder / 'log'
        self.log.touch()

    def run_it(self, *words, uid=0, missing='', apt=0):
        env = {
            'PATH': str(self.folder / 'bin'),
            'HOME': str(self.folder),
            'STAND_IN_LOG': str(self.log),
            'STAND_IN_UID': str(uid),
            'STAND_IN_MISSING': missing,
            'STAND_IN_APT': str(apt),
        }
        return subprocess.run([str(SETUP), *words], text=True, env=env,
                              stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def called(self, program):
        return [line for line in self.log.read_text().split('\n')
                if line.startswith(program + ' ')]

    def test_nothing_is_installed_when_all_is_there(self):
        done = self.run_it('build')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout + done.stderr, '')
        self.assertEqual(self.called('apt-get'), [])

    def test_root_installs_only_what_is_missing(self):
        done = self.run_it('build', missing='meson check')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('installing meson check', done.stderr)
        install = self.called('apt-get')[-1].split()
        self.assertEqual(install[-2:], ['meson', 'check'])
        self.assertNotIn('gcc', install)

    def test_others_get_the_one_line(self):
        done = self.run_it('build', missing='meson', uid=1000)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, 'apt-get update && apt-get install -y '
                         '--no-install-recommends meson\n')
        self.assertEqual(self.called('apt-get'), [])

    def test_a_failed_installation_stops_it(self):
        done = self.run_it('build', missing='meson', apt=100)
        self.assertEqual(done.returncode, 1)
        self.assertIn('apt-get failed', done.stderr)

    def test_test_level_asks_for_more_than_build(self):
        everything = re.findall(r'[\w.+-]+', SETUP.read_text())
        missing = ' '.join(dict.fromkeys(everything))
        build = self.run_it('build', missing=missing, uid=1).stdout.split()
        test = self.run_it('test', missing=missing, uid=1).stdout.split()
        self.assertIn('indent', test)
        self.assertNotIn('indent', build)
        self.assertLess(set(build), set(test))

    def test_demo_needs_no_browser_and_no_other_server(self):
        everything = ' '.join(dict.fromkeys(
            re.findall(r'[\w.+-]+', SETUP.read_text())))
        demo = self.run_it('demo', missing=everything, uid=1).stdout.split()
        browser = self.run_it('browser', missing=everything,
                              uid=1).stdout.split()
        self.assertFalse({'chromium', 'nodejs', 'npm', 'golang-go'} & set(demo))
        self.assertLess(set(demo), set(browser))
        self.assertLessEqual({'chromium', 'npm'}, set(browser))
        self.assertNotIn('golang-go', browser)

    def test_bin_folder_follows_the_cache(self):
        done = self.run_it('--bin')
        self.assertEqual(done.stdout,
                         f'{self.folder}/.cache/gst-room-rtmp/bin\n')

    def test_unknown_level_is_refused(self):
        self.assertEqual(self.run_it('everything').returncode, 64)


if __name__ == '__main__':
    unittest.main(verbosity=2)
