# SPDX-License-Identifier: LGPL-2.1-or-later
"""A pipeline of ours, driven through busprint."""

import itertools

from . import place
from .child import Child, Timeout, called


def message(kind, /, **fields):
    """A condition: a bus message of this type, with these members."""
    return called("message", type=kind, **fields)


def element(name, /, **fields):
    """A condition: an element message of this name, with these fields."""

    def wanted(event):
        return (
            event.get("event") == "message"
            and event.get("type") == "element"
            and event.get("name") == name
            and all(event["fields"].get(key) == value for key, value in fields.items())
        )

    return wanted


class Launch(Child):
    """Runs a launch line that holds `roompublish name=r`."""

    def __init__(self, name, line, log_dir, **env):
        self.line = line
        super().__init__(
            name,
            [place.built("tests", "support", "busprint"), line],
            log_dir,
            env=place.gst_env(log_dir, **env),
        )
        self._gets = itertools.count()

    def wait_element(self, name, /, deadline=10, start=0, **fields):
        found = self.wait(element(name, **fields), deadline, start, what=f"{name} {fields}")
        return found["fields"]

    def wait_eos(self, deadline=30):
        return self.wait(message("eos"), deadline, what="EOS")

    def wait_error(self, reason=None, deadline=10):
        """The one error; its room-reason must be `reason` when given."""
        error = self.wait(message("error"), deadline, what="error")
        found = error.get("details", {}).get("room-reason")
        if reason is not None and found != reason:
            raise AssertionError(f"room-reason {found!r}, wanted {reason!r}: {error}")
        return error

    def set(self, name, prop, value):
        start = self.mark()
        self.tell(f"set {name} {prop} {value}")
        self._obeyed(start, f"set {name} {prop}")

    def get(self, name, prop):
        start = self.mark()
        self.tell(f"get {name} {prop}")
        found = self._obeyed(start, f"get {name} {prop}")
        return found["value"]

    def track_stats(self, pad):
        """The statistics of one pad's track; None: there are none."""
        tracks = self.get("r", "stats").get("tracks", [])
        return next((track for track in tracks if track["pad"] == pad), None)

    def state(self, name, deadline=10):
        """Asks for a state and waits until the pipeline has it."""
        start = self.mark()
        self.tell(f"state {name}")
        self.wait(called("state", asked=name), deadline, start)
        self.wait(
            message("state-changed", to=name.upper(), pending="VOID_PENDING"),
            deadline,
            start,
            what=f"state {name}",
        )

    def seek(self, seconds):
        start = self.mark()
        self.tell(f"seek {seconds}")
        self._obeyed(start, f"seek {seconds}")

    def end_of_stream(self, name=""):
        self.tell(f"eos {name}".strip())

    def release(self, pad):
        start = self.mark()
        self.tell(f"release {pad}")
        self._obeyed(start, f"release {pad}")

    def add(self, description, name="r"):
        """Adds a branch to the running pipeline; the branch's name."""
        start = self.mark()
        self.tell(f"add {name} {description}")
        return self._obeyed(start, f"add {description}")["text"]

    def quit(self, deadline=10):
        """Stops the pipeline; the time that NULL took, in ms."""
        self.tell("quit")
        took = self.wait(called("end"), deadline, what="end")["stop_ms"]
        code = self.wait_exit(deadline)
        if code != 0:
            raise AssertionError(f"{self.name}: exit code {code}: {self.errors()[-800:]}")
        return took

    def _obeyed(self, start, what):
        def answer(event):
            return event.get("event") in ("done", "property", "command-failed")

        found = self.wait(answer, 10, start, what=f"answer to {what}")
        if found["event"] == "command-failed":
            raise AssertionError(f"{what}: {found['text']}")
        return found

    def errors_posted(self):
        return self.find(message("error"))
