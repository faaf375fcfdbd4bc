# SPDX-License-Identifier: LGPL-2.1-or-later
"""Foreign clients of a room: subscriber, publisher, administrator."""

import itertools
import json
import time

from . import place
from .child import Child, Timeout, called


class Subscriber(Child):
    """A decoding subscriber; see subscriber.mjs --help for the options."""

    def __init__(self, name, url, token, log_dir, *options):
        command = place.node("subscriber.mjs")
        super().__init__(name, [*command, "--url", url, "--token", token, *options], log_dir)

    def wait_connected(self, deadline=20):
        return self.wait(called("connected"), deadline, what="connection")

    def wait_track(self, deadline=20, event="track-subscribed", start=0, **fields):
        return self.wait(called(event, **fields), deadline, start, what=f"{event} {fields}")

    def wait_frames(self, count=1, deadline=20, start=0, name=None, where=None):
        """The `count`th printed frame (of one track, that fulfils `where`)."""

        def wanted(event):
            return (
                event.get("event") == "video"
                and (name is None or event["name"] == name)
                and (where is None or where(event))
            )

        return self.wait(wanted, deadline, start, what=f"frame {count} of {name}", count=count)

    def wait_tone(self, tone, deadline=20, start=0, name=None):
        def wanted(event):
            return (
                event.get("event") == "audio"
                and event.get("tone") == tone
                and (name is None or event["name"] == name)
            )

        return self.wait(wanted, deadline, start, what=f"tone {tone} in {name}")

    def stats(self, deadline=5):
        start = self.mark()
        self.tell("stats")
        return self.wait(called("stats"), deadline, start)["inbound"]


class NodePublisher(Child):
    """A publisher that is not ours."""

    def __init__(self, name, url, token, log_dir, *options):
        command = place.node("publisher.mjs")
        super().__init__(name, [*command, "--url", url, "--token", token, *options], log_dir)


class AdminError(Exception):
    pass


class Admin(Child):
    """The official server SDK. Any of its room calls is a method here."""

    def __init__(self, server, log_dir, name="admin"):
        command = [*place.node("admin.mjs"), "--url", server.http_url]
        command += ["--api-key", server.key, "--api-secret", server.secret]
        super().__init__(name, command, log_dir)
        self._ids = itertools.count(1)

    def call(self, name, *args):
        number = next(self._ids)
        self.tell(json.dumps({"id": number, "call": name, "args": args}))
        answer = self.wait(called("result", id=number), 15, what=f"answer to {name}")
        if "error" in answer:
            raise AdminError(answer["error"])
        return answer["result"]

    def wait_participant(self, room, identity, wanted=lambda info: True, deadline=10):
        """Polls until the room has the participant in the wanted shape."""
        until = time.monotonic() + deadline
        info = None
        while time.monotonic() < until:
            for info in self.call("listParticipants", room):
                if info["identity"] == identity and wanted(info):
                    return info
            time.sleep(0.05)
        raise Timeout(f"{identity} not as wanted in {room}: {info}")
