#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every option of a tool is in its manual and in both completions, and these
name no option that it does not have.

usage: documented.py PROGRAM FOLDER
"""

import pathlib
import re
import subprocess
import sys

OPTION = re.compile(r'--[a-z]+(?:-[a-z]+)*')


def main(program, folder):
    text = subprocess.run([program, '--help'], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    options = set(re.findall(r'^  (?:-\w, )?(--[a-z-]+)', text, re.M))
    if len(options) < 10:
        sys.exit(f'no options in the help:\n{text}')

    folder = pathlib.Path(folder)
    tool = folder.name
    manual = (folder / f'{tool}.1').read_text(encoding='utf-8')
    named = {f'{tool}.1':
             {f'--{name}' for name in re.findall(r'Fl \\-([a-z-]+)', manual)}}
    for name in (f'{tool}.bash', f'{tool}.zsh'):
        named[name] = set(OPTION.findall(
            (folder / name).read_text(encoding='utf-8'))) - {'--option'}

    wrong = [f'{name} lacks {option}' for name, found in named.items()
             for option in sorted(options - found)]
    wrong += [f'{name} invents {option}' for name, found in named.items()
              for option in sorted(found - options)]
    print('\n'.join(wrong) or f'{len(options)} options, all documented')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
