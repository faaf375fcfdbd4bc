# SPDX-License-Identifier: LGPL-2.1-or-later
"""Text for Prometheus, read by its own parser. That one is a package of Debian,
which another Python does not see: so it is Debian's that runs it."""

import json
import subprocess

from .place import Missing

PYTHON = "/usr/bin/python3"
PROGRAM = """
import json, sys
from prometheus_client.parser import text_string_to_metric_families as parse
json.dump([
    [family.name, family.type, family.documentation, sample.name, sample.labels, sample.value]
    for family in parse(sys.stdin.read()) for sample in family.samples
], sys.stdout)
"""


def read(text):
    """{name: value}, {name: {room: value}} of what has one for each room. The
    type of each is what its name promises, and it is documented."""
    try:
        done = subprocess.run(
            [PYTHON, "-c", PROGRAM], input=text.encode(), capture_output=True, timeout=30, check=False
        )
    except FileNotFoundError:
        raise Missing(f"no {PYTHON}") from None
    if b"No module named 'prometheus_client'" in done.stderr:
        raise Missing("python3-prometheus-client is not installed")
    if done.returncode != 0:
        raise AssertionError(f"{done.stderr.decode()[-500:]}\n{text}")
    found = {}
    for _, kind, words, name, labels, value in json.loads(done.stdout):
        if kind != ("counter" if name.endswith("_total") else "gauge") or not words:
            raise AssertionError(f"{name} is a {kind}: {words}")
        if "room" in labels:
            found.setdefault(name, {})[labels["room"]] = value
        elif name in found:
            raise AssertionError(f"{name} is there twice")
        else:
            found[name] = value
    return found
