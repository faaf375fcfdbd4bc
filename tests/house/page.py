# SPDX-License-Identifier: LGPL-2.1-or-later
"""The files of a page keep to what its content security policy allows, and
foreign text never becomes markup.

Run with the folder of the page as argument, or without to see each rule fail.
"""

import pathlib
import re
import sys
import tempfile

# What no file may hold: (suffixes, pattern, why).
RULES = [
    ({'.html'}, r'<script(?![^>]*\bsrc=)', 'a script in the text'),
    ({'.html'}, r'<style\b|\sstyle=', 'a style in the text'),
    ({'.html'}, r'\son[a-z]+=', 'a handler in the text'),
    ({'.html'}, r'javascript:', 'a script in an address'),
    ({'.html', '.css', '.js'},
     r'''(?:src|href)=["'](?:https?:)?//|url\(|@import|["']https?://''',
     'something from elsewhere'),
    ({'.js'}, r'\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write',
     'text that becomes markup'),
    ({'.js'}, r'\beval\b|\bnew Function\b|set(?:Timeout|Interval)\([\'"`]',
     'text that becomes a script'),
    ({'.js'}, r'setAttribute\([\'"](?:style|on)', 'a style or a handler'),
    ({'.js'}, r'\bconsole\.|\bdebugger\b', 'words for whoever wrote it'),
]
MAX_SCRIPT_LINES = 1000


def find_imports(folder, name, found):
    """Adds the modules that the module @name needs, and what those need."""
    path = folder / name
    text = path.read_text(encoding='utf-8') if path.exists() else ''
    for each in re.findall(r"from '\./(.*?)'", text):
        if each not in found:
            found.add(each)
            find_imports(folder, each, found)
    return found


def find_unnamed(folder, text):
    """Modules that the browser finds one after the other, for the page does not
    name them, or names in vain."""
    needed = set()
    for name in re.findall(r'<script type="module" src="/page/(.*?)"', text):
        find_imports(folder, name, needed)
    return needed ^ set(re.findall(r'rel="modulepreload" href="/page/(.*?)"', text))


def problems(folder):
    """What is wrong, a line each."""
    lines = 0
    listed = set(re.findall(r'<file>(.*?)</file>',
                            (folder / 'page.gresource.xml').read_text()))
    there = {path.name for path in folder.iterdir()}
    for name in sorted(listed ^ there - {'page.gresource.xml'}):
        yield f'{name}: is not both a file and in page.gresource.xml'
    for path in sorted(folder.iterdir()):
        text = path.read_text(encoding='utf-8')
        lines += text.count('\n') if path.suffix == '.js' else 0
        for suffixes, pattern, why in RULES:
            for match in re.finditer(pattern, text):
                if path.suffix in suffixes:
                    number = text.count('\n', 0, match.start()) + 1
                    yield f'{path.name}:{number}: {why}'
        if path.suffix == '.html':
            for name in sorted(find_unnamed(folder, text)):
                yield f'{path.name}: {name} is needed and not preloaded, or preloaded and not needed'
        for name in re.findall(r"from '\./(.*?)'|/page/([\w.]+)", text):
            if (name[0] or name[1]) not in listed:
                yield f'{path.name}: there is no {name[0] or name[1]}'
    if lines > MAX_SCRIPT_LINES:
        yield f'{lines} lines of scripts, at most {MAX_SCRIPT_LINES}'


BAD = {
    'a.html': ['<script>1</script>', '<style>a{}</style>',
               '<p style="color: red">', '<p onclick="a()">',
               '<a href="javascript:a()">', '<img src="//example.net/a">',
               '<script src="/page/none.js"></script>'],
    'a.css': ['@import "b.css";', 'a { background: url(b.png) }'],
    'a.js': ['a.innerHTML = b;', 'eval(b);', "setTimeout('b', 1);",
             "a.setAttribute('style', b);", "import './b' from './none.js';",
             "fetch('https://example.net');", 'console.log(1);'],
}


def check_rules():
    """Each of BAD is found, and a harmless file is not."""
    missed = 0
    for name, texts in BAD.items():
        for text in ['', *texts]:
            with tempfile.TemporaryDirectory() as folder:
                folder = pathlib.Path(folder)
                (folder / name).write_text(text)
                (folder / 'page.gresource.xml').write_text(
                    f'<file>{name}</file>')
                found = list(problems(folder))
            if bool(found) != bool(text):
                missed += 1
                print(f'{name}: {text!r}: {found}')
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / 'page.gresource.xml').write_text('<file>gone.js</file>')
        (folder / 'new.js').write_text('')
        if len(list(problems(folder))) != 2:
            missed += 1
            print('a file that is not listed, or not there, is not found')
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / 'page.gresource.xml').write_text(
            '<file>a.html</file><file>a.js</file><file>b.js</file><file>c.js</file>')
        (folder / 'a.html').write_text(
            '<script type="module" src="/page/a.js"></script>'
            '<link rel="modulepreload" href="/page/b.js">')
        (folder / 'a.js').write_text("import { b } from './b.js';")
        (folder / 'b.js').write_text("import { c } from './c.js';")
        (folder / 'c.js').write_text('')
        if len(list(problems(folder))) != 1:
            missed += 1
            print('a module that is not preloaded is not found')
    return missed


def main():
    if len(sys.argv) == 1:
        return 1 if check_rules() else 0
    found = list(problems(pathlib.Path(sys.argv[1])))
    print('\n'.join(found))
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
