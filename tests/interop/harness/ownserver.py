# SPDX-License-Identifier: LGPL-2.1-or-later
"""The server's end of our own signalling, used as a LiveKitServer is."""

import re

from . import place, token
from .child import Child


class SignalServer:
    """tests/support/signalserver.c: connections come about, no media goes."""

    key = "devkey"
    secret = "interop-secret-of-more-than-32-bytes"

    def __init__(self, log_dir, name="signalserver"):
        self._log_dir = log_dir
        self._name = name
        self.child = None
        self.url = None

    def start(self):
        program = place.built("tests", "support", "signalserver")
        self.child = Child(
            self._name,
            [program, f"{self.key}:{self.secret}"],
            self._log_dir,
            env=place.gst_env(self._log_dir, GST_DEBUG="1,livekit:6"),
        )
        line = self.child.wait(lambda event: "port" in event.get("text", ""), what="port")
        self.url = "ws://127.0.0.1:" + re.fullmatch(r"port (\d+)", line["text"])[1]
        return self

    def stop(self):
        """Ends it by its input, and knows that it ended by itself."""
        self.child.close_input()
        code = self.child.wait_exit()
        assert code == 0, f"{self._name} ended with {code}"

    def token(self, room, identity, **grants):
        return token.join(self.key, self.secret, room, identity, **grants)
