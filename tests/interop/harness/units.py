# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is run as one: the tests of one class against one server, in a process
of their own. Several run beside each other: most of a test is waiting."""

import os
import sys
import threading
import unittest

from . import servers
from .case import TEST_DEADLINE
from .child import Child, Timeout, called

# A test ends by its own deadline. What takes longer is a server that does not
# start or stop, and the process is ended.
SILENCE = TEST_DEADLINE + 60
# So many tests that failed beside others are run once more, alone: peers, too,
# lose their way on a busy machine. More than that is no accident.
SECOND_GOES = 3


def each(suite):
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from each(entry)
        else:
            yield entry


def short(test, server):
    """test_codecs.Codecs.test_vp8 -> codecs/vp8@own; a class keeps its name."""
    name = test.id()
    if name.startswith("setUpClass"):
        name = name.split("(", 1)[1].rstrip(")")
    parts = name.split(".")
    return f"{parts[0].removeprefix('test_')}/{parts[-1].removeprefix('test_')}@{server}"


class Unit:
    def __init__(self, server, kind, tests):
        self.server = server
        self.kind = kind
        self.tests = tests

    @property
    def name(self):
        """module.Class, as unittest's loader takes it."""
        return f"{self.kind.__module__}.{self.kind.__name__}"

    @property
    def seconds(self):
        """About how long it takes: what is long begins first."""
        return self.kind.seconds or 3 * len(self.tests)

    def names(self):
        return [short(test, self.server) for test in self.tests]


def only(test):
    """The servers that a test is about alone, and why; None: it is about all."""
    return getattr(getattr(test, test._testMethodName), "only", None) or type(test).only


def gather(suite, wanted=(), filters=()):
    """The units of all tests in @suite whose name holds one of the words."""
    found = {}
    for test in each(suite):
        kind = type(test)
        alone = only(test)
        for server in alone[0].split() if alone else servers.NAMES:
            if wanted and server not in wanted:
                continue
            name = short(test, server)
            if not filters or any(word in name for word in filters):
                found.setdefault((server, kind), []).append(test)
    return [Unit(server, kind, tests) for (server, kind), tests in found.items()]


def pick(found, wanted):
    """The same with those tests only for which @wanted holds."""
    fewer = [Unit(u.server, u.kind, list(filter(wanted, u.tests))) for u in found]
    return [unit for unit in fewer if unit.tests]


def named(found):
    """Each test of these units, with its name."""
    return [(short(test, unit.server), test) for unit in found for test in unit.tests]


class Count:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0


class Runner:
    """Runs units, so many at a time, and says what becomes of each test: `again`
    and why when it has failed and gets a second go."""

    def __init__(self, command, work, say=print):
        self._command = command
        self._work = work
        self._lock = threading.Lock()
        self._say = say
        self.count = Count()
        self.bad = set()
        self._held = []

    def run(self, units, jobs):
        self._run(units, jobs, self._hold)
        names = {event["name"] for event in self._held}
        if len(names) > SECOND_GOES:
            for event in self._held:
                self._take(event)
            return self.count
        for event in self._held:
            self._tell({**event, "word": "again"})
        for unit in units:
            failed = pick([unit], lambda test, unit=unit: short(test, unit.server) in names)
            self._run(failed, 1, self._take)
        return self.count

    def _run(self, units, jobs, take):
        waiting = sorted(units, key=lambda unit: unit.seconds)
        threads = [
            threading.Thread(target=self._work_off, args=(waiting, take), daemon=True)
            for _ in range(min(jobs, len(units)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work_off(self, waiting, take):
        while True:
            with self._lock:
                if not waiting:
                    return
                unit = waiting.pop()
            self._follow(unit, take)

    def _follow(self, unit, take):
        label = f"{unit.name}@{unit.server}"
        child = Child(label, [*self._command, unit.server, unit.name, *unit.names()], self._work)
        try:
            for event in child.each(called("test"), SILENCE):
                take(event)
            # Its output ends a moment before it does.
            code = child.wait_exit()
            if not child.find(called("units-end")) or code != 0:
                self._broken(child, label, f"its process ended with {code}")
        except Timeout as error:
            self._broken(child, label, str(error))
        finally:
            child.kill()

    def _broken(self, child, label, why):
        self._take({"word": "FAIL", "name": label, "text": f"\n{why}\n{child.errors()[-2000:]}"})

    def _hold(self, event):
        """What becomes of a test in its first go."""
        if event["word"] == "FAIL":
            with self._lock:
                self._held.append(event)
        else:
            self._take(event)

    def _take(self, event):
        kind = {"ok": "passed", "FAIL": "failed", "SKIP": "skipped"}[event["word"]]
        with self._lock:
            setattr(self.count, kind, getattr(self.count, kind) + 1)
            if kind != "passed":
                self.bad.add(event["name"])
        self._tell(event)

    def _tell(self, event):
        took = f" ({event['took']:.1f} s)" if "took" in event else ""
        with self._lock:
            self._say(f"{event['word']} {event['name']}{took}{event.get('text', '')}", flush=True)


def main_command(script, build):
    return [sys.executable, script, os.path.abspath(build), "--unit"]
