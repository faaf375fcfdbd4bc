# SPDX-License-Identifier: LGPL-2.1-or-later
"""A child process: its lines are read as they come, its end is certain."""

import atexit
import ctypes
import json
import os
import signal
import subprocess
import threading
import time

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_alive = set()


class Timeout(AssertionError):
    """Something that was waited for did not come."""


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _kill_all():
    for child in list(_alive):
        child.kill()


atexit.register(_kill_all)


class Child:
    """Runs one program in its own process group.

    Standard output is kept line by line with the time of arrival, parsed when
    a line is a JSON object. Standard error goes to a file in `log_dir`.
    """

    def __init__(self, name, command, log_dir, env=None, cwd=None):
        self.name = name
        self.events = []
        self.started = time.time() * 1000
        self._changed = threading.Condition()
        self.output = os.path.join(log_dir, name + ".out")
        self._err_path = os.path.join(log_dir, name + ".err")
        with open(self._err_path, "wb") as err:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=err,
                env=env,
                cwd=cwd,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        _alive.add(self)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self):
        return self._process.pid

    @property
    def returncode(self):
        return self._process.poll()

    def _read(self):
        with open(self.output, "wb") as out:
            for line in self._process.stdout:
                out.write(line)
                out.flush()
                self._take(line)
        with self._changed:
            self._changed.notify_all()

    def _take(self, line):
        text = line.decode("utf-8", "replace").strip()
        event = {"event": "line", "text": text}
        if text.startswith("{"):
            try:
                # A library may log objects of its own there.
                event = {"event": "line", **json.loads(text)}
            except ValueError:
                pass
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def errors(self):
        """What the program wrote to standard error so far."""
        with open(self._err_path, encoding="utf-8", errors="replace") as err:
            return err.read()

    def count_sockets(self, kind):
        """How many sockets it has open: of "udp" all, of "tcp" those that are
        connected."""
        folder = f"/proc/{self.pid}"
        numbers = set()
        for name in os.listdir(f"{folder}/fd"):
            try:
                numbers.add(os.readlink(f"{folder}/fd/{name}"))
            except FileNotFoundError:
                continue
        count = 0
        for table in (kind, kind + "6"):
            with open(f"{folder}/net/{table}", encoding="ascii") as lines:
                for fields in map(str.split, list(lines)[1:]):
                    connected = kind != "tcp" or fields[3] == "01"
                    count += connected and f"socket:[{fields[9]}]" in numbers
        return count

    def tell(self, line):
        """Writes one line to standard input."""
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def close_input(self):
        self._process.stdin.close()

    def find(self, wanted, start=0):
        """All events from index `start` on for which `wanted` holds."""
        with self._changed:
            return [event for event in self.events[start:] if wanted(event)]

    def mark(self):
        """Where the list of events ends now; for `start` of other calls."""
        with self._changed:
            return len(self.events)

    def wait(self, wanted, deadline=10, start=0, what=None, count=1):
        """The first event for which `wanted` holds (the `count`th)."""
        until = time.monotonic() + deadline
        with self._changed:
            position, hits = start, 0
            while True:
                while position < len(self.events):
                    event = self.events[position]
                    position += 1
                    if wanted(event):
                        hits += 1
                        if hits == count:
                            return event
                left = until - time.monotonic()
                over = self._process.poll() is not None and not self._reader.is_alive()
                if left <= 0 or (over and position >= len(self.events)):
                    why = f"{self.name} ended with {self.returncode}" if over else "deadline"
                    tail = json.dumps(self.events[-3:])[:600]
                    raise Timeout(
                        f"{self.name}: no {what or 'such event'} in {deadline} s"
                        f" ({why}); last events {tail}"
                    )
                self._changed.wait(min(left, 0.5))

    def each(self, wanted, silence):
        """The events for which `wanted` holds, as they come, until its output
        ends; fails when none has come for so many seconds."""
        position = 0
        until = time.monotonic() + silence
        while True:
            with self._changed:
                if position >= len(self.events):
                    if not self._reader.is_alive():
                        return
                    self._changed.wait(0.5)
                fresh = self.events[position:]
            position += len(fresh)
            for event in filter(wanted, fresh):
                until = time.monotonic() + silence
                yield event
            if time.monotonic() > until:
                raise Timeout(f"{self.name}: silent for {silence} s")

    def wait_silence(self, wanted, seconds, deadline):
        """Waits until none of those events has come for so long."""
        until = time.monotonic() + deadline
        while True:
            try:
                event = self.wait(wanted, seconds, self.mark())
            except Timeout:
                if self.returncode is not None:
                    raise
                return
            if time.monotonic() > until:
                raise Timeout(f"{self.name}: still comes after {deadline} s: {event}")

    def stays_without(self, unwanted, seconds, start=0, what=None):
        """Fails when an event comes that must not come for so long."""
        try:
            event = self.wait(unwanted, seconds, start)
        except Timeout:
            if self.returncode is not None:
                raise
            return
        raise AssertionError(f"{self.name}: unwanted {what or 'event'}: {event}")

    def wait_exit(self, deadline=10):
        """The exit code; fails when the program does not end in time."""
        try:
            code = self._process.wait(deadline)
        except subprocess.TimeoutExpired:
            raise Timeout(f"{self.name}: still running after {deadline} s") from None
        self._reader.join(5)
        _alive.discard(self)
        return code

    def signal(self, number):
        if self._process.poll() is None:
            self._process.send_signal(number)

    def kill(self):
        """Ends the whole group at once."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        self._close()

    def stop(self, deadline=5):
        """Asks to end, insists after `deadline`; the exit code."""
        self.signal(signal.SIGTERM)
        try:
            self._process.wait(deadline)
        except subprocess.TimeoutExpired:
            pass
        self.kill()
        return self._process.returncode

    def _close(self):
        _alive.discard(self)
        self._reader.join(5)
        if not self._reader.is_alive():
            self._process.stdout.close()
        try:
            self._process.stdin.close()
        except OSError:
            pass


def called(name, /, **fields):
    """A condition on an event: its name, and fields that must be equal."""

    def wanted(event):
        return event.get("event") == name and all(
            event.get(key) == value for key, value in fields.items()
        )

    return wanted
