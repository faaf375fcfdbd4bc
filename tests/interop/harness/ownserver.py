# SPDX-License-Identifier: LGPL-2.1-or-later
"""gst-room-server, used as a LiveKitServer is."""

import os
import re
import signal
import time
import urllib.request

from . import place, token
from .child import Child, Timeout, called

# It left nobody behind, or had to cut somebody off: both are its own ends.
ENDS = (0, 75)
# What GLib says of a bug.
COMPLAINT = re.compile(r"^.*(?:CRITICAL|ERROR) \*\*.*$", re.M)


class OwnServer:
    key = "devkey"
    secret = "interop-secret-of-more-than-32-bytes"
    # Asked to end it tells everybody at once.
    patience = 0

    def __init__(self, log_dir, name="own", options=()):
        self._log_dir = log_dir
        self._name = name
        self._options = options
        self.child = None
        self.port = None

    @property
    def url(self):
        return f"ws://127.0.0.1:{self.port}"

    @property
    def http_url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        program = place.built("tools", "gst-room-server", "gst-room-server")
        command = [program, "--listen", "127.0.0.1:0", "--keys", f"{self.key}:{self.secret}"]
        command += ["--media-address", "127.0.0.1", "--ice-tcp", "--remote-unmute", "--json"]
        debug = os.environ.get("GST_DEBUG", "2,livekit:6,roomserver:6")
        self.child = Child(
            self._name,
            [*command, *self._options],
            self._log_dir,
            env=place.gst_env(self._log_dir, GST_DEBUG=debug),
        )
        self.port = self.child.wait(called("listening"), what="port")["port"]
        return self

    def token(self, room, identity, ttl=3600, **grants):
        return token.join(self.key, self.secret, room, identity, ttl, **grants)

    def received_bytes(self):
        """Media bytes the server has received since its start."""
        with urllib.request.urlopen(f"{self.http_url}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        found = re.findall(r"^room_server_received_bytes_total(?:\{[^}]*\})? (\S+)", text, re.M)
        return sum(float(value) for value in found)

    def wait_received(self, at_least, deadline=20):
        """Waits for so many bytes."""
        until = time.monotonic() + deadline
        while (found := self.received_bytes()) < at_least:
            if time.monotonic() > until:
                raise Timeout(f"server received {found} bytes, wanted {at_least}")
            time.sleep(0.2)
        return found

    def kill(self):
        self.child.kill()

    def terminate(self):
        self.child.signal(signal.SIGTERM)

    def stop(self):
        """Ends it and knows that it ended by itself, without a complaint. One
        that its test has killed, or told to hang, is no affair of this."""
        code = self.child.returncode
        if code is None:
            self.terminate()
            self.terminate()
            try:
                code = self.child.wait_exit(10)
            except Timeout:
                self.child.kill()
                raise
        found = COMPLAINT.findall(self.child.errors())
        if found or code not in (*ENDS, -signal.SIGKILL):
            raise AssertionError(f"{self._name} ended with {code}: {found[:5]}")
