# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every script can at least be read by what will run it.

Run with the source folder as argument.
"""

import pathlib
import shutil
import subprocess
import sys

READERS = {
    'sh': ['sh', '-n'],
    'bash': ['bash', '-n'],
    'zsh': ['zsh', '-n'],
    'node': ['node', '--check'],
    # By its name it could be an older kind of script.
    'module': ['node', '--input-type=module', '--check', '-'],
}


def language(path):
    """What runs @path, or None when it is no script."""
    by_suffix = {'.py': 'python3', '.mjs': 'node', '.js': 'module',
                 '.sh': 'sh', '.bash': 'bash', '.zsh': 'zsh'}
    if path.suffix in by_suffix:
        return by_suffix[path.suffix]
    with open(path, 'rb') as file:
        first = file.readline(200).decode('utf-8', 'replace').split()
    if not first or not first[0].startswith('#!'):
        return None
    name = pathlib.PurePath(first[0][2:]).name
    return first[1] if name == 'env' else name


def problem(path):
    """What is wrong with @path, in words; None when nothing is."""
    reader = language(path)
    if reader is None:
        return None
    if reader.startswith('python'):
        try:
            compile(path.read_text(encoding='utf-8'), str(path), 'exec')
        except SyntaxError as error:
            return str(error)
        return None
    if reader not in READERS:
        return f'nobody knows how to check {reader}'
    command = READERS[reader]
    if not shutil.which(command[0]):
        return None
    with open(path, 'rb') as file:
        done = subprocess.run(
            command if command[-1] == '-' else [*command, str(path)],
            stdin=file, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False)
    return done.stdout if done.returncode != 0 else None


def main():
    root = pathlib.Path(sys.argv[1])
    bad = 0
    for folder in ('scripts', '.ci', 'tests', 'tools', 'lib', 'gst'):
        for path in sorted((root / folder).rglob('*')):
            if not path.is_file() or 'node_modules' in path.parts:
                continue
            text = problem(path)
            if text:
                bad += 1
                print(f'{path.relative_to(root)}: {text}')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
