# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which test shows what of whom: a table for people, in docs/interop.md. It is
made from what the tests say of themselves and from what became of them."""

import os

from . import place

PAGE = os.path.join(os.path.dirname(place.TESTS), "docs", "interop.md")
BEGIN, END = "<!-- matrix: tests/interop/run BUILD --matrix -->\n", "<!-- end of matrix -->\n"
HEAD = "| from | to | what arrives unchanged |\n|---|---|---|\n"


def shows(source, target, *what):
    """For a test: it compares what left @source with what came to @target."""

    def mark(test):
        test.shows = getattr(test, "shows", ()) + ((source, target, what),)
        return test

    return mark


def shown(test):
    """What it shows; the decorator that is nearest to it was the first."""
    method = getattr(type(test), test._testMethodName, None)
    return getattr(method, "shows", ())[::-1]


def table(tests, failed=()):
    """@tests: pairs of a name and a test case; @failed: names."""
    rows = {}
    for name, test in tests:
        for source, target, what in shown(test):
            cells = rows.setdefault((source, target), {})
            for each in what:
                cells[each] = cells.get(each, True) and name not in failed
    lines = []
    for (source, target), cells in sorted(rows.items()):
        words = (each if good else f"**not {each}**" for each, good in cells.items())
        lines.append(f"| {source} | {target} | {', '.join(words)} |\n")
    return HEAD + "".join(lines)


def read(page=PAGE):
    """What stands before the table, the table, and what is behind it."""
    with open(page, encoding="utf-8") as file:
        before, _, rest = file.read().partition(BEGIN)
    found, _, behind = rest.partition(END)
    return before, found, behind


def put(text, page=PAGE):
    before, _, behind = read(page)
    with open(page, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + text + END + behind)
