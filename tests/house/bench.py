# SPDX-License-Identifier: LGPL-2.1-or-later
"""tests/bench/room/serve: what it does without a build."""

import pathlib
import subprocess
import sys
import unittest

SERVE = pathlib.Path(__file__).resolve().parents[1] / 'bench' / 'room' / 'serve'


class Serve(unittest.TestCase):
    def test_no_visits_are_none(self):
        done = subprocess.run(
            [sys.executable, '-B', SERVE, '/none', '--only=page', '--visits=0'],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn('first picture', done.stdout)


if __name__ == '__main__':
    unittest.main(verbosity=2)
