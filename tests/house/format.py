# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/format: shows, changes, and leaves alone."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

UGLY = 'int f(int a)\n{\n\tif(a) return 1;\n\treturn 0;\n}\n'
NEAT = 'int\nf (int a)\n{\n  if (a)\n    return 1;\n  return 0;\n}\n'


@unittest.skipUnless(shutil.which('indent'), 'needs GNU indent')
class Format(unittest.TestCase):
    def setUp(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        self.file = pathlib.Path(folder) / 'cup.c'

    def run_it(self, *words):
        return subprocess.run(
            [str(ROOT / 'scripts' / 'format'), *words], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    def test_check_shows_and_changes_nothing(self):
        self.file.write_text(UGLY)
        done = self.run_it('--check', str(self.file))
        self.assertEqual(done.returncode, 1)
        self.assertIn('+f (int a)', done.stdout)
        self.assertEqual(self.file.read_text(), UGLY)

    def test_formats(self):
        self.file.write_text(UGLY)
        self.assertEqual(self.run_it(str(self.file)).returncode, 0)
        self.assertEqual(self.file.read_text(), NEAT)

    def test_formatted_file_passes_the_check(self):
        self.file.write_text(NEAT)
        self.assertEqual(self.run_it('--check', str(self.file)).returncode, 0)

    def test_what_indent_cannot_read_is_an_error(self):
        self.file.write_text('int f (void)\n{\n  "\n')
        self.assertNotEqual(self.run_it('--check', str(self.file)).returncode,
                            0)

    def test_unknown_option_is_refused(self):
        self.assertEqual(self.run_it('--chekc').returncode, 64)


if __name__ == '__main__':
    unittest.main(verbosity=2)
