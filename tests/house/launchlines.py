# SPDX-License-Identifier: LGPL-2.1-or-later
"""The launch lines of the documentation are lines that work: each is parsed
with the elements it names, ours among them; options of our tools are theirs; the
C of the README compiles.

Run with the program parselaunch and our tools as arguments.
"""

import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARSER = None
TOOLS = {}

STARTS = re.compile(r'(?:^|[\s(])(gst-launch-1\.0|gst-publisher)\s')
CALLS = re.compile(r'(?:^|[\s(])(gst-publisher|gst-room-server)\s+-')
# A variable of the shell stands for some word.
VARIABLE = re.compile(r'\$\{?\w+\}?')


def join_lines(text):
    """@text with continued lines made one."""
    return re.sub(r'\s*\\\n\s*', ' ', text)


def plain(path, text):
    """The text of a document or of a comment, without its dressing."""
    if path.suffix == '.c':
        text = '\n'.join(re.sub(r'^\s*\*? ?', '', line)
                         for line in text.split('\n'))
        return text.replace('|[', '').replace(']|', '')
    if re.fullmatch(r'\.\d', path.suffix):
        text = text.replace('\\-', '-').replace('\\e', '\\')
        return text.replace('\\(aq', "'").replace('\\(dq', '"')
    return text


def shell_words(text):
    """The words of the first command in @text, as a shell splits it."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=';&|<>')
    lexer.whitespace_split = True
    words = []
    for word in lexer:
        if set(word) <= set(';&|<>'):
            break
        words.append(word)
    return words


def commands(path, text, starts):
    """The words of each command in @text that begins with what is sought."""
    for line in join_lines(plain(path, text)).split('\n'):
        # In prose the names stand in quotes of some kind.
        start = starts.search(line)
        if not start or line.lstrip().startswith(('|', '*', '-')):
            continue
        try:
            yield shell_words(VARIABLE.sub('x', line[start.start(1):]))
        except ValueError:
            continue


def launch_lines(path, text):
    """The words of each launch line in @text."""
    for program, *words in commands(path, text, STARTS):
        if program == 'gst-publisher':
            if '--' in words:
                words = words[words.index('--') + 1:]
            elif words[0].startswith('-'):
                continue
            if len(words) == 1:
                words = shlex.split(words[0])
        while words and re.fullmatch(r'-[eqvmt]|--[a-z-]+', words[0]):
            words = words[1:]
        if '!' in words or len(words) > 3:
            yield words


def documents():
    yield ROOT / 'README.md'
    yield from sorted((ROOT / 'docs').glob('*.md'))
    yield from sorted((ROOT / 'gst').rglob('*.c'))
    yield from sorted((ROOT / 'tools').rglob('*.[1-9]'))


class Extraction(unittest.TestCase):
    def lines(self, name, text):
        return list(launch_lines(pathlib.Path(name), text))

    def test_continued_line_is_one(self):
        self.assertEqual(
            self.lines('a.md', 'gst-launch-1.0 -e a \\\n  ! b $X\n'),
            [['a', '!', 'b', 'x']])

    def test_class_comment_is_read(self):
        self.assertEqual(
            self.lines('a.c', ' * |[\n * gst-launch-1.0 a ! b\n * ]|\n'),
            [['a', '!', 'b']])

    def test_pipeline_of_the_tool_is_read(self):
        self.assertEqual(
            self.lines('a.md', 'gst-publisher --room x -- a ! b\n'),
            [['a', '!', 'b']])

    def test_rest_of_a_shell_line_is_cut(self):
        for rest in ('; do', ' <users &', ' >log', ' && true'):
            with self.subTest(rest=rest):
                self.assertEqual(
                    self.lines('a.md', f'until gst-publisher -- a ! b{rest}\n'),
                    [['a', '!', 'b']])

    def test_quoted_caps_are_one_word(self):
        self.assertEqual(
            self.lines('a.md', "gst-launch-1.0 a ! 'x;y' ! b\n"),
            [['a', '!', 'x;y', '!', 'b']])

    def test_prose_is_left_alone(self):
        self.assertEqual(
            self.lines('a.md', 'as gst-launch-1.0 does\n'), [])

    def test_options_of_our_tools_are_read(self):
        text = 'gst-room-server --listen \\\n  a:1 &\n`gst-publisher --x`\n'
        self.assertEqual(
            list(commands(pathlib.Path('a.md'), text, CALLS)),
            [['gst-room-server', '--listen', 'a:1']])


class Documentation(unittest.TestCase):
    def test_launch_lines_parse(self):
        found = 0
        for path in documents():
            for words in launch_lines(path, path.read_text()):
                found += 1
                with self.subTest(path=path.name, line=' '.join(words)):
                    done = subprocess.run(
                        [PARSER, *words], text=True, check=False,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                    self.assertEqual(done.returncode, 0, done.stdout)
        self.assertGreaterEqual(found, 3)

    def test_options_are_taken(self):
        found = set()
        for path in documents():
            for program, *words in commands(path, path.read_text(), CALLS):
                found.add(program)
                with self.subTest(path=path.name, line=' '.join(words)):
                    # All are looked at before the help is given.
                    done = subprocess.run(
                        [TOOLS[program], '--help', *words], text=True,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                        check=False)
                    self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(found, set(TOOLS))

    def test_c_of_the_readme_compiles(self):
        text = (ROOT / 'README.md').read_text()
        blocks = re.findall(r'^```c\n(.*?)^```', text, re.M | re.S)
        self.assertTrue(blocks)
        flags = subprocess.run(
            ['pkg-config', '--cflags', '--libs', 'gstreamer-1.0'], text=True,
            stdout=subprocess.PIPE, check=True).stdout.split()
        for block in blocks:
            with tempfile.TemporaryDirectory() as folder:
                done = subprocess.run(
                    ['cc', '-Wall', '-Werror', '-x', 'c', '-', '-o',
                     f'{folder}/app', *flags], input=block, text=True,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                    check=False)
                self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == '__main__':
    PARSER, *tools = sys.argv[1:]
    TOOLS = {pathlib.Path(tool).name: tool for tool in tools}
    del sys.argv[1:]
    unittest.main(verbosity=2)
