# SPDX-License-Identifier: LGPL-2.1-or-later
"""The launch lines of the documentation, for tests that run them."""

import importlib.util
import os

from . import place

HOUSE = os.path.join(place.TESTS, "house", "launchlines.py")


def documented():
    """The file and the words of each."""
    spec = importlib.util.spec_from_file_location("launchlines", HOUSE)
    house = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(house)
    for path in house.documents():
        for words in house.launch_lines(path, path.read_text(encoding="utf-8")):
            yield path.name, words
